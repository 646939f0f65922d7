// SPDX-License-Identifier: MIT
// The compute buffers of llama.cpp: what one pass needs beside weights and caches, on each side.
//
//   buffer = highest end of the graph's results when packed in order (graph_allocator.hpp, compute_graph.hpp)
//
// With full offload the device holds copies of the inputs and all results, the host the inputs and the
// embedded tokens. Where logits bind (llama-bench, llama-perplexity), the device's is
// T (V + h) x 4 or T (V + 2 h) x 4; in llama-server, which asks for one row a sequence, it is a layer's.
// Without flash attention the scores, T n_ctx_seq H x 4, outgrow all else.
//
//   symbol | meaning                      | unit | domain
//   T      | tokens of a micro-batch      | -    | >= 1
//   V, h   | vocabulary, hidden width     | -    | >= 1
//   H      | query heads                  | -    | >= 1
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86); its listing of the graphs.
// Exact:        everything on the host, or everything on one device; attention with key-value heads, windowed or
//               not, or MLA; dense gated feed-forward or experts.
// Deviations:   a device has its own alignment (CUDA 128 bytes), and refuses no operation.
//               gpt-oss with logits of every token: 4 % too little at worst, in 2 of 3 live cases.
// Not modelled: layers on both sides (the engine may copy weights of host layers to the device for large
//               batches); recurrent layers; several devices; compute_exact() is false there, and the buffer
//               that of a model wholly on one side.
// Error:        0 where exact; tests/live/llama_cpp, tests/memory/llama_cpp_compute.cpp.
#pragma once
#include <reckon/memory/llama_cpp/cache.hpp>
#include <reckon/memory/llama_cpp/compute_graph.hpp>
#include <reckon/memory/llama_cpp/placement.hpp>

namespace reckon::inline v0 {

/// Steps in which places in a buffer are given out.
struct llama_cpp_alignment {
    count host{32};    ///< ggml's TENSOR_ALIGNMENT
    count device{128}; ///< CUDA; Metal 32, Vulkan what the driver says
    friend constexpr bool operator==(llama_cpp_alignment const&,
                                     llama_cpp_alignment const&) noexcept = default;
};

/// Compute buffers on both sides, and whether they are known to the byte.
struct llama_cpp_compute {
    bytes device{};
    bytes host{};
    bool exact{}; ///< false: an estimate; the graph is not described, or lies on both sides
    friend constexpr bool operator==(llama_cpp_compute const&,
                                     llama_cpp_compute const&) noexcept = default;
};

namespace detail {

/// The facts of every layer of a model, looked up by index.
template <model M> [[nodiscard]] constexpr llama_cpp_layer layer_facts_at(M const& m,
                                                                          count i) noexcept {
    llama_cpp_layer found{};
    m.groups.for_each([&](auto const& group) {
        if (group.at.contains(i)) { found = llama_cpp_layer_of(group); }
    });
    return found;
}

/// The caches of a graph: one for layers that see everything, one for windowed layers.
struct graph_caches {
    cache_inputs whole{};
    cache_inputs windowed{};
    count last_whole{-1};
    count last_windowed{-1};
    constexpr cache_inputs& of(llama_cpp_layer const& l) noexcept {
        return l.window > 0 ? windowed : whole;
    }
    [[nodiscard]] constexpr bool is_last(llama_cpp_layer const& l, count i) const noexcept {
        return i == (l.window > 0 ? last_windowed : last_whole);
    }
};

/// Inputs in the order in which a pass first reads them.
template <model M>
constexpr graph_caches place_inputs(M const& m, llama_cpp_settings const& s,
                                    llama_cpp_extent const& e, pass_walk& walk) noexcept {
    graph_caches caches{};
    walk.place_positions();
    count const layers = layer_count(m);
    for (count i = 0; i < layers; ++i) {
        llama_cpp_layer const l = layer_facts_at(m, i);
        cache_inputs& c = caches.of(l);
        c.cells = llama_cpp_cells(s, e, l.window);
        walk.place_cache(c, l);
        (l.window > 0 ? caches.last_windowed : caches.last_whole) = i;
    }
    walk.place_outputs();
    return caches;
}

template <model M> constexpr void walk_layers(M const& m, graph_caches& caches,
                                              pass_walk& walk) noexcept {
    count const layers = layer_count(m);
    for (count i = 0; i < layers; ++i) {
        llama_cpp_layer const l = layer_facts_at(m, i);
        walk.layer(l, caches.of(l), i + 1 == layers, caches.is_last(l, i));
    }
    walk.head();
}

} // namespace detail

/// Compute buffers of one pass; the law above.
template <model M> [[nodiscard]] constexpr llama_cpp_compute
llama_cpp_compute_of(M const& m, llama_cpp_settings const& s, llama_cpp_extent const& e,
                     llama_cpp_alignment const& alignment = {}) noexcept {
    count const layers = layer_count(m);
    bool const device = wholly_on_device(s, layers);
    llama_cpp_compute buffers{};
    buffers.exact = (device && s.host_experts == 0 && !s.cache_on_host) || s.gpu_layers == 0;
    m.groups.for_each([&](auto const& group) {
        llama_cpp_layer const l = llama_cpp_layer_of(group);
        // gpt-oss with every row of logits leaves holes that are not followed to the byte.
        // Nor are latents in several streams on a device.
        bool const followed = (!l.rows_last || e.outputs < e.micro_batch) &&
                              (l.latent == 0 || !device || e.streams == 1);
        buffers.exact = buffers.exact && l.known && followed;
    });
    // Streams are computed side by side, so that each has as many tokens as the others.
    count const rows = detail::rounded_up(e.micro_batch, e.streams);
    if constexpr (requires { m.learned_positions; }) {
        buffers.exact =
            buffers.exact && m.learned_positions == 0 && !m.embedding_norm && !m.head_bias;
    }
    llama_cpp_pass const pass{.tokens = rows,
                              .outputs = detail::min(rows, e.outputs),
                              .flash_attention = s.flash_attention,
                              .hidden = m.hidden,
                              .vocabulary = m.vocabulary,
                              .streams = e.streams,
                              .sequences = e.sequences,
                              .cached_value_bytes = detail::max(count{1}, s.keys.payload_bits / 8),
                              .packed_keys = s.keys.payload_elements > 1,
                              .packed_values = s.values.payload_elements > 1};
    count const embedded = detail::multiply(detail::real_bytes, m.hidden, rows);

    // The host: token ids, room for embeddings given instead of tokens, which is never given back, inputs.
    detail::pass_walk host(pass, alignment.host);
    graph_block const ids = host.take(detail::multiply(detail::id_bytes, rows));
    host.take(embedded);
    detail::graph_caches host_caches = detail::place_inputs(m, s, e, host);
    graph_block const stream = host.take(embedded);
    if (s.gpu_layers == 0) {
        host.give(ids);
        host.begin(stream);
        detail::walk_layers(m, host_caches, host);
    } else {
        detail::pass_walk on_device(pass, alignment.device);
        graph_block const copy = on_device.take(embedded);
        detail::graph_caches caches = detail::place_inputs(m, s, e, on_device);
        on_device.begin(copy);
        detail::walk_layers(m, caches, on_device);
        buffers.device = bytes{static_cast<double>(on_device.peak())};
    }
    buffers.host = bytes{static_cast<double>(host.peak())};
    return buffers;
}

} // namespace reckon::inline v0
