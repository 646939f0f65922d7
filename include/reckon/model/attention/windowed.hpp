// SPDX-License-Identifier: MIT
// Attention that sees only the last tokens (Mistral, Gemma, gpt-oss).
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// The same weights, a cache that stops growing at `window` tokens, and queries that see no more.
template <attention Inner> struct windowed {
    Inner inner{};
    count window{};
    count query_heads{inner.query_heads};

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        inner.for_each_state([&](cached_state state) {
            state.window = window;
            visit(state);
        });
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        inner.for_each_score(when, [&](score_work work) {
            work.limit = window;
            visit(work);
        });
    }
    friend constexpr bool operator==(windowed const&, windowed const&) noexcept = default;
};

} // namespace reckon::inline v0
