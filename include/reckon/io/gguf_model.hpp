// SPDX-License-Identifier: MIT
// The model that a GGUF file holds: sizes from its metadata, kinds of layers from its tensors.
//
// Every layer is looked at for itself: which tensors it has says what it is, so one reader serves
// nearly every architecture, and a row of the table says what only the architecture's name tells.
// That nothing was missed is proved by counting: the model must have as many parameters as the file
// has elements, or it is refused.
//
// Source: ggml-org/llama.cpp gguf-py/gguf/constants.py (keys, tensor names), src/models/*.cpp
// (load_arch_hparams, load_arch_tensors).
// Deviations: an output matrix that a converter wrote although it is the embedding (GPT-2) is counted
//             as a matrix of its own, because the file has both.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/gguf_architectures.hpp>
#include <reckon/io/gguf_blocks.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/gguf_mixers.hpp>
#include <reckon/io/gguf_reader.hpp>
#include <reckon/io/gguf_recipe.hpp>
#include <reckon/io/layer_groups.hpp>
#include <reckon/io/tensor_list.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace reckon::inline v0::io::gguf {

/// The layers that see no more than a window.
struct window_layers {
    layer_set at{};
    count window{};
};

/// Which layers have a window, and how long: by the file's list, else by the architecture's habit.
[[nodiscard]] inline window_layers read_window(model_reader& r, architecture const& known,
                                               count layers, figure<tokens> const& context) {
    window_layers found{};
    found.window = r.integer_or("attention.sliding_window", known.window, 0, model_limits::window);
    if (found.window == 0) { return found; }
    std::string_view const field = "attention.sliding_window_pattern";
    if (r.metadata().list_length(r.key(field))) {
        for (count i = 0; i < layers; ++i) {
            if (r.at(field, i, 0, 1) != 0) { found.at.insert(i); }
        }
    } else {
        count const period = r.integer_or(field, known.period, 0, model_limits::layers);
        // Of each period the last layer sees everything; 0 and 1 mean a window in every layer.
        layer_set const whole =
            period > 1 ? layer_set::every(period, period - 1, layers) : layer_set{};
        found.at = layer_set::range(0, layers) - whole;
    }
    // A window that spans the context is none.
    if (context.known() && static_cast<double>(found.window) >= in_tokens(context.value())) {
        found.at = {};
    }
    return found;
}

/// Groups of equal layers, the last layer's last: prediction modules are shaped as that one.
[[nodiscard]] inline any_groups read_groups(model_reader& r, architecture const& known,
                                            count layers, any_model const& m) {
    window_layers const windows = read_window(r, known, layers, m.max_context);
    head_sizes const sizes{m.hidden, known.kind == mixer::encoder};
    layer_groups groups{};
    for (count i = 0; i < layers && !r.failure(); ++i) {
        if (r.is_empty(i)) {
            r.fail_layer(errc::missing_field, i, "has no tensors; the file is not complete.");
        }
        count const window = windows.at.contains(i) ? windows.window : 0;
        any_layers const layer{
            {}, read_mixer(r, i, window, sizes), read_block(r, i), read_norms(r, i)};
        if (!groups.add(layer, i)) {
            r.refuse(errc::unsupported, "block_count", too_many_kinds);
            break;
        }
    }
    return groups.in_order();
}

/// What stands beside the layers: the heads that join hyper-connections, experts by token.
inline void read_sides(model_reader& r, count layers, any_model& m) {
    auto const sum_of = [&r](std::initializer_list<std::string_view> names) {
        tensor_amount sum{};
        for (std::string_view const name : names) {
            if (auto const t = r.find(name)) { sum.add(t->elements, t->bytes); }
        }
        return sum;
    };
    tensor_amount table{};
    for (count i = 0; i < layers; ++i) {
        if (auto const t = r.find(i, "ffn_gate_tid2eid.weight")) {
            table.add(t->elements, t->bytes);
        }
    }
    // A value of a side part has whole bits: where blocks give it 8.5, half of them have 8 and half 9.
    auto const add = [&m](side_kind kind, tensor_amount const& amount) {
        if (amount.elements == 0) { return; }
        count const all_bits = reckon::detail::multiply(amount.bytes, count{8});
        count const bits = all_bits / amount.elements;
        count const longer = all_bits % amount.elements;
        (void)m.sides.push_back({kind, amount.elements - longer, bits});
        if (longer > 0) { (void)m.sides.push_back({kind, longer, bits + 1}); }
    };
    add(side_kind::hyper_head,
        sum_of({"output_hc_fn.weight", "output_hc_base.weight", "output_hc_scale.weight",
                "altup_proj.weight", "altup_unembd_proj.weight"}));
    add(side_kind::layer_embeddings,
        sum_of({"per_layer_token_embd.weight", "per_layer_proj_norm.weight"}));
    add(side_kind::routing_table, table);
}

