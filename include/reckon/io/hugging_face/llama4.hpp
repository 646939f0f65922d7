// SPDX-License-Identifier: MIT
// llama4_text: chunks of attention in three layers of four, experts in every layer or every other one.
//
// Source: Llama4TextConfig of transformers.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Llama4TextConfig: no_rope_layers (0 marks a layer that sees everything) or every
/// no_rope_layer_interval-th; moe_layers or every interleave_moe_layer_step-th. A chunk bounds the
/// cache as a window does. use_qk_norm norms without weights.
[[nodiscard]] inline description read_llama4_text(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    gqa const attention = attention_with_optional_bias(f, b);
    count const chunk = f.integer_or("attention_chunk_size", 8192, 1, model_limits::window);
    count const every = f.integer_or("no_rope_layer_interval", 4, 1, model_limits::layers);
    layer_set whole = layer_set::every(every, every - 1, b.layers);
    auto const listed = read_numbers(f, "no_rope_layers", 0, 1);
    if (!listed.empty()) {
        require_one_each(f, "no_rope_layers", listed.size(), b.layers);
        whole = {};
        for (std::size_t i = 0; i < listed.size(); ++i) {
            if (listed[i] == 0) { whole.insert(static_cast<count>(i)); }
        }
    }
    for (std::string_view const kind :
         read_kinds(f, "layer_types", b.layers, {"chunked_attention", "full_attention"})) {
        (void)kind; // says what no_rope_layers says
    }
    moe block{};
    read_routing(f, block, "num_local_experts");
    block.intermediate = read_intermediate(f);
    block.shared_intermediate = block.intermediate;
    count const step = f.integer_or("interleave_moe_layer_step", 1, 1, model_limits::layers);
    layer_set experts = layer_set::every(step, step - 1, b.layers);
    auto const chosen = read_numbers(f, "moe_layers", 0, b.layers - 1);
    if (!chosen.empty()) {
        experts = {};
        for (count const i : chosen) {
            experts.insert(i);
        }
    }
    gated const dense{f.integer("intermediate_size_mlp", 1, model_limits::intermediate)};
    no_shapes(f, {"use_qk_norm", "attn_scale", "attn_temperature_tuning", "floor_scale",
                  "for_llm_compressor"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        return any_layers{{},
                          whole.contains(i)
                              ? any_attention(attention)
                              : any_attention(windowed<gqa>{.inner = attention, .window = chunk}),
                          experts.contains(i) ? any_feed_forward(block) : any_feed_forward(dense),
                          {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
