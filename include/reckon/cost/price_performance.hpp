// SPDX-License-Identifier: MIT
// Indices that rank hardware: what stars in a table stand for.
//
//   tokens a dollar = r / p      compute a watt = F / P      compute price = K / F
//
//   symbol | meaning                                   | unit        | domain
//   r, p   | tokens a second, price of what makes them | token/s, USD/s | p > 0
//   F, P   | peak of products, power                   | FLOP/s, W   | > 0
//   K      | purchase                                  | USD         | >= 0
//
// Source:       definition. A100 SXM: 312 TFLOP/s / 400 W = 0.78 TFLOP/s a watt; eight for 120,000 USD
//               are 48,077 USD a PFLOP/s (AT-25).
// Not modelled: whether the work can use the peak: rank by tokens where a rate is known.
// Error:        0 given the inputs; tests/cost/price_performance.cpp.
#pragma once
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// r / p. Domain: price > 0.
[[nodiscard]] constexpr double tokens_per_dollar(token_rate rate, usd_per_second price) noexcept {
    return in_tokens(rate / price * usd{1});
}

/// F / P in TFLOP/s a watt. Domain: power > 0.
[[nodiscard]] constexpr double teraflops_per_watt(peak_flop_rate peak, watts power) noexcept {
    return in_teraflops_per_second(peak) / in_watts(power);
}

/// K / F: dollars of purchase for 1 PFLOP/s. Domain: peak > 0.
[[nodiscard]] constexpr usd price_of_petaflops(usd purchase, peak_flop_rate peak) noexcept {
    return purchase * (petaflops_per_second(1).base_value / peak.base_value);
}

} // namespace reckon::inline v0