/// Everything of the model but its name and its formats.
[[nodiscard]] inline any_model read_model(model_reader& r, architecture const& known,
                                          bool has_modules) {
    any_model m{};
    count const blocks =
        r.integer("block_count", 1, model_limits::layers + model_limits::mtp_layers);
    count layers = blocks - r.integer_or("nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    if (layers < 1) {
        r.refuse(errc::contradiction, "nextn_predict_layers",
                 "leaves no layer of block_count for the model.");
        layers = 1;
    }
    m.hidden = r.integer("embedding_length", 1, model_limits::hidden);
    m.vocabulary = r.extent(r.find("token_embd.weight"), 1);
    if (m.vocabulary < 1) {
        r.fail(errc::missing_field,
               "there is no matrix \"token_embd.weight\", so the vocabulary is not known.");
    }
    m.tied_embeddings = !r.find("output.weight");
    count const context = r.integer_or("context_length", 0, 0, model_limits::context);
    if (context > 0) { m.max_context = tokens{static_cast<double>(context)}; }
    m.groups = read_groups(r, known, layers, m);
    read_sides(r, layers, m);
    m.learned_positions = r.extent(r.find("position_embd.weight"), 1);
    bool const last_norm = r.find("output_norm.weight").has_value();
    m.final_norm_bias = r.find(last_norm ? "output_norm.bias" : "token_embd_norm.bias").has_value();
    m.embedding_norm = last_norm && r.find("token_embd_norm.weight").has_value();
    if (known.kind == mixer::encoder) { // kinds of tokens are one table with the positions
        m.learned_positions += r.extent(r.find("token_types.weight"), 1);
    }
    m.head_bias = r.find("output.bias").has_value();
    // Announced modules are often left out by converters: only those whose tensors are there count.
    m.mtp.layers =
        has_modules ? r.integer_or("nextn_predict_layers", 0, 0, model_limits::mtp_layers) : 0;
    m.mtp.own_embeddings = m.mtp.layers > 0 && r.has(layers, "nextn.embed_tokens.weight");
    m.mtp.own_head =
        m.mtp.layers > 0 && !m.mtp.own_embeddings && r.has(layers, "nextn.shared_head_head.weight");
    return m;
}

/// A name that tables and sentences can show: files may hold any bytes.
[[nodiscard]] inline label printable(std::string_view name) {
    label shown{};
    for (char const c : name) {
        auto const byte = static_cast<unsigned char>(c);
        shown.append(byte < 0x20 || byte == 0x7F ? std::string_view("?") : std::string_view(&c, 1));
    }
    return shown;
}

/// Every element of the file must be a parameter of the model.
[[nodiscard]] inline std::optional<error>
check_total(any_model const& m, tensor_list const& tensors, std::string_view source) {
    count const held = modelled(tensors).elements;
    count const described = parameters_of(m).total;
    if (held == described) { return {}; }
    sentence why{source};
    why.append(": the metadata describe a model of ")
        .append_grouped(described)
        .append(" parameters, but the tensors hold ");
    why.append_grouped(held).append("; ");
    if (tensor_amount const odd = tensors.of(tensor_group::other);
        odd.tensors > 0 && held > described) {
        std::string_view example{};
        tensors.for_each([&example](listed_tensor const& t) {
            if (example.empty() && t.group == tensor_group::other && !is_table(t.name)) {
                example = t.name;
            }
        });
        if (!example.empty()) {
            why.append("what ")
                .append(io::detail::in_quotes(example))
                .append(" is for is not known; ");
        }
    }
    return error{errc::contradiction,
                 why.append("this variant of the architecture is not modelled yet.")};
}

} // namespace reckon::inline v0::io::gguf

namespace reckon::inline v0::io {

/// The model of a complete file: all tensors of all its parts must be in the list. `name` is used
/// where the file has none, `source` names the file in errors.
[[nodiscard]] inline result<any_model> model_of_gguf(gguf_metadata const& metadata,
                                                     tensor_list const& tensors,
                                                     std::string_view source = "GGUF header",
                                                     std::string_view name = {}) {
    auto const type = gguf::find_architecture(metadata, source);
    if (!type) { return type.error(); }
    gguf::architecture const& known = **type;
    gguf::model_reader r(metadata, tensors, source, known.name);
    auto const promised = metadata.integer("split.tensors.count");
    if (tensors.empty() || (promised && *promised > static_cast<count>(tensors.size()))) {
        sentence why{source};
        why.append(tensors.empty() ? ": the file holds no tensors"
                                   : ": this is one part of a file");
        return error{errc::missing_field,
                     why.append("; the model is known from all parts together only: give the path "
                                "of one, with the others beside it.")};
    }
    any_model m = gguf::read_model(r, known, tensors.of(tensor_group::mtp).tensors > 0);
    std::string_view const written = metadata.string("general.name").value_or(std::string_view{});
    m.name = gguf::printable(!written.empty() ? written : !name.empty() ? name : known.name);
    if (r.failure()) { return *r.failure(); }
    if (auto const sound = check(m); !sound) { return sound.error(); }
    if (auto const wrong = gguf::check_total(m, tensors, source)) { return *wrong; }
    m.published =
        gguf::published_recipe(m, tensors, metadata.integer("general.file_type").value_or(-1));
    return m;
}

} // namespace reckon::inline v0::io
