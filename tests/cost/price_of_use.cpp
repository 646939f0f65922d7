// SPDX-License-Identifier: MIT
// All ways to pay for a machine, by the hour in which it is used.
#include "support/near.hpp"

#include <reckon/cost/price_of_use.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {
constexpr date day{2026, 11, 1};
constexpr offer machine{.provider = "cloud",
                        .instance = "eight",
                        .gpus = 8,
                        .on_demand = price{usd_per_hour(10), day},
                        .reserved_1y = price{usd_per_hour(6), day},
                        .spot = price{usd_per_hour(4), day}};
constexpr request_rate once_in_10_h = per_second(1.0 / 36000);
} // namespace

TEST_CASE("a reservation is paid always, a spot machine also while it starts") {
    use_of_machine const half{.utilisation = 0.5, .interruptions = once_in_10_h, .lost = hours(2)};
    CHECK(near(in_usd_per_hour(price_of_use(machine, purchase::on_demand, half).value()), 10));
    CHECK(near(in_usd_per_hour(price_of_use(machine, purchase::reserved_1y, half).value()), 12));
    CHECK(near(in_usd_per_hour(price_of_use(machine, purchase::spot, half).value()), 5));
    CHECK_FALSE(price_of_use(machine, purchase::booked, half).known());
    CHECK_FALSE(price_of_use(machine, purchase::reserved_3y, half).known());
}

TEST_CASE("AT-22: the reservation wins above 60 % of use, where spot machines are no choice") {
    auto const best = [](double utilisation) {
        // Taken back every hour, half of which starting takes: 8 USD; every hour and all of it: none.
        return cheapest_way(machine, {.utilisation = utilisation,
                                      .interruptions = per_second(1.0 / 3600),
                                      .lost = hours(1)})
            ->how;
    };
    CHECK(best(0.59) == purchase::on_demand);
    CHECK(best(0.61) == purchase::reserved_1y);
    CHECK(cheapest_way(machine, {})->how == purchase::spot);
    CHECK(near(in_usd_per_hour(cheapest_way(machine, {})->used_hour), 4));
}

TEST_CASE("bad input") {
    CHECK(cheapest_way(machine, {.utilisation = 0}).error().message.view() ==
          "a utilisation of 0.000 is none; give a share above 0, up to 1.");
    CHECK(cheapest_way(machine, {.utilisation = 1.2}).error().code == errc::out_of_range);
    CHECK(cheapest_way(offer{.provider = "cloud", .instance = "bare"}, {}).error().message.view() ==
          "the offer bare of cloud quotes no price that can be used; give one.");
}
