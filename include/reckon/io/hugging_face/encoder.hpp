// SPDX-License-Identifier: MIT
// Encoders: bert, roberta, xlm-roberta.
#pragma once
#include <reckon/io/hugging_face/dense.hpp>
#include <reckon/io/hugging_face/layer_lists.hpp>

namespace reckon::inline v0::io::hugging_face {

/// BertConfig: biases everywhere, LayerNorms behind the embedding and each block, none at the end (the
/// one outside the layers is that of the embedding); positions and token types as one table; a pooler.
/// Heads for pre-training are not counted.
[[nodiscard]] inline description read_bert(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true});
    require_text(f, "position_embedding_type", "absolute");
    refuse_flag(f, "add_cross_attention", "cross-attention is not modelled.");
    gqa attention = attention_of(b);
    attention.qkv_bias = attention.output_bias = true;
    plain_ffn const block{.intermediate = read_intermediate(f), .biases = true};
    description d{.model = model_of(b), .names = naming::other};
    d.model.groups = group_layers(f, b.layers, [&](count) {
        return any_layers{{}, reckon::encoder<gqa>{attention, b.heads}, block, {2, true}};
    });
    d.model.tied_embeddings = true;
    d.model.final_norm_bias = true;
    d.model.learned_positions = f.integer("max_position_embeddings", 1, model_limits::vocabulary) +
                                f.integer_or("type_vocab_size", 2, 0, 1024);
    (void)d.model.sides.push_back(
        {side_kind::pooler,
         reckon::detail::add(reckon::detail::multiply(b.hidden, b.hidden), b.hidden), 32});
    return d;
}

/// RobertaConfig and XLMRobertaConfig: as BertConfig; positions count from two, so that a text is two
/// tokens shorter than the table.
[[nodiscard]] inline description read_roberta(json_fields& f) {
    description d = read_bert(f);
    count const rows = f.integer("max_position_embeddings", 3, model_limits::vocabulary);
    d.model.max_context = tokens{static_cast<double>(rows - 2)};
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
