// SPDX-License-Identifier: MIT
// What a token costs on machines that are paid by time.
//
//   c = p / r
//
//   symbol | meaning                                              | unit    | domain
//   p      | price of all machines that serve                     | USD/s   | >= 0
//   r      | tokens that they produce, averaged over paid time    | token/s | > 0
//   c      | cost of a token; infinite at r = 0                   | USD/tok | >= 0
//
// Source:       definition. 63.296 USD/h at 2,040 tokens/s is 8.62 USD per million tokens.
// Deviations:   none.
// Not modelled: hours paid without traffic: multiply r by the share of paid time that is used.
// Error:        0 given p and r; tests/cost/cost_per_token.cpp.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// c = p / r. Domain: rate > 0; infinite at 0.
[[nodiscard]] constexpr usd_per_token cost_per_token(usd_per_second price,
                                                     token_rate rate) noexcept {
    return price / rate;
}

/// The rate above which machines at this price produce tokens below that cost: r = p / c.
[[nodiscard]] constexpr token_rate break_even_rate(usd_per_second price,
                                                   usd_per_token cost) noexcept {
    return price / cost;
}

} // namespace reckon::inline v0
