// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/host/memory.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

TEST_CASE("AT-20: eight channels of DDR4-3200") {
    CHECK(near(in_gigabytes_per_second(host::host_memory_bandwidth(8, 3200)), 204.8));
    CHECK(
        near(in_gigabytes_per_second(host::host_memory_bandwidth(16, 3200)), 409.6)); // two sockets
}

TEST_CASE("AT-21: what passes through a host's memory adds up") {
    constexpr host::memory_use a{.staged = 16_GB, .pinned = {}, .offloaded = {}, .rest = 16_GB};
    static_assert(a.total() == 32_GB);
    // Adam's states of 7e9 parameters: 12 bytes each.
    constexpr host::memory_use b{.staged = 64_GB, .pinned = 32_GB, .offloaded = bytes{84e9}};
    static_assert(b.total() == 196_GB); // with 16 GB for the rest
}

TEST_CASE("four parts of a host's memory, worked out") {
    CHECK(host::memory_use{.staged = 3_GB, .pinned = 5_GB, .offloaded = 7_GB, .rest = 11_GB}
              .total() == 26_GB);
    CHECK(near(in_gigabytes_per_second(host::host_memory_bandwidth(3, 5000)), 120));
}
