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
