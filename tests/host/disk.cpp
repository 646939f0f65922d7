// SPDX-License-Identifier: MIT
// Disks together: AT-21.
#include <reckon/host/disk.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using host::array_of_disks;
using host::raid;

namespace {
constexpr data_rate rate = data_rate_bytes_per_second(3e9);
}

TEST_CASE("AT-21: eight disks of 1 TB") {
    static_assert(raid(0, 8, 1_TB, rate)->capacity == 8_TB);
    static_assert(raid(10, 8, 1_TB, rate)->capacity == 4_TB);
    static_assert(*raid(5, 8, 1_TB, rate) == array_of_disks{7_TB, rate * 8, 1});
    static_assert(*raid(6, 8, 1_TB, rate) == array_of_disks{6_TB, rate * 8, 2});
    static_assert(*raid(1, 8, 1_TB, rate) == array_of_disks{1_TB, rate * 8, 7});
    static_assert(raid(0, 2, 1_TB, rate)->reads == data_rate_bytes_per_second(6e9)); // 2 x 3 GB/s
    static_assert(raid(0, 1, 1_TB, rate)->may_lose == 0);
    static_assert(raid(10, 8, 1_TB, rate)->may_lose == 1);
}

TEST_CASE("arrays that do not exist") {
    CHECK(raid(10, 7, 1_TB, rate).error().message.view() ==
          "RAID 10 of 7 disks does not exist; give at least 4, an even number.");
    CHECK(raid(5, 2, 1_TB, rate).error().message.view() ==
          "RAID 5 of 2 disks does not exist; give at least 3.");
    CHECK(raid(2, 8, 1_TB, rate).error().message.view() ==
          "RAID 2 is not known; choose 0, 1, 5, 6 or 10.");
    CHECK(raid(0, 0, 1_TB, rate).error().code == errc::out_of_range);
}

TEST_CASE("every level at run time: what it holds, reads and may lose, from its fewest disks on") {
    struct row {
        count level, least;
        double held; // of n disks: n - held, or n / 2 and one disk alone
        count may_lose;
    };
    for (row const& r :
         {row{0, 1, 0, 0}, row{5, 3, 1, 1}, row{6, 4, 2, 2}, row{10, 4, 0, 1}, row{1, 2, 0, 0}}) {
        CAPTURE(r.level);
        CHECK_FALSE(raid(r.level, r.least - 1, 1_TB, rate).has_value());
        for (count n = r.least; n < r.least + 9; ++n) {
            if (r.level == 10 && n % 2 != 0) {
                CHECK_FALSE(raid(10, n, 1_TB, rate).has_value());
                continue;
            }
            auto const disks = static_cast<double>(n);
            double const held = r.level == 10 ? disks / 2 : r.level == 1 ? 1 : disks - r.held;
            count const lost = r.level == 1 ? n - 1 : r.may_lose;
            CHECK(*raid(r.level, n, 1_TB, rate) == array_of_disks{1_TB * held, rate * disks, lost});
        }
    }
}
