// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/cost/cost_per_token.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

static_assert(cost_per_token(usd_per_second{3.6_USD_per_hour}, 1000_tokps) ==
              usd_per_million_tokens(1));

TEST_CASE("persona P1: p5en.48xlarge at 2,040 tokens a second") {
    CHECK(near(in_usd_per_million_tokens(cost_per_token(63.296_USD_per_hour, 2040_tokps)), 8.62,
               within(0.001)));
}

TEST_CASE("persona P6: what 2.1 USD per million tokens on p5.48xlarge asks for") {
    CHECK(
        near(in_tokens_per_second(break_even_rate(55.04_USD_per_hour, usd_per_million_tokens(2.1))),
             7280, within(0.0001)));
}
