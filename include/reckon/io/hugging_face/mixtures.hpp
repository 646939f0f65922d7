// SPDX-License-Identifier: MIT
// Mixtures of experts with grouped-query attention: mixtral, qwen2_moe, qwen3_moe, glm4_moe,
// minimax_m2, gpt_oss.
#pragma once
#include <reckon/io/hugging_face/dense.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Experts to choose from and chosen for each token, under the names that a family uses.
inline void read_routing(json_fields& f, moe& block, std::string_view experts,
                         std::string_view older = "num_experts") {
    block.routed = experts == older ? f.integer(experts, 1, model_limits::experts)
                                    : f.integer(experts, older, 1, model_limits::experts);
    block.per_token =
        f.integer("num_experts_per_tok", "experts_per_token", 1, model_limits::experts);
    if (block.per_token > block.routed) {
        text<64> numbers{};
        numbers.append_grouped(block.per_token)
            .append(", more than the ")
            .append_grouped(block.routed);
        f.refuse(errc::contradiction, "num_experts_per_tok", "is ", numbers.view(),
                 " experts there are; correct one of them.");
    }
}

/// MixtralConfig: num_key_value_heads 8, sliding_window None, untied.
[[nodiscard]] inline description read_mixtral(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    moe block{};
    read_routing(f, block, "num_local_experts");
    block.intermediate = read_intermediate(f);
    count const window = read_window(f, 0);
    window_pattern const pattern = read_pattern(f, b, window, all_layers_if(window, b));
    description d{.model = model_of(b), .names = naming::block_sparse};
    d.model.groups = compose(b.layers, attention_of(b), pattern, everywhere(block), {});
    return d;
}

/// The dense layers of Qwen's mixtures: those in mlp_only_layers (default []), and those that
/// decoder_sparse_step (default 1) skips: (i + 1) % step != 0.
[[nodiscard]] inline layer_set read_qwen_dense_layers(json_fields& f, count layers) {
    layer_set dense{};
    count const step = f.integer_or("decoder_sparse_step", 1, 1, model_limits::layers);
    layer_set const all = layer_set::range(0, layers);
    dense = all - layer_set::every(step, step - 1, layers);
    nlohmann::json const* const only = f.find("mlp_only_layers");
    if (only == nullptr) { return dense; }
    bool right = only->is_array();
    for (auto const& item : right ? *only : nlohmann::json::array()) {
        right = right && item.is_number_integer() && item.get<count>() >= 0 &&
                item.get<count>() < layers;
        if (right) { dense.insert(item.get<count>()); }
    }
    if (!right) {
        f.refuse(errc::wrong_type, "mlp_only_layers", "is ", detail::shown(*only),
                 "; it must be a list of layer numbers below num_hidden_layers.");
    }
    return dense;
}

/// Qwen's mixtures: which layers are dense or have a window, by the file.
[[nodiscard]] inline description qwen_mixture(json_fields& f, backbone const& b,
                                              gqa const& attention, moe const& block) {
    // The sliding layers of these two classes changed between versions of transformers; no
    // published
    // model has any.
    if (f.find("layer_types") == nullptr) {
        refuse_flag(f, "use_sliding_window",
                    "which layers have the window is not said; add layer_types.");
    }
    feed_forward_plan plan{
        .dense = read_qwen_dense_layers(f, b.layers), .dense_block = {}, .other_block = block};
    count const dense_width = f.integer_or("intermediate_size", 0, 1, model_limits::intermediate);
    if (plan.dense.size() > 0) {
        plan.dense_block = gated{dense_width > 0 ? dense_width : read_intermediate(f)};
    }
    description d{.model = model_of(b)};
    d.model.groups = compose(b.layers, attention, read_qwen_pattern(f, b), plan, {});
    return d;
}

/// Qwen2MoeConfig: qkv_bias True, one gated shared expert of shared_expert_intermediate_size.
[[nodiscard]] inline description read_qwen2_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa attention = attention_of(b);
    attention.qkv_bias = f.flag_or("qkv_bias", true);
    moe block{};
    read_routing(f, block, "num_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate =
        f.integer("shared_expert_intermediate_size", 1, model_limits::intermediate);
    block.gated_shared = true;
    return qwen_mixture(f, b, attention, block);
}

