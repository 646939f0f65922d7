// SPDX-License-Identifier: MIT
// Linear attention among layers that keep a cache: qwen3_next, qwen3_5, kimi_linear, minimax_m1.
//
// Source: the config classes of transformers and of the published repositories. Not modelled: the
// prediction module of Qwen3-Next, which its file does not announce; MLX formats.
#pragma once
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/known_fields.hpp>
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/towers.hpp>

namespace reckon::inline v0::io::hugging_face {

// ---- Qwen3-Next and Qwen3.5 ---------------------------------------------------------------------

/// Qwen3NextConfig and Qwen3_5TextConfig: layer_types, or every full_attention_interval-th layer full
/// (default 4); the query projection carries a gate.
[[nodiscard]] inline description read_qwen_hybrid(json_fields& f, bool tied_otherwise) {
    backbone const b =
        read_backbone(f, {.tied = tied_otherwise, .kv_heads_required = true, .head_dim = 256});
    gqa full = attention_with_optional_bias(f, b);
    full.query_key_norm = qk_norm::per_head;
    full.output_gate = f.flag_or("attn_output_gate", true);
    gated_delta_net linear{};
    linear.key_heads = f.integer("linear_num_key_heads", 1, model_limits::heads);
    linear.key_dim = f.integer("linear_key_head_dim", 1, model_limits::head_dim);
    linear.value_heads = f.integer("linear_num_value_heads", 1, model_limits::heads);
    linear.value_dim = f.integer("linear_value_head_dim", 1, model_limits::head_dim);
    linear.taps = f.integer("linear_conv_kernel_dim", 1, model_limits::taps);
    linear.query_heads = linear.value_heads;
    refuse_flag(f, "use_sliding_window", "windows are unknown in this family.");
    count const every = f.integer_or("full_attention_interval", 4, 1, model_limits::layers);
    auto const kinds =
        read_kinds(f, "layer_types", b.layers, {"linear_attention", "full_attention"});
    any_feed_forward block{};
    layer_set dense{};
    any_feed_forward dense_block{};
    if (f.find("num_experts") != nullptr) {
        moe m{};
        read_routing(f, m, "num_experts");
        m.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
        m.shared_intermediate =
            f.integer("shared_expert_intermediate_size", 1, model_limits::intermediate);
        m.gated_shared = true;
        block = m;
        dense = read_qwen_dense_layers(f, b.layers);
        count const width = f.integer_or("intermediate_size", 0, 1, model_limits::intermediate);
        if (dense.size() > 0) { dense_block = gated{width > 0 ? width : read_intermediate(f)}; }
    } else {
        block = gated{read_intermediate(f)};
        (void)read_qwen_dense_layers(f, b.layers);
    }
    (void)f.find("mamba_ssm_dtype"); // the state is kept in fp32 here as there
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const is_full = kinds.empty() ? (i + 1) % every == 0
                                           : kinds[static_cast<std::size_t>(i)] == "full_attention";
        return any_layers{{},
                          is_full ? any_attention(full) : any_attention(linear),
                          dense.contains(i) ? dense_block : block,
                          {}};
    });
    d.model.mtp.layers = f.integer_or("mtp_num_hidden_layers", 0, 0, model_limits::mtp_layers);
    d.model.mtp.own_embeddings =
        d.model.mtp.layers > 0 && f.flag_or("mtp_use_dedicated_embeddings", false);
    return d;
}
/// Qwen3NextConfig
[[nodiscard]] inline description read_qwen3_next(json_fields& f) {
    return read_qwen_hybrid(f, false);
}

