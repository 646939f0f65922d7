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

TEST_CASE("an offer is of one accelerator unless it says so, and of none it has no price of one") {
    offer o{.on_demand = price{6_USD_per_hour, june}};
    CHECK(near(in_usd_per_hour(per_gpu(o).value()), 6));
    o.gpus = 2;
    CHECK(near(in_usd_per_hour(per_gpu(o).value()), 3));
    o.gpus = 0;
    CHECK_FALSE(per_gpu(o).known());
}

TEST_CASE("of one provider, in one region") {
    offer here = table[0];
    here.region = "Oslo";
    offer there = table[1];
    there.region = "Texas";
    offer const two[] = {there, here, table[3]}; // the last one names no region
    CHECK(cheapest_offer("x", two, {.provider = "dear"})->provider == "dear");
    CHECK(cheapest_offer("x", two, {.region = "Oslo"})->provider == "dear");
    CHECK(cheapest_offer("x", two, {.region = "Texas"})->provider == "fair");
    CHECK_FALSE(cheapest_offer("x", two, {.provider = "dear", .region = "Texas"}));
    CHECK_FALSE(check({.provider = "fair", .region = "Oslo"}, two));
    CHECK_FALSE(check({}, {}));
    CHECK(check({.provider = "dera"}, two)->message.view() ==
          "no offer is of the provider 'dera'; the nearest name is dear.");
    CHECK(check({.region = "Olso"}, two)->message.view() ==
          "no offer is in the region 'Olso'; the nearest name is Oslo.");
    CHECK(check({.region = "Oslo"}, {})->code == errc::unknown_name);
}

TEST_CASE("of very many providers the first are looked through for a likeness") {
    offer many[200];
    for (int i = 0; i < 200; ++i) {
        many[i] = table[0];
        // Each twice, so that a name that was seen takes no room.
        many[i].provider = label("seller ").append(count{i / 2});
    }
    CHECK_FALSE(check({.provider = "seller 99"}, many));
    CHECK(check({.provider = "zeller 30"}, many)
              ->message.view()
              .starts_with(
                  "no offer is of the provider 'zeller 30'; the nearest names are seller 30, "));
    CHECK(check({.provider = "nobody at all"}, many)->code == errc::unknown_name);
}
