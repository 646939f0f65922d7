// SPDX-License-Identifier: MIT
// The base that is owned: the rule finds what trying every number finds.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/cost/hybrid.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <vector>

using namespace reckon;
using reckon::test::near;

TEST_CASE("a day with a peak") {
    // 20 hours of two machines, 4 of ten; an own machine costs 40 % of a rented one.
    std::vector<count> day(24, 2);
    for (std::size_t h = 9; h < 13; ++h) {
        day[h] = 10;
    }
    CHECK(cheapest_base(day, usd_per_hour(4), usd_per_hour(10)) == 2);
    CHECK(near(in_usd_per_hour(hybrid_cost(day, 2, usd_per_hour(4), usd_per_hour(10))),
               8 + 8 * 10 * 4 / 24.0));
    // Below a sixth, the peak is owned too; above the rent, nothing is.
    CHECK(cheapest_base(day, usd_per_hour(1.6), usd_per_hour(10)) == 10);
    CHECK(cheapest_base(day, usd_per_hour(11), usd_per_hour(10)) == 0);
    // One machine for half of the time at half of the rent: as dear, so that none is owned.
    CHECK(cheapest_base(std::vector<count>{1, 1, 0, 0}, usd_per_hour(5), usd_per_hour(10)) == 0);
    CHECK(cheapest_base(machine_demand{}, usd_per_hour(1), usd_per_hour(10)) == 0);
    CHECK(in_usd_per_hour(hybrid_cost(machine_demand{}, 0, usd_per_hour(1), usd_per_hour(10))) ==
          0);
}

TEST_CASE("cheapest_base costs least of all bases") {
    CHECK(reckon::test::holds("no other number of own machines costs less", [] {
        auto const drawn = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
        std::vector<count> const day(drawn.begin(), drawn.end());
        usd_per_second const own = usd_per_hour(*rc::gen::inRange(0, 120) / 10.0);
        usd_per_second const rent = usd_per_hour(10);
        count const best = cheapest_base(day, own, rent);
        double const least = in_usd_per_hour(hybrid_cost(day, best, own, rent));
        for (count n = 0; n <= 45; ++n) {
            double const other = in_usd_per_hour(hybrid_cost(day, n, own, rent));
            RC_ASSERT(least <= other * (1 + 1e-12) + 1e-12);
            if (n < best) { RC_ASSERT(least < other + 1e-12); }
        }
    }));
}