/// Qwen's towers: layers x (4 w (w + 1) + 2 w i + i + w + 4 w) + patches + positions + mergers, each
/// merger 2 n + m (m + 1) + h (m + 1) with m = w x merged patches; n = w for the last one, m for those
/// that feed inner layers (deepstack). Images have 16,777,216 pixels at most (longest_edge of preprocessor_config.json).
[[nodiscard]] inline tower qwen_tower(json_fields& v) {
    using reckon::detail::add;
    using reckon::detail::multiply;
    count const width = v.integer("hidden_size", 1, model_limits::hidden);
    count const inner = v.integer("intermediate_size", 1, model_limits::intermediate);
    count const layers = v.integer("depth", 1, model_limits::layers);
    count const out = v.integer("out_hidden_size", 1, model_limits::hidden);
    count const patch = v.integer("patch_size", 1, 1024);
    count const frames = v.integer_or("temporal_patch_size", 2, 1, 64);
    count const channels = v.integer_or("in_channels", 3, 1, 64);
    count const side = v.integer_or("spatial_merge_size", 2, 1, 64);
    count const positions = v.integer("num_position_embeddings", 1, model_limits::vocabulary);
    (void)v.find("num_heads");
    auto const inner_layers = static_cast<count>(
        read_numbers(v, "deepstack_visual_indexes", 0, model_limits::layers).size());
    count const merged = multiply(width, side * side);
    count const merge = add(multiply(merged, add(merged, 1)), multiply(out, add(merged, 1)));
    count const layer =
        add(add(multiply(count{4}, width, width + 1), multiply(count{2}, width, inner)),
            add(inner, 5 * width));
    count const input = add(multiply(multiply(patch * patch, frames * channels), width), width);
    count const mergers =
        add(add(merge, 2 * width), multiply(inner_layers, add(merge, 2 * merged)));
    constexpr count most_pixels = 16'777'216;
    count const patches = most_pixels / (patch * patch);
    count const entries = patches / (side * side);
    return {add(add(multiply(layers, layer), input), add(multiply(positions, width), mergers)),
            {patches, entries, entries, width, 2 * inner}};
}

/// qwen3_5, qwen3_5_moe: the text model under text_config, the tower under vision_config.
[[nodiscard]] inline description read_qwen3_5(json_fields& f) {
    nlohmann::json const* const inner = f.object_or_none("text_config");
    if (inner == nullptr) {
        f.refuse(errc::missing_field, "text_config",
                 "is missing; it holds the text model of this family.");
        return {};
    }
    json_fields t(*inner, f.source(), "text_config.");
    description d = read_qwen_hybrid(t, f.flag_or("tie_word_embeddings", false));
    d.dtype = t.text_or("dtype", "");
    if (!t.failure()) { refuse_unknown_shapes(t, "qwen3_5"); }
    if (t.failure()) { f.fail(*t.failure()); }
    if (nlohmann::json const* const vision = f.object_or_none("vision_config")) {
        json_fields v(*vision, f.source(), "vision_config.");
        tower const seen = qwen_tower(v);
        (void)d.model.sides.push_back({side_kind::vision, seen.parameters});
        d.model.images = seen.images;
        if (!v.failure()) { refuse_unknown_shapes(v, "qwen3_5"); }
        if (v.failure()) { f.fail(*v.failure()); }
    }
    return d;
}

// ---- Kimi Linear --------------------------------------------------------------------------------

