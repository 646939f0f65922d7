// SPDX-License-Identifier: MIT
// How many values of a head are rotated by position (RoPE).
#pragma once
#include <reckon/model/model_spec.hpp>

#include <type_traits>

namespace reckon::inline v0 {

/// Rotated values of one head: the rotary part of a latent, else the head. Models that rotate only part of
/// a head do not say so in their shape; they are taken to rotate all of it. 0 without heads.
template <attention A> [[nodiscard]] constexpr count rotary_values(A const& a) noexcept {
    if constexpr (requires { a.qk_rope_dim; }) {
        return a.qk_rope_dim;
    } else if constexpr (requires { a.head_dim; }) {
        return a.head_dim;
    } else if constexpr (requires { requires attention<std::remove_cvref_t<decltype(a.inner)>>; }) {
        return rotary_values(a.inner);
    } else if constexpr (requires { a.family.index(); }) {
        count found = 0;
        a.family.visit([&](auto const& family) { found = rotary_values(family); });
        return found;
    } else {
        return 0;
    }
}

/// The widest of a model; 0 where positions are learned.
template <model M> [[nodiscard]] constexpr count rotary_values_of(M const& m) noexcept {
    count widest = 0;
    if constexpr (requires { m.learned_positions; }) {
        if (m.learned_positions > 0) { return 0; }
    }
    m.groups.for_each([&](auto const& group) {
        bool keeps_tokens = false; // recurrent layers rotate nothing
        group.attention.for_each_state(
            [&](cached_state const& s) { keeps_tokens = keeps_tokens || !s.fixed; });
        if (keeps_tokens) { widest = detail::max(widest, rotary_values(group.attention)); }
    });
    return widest;
}

} // namespace reckon::inline v0
