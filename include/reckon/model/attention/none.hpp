// SPDX-License-Identifier: MIT
// No mixer at all: layers that are only a feed-forward block (Nemotron-H), and encoders, whose
// attention keeps nothing.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// A layer without attention.
struct no_attention {
    static constexpr count query_heads = 1;
    static constexpr void for_each_tensor(count, auto&&) noexcept {}
    static constexpr void for_each_state(auto&&) noexcept {}
    static constexpr void for_each_score(phase, auto&&) noexcept {}
    friend constexpr bool operator==(no_attention const&, no_attention const&) noexcept = default;
};

/// Attention over a text that is there all at once: weights and work, but no cache (BERT).
template <attention Inner> struct encoder {
    Inner inner{};
    count query_heads{inner.query_heads};
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
    }
    static constexpr void for_each_state(auto&&) noexcept {}
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        inner.for_each_score(when, visit);
    }
    friend constexpr bool operator==(encoder const&, encoder const&) noexcept = default;
};

} // namespace reckon::inline v0
