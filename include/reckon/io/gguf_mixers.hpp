// SPDX-License-Identifier: MIT
// What mixes the tokens in one layer of a GGUF file: attention, linear attention or a state space,
// known by the tensors that the layer has, in the sizes that the metadata give.
//
// Source: ggml-org/llama.cpp src/models/*.cpp (load_arch_hparams, load_arch_tensors), src/llama-arch.cpp.
// Not modelled: layers that mix by two ways at once (Falcon-H1), Mamba without Jamba's norms.
#pragma once
#include <reckon/io/gguf_reader.hpp>
#include <reckon/model/attention.hpp>

#include <initializer_list>
#include <string_view>

namespace reckon::inline v0::io::gguf {

/// Sizes of heads that do not depend on the layer.
struct head_sizes {
    count hidden{};
    bool encoder{}; ///< attends to all of a text at once and keeps nothing
};

/// Heads of layer i. Layers with a window have sizes of their own in some families.
[[nodiscard]] inline gqa read_gqa(model_reader& r, count i, bool windowed_layer,
                                  head_sizes const& sizes) {
    gqa a{};
    a.query_heads = r.at("attention.head_count", i, 1, model_limits::heads);
    a.kv_heads = r.at_or("attention.head_count_kv", i, a.query_heads, 1, model_limits::heads);
    auto const width = [&](std::string_view name, std::string_view in_window, count otherwise) {
        bool const own = windowed_layer && r.contains(in_window);
        return r.at_or(own ? in_window : name, i, otherwise, 1, model_limits::head_dim);
    };
    a.head_dim = width("attention.key_length", "attention.key_length_swa",
                       std::max(sizes.hidden / a.query_heads, count{1}));
    count const value = width("attention.value_length", "attention.value_length_swa", a.head_dim);
    a.value_dim = value == a.head_dim ? 0 : value;
    count const q = reckon::detail::multiply(a.query_heads, a.head_dim);
    bool const fused = r.has(i, "attn_qkv.weight");
    a.borrowed_keys = !fused && !r.has(i, "attn_k.weight");
    a.keys_as_values = !fused && !a.borrowed_keys && !r.has(i, "attn_v.weight");
    a.unbiased_keys = r.has(i, "attn_q.bias") && !a.borrowed_keys && !r.has(i, "attn_k.bias");
    a.qkv_bias = r.has_any(i, {"attn_q.bias", "attn_qkv.bias"});
    a.output_bias = r.has(i, "attn_output.bias");
    a.sinks = r.has_any(i, {"attn_sinks.weight", "attn_sinks"});
    // A gate lies in the upper half of the query projection, or beside it: as wide, or one a head.
    count const gate = r.rows(i, "attn_gate.weight");
    a.head_gate = gate == a.query_heads;
    count const kv =
        reckon::detail::multiply(a.kv_heads, reckon::detail::add(a.head_dim, a.value_width()));
    count const twice = reckon::detail::add(q, q);
    a.output_gate = r.rows(i, "attn_q.weight") == twice ||
                    r.rows(i, "attn_qkv.weight") == reckon::detail::add(twice, kv) ||
                    (gate == q && !a.head_gate);
    if (count const norm = r.elements(i, "attn_q_norm.weight"); norm > 0) {
        if (norm != a.head_dim && norm != q) {
            r.fail_layer(errc::unsupported, i,
                         "has an \"attn_q_norm.weight\" as long as neither one head nor all of "
                         "them.");
        }
        a.query_key_norm = norm == a.head_dim ? qk_norm::per_head : qk_norm::all_heads;
    }
    return a;
}

/// Files from before the latent was kept in the cache have key_length for nope + rope; later ones have
/// it for the latent and write key_length_mla beside it.
[[nodiscard]] inline mla read_mla(model_reader& r, count i) {
    mla a{.query_heads = r.at("attention.head_count", i, 1, model_limits::heads)};
    a.q_lora_rank =
        r.has(i, "attn_q.weight") ? 0 : r.integer("attention.q_lora_rank", 1, model_limits::hidden);
    a.kv_lora_rank = r.integer("attention.kv_lora_rank", 1, model_limits::hidden);
    a.qk_rope_dim = r.integer("rope.dimension_count", 1, model_limits::head_dim);
    bool const split = r.contains("attention.key_length_mla");
    count const key = r.integer(split ? "attention.key_length_mla" : "attention.key_length", 1,
                                model_limits::head_dim);
    a.v_dim = r.integer(split ? "attention.value_length_mla" : "attention.value_length", 1,
                        model_limits::head_dim);
    a.qk_nope_dim = key - a.qk_rope_dim;
    if (a.qk_nope_dim < 1) {
        r.refuse(errc::contradiction, "attention.key_length",
                 "is not longer than rope.dimension_count.");
    }
    a.output_gate = r.has(i, "attn_gate.weight");
    return a;
}

/// Key of the tokens that an indexer selects, in blocks where there is a block_size (MiniMax-M3).
[[nodiscard]] inline count read_top_k(model_reader& r) {
    return reckon::detail::multiply(
        r.integer("attention.indexer.top_k", 1, model_limits::window),
        r.integer_or("attention.indexer.block_size", 1, 1, model_limits::window));
}

/// The inner attention with the indexer that the layer has.
template <attention Inner>
[[nodiscard]] indexed<Inner> read_indexed(model_reader& r, count i, Inner const& inner) {
    indexed<Inner> a{.inner = inner, .query_heads = inner.query_heads};
    a.index_heads = r.integer("attention.indexer.head_count", 1, model_limits::heads);
    a.index_dim = r.integer("attention.indexer.key_length", 1, model_limits::head_dim);
    a.top_k = read_top_k(r);
    a.query_width =
        std::max(r.columns(i, "indexer.attn_q_b.weight"), r.columns(i, "indexer.q_proj.weight"));
    a.key_norms = 0;
    for (std::string_view const norm :
         {"indexer.k_norm.weight", "indexer.k_norm.bias", "indexer.q_norm.weight"}) {
        a.key_norms += r.has(i, norm) ? 1 : 0;
    }
    a.head_weights = r.has(i, "indexer.proj.weight");
    return a;
}

/// DeepSeek-V4: the tokens of an entry from attention.compress_ratios, 0 for the window alone.
[[nodiscard]] inline any_attention read_compressed(model_reader& r, count i) {
    compressed_attention a{};
    a.query_heads = r.at("attention.head_count", i, 1, model_limits::heads);
    a.head_dim = r.integer("attention.key_length", 1, model_limits::head_dim);
    a.q_lora_rank = r.integer("attention.q_lora_rank", 1, model_limits::hidden);
    a.o_lora_rank = r.integer("attention.output_lora_rank", 1, model_limits::hidden);
    a.o_groups = r.integer("attention.output_group_count", 1, model_limits::heads);
    a.window = r.integer("attention.sliding_window", 1, model_limits::window);
    a.ratio = r.at("attention.compress_ratios", i, 0, model_limits::window);
    if (r.has(i, "indexer.attn_q_b.weight")) {
        a.index_heads = r.integer("attention.indexer.head_count", 1, model_limits::heads);
        a.index_dim = r.integer("attention.indexer.key_length", 1, model_limits::head_dim);
        a.top_k = r.integer("attention.indexer.top_k", 1, model_limits::window);
    }
    return hyper_connected<compressed_attention>{
        a, r.integer("hyper_connection.count", 1, model_limits::streams), a.query_heads};
}

// ---- states of constant size --------------------------------------------------------------------

/// Taps of the short convolution.
[[nodiscard]] inline count read_taps(model_reader& r) {
    return r.integer("ssm.conv_kernel", 1, model_limits::taps);
}

/// `inner` shared by `parts`, which the metadata promise to divide it.
[[nodiscard]] inline count part_of_inner(model_reader& r, count parts) {
    count const inner = r.integer("ssm.inner_size", 1, model_limits::hidden * 16);
    if (inner % parts != 0) {
        r.refuse(errc::contradiction, "ssm.inner_size", "does not divide by ssm.time_step_rank.");
    }
    return std::max(inner / parts, count{1});
}

/// Gated DeltaNet (Qwen3-Next); its keys are those of a state space.
[[nodiscard]] inline gated_delta_net read_delta_net(model_reader& r) {
    gated_delta_net a{};
    a.key_heads = r.integer("ssm.group_count", 1, model_limits::heads);
    a.key_dim = r.integer("ssm.state_size", 1, model_limits::head_dim);
    a.value_heads = r.integer("ssm.time_step_rank", 1, model_limits::heads);
    a.value_dim = part_of_inner(r, a.value_heads);
    a.taps = read_taps(r);
    a.query_heads = a.value_heads;
    return a;
}

/// Kimi Delta Attention of layer `i`.
[[nodiscard]] inline kimi_delta read_kimi_delta(model_reader& r, count i) {
    return {.query_heads = r.at("attention.head_count", i, 1, model_limits::heads),
            .head_dim = r.integer("kda.head_dim", 1, model_limits::head_dim),
            .taps = read_taps(r),
            .full_rank_gate = r.has(i, "attn_gate.weight")};
}

/// Mamba 1.
[[nodiscard]] inline mamba read_mamba(model_reader& r) {
    return {.inner = r.integer("ssm.inner_size", 1, model_limits::hidden * 16),
            .state = r.integer("ssm.state_size", 1, model_limits::head_dim),
            .time_rank = r.integer("ssm.time_step_rank", 1, model_limits::hidden),
            .taps = read_taps(r)};
}

/// Mamba 2: heads of equal width.
[[nodiscard]] inline mamba2 read_mamba2(model_reader& r) {
    mamba2 a{};
    a.query_heads = r.integer("ssm.time_step_rank", 1, model_limits::heads);
    a.head_dim = part_of_inner(r, a.query_heads);
    a.groups = r.integer("ssm.group_count", 1, model_limits::heads);
    a.state = r.integer("ssm.state_size", 1, model_limits::head_dim);
    a.taps = read_taps(r);
    return a;
}

// ---- which of them ------------------------------------------------------------------------------

/// The mixer of layer i, in `window` where that is not 0.
[[nodiscard]] inline any_attention read_mixer(model_reader& r, count i, count window,
                                              head_sizes const& sizes) {
    bool const heads = r.has_any(i, {"attn_q.weight", "attn_qkv.weight", "attn_q_a.weight"});
    if (r.has_any(i, {"ssm_ba.weight", "ssm_alpha.weight"})) { return read_delta_net(r); }
    if (r.has(i, "ssm_conv1d_q.weight")) { return read_kimi_delta(r, i); }
    if (r.has(i, "ssm_in.weight")) {
        if (heads) {
            r.fail_layer(errc::unsupported, i,
                         "has attention and a state space side by side, which is not modelled "
                         "yet.");
        }
        return r.has(i, "ssm_x.weight") ? any_attention(read_mamba(r))
                                        : any_attention(read_mamba2(r));
    }
    if (r.has(i, "shortconv.in_proj.weight")) {
        return short_convolution{r.columns(i, "shortconv.out_proj.weight"),
                                 r.integer("shortconv.l_cache", 1, model_limits::taps)};
    }
    if (r.has(i, "attn_kv.weight")) { return read_compressed(r, i); }
    bool const has_indexer = r.has_any(i, {"indexer.attn_q_b.weight", "indexer.q_proj.weight"});
    if (r.has(i, "attn_kv_a_mqa.weight")) {
        mla const latent = read_mla(r, i);
        if (has_indexer) { return read_indexed(r, i, latent); }
        // A layer without an indexer takes what another layer's selected (GLM-5.2).
        if (r.contains("attention.indexer.top_k")) {
            return selected<mla>{latent, read_top_k(r), latent.query_heads};
        }
        return latent;
    }
    if (!heads) { return no_attention{}; }
    gqa const attends = read_gqa(r, i, window > 0, sizes);
    if (sizes.encoder) { return encoder<gqa>{attends, attends.query_heads}; }
    if (has_indexer) { return read_indexed(r, i, attends); }
    if (window > 0) { return windowed<gqa>{attends, window, attends.query_heads}; }
    return attends;
}

} // namespace reckon::inline v0::io::gguf
