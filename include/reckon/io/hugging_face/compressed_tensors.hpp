// SPDX-License-Identifier: MIT
// quantization_config of llm-compressor: groups of modules with a scheme each.
//
// Source: compressed-tensors, src/compressed_tensors/quantization/quant_args.py and quant_config.py.
#pragma once
#include <reckon/io/hugging_face/storage_methods.hpp>

namespace reckon::inline v0::io::hugging_face {

/// The format of one scheme: num_bits, type, strategy and group_size of its weights.
[[nodiscard]] inline any_precision read_scheme(json_fields& w, bool weight_only, arithmetic plain) {
    count const bits = w.integer("num_bits", 2, 16);
    std::string_view const type = w.text_or("type", "int");
    count const group = read_group(w, "group_size", -1);
    std::string_view const strategy = w.text_or("strategy", group > 0 ? "group" : "tensor");
    bool const symmetric = w.flag_or("symmetric", true);
    any_precision p = bf16;
    bool known = true;
    if (type == "float" && bits == 8) {
        p = strategy == "tensor"                 ? any_precision(fp8_per_tensor)
            : strategy == "channel"              ? any_precision(fp8_per_channel)
            : strategy == "group" && group == 32 ? any_precision(mxfp8)
                                                 : fp8_tiles(read_tile(w, "block_structure"));
        known = strategy == "tensor" || strategy == "channel" || strategy == "block" ||
                p == any_precision(mxfp8);
    } else if (type == "float" && bits == 4) {
        p = group == 32 ? any_precision(mxfp4) : any_precision(nvfp4);
        known = (strategy == "tensor_group" && group == 16) ||
                (strategy == "group" && (group == 16 || group == 32));
    } else if (type == "int" && bits == 8 && strategy == "channel" && !weight_only) {
        p = int8;
    } else if (type == "int" && bits <= 8 && (strategy == "group" || strategy == "channel")) {
        arithmetic const operands = weight_only ? plain : arithmetic::int8; // activations in 8 bit
        p = grouped_integer(bits, strategy == "group" ? group : -1, !symmetric, 16, operands);
    } else {
        known = false;
    }
    if (!known) {
        w.refuse(errc::unsupported, "num_bits", "is ", std::to_string(bits), " with type ",
                 detail::in_quotes(type), " and strategy ", detail::in_quotes(strategy),
                 "; that combination is not modelled.");
    }
    if (weight_only) { p.operands = plain; }
    return p;
}

/// Groups that differ in their weights would need a recipe by module and are refused.
[[nodiscard]] inline quantized_storage read_compressed_tensors(json_fields& q, arithmetic plain) {
    quantized_storage s{.head = true};
    s.left_alone = q.texts_or_none("ignore");
    if (nlohmann::json const* const sparse = q.object_or_none("sparsity_config");
        sparse != nullptr && !sparse->empty()) {
        json_fields sparsity(*sparse, q.source(), "quantization_config.sparsity_config.");
        if (std::string_view const format = sparsity.text_or("format", "dense");
            format != "dense") {
            q.refuse(errc::unsupported, "sparsity_config", "has format ", detail::in_quotes(format),
                     "; sparse weights are not modelled.");
        }
    }
    nlohmann::json const* const groups = q.object_or_none("config_groups");
    if (groups == nullptr || groups->empty()) {
        q.refuse(errc::missing_field, "config_groups",
                 "is missing or empty; it says how the weights are stored.");
        return s;
    }
    bool first = true;
    bool every_linear = false;
    for (auto const& [name, group] : groups->items()) {
        std::string const path = "quantization_config.config_groups." + name + ".";
        if (!group.is_object()) {
            q.refuse(errc::wrong_type, "config_groups", "holds ", detail::shown(group),
                     "; each group must be an object.");
            return s;
        }
        json_fields g(group, q.source(), path);
        nlohmann::json const* const weights = g.object_or_none("weights");
        if (weights == nullptr) {
            if (!g.failure()) {
                g.refuse(errc::missing_field, "weights",
                         "is missing; it says how the weights are stored.");
            }
            q.fail(*g.failure());
            return s;
        }
        json_fields w(*weights, q.source(), path + "weights.");
        any_precision const format =
            read_scheme(w, g.object_or_none("input_activations") == nullptr, plain);
        if (!first && !(format == s.format)) {
            q.refuse(errc::unsupported, "config_groups", "has groups in ",
                     std::string_view(s.format.name), " and in ", std::string_view(format.name),
                     "; mixtures by module are not modelled yet.");
        }
        s.format = format;
        first = false;
        auto const targets = g.texts_or_none("targets");
        for (std::string_view const target : targets) {
            every_linear = every_linear || target == "Linear";
            s.only.push_back(target);
        }
        every_linear = every_linear || targets.empty();
        if (w.failure()) { q.fail(*w.failure()); }
        if (g.failure()) { q.fail(*g.failure()); }
    }
    if (every_linear) { s.only.clear(); }
    return s;
}

} // namespace reckon::inline v0::io::hugging_face
