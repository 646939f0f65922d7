// SPDX-License-Identifier: MIT
// What owning costs: AT-23, and the parts.
#include "support/near.hpp"

#include <reckon/cost/ownership.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
// The article's server: 8 x A100 for 120,000 USD at 8 kW and 0.12 USD/kWh for five years.
constexpr ownership server{.purchase = usd{120000},
                           .life = years(5),
                           .power = 8_kW,
                           .tariff = usd_per_kilowatt_hour(0.12)};
} // namespace

TEST_CASE("AT-23: 162,048 USD in five years, 192,048 with maintenance") {
    CHECK(near(in_usd(cost_of(server).energy), 5 * 8409.60));
    CHECK(near(in_usd(cost_of(server).total()), 162048.00));
    ownership kept = server;
    kept.maintenance_a_year = 0.05;
    CHECK(near(in_usd(cost_of(kept).maintenance), 30000));
    CHECK(near(in_usd(cost_of(kept).total()), 192048));
    // Spread over 43,800 hours.
    CHECK(near(in_usd_per_hour(cost_of(kept).rate()), 192048 / 43800.0));
    static_assert(!check(server));
}

TEST_CASE("every part adds, and the residual comes back") {
    ownership o = server;
    o.load = 0.5;
    o.power_usage_effectiveness = 1.5;
    o.people_a_year = usd{10000};
    o.space_a_year = usd{2000};
    o.residual = 0.1;
    ownership_cost const c = cost_of(o);
    CHECK(near(in_usd(c.energy), 42048 * 0.75));
    CHECK(near(in_usd(c.people), 50000));
    CHECK(near(in_usd(c.space), 10000));
    CHECK(near(in_usd(c.residual), 12000));
    CHECK(near(in_usd(c.total()), 120000 + 31536 + 50000 + 10000 - 12000.0));
    CHECK(near(in_usd_per_hour(running_rate(o)), 0.96 * 0.75 + 12000 / 8760.0));
}

TEST_CASE("money later is worth less") {
    // 1,000 USD a year for five years at 10 %: 3,790.79 (any table of annuities).
    CHECK(near(annuity(5, 0.10), 3.790787, within(1e-6)));
    CHECK(near(annuity(1, 0.10), 1 / 1.1));
    CHECK(annuity(5, 0) == 5);
    CHECK(near(annuity(2.5, 0), 2.5));
    CHECK(near(annuity(1000, 0.05), 20, within(1e-12))); // for ever: 1 / i
    CHECK(near(annuity(5, 1e-7), 5, within(1e-6)));
    CHECK(near(annuity(0.5, 0.10), 0.5 / 1.05));
    CHECK(near(present_value(5, 0.10), 0.620921, within(1e-6)));
    CHECK(present_value(3, 0) == 1);
    ownership o = server;
    o.discount_rate = 0.10;
    o.residual = 0.2;
    CHECK(near(in_usd(cost_of(o).energy), 8409.60 * 3.790787, within(1e-6)));
    CHECK(near(in_usd(cost_of(o).residual), 24000 * 0.620921, within(1e-6)));
}

TEST_CASE("months and years are those of bills") {
    CHECK(near(in_months(years(1)), 12));
    CHECK(near(in_years(months(6)), 0.5));
}

TEST_CASE("what makes no sense is named") {
    ownership o = server;
    o.power_usage_effectiveness = 0.9;
    CHECK(check(o)->message.view() ==
          "the owner's power_usage_effectiveness is 0.9000; give 1 to 100.");
    o = server;
    o.life = {};
    CHECK(check(o)->message.view() == "the owner's life is 0.0000 years; give 0.0001 to 100.");
    o = server;
    o.residual = 1.5;
    CHECK(check(o)->message.view() ==
          "the owner's residual is 1.5000 of the purchase; give 0 to 1.");
    o = server;
    o.purchase = usd{-1};
    CHECK(check(o)->code == errc::out_of_range);
    o.purchase = usd{std::numeric_limits<double>::quiet_NaN()};
    CHECK(check(o).has_value());
    o = server;
    o.power = watts_of(std::numeric_limits<double>::infinity());
    CHECK(check(o)->message.view() ==
          "the owner's power is infinity W; give 0 to 1,000,000,000,000,000.");
}

TEST_CASE("bounds are within, and what lies beyond is named with its unit") {
    CHECK(ownership{}.load == 1);
    CHECK(ownership{}.power_usage_effectiveness == 1);
    ownership o = server;
    o.purchase = usd{0.5};
    CHECK_FALSE(check(o));
    o.purchase = usd{0};
    CHECK_FALSE(check(o));
    o.purchase = usd{1e15};
    CHECK_FALSE(check(o));
    o.purchase = usd{1e15 + 1};
    CHECK(check(o));
    o = server;
    o.life = years(100);
    CHECK_FALSE(check(o));
    o.life = years(100.5);
    CHECK(check(o));
    o = server;
    o.tariff = usd_per_kilowatt_hour(-0.12);
    CHECK(check(o)->message.view() ==
          "the owner's tariff is -0.1200 USD/kWh; give 0 to 1,000,000,000,000,000.");
}
