// SPDX-License-Identifier: MIT
// How far a deployment can go before it no longer fits: context, requests, devices, precision.
//
//   largest n with fits(d at n), and not fits(d at n + 1)
//
// Needed bytes grow with context and requests, so that the edge is one; it is searched from the closed
// form, cache tokens over requests, which is exact for caches that grow with every token.
//
// Source:       memory_of itself: these laws have no numbers of their own.
// Error:        0 against memory_of; tests/serving/limits_property.cpp.
#pragma once
#include <reckon/detail/largest.hpp>
#include <reckon/gpu/machine.hpp>
#include <reckon/serving/memory_of.hpp>

#include <span>

namespace reckon::inline v0::serving {

namespace detail {
/// More tokens than any model attends to and any machine holds.
inline constexpr count most_tokens = count{1} << 40;

/// `d` with a model that no longer limits the context; who asks for a limit knows it.
template <model M>
[[nodiscard]] constexpr count longest_of(M const& m) noexcept {
    return m.max_context.known()
               ? reckon::detail::max(count{1}, static_cast<count>(in_tokens(m.max_context.value())))
               : most_tokens;
}
} // namespace detail

/// The largest `max_context` at which `d` fits with all else as it is; 0 where none does.
template <model M, gpu G> [[nodiscard]] constexpr tokens
largest_context(deployment<M, G> d) noexcept {
    auto const with = [&](count n) {
        d.max_context = tokens{static_cast<double>(n)};
        return memory_of(d);
    };
    memory_report const one = with(1);
    auto const guess = static_cast<count>(reckon::detail::floor(
        in_tokens(one.cache_tokens) /
        static_cast<double>(reckon::detail::max(count{1}, d.requests_per_group()))));
    count const block = reckon::detail::max(count{1}, d.engine.block_tokens);
    return tokens{static_cast<double>(
        reckon::detail::largest_that(1, detail::longest_of(d.model), guess / block * block,
                                     [&](count n) { return with(n).fits(); }))};
}

/// The largest `concurrency` at which `d` fits with all else as it is; 0 where none does.
template <model M, gpu G> [[nodiscard]] constexpr count
largest_concurrency(deployment<M, G> d) noexcept {
    d.concurrency = 1;
    memory_report const one = memory_of(d);
    if (!one.fits()) { return 0; }
    count const guess =
        reckon::detail::multiply(one.requests_that_fit(detail::most_tokens), d.layout.data);
    return reckon::detail::largest_that(1, detail::most_tokens, guess, [&](count n) {
        d.concurrency = n;
        return memory_of(d).fits();
    });
}

/// The first of `finest_first` in which `d` fits; `finest_first.size()` where none does. Order them from
/// the most bytes to the fewest.
template <model M, gpu G>
[[nodiscard]] constexpr std::size_t
finest_precision_that_fits(deployment<M, G> d, std::span<recipe const> finest_first) noexcept {
    std::size_t i = 0;
    for (recipe const& weights : finest_first) {
        d.weights = weights;
        if (memory_of(d).fits()) { break; }
        ++i;
    }
    return i;
}

/// A layout and whether there is one.
struct found_layout {
    reckon::layout spread{};
    bool fits{};
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return fits; }
};

/// The layout of the fewest devices on which `d` fits, at most `most`: of those with the same number,
/// the one that shares layers widest, then the one with the fewest data-parallel groups. Layers are
/// shared only where devices stand together. Not searched: decode context parallelism, redundant
/// experts, independent replicas.
template <model M, gpu G>
[[nodiscard]] constexpr found_layout fewest_gpus(deployment<M, G> d, count most) noexcept {
    count const widest = widest_layer(d.gpu);
    for (count devices = 1; devices <= most; ++devices) {
        for (count stages = 1; stages <= devices; ++stages) {
            if (devices % stages != 0) { continue; }
            count const group = devices / stages;
            if (group > widest) { continue; }
            for (count data = 1; data <= group; ++data) {
                if (group % data != 0) { continue; }
                d.layout = {.tensor = group / data,
                            .pipeline = stages,
                            .data = data,
                            .expert = data > 1 ? group : 1};
                if (memory_of(d).fits()) { return {d.layout, true}; }
            }
        }
    }
    return {};
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::fewest_gpus;
using serving::finest_precision_that_fits;
using serving::largest_concurrency;
using serving::largest_context;
} // namespace reckon::inline v0
