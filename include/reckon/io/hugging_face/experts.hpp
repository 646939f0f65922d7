// SPDX-License-Identifier: MIT
// Mixtures of experts with a habit or two of their own: olmoe, dots1, ernie4_5_moe, bailing_moe,
// mimo_v2_flash, step3p5, laguna.
//
// Source: config classes of transformers and of the published repositories; ml-explore/mlx-lm.
#pragma once
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::hugging_face {

/// OlmoeConfig: every layer a mixture of experts of intermediate_size; norms over all heads.
[[nodiscard]] inline description read_olmoe(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::all_heads;
    moe block{.intermediate = read_intermediate(f)};
    read_routing(f, block, "num_experts");
    description d{.model = model_of(b)};
    d.model.groups = compose(b.layers, attention, {}, everywhere(block), {});
    return d;
}

/// Dots1Config: as DeepSeek-V3's mixture, with grouped-query attention and norms on each head.
[[nodiscard]] inline description read_dots1(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    description d{.model = model_of(b)};
    window_pattern const pattern = read_pattern(f, b, read_window(f, 0), {});
    no_shapes(f, {"max_window_layers"});
    d.model.groups =
        compose(b.layers, attention, pattern, read_deepseek_feed_forward(f, b.layers, true), {});
    return d;
}

/// Ernie4_5_MoeConfig: experts from moe_layer_start_index on, each moe_layer_interval-th layer; a score
/// correction; shared experts of the routed ones' width.
[[nodiscard]] inline description read_ernie4_5_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    refuse_flag(f, "use_bias", no_gated_bias);
    moe block{.score_correction = f.flag_or("moe_use_aux_free", true)};
    block.routed = f.integer("moe_num_experts", 1, model_limits::experts);
    block.per_token = f.integer("moe_k", 1, block.routed);
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate =
        block.intermediate * f.integer_or("moe_num_shared_experts", 0, 0, 1024);
    count const first = f.integer_or("moe_layer_start_index", 1, 0, b.layers);
    count const last = f.integer_or("moe_layer_end_index", b.layers - 1, -1, b.layers);
    count const step = f.integer_or("moe_layer_interval", 1, 1, model_limits::layers);
    count const end = last < 0 ? b.layers : std::min(last + 1, b.layers);
    layer_set const experts =
        layer_set::every(step, step - 1, b.layers) & layer_set::range(first, end);
    no_shapes(f, {"moe_capacity", "moe_gate", "moe_gate_act", "moe_norm_min", "compression_ratio",
                  "multi_token_pred_lambda", "num_nextn_predict_layers", "moe_norm_gate_logits",
                  "moe_aux_loss_lambda", "moe_orthogonal_loss_lambda", "fuse_gate_detach_matmul"});
    feed_forward_plan const plan{layer_set::range(0, b.layers) - experts,
                                 gated{read_intermediate(f)}, block};
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = compose(b.layers, attention_of(b), {}, plan, {});
    return d;
}

/// BailingMoeConfig and BailingMoeV2Config (Ling, Ring): norms on each head and a score correction where
/// the file says so.
[[nodiscard]] inline description read_bailing_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    refuse_flag(f, "use_bias", no_gated_bias);
    gqa attention = attention_of(b);
    attention.qkv_bias = f.flag_or("use_qkv_bias", false);
    attention.query_key_norm = f.flag_or("use_qk_norm", false) ? qk_norm::per_head : qk_norm::none;
    moe block{.score_correction = f.flag_or("moe_router_enable_expert_bias", false)};
    read_routing(f, block, "num_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    count const shared = f.integer_or("moe_shared_expert_intermediate_size", block.intermediate, 1,
                                      model_limits::intermediate);
    block.shared_intermediate = shared * f.integer_or("num_shared_experts", 0, 0, 1024);
    count const dense = f.integer_or("first_k_dense_replace", 0, 0, b.layers);
    no_shapes(f, {"max_window_layers", "sliding_window", "use_sliding_window",
                  "mtp_loss_scaling_factor", "moe_router_topk_scaling_factor", "router_dtype"});
    feed_forward_plan const plan{layer_set::range(0, dense), gated{read_intermediate(f)}, block};
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = compose(b.layers, attention, {}, plan, {});
    d.model.mtp = read_mtp(f, false);
    return d;
}

