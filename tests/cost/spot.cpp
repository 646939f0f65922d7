// SPDX-License-Identifier: MIT
// Machines that may be taken back.
#include "support/near.hpp"

#include <reckon/cost/spot.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

TEST_CASE("an interruption wastes what starting again takes") {
    // Once in 20 hours, half an hour lost: a fortieth of what is paid.
    constexpr request_rate once_in_20_h = per_second(1.0 / (20 * 3600));
    CHECK(near(useful_share(once_in_20_h, minutes(30)), 0.975));
    CHECK(near(
        in_usd_per_hour(effective_spot_price(usd_per_hour(3.9), once_in_20_h, minutes(30)).value()),
        4.0));
    CHECK(effective_spot_price(usd_per_hour(3.9), {}, minutes(30)).value() == usd_per_hour(3.9));
    CHECK(effective_spot_price(usd_per_hour(3.9), once_in_20_h, minutes(30)).source ==
          provenance::assumed);
}

TEST_CASE("interrupted before it works: no price buys an hour") {
    CHECK(useful_share(per_second(1), 2_s) == 0);
    CHECK_FALSE(effective_spot_price(usd_per_hour(1), per_second(1), 1_s).known());
}

TEST_CASE("the tolerable rate is where both cost the same") {
    request_rate const most = tolerable_interruptions(usd_per_hour(4), usd_per_hour(10), hours(1));
    CHECK(near(in_per_second(most) * 3600, 0.6));
    CHECK(near(in_usd_per_hour(effective_spot_price(usd_per_hour(4), most, hours(1)).value()), 10));
    CHECK(in_per_second(tolerable_interruptions(usd_per_hour(12), usd_per_hour(10), hours(1))) ==
          0);
}
