// SPDX-License-Identifier: MIT
// The model that a GGUF file holds: sizes from its metadata, biases and norms from its tensors.
//
// llama.cpp's files describe most decoders by the same keys, so one reader serves them all and a row
// of the table says what only the architecture's name tells. That nothing was missed is proved by
// counting: the model must have as many parameters as the file has elements, or it is refused.
//
// Source: ggml-org/llama.cpp gguf-py/gguf/constants.py (keys, tensor names), src/models/*.cpp
// (load_arch_hparams, load_arch_tensors).
// Deviations: an output matrix that a converter wrote although it is the embedding (GPT-2) is counted
//             as a matrix of its own, because the file has both.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/gguf_architectures.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/gguf_recipe.hpp>
#include <reckon/io/hugging_face/shape.hpp>
#include <reckon/io/tensor_list.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::gguf {

/// Asks metadata and tensors for what a model needs; keeps the first defect.
class model_reader {
public:
    model_reader(gguf_metadata const& metadata, tensor_list const& tensors, std::string_view source,
                 std::string_view architecture)
        : metadata_(&metadata), tensors_(&tensors), source_(source), architecture_(architecture) {}

    [[nodiscard]] count integer(std::string_view name, count low, count high) {
        if (!metadata_->contains(key(name))) {
            refuse(errc::missing_field, name, "is missing, so the model is not known.");
            return low;
        }
        return integer_or(name, low, low, high);
    }
    [[nodiscard]] count integer_or(std::string_view name, count otherwise, count low, count high) {
        std::string const full = key(name);
        if (!metadata_->contains(full)) { return otherwise; }
        auto const value = metadata_->integer(full);
        if (!value) {
            bool const list = metadata_->list_length(full).has_value();
            refuse(list ? errc::unsupported : errc::wrong_type, name,
                   list ? "is a list of different values: layers that differ one by one are not "
                          "modelled yet."
                        : "is not a whole number from 0 to 2^63.");
            return low;
        }
        if (*value >= low && *value <= high) { return *value; }
        sentence what{"is "};
        what.append_grouped(*value)
            .append("; it must be from ")
            .append_grouped(low)
            .append(" to ")
            .append_grouped(high);
        refuse(errc::out_of_range, name, what.append("."));
        return low;
    }
    /// The tensor of that name, or nothing.
    [[nodiscard]] std::optional<listed_tensor> find(std::string_view name) const {
        for (std::size_t i = 0; i < tensors_->size(); ++i) {
            if ((*tensors_)[i].name == name) { return (*tensors_)[i]; }
        }
        return {};
    }
    [[nodiscard]] std::optional<listed_tensor> find(count layer, std::string_view name) const {
        return find("blk." + std::to_string(layer) + "." + std::string(name));
    }
    [[nodiscard]] bool has(count layer, std::string_view name) const {
        return find(layer, name).has_value();
    }
    /// A dimension of a matrix, or 0: 0 are the columns (input features), 1 the rows.
    [[nodiscard]] count extent(std::optional<listed_tensor> const& t, std::size_t dimension) const {
        return t && t->shape.size() > dimension ? t->shape[dimension] : 0;
    }

    void refuse(errc code, std::string_view name, std::string_view what) {
        if (failure_) { return; }
        sentence why{source_};
        why.append(": ").append(io::detail::in_quotes(key(name), 64)).append(" ");
        failure_ = error{code, why.append(what)};
    }
    void fail(errc code, std::string_view what) {
        if (failure_) { return; }
        sentence why{source_};
        failure_ = error{code, why.append(": ").append(what)};
    }
    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(architecture_) + "." + std::string(name);
    }
    [[nodiscard]] gguf_metadata const& metadata() const noexcept { return *metadata_; }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

private:
    gguf_metadata const* metadata_;
    tensor_list const* tensors_;
    std::string_view source_;
    std::string_view architecture_;
    std::optional<error> failure_{};
};

/// The sizes that every architecture writes.
[[nodiscard]] inline hugging_face::backbone read_backbone(model_reader& r) {
    hugging_face::backbone b{};
    count const blocks =
        r.integer("block_count", 1, model_limits::layers + model_limits::mtp_layers);
    b.layers = blocks - r.integer_or("nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    if (b.layers < 1) {
        r.refuse(errc::contradiction, "nextn_predict_layers",
                 "leaves no layer of block_count for the model.");
        b.layers = 1;
    }
    b.hidden = r.integer("embedding_length", 1, model_limits::hidden);
    b.heads = r.integer("attention.head_count", 1, model_limits::heads);
    b.kv_heads = r.integer_or("attention.head_count_kv", b.heads, 1, model_limits::heads);
    b.head_dim =
        r.integer_or("attention.key_length", b.hidden / b.heads, 1, model_limits::head_dim);
    b.vocabulary = r.extent(r.find("token_embd.weight"), 1);
    if (b.vocabulary < 1) {
        r.fail(errc::missing_field,
               "there is no matrix \"token_embd.weight\", so the vocabulary is not known.");
    }
    b.tied = !r.find("output.weight");
    count const context = r.integer_or("context_length", 0, 0, model_limits::context);
    if (context > 0) { b.context = tokens{static_cast<double>(context)}; }
    return b;
}

