// SPDX-License-Identifier: MIT
// Elementary functions in constant expressions, held against <cmath>.
#include "support/near.hpp"

#include <reckon/detail/elementary.hpp>

#include <doctest/doctest.h>

#include <cmath>

using reckon::test::near;
using reckon::test::within;
namespace ours = reckon::detail;

static_assert(ours::exp(0) == 1);
static_assert(ours::log(1) == 0);
static_assert(ours::sqrt(4) == 2);

TEST_CASE("the exponential and the logarithm over their whole domain") {
    for (double x = -690; x < 705; x += 1.37) {
        CAPTURE(x);
        CHECK(near(ours::exp(x), std::exp(x), within(1e-13)));
    }
    for (double x = 1e-300; x < 1e300; x *= 7.3) {
        CAPTURE(x);
        CHECK(near(ours::log(x), std::log(x), within(1e-13)));
    }
    CHECK(ours::exp(-800) == 0);
    CHECK(ours::exp(1000) > 1e308);
}

TEST_CASE("square roots of small and large numbers") {
    for (double x = 1e-300; x < 1e300; x *= 3.7) {
        CAPTURE(x);
        CHECK(near(ours::sqrt(x), std::sqrt(x), within(1e-14)));
    }
    CHECK(ours::sqrt(0) == 0);
}

TEST_CASE("quantiles of the normal distribution") {
    for (double z = -4; z <= 4; z += 0.25) {
        CAPTURE(z);
        CHECK(std::abs(ours::normal_quantile(0.5 * std::erfc(-z / std::sqrt(2.0))) - z) < 5e-4);
    }
    CHECK(ours::normal_quantile(0) < -30);
    CHECK(ours::normal_quantile(1) > 30);
}
