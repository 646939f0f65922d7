// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/gpu/pcie.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-17: one direction of PCI Express") {
    auto const gb = [](count generation, count lanes) {
        return in_gigabytes_per_second(pcie_bandwidth(generation, lanes).value());
    };
    CHECK(near(gb(3, 16), 15.754, within(1e-4)));
    CHECK(near(gb(4, 16), 31.508, within(1e-4)));
    CHECK(near(gb(5, 16), 63.015, within(1e-4)));
    CHECK(near(gb(1, 16), 4.0));
    CHECK(near(gb(2, 1), 0.5));
    CHECK(near(gb(6, 16), 121.0));
    CHECK(near(gb(7, 16), 242.0));
    CHECK(near(gb(5, 8), 31.508, within(1e-4))); // as the generation before with twice the lanes
}

TEST_CASE("links that do not exist have no bandwidth") {
    for (count const generation : {0, 8, -1}) {
        CHECK_FALSE(pcie_bandwidth(generation, 16).known());
    }
    for (count const lanes : {0, 3, 12, 64, -16}) {
        CHECK_FALSE(pcie_bandwidth(4, lanes).known());
    }
}
