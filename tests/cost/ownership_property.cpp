// SPDX-License-Identifier: MIT
// What is true of every purchase: costs add, money later is worth less, more use pays back sooner.
#include "support/property.hpp"

#include <reckon/cost/buy_or_rent.hpp>

using namespace reckon;

namespace {

double between(int low, int high, double step) { return *rc::gen::inRange(low, high) * step; }

ownership any_ownership() {
    return {.purchase = usd{between(1, 1000, 1000)},
            .life = years(between(1, 100, 0.1)),
            .power = kilowatts(between(0, 1000, 0.1)),
            .load = between(0, 100, 0.01),
            .power_usage_effectiveness = between(100, 300, 0.01),
            .tariff = usd_per_kilowatt_hour(between(0, 100, 0.01)),
            .maintenance_a_year = between(0, 50, 0.01),
            .people_a_year = usd{between(0, 100, 1000)},
            .space_a_year = usd{between(0, 100, 100)},
            .residual = between(0, 100, 0.01),
            .discount_rate = between(0, 30, 0.01)};
}

} // namespace

TEST_CASE("owning") {
    CHECK(reckon::test::holds(
        "costs no less with any part larger, and no more with more residual", [] {
            ownership const o = any_ownership();
            RC_ASSERT(!check(o));
            double const base = in_usd(cost_of(o).total());
            auto const with = [&](auto&& change) {
                ownership other = o;
                change(other);
                return in_usd(cost_of(other).total());
            };
            double const slack = 1e-9 * (1 + in_usd(cost_of(o).purchase) * 100);
            RC_ASSERT(with([](ownership& x) { x.power = x.power + kilowatts(1); }) >= base - slack);
            RC_ASSERT(with([](ownership& x) { x.maintenance_a_year += 0.01; }) >= base - slack);
            RC_ASSERT(with([](ownership& x) { x.people_a_year = x.people_a_year + usd{1}; }) >=
                      base - slack);
            RC_ASSERT(with([](ownership& x) { x.power_usage_effectiveness += 0.1; }) >=
                      base - slack);
            RC_ASSERT(with([](ownership& x) { x.residual = 0; }) >= base - slack);
        }));
    CHECK(reckon::test::holds(
        "years are worth less the more interest there is, and never more than their number", [] {
            double const n = between(0, 400, 0.1);
            double const i = between(0, 100, 0.005);
            RC_ASSERT(annuity(n, i) <= n * (1 + 1e-12));
            RC_ASSERT(annuity(n, i + 0.01) <= annuity(n, i) * (1 + 1e-9));
            RC_ASSERT(annuity(n + 0.1, i) >= annuity(n, i) * (1 - 1e-12));
            RC_ASSERT(present_value(n, i) <= 1);
        }));
}

TEST_CASE("paying back") {
    CHECK(reckon::test::holds(
        "more use never pays back later, and the utilisation for a time gives that time", [] {
            usd const purchase{between(1, 1000, 1000)};
            usd_per_second const rent = usd_per_hour(between(1, 1000, 0.1));
            usd_per_second const running = usd_per_hour(between(0, 100, 0.1));
            double const use = between(1, 100, 0.01);
            payback_time const at = payback(purchase, rent, use, running);
            payback_time const more = payback(purchase, rent, use + 0.01, running);
            RC_ASSERT(at.never || (!more.never && more.after <= at.after));
            if (!at.never) {
                double const back = utilisation_for_payback(purchase, rent, at.after, running);
                RC_ASSERT(back / use > 1 - 1e-9);
                RC_ASSERT(back / use < 1 + 1e-9);
            }
        }));
}
