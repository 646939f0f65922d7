// SPDX-License-Identifier: MIT
// Dense decoders with a habit or two of their own: gemma, smollm3, internlm2, olmo3, exaone4, seed_oss,
// glm, glm4, cohere2, ernie4_5, mimo.
//
// Each reader names the config class whose defaults it takes for missing fields.
#pragma once
#include <reckon/io/hugging_face/dense.hpp>
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Every layer has a window but each `period`-th.
[[nodiscard]] inline layer_set all_but_each(count period, count layers) {
    return layer_set::range(0, layers) - layer_set::every(period, period - 1, layers);
}

/// GemmaConfig: head_dim 256, tied.
[[nodiscard]] inline description read_gemma(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 256});
    return dense_model(f, b, attention_with_optional_bias(f, b));
}

/// SmolLM3Config: tied; which layers have rotary positions changes no weight.
[[nodiscard]] inline description read_smollm3(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    refuse_flag(f, "mlp_bias", no_gated_bias);
    refuse_flag(f, "use_sliding_window", "windows in this family are not modelled.");
    no_shapes(f, {"no_rope_layers", "no_rope_layer_interval", "layer_types", "max_window_layers",
                  "sliding_window"});
    return dense_model(f, b, attention_with_optional_bias(f, b));
}

/// InternLM2Config: bias (True) on q, k, v and o together.
[[nodiscard]] inline description read_internlm2(json_fields& f) {
    backbone const b = read_backbone(f, {});
    gqa attention = attention_of(b);
    attention.qkv_bias = attention.output_bias = f.flag_or("bias", true);
    description d = dense_model(f, b, attention);
    d.names = naming::other;
    return d;
}

/// Olmo3Config: as Olmo2Config, with a window (4096) in three layers of four.
[[nodiscard]] inline description read_olmo3(json_fields& f) {
    backbone const b = read_backbone(f, {});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::all_heads;
    return dense_model(f, b, attention,
                       read_pattern(f, b, read_window(f, 4096), all_but_each(4, b.layers)));
}

/// Exaone4Config: norms on each query and key head, a window in three layers of four where
/// sliding_window is set (sliding_window_pattern 4 or "LLLG").
[[nodiscard]] inline description read_exaone4(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    nlohmann::json const* const written = f.find("sliding_window_pattern");
    count const period = written != nullptr && written->is_string()
                             ? static_cast<count>(written->get_ref<std::string const&>().size())
                             : f.integer_or("sliding_window_pattern", 4, 1, 256);
    count const window = read_window(f, 0);
    layer_set const local =
        window > 0 ? all_but_each(std::max(period, count{1}), b.layers) : layer_set{};
    return dense_model(f, b, attention, read_pattern(f, b, window, local));
}

/// SeedOssConfig: attention_bias on q, k, v (True), attention_out_bias on o (False).
[[nodiscard]] inline description read_seed_oss(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    refuse_flag(f, "mlp_bias", no_gated_bias);
    gqa attention = attention_of(b);
    attention.qkv_bias = f.flag_or("attention_bias", true);
    attention.output_bias = f.flag_or("attention_out_bias", false);
    return dense_model(f, b, attention);
}

/// GlmConfig and Glm4Config: attention_bias on q, k, v alone; Glm4 norms behind the blocks as well.
[[nodiscard]] inline description read_glm_dense(json_fields& f, count norms) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa attention = attention_of(b);
    attention.qkv_bias = f.flag_or("attention_bias", false);
    description d = dense_model(f, b, attention, {}, {.per_layer = norms});
    d.names = naming::fused;
    return d;
}
/// GlmConfig: two norms a layer.
[[nodiscard]] inline description read_glm(json_fields& f) { return read_glm_dense(f, 2); }
/// Glm4Config: four norms a layer.
[[nodiscard]] inline description read_glm4(json_fields& f) { return read_glm_dense(f, 4); }

/// Cohere2Config: as CohereConfig, with a window (4096) in three layers of four.
[[nodiscard]] inline description read_cohere2(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    refuse_flag(f, "use_qk_norm", "norms on queries and keys are unknown in this family.");
    count const older = f.integer_or("_sliding_window_pattern", 4, 1, 256);
    count const period = f.integer_or("sliding_window_pattern", older, 1, 256);
    no_shapes(f, {"order_of_interleaved_layers", "position_embedding_type", "rotary_pct",
                  "use_parallel_block", "use_parallel_embedding", "use_embedding_sharing",
                  "use_gated_activation", "layer_switch"});
    return dense_model(f, b, attention_with_optional_bias(f, b),
                       read_pattern(f, b, read_window(f, 4096), all_but_each(period, b.layers)),
                       {.per_layer = 1});
}

/// Ernie4_5Config: head_dim 128, tied; use_bias would put biases on all of them.
[[nodiscard]] inline description read_ernie4_5(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 128});
    refuse_flag(f, "use_bias", no_gated_bias);
    return dense_model(f, b, attention_of(b));
}

/// MiMoConfig: as Qwen2Config, with prediction modules.
[[nodiscard]] inline description read_mimo(json_fields& f) {
    description d = read_qwen2(f);
    if (!f.flag_or("attention_bias", true)) {
        f.refuse(errc::unsupported, "attention_bias",
                 "is false, but MiMo has biases on q, k and v.");
    }
    d.model.mtp.layers = f.integer_or("num_nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    return d;
}

/// ExaoneConfig (3.x): as LlamaConfig, num_layers for num_hidden_layers.
[[nodiscard]] inline description read_exaone(json_fields& f) {
    backbone b{};
    b.layers = f.integer("num_hidden_layers", "num_layers", 1, model_limits::layers);
    b.hidden = f.integer("hidden_size", 1, model_limits::hidden);
    b.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    b.heads = f.integer("num_attention_heads", 1, model_limits::heads);
    b.kv_heads = read_kv_heads(f, b.heads, true);
    b.head_dim = read_head_dim(f, b, 0);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    no_shapes(f, {"embed_dropout"});
    description d = dense_model(f, b, attention_of(b));
    d.names = naming::other;
    return d;
}

/// MiniCPMConfig: as LlamaConfig; its scales are numbers outside the weights.
[[nodiscard]] inline description read_minicpm(json_fields& f) {
    no_shapes(f, {"dim_model_base", "scale_depth", "scale_emb", "mup_denominator"});
    return read_llama(f);
}

/// ApertusConfig: norms on each query and key head, two matrices with an activation of two learned
/// values a layer (xIELU).
[[nodiscard]] inline description read_apertus(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    require_text(f, "hidden_act", "xielu");
    refuse_flag(f, "mlp_bias", "biases on its feed-forward are not modelled.");
    refuse_flag(f, "post_norm", "norms behind the blocks are not modelled in this family.");
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = f.flag_or("qk_norm", true) ? qk_norm::per_head : qk_norm::none;
    plain_ffn const block{.intermediate = read_intermediate(f), .biases = false};
    description d{.model = model_of(b)};
    d.model.groups = compose(b.layers, attention, {}, everywhere(block), {2, false, 2});
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
