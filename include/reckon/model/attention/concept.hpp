// SPDX-License-Identifier: MIT
// What the laws ask of an attention family, or of any mixer in its place.
#pragma once
#include <reckon/detail/visitor.hpp>
#include <reckon/model/state.hpp>
#include <reckon/model/tensor.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// A kind of attention. `hidden` is the width of the residual stream. The three visits are all that
/// the laws of memory, work and traffic know of it; users bring their own by writing them.
template <class A>
concept attention = requires(A const& a, count hidden, phase when) {
    a.for_each_tensor(hidden, detail::visitor<tensor>{});  // every weight of a layer
    a.for_each_state(detail::visitor<cached_state>{});     // every stream of state of a layer
    a.for_each_score(when, detail::visitor<score_work>{}); // every product with that state
    { a.query_heads } -> std::convertible_to<count>;
};

/// The tensors of the attention in a prediction module that repeats a layer: the layer's own, unless the
/// family says otherwise.
template <attention A>
constexpr void for_each_tensor_in_prediction(A const& a, count hidden, auto&& visit) noexcept {
    if constexpr (requires { a.for_each_tensor_in_prediction(hidden, visit); }) {
        a.for_each_tensor_in_prediction(hidden, visit);
    } else if constexpr (requires { a.in_prediction(); }) {
        a.in_prediction().for_each_tensor(hidden, visit);
    } else {
        a.for_each_tensor(hidden, visit);
    }
}

/// Whether a layer keeps one latent for all heads, which tensor parallelism cannot divide (MLA).
template <attention A> [[nodiscard]] constexpr bool keeps_latent(A const& a) noexcept {
    bool latent = false;
    a.for_each_state([&](cached_state const& s) {
        latent = latent || (s.shared_latent && s.kind == state_kind::cache);
    });
    return latent;
}

/// Query heads to a key-value head; 1 where there are no key-value heads of their own.
template <attention A> [[nodiscard]] constexpr count queries_per_key(A const& a) noexcept {
    count group = 1;
    a.for_each_state([&](cached_state const& s) {
        if (s.kind == state_kind::cache && !s.shared_latent && s.heads > 0) {
            group = a.query_heads / s.heads;
        }
    });
    return group;
}

} // namespace reckon::inline v0
