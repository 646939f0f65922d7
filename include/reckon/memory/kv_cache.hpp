// SPDX-License-Identifier: MIT
// Bytes of attention state that a request keeps, in all and on one rank.
//
//   per token    = sum over layers of heads_local x values x b        (full attention)
//   per request  = sum over layers of heads_local x values x b x min(T, window)
//   heads_local  = ceil(kv_heads / tensor), or all of an MLA latent
//   T            = context rounded up to whole blocks
//
//   symbol | meaning                                                   | unit      | domain
//   values | numbers kept per token and head: 2 d, or kvl + rope       | -         | > 0
//   b      | bytes of one cached value                                 | byte      | > 0
//   T      | tokens of context                                         | token     | >= 0
//
// Linear in T: kv(2T) = 2 kv(T). Tensor parallelism does not divide an MLA cache; data-parallel
// attention divides the requests instead.
// Source:       DeepSeek-V2 (2405.04434) table 1; vLLM and SGLang launch logs: 79 of 93 rows within
//               0.1 %.
// Not modelled: page unification of hybrid models; scale planes of fp8 MLA layouts (656 B).
// Error:        0 for the families described; tests/memory/kv_cache.cpp.
#pragma once
#include <reckon/parallel/sharding.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// Bytes that one more token of context adds on one rank of `stage`, beyond every window.
template <model M, precision P>
[[nodiscard]] constexpr bytes_per_token cache_per_token(M const& m, P const& cache, layout const& l = {},
                                                        count stage = 0) noexcept {
    stage_layers const here = layers_of_stage(layer_count(m), l.pipeline, stage);
    double values = 0;
    m.groups.for_each([&](auto const& group) {
        cached_state const state = group.attention.cache();
        if (state.window > 0) { return; }
        values += static_cast<double>(group.at.size_in(here.first, here.end)) *
                  static_cast<double>(local_cache_heads(state, l)) *
                  static_cast<double>(state.values_per_head);
    });
    return bytes{values * bits_per_weight(cache) / 8} / tokens{1};
}

/// Tokens rounded up to whole blocks of the paged cache.
[[nodiscard]] constexpr tokens in_blocks(tokens context, count block) noexcept {
    auto const size = static_cast<double>(block < 1 ? 1 : block);
    return tokens{detail::ceil(units::access::base(context) / size) * size};
}

/// Bytes that one request of `context` tokens keeps on one rank of `stage`.
template <model M, precision P>
[[nodiscard]] constexpr bytes cache_of_request(M const& m, P const& cache, tokens context, layout const& l = {},
                                               count stage = 0, count block = 1) noexcept {
    stage_layers const here = layers_of_stage(layer_count(m), l.pipeline, stage);
    double const kept = units::access::base(in_blocks(context, block));
    double values = 0;
    m.groups.for_each([&](auto const& group) {
        cached_state const state = group.attention.cache();
        double const span = state.window > 0
                                ? detail::min(kept, units::access::base(in_blocks(
                                                        tokens{static_cast<double>(state.window)}, block)))
                                : kept;
        values += static_cast<double>(group.at.size_in(here.first, here.end)) *
                  static_cast<double>(local_cache_heads(state, l)) *
                  static_cast<double>(state.values_per_head) * span;
    });
    return bytes{values * bits_per_weight(cache) / 8};
}

/// Whole tokens of cache that fit into `space`; 0 where nothing grows or nothing is left.
[[nodiscard]] constexpr tokens tokens_that_fit(bytes space, bytes_per_token each) noexcept {
    if (!(space > bytes{0}) || !(units::access::base(each) > 0)) { return tokens{0}; }
    return tokens{detail::floor(units::access::base(space / each))};
}

} // namespace reckon::inline v0
