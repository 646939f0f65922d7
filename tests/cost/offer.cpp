// SPDX-License-Identifier: MIT
// A machine for rent, per accelerator, and the cheapest of several.
#include "support/near.hpp"

#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {

constexpr date june{2025, 6, 1};
constexpr offer table[] = {
    {.provider = "dear",
     .instance = "one",
     .gpu_id = "x",
     .on_demand = price{4_USD_per_hour, june}},
    {.provider = "fair",
     .instance = "eight",
     .gpu_id = "x",
     .gpus = 8,
     .on_demand = price{24_USD_per_hour, june},
     .spot = price{8_USD_per_hour, june}},
    {.provider = "private",
     .instance = "one",
     .gpu_id = "x",
     .on_demand = price{1_USD_per_hour, june},
     .marketplace = true},
    {.provider = "silent", .instance = "eight", .gpu_id = "x", .gpus = 8},
    {.provider = "unclear",
     .instance = "one",
     .gpu = "X or so",
     .on_demand = price{0.5_USD_per_hour, june}},
};

} // namespace

TEST_CASE("AT-22: per accelerator, as of May 2025") {
    constexpr offer p4d{.provider = "AWS",
                        .instance = "p4d.24xlarge",
                        .gpu_id = "a100-sxm-40gb",
                        .gpus = 8,
                        .on_demand = price{32.7726_USD_per_hour, {2025, 5, 31}}};
    CHECK(near(in_usd_per_hour(per_gpu(p4d).value()), 4.097, within(0.0002)));
    CHECK_FALSE(per_gpu(p4d, purchase::spot).known());
}

TEST_CASE("the cheapest per accelerator on the terms that were set") {
    static_assert(cheapest_offer("x", table)->provider == label("fair")); // 3 against 4 USD/h
    static_assert(cheapest_offer("x", table, {.marketplace = true})->provider == label("private"));
    CHECK(cheapest_offer("x", table, {.how = purchase::spot})->provider == label("fair"));
    CHECK(cheapest_offer("x", table, {.least_gpus = 2, .marketplace = true})->provider ==
          label("fair"));
    auto const none = cheapest_offer("x", table, {.least_gpus = 16});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().message.view() ==
          "no offer in the table has 16 x x on demand from a provider");
    CHECK_FALSE(cheapest_offer("", table).has_value()); // an unidentified accelerator is nobody's
    CHECK_FALSE(cheapest_offer("y", table).has_value());
}
