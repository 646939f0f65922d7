// SPDX-License-Identifier: MIT
// Own or reserve the base, rent the peaks.
//
//   C(n) = n c + (1 / H) sum over hours of max(0, d_h - n) r
//   best n = the smallest with   (hours with d_h > n) / H  <=  c / r
//
//   symbol | meaning                                                   | unit  | domain
//   d_h    | machines needed in hour h                                 | -     | >= 0
//   H      | hours of the curve                                        | -     | >= 1
//   c      | an own or reserved machine, paid always                   | USD/s | >= 0
//   r      | a rented machine, paid by the hour                        | USD/s | > 0
//
// The next machine pays as long as it is used for a larger share of the time than c / r, the break-even
// utilisation of a commitment (cost/reservation.hpp): C falls until then and rises after. Time in which
// machines start is part of the curve (cost/demand.hpp).
// Source:       definition; the rule is the newsvendor's critical ratio.
// Error:        0 given the curve; tests/cost/hybrid_property.cpp compares with every n.
#pragma once
#include <reckon/cost/demand.hpp>
#include <reckon/cost/reservation.hpp>
#include <reckon/detail/math.hpp>

#include <span>

namespace reckon::inline v0 {

/// The mean cost of serving a curve with `own` machines and rented ones beside them. Domain: a curve.
[[nodiscard]] constexpr usd_per_second hybrid_cost(machine_demand const& demand, count own,
                                                   usd_per_second own_rate,
                                                   usd_per_second rent) noexcept {
    seconds rented{};
    demand.for_each_paid([&](count machines, seconds lasting) {
        rented = rented + lasting * static_cast<double>(detail::max(count{0}, machines - own));
    });
    double const mean = demand.machines.empty() ? 0.0 : rented / demand.duration();
    return own_rate * static_cast<double>(own) + rent * mean;
}

/// The same of a curve of demand, one value for each equal part of time.
[[nodiscard]] constexpr usd_per_second hybrid_cost(std::span<count const> demand, count own,
                                                   usd_per_second own_rate,
                                                   usd_per_second rent) noexcept {
    return hybrid_cost(machine_demand{demand}, own, own_rate, rent);
}

/// How many machines to own so that the curve costs least; the fewest of equals.
[[nodiscard]] constexpr count cheapest_base(machine_demand const& demand, usd_per_second own_rate,
                                            usd_per_second rent) noexcept {
    seconds const worth = demand.duration() * break_even_utilisation(own_rate, rent);
    for (count own = 0;;) {
        seconds above{};
        count next = detail::count_max;
        demand.for_each_paid([&](count machines, seconds lasting) {
            if (machines <= own) { return; }
            above = above + lasting;
            next = detail::min(next, machines); // the share is the same for every n below this
        });
        if (next == detail::count_max || above <= worth) { return own; }
        own = next;
    }
}

/// The same of a curve of demand, one value for each equal part of time.
[[nodiscard]] constexpr count cheapest_base(std::span<count const> demand, usd_per_second own_rate,
                                            usd_per_second rent) noexcept {
    return cheapest_base(machine_demand{demand}, own_rate, rent);
}

} // namespace reckon::inline v0
