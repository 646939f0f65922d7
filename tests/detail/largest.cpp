// SPDX-License-Identifier: MIT
// The largest integer that something holds for, from any guess.
#include <reckon/detail/largest.hpp>

#include <doctest/doctest.h>

using reckon::count;
using reckon::detail::largest_that;

namespace {
constexpr count up_to(count edge, count low, count high, count guess) {
    return largest_that(low, high, guess, [edge](count n) { return n <= edge; });
}
} // namespace

static_assert(up_to(37, 1, 100, 50) == 37);

TEST_CASE("every edge from every guess") {
    for (count edge = 0; edge <= 21; ++edge) {
        for (count guess = -3; guess <= 25; ++guess) {
            CAPTURE(edge);
            CAPTURE(guess);
            CHECK(up_to(edge, 1, 20, guess) == (edge < 20 ? edge : 20));
        }
    }
}

TEST_CASE("one candidate") {
    CHECK(up_to(5, 5, 5, 5) == 5);
    CHECK(up_to(4, 5, 5, 5) == 4); // low - 1: none
}

TEST_CASE("far from the guess, in few calls") {
    int calls = 0;
    auto const counted = [&](count n) {
        ++calls;
        return n <= 123456789;
    };
    CHECK(largest_that(1, count{1} << 40, 1, counted) == 123456789);
    CHECK(calls < 60);
    calls = 0;
    CHECK(largest_that(1, count{1} << 40, 123456789, counted) == 123456789);
    CHECK(calls == 2);
}
