// SPDX-License-Identifier: MIT
// What electricity costs.
//
//   E = P t PUE        C = E k
//
//   symbol | meaning                                                  | unit  | domain
//   P      | electric power of the machines, averaged over t          | W     | >= 0
//   t      | time                                                     | s     | >= 0
//   PUE    | power of the site over power of its machines             | -     | >= 1
//   k      | tariff                                                   | USD/J | >= 0
//
// Source:       definition; PUE as in ISO/IEC 30134-2. 8 kW for 8,760 h at 0.12 USD/kWh is
//               70,080 kWh and 8,409.60 USD.
// Not modelled: demand charges, tariffs by time of day.
// Error:        0 given P; a power limit overstates the P of decoding, which rarely reaches it;
//               tests/cost/energy_cost.cpp.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// E = P t PUE, of the whole site. Domain: power, time >= 0, PUE >= 1.
[[nodiscard]] constexpr joules energy_used(watts power, seconds time,
                                           double power_usage_effectiveness = 1) noexcept {
    return power * time * power_usage_effectiveness;
}

/// C = P t PUE k. Domain: as energy_used, tariff >= 0.
[[nodiscard]] constexpr usd energy_cost(watts power, seconds time, usd_per_joule tariff,
                                        double power_usage_effectiveness = 1) noexcept {
    return energy_used(power, time, power_usage_effectiveness) * tariff;
}

/// Electricity as a rate of money: P PUE k.
[[nodiscard]] constexpr usd_per_second
energy_cost_rate(watts power, usd_per_joule tariff, double power_usage_effectiveness = 1) noexcept {
    return power * tariff * power_usage_effectiveness;
}

} // namespace reckon::inline v0
