// SPDX-License-Identifier: MIT
// Decoders with two-matrix feed-forward blocks and LayerNorm: falcon, gpt2, starcoder2.
#pragma once
#include <reckon/io/hugging_face/shape.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Layers of attention and a two-matrix block, all alike but for their windows.
[[nodiscard]] inline description classic_model(backbone const& b, gqa const& attention,
                                               window_pattern const& pattern,
                                               plain_ffn const& block, norm_layout norms) {
    description d{.model = model_of(b), .names = naming::other};
    d.model.final_norm_bias = norms.bias;
    d.model.groups = compose(b.layers, attention, pattern, everywhere(block), norms);
    return d;
}

/// FalconConfig: tied (base class), multi_query and parallel_attn True, new_decoder_architecture,
/// alibi and bias False, ffn_hidden_size 4 x hidden_size, max_position_embeddings 2048.
/// The new architecture has two norms side by side (num_ln_in_parallel_attn 1 makes them one); the
/// old
/// one has one norm where attention and feed-forward are parallel.
[[nodiscard]] inline description read_falcon(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", true);
    b.context = read_context(f);
    if (!b.context.known()) { b.context = tokens{2048}; }
    b.head_dim = read_head_dim(f, b, 0);
    bool const modern = f.flag_or("new_decoder_architecture", false);
    bool const single_key = f.flag_or("multi_query", true);
    bool const parallel = f.flag_or("parallel_attn", true);
    bool const bias = f.flag_or("bias", false);
    (void)f.flag_or("alibi", false); // positions without weights
    count const written =
        f.integer_or("num_kv_heads", f.integer_or("n_head_kv", b.heads, 1, model_limits::heads), 1,
                     model_limits::heads);
    b.kv_heads = modern ? written : single_key ? 1 : b.heads;
    count const norms_written = f.integer_or("num_ln_in_parallel_attn", 2, 1, 2);
    count const norms = modern ? norms_written : parallel ? 1 : 2;
    gqa const attention{.query_heads = b.heads,
                        .kv_heads = b.kv_heads,
                        .head_dim = b.head_dim,
                        .qkv_bias = bias,
                        .output_bias = bias};
    plain_ffn const block{
        f.integer_or("ffn_hidden_size", 4 * b.hidden, 1, model_limits::intermediate), bias};
    return classic_model(b, attention, {}, block, {norms, true});
}

/// GPT2Config: tied (base class), n_inner 4 x n_embd, n_positions 1024; biases everywhere.
[[nodiscard]] inline description read_gpt2(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.kv_heads = b.heads;
    b.head_dim = read_head_dim(f, b, 0);
    b.tied = f.flag_or("tie_word_embeddings", true);
    refuse_flag(f, "add_cross_attention", "encoder-decoder models are not modelled yet.");
    count const positions = f.integer_or("n_positions", 1024, 1, model_limits::vocabulary);
    if (f.integer_or("n_ctx", positions, 1, model_limits::vocabulary) != positions) {
        f.refuse(errc::contradiction, "n_ctx",
                 "differs from n_positions, of which it is an older name; keep one.");
    }
    b.context = tokens{static_cast<double>(positions)};
    gqa const attention{.query_heads = b.heads,
                        .kv_heads = b.heads,
                        .head_dim = b.head_dim,
                        .qkv_bias = true,
                        .output_bias = true};
    plain_ffn const block{f.integer_or("n_inner", 4 * b.hidden, 1, model_limits::intermediate),
                          true};
    description d = classic_model(b, attention, {}, block, {2, true});
    d.model.learned_positions = positions;
    return d;
}

/// Starcoder2Config: tied (base class), use_bias True, num_key_value_heads 2, sliding_window None.
[[nodiscard]] inline description read_starcoder2(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true});
    bool const bias = f.flag_or("use_bias", true);
    if (std::string_view const norm = f.text_or("norm_type", "layer_norm"); norm != "layer_norm") {
        f.refuse(errc::unsupported, "norm_type", "is ", detail::in_quotes(norm),
                 "; Starcoder2 has layer_norm.");
    }
    if (std::string_view const kind = f.text_or("mlp_type", "default"); kind != "default") {
        f.refuse(errc::unsupported, "mlp_type", "is ", detail::in_quotes(kind),
                 "; only default is known.");
    }
    count const window = read_window(f, 0);
    window_pattern const pattern = read_pattern(f, b, window, all_layers_if(window, b));
    gqa const attention{.query_heads = b.heads,
                        .kv_heads = b.kv_heads,
                        .head_dim = b.head_dim,
                        .qkv_bias = bias,
                        .output_bias = bias};
    return classic_model(b, attention, pattern, {read_intermediate(f), bias}, {2, true});
}

} // namespace reckon::inline v0::io::hugging_face
