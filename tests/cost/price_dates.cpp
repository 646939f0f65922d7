// SPDX-License-Identifier: MIT
// Prices of the future are named with seller, machine and field.
#include <reckon/catalog/instances.hpp>
#include <reckon/cost/price_dates.hpp>
#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

namespace {
constexpr offer machine{.provider = "a cloud",
                        .instance = "eight",
                        .gpus = 8,
                        .on_demand = price{usd_per_hour(32), date{2026, 3, 1}},
                        .reserved_1y = price{usd_per_hour(20), date{2026, 3, 9}}};
std::string why(offer const& o, date today) {
    possible_error const bad = check_dates({&o, 1}, today);
    return bad ? std::string(bad->message.view()) : "";
}
} // namespace

static_assert(in_the_future(price{usd_per_hour(1), date{2026, 3, 2}}, date{2026, 3, 1}));
static_assert(!in_the_future(price{usd_per_hour(1), date{2026, 3, 1}}, date{2026, 3, 1}));

TEST_CASE("the first field whose day has not come") {
    CHECK(why(machine, {2026, 3, 9}).empty());
    CHECK(why(machine, {2026, 3, 8}) ==
          "reserved_1y of eight at a cloud is dated 2026-03-09, after today, 2026-03-08; give the "
          "day on which it was read.");
    CHECK(why(machine, {2025, 12, 31}).starts_with("on_demand of eight at a cloud is dated "));
    // Of a month without a day, the first may be meant.
    offer vague = machine;
    vague.reserved_1y = unknown;
    vague.on_demand = price{usd_per_hour(32), date{2026, 4, 0}};
    CHECK(why(vague, {2026, 4, 1}).empty());
    CHECK(
        why(vague, {2026, 3, 31}).starts_with("on_demand of eight at a cloud is dated 2026-04, "));
}

TEST_CASE("the catalogue's prices were all read before they were shipped") {
    CHECK_FALSE(check_dates(catalog::instances, date{2026, 12, 31}));
    CHECK(check_dates(catalog::instances, date{2020, 1, 1}));
}
