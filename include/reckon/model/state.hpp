// SPDX-License-Identifier: MIT
// What a layer keeps for a request, and the work of attending to it.
//
//   entries(T) = 1 where the state is fixed, else ceil(min(T, window) / stride)
//   values(T)  = heads values_per_head entries(T)
//   read(T)    = min(min(T, window) / stride, selected)      entries that a decoding query reads
//   FLOPs      = 2 heads (score_width + value_width) for each query and each entry that it sees
//
// Over the queries of a pass, which see contexts from a to b in even steps, what is read and seen is
// averaged: of a limit w, w - w^2 / (2 b) for a prompt of b > w tokens from its start.
//
//   symbol | meaning                                          | unit  | domain
//   T      | tokens of context                                | token | >= 0
//   selected | entries that a query reads at most, 0: all      | -     | >= 0
//   window | tokens kept at most, 0: all                      | token | >= 0
//   stride | tokens that share one entry (compressed caches)  | token | >= 1
#pragma once
#include <reckon/detail/math.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// What a state is stored in: the cache's format is a choice of the deployment, the others are not.
enum class state_kind : std::uint8_t {
    cache,       ///< keys and values, or a latent: in the cache format
    index,       ///< keys of a sparse-attention indexer: in the index format
    recurrent,   ///< matrix state of a linear attention or state-space layer: fp32
    convolution, ///< the last inputs of a short convolution: 16 bit
};
inline constexpr int state_kinds = 4;

/// The contexts that the queries of a pass see, in even steps. One number is one context.
struct context_span {
    double from{};
    double to{};
    constexpr context_span() noexcept = default;
    // NOLINTNEXTLINE(google-explicit-constructor): `.context = 4096`
    constexpr context_span(double all) noexcept : from(all), to(all) {}
    constexpr context_span(double first, double last) noexcept : from(first), to(last) {}
    [[nodiscard]] constexpr double mean() const noexcept { return (from + to) / 2; }
    /// The average of min(context, limit). Domain: from <= to, limit > 0.
    [[nodiscard]] constexpr double mean_up_to(double limit) const noexcept {
        if (to <= limit) { return mean(); }
        if (from >= limit) { return limit; }
        // Below the limit the average is half of both ends, above it the limit itself.
        double const below = (limit - from) * (limit + from) / 2;
        return (below + (to - limit) * limit) / (to - from);
    }
    friend constexpr bool operator==(context_span const&, context_span const&) noexcept = default;
};

/// One stream of state of one layer.
struct cached_state {
    count heads{};           ///< independent parts that ranks can share
    count values_per_head{}; ///< numbers in each part of an entry
    bool shared_latent{};    ///< one latent that every rank needs whole (MLA)
    count window{};          ///< tokens kept at most; 0 keeps all of the context
    count stride{1};         ///< tokens for one entry
    bool fixed{false};       ///< one entry a request, whatever the context
    state_kind kind{state_kind::cache};
    count selected{}; ///< entries that a query reads at most (top-k); 0: all

    /// Whether another token of context, beyond every window, adds to it.
    [[nodiscard]] constexpr bool grows() const noexcept { return !fixed && window == 0; }
    /// Entries that a request of `context` tokens keeps in blocks of `block` tokens, both rounded up.
    /// While `chunk` tokens of it are taken in at once, a window holds window - 1 + chunk of them and
    /// one block more; 0: none are.
    [[nodiscard]] constexpr double entries(double context, double block = 1,
                                           double chunk = 0) const noexcept {
        if (fixed) { return 1; }
        double kept = context;
        if (window > 0) {
            auto const last = static_cast<double>(window);
            kept = detail::min(context, chunk > 0 ? last - 1 + chunk : last);
            kept = detail::ceil(kept / block) * block + (chunk > 0 ? block : 0);
        }
        return stride > 1 ? detail::ceil(kept / static_cast<double>(stride)) : kept;
    }
    /// Entries that a decoding query reads, on average over a span of contexts.
    [[nodiscard]] constexpr double read(context_span const& seen) const noexcept {
        if (fixed) { return 1; }
        auto const each = static_cast<double>(stride);
        double most = window > 0 ? static_cast<double>(window) : 0;
        if (selected > 0) {
            double const chosen = static_cast<double>(selected) * each;
            most = most > 0 ? detail::min(most, chosen) : chosen;
        }
        return (most > 0 ? seen.mean_up_to(most) : seen.mean()) / each;
    }
    friend constexpr bool operator==(cached_state const&, cached_state const&) noexcept = default;
};

/// The products of queries with keys and of scores with values.
struct score_work {
    count heads{};
    count score_width{};
    count value_width{};
    count limit{};             ///< entries that a query sees at most (window, top-k); 0: all
    count stride{1};           ///< tokens for one entry
    bool fixed{false};         ///< the work of a token does not depend on the context
    bool on_every_rank{false}; ///< ranks do not share it (an indexer's scores)

    /// Entries that a query sees, on average over a span of contexts.
    [[nodiscard]] constexpr double seen(context_span const& contexts) const noexcept {
        if (fixed) { return 1; }
        auto const each = static_cast<double>(stride);
        return (limit > 0 ? contexts.mean_up_to(static_cast<double>(limit) * each)
                          : contexts.mean()) /
               each;
    }
    friend constexpr bool operator==(score_work const&, score_work const&) noexcept = default;
};

/// Prefill takes many query tokens of a request at once, decoding one.
enum class phase : std::uint8_t { prefill, decode };

} // namespace reckon::inline v0
