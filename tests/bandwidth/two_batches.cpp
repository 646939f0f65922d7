// SPDX-License-Identifier: MIT
// Two half batches that take turns.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/two_batches.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

TEST_CASE("the shorter of computing and exchanging hides behind the longer") {
    constexpr pass_time half{.network = 30_ms, .total = 70_ms}; // 40 ms of work
    CHECK(near(two_batches(half, 0), 140_ms));
    CHECK(near(two_batches(half, 1), 80_ms));
    CHECK(near(two_batches(half, 0.5), 110_ms));
    constexpr pass_time sends{.network = 60_ms, .total = 70_ms};
    CHECK(near(two_batches(sends, 1), 120_ms));
    // Alone on a device there is nothing to hide.
    constexpr pass_time alone{.total = 70_ms};
    CHECK(near(two_batches(alone, 1), 140_ms));
}

TEST_CASE("prompts gain what SGLang published: 27 to 35 %") {
    // Halves of as much exchange as work, as DeepSeek-V3's prompts on four nodes of eight H100 are.
    constexpr pass_time half{.network = 50_ms, .total = 100_ms};
    double const gain = 200_ms / two_batches(half, calibration{}.overlapped);
    CHECK(gain > 1.27);
    CHECK(gain < 1.40);
}
