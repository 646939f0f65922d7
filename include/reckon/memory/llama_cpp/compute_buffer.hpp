// SPDX-License-Identifier: MIT
// The compute buffers of llama.cpp: what one pass needs beside weights and caches, on each side.
//
//   buffer = highest end of the graph's results when packed in order (graph_allocator.hpp, compute_graph.hpp)
//
// A device holds copies of the inputs and all results of its layers, and of layers on the host what is
// copied over for them (carried.hpp); the host the inputs and the embedded tokens. Several devices that
// hold everything take turns, and keep four copies of what comes from outside. Where logits bind (llama-bench, llama-perplexity), the device's is
// T (V + h) x 4 or T (V + 2 h) x 4; in llama-server, which asks for one row a sequence, it is a layer's.
// Without flash attention the scores, T n_ctx_seq H x 4, outgrow all else.
//
//   symbol | meaning                      | unit | domain
//   T      | tokens of a micro-batch      | -    | >= 1
//   V, h   | vocabulary, hidden width     | -    | >= 1
//   H      | query heads                  | -    | >= 1
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86); its listing of the graphs.
// Exact:        everything on the host, or on devices, one or several; layers, experts or caches on the
//               host beside a device; attention with key-value heads, windowed or not, or MLA; dense gated
//               feed-forward or experts.
// Deviations:   a device has its own alignment (CUDA 128 bytes), and refuses no operation.
//               gpt-oss with logits of every token: 4 % too little at worst, in 2 of 3 live cases.
//               Layers of the host with biases: some hundred bytes, `exact` is false.
//               Experts on the host of layers on a further device, which the first computes: within 15 %.
// Not modelled: recurrent layers on both sides; devices that cannot take turns (CUDA, ROCm and Vulkan can);
//               experts on the host that are computed there (--no-op-offload, micro-batches below 32).
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