[[nodiscard]] inline gqa read_gqa(model_reader& r, hugging_face::backbone const& b) {
    gqa a{.query_heads = b.heads, .kv_heads = b.kv_heads, .head_dim = b.head_dim};
    count const value =
        r.integer_or("attention.value_length", b.head_dim, 1, model_limits::head_dim);
    a.value_dim = value == b.head_dim ? 0 : value;
    a.qkv_bias = r.has(0, "attn_q.bias") || r.has(0, "attn_qkv.bias");
    a.output_bias = r.has(0, "attn_output.bias");
    a.sinks = r.has(0, "attn_sinks.weight");
    if (auto const norm = r.find(0, "attn_q_norm.weight")) {
        bool const each = norm->elements == b.head_dim;
        if (!each && norm->elements != reckon::detail::multiply(b.heads, b.head_dim)) {
            r.fail(errc::unsupported,
                   "\"blk.0.attn_q_norm.weight\" is as long as neither one head nor all of them.");
        }
        a.query_key_norm = each ? qk_norm::per_head : qk_norm::all_heads;
    }
    return a;
}

/// Files from before the latent was kept in the cache have key_length for nope + rope; later ones have
/// it for the latent and write key_length_mla beside it.
[[nodiscard]] inline mla read_mla(model_reader& r, hugging_face::backbone const& b) {
    mla a{.query_heads = b.heads};
    a.q_lora_rank =
        r.has(0, "attn_q.weight") ? 0 : r.integer("attention.q_lora_rank", 1, model_limits::hidden);
    a.kv_lora_rank = r.integer("attention.kv_lora_rank", 1, model_limits::hidden);
    a.qk_rope_dim = r.integer("rope.dimension_count", 1, model_limits::head_dim);
    bool const split = r.metadata().contains(r.key("attention.key_length_mla"));
    count const key = r.integer(split ? "attention.key_length_mla" : "attention.key_length", 1,
                                model_limits::head_dim);
    a.v_dim = r.integer(split ? "attention.value_length_mla" : "attention.value_length", 1,
                        model_limits::head_dim);
    a.qk_nope_dim = key - a.qk_rope_dim;
    if (a.qk_nope_dim < 1) {
        r.refuse(errc::contradiction, "attention.key_length",
                 "is not longer than rope.dimension_count.");
    }
    return a;
}

[[nodiscard]] inline any_feed_forward read_dense(model_reader& r, count layer) {
    count const width = r.integer("feed_forward_length", 1, model_limits::intermediate);
    count const rows = r.extent(r.find(layer, "ffn_up.weight"), 1);
    bool const fused = rows == 2 * width; // Phi-3: gate and up in one
    if (r.has(layer, "ffn_gate.weight") || fused) { return gated{width}; }
    return plain_ffn{width, r.has(layer, "ffn_up.bias")};
}

[[nodiscard]] inline moe read_moe(model_reader& r, count layer) {
    moe block{};
    block.routed = r.integer("expert_count", 1, model_limits::experts);
    block.per_token = r.integer("expert_used_count", 1, model_limits::experts);
    if (block.per_token > block.routed) {
        r.refuse(errc::contradiction, "expert_used_count", "is more than expert_count.");
    }
    count const dense = r.integer_or("feed_forward_length", 1, 0, model_limits::intermediate);
    block.intermediate =
        r.integer_or("expert_feed_forward_length", dense, 1, model_limits::intermediate);
    block.shared_intermediate = r.extent(r.find(layer, "ffn_up_shexp.weight"), 1);
    block.score_correction = r.has(layer, "exp_probs_b.bias") || r.has(layer, "exp_probs_b.weight");
    block.gated_shared = r.has(layer, "ffn_gate_inp_shexp.weight");
    block.biases = r.has(layer, "ffn_gate_inp.bias");
    return block;
}

