// SPDX-License-Identifier: MIT
// Gemma's text models whose layers differ: gemma3n_text, gemma4_text.
//
// Source: Gemma3nTextConfig and Gemma4TextConfig of transformers.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Layers of a kind and layers that read the keys of the last one of their kind before them.
struct gemma_layers {
    window_pattern windows{};
    layer_set borrowing{};
};

/// layer_types, or every `period`-th layer without a window; the last num_kv_shared_layers keep nothing.
[[nodiscard]] inline gemma_layers read_gemma_layers(json_fields& f, backbone const& b, count period,
                                                    count window) {
    layer_set const all = layer_set::range(0, b.layers);
    layer_set const local = all - layer_set::every(period, period - 1, b.layers);
    count const shared = f.integer_or("num_kv_shared_layers", 0, 0, b.layers - 1);
    return {read_pattern(f, b, read_window(f, window), local),
            layer_set::range(b.layers - shared, b.layers)};
}

/// A table of embeddings for every layer, with the norm behind its projection.
inline void add_layer_embeddings(json_fields& f, description& d, count layers, count width) {
    count const tokens =
        f.integer_or("vocab_size_per_layer_input", d.model.vocabulary, 1, model_limits::vocabulary);
    (void)d.model.sides.push_back(
        {side_kind::layer_embeddings,
         reckon::detail::add(reckon::detail::multiply(tokens, layers, width), width)});
}

/// One width for all layers, or a list of equal ones (intermediate_size of Gemma 3n).
[[nodiscard]] inline count read_equal_widths(json_fields& f, std::string_view field) {
    nlohmann::json const* const value = f.find(field);
    if (value == nullptr || !value->is_array()) {
        return f.integer(field, 1, model_limits::intermediate);
    }
    auto const widths = read_numbers(f, field, 1, model_limits::intermediate);
    for (count const width : widths) {
        if (width != widths.front()) {
            f.refuse(errc::unsupported, field,
                     "differs from layer to layer, which is not modelled.");
        }
    }
    return widths.empty() ? 1 : widths.front();
}

/// Gemma3nTextConfig: head_dim 256, tied; AltUp streams, LAuReL and an embedding for every layer. Its
/// sparse activations are computed like any others.
[[nodiscard]] inline description read_gemma3n_text(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 256});
    gqa attention = attention_with_optional_bias(f, b);
    attention.query_key_norm = qk_norm::per_head;
    gemma_layers const layers = read_gemma_layers(f, b, 5, 512);
    embedding_gated block{};
    block.intermediate = read_equal_widths(f, "intermediate_size");
    block.embedding_dim = f.integer("hidden_size_per_layer_input", 1, model_limits::hidden);
    block.laurel_rank = f.integer("laurel_rank", 1, model_limits::hidden);
    block.streams = f.integer("altup_num_inputs", 1, model_limits::streams);
    no_shapes(f, {"activation_sparsity_pattern", "altup_active_idx", "altup_coef_clip",
                  "altup_correct_scale", "altup_lr_multiplier"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        gqa a = attention;
        a.borrowed_keys = layers.borrowing.contains(i);
        return any_layers{
            {},
            layers.windows.sliding.contains(i)
                ? any_attention(windowed<gqa>{.inner = a, .window = layers.windows.window})
                : any_attention(a),
            block,
            {.per_layer = 4}};
    });
    add_layer_embeddings(f, d, b.layers, block.embedding_dim);
    count const projections = 2 * (block.streams - 1);
    (void)d.model.sides.push_back(
        {side_kind::hyper_head,
         reckon::detail::multiply(std::max(projections, count{1}), b.hidden, b.hidden)});
    return d;
}

/// Gemma4TextConfig: global layers with heads of their own size and number, whose keys may serve as
/// values; a mixture beside the feed-forward block; an embedding for every layer; feed-forward blocks
/// of double width where keys are borrowed.
[[nodiscard]] inline description read_gemma4_text(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = true, .kv_heads_required = true, .head_dim = 256});
    gqa local = attention_with_optional_bias(f, b);
    local.query_key_norm = qk_norm::per_head;
    gqa global = local;
    global.head_dim = f.integer_or("global_head_dim", 512, 1, model_limits::head_dim);
    global.kv_heads =
        f.integer_or("num_global_key_value_heads", b.kv_heads, 1, model_limits::heads);
    global.keys_as_values = f.flag_or("attention_k_eq_v", false);
    count const older = f.integer_or("_sliding_window_pattern", 6, 1, 256);
    gemma_layers const layers =
        read_gemma_layers(f, b, f.integer_or("sliding_window_pattern", older, 1, 256), 512);
    if (f.text_or("use_bidirectional_attention", "vision") != "vision") {
        f.refuse(errc::unsupported, "use_bidirectional_attention",
                 "is not \"vision\"; an encoder of this family is not modelled.");
    }
    count const width = read_intermediate(f);
    bool const wide = f.flag_or("use_double_wide_mlp", false);
    count const embedding = f.integer_or("hidden_size_per_layer_input", 0, 0, model_limits::hidden);
    bool const experts = f.flag_or("enable_moe_block", false);
    moe mixture{.shared_intermediate = width, .router_scale = true};
    if (experts) {
        mixture.routed = f.integer("num_experts", 1, model_limits::experts);
        mixture.per_token = f.integer("top_k_experts", 1, mixture.routed);
        mixture.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
    } else {
        no_shapes(f, {"num_experts", "top_k_experts", "moe_intermediate_size"});
    }
    if (experts && (embedding > 0 || wide)) {
        f.refuse(errc::unsupported, "enable_moe_block",
                 "is true beside embeddings for every layer or double widths, which no model has.");
    }
    no_shapes(f, {"vocab_size_per_layer_input", "use_second_mlp_block"});
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const borrows = layers.borrowing.contains(i);
        bool const sliding = layers.windows.sliding.contains(i);
        gqa a = sliding ? local : global;
        a.borrowed_keys = borrows;
        count const inner = wide && borrows ? 2 * width : width;
        any_feed_forward block = gated{inner};
        if (embedding > 0) { block = embedding_gated{inner, embedding}; }
        if (experts) { block = mixture; }
        return any_layers{
            {},
            sliding ? any_attention(windowed<gqa>{.inner = a, .window = layers.windows.window})
                    : any_attention(a),
            block,
            {experts ? 7 : 4, false, 1}};
    });
    if (embedding > 0) { add_layer_embeddings(f, d, b.layers, embedding); }
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