/// Compute buffers of every device and of the host, and whether they are known to the byte.
struct llama_cpp_compute {
    static_vector<bytes, llama_cpp_most_devices> devices{};
    bytes host{};
    bool
        exact{}; ///< false: an estimate; the graph, or how it is divided, is not described to the byte
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

/// A launch with all that its passes are computed from.
template <model M> struct graph_of_launch {
    M const& m;
    recipe const& weights;
    llama_cpp_settings const& s;
    llama_cpp_extent const& e;
    count layers{};
    count first_on_device{};
    bool lends_experts{}; ///< experts of the host are computed on this side: on the first device

    [[nodiscard]] constexpr llama_cpp_host_parts on_host(count i) const noexcept {
        bool const layer = i < first_on_device;
        bool const experts = lends_experts && i < s.host_experts;
        return {layer, layer || experts, layer || s.cache_on_host};
    }
};

/// The walk through the layers begin .. end - 1 on one side, with the inputs as they are needed.
template <model M> class side_walk {
public:
    constexpr side_walk(graph_of_launch<M> const& launch, llama_cpp_pass const& pass,
                        count alignment, count begin, count end) noexcept
        : walk(pass, alignment), launch_(launch), begin_(begin), end_(end) {
        for (count i = begin; i < end; ++i) {
            llama_cpp_layer const l = layer_facts_at(launch_.m, i);
            of(l).cells = llama_cpp_cells(launch_.s, launch_.e, l.window);
            of(l).last = i;
        }
    }
    /// The inputs that are read from layer `i` on, up to what is copied from the host next.
    constexpr void place_from(count i) noexcept {
        for (; i < end_; ++i) {
            llama_cpp_layer const l = layer_facts_at(launch_.m, i);
            llama_cpp_host_parts const host = launch_.on_host(i);
            if (host.layer) { return; }
            walk.place_positions();
            walk.place_key_rotation(of(l), l);
            walk.place_value_rotation(of(l), l);
            if (host.cache) { return; }
            walk.place_places(of(l), l);
            walk.place_mask(of(l));
            bool const last = i + 1 == launch_.layers;
            if (last && !l.rows_last) { walk.place_outputs(); }
            if (host.experts) { return; }
        }
        if (end_ == launch_.layers) { walk.place_outputs(); }
    }
    /// All inputs, in the order in which the layers read them.
    constexpr void place_all() noexcept {
        walk.place_positions();
        for (count i = begin_; i < end_; ++i) {
            llama_cpp_layer const l = layer_facts_at(launch_.m, i);
            walk.place_key_rotation(of(l), l);
            walk.place_value_rotation(of(l), l);
            walk.place_places(of(l), l);
            walk.place_mask(of(l));
        }
        if (end_ == launch_.layers) { walk.place_outputs(); }
    }
    /// The layers up to `end`. With `local` nothing is copied: they are computed where they lie.
    constexpr void through(count end, bool local) noexcept {
        for (count i = begin_; i < end; ++i) {
            llama_cpp_layer const l = layer_facts_at(launch_.m, i);
            llama_cpp_carried const host = local ? llama_cpp_carried{}
                                                 : carried_by(launch_.m, launch_.weights, launch_.s,
                                                              launch_.e, i, launch_.on_host(i));
            bool const last = i + 1 == launch_.layers;
            walk.layer({l, host, of(l), last, i == of(l).last}, [&] {
                if (last && l.rows_last) { walk.place_outputs(); }
                if (host.layer || host.experts) {
                    place_from(i + 1);
                } else {
                    place_behind_cache(i);
                }
            });
        }
    }
    pass_walk walk;

private:
    constexpr cache_inputs& of(llama_cpp_layer const& l) noexcept {
        return l.window > 0 ? windowed_ : whole_;
    }
    // Behind a cache that is on the host: the rest of the layer, and the next one up to its own cache.
    constexpr void place_behind_cache(count i) noexcept {
        if (i + 1 == launch_.layers) { walk.place_outputs(); }
        place_from(i + 1);
    }
    graph_of_launch<M> launch_;
    count begin_;
    count end_;
    cache_inputs whole_{};
    cache_inputs windowed_{};
};

/// Whether what is copied from the host is known to the byte for the layers of a group.
template <class Group>
[[nodiscard]] constexpr bool
copies_are_known(Group const& group, llama_cpp_layer const& l, llama_cpp_settings const& s,
                 llama_cpp_extent const& e, bool layers_on_host, bool lent) noexcept {
    bool plain = true;
    group.attention.for_each_tensor(
        1, [&](tensor const& t) { plain = plain && !(t.vector && t.role == tensor_role::bias); });
    if (layers_on_host && lent && !plain) { return false; }
    bool const few_rows = e.outputs < e.micro_batch && !l.rows_last;
    if (s.cache_on_host && (!few_rows || (l.latent > 0 && s.split.devices > 1))) { return false; }
    return s.host_experts == 0 || l.experts == 0 || (lent && s.flash_attention && few_rows);
}

/// Whether devices take turns: everything is on several, and nothing is kept back.
[[nodiscard]] constexpr bool takes_turns(llama_cpp_settings const& s, count layers) noexcept {
    return s.split.devices > 1 && wholly_on_device(s, layers) && !s.cache_on_host &&
           s.host_experts == 0;
}

} // namespace detail

