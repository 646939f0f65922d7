// SPDX-License-Identifier: MIT
// The calendar against the standard library's.
#include "support/property.hpp"

#include <reckon/detail/date.hpp>

#include <chrono>
#include <cstdint>

using namespace reckon;

TEST_CASE("days since 1970") {
    CHECK(reckon::test::holds("every day is the one of <chrono>", [](std::int32_t n) {
        std::chrono::sys_days const day{std::chrono::days{n % 1000000}};
        std::chrono::year_month_day const ymd{day};
        date const ours{static_cast<int>(ymd.year()),
                        static_cast<int>(static_cast<unsigned>(ymd.month())),
                        static_cast<int>(static_cast<unsigned>(ymd.day()))};
        RC_ASSERT(days_since_epoch(ours) == n % 1000000);
    }));
}
