// SPDX-License-Identifier: MIT
// How many different experts a batch wakes in one layer.
//
//   D(B) = E (1 - (1 - k/E)^B)                                        all experts equally popular
//   D(B) = E B k / (E + (B - 1) k)                                    some more popular than others
//   rows of an expert, in whole tiles = B k / D(B) + tile / 2
//
//   symbol | meaning                                   | domain
//   E      | routed experts of the layer               | >= 0
//   k      | experts that a token chooses              | 0 .. E
//   B      | tokens that choose independently          | >= 0
//   tile   | rows that a kernel multiplies at once     | >= 1
//
// An expert that a token passes by with probability v is passed by B of them with v^B. Where v differs from expert to expert
// with density a v^(a - 1), a = E/k - 1, so that its mean is 1 - k/E, the mean of v^B is a / (a + B).
// Source:       expected number of distinct draws; AT-11 (256 experts, 8 a token: 57.4 at B = 8,
//               222.4 at 64).
//               Popular experts: decode steps of DeepSeek-R1, Qwen3-235B, gpt-oss-120b and MiniMax-M2.5 under vLLM,
//               SGLang and TensorRT-LLM, which are shorter than all experts alike would make them (docs/laws). No constant
//               is in it: of distributions with one, from far more skewed to even, none was clearly better.
// Deviations:   tokens choose independently; one request's tokens resemble each other.
// Not modelled: the rank with the popular experts, which the others wait for.
// Error:        of the even form: an upper bound; of the other: time per output token of mixtures in docs/accuracy.md.
#pragma once
#include <reckon/detail/math.hpp>

namespace reckon::inline v0 {

/// All equally popular. Domain: choosing is rounded down to a whole number; fractions of a token count linearly.
[[nodiscard]] constexpr double distinct_experts(count experts, count per_token,
                                                double choosing) noexcept {
    if (experts <= 0 || choosing <= 0) { return 0; }
    double const missed = 1 - static_cast<double>(per_token) / static_cast<double>(experts);
    double const whole = detail::floor(choosing);
    // Between whole batches the expectation is interpolated, so that speed is continuous in load.
    double const left =
        detail::power(missed, static_cast<count>(whole)) * (1 - (choosing - whole) * (1 - missed));
    return static_cast<double>(experts) * (1 - left);
}

/// The same where some are more popular than others: 172 of 256 awake by 64 tokens that choose 8, where 222 would be if all
/// were alike. For passes of real models; the even form is the sum on paper, and an upper bound of whole batches.
/// Domain: any batch; below one token linear. 0 where nobody chooses.
[[nodiscard]] constexpr double awake_experts(count experts, count per_token,
                                             double choosing) noexcept {
    if (experts <= 0 || choosing <= 0) { return 0; }
    auto const all = static_cast<double>(experts);
    auto const chosen = static_cast<double>(detail::min(per_token, experts));
    if (choosing < 1) { return chosen * choosing; }
    return all * choosing * chosen / (all + (choosing - 1) * chosen);
}

/// What a grouped product of a prompt multiplies, relative to what tokens chose: every expert's rows are
/// padded to whole tiles, half of one on average. 1 where nobody chooses.
/// Source: Qwen3.5-122B, gpt-oss-120b and Nemotron-3 under llama.cpp: micro-batches of 512 tokens, 16 to 22 rows
///         an expert, take 1.6 to 1.9 times as long for a token as those of 2,048 (kyuz0's tables of Strix Halo).
[[nodiscard]] constexpr double padding_of_tiles(count experts, count per_token, double choosing,
                                                double tile) noexcept {
    double const awake = distinct_experts(experts, per_token, choosing);
    double const chosen = choosing * static_cast<double>(per_token);
    return chosen > 0 ? 1 + awake * tile / 2 / chosen : 1;
}

} // namespace reckon::inline v0
