// SPDX-License-Identifier: MIT
// Models that a search made, layer by layer: nemotron-nas and deci.
//
// Source: DeciLMConfig of the published repositories; the width of a feed-forward block is
//         2 ffn_mult h / 3, rounded down and then up to a multiple of 256.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

#include <vector>

namespace reckon::inline v0::io::hugging_face {

/// One layer of block_configs: heads in a group, 0 for no attention; the width, 0 for none.
struct searched_layer {
    count group{};
    count width{};
};

/// The width of a block: two thirds of `multiple` times twice the hidden width, in steps of 256.
[[nodiscard]] inline count searched_width(double multiple, count hidden) noexcept {
    auto const width = static_cast<count>(2.0 * multiple * static_cast<double>(hidden) / 3.0);
    return (width + 255) / 256 * 256;
}

/// Refuses what a search may put in the place of a block and no published model has.
inline void refuse_odd_block(json_fields& part) {
    refuse_flag(part, "replace_with_linear",
                "a linear layer in the place of a block is not modelled.");
    for (std::string_view const odd : {"num_sink_tokens", "window_length", "sparsify"}) {
        if (part.find(odd) != nullptr) {
            part.refuse(errc::unsupported, odd, "is set, which is not modelled in this family.");
        }
    }
}

/// One entry of block_configs.
[[nodiscard]] inline searched_layer read_searched_layer(nlohmann::json const& block, json_fields& f,
                                                        count heads, count hidden) {
    searched_layer layer{};
    json_fields both(block, f.source(), "block_configs.");
    nlohmann::json const* const attention = both.object_or_none("attention");
    nlohmann::json const* const feed_forward = both.object_or_none("ffn");
    if (attention == nullptr || feed_forward == nullptr) {
        both.refuse(errc::missing_field, attention == nullptr ? "attention" : "ffn",
                    "is missing in one of its entries.");
        f.fail(*both.failure());
        return layer;
    }
    json_fields a(*attention, f.source(), "block_configs.attention.");
    if (!a.flag_or("no_op", false)) {
        refuse_odd_block(a);
        layer.group = a.integer("n_heads_in_group", 1, heads);
    }
    json_fields w(*feed_forward, f.source(), "block_configs.ffn.");
    if (!w.flag_or("no_op", false)) {
        refuse_odd_block(w);
        nlohmann::json const* const multiple = w.find("ffn_mult");
        double const times =
            multiple != nullptr && multiple->is_number() ? multiple->get<double>() : 0.0;
        if (!(times > 0 && times <= 64)) {
            w.refuse(errc::out_of_range, "ffn_mult", "must be a number above 0 and up to 64.");
        } else {
            layer.width = searched_width(times, hidden);
        }
    }
    if (a.failure()) { f.fail(*a.failure()); }
    if (w.failure()) { f.fail(*w.failure()); }
    return layer;
}

/// DeciLMConfig of Nemotron-NAS: block_configs. A layer without attention or without feed-forward has
/// one norm.
[[nodiscard]] inline description read_nemotron_nas(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.head_dim = read_head_dim(f, b, 0);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    refuse_flag(f, "attention_bias", "biases in this family are not modelled.");
    refuse_flag(f, "mlp_bias", "biases in this family are not modelled.");
    no_shapes(f, {"num_key_value_heads", "intermediate_size"});
    nlohmann::json const* const blocks = f.find("block_configs");
    if (blocks == nullptr || !blocks->is_array()) {
        f.refuse(errc::missing_field, "block_configs",
                 "is missing; it says what every layer is, in a list of objects.");
        return {};
    }
    require_one_each(f, "block_configs", blocks->size(), b.layers);
    std::vector<searched_layer> shapes;
    for (nlohmann::json const& block : *blocks) {
        if (!block.is_object()) {
            f.refuse(errc::wrong_type, "block_configs", "must be a list of objects.");
        }
        if (f.failure()) { return {}; }
        shapes.push_back(read_searched_layer(block, f, b.heads, b.hidden));
    }
    description d{.model = model_of(b)};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        searched_layer const& s = shapes[static_cast<std::size_t>(i)];
        any_layers layer{{}, no_attention{}, no_feed_forward{}, {0, false}};
        if (s.group > 0) {
            layer.attention = gqa{.query_heads = b.heads,
                                  .kv_heads = std::max(b.heads / s.group, count{1}),
                                  .head_dim = b.head_dim};
            ++layer.norms.per_layer;
        }
        if (s.width > 0) {
            layer.feed_forward = gated{s.width};
            ++layer.norms.per_layer;
        }
        return layer;
    });
    return d;
}

/// DeciLMConfig of DeciLM-7B: key heads by layer in num_key_value_heads_per_layer.
[[nodiscard]] inline description read_deci(json_fields& f) {
    if (f.contains("block_configs")) { return read_nemotron_nas(f); }
    backbone b{};
    read_widths(f, b);
    b.head_dim = read_head_dim(f, b, 0);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    no_shapes(f, {"num_key_value_heads"});
    auto const keys = read_numbers(f, "num_key_value_heads_per_layer", 1, b.heads);
    require_one_each(f, "num_key_value_heads_per_layer", keys.size(), b.layers);
    gated const block{read_intermediate(f)};
    description d{.model = model_of(b)};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        gqa const a{.query_heads = b.heads,
                    .kv_heads = keys[static_cast<std::size_t>(i)],
                    .head_dim = b.head_dim};
        return any_layers{{}, a, block, {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