/// Qwen3MoeConfig: attention_bias False; head_dim is hidden_size / num_attention_heads unless
/// written.
[[nodiscard]] inline description read_qwen3_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    if (!f.flag_or("use_qk_norm", true)) {
        f.refuse(errc::unsupported, "use_qk_norm",
                 "is false, but Qwen3MoeAttention always has these norms; correct the file.");
    }
    moe block{};
    read_routing(f, block, "num_experts", "num_local_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    return qwen_mixture(f, b, attention, block);
}

/// Prediction modules that a file announces.
[[nodiscard]] inline mtp_module read_mtp(json_fields& f, bool own_embeddings) {
    count const layers = f.integer_or("num_nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    return {layers, layers > 0 && own_embeddings};
}

/// Glm4MoeConfig: attention_bias (q, k, v only), use_qk_norm and first_k_dense_replace as written,
/// False, False and 1 otherwise. The file does not say whether the prediction module has embeddings
/// of
/// its own (GLM-4.5 and 4.7 have, 4.6 has not): they are counted, apart from the model, as in 4.5.
[[nodiscard]] inline description read_glm4_moe(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa attention = attention_of(b);
    attention.qkv_bias = f.flag_or("attention_bias", false);
    attention.query_key_norm = f.flag_or("use_qk_norm", false) ? qk_norm::per_head : qk_norm::none;
    moe block{.score_correction = true};
    read_routing(f, block, "n_routed_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    count const shared = f.integer_or("n_shared_experts", 0, 0, 1024);
    block.shared_intermediate = shared * block.intermediate;
    count const dense = f.integer_or("first_k_dense_replace", 1, 0, b.layers);
    feed_forward_plan const plan{layer_set::range(0, dense), gated{read_intermediate(f)}, block};
    description d{.model = model_of(b)};
    d.model.groups = compose(b.layers, attention, {}, plan, {});
    d.model.mtp = read_mtp(f, true);
    return d;
}

/// MiniMaxM2Config. num_mtp_modules is announced (3) but the checkpoints hold none, so none is
/// counted. qk_norm_type "per_layer" is one norm over all heads.
[[nodiscard]] inline description read_minimax_m2(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa attention = attention_of(b);
    if (f.flag_or("use_qk_norm", true)) { attention.query_key_norm = qk_norm::all_heads; }
    if (std::string_view const kind = f.text_or("qk_norm_type", "per_layer"); kind != "per_layer") {
        f.refuse(errc::unsupported, "qk_norm_type", "is ", detail::in_quotes(kind),
                 "; only per_layer is known.");
    }
    if (nlohmann::json const* const kinds = f.find("attn_type_list")) {
        bool full = kinds->is_array();
        for (auto const& kind : full ? *kinds : nlohmann::json::array()) {
            full = full && kind == 1;
        }
        if (!full) {
            f.refuse(errc::unsupported, "attn_type_list",
                     "has entries other than 1; linear attention is not modelled yet.");
        }
    }
    if (f.integer_or("shared_intermediate_size", 0, 0, model_limits::intermediate) > 0) {
        f.refuse(errc::unsupported, "shared_intermediate_size",
                 "is not 0; shared experts are unknown in this family.");
    }
    for (std::string_view const announced :
         {"use_mtp", "num_mtp_modules", "mtp_transformer_layers"}) {
        (void)f.find(announced);
    }
    count const window = read_window(f, 0);
    if (window > 0) {
        f.refuse(errc::unsupported, "sliding_window",
                 "is set; windows are unknown in this family.");
    }
    moe block{.intermediate = read_intermediate(f),
              .score_correction = f.flag_or("use_routing_bias", true)};
    read_routing(f, block, "num_local_experts");
    description d{.model = model_of(b), .names = naming::block_sparse, .wide_router = true};
    d.model.groups = compose(b.layers, attention, {}, everywhere(block), {});
    return d;
}

/// GptOssConfig: head_dim 64, attention_bias True (q, k, v and o), sliding_window 128 in layers 0,
/// 2,
/// 4 ...; a sink for each head, biases on router and experts.
[[nodiscard]] inline description read_gpt_oss(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 64});
    gqa attention = attention_of(b);
    attention.qkv_bias = attention.output_bias = f.flag_or("attention_bias", true);
    attention.sinks = true;
    moe block{.intermediate = read_intermediate(f), .biases = true};
    read_routing(f, block, "num_local_experts");
    layer_set const even = layer_set::every(2, 0, b.layers);
    description d{.model = model_of(b), .names = naming::fused_experts};
    d.model.groups = compose(b.layers, attention, read_pattern(f, b, read_window(f, 128), even),
                             everywhere(block), {});
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