/// Layers are counted from 1 in linear_attn_config. `num_experts_per_token` is this family's spelling.
[[nodiscard]] inline description read_kimi_linear(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    (void)f.find("model_max_length");
    if (!b.context.known()) { b.context = read_context(f, "model_max_length"); }
    (void)f.find("num_key_value_heads");
    (void)f.find("head_dim");
    (void)f.find("mla_use_nope");
    for (std::string_view const routing :
         {"num_expert_group", "use_grouped_topk", "moe_router_activation_func", "moe_renormalize",
          "attn_res_block_size", "activation_situ_beta", "activation_situ_linear_beta"}) {
        (void)f.find(routing);
    }
    mla latent = read_mla(f, b.heads);
    latent.output_gate = f.flag_or("mla_use_output_gate", false);
    moe block{.score_correction = true};
    block.routed = f.integer("num_experts", 1, model_limits::experts);
    block.per_token = f.integer("num_experts_per_token", "num_experts_per_tok", 1, block.routed);
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate = block.intermediate * f.integer_or("num_shared_experts", 0, 0, 1024);
    block.latent = f.integer_or("routed_expert_hidden_size", 0, 1, model_limits::hidden);
    block.latent_norm = f.flag_or("latent_moe_use_norm", false) && block.latent > 0;
    count const first = f.integer_or("first_k_dense_replace", 0, 0, b.layers);
    count const period = f.integer_or("moe_layer_freq", 1, 1, model_limits::layers);
    gated const dense{read_intermediate(f)};
    description d{.model = model_of(b), .names = naming::experts_apart};
    nlohmann::json const* const linear = f.object_or_none("linear_attn_config");
    if (linear == nullptr) {
        f.refuse(errc::missing_field, "linear_attn_config",
                 "is missing; it says which layers are linear.");
        return d;
    }
    json_fields l(*linear, f.source(), "linear_attn_config.");
    kimi_delta delta{};
    delta.query_heads = l.integer("num_heads", 1, model_limits::heads);
    delta.head_dim = l.integer("head_dim", 1, model_limits::head_dim);
    delta.taps = l.integer("short_conv_kernel_size", 1, model_limits::taps);
    delta.full_rank_gate = l.flag_or("use_full_rank_gate", false);
    (void)l.find("gate_lower_bound");
    layer_set full{};
    layer_set covered{};
    std::size_t entries = 0;
    for (bool const is_full : {true, false}) {
        for (count const i :
             read_numbers(l, is_full ? "full_attn_layers" : "kda_layers", 1, b.layers)) {
            covered.insert(i - 1);
            ++entries;
            if (is_full) { full.insert(i - 1); }
        }
    }
    if (covered.size() != b.layers || static_cast<count>(entries) != b.layers) {
        l.refuse(errc::contradiction, "kda_layers",
                 "and full_attn_layers do not name every layer, counted from 1, exactly once.");
    }
    if (!l.failure()) { refuse_unknown_shapes(l, "kimi_linear"); }
    if (l.failure()) { f.fail(*l.failure()); }
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const experts = i >= first && i % period == 0;
        return any_layers{{},
                          full.contains(i) ? any_attention(latent) : any_attention(delta),
                          experts ? any_feed_forward(block) : any_feed_forward(dense),
                          {}};
    });
    d.model.mtp = read_mtp(f, false);
    return d;
}

// ---- MiniMax-01 and M1 --------------------------------------------------------------------------

/// attn_type_list: 0 is lightning attention, 1 softmax.
[[nodiscard]] inline description read_minimax_m1(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    auto const kinds = read_numbers(f, "attn_type_list", 0, 1);
    require_one_each(f, "attn_type_list", kinds.size(), b.layers);
    if (f.integer_or("shared_intermediate_size", 0, 0, model_limits::intermediate) > 0) {
        f.refuse(errc::unsupported, "shared_intermediate_size",
                 "is not 0; shared experts are unknown in this family.");
    }
    for (std::string_view const factor :
         {"layernorm_full_attention_alpha", "layernorm_full_attention_beta",
          "layernorm_linear_attention_alpha", "layernorm_linear_attention_beta",
          "layernorm_mlp_alpha", "layernorm_mlp_beta", "postnorm", "shared_moe_mode"}) {
        (void)f.find(factor); // scales of the residual stream, no tensors
    }
    moe block{.intermediate = read_intermediate(f)};
    read_routing(f, block, "num_local_experts");
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const softmax = kinds[static_cast<std::size_t>(i)] == 1;
        return any_layers{{},
                          softmax ? any_attention(attention_of(b))
                                  : any_attention(lightning{b.heads, b.head_dim}),
                          block,
                          {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