[[nodiscard]] inline hugging_face::feed_forward_plan
read_feed_forward(model_reader& r, hugging_face::backbone const& b) {
    if (r.integer_or("expert_count", 0, 0, model_limits::experts) == 0) {
        return hugging_face::everywhere(read_dense(r, 0));
    }
    count const dense = r.integer_or("leading_dense_block_count", 0, 0, b.layers);
    if (r.integer_or("moe_every_n_layers", 1, 0, model_limits::layers) > 1 ||
        r.integer_or("interleave_moe_layer_step", 1, 0, model_limits::layers) > 1) {
        r.fail(errc::unsupported, "layers with and without experts by turns are not read yet.");
    }
    hugging_face::feed_forward_plan plan{layer_set::range(0, dense), {}, {}};
    if (dense > 0) { plan.dense_block = read_dense(r, 0); }
    if (dense < b.layers) { plan.other_block = read_moe(r, dense); }
    return plan;
}

[[nodiscard]] inline hugging_face::window_pattern
read_window(model_reader& r, architecture const& known, hugging_face::backbone const& b) {
    hugging_face::window_pattern pattern{};
    pattern.window =
        r.integer_or("attention.sliding_window", known.window, 0, model_limits::window);
    if (pattern.window == 0) { return pattern; }
    std::string const key = r.key("attention.sliding_window_pattern");
    if (auto const length = r.metadata().list_length(key)) {
        if (*length < b.layers) {
            r.refuse(errc::contradiction, "attention.sliding_window_pattern",
                     "is shorter than the model.");
        }
        for (count i = 0; i < b.layers; ++i) {
            if (r.metadata().element(key, i).value_or(0) != 0) { pattern.sliding.insert(i); }
        }
    } else {
        count const period =
            r.integer_or("attention.sliding_window_pattern", known.period, 0, model_limits::layers);
        // Of each period the last layer sees everything; 0 and 1 mean a window in every layer.
        layer_set const whole =
            period > 1 ? layer_set::every(period, period - 1, b.layers) : layer_set{};
        pattern.sliding = layer_set::range(0, b.layers) - whole;
    }
    // A window that spans the context is none.
    if (b.context.known() && static_cast<double>(pattern.window) >= in_tokens(b.context.value())) {
        pattern.sliding = {};
    }
    return pattern;
}

/// Norms as wide as the model, by the names that layers give them.
[[nodiscard]] inline norm_layout read_norms(model_reader& r) {
    norm_layout norms{0, false};
    for (std::string_view const name :
         {"attn_norm", "attn_norm_2", "ffn_norm", "post_attention_norm", "post_ffw_norm",
          "layer_output_norm"}) {
        norms.per_layer += r.has(0, std::string(name) + ".weight") ? 1 : 0;
        norms.bias = norms.bias || r.has(0, std::string(name) + ".bias");
    }
    return norms;
}

/// The groups of a model with a latent, the last layer's last (as hugging_face::compose makes them).
[[nodiscard]] inline any_groups compose_latent(count layer_total, mla const& attention,
                                               hugging_face::feed_forward_plan const& plan,
                                               norm_layout norms) {
    any_groups groups{};
    layer_set const all = layer_set::range(0, layer_total);
    bool const dense_last = plan.dense.contains(layer_total - 1);
    for (bool const dense : {!dense_last, dense_last}) {
        layer_set const at = dense ? all & plan.dense : all - plan.dense;
        if (at.size() > 0) {
            groups.list.push_back(
                {at, attention, dense ? plan.dense_block : plan.other_block, norms});
        }
    }
    return groups;
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
    hugging_face::backbone const b = gguf::read_backbone(r);
    hugging_face::feed_forward_plan const plan = gguf::read_feed_forward(r, b);
    norm_layout const norms = gguf::read_norms(r);
    any_model m = hugging_face::model_of(b);
    if (known.kind == gguf::mixer::latent) {
        m.groups = gguf::compose_latent(b.layers, gguf::read_mla(r, b), plan, norms);
    } else {
        m.groups = hugging_face::compose(b.layers, gguf::read_gqa(r, b),
                                         gguf::read_window(r, known, b), plan, norms);
    }
    if (auto const positions = r.find("position_embd.weight")) {
        m.learned_positions = r.extent(positions, 1);
    }
    m.final_norm_bias = r.find("output_norm.bias").has_value();
    m.embedding_norm = r.find("token_embd_norm.weight").has_value();
    m.head_bias = r.find("output.bias").has_value();
    m.mtp.layers = r.integer_or("nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    // Announced modules are often left out by converters: only those whose tensors are there count.
    if (tensors.of(tensor_group::mtp).tensors == 0) { m.mtp.layers = 0; }
    m.mtp.own_embeddings = m.mtp.layers > 0 && r.has(b.layers, "nextn.embed_tokens.weight");
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
