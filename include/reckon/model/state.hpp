// SPDX-License-Identifier: MIT
// What a layer keeps for a request, and the work of attending to it.
//
//   entries(T) = 1 where the state is fixed, else ceil(min(T, window) / stride)
//   values(T)  = heads values_per_head entries(T)
//   FLOPs      = 2 heads (score_width + value_width) for each query and each entry that it sees
//
//   symbol | meaning                                          | unit  | domain
//   T      | tokens of context                                | token | >= 0
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

/// One stream of state of one layer.
struct cached_state {
    count heads{};           ///< independent parts that ranks can share
    count values_per_head{}; ///< numbers in each part of an entry
    bool shared_latent{};    ///< one latent that every rank needs whole (MLA)
    count window{};          ///< tokens kept at most; 0 keeps all of the context
    count stride{1};         ///< tokens for one entry
    bool fixed{false};       ///< one entry a request, whatever the context
    state_kind kind{state_kind::cache};

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
    friend constexpr bool operator==(cached_state const&, cached_state const&) noexcept = default;
};

/// The products of queries with keys and of scores with values.
struct score_work {
    count heads{};
    count score_width{};
    count value_width{};
    count limit{};     ///< entries that a query sees at most (window, top-k); 0: all
    count stride{1};   ///< tokens for one entry
    bool fixed{false}; ///< the work of a token does not depend on the context

    /// Entries that a query sees of a context of that many tokens.
    [[nodiscard]] constexpr double seen(double context) const noexcept {
        if (fixed) { return 1; }
        double const entries = context / static_cast<double>(stride);
        return limit > 0 ? detail::min(entries, static_cast<double>(limit)) : entries;
    }
    friend constexpr bool operator==(score_work const&, score_work const&) noexcept = default;
};

/// Prefill takes many query tokens of a request at once, decoding one.
enum class phase : std::uint8_t { prefill, decode };

} // namespace reckon::inline v0
