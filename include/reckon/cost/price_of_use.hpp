// SPDX-License-Identifier: MIT
// What an hour in which a machine is used costs, by the way it is paid for: the comparison of all ways.
//
//   on demand, booked   p                  paid while used
//   reserved, owned     p / u              paid always
//   spot                p / (1 - f l)      paid while it runs, not all of which is work (cost/spot.hpp)
//
//   symbol | meaning                                          | unit  | domain
//   p      | price of the machine in that way                 | USD/s | >= 0
//   u      | share of the time in which the machine is used   | -     | (0, 1]
//   f, l   | interruptions a second, paid time that each wastes | 1/s, s | >= 0
//
// Source:       definition. A reservation at 60 % of the price on demand pays above 60 % of use (AT-22).
// Not modelled: minimum terms: a reservation that ends before its year is paid to the end.
// Error:        0 given the prices; tests/cost/price_of_use.cpp.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/cost/spot.hpp>
#include <reckon/detail/result.hpp>

namespace reckon::inline v0 {

/// How a machine is used.
struct use_of_machine {
    double utilisation{1};        ///< share of the time
    request_rate interruptions{}; ///< of a spot machine
    seconds lost{};               ///< by each
};

/// The price of a used hour of an offer's machine. Unknown where nobody quotes that way, or where spot
/// machines are taken back before they work. Domain: utilisation within (0, 1].
[[nodiscard]] constexpr figure<usd_per_second> price_of_use(offer const& o, purchase how,
                                                            use_of_machine const& use) noexcept {
    figure<usd_per_second> const quoted = o.price_of(how).figure_of_rate();
    if (!quoted.known()) { return unknown; }
    switch (how) {
    case purchase::on_demand:
    case purchase::booked: return quoted;
    case purchase::reserved_1y:
    case purchase::reserved_3y: return {quoted.value() / use.utilisation, quoted.source};
    case purchase::spot: return effective_spot_price(quoted.value(), use.interruptions, use.lost);
    }
    return unknown;
}

/// A way to pay, and what a used hour costs then.
struct way_to_pay {
    purchase how{};
    usd_per_second used_hour{};
    friend constexpr bool operator==(way_to_pay const&, way_to_pay const&) noexcept = default;
};

/// The cheapest way of those that the offer quotes; the first of equals. Errors: out_of_range for a
/// utilisation outside (0, 1], unknown_figure where nothing is quoted.
[[nodiscard]] constexpr result<way_to_pay> cheapest_way(offer const& o,
                                                        use_of_machine const& use) noexcept {
    if (!(use.utilisation > 0 && use.utilisation <= 1)) {
        sentence why{"a utilisation of "};
        why.append_fixed(use.utilisation, 3);
        return error{errc::out_of_range, why.append(" is none; give a share above 0, up to 1.")};
    }
    figure<usd_per_second> least{};
    way_to_pay best{};
    for (purchase const how : {purchase::on_demand, purchase::booked, purchase::reserved_1y,
                               purchase::reserved_3y, purchase::spot}) {
        figure<usd_per_second> const price = price_of_use(o, how, use);
        if (price.known() && (!least.known() || price.value() < least.value())) {
            least = price;
            best = {how, price.value()};
        }
    }
    if (least.known()) { return best; }
    sentence why{"the offer "};
    why.append(o.instance.view()).append(" of ").append(o.provider.view());
    return error{errc::unknown_figure, why.append(" quotes no price that can be used; give one.")};
}

} // namespace reckon::inline v0
