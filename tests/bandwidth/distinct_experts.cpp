// SPDX-License-Identifier: MIT
// AT-11: how many of 256 experts a batch wakes when each token chooses 8.
#include "support/near.hpp"

#include <reckon/bandwidth/distinct_experts.hpp>

#include <doctest/doctest.h>

using reckon::distinct_experts;
using reckon::test::near;
using reckon::test::within;

static_assert(distinct_experts(256, 8, 1) == 8);

TEST_CASE("AT-11: the expected number") {
    CHECK(near(distinct_experts(256, 8, 1), 8.0));
    CHECK(near(distinct_experts(256, 8, 8), 57.42, within(1e-4)));
    CHECK(near(distinct_experts(256, 8, 32), 163.31, within(1e-4)));
    CHECK(near(distinct_experts(256, 8, 64), 222.44, within(1e-4)));
    CHECK(near(distinct_experts(256, 8, 128), 251.6, within(1e-4)));
}

TEST_CASE("edges") {
    CHECK(distinct_experts(0, 0, 64) == 0); // a dense layer
    CHECK(distinct_experts(256, 8, 0) == 0);
    CHECK(distinct_experts(256, 8, -1) == 0);
    CHECK(distinct_experts(8, 8, 1) == 8); // all of them
    CHECK(distinct_experts(8, 2, 1e9) == 8);
    // Half a token is half of a token's experts.
    CHECK(near(distinct_experts(256, 8, 0.5), 4.0));
}

TEST_CASE("rows of an expert are padded to whole tiles") {
    // 512 tokens that choose 8 of 256 experts are 16 rows each: half a tile of 64 more.
    CHECK(near(reckon::padding_of_tiles(256, 8, 512, 64), 1 + 32.0 / 16, within(1e-6)));
    CHECK(reckon::padding_of_tiles(256, 8, 1e9, 64) < 1.001);
    CHECK(reckon::padding_of_tiles(256, 8, 64, 64) > reckon::padding_of_tiles(256, 8, 512, 64));
    CHECK(reckon::padding_of_tiles(0, 0, 64, 64) == 1); // a dense layer
    CHECK(reckon::padding_of_tiles(256, 8, 0, 64) == 1);
}

TEST_CASE("popular experts are awake already") {
    using reckon::awake_experts;
    static_assert(awake_experts(256, 8, 1) == 8);
    // 256 x 512 / (256 + 63 x 8) = 172.5, where 222.4 would be if all were alike.
    CHECK(near(awake_experts(256, 8, 64), 172.46, within(1e-4)));
    CHECK(near(awake_experts(256, 8, 8), 52.51, within(1e-4)));
    CHECK(near(awake_experts(256, 8, 2), 256 * (1 - 31.0 / 33)));
    CHECK(near(awake_experts(256, 8, 0.5), 4.0));
    CHECK(near(awake_experts(256, 8, 1e9), 256.0, within(1e-4)));
    CHECK(awake_experts(0, 0, 64) == 0); // a dense layer
    CHECK(awake_experts(256, 8, 0) == 0);
    CHECK(awake_experts(8, 8, 3) == 8); // all of them
}

TEST_CASE("between one token and two, and below one") {
    using reckon::awake_experts;
    // 8 x 1.5 x 2 / (8 + 0.5 x 2)
    CHECK(near(awake_experts(8, 2, 1.5), 24.0 / 9));
    CHECK(awake_experts(8, 2, -1) == 0);
    // A quarter of a token wakes half an expert, which pads half a row to half a tile of 64 more.
    CHECK(near(reckon::padding_of_tiles(8, 2, 0.25, 64), 33.0));
    CHECK(distinct_experts(8, 2, -0.5) == 0);
}
