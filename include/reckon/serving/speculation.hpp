// SPDX-License-Identifier: MIT
// Speculative decoding: a draft proposes tokens, one step of the model checks them all.
//
//   tokens a step  = (1 - a^(k+1)) / (1 - a)        a < 1,      k + 1 at a = 1
//   step           = pass(b (k + 1) tokens) + k draft
//   time per token = step / tokens a step
//
//   symbol | meaning                                                          | unit | domain
//   k      | tokens that are drafted ahead of each step                       | -    | >= 0
//   a      | chance that the model accepts a drafted token, given the ones before it | - | 0 .. 1
//   b      | requests in a step of one data-parallel group                    | -    | >= 1
//   draft  | time of one drafted token                                        | s    | >= 0
//
// Every request of a step brings k + 1 tokens: attention reads each cache once for all of them, experts
// are woken by all. So speculation pays where weights and launches bind, and costs where compute does.
// Source:       Leviathan, Kalman, Matias 2023 (2211.17192), equation 1. DeepSeek-V3 (2412.19437) 5.4.3:
//               the second token of its module is accepted 85 to 90 % of the time, 1.8 times the tokens a
//               second.
// Deviations:   acceptance is taken as independent of position and load.
// Not modelled: trees of drafts; the prefill of the draft.
// Error:        speed_serving.*_speculative in docs/accuracy.md, at an acceptance that tables do not state.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// How far a draft runs ahead, and how well it guesses.
struct speculation {
    count drafted{};     ///< tokens ahead of each step; 0: none
    double acceptance{}; ///< chance of each, given the ones before it
    seconds draft{};     ///< time of one drafted token
};

/// DeepSeek-V3's own module as engines run it, at the lower end of what was published.
[[nodiscard]] constexpr speculation own_module(count drafted) noexcept {
    return {.drafted = drafted, .acceptance = 0.85, .draft = {}};
}

/// Tokens that a request gains in a step, on average. Domain: drafted >= 0, 0 <= acceptance <= 1.
[[nodiscard]] constexpr double tokens_a_step(speculation const& s) noexcept {
    double sum = 1;
    double chance = 1;
    for (count i = 0; i < s.drafted; ++i) {
        chance *= s.acceptance;
        sum += chance;
    }
    return sum;
}

/// A load whose steps check drafts: `passes` of the same load with k + 1 tokens for each request, which
/// brings as many steps fewer as tokens are accepted. `closed_loop` and the others read it as it is.
template <model M>
[[nodiscard]] constexpr load_passes
speculating(load_passes p, M const& m, cache_recipe const& cache, reckon::layout const& l,
            engine const& e, request_shape request, weight_bytes const& w,
            speculation const& s) noexcept {
    if (s.drafted <= 0) { return p; }
    double const batch = reckon::detail::max(1.0, p.in_group / p.stages);
    double const queries = batch * static_cast<double>(s.drafted + 1);
    double const sequences = p.step.sequences;
    bytes const again = p.step.again;
    p.step = detail::cost_of(
        m, w, cache, l,
        {.tokens = queries,
         .expert_tokens = queries * p.groups,
         .logit_rows = queries,
         .context = {in_tokens(request.prompt), in_tokens(request.prompt + request.output)},
         .when = phase::decode},
        batch, matrix_flops(m, l, e.sharding));
    p.step.sequences = sequences;
    p.step.again = again;
    p.tokens_per_step = tokens_a_step(s);
    p.draft = s.draft * static_cast<double>(s.drafted);
    return p;
}

} // namespace reckon::inline v0::serving
