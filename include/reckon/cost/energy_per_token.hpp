// SPDX-License-Identifier: MIT
// What a token takes in electricity.
//
//   e = P PUE / r        cost = e k
//
//   symbol | meaning                                                    | unit    | domain
//   P      | power of the machines while they make r                    | W       | >= 0
//   r      | tokens a second                                            | token/s | > 0
//   k      | tariff                                                     | USD/J   | >= 0
//
// Source:       definition. 400 W at 29.985 tokens a second: 13.34 J a token, 3.706 kWh a million (AT-26).
// Error:        0 given P and r; tests/cost/energy_per_token.cpp.
#pragma once
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// e = P PUE / r. Domain: rate > 0, PUE >= 1.
[[nodiscard]] constexpr joules_per_token
energy_per_token(watts power, token_rate rate, double power_usage_effectiveness = 1) noexcept {
    return power * power_usage_effectiveness / rate;
}

/// kWh for a million tokens, as bills count.
[[nodiscard]] constexpr double in_kilowatt_hours_per_million_tokens(joules_per_token e) noexcept {
    return in_kilowatt_hours(e * megatokens(1));
}

} // namespace reckon::inline v0
