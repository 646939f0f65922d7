// SPDX-License-Identifier: MIT
// Dense decoders: llama, mistral, qwen2, qwen3, phi3, granite, olmo2, cohere, gemma2, gemma3_text.
//
// Each reader names the config class of transformers whose defaults it takes for missing fields,
// and
// reads every field that changes weights or cache; known_fields.hpp refuses the rest.
#pragma once
#include <reckon/io/hugging_face/shape.hpp>

namespace reckon::inline v0::io::hugging_face {

/// The same attention and gated feed-forward in every layer, but for the windows.
[[nodiscard]] inline description dense_model(json_fields& f, backbone const& b,
                                             gqa const& attention,
                                             window_pattern const& pattern = {},
                                             norm_layout norms = {}) {
    description d{.model = model_of(b)};
    any_feed_forward const block = gated{read_intermediate(f)};
    d.model.groups = compose(b.layers, attention, pattern, everywhere(block), norms);
    return d;
}

/// Heads and widths as the backbone has them; no biases, no norms.
[[nodiscard]] inline gqa attention_of(backbone const& b) {
    return {.query_heads = b.heads, .kv_heads = b.kv_heads, .head_dim = b.head_dim};
}

/// attention_bias: biases on q, k, v and o together (LlamaAttention and its descendants).
[[nodiscard]] inline gqa attention_with_optional_bias(json_fields& f, backbone const& b) {
    gqa a = attention_of(b);
    a.qkv_bias = a.output_bias = f.flag_or("attention_bias", false);
    return a;
}

inline constexpr std::string_view no_gated_bias =
    "biases on a gated feed-forward are not modelled yet.";

/// LlamaConfig: num_key_value_heads None, head_dim None, attention_bias and mlp_bias False, untied.
/// DeepSeek-LLM, DeepSeek-Coder, Yi and many others are of this type.
[[nodiscard]] inline description read_llama(json_fields& f) {
    backbone const b = read_backbone(f, {});
    refuse_flag(f, "mlp_bias", no_gated_bias);
    return dense_model(f, b, attention_with_optional_bias(f, b));
}

/// MistralConfig: num_key_value_heads 8, sliding_window 4096 unless written (v0.3 writes null).
[[nodiscard]] inline description read_mistral(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    count const window = read_window(f, 4096);
    return dense_model(f, b, attention_of(b), read_pattern(f, b, window, all_layers_if(window, b)));
}

/// Windows of Qwen2Config and Qwen3Config: only with use_sliding_window (default False), and then
/// in
/// the layers from max_window_layers (default 28) on; layer_types overrides.
[[nodiscard]] inline window_pattern read_qwen_pattern(json_fields& f, backbone const& b) {
    bool const used = f.flag_or("use_sliding_window", false);
    count const first = f.integer_or("max_window_layers", 28, 0, 1 << 20);
    count const window = read_window(f, 4096);
    if (!used) { return read_pattern(f, b, 0, {}); }
    layer_set const from_first = layer_set::range(std::min(first, b.layers), b.layers);
    return read_pattern(f, b, window, window > 0 ? from_first : layer_set{});
}

/// Qwen2Config: untied, num_key_value_heads 32 (required here); biases on q, k, v only, always.
[[nodiscard]] inline description read_qwen2(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa attention = attention_of(b);
    attention.qkv_bias = true;
    return dense_model(f, b, attention, read_qwen_pattern(f, b));
}

/// Qwen3Config: head_dim 128, attention_bias False; norms on each query and key head.
[[nodiscard]] inline description read_qwen3(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    return dense_model(f, b, attention, read_qwen_pattern(f, b));
}

/// Phi3Config: num_key_value_heads None, sliding_window None, untied; q, k, v and gate, up are
/// fused.
[[nodiscard]] inline description read_phi3(json_fields& f) {
    backbone const b = read_backbone(f, {});
    count const window = read_window(f, 0);
    refuse_flag(f, "attention_bias", "Phi3Attention has no biases; correct the file.");
    description d =
        dense_model(f, b, attention_of(b), read_pattern(f, b, window, all_layers_if(window, b)));
    d.names = naming::fused;
    return d;
}

/// GraniteConfig: as LlamaConfig; its multipliers are scalars.
[[nodiscard]] inline description read_granite(json_fields& f) { return read_llama(f); }

/// Olmo2Config: as LlamaConfig; norms over all query and all key heads, and after each block.
[[nodiscard]] inline description read_olmo2(json_fields& f) {
    backbone const b = read_backbone(f, {});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::all_heads;
    return dense_model(f, b, attention);
}

/// CohereConfig: tied (base class), use_qk_norm False; model_max_length is the longer of its two
/// lengths; one LayerNorm without bias for attention and
/// feed-forward side by side.
[[nodiscard]] inline description read_cohere(json_fields& f) {
    backbone b = read_backbone(f, {.tied = true});
    figure<tokens> const longest = read_context(f, "model_max_length");
    if (longest.known() && (!b.context.known() || b.context.value() < longest.value())) {
        b.context = longest;
    }
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = f.flag_or("use_qk_norm", false) ? qk_norm::all_heads : qk_norm::none;
    return dense_model(f, b, attention, {}, {.per_layer = 1});
}

/// Gemma2Config: head_dim 256, tied, sliding_window 4096 in layers 0, 2, 4 ...; four norms a layer.
[[nodiscard]] inline description read_gemma2(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 256});
    gqa const attention = attention_with_optional_bias(f, b);
    layer_set const even = layer_set::every(2, 0, b.layers);
    count const window = read_window(f, 4096);
    if (f.integer_or("sliding_window_size", window, 0, model_limits::window) != window) {
        f.refuse(errc::contradiction, "sliding_window_size",
                 "differs from sliding_window, of which it is an older name; keep one.");
    }
    return dense_model(f, b, attention, read_pattern(f, b, window, even), {.per_layer = 4});
}

/// Gemma3TextConfig: as Gemma2Config, five layers with a window to one without
/// (sliding_window_pattern 6), norms on each query and key head.
[[nodiscard]] inline description read_gemma3_text(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 256});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    refuse_flag(f, "use_bidirectional_attention",
                "an encoder keeps no cache; encoders are not modelled yet.");
    count const older = f.integer_or("_sliding_window_pattern", 6, 1, 256);
    count const period = f.integer_or("sliding_window_pattern", older, 1, 256);
    layer_set const all = layer_set::range(0, b.layers);
    layer_set const local = all - layer_set::every(period, period - 1, b.layers);
    return dense_model(f, b, attention, read_pattern(f, b, read_window(f, 4096), local),
                       {.per_layer = 4});
}

} // namespace reckon::inline v0::io::hugging_face
