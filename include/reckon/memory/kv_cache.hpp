// SPDX-License-Identifier: MIT
// Bytes of attention state that a request keeps, in all and on one rank.
//
//   per token    = sum over layers and streams of heads_local x values x b / (stride c)   (growing ones)
//   per request  = sum over layers and streams of heads_local x values x b x entries(T)
//   heads_local  = ceil(kv_heads / tensor), or all of an MLA latent
//   T            = context / c rounded up to whole blocks; the whole of it where a stream does not grow
//
//   symbol | meaning                                                   | unit      | domain
//   values | numbers kept per token and head: 2 d, or kvl + rope       | -         | > 0
//   b      | bytes of one cached value                                 | byte      | > 0
//   T      | tokens of context                                         | token     | >= 0
//   c      | decode context parallelism                                | -         | >= 1
//
// Prediction modules that draft keep the state of the layers that they repeat, on the last stage.
// Linear in T: kv(2T) = 2 kv(T). Tensor parallelism does not divide an MLA cache; data-parallel
// attention divides the requests instead.
// Source:       DeepSeek-V2 (2405.04434) table 1; vLLM and SGLang launch logs: 79 of 93 rows within
//               0.1 %.
// Not modelled: page unification of hybrid models.
// Error:        0 for the families described; tests/memory/kv_cache.cpp.
#pragma once
#include <reckon/parallel/sharding.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/units/names.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// The formats of every kind of state: the cache's own is a choice, the others follow the engine.
struct cache_recipe {
    any_precision of[state_kinds]{};
    constexpr cache_recipe() noexcept : cache_recipe(bf16) {}
    /// Keys and values in `values`; indexer keys in 16 bit beside a 16 bit cache, else in fp8 with an
    /// fp32 scale on 128 values; recurrent state in fp32; convolution inputs in 16 bit.
    template <class P>
        requires(!std::same_as<P, cache_recipe> && precision<P>)
    // NOLINTNEXTLINE(google-explicit-constructor): `.kv_cache = fp8`
    constexpr cache_recipe(P const& values) noexcept
        : of{any_precision(values),
             bits_per_weight(values) >= 16 ? any_precision(values) : any_precision(fp8_index_keys),
             any_precision(fp32), any_precision(bf16)} {}
    [[nodiscard]] constexpr any_precision const& operator[](state_kind k) const noexcept {
        return of[static_cast<int>(k)];
    }
    [[nodiscard]] constexpr cache_recipe with(state_kind k,
                                              any_precision const& format) const noexcept {
        cache_recipe changed = *this;
        changed.of[static_cast<int>(k)] = format;
        return changed;
    }
    friend constexpr bool operator==(cache_recipe const&, cache_recipe const&) noexcept = default;
};

/// How an engine keeps a cache.
struct cache_paging {
    count block{1};             ///< tokens of one block
    count chunk{};              ///< tokens of a prompt that are taken in at once, on top of windows
    count prediction_modules{}; ///< that keep state of their own
    constexpr cache_paging() noexcept = default;
    // NOLINTNEXTLINE(google-explicit-constructor): often only the block matters
    constexpr cache_paging(count block_tokens, count chunk_tokens = 0, count modules = 0) noexcept
        : block(detail::max(count{1}, block_tokens)), chunk(chunk_tokens),
          prediction_modules(modules) {}
    friend constexpr bool operator==(cache_paging const&, cache_paging const&) noexcept = default;
};

namespace detail {

/// Calls visit(state, layers) for every stream of state on one rank of `stage`, prediction modules with
/// those of the last one.
template <model M>
constexpr void for_each_state_of_stage(M const& m, layout const& l, count stage,
                                       count prediction_modules, auto&& visit) noexcept {
    stage_layers const here = layers_on_stage(m, l, stage);
    for_each_attention(m, [&](auto const& attention, layer_set const& at) {
        auto const n = static_cast<double>(at.size_in(here.first, here.end));
        attention.for_each_state([&](cached_state const& state) { visit(state, n); });
    });
    if (prediction_modules > 0 && stage == l.pipeline - 1) {
        for_each_predicting_state(m, [&](cached_state const& state, count times) {
            visit(state, static_cast<double>(multiply(prediction_modules, times)));
        });
    }
}

/// Bits of one entry of a stream on one rank.
[[nodiscard]] constexpr double bits_of_entry(cached_state const& state, cache_recipe const& cache,
                                             layout const& l) noexcept {
    return static_cast<double>(local_heads(state, l)) * static_cast<double>(state.values_per_head) *
           bits_per_weight(cache[state.kind]);
}

/// Bits of one token of a stream whose entries hold `entry` bits, were every token kept.
[[nodiscard]] constexpr double bits_of_token(cached_state const& state, double entry) noexcept {
    return state.stride == 1 ? entry : entry / static_cast<double>(state.stride);
}

/// Bytes of one token in the streams that `counts` chooses.
template <model M>
[[nodiscard]] constexpr bytes_per_token
per_token(M const& m, cache_recipe const& cache, layout const& l, count stage,
          count prediction_modules, auto const& counts) noexcept {
    double bits = 0;
    for_each_state_of_stage(m, l, stage, prediction_modules,
                            [&](cached_state const& state, double n) {
                                if (!counts(state)) { return; }
                                bits += n * bits_of_token(state, bits_of_entry(state, cache, l));
                            });
    return bytes{bits / 8 / static_cast<double>(l.context)} / tokens{1};
}

} // namespace detail

