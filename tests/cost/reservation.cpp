// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/cost/reservation.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-22: what a commitment saves, and from which use on") {
    CHECK(near(reservation_discount(0.31_USD_per_hour, 0.52_USD_per_hour), 0.404, within(0.001)));
    CHECK(near(reservation_discount(19.66_USD_per_hour, 32.77_USD_per_hour), 0.400, within(0.001)));
    CHECK(
        near(break_even_utilisation(19.66_USD_per_hour, 32.77_USD_per_hour), 0.600, within(0.001)));
}
