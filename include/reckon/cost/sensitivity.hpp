// SPDX-License-Identifier: MIT
// What a purchase's payback depends on: each input alone, a little less and a little more.
//
//   row = payback with x (1 - d), payback with x (1 + d)         cost/buy_or_rent.hpp
//
//   symbol | meaning                                   | unit | domain
//   x      | purchase, rent, utilisation, electricity, maintenance, people and space | | as there
//   d      | relative change                           | -    | [0, 1)
//
// Source:       definition: one at a time, all else as it is.
// Deviations:   a utilisation is never taken above 1.
// Not modelled: inputs that move together, as rent and purchase do when a generation ages.
// Error:        0; tests/cost/sensitivity.cpp.
#pragma once
#include <reckon/cost/buy_or_rent.hpp>

#include <array>
#include <string_view>

namespace reckon::inline v0 {

/// When a purchase pays itself back with one input changed, and all else as it is.
struct payback_change {
    std::string_view input{};
    payback_time less{}; ///< with the input smaller
    payback_time more{}; ///< with the input larger
};

/// The inputs in a fixed order. Domain: that of payback; change within [0, 1).
[[nodiscard]] constexpr std::array<payback_change, 6> payback_sensitivity(ownership const& own,
                                                                          usd_per_second rent,
                                                                          double utilisation,
                                                                          double change) noexcept {
    auto const with = [&](double purchase, double rented, double used, double electricity,
                          double maintenance, double people) {
        ownership o = own;
        o.purchase = own.purchase * purchase;
        // Maintenance is a share of the purchase: what is paid for it does not follow a discount.
        o.maintenance_a_year = own.maintenance_a_year * maintenance / purchase;
        o.tariff = own.tariff * electricity;
        o.people_a_year = own.people_a_year * people;
        o.space_a_year = own.space_a_year * people;
        return payback(o.purchase, rent * rented, detail::min(1.0, utilisation * used),
                       running_rate(o));
    };
    double const a = 1 - change;
    double const b = 1 + change;
    return {{{"purchase", with(a, 1, 1, 1, 1, 1), with(b, 1, 1, 1, 1, 1)},
             {"rent", with(1, a, 1, 1, 1, 1), with(1, b, 1, 1, 1, 1)},
             {"utilisation", with(1, 1, a, 1, 1, 1), with(1, 1, b, 1, 1, 1)},
             {"electricity", with(1, 1, 1, a, 1, 1), with(1, 1, 1, b, 1, 1)},
             {"maintenance", with(1, 1, 1, 1, a, 1), with(1, 1, 1, 1, b, 1)},
             {"people and space", with(1, 1, 1, 1, 1, a), with(1, 1, 1, 1, 1, b)}}};
}

} // namespace reckon::inline v0