/// MiMoV2FlashConfig: windowed layers (1 in hybrid_layer_pattern) with heads of their own and sinks,
/// keys wider than values, experts where moe_layer_freq is 1. Prediction modules are not in the file.
[[nodiscard]] inline description read_mimo_v2_flash(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    refuse_flag(f, "attention_bias", "biases in this family are not modelled.");
    gqa full = attention_of(b);
    full.value_dim = f.integer_or("v_head_dim", b.head_dim, 1, model_limits::head_dim);
    full.sinks = f.flag_or("add_full_attention_sink_bias", false);
    gqa local = full;
    local.query_heads = f.integer_or("swa_num_attention_heads", b.heads, 1, model_limits::heads);
    local.kv_heads = f.integer_or("swa_num_key_value_heads", b.kv_heads, 1, model_limits::heads);
    local.head_dim = f.integer_or("swa_head_dim", b.head_dim, 1, model_limits::head_dim);
    local.value_dim = f.integer_or("swa_v_head_dim", full.value_dim, 1, model_limits::head_dim);
    local.sinks = f.flag_or("add_swa_attention_sink_bias", false);
    count const window =
        f.integer("sliding_window", "sliding_window_size", 1, model_limits::window);
    no_shapes(f, {"attention_chunk_size", "attention_value_scale"});
    auto const windows = read_numbers(f, "hybrid_layer_pattern", 0, 1);
    require_one_each(f, "hybrid_layer_pattern", windows.size(), b.layers);
    auto const mixed = read_numbers(f, "moe_layer_freq", 0, 1);
    require_one_each(f, "moe_layer_freq", mixed.size(), b.layers);
    moe block{.score_correction = f.text_or("topk_method", "noaux_tc") == "noaux_tc"};
    read_routing(f, block, "n_routed_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate = block.intermediate * f.integer_or("n_shared_experts", 0, 0, 1024);
    gated const dense{read_intermediate(f)};
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        auto const at = static_cast<std::size_t>(i);
        return any_layers{{},
                          windows[at] == 1
                              ? any_attention(windowed<gqa>{.inner = local, .window = window})
                              : any_attention(full),
                          mixed[at] == 1 ? any_feed_forward(block) : any_feed_forward(dense),
                          {}};
    });
    return d;
}

/// Layer numbers in a list or in a text with commas (moe_layers_enum).
[[nodiscard]] inline layer_set read_layer_numbers(json_fields& f, std::string_view field,
                                                  count layers) {
    layer_set found{};
    nlohmann::json const* const value = f.find(field);
    if (value != nullptr && !value->is_string()) {
        for (count const i : read_numbers(f, field, 0, layers - 1)) {
            found.insert(i);
        }
        return found;
    }
    std::string_view rest = f.text_or(field, "");
    while (!rest.empty()) {
        std::string_view const word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        count i = -1;
        auto const read = std::from_chars(word.data(), word.data() + word.size(), i);
        if (read.ec != std::errc{} || read.ptr != word.data() + word.size() || i < 0 ||
            i >= layers) {
            f.refuse(errc::wrong_type, field, "holds ", detail::in_quotes(word),
                     ", which is no number of a layer.");
            return found;
        }
        found.insert(i);
    }
    return found;
}

