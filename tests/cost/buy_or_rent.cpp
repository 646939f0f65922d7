// SPDX-License-Identifier: MIT
// Buying against renting: AT-24 and persona P6.
#include "support/near.hpp"

#include <reckon/catalog/find_offer.hpp>
#include <reckon/cost/buy_or_rent.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-24: 15,000 USD against 2.1 USD an hour") {
    constexpr usd card{15000};
    constexpr usd_per_second rent = usd_per_hour(2.1);
    CHECK(near(in_hours(payback(card, rent, 1).after), 7142.857, within(1e-6)));
    CHECK(near(in_months(payback(card, rent, 1).after), 9.785, within(1e-4)));
    // The article's 21 months need 46.6 % use, or 1.1215 USD an hour of running cost.
    CHECK(near(utilisation_for_payback(card, rent, months(21)), 0.4659, within(1e-4)));
    CHECK(near(in_usd_per_hour(running_for_payback(card, rent, 1, months(21))), 1.1215,
               within(1e-4)));
    CHECK(near(in_months(payback(card, rent, 0.4659).after), 21, within(1e-3)));
    // And its return on investment is 156 % then: no test of break-even.
    CHECK(
        near(return_on_investment(card, rent, 1, {}, years(3), months(21)), 1.5629, within(1e-4)));
    CHECK(near(return_on_investment(card, rent, 1, {}, years(3), years(3)), 2.679, within(1e-3)));
}

TEST_CASE("AT-24: an eighth of a p4d.24xlarge") {
    usd_per_second const now = per_gpu(*find_instance("p4d.24xlarge")).value();
    CHECK(near(in_usd_per_hour(now), 2.7447, within(1e-4)));
    CHECK(near(in_months(payback(usd{15000}, now, 1).after), 7.486, within(1e-4)));
}

TEST_CASE("AT-24: no surplus, no payback") {
    CHECK(payback(usd{15000}, usd_per_hour(2.1), 1, usd_per_hour(2.1)).never);
    CHECK(payback(usd{15000}, usd_per_hour(2.1), 0.5, usd_per_hour(1.2)).never);
    CHECK(payback(usd{15000}, usd_per_hour(0), 1).never);
    CHECK_FALSE(payback(usd{15000}, usd_per_hour(2.1), 1).never);
    static_assert(payback(usd{1}, usd_per_hour(0), 1) == payback_time{.never = true});
}

TEST_CASE("AT-P6: 8 x A100 80GB for 120,000 USD against a p4de.24xlarge") {
    constexpr ownership own{.purchase = usd{120000},
                            .life = years(3),
                            .power = 8_kW,
                            .tariff = usd_per_kilowatt_hour(0.12),
                            .maintenance_a_year = 0.05};
    usd_per_second const rent = find_instance("p4de.24xlarge")->on_demand.value().rate;
    CHECK(near(in_usd_per_hour(rent), 27.44705));
    CHECK(near(in_usd_per_hour(rent) * 0.6, 16.47, within(1e-3)));
    CHECK(near(in_usd_per_hour(running_rate(own)), 0.96 + 0.6849, within(1e-4)));
    CHECK(near(in_months(payback(own.purchase, rent, 0.6, running_rate(own)).after), 11.09,
               within(1e-3)));
    CHECK(near(owning_wins_above(own, rent), 0.226, within(2e-3)));
    // At the break-even utilisation both cost the same over the life.
    double const even = owning_wins_above(own, rent);
    CHECK(near(in_usd(rent * even * own.life), in_usd(cost_of(own).total())));
    // The article's case pays back in 9.8 months, and in 21 only at 46.6 % use.
    CHECK(in_months(payback(own.purchase, rent, 0.3, running_rate(own)).after) > 21);
}
