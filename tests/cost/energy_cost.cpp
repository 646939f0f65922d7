// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/cost/energy_cost.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

TEST_CASE("AT-23: 8 kW for a year at 0.12 USD per kWh") {
    constexpr auto tariff = usd_per_kilowatt_hour(0.12);
    CHECK(near(in_kilowatt_hours(energy_used(8_kW, 8760_h)), 70080));
    CHECK(near(in_usd(energy_cost(8_kW, 8760_h, tariff)), 8409.60));
    CHECK(near(in_usd(energy_cost(8_kW, 8760_h, tariff, 1.25)), 10512));
    CHECK(near(in_usd_per_hour(energy_cost_rate(8_kW, tariff)), 0.96)); // persona P6
    CHECK(in_usd(energy_cost(0_W, 1_h, tariff)) == 0);
}
