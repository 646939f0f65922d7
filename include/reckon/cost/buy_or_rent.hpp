// SPDX-License-Identifier: MIT
// When bought machines have earned what renting the same ones would have cost.
//
//   payback     = K / (d u - o)                    never where d u <= o
//   utilisation above which owning wins = c / d,   c = TCO / life
//   ROI(t)      = ((d u - o) t - K min(t, w) / w) / K
//
//   symbol | meaning                                                        | unit  | domain
//   K      | purchase                                                       | USD   | > 0
//   d      | rent of the same machines, paid only while they are used       | USD/s | > 0
//   u      | share of the time in which they are used                       | -     | [0, 1]
//   o      | running cost of the own ones, paid always                      | USD/s | >= 0
//   c      | all that owning costs, over the life (cost/ownership.hpp)      | USD/s | >= 0
//   w      | years over which the purchase is written off                   | s     | > 0
//
// "The same machines" is the caller's to see to: as many accelerators with as much memory.
// Source:       definition. 15,000 USD against 2.1 USD/h at full use: 9.785 months; 120,000 USD against
//               27.447 USD/h at 60 % with 1.64 USD/h of running cost: 11.1 months, and owning wins over
//               three years above 22.6 % use (AT-24, AT-P6).
// Not modelled: prices that fall while the machines age, machines that are late.
// Error:        0 given the inputs; tests/cost/buy_or_rent.cpp.
#pragma once
#include <reckon/cost/ownership.hpp>

namespace reckon::inline v0 {

/// When the purchase has come back, or never.
struct payback_time {
    seconds after{}; ///< meaningless where `never`
    bool never{};
    friend constexpr bool operator==(payback_time const&, payback_time const&) noexcept = default;
};

/// Domain: purchase >= 0, rent >= 0, utilisation within [0, 1]. Without a surplus: never.
[[nodiscard]] constexpr payback_time payback(usd purchase, usd_per_second rent, double utilisation,
                                             usd_per_second running = {}) noexcept {
    usd_per_second const saved = rent * utilisation - running;
    if (!(saved > usd_per_second{})) { return {.never = true}; }
    return {.after = purchase / saved};
}

/// The utilisation at which the payback takes `within`: u = (K / t + o) / d.
[[nodiscard]] constexpr double utilisation_for_payback(usd purchase, usd_per_second rent,
                                                       seconds within,
                                                       usd_per_second running = {}) noexcept {
    return (purchase / within + running) / rent;
}

/// The running cost at which the payback takes `within`: o = d u - K / t. Negative: never that late.
[[nodiscard]] constexpr usd_per_second running_for_payback(usd purchase, usd_per_second rent,
                                                           double utilisation,
                                                           seconds within) noexcept {
    return rent * utilisation - purchase / within;
}

/// The utilisation above which owning costs less than renting: c / d. Above 1: renting always does.
[[nodiscard]] constexpr double owning_wins_above(ownership const& own,
                                                 usd_per_second rent) noexcept {
    return cost_of(own).rate() / rent;
}

/// ROI(t) of the equation, as a fraction. Domain: purchase > 0, written_off_over > 0.
[[nodiscard]] constexpr double return_on_investment(usd purchase, usd_per_second rent,
                                                    double utilisation, usd_per_second running,
                                                    seconds written_off_over,
                                                    seconds after) noexcept {
    usd const saved = (rent * utilisation - running) * after;
    usd const written_off = purchase * (min(after, written_off_over) / written_off_over);
    return (saved - written_off) / purchase;
}

} // namespace reckon::inline v0
