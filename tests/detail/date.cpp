// SPDX-License-Identifier: MIT
// Days between dates, without a clock.
#include <reckon/detail/date.hpp>

#include <doctest/doctest.h>

using namespace reckon;

// AT-36: a price of 2025-05-31 asked about on 2025-09-25 is 117 days old.
static_assert(days_between({2025, 5, 31}, {2025, 9, 25}) == 117);
static_assert(days_between({2025, 9, 25}, {2025, 5, 31}) == -117);

TEST_CASE("the calendar") {
    CHECK(days_since_epoch({1970, 1, 1}) == 0);
    CHECK(days_since_epoch({1969, 12, 31}) == -1);
    CHECK(days_since_epoch({2000, 3, 1}) == 11017);
    CHECK(days_between({2024, 2, 28}, {2024, 3, 1}) == 2); // a leap year
    CHECK(days_between({2025, 2, 28}, {2025, 3, 1}) == 1);
    CHECK(days_between({2000, 2, 28}, {2000, 3, 1}) == 2); // by 400
    CHECK(days_between({1900, 2, 28}, {1900, 3, 1}) == 1); // by 100
    CHECK(days_between({2025, 1, 1}, {2026, 1, 1}) == 365);
}

TEST_CASE("an unknown day or month is the first") {
    CHECK(days_between({2025, 0, 0}, {2025, 1, 1}) == 0);
    CHECK(days_between({2025, 6, 0}, {2025, 6, 1}) == 0);
}

TEST_CASE("order") {
    static_assert(date{2024, 11, 30} < date{2024, 12, 1});
    static_assert(date{2024, 12, 31} < date{2025, 1, 1});
    CHECK(date{2024, 11, 5} == date{2024, 11, 5});
}
