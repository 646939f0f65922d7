// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/cost/energy_per_token.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-26: 400 W at 29.985 tokens a second") {
    joules_per_token const e = energy_per_token(400_W, tokens_per_second(2039.0 / 68));
    CHECK(near(in_joules_per_token(e), 13.34, within(1e-4)));
    CHECK(near(in_kilowatt_hours_per_million_tokens(e), 3.706, within(1e-3)));
    // The site pays more than the machine.
    CHECK(near(in_joules_per_token(energy_per_token(400_W, tokens_per_second(10), 1.5)), 60));
}

TEST_CASE("AT-P5: an Orin of 40 W at 33.5 tokens a second") {
    CHECK(near(in_joules_per_token(energy_per_token(40_W, tokens_per_second(0.7 * 47.81))), 1.195,
               within(1e-3)));
}