/// Step3p5Config: windowed layers with the heads of attention_other_setting, a gate for each head,
/// experts in moe_layers_enum; lists go on for the prediction modules, which have a head of their own
/// and are windowed dense layers.
[[nodiscard]] inline description read_step3p5(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.kv_heads = f.integer("num_attention_groups", "num_key_value_heads", 1, model_limits::heads);
    b.head_dim = f.integer("head_dim", 1, model_limits::head_dim);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    gqa full = attention_of(b);
    full.query_key_norm = f.flag_or("use_qk_norm", true) ? qk_norm::per_head : qk_norm::none;
    full.head_gate = f.flag_or("use_head_wise_attn_gate", true);
    gqa local = full;
    if (nlohmann::json const* const other = f.object_or_none("attention_other_setting")) {
        json_fields o(*other, f.source(), "attention_other_setting.");
        local.query_heads = o.integer("num_attention_heads", 1, model_limits::heads);
        local.kv_heads = o.integer_or("num_attention_groups", b.kv_heads, 1, model_limits::heads);
        local.head_dim = o.integer_or("head_dim", b.head_dim, 1, model_limits::head_dim);
        if (o.failure()) { f.fail(*o.failure()); }
    }
    count const window = f.integer("sliding_window", 1, model_limits::window);
    count const modules = f.integer_or("num_nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    auto const kinds = f.texts_or_none("layer_types");
    if (static_cast<count>(kinds.size()) < b.layers) {
        require_one_each(f, "layer_types", kinds.size(), b.layers);
    }
    moe block{.score_correction = f.flag_or("use_moe_router_bias", true)};
    block.routed = f.integer("moe_num_experts", 1, model_limits::experts);
    block.per_token = f.integer("moe_top_k", 1, block.routed);
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate = f.integer("share_expert_dim", 1, model_limits::intermediate);
    layer_set const experts = read_layer_numbers(f, "moe_layers_enum", b.layers);
    gated const dense{read_intermediate(f)};
    no_shapes(f, {"partial_rotary_factors", "yarn_only_types", "moe_router_activation",
                  "moe_router_scaling_factor", "norm_expert_weight", "need_fp32_gate",
                  "swiglu_limits", "swiglu_limits_shared", "zero_centered", "att_impl_type",
                  "moe_every_n_layer", "use_moe", "sink", "share_expert_dims"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    layer_set windowed_dense{};
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const sliding = kinds[static_cast<std::size_t>(i)] == "sliding_attention";
        bool const mixed = experts.contains(i);
        if (sliding && !mixed && windowed_dense.size() == 0) { windowed_dense.insert(i); }
        return any_layers{{},
                          sliding ? any_attention(windowed<gqa>{.inner = local, .window = window})
                                  : any_attention(full),
                          mixed ? any_feed_forward(block) : any_feed_forward(dense),
                          {}};
    });
    d.model.mtp.layers = modules;
    d.model.mtp.own_head = modules > 0;
    if (modules > 0) { d.model.mtp.like = windowed_dense; }
    if (modules > 0 && windowed_dense.size() == 0) {
        f.refuse(errc::unsupported, "num_nextn_predict_layers",
                 "announces modules, but no layer has their shape: a window and no experts.");
    }
    return d;
}

/// LagunaConfig: heads that differ from layer to layer (num_attention_heads_per_layer), a gate for each
/// head, experts where mlp_layer_types says sparse.
[[nodiscard]] inline description read_laguna(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa attention = attention_with_optional_bias(f, b);
    attention.qkv_bias = f.flag_or("qkv_bias", false);
    attention.query_key_norm = qk_norm::per_head;
    nlohmann::json const* const gating = f.find("gating");
    bool const by_text = gating != nullptr && gating->is_string();
    attention.head_gate =
        by_text ? f.text_or("gating", "") == "per-head" : f.flag_or("gating", true);
    if (by_text && !attention.head_gate) {
        f.refuse(errc::unsupported, "gating", "is ", detail::in_quotes(f.text_or("gating", "")),
                 "; only per-head is known.");
    }
    auto heads = read_numbers(f, "num_attention_heads_per_layer", 1, model_limits::heads);
    if (heads.empty()) { heads.assign(static_cast<std::size_t>(b.layers), b.heads); }
    require_one_each(f, "num_attention_heads_per_layer", heads.size(), b.layers);
    window_pattern const windows = read_pattern(f, b, read_window(f, 512), {});
    auto const blocks = read_kinds(f, "mlp_layer_types", b.layers, {"dense", "sparse"});
    layer_set const only = read_qwen_dense_layers(f, b.layers);
    moe block{.score_correction = true};
    read_routing(f, block, "num_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate =
        f.integer_or("shared_expert_intermediate_size", 0, 0, model_limits::intermediate);
    gated const dense{read_intermediate(f)};
    no_shapes(f, {"gating_types", "moe_router_score_func", "moe_router_logit_softcapping",
                  "moe_routed_scaling_factor", "moe_apply_router_weight_on_input"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        auto const at = static_cast<std::size_t>(i);
        gqa a = attention;
        a.query_heads = heads[at];
        bool const plain = blocks.empty() ? only.contains(i) : blocks[at] == "dense";
        return any_layers{{},
                          windows.sliding.contains(i)
                              ? any_attention(windowed<gqa>{.inner = a, .window = windows.window})
                              : any_attention(a),
                          plain ? any_feed_forward(dense) : any_feed_forward(block),
                          {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
