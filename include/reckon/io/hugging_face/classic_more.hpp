// SPDX-License-Identifier: MIT
// Older decoders with LayerNorm: phi, gptj, gpt_neox, bloom, opt.
#pragma once
#include <reckon/io/hugging_face/classic.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Multi-head attention of hidden / heads wide heads.
[[nodiscard]] inline gqa classic_attention(json_fields& f, backbone& b, bool biases) {
    b.kv_heads = read_kv_heads(f, b.heads, false);
    b.head_dim = read_head_dim(f, b, 0);
    return {.query_heads = b.heads,
            .kv_heads = b.kv_heads,
            .head_dim = b.head_dim,
            .qkv_bias = biases,
            .output_bias = biases};
}

/// PhiConfig: biases everywhere, on the head too; one norm for attention and feed-forward side by side.
[[nodiscard]] inline description read_phi(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    refuse_flag(f, "qk_layernorm", "norms on queries and keys are not modelled in this family.");
    gqa const attention = classic_attention(f, b, true);
    description d = classic_model(b, attention, {}, {read_intermediate(f), true}, {1, true});
    d.model.head_bias = true;
    return d;
}

/// GPTJConfig: biases on the feed-forward and the head alone; n_inner 4 x n_embd.
[[nodiscard]] inline description read_gptj(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f, "n_positions");
    gqa const attention = classic_attention(f, b, false);
    count const inner = f.integer_or("n_inner", 4 * b.hidden, 1, model_limits::intermediate);
    description d = classic_model(b, attention, {}, {inner, true}, {1, true});
    d.model.head_bias = true;
    return d;
}

/// GPTNeoXConfig: untied, biases everywhere (attention_bias), two norms.
[[nodiscard]] inline description read_gpt_neox(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    no_shapes(f, {"use_parallel_residual", "rotary_emb_base"});
    gqa const attention = classic_attention(f, b, f.flag_or("attention_bias", true));
    return classic_model(b, attention, {}, {read_intermediate(f), true}, {2, true});
}

/// BloomConfig: tied, biases everywhere, a norm behind the embedding, 4 x hidden_size; positions
/// without weights or an end: seq_length is what it was trained on.
[[nodiscard]] inline description read_bloom(json_fields& f) {
    backbone b{};
    b.layers = f.integer("n_layer", "num_hidden_layers", 1, model_limits::layers);
    b.hidden = f.integer("hidden_size", "n_embed", 1, model_limits::hidden);
    b.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    b.heads = f.integer("n_head", "num_attention_heads", 1, model_limits::heads);
    b.tied = f.flag_or("tie_word_embeddings", true);
    b.context = read_context(f, "seq_length");
    no_shapes(f, {"skip_bias_add", "skip_bias_add_qkv", "slow_but_exact", "offset_alibi", "n_inner",
                  "masked_softmax_fusion", "bias_dropout_fusion", "attention_softmax_in_fp32"});
    gqa const attention = classic_attention(f, b, true);
    description d = classic_model(b, attention, {}, {4 * b.hidden, true}, {2, true});
    d.model.embedding_norm = true;
    return d;
}

/// OPTConfig: tied, biases everywhere, learned positions and two more rows. OPT-350M, which projects its
/// embedding and norms behind the blocks, is refused.
[[nodiscard]] inline description read_opt(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", true);
    b.context = read_context(f);
    count const embedded = f.integer_or("word_embed_proj_dim", b.hidden, 1, model_limits::hidden);
    if (embedded != b.hidden) {
        f.refuse(errc::unsupported, "word_embed_proj_dim",
                 "is not hidden_size; projected embeddings are not modelled.");
    }
    for (std::string_view const usual :
         {"do_layer_norm_before", "enable_bias", "layer_norm_elementwise_affine"}) {
        if (!f.flag_or(usual, true)) {
            f.refuse(errc::unsupported, usual, "is false, which is not modelled in this family.");
        }
    }
    no_shapes(f, {"_remove_final_layer_norm", "layerdrop"});
    gqa const attention = classic_attention(f, b, true);
    count const inner = f.integer("ffn_dim", 1, model_limits::intermediate);
    description d = classic_model(b, attention, {}, {inner, true}, {2, true});
    d.model.learned_positions =
        f.integer("max_position_embeddings", 1, model_limits::vocabulary) + 2;
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
