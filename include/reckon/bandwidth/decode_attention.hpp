// SPDX-License-Identifier: MIT
// What kernels of decoding read of a cache beyond what a query needs.
//
//   by_head    again = max(0, sum over layers of (heads / n) (key + value width) x T b / rate - cache)    a request
//              rate  = walked alone where contexts <= 8,192 and (requests x heads / n > 512 or contexts <= 512),
//                      else 1
//   allocated  T = prompt + output from the first step on: shapes that never change
//   shared     nothing again
//
//   symbol       | meaning                                                           | unit  | domain
//   heads        | query heads, each of which reads the keys and values of its group | -     | >= 1
//   n            | tensor-parallel ranks                                             | -     | >= 1
//   T, b         | tokens seen, bytes of a cached value                              |       | >= 0
//   walked alone | rate of blocks of threads that walk a context from end to end, of | -     | 0.35
//                | that of blocks that divide it by 512 tokens                       |       |
//
// With 32 query heads on 8 pairs of keys and values, each pair is read four times: vLLM's own paged kernels have one
// block for each query head of each request, and FlashAttention, which NVIDIA's have instead, one for each group.
// Source:       the choice between the two kernels: use_v1 in vllm/attention/ops/paged_attn.py of 0.2.7 to 0.6.1, and
//               the same rule in Intel's; the kernel for AMD that shares: vllm#8310, 0.6.2. Static shapes:
//               optimum-habana's run_generation.py, --bucket_size. That times jump at 512 blocks: LLM-Inference-Bench
//               (2411.00136), on one, two, four and eight devices (docs/laws/decode_attention.md).
// Not modelled: what second-level caches keep for the heads of a group.
// Error:        docs/accuracy.md, rows of vLLM 2024 for AMD; tests/bandwidth/decode_attention.cpp.
#pragma once
#include <reckon/bandwidth/cache_traffic.hpp>
#include <reckon/flops/forward.hpp>
#include <reckon/gpu/architecture.hpp>
#include <reckon/memory/engine.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// How an engine's kernels read the cache of a decoding request.
enum class cache_reading : std::uint8_t {
    shared,    ///< once for all query heads of a group
    by_head,   ///< once for each query head
    allocated, ///< all that is set aside for the request, filled or not
};

/// Kernels of an engine on the hardware of a maker, up to a release.
struct decode_kernels {
    std::string_view engine{};
    engine_version before{}; ///< the release that has others; 0: none has
    vendor maker{};
    cache_reading reading{};
};

/// Those that do not share; the sources are above.
inline constexpr decode_kernels unshared_kernels[] = {
    {"vLLM", {0, 6, 2}, vendor::amd, cache_reading::by_head},
    {"vLLM", {0, 6, 2}, vendor::intel, cache_reading::by_head},
    {"DeepSpeed", {}, vendor::intel, cache_reading::allocated},
};

/// What an engine has on the hardware of a maker.
[[nodiscard]] constexpr cache_reading cache_reading_of(engine const& e, vendor maker) noexcept {
    for (decode_kernels const& k : unshared_kernels) {
        bool const then = k.before == engine_version{} || e.version < k.before;
        if (k.maker == maker && then && std::string_view(e.name) == k.engine) { return k.reading; }
    }
    return cache_reading::shared;
}

/// The contexts of a decode step as its kernels see them. Domain: seen.from <= seen.to.
[[nodiscard]] constexpr context_span contexts_read(cache_reading how,
                                                   context_span const& seen) noexcept {
    return how == cache_reading::allocated ? context_span{seen.to} : seen;
}

namespace detail {

/// When blocks walk alone, and how fast. The rate is what the published runs of 2024 on MI250 and MI300X have in
/// common: 0.28 to 0.42 where heads share keys and values, 0.42 to 0.65 where each has its own.
inline constexpr double walked_alone = 0.35;
inline constexpr double most_blocks_divided = 512;
inline constexpr double tokens_of_partition = 512;
inline constexpr double longest_walk = 8192;

} // namespace detail

/// Bytes that one rank reads again for `requests` decoding requests: as many as take the time of what its kernels
/// read beyond `once`. Domain: `check(m, l)` is ok, requests >= 0; `once` is `cache_read` of these requests.
template <model M>
[[nodiscard]] constexpr bytes
cache_read_again(cache_reading how, M const& m, cache_recipe const& cache, layout const& l,
                 context_span const& seen, double requests, bytes once) noexcept {
    if (how != cache_reading::by_head) { return bytes{0}; }
    double bits = 0;
    for_each_attention(m, [&](auto const& attention, layer_set const& at) {
        bool paged = true; // keys and values by token, not a latent or a state
        attention.for_each_state([&](cached_state const& state) {
            paged = paged && !state.fixed && !state.shared_latent;
        });
        if (!paged) { return; }
        double heads = 0;
        attention.for_each_score(phase::decode, [&](score_work const& work) {
            heads = detail::max(heads, static_cast<double>(work.heads));
        });
        double const blocks = requests * heads / static_cast<double>(l.tensor);
        bool const alone =
            seen.to <= detail::longest_walk &&
            (blocks > detail::most_blocks_divided || seen.to <= detail::tokens_of_partition);
        // Each product of a query with a key, and of a score with a value, reads one value.
        bits += static_cast<double>(at.size()) *
                detail::score_products(attention, seen, phase::decode, l) *
                bits_per_weight(cache[state_kind::cache]) / (alone ? detail::walked_alone : 1.0);
    });
    return max(bytes{0}, bytes{bits / 8 * requests} - once);
}

} // namespace reckon::inline v0
