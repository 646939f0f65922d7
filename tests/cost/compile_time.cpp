// SPDX-License-Identifier: MIT
// Every law of money and energy gives the program what it gives the compiler.
#include "support/compile_time.hpp"

#include <reckon/cost.hpp>
#include <reckon/cost/buy_or_rent.hpp>
#include <reckon/cost/energy_per_token.hpp>
#include <reckon/cost/hybrid.hpp>
#include <reckon/cost/ownership.hpp>
#include <reckon/cost/price_performance.hpp>
#include <reckon/cost/spot.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::figures;
using reckon::test::same_at_run_time;

namespace {

/// What the laws of this room are asked about.
struct inputs {
    usd_per_second price{usd_per_hour(63.296)};
    usd_per_second committed{usd_per_hour(41.5)};
    token_rate rate{tokens_per_second(2040)};
    watts power{kilowatts(7.3)};
    usd purchase{310'000};
    usd_per_joule tariff{usd_per_kilowatt_hour(0.12)};
    double pue{1.3};
    double used{0.62};
    request_rate interrupted{per_second(1.0 / 86'400)};
    peak_flop_rate peak{petaflops_per_second(7.9)};
};
constexpr inputs in{};

} // namespace

TEST_CASE("laws of money by the compiler and by the program") {
    same_at_run_time<[](auto const& i) {
        return figures(cost_per_token(i.price, i.rate),
                       break_even_rate(i.price, cost_per_token(i.price, i.rate)),
                       tokens_per_dollar(i.rate, i.price));
    },
                     in>("cost of a token");
    same_at_run_time<[](auto const& i) {
        return figures(energy_used(i.power, hours(8'760), i.pue),
                       energy_cost(i.power, hours(8'760), i.tariff, i.pue),
                       energy_per_token(i.power, i.rate, i.pue));
    },
                     in>("energy");
    same_at_run_time<[](auto const& i) {
        return figures(teraflops_per_watt(i.peak, i.power), price_of_petaflops(i.purchase, i.peak));
    },
                     in>("price and performance");
    same_at_run_time<[](auto const& i) {
        return figures(break_even_utilisation(i.committed, i.price),
                       reservation_discount(i.committed, i.price));
    },
                     in>("reservation");
    same_at_run_time<[](auto const& i) {
        ownership const o{.purchase = i.purchase,
                          .life = years(4.5),
                          .power = i.power,
                          .load = i.used,
                          .power_usage_effectiveness = i.pue,
                          .tariff = i.tariff,
                          .discount_rate = 0.07};
        ownership_cost const c = cost_of(o);
        return figures(c.total(), c.rate(), c.energy, annuity(4.5, 0.07), present_value(4.5, 0.07),
                       running_rate(o), owning_wins_above(o, i.price));
    },
                     in>("ownership");
    same_at_run_time<[](auto const& i) {
        payback_time const t = payback(i.purchase, i.price, i.used, usd_per_hour(3));
        return figures(t.after, t.never, utilisation_for_payback(i.purchase, i.price, months(21)),
                       running_for_payback(i.purchase, i.price, i.used, months(21)),
                       return_on_investment(i.purchase, i.price, i.used, usd_per_hour(3), years(3),
                                            months(21)));
    },
                     in>("buying or renting");
    same_at_run_time<[](auto const& i) {
        return figures(useful_share(i.interrupted, 600_s),
                       effective_spot_price(i.committed, i.interrupted, 600_s).value(),
                       tolerable_interruptions(i.committed, i.price, 600_s));
    },
                     in>("spot");
    same_at_run_time<[](auto const& i) {
        count const demand[] = {3, 9, 4, 1, 0, 12};
        count const base = cheapest_base(demand, i.committed, i.price);
        return figures(base, hybrid_cost(demand, base, i.committed, i.price));
    },
                     in>("owning some and renting the rest");
}
