// SPDX-License-Identifier: MIT
// What a commitment saves, and how much it must be used to save anything.
//
//   discount = 1 - r / d        break-even utilisation = r / d
//
//   symbol | meaning                                    | unit  | domain
//   r      | reserved price, paid whether used or not   | USD/s | >= 0
//   d      | on-demand price, paid only while used      | USD/s | > 0
//
// Source:       definition. 19.66 against 32.77 USD/h is 40 % off and pays above 60 % use.
// Not modelled: payment up front, resale of the commitment.
// Error:        0; tests/cost/reservation.cpp.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// r / d: the share of time above which a commitment is cheaper. Domain: on_demand > 0; above 1 it
/// never is.
[[nodiscard]] constexpr double break_even_utilisation(usd_per_second reserved,
                                                      usd_per_second on_demand) noexcept {
    return reserved / on_demand;
}

/// 1 - r / d: a fraction. Domain: on_demand > 0; negative where the commitment is dearer.
[[nodiscard]] constexpr double reservation_discount(usd_per_second reserved,
                                                    usd_per_second on_demand) noexcept {
    return 1 - break_even_utilisation(reserved, on_demand);
}

} // namespace reckon::inline v0
