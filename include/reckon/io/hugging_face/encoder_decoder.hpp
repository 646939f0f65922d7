// SPDX-License-Identifier: MIT
// Encoders with a decoder: t5, mt5, bart, whisper. The encoder's layers stand first.
//
// Source: T5Config, BartConfig and WhisperConfig of transformers.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Two stacks of layers: the encoder keeps nothing, the decoder attends to what it made.
inline void fill_stacks(description& d, count encoding, count decoding, gqa const& attention,
                        count source, any_feed_forward const& block, bool bias) {
    d.model.groups.list.push_back({layer_set::range(0, encoding),
                                   reckon::encoder<gqa>{attention, attention.query_heads},
                                   block,
                                   {2, bias}});
    d.model.groups.list.push_back(
        {layer_set::range(encoding, encoding + decoding),
         cross_attending<gqa>{attention, source, true, attention.query_heads},
         block,
         {3, bias}});
}

/// T5Config: d_kv wide heads, num_decoder_layers as num_layers, gated where feed_forward_proj says so
/// ("gated-gelu"), tied. Relative positions: a table in each stack (in each layer of umt5, which is
/// refused); no longest sequence is written.
[[nodiscard]] inline description read_t5(json_fields& f) {
    count const h = f.integer("d_model", 1, model_limits::hidden);
    count const encoding = f.integer("num_layers", 1, model_limits::layers / 2);
    count const decoding =
        f.integer_or("num_decoder_layers", encoding, 1, model_limits::layers / 2);
    count const heads = f.integer("num_heads", 1, model_limits::heads);
    gqa const attention{.query_heads = heads,
                        .kv_heads = heads,
                        .head_dim = f.integer("d_kv", 1, model_limits::head_dim)};
    count const inner = f.integer("d_ff", 1, model_limits::intermediate);
    std::string_view const kind = f.text_or("feed_forward_proj", "relu");
    bool const is_gated = f.flag_or("is_gated_act", kind.starts_with("gated"));
    count const buckets = f.integer_or("relative_attention_num_buckets", 32, 1, 4096);
    no_shapes(f, {"n_positions", "relative_attention_max_distance", "dense_act_fn", "output_past",
                  "decoder_start_token_id"});
    description d{.names = naming::other};
    d.model.hidden = h;
    d.model.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    d.model.tied_embeddings = f.flag_or("tie_word_embeddings", true);
    any_feed_forward block = plain_ffn{inner, false};
    if (is_gated) { block = gated{inner}; }
    fill_stacks(d, encoding, decoding, attention, 0, block, false);
    (void)d.model.sides.push_back({side_kind::encoder, h, 32});
    (void)d.model.sides.push_back({side_kind::positions, 2 * buckets * heads, 32});
    return d;
}

/// Fields that BART and Whisper have alike.
struct seq2seq_sizes {
    count hidden{};
    count encoding{};
    count decoding{};
    gqa attention{};
    plain_ffn block{};
};

/// Sizes of an encoder and a decoder by BART's names.
[[nodiscard]] inline seq2seq_sizes read_seq2seq(json_fields& f) {
    seq2seq_sizes s{};
    s.hidden = f.integer("d_model", 1, model_limits::hidden);
    s.encoding = f.integer("encoder_layers", 1, model_limits::layers / 2);
    s.decoding = f.integer("decoder_layers", 1, model_limits::layers / 2);
    count const heads = f.integer("encoder_attention_heads", 1, model_limits::heads);
    count const inner = f.integer("encoder_ffn_dim", 1, model_limits::intermediate);
    if (f.integer("decoder_attention_heads", 1, model_limits::heads) != heads ||
        f.integer("decoder_ffn_dim", 1, model_limits::intermediate) != inner) {
        f.refuse(errc::unsupported, "decoder_attention_heads",
                 "or decoder_ffn_dim differs from the encoder's, which is not modelled.");
    }
    if (s.hidden % heads != 0) {
        f.refuse(errc::contradiction, "d_model", "does not divide by encoder_attention_heads.");
    }
    s.attention = {.query_heads = heads,
                   .kv_heads = heads,
                   .head_dim = std::max(s.hidden / heads, count{1}),
                   .qkv_bias = true,
                   .output_bias = true};
    s.block = {inner, true};
    no_shapes(f, {"num_hidden_layers", "encoder_layerdrop", "decoder_layerdrop",
                  "decoder_start_token_id", "scale_embedding", "normalize_embedding",
                  "add_bias_logits", "classif_dropout", "extra_pos_embeddings"});
    return s;
}

/// The model around both stacks; their layers are left to the family.
[[nodiscard]] inline description seq2seq_model(json_fields& f, seq2seq_sizes const& s) {
    description d{.names = naming::other};
    d.model.hidden = s.hidden;
    d.model.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    d.model.tied_embeddings = f.flag_or("tie_word_embeddings", true);
    d.model.final_norm_bias = true;
    return d;
}

/// BartConfig: learned positions and two rows in both stacks, a norm behind each embedding and none at
/// the end (the one outside the layers is the decoder's).
[[nodiscard]] inline description read_bart(json_fields& f) {
    seq2seq_sizes const s = read_seq2seq(f);
    description d = seq2seq_model(f, s);
    refuse_flag(f, "add_final_layer_norm", "norms at the end of the stacks are not modelled.");
    if (f.flag_or("normalize_before", false)) {
        f.refuse(errc::unsupported, "normalize_before",
                 "is true, as in mBART, which is not modelled.");
    }
    count const positions = f.integer("max_position_embeddings", 1, model_limits::vocabulary);
    d.model.learned_positions = positions + 2;
    d.model.max_context = tokens{static_cast<double>(positions)};
    fill_stacks(d, s.encoding, s.decoding, s.attention, 0, s.block, true);
    (void)d.model.sides.push_back({side_kind::encoder, (positions + 4) * s.hidden, 32});
    return d;
}

/// WhisperConfig: two convolutions of three taps and max_source_positions in front of the encoder, whose
/// output is as long for every sound of 30 s; keys have no biases.
[[nodiscard]] inline description read_whisper(json_fields& f) {
    seq2seq_sizes s = read_seq2seq(f);
    s.attention.unbiased_keys = true;
    description d = seq2seq_model(f, s);
    count const h = s.hidden;
    count const frames = f.integer("max_source_positions", 1, 1 << 20);
    count const text_positions = f.integer("max_target_positions", 1, model_limits::vocabulary);
    count const bands = f.integer("num_mel_bins", 1, 4096);
    no_shapes(f, {"apply_spec_augment", "mask_feature_length", "mask_feature_min_masks",
                  "mask_feature_prob", "mask_time_length", "mask_time_min_masks", "mask_time_prob",
                  "median_filter_width", "use_weighted_layer_sum", "classifier_proj_size",
                  "begin_suppress_tokens"});
    d.model.learned_positions = text_positions;
    d.model.max_context = tokens{static_cast<double>(text_positions)};
    fill_stacks(d, s.encoding, s.decoding, s.attention, frames, s.block, true);
    (void)d.model.sides.push_back(
        {side_kind::encoder, 3 * bands * h + h + 3 * h * h + h + frames * h + 2 * h});
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
