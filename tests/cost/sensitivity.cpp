// SPDX-License-Identifier: MIT
// What a payback depends on: persona P6.
#include "support/near.hpp"

#include <reckon/cost/sensitivity.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr ownership server{.purchase = usd{120000},
                           .life = years(3),
                           .power = 8_kW,
                           .tariff = usd_per_kilowatt_hour(0.12),
                           .maintenance_a_year = 0.05};
constexpr usd_per_second p4de = usd_per_hour(27.44705);
} // namespace

TEST_CASE("AT-P6: prices 20 % lower and higher, one at a time") {
    constexpr auto rows = payback_sensitivity(server, p4de, 0.6, 0.2);
    static_assert(rows.size() == 6);
    CHECK(rows[0].input == "purchase");
    // 11.09 months, of which a purchase 20 % lower takes 20 %.
    CHECK(near(in_months(rows[0].less.after), 0.8 * 11.0895, within(1e-4)));
    CHECK(near(in_months(rows[0].more.after), 1.2 * 11.0895, within(1e-4)));
    CHECK(rows[1].input == "rent");
    CHECK(near(in_months(rows[1].less.after), 120000 / (0.8 * 16.46823 - 1.644932) / 730,
               within(1e-5)));
    // Rent and utilisation act alike while neither is at its end.
    CHECK(near(rows[2].less.after, rows[1].less.after));
    CHECK(near(rows[2].more.after, rows[1].more.after));
    // Electricity and maintenance matter least; nobody is paid here.
    CHECK(rows[3].more.after > rows[3].less.after);
    CHECK(rows[4].more.after > rows[4].less.after);
    CHECK(rows[5].less.after == rows[5].more.after);
    double const months_of_tariff = in_months(rows[3].more.after) - in_months(rows[3].less.after);
    CHECK(months_of_tariff < 0.5);
}

TEST_CASE("a utilisation is not taken above 1, and never stays never") {
    auto const full = payback_sensitivity(server, p4de, 1, 0.2);
    CHECK(full[2].more.after == payback(server.purchase, p4de, 1, running_rate(server)).after);
    auto const idle = payback_sensitivity(server, p4de, 0.05, 0.2);
    for (auto const& row : idle) {
        if (row.input == "purchase") { CHECK(row.less.never); }
    }
}
