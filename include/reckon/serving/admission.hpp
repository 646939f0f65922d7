// SPDX-License-Identifier: MIT
// How many of the waiting requests an engine takes into its next pass.
//
//   admitted = min(q, most, K / c)
//
//   symbol | meaning                                              | unit  | domain
//   q      | requests that wait                                   | -     | >= 0
//   most   | largest batch                                        | -     | >= 0
//   K, c   | tokens that the cache holds; that a request may need | token | >= 0, > 0
//
// Source:       continuous batching; AT-15.
// Not modelled: a cap by latency: choose `most` so that serving/speed_of.hpp keeps the time of a token.
// Error:        0; tests/serving/admission.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::serving {

/// Never more than wait, than a batch may have or than the cache holds. Domain: context > 0.
[[nodiscard]] constexpr count admitted(count waiting, count most, tokens cache,
                                       tokens context) noexcept {
    auto const held =
        static_cast<count>(reckon::detail::min(reckon::detail::floor(cache / context), 9e15));
    return reckon::detail::max(count{0},
                               reckon::detail::min(waiting, reckon::detail::min(most, held)));
}

/// The same where the cache is no limit.
[[nodiscard]] constexpr count admitted(count waiting, count most) noexcept {
    return reckon::detail::max(count{0}, reckon::detail::min(waiting, most));
}

/// A rule of thresholds that an article prints, kept so that it can be shown wrong and never used: it
/// takes four requests out of an empty queue, and ignores `most` for queues of 9 to 16.
/// Source: https://www.yunthe.com/news/467385.html, section 4.2.
[[nodiscard]] constexpr count threshold_rule(count waiting, count most) noexcept {
    if (waiting > 16) { return reckon::detail::min(waiting, most); }
    if (waiting > 8) { return waiting / 2 + 8; }
    return 4;
}

} // namespace reckon::inline v0::serving
