// SPDX-License-Identifier: MIT
// Bytes of attention state that one rank reads for a decoding query.
//
//   read = sum over layers and streams of heads_local x values x b x read(T) / c,
//          twice where the state is fixed: it is read and written back
//
//   symbol  | meaning                                                    | unit  | domain
//   read(T) | entries that a query reads: a window, the top k, or all    | -     | >= 0
//   b       | bytes of one cached value                                  | byte  | > 0
//   c       | decode context parallelism, for streams that grow          | -     | >= 1
//
// What is read is not what is kept (memory/kv_cache.hpp): top-k selection reads a few thousand entries
// of a cache of any length, after an indexer has read all of its own keys.
// Source:       DeepSeek-V3.2 inference code: 2,048 selected entries of 656 bytes, keys of 132 bytes.
// Not modelled: cascades that read a shared prefix once for several requests.
// Error:        not measured alone; tests/bandwidth/cache_traffic.cpp.
#pragma once
#include <reckon/memory/kv_cache.hpp>

namespace reckon::inline v0 {

/// Of all layers, whatever the pipeline. Domain: `check(m, l)` is ok.
template <model M>
[[nodiscard]] constexpr bytes cache_read(M const& m, cache_recipe const& cache, layout const& l,
                                         context_span const& contexts) noexcept {
    constexpr double read_and_written = 2;
    double bits = 0;
    for_each_attention(m, [&](auto const& attention, layer_set const& at) {
        auto const n = static_cast<double>(at.size());
        attention.for_each_state([&](cached_state const& state) {
            double const entries = state.fixed ? read_and_written
                                   : state.grows()
                                       ? state.read(contexts) / static_cast<double>(l.context)
                                       : state.read(contexts);
            bits += n * static_cast<double>(local_heads(state, l)) *
                    static_cast<double>(state.values_per_head) * entries *
                    bits_per_weight(cache[state.kind]);
        });
    });
    return bytes{bits / 8};
}

} // namespace reckon::inline v0
