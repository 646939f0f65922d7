// SPDX-License-Identifier: MIT
// What owning machines costs over their life: price, electricity, maintenance, people, less what is left.
//
//   TCO  = K + a (E + m K + S + R) - v K / (1 + i)^n
//   E    = P u PUE k x 8760 h                       (cost/energy_cost.hpp)
//   a    = sum over years y of (1 + i)^-y           n where i = 0; the last year counts by its part
//   rate = TCO / n
//
//   symbol | meaning                                                      | unit  | domain
//   K      | purchase of the machines, with what they need to run         | USD   | >= 0
//   P, u   | power under load; share of it that is drawn on average       | W, -  | >= 0; [0, 1]
//   PUE, k | power of the site over that of its machines; tariff          | -, USD/J | >= 1, >= 0
//   m      | maintenance a year as a share of K                           | -     | >= 0
//   S, R   | people; space and network, a year                            | USD   | >= 0
//   v      | share of K that the machines still bring at the end          | -     | [0, 1]
//   i, n   | discount rate a year; life in years                          | -     | >= 0; > 0
//
// Source:       definition. 120,000 USD, 8 kW, 0.12 USD/kWh, 5 years: 162,048 USD; with 5 % maintenance
//               192,048 (AT-23).
// Deviations:   yearly costs are paid at the end of each year; a broken last year is discounted linearly.
// Not modelled: taxes and how a balance sheet writes machines off, loans, repairs beyond maintenance.
// Error:        0 given the inputs; tests/cost/ownership.cpp.
#pragma once
#include <reckon/cost/energy_cost.hpp>
#include <reckon/detail/math.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/units/makers.hpp>

#include <string_view>

namespace reckon::inline v0 {

inline constexpr double hours_a_year = 8760;
inline constexpr double hours_a_month = 730; ///< a twelfth of that
[[nodiscard]] constexpr seconds years(double n) noexcept { return hours(n * hours_a_year); }
[[nodiscard]] constexpr seconds months(double n) noexcept { return hours(n * hours_a_month); }
[[nodiscard]] constexpr double in_years(seconds t) noexcept { return in_hours(t) / hours_a_year; }
[[nodiscard]] constexpr double in_months(seconds t) noexcept { return in_hours(t) / hours_a_month; }

/// Machines that somebody buys. The members without a default have no useful one.
struct ownership {
    usd purchase{};
    seconds life{};
    watts power{};
    double load{1}; ///< share of `power` that is drawn on average
    double power_usage_effectiveness{1};
    usd_per_joule tariff{};
    double maintenance_a_year{}; ///< share of the purchase
    usd people_a_year{};
    usd space_a_year{};     ///< rack, network, insurance
    double residual{};      ///< share of the purchase that is left at the end
    double discount_rate{}; ///< a year
    friend constexpr bool operator==(ownership const&, ownership const&) noexcept = default;
};

/// Present value of one dollar a year for `n` years at the rate `i`: a of the equation. Domain: n, i >= 0.
[[nodiscard]] constexpr double annuity(double n, double i) noexcept {
    double const whole = detail::floor(n);
    double const left = n - whole;
    double const shrunk = 1 / detail::power(1 + i, static_cast<count>(whole));
    // 1 - (1 + i)^-n is all rounding error where i is next to nothing.
    constexpr double next_to_nothing = 1e-8;
    double const of_whole = whole * i < next_to_nothing ? whole : (1 - shrunk) / i;
    return of_whole + shrunk * left / (1 + i * left);
}

/// What a dollar at the end of `n` years is worth today.
[[nodiscard]] constexpr double present_value(double n, double i) noexcept {
    double const whole = detail::floor(n);
    return 1 / (detail::power(1 + i, static_cast<count>(whole)) * (1 + i * (n - whole)));
}

/// The total by part, each at its present value.
struct ownership_cost {
    usd purchase{};
    usd energy{};
    usd maintenance{};
    usd people{};
    usd space{};
    usd residual{}; ///< what comes back
    seconds life{};
    [[nodiscard]] constexpr usd total() const noexcept {
        return purchase + energy + maintenance + people + space - residual;
    }
    /// Spread over the life, used or not.
    [[nodiscard]] constexpr usd_per_second rate() const noexcept { return total() / life; }
    friend constexpr bool operator==(ownership_cost const&,
                                     ownership_cost const&) noexcept = default;
};

/// Every cost over the life of the machines, in today's money. Domain: life > 0, shares in [0, 1].
[[nodiscard]] constexpr ownership_cost cost_of(ownership const& o) noexcept {
    double const n = in_years(o.life);
    double const a = annuity(n, o.discount_rate);
    return {.purchase = o.purchase,
            .energy =
                energy_cost(o.power * o.load, years(1), o.tariff, o.power_usage_effectiveness) * a,
            .maintenance = o.purchase * (o.maintenance_a_year * a),
            .people = o.people_a_year * a,
            .space = o.space_a_year * a,
            .residual = o.purchase * (o.residual * present_value(n, o.discount_rate)),
            .life = o.life};
}

/// What running costs while the machines run, without their price: P u PUE k + (m K + S + R) a year.
[[nodiscard]] constexpr usd_per_second running_rate(ownership const& o) noexcept {
    return energy_cost_rate(o.power * o.load, o.tariff, o.power_usage_effectiveness) +
           (o.purchase * o.maintenance_a_year + o.people_a_year + o.space_a_year) / years(1);
}

/// What makes no sense in `o`, by field: negative or not finite, a share above 1, a PUE below 1, a life of
/// nothing or of more than a century.
[[nodiscard]] constexpr possible_error check(ownership const& o) noexcept {
    struct bounds {
        std::string_view field;
        double value, least, most;
        std::string_view unit;
    };
    constexpr double any = 1e15;
    constexpr double century = 100;
    bounds const fields[] = {
        {"purchase", in_usd(o.purchase), 0, any, "USD"},
        {"life", in_years(o.life), 1 / hours_a_year, century, "years"},
        {"power", in_watts(o.power), 0, any, "W"},
        {"load", o.load, 0, 1, "of the power"},
        {"power_usage_effectiveness", o.power_usage_effectiveness, 1, century, ""},
        {"tariff", in_usd(o.tariff * kilowatt_hours(1)), 0, any, "USD/kWh"},
        {"maintenance_a_year", o.maintenance_a_year, 0, century, "of the purchase"},
        {"people_a_year", in_usd(o.people_a_year), 0, any, "USD"},
        {"space_a_year", in_usd(o.space_a_year), 0, any, "USD"},
        {"residual", o.residual, 0, 1, "of the purchase"},
        {"discount_rate", o.discount_rate, 0, century, "a year"},
    };
    for (bounds const& b : fields) {
        if (b.value >= b.least && b.value <= b.most) { continue; }
        constexpr int digits = 4;
        sentence why{"the owner's "};
        why.append(b.field).append(" is ").append_fixed(b.value, digits);
        why.append(b.unit.empty() ? "" : " ").append(b.unit).append("; give ");
        why.append_fixed(b.least, b.least > 0 && b.least < 1 ? digits : 0).append(" to ");
        why.append_fixed(b.most, 0).append(".");
        return error{errc::out_of_range, why};
    }
    return {};
}

} // namespace reckon::inline v0