/// Bytes that one more token of context adds on one rank of `stage`, beyond every window.
template <model M>
[[nodiscard]] constexpr bytes_per_token cache_per_token(M const& m, cache_recipe const& cache,
                                                        layout const& l = {}, count stage = 0,
                                                        count prediction_modules = 0) noexcept {
    return detail::per_token(m, cache, l, stage, prediction_modules,
                             [](cached_state const& s) { return s.grows(); });
}

/// The same as if windowed layers kept every token: what engines without pools by kind set aside for each.
template <model M>
[[nodiscard]] constexpr bytes_per_token
cache_per_token_without_windows(M const& m, cache_recipe const& cache, layout const& l = {},
                                count stage = 0, count prediction_modules = 0) noexcept {
    return detail::per_token(m, cache, l, stage, prediction_modules,
                             [](cached_state const& s) { return !s.fixed; });
}

/// Tokens rounded up to whole blocks of the paged cache.
[[nodiscard]] constexpr tokens in_blocks(tokens context, count block) noexcept {
    auto const size = static_cast<double>(detail::max(count{1}, block));
    return tokens{detail::ceil(units::access::base(context) / size) * size};
}

/// What one request keeps on one rank.
struct request_cache {
    bytes_per_token growth{}; ///< by one more token, beyond every window
    bytes steady{};
    bytes taking_in{}; ///< while a chunk of its prompt lies beside its windows; no less
    friend constexpr bool operator==(request_cache const&, request_cache const&) noexcept = default;
};

/// That of a request of `context` tokens on a rank of `stage`.
template <model M>
[[nodiscard]] constexpr request_cache
request_cache_of(M const& m, cache_recipe const& cache, tokens context, layout const& l = {},
                 count stage = 0, cache_paging const& paging = {}) noexcept {
    auto const block = static_cast<double>(paging.block);
    auto const chunk = static_cast<double>(paging.chunk);
    double const whole = units::access::base(in_blocks(context, paging.block));
    double const dealt = units::access::base(
        in_blocks(tokens{local_tokens(units::access::base(context), l)}, paging.block));
    double growing = 0;
    double steady = 0;
    double taking_in = 0;
    detail::for_each_state_of_stage(
        m, l, stage, paging.prediction_modules, [&](cached_state const& state, double n) {
            double const entry = n * detail::bits_of_entry(state, cache, l);
            if (state.grows()) {
                double const kept = entry * state.entries(dealt, block);
                growing += detail::bits_of_token(state, entry);
                steady += kept;
                taking_in += kept;
                return;
            }
            steady += entry * state.entries(whole, block);
            taking_in += entry * state.entries(whole, block, chunk);
        });
    return {bytes{growing / 8 / static_cast<double>(l.context)} / tokens{1}, bytes{steady / 8},
            bytes{taking_in / 8}};
}

/// Bytes that one request of `context` tokens keeps on one rank of `stage`, with its chunk if it has one.
template <model M>
[[nodiscard]] constexpr bytes
cache_of_request(M const& m, cache_recipe const& cache, tokens context, layout const& l = {},
                 count stage = 0, cache_paging const& paging = {}) noexcept {
    return request_cache_of(m, cache, context, l, stage, paging).taking_in;
}

/// Whole tokens of cache that fit into `space`; 0 where nothing grows or nothing is left.
[[nodiscard]] constexpr tokens tokens_that_fit(bytes space, bytes_per_token each) noexcept {
    if (!(space > bytes{0}) || !(units::access::base(each) > 0)) { return tokens{0}; }
    return tokens{detail::floor(units::access::base(space / each))};
}

} // namespace reckon::inline v0
