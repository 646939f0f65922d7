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
// utilisation of a commitment (cost/reservation.hpp): C falls until then and rises after.
// Source:       definition; the rule is the newsvendor's critical ratio.
// Not modelled: minutes in which rented machines start: add them to the curve.
// Error:        0 given the curve; tests/cost/hybrid_property.cpp compares with every n.
#pragma once
#include <reckon/cost/reservation.hpp>
#include <reckon/detail/math.hpp>

#include <span>

namespace reckon::inline v0 {

/// The mean cost of serving a curve with `own` machines and rented ones beside them. Domain: a curve.
[[nodiscard]] constexpr usd_per_second hybrid_cost(std::span<count const> demand, count own,
                                                   usd_per_second own_rate,
                                                   usd_per_second rent) noexcept {
    double rented = 0;
    for (count const d : demand) {
        rented += static_cast<double>(detail::max(count{0}, d - own));
    }
    double const hours = demand.empty() ? 1.0 : static_cast<double>(demand.size());
    return own_rate * static_cast<double>(own) + rent * (rented / hours);
}

/// How many machines to own so that the curve costs least; the fewest of equals.
[[nodiscard]] constexpr count cheapest_base(std::span<count const> demand, usd_per_second own_rate,
                                            usd_per_second rent) noexcept {
    double const worth = break_even_utilisation(own_rate, rent);
    for (count own = 0;;) {
        count above = 0;
        count next = detail::count_max;
        for (count const d : demand) {
            if (d <= own) { continue; }
            ++above;
            next = detail::min(next, d); // the share is the same for every n below this
        }
        if (above == 0 ||
            static_cast<double>(above) <= worth * static_cast<double>(demand.size())) {
            return own;
        }
        own = next;
    }
}

} // namespace reckon::inline v0