/// Compute buffers of one pass; the law above.
template <model M> [[nodiscard]] constexpr llama_cpp_compute
llama_cpp_compute_of(M const& m, recipe const& weights, llama_cpp_settings const& s,
                     llama_cpp_extent const& e,
                     llama_cpp_alignment const& alignment = {}) noexcept {
    count const layers = layer_count(m);
    bool const has_device = s.gpu_layers != 0 || s.idle_device;
    // Streams are computed side by side, so that each has as many tokens as the others.
    count const rows = detail::rounded_up(e.micro_batch, e.streams);
    count const first = has_device ? first_device_layer(s, layers) : layers;
    bool const lent = has_device && s.lends && rows >= llama_cpp_least_lent;
    llama_cpp_compute buffers{};
    llama_cpp_stages const stages = stages_of(s, layers);
    // Experts of the host are computed on the first device, also those of layers on others.
    buffers.exact = s.split.devices <= 1 || s.host_experts <= stages[0].end;
    m.groups.for_each([&](auto const& group) {
        llama_cpp_layer const l = llama_cpp_layer_of(group);
        // gpt-oss with every row of logits leaves holes that are not followed to the byte.
        // Nor are latents in several streams on a device.
        bool const followed = (!l.rows_last || e.outputs < e.micro_batch) &&
                              (l.latent == 0 || !has_device || e.streams == 1);
        bool const copied =
            !has_device || detail::copies_are_known(group, l, s, e, first > 0, lent);
        buffers.exact = buffers.exact && l.known && followed && copied;
    });
    if constexpr (requires { m.learned_positions; }) {
        buffers.exact =
            buffers.exact && m.learned_positions == 0 && !m.embedding_norm && !m.head_bias;
    }
    llama_cpp_pass pass{.tokens = rows,
                        .outputs = detail::min(rows, e.outputs),
                        .flash_attention = s.flash_attention,
                        .hidden = m.hidden,
                        .vocabulary = m.vocabulary,
                        .streams = e.streams,
                        .sequences = e.sequences,
                        .cached_value_bytes = detail::max(count{1}, s.keys.payload_bits / 8),
                        .packed_keys = s.keys.payload_elements > 1,
                        .packed_values = s.values.payload_elements > 1};
    bool const turns = detail::takes_turns(s, layers);
    if (turns) { pass.copies = llama_cpp_pipeline_copies; }
    count const embedded = detail::multiply(detail::real_bytes, m.hidden, rows);
    detail::graph_of_launch<M> const launch{m, weights, s, e, layers, first, lent};

    // The host: token ids, room for embeddings given instead of tokens, which is never given back, inputs.
    count const computed = lent ? 0 : first;
    detail::side_walk<M> host(launch, pass, alignment.host, 0, layers);
    graph_block const ids = host.walk.input(detail::multiply(detail::id_bytes, rows));
    host.walk.take(embedded);
    host.place_all();
    graph_block const stream = host.walk.take(embedded);
    host.walk.give(ids);
    host.walk.begin(stream);
    if (computed > 0) {
        host.through(computed, true);
        if (!has_device) { host.walk.head(0); }
    } else {
        host.walk.give(stream);
        // Keys and values that are computed on the device, on their way into caches of the host.
        for (count i = 0; i < layers; ++i) {
            if (!launch.on_host(i).cache) { continue; }
            llama_cpp_layer const l = detail::layer_facts_at(m, i);
            graph_block const keys = host.walk.reals(l.keys, rows);
            graph_block const values = host.walk.reals(l.values, rows);
            host.walk.give(keys);
            host.walk.give(values);
        }
    }
    buffers.host = bytes{static_cast<double>(host.walk.peak())};
    for (llama_cpp_stage const& stage : stages) {
        bool const lends = lent && buffers.devices.empty() && first > 0;
        count const begin = lends ? 0 : stage.first;
        if (!has_device || (begin == stage.end && !stage.head)) {
            buffers.devices.push_back(bytes{0});
            continue;
        }
        detail::graph_of_launch<M> here = launch;
        here.lends_experts = lent && buffers.devices.empty();
        detail::side_walk<M> side(here, pass, alignment.device, begin, stage.end);
        if (begin == stage.end) {
            side.walk.begin_with_outputs();
        } else if (begin == 0) {
            graph_block const stream_here = side.walk.input(embedded);
            side.place_from(begin);
            side.walk.begin(stream_here);
        } else {
            // The device before may have made the first norm: there is room for both.
            graph_block const normed = side.walk.input(embedded);
            side.place_from(begin);
            if (s.cache_on_host) {
                side.walk.begin_with_norm(normed);
            } else {
                side.walk.begin(side.walk.input(embedded), normed);
            }
        }
        side.through(stage.end, false);
        if (stage.head) {
            side.walk.head(0);
        } else if (s.gpu_layers == 0) {
            side.walk.head(detail::whole_bytes(detail::head_weights(m, weights)));
        } else {
            side.walk.norm_for_next();
        }
        buffers.devices.push_back(bytes{static_cast<double>(side.walk.peak())});
    }
    return buffers;
}

} // namespace reckon::inline v0
