// SPDX-License-Identifier: MIT
// Short convolutions among layers that attend: lfm2, lfm2_moe.
//
// Source: Lfm2Config and Lfm2MoeConfig of transformers.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Which layers attend: layer_types, or full_attn_idxs in older files.
[[nodiscard]] inline layer_set read_lfm2_attending(json_fields& f, count layers) {
    layer_set attending{};
    auto const kinds = read_kinds(f, "layer_types", layers, {"conv", "full_attention"});
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == "full_attention") { attending.insert(static_cast<count>(i)); }
    }
    auto const listed = read_numbers(f, "full_attn_idxs", 0, layers - 1);
    if (kinds.empty() && listed.empty()) {
        f.refuse(errc::missing_field, "layer_types",
                 "is missing; it says which layers attend and which convolve.");
    }
    for (count const i : listed) {
        attending.insert(i);
    }
    return attending;
}

/// The width of the feed-forward block: two thirds of what is written, rounded up to block_multiple_of,
/// unless block_auto_adjust_ff_dim is false.
[[nodiscard]] inline count read_lfm2_width(json_fields& f) {
    count const written =
        f.integer("block_ff_dim", "intermediate_size", 1, model_limits::intermediate);
    count const multiple = f.integer_or("block_multiple_of", 256, 1, 1 << 16);
    if (nlohmann::json const* const factor = f.find("block_ffn_dim_multiplier");
        factor != nullptr && !(factor->is_number() && factor->get<double>() == 1.0)) {
        f.refuse(errc::unsupported, "block_ffn_dim_multiplier", "is ", detail::shown(*factor),
                 "; only 1.0 is known.");
    }
    if (!f.flag_or("block_auto_adjust_ff_dim", true)) { return written; }
    count const part = 2 * written / 3;
    return (part + multiple - 1) / multiple * multiple;
}

/// Short convolutions and, in some layers, attention, around the same block.
template <class Block>
[[nodiscard]] description lfm2_model(json_fields& f, backbone const& b, Block const& block) {
    gqa attention = attention_of(b);
    attention.query_key_norm = qk_norm::per_head;
    refuse_flag(f, "conv_bias", "biases on its convolutions are not modelled.");
    short_convolution const convolution{b.hidden,
                                        f.integer_or("conv_L_cache", 3, 2, model_limits::taps)};
    layer_set const attending = read_lfm2_attending(f, b.layers);
    no_shapes(f, {"conv_dim", "conv_dim_out", "conv_use_xavier_init", "block_dim",
                  "block_mlp_init_scale", "block_norm_eps", "block_out_init_scale",
                  "block_use_swiglu", "block_use_xavier_init", "num_heads", "use_pos_enc"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        return any_layers{{},
                          attending.contains(i) ? any_attention(attention)
                                                : any_attention(convolution),
                          block(i),
                          {}};
    });
    return d;
}

/// Lfm2Config: tied (tie_embedding), norms on each query and key head.
[[nodiscard]] inline description read_lfm2(json_fields& f) {
    backbone b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    b.tied = f.flag_or("tie_embedding", b.tied);
    gated const block{read_lfm2_width(f)};
    return lfm2_model(f, b, [&](count) { return any_feed_forward(block); });
}

/// Lfm2MoeConfig: experts behind num_dense_layers, with a correction where use_expert_bias says so.
[[nodiscard]] inline description read_lfm2_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    moe experts{.score_correction = f.flag_or("use_expert_bias", true)};
    read_routing(f, experts, "num_experts");
    experts.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    gated const dense{read_intermediate(f)};
    count const first = f.integer_or("num_dense_layers", 2, 0, b.layers);
    return lfm2_model(f, b, [&](count i) {
        return i < first ? any_feed_forward(dense) : any_feed_forward(experts);
    });
}

} // namespace reckon::inline v0::io::hugging_face
