// SPDX-License-Identifier: MIT
// DeepSeek's mixtures: deepseek (V1), deepseek_v2, deepseek_v3 and kimi_k2.
//
// Source: modeling_deepseek.py of the published repositories; DeepseekV2Config and DeepseekV3Config
// of
// transformers.
#pragma once
#include <reckon/io/hugging_face/mixtures.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Layer i has experts where i >= first_k_dense_replace (default 0) and i % moe_layer_freq
/// (default 1) == 0; a file without n_routed_experts is dense throughout.
[[nodiscard]] inline feed_forward_plan read_deepseek_feed_forward(json_fields& f, count layers,
                                                                  bool score_correction) {
    count const width = read_intermediate(f);
    feed_forward_plan plan{layer_set::range(0, layers), gated{width}, gated{width}};
    if (f.find("n_routed_experts") == nullptr && f.find("moe_intermediate_size") == nullptr) {
        return plan;
    }
    moe block{.score_correction = score_correction};
    read_routing(f, block, "n_routed_experts");
    block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    block.shared_intermediate = block.intermediate * f.integer_or("n_shared_experts", 0, 0, 1024);
    count const first = f.integer_or("first_k_dense_replace", 0, 0, layers);
    count const period = f.integer_or("moe_layer_freq", 1, 1, model_limits::layers);
    plan.dense = layer_set::range(0, layers) -
                 (layer_set::every(period, 0, layers) - layer_set::range(0, first));
    plan.other_block = block;
    return plan;
}

/// deepseek-moe-16b: grouped-query attention, no score correction.
[[nodiscard]] inline description read_deepseek_v1(json_fields& f) {
    backbone const b = read_backbone(f, {});
    description d{.model = model_of(b)};
    d.model.groups = compose(b.layers, attention_with_optional_bias(f, b), {},
                             read_deepseek_feed_forward(f, b.layers, false), {});
    return d;
}

/// q_lora_rank must be written, be it null (V2-Lite): its absence is no statement.
[[nodiscard]] inline mla read_mla(json_fields& f, count heads) {
    mla a{.query_heads = heads};
    bool const no_latent = f.contains("q_lora_rank") && f.find("q_lora_rank") == nullptr;
    a.q_lora_rank = no_latent ? 0 : f.integer("q_lora_rank", 1, model_limits::hidden);
    a.kv_lora_rank = f.integer("kv_lora_rank", 1, model_limits::hidden);
    a.qk_nope_dim = f.integer("qk_nope_head_dim", 1, model_limits::head_dim);
    a.qk_rope_dim = f.integer("qk_rope_head_dim", 1, model_limits::head_dim);
    a.v_dim = f.integer("v_head_dim", 1, model_limits::head_dim);
    // Derived from the two widths above, in files that newer versions of transformers wrote.
    count const whole = a.qk_nope_dim + a.qk_rope_dim;
    if (f.integer_or("qk_head_dim", whole, 1, model_limits::head_dim) != whole) {
        f.refuse(errc::contradiction, "qk_head_dim",
                 "is not qk_nope_head_dim + qk_rope_head_dim; correct one of them.");
    }
    return a;
}

/// DeepSeek's latent attention with its mixtures. `correction_otherwise`: whether routers have a
/// correction bias where the file does not say.
[[nodiscard]] inline description read_deepseek_mla(json_fields& f, bool correction_otherwise) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    // The latent has no heads: these two say nothing about a tensor.
    (void)f.find("num_key_value_heads");
    (void)f.find("head_dim");
    refuse_flag(f, "attention_bias", "biases on latent attention are not modelled yet.");
    refuse_flag(f, "mlp_bias", no_gated_bias);
    mla const attention = read_mla(f, b.heads);
    std::string_view const method =
        f.text_or("topk_method", correction_otherwise ? "noaux_tc" : "greedy");
    if (method != "noaux_tc" && method != "greedy" && method != "group_limited_greedy") {
        f.refuse(
            errc::unsupported, "topk_method", "is ", detail::in_quotes(method),
            "; known are noaux_tc (with a score correction), greedy and group_limited_greedy.");
    }
    feed_forward_plan const plan = read_deepseek_feed_forward(f, b.layers, method == "noaux_tc");
    description d{.model = model_of(b)};
    layer_set const all = layer_set::range(0, b.layers);
    bool const dense_last = plan.dense.contains(b.layers - 1);
    for (bool const dense : {!dense_last, dense_last}) {
        layer_set const at = dense ? all & plan.dense : all - plan.dense;
        if (at.size() > 0) {
            d.model.groups.list.push_back(
                {at, attention, dense ? plan.dense_block : plan.other_block, {}});
        }
    }
    // V3's and R1's module stores copies of the embedding and the head (README_WEIGHTS of
    // DeepSeek-V3).
    d.model.mtp = read_mtp(f, true);
    return d;
}

/// DeepseekV2Config
[[nodiscard]] inline description read_deepseek_v2(json_fields& f) {
    return read_deepseek_mla(f, false);
}
/// DeepseekV3Config
[[nodiscard]] inline description read_deepseek_v3(json_fields& f) {
    return read_deepseek_mla(f, true);
}

} // namespace reckon::inline v0::io::hugging_face
