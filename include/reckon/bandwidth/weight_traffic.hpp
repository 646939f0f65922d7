// SPDX-License-Identifier: MIT
// Bytes of weights that one rank reads in a pass.
//
//   read          = W - embedding - experts + experts D(B) / E      on paper: all experts equally popular
//   read in steps = the same with the experts that real routing wakes
//
//   symbol  | meaning                                               | unit
//   W       | weights of the rank (memory/weights.hpp)              | byte
//   D(B)    | distinct experts that the pass wakes in a layer       | -
//
// A pass reads every matrix once, however many tokens it carries; of the embedding it reads one row
// a token, which is left out.
// Source: AT-11, DeepSeek-V3 served on 8 x H200 (docs/laws/step.md).
#pragma once
#include <reckon/bandwidth/distinct_experts.hpp>
#include <reckon/memory/weights.hpp>

namespace reckon::inline v0 {

namespace detail {

/// How a model's mixtures route: the last of them, or no experts.
template <model M> [[nodiscard]] constexpr routing routing_of(M const& m) noexcept {
    routing mixture{};
    m.groups.for_each([&](auto const& group) {
        routing const here = group.feed_forward.experts();
        if (here.experts > 0) { mixture = here; }
    });
    return mixture;
}

template <class Awake>
[[nodiscard]] constexpr bytes weights_read_of(routing const& mixture, weight_bytes const& w,
                                              double expert_tokens, Awake experts_of) noexcept {
    double const awake = mixture.experts == 0
                             ? 1
                             : experts_of(mixture.experts, mixture.per_token, expert_tokens) /
                                   static_cast<double>(mixture.experts);
    bytes const always = w.attention + w.dense_ffn + w.shared_experts + w.other + w.head;
    return always + w.routed_experts * awake;
}

} // namespace detail

/// What a pass of `expert_tokens` tokens reads where every expert is as popular as the next; an upper bound of what real
/// routing does. `w` are the weights of the rank.
[[nodiscard]] constexpr bytes weights_read(routing const& mixture, weight_bytes const& w,
                                           double expert_tokens) noexcept {
    return detail::weights_read_of(
        mixture, w, expert_tokens,
        [](count all, count each, double routed) { return distinct_experts(all, each, routed); });
}

/// The same as real routing does: popular experts are awake already (bandwidth/distinct_experts.hpp).
[[nodiscard]] constexpr bytes weights_streamed(routing const& mixture, weight_bytes const& w,
                                               double expert_tokens) noexcept {
    return detail::weights_read_of(
        mixture, w, expert_tokens,
        [](count all, count each, double routed) { return awake_experts(all, each, routed); });
}

/// The first of a model.
template <model M>
[[nodiscard]] constexpr bytes weights_read(M const& m, weight_bytes const& w,
                                           double expert_tokens) noexcept {
    return weights_read(detail::routing_of(m), w, expert_tokens);
}
/// The second of a model.
template <model M>
[[nodiscard]] constexpr bytes weights_streamed(M const& m, weight_bytes const& w,
                                               double expert_tokens) noexcept {
    return weights_streamed(detail::routing_of(m), w, expert_tokens);
}

} // namespace reckon::inline v0
