// SPDX-License-Identifier: MIT
// Counts that saturate instead of wrapping, and the functions that <cmath> does not offer at compile
// time.
#include "support/near.hpp"

#include <reckon/detail/math.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using reckon::count;
using reckon::detail::count_max;
namespace detail = reckon::detail;

static_assert(count_max == 9223372036854775807);

TEST_CASE("a product that does not fit saturates") {
    static_assert(detail::multiply(count{1} << 31, count{1} << 31) == count{1} << 62);
    static_assert(detail::multiply(count{1} << 32, count{1} << 31) == count_max); // 2^63
    static_assert(detail::multiply(count_max, count_max) == count_max);
    static_assert(detail::multiply(count_max, count{1}) == count_max);
    static_assert(detail::multiply(count_max, count{0}) == 0);
    static_assert(detail::multiply(count{3037000499}, count{3037000500}) == 9223372033963249500);
    static_assert(detail::multiply(count{3037000500}, count{3037000500}) == count_max);
    // Once saturated, a product of several stays so.
    static_assert(detail::multiply(count_max, count{2}, count{3}) == count_max);
    static_assert(detail::multiply(count{2}, count{3}, count{7}) == 42);
    CHECK(detail::multiply(count{61}, count{576}, count{2}) == 70272);
}

TEST_CASE("products of either sign are the same at compile time and at run time") {
    constexpr count large = count{1} << 32;
    constexpr struct {
        count a, b, product;
    } known[] = {{-3, 7, -21},
                 {7, -large, -7 * large},
                 {-large, large / 2, detail::count_min},
                 {-large, -large / 2, count_max},
                 {-large, large / 2 + 1, count_max},
                 {-1, -count_max, count_max},
                 {-1, detail::count_min, count_max},
                 {0, detail::count_min, 0}};
    static_assert([&] {
        bool all = true;
        for (auto const& k : known) {
            all = all && detail::multiply(k.a, k.b) == k.product &&
                  detail::multiply(k.b, k.a) == k.product;
        }
        return all;
    }());
    for (auto const& k : known) {
        CHECK(detail::multiply(k.a, k.b) == k.product);
        CHECK(detail::multiply(k.b, k.a) == k.product);
    }
}

TEST_CASE("a sum that does not fit saturates") {
    static_assert(detail::add(count_max, count{1}) == count_max);
    static_assert(detail::add(count_max - 1, count{1}) == count_max);
    static_assert(detail::add(count_max - 2, count{1}) == count_max - 1);
    CHECK(detail::add(count{40}, count{2}) == 42);
}

TEST_CASE("division rounds up, and has no overflow of its own") {
    static_assert(detail::ceil_div(0, 16) == 0);
    static_assert(detail::ceil_div(1, 16) == 1);
    static_assert(detail::ceil_div(16, 16) == 1);
    static_assert(detail::ceil_div(17, 16) == 2);
    static_assert(detail::ceil_div(count_max, 2) == count{1} << 62);
    CHECK(detail::ceil_div(count_max, count_max) == 1);
}

TEST_CASE("what divides, in 32 bits and in 64") {
    static_assert(detail::divides(8, 128) && !detail::divides(6, 128) && detail::divides(7, 0));
    static_assert(detail::divides(count{1} << 40, count{1} << 62));
    static_assert(!detail::divides(3, count{1} << 62));
    CHECK(detail::divides(count_max, count_max));
    CHECK_FALSE(detail::divides(count_max, 1));
}

TEST_CASE("floor and ceil") {
    for (double const x : {0.0, 0.5, 1.0, 1.999, 20925.4, -0.5, -1.0, -1.5, 4503599627370495.5,
                           9007199254740993.0, 1e300, -1e300}) {
        CAPTURE(x);
        CHECK(detail::floor(x) == std::floor(x));
        CHECK(detail::ceil(x) == std::ceil(x));
    }
    static_assert(detail::floor(-1.5) == -2 && detail::ceil(-1.5) == -1);
}

TEST_CASE("minimum, maximum, and what is finite") {
    static_assert(detail::min(1.0, 2.0) == 1.0 && detail::max(1.0, 2.0) == 2.0);
    static_assert(detail::min(count{1}, count{2}) == 1 && detail::max(count{1}, count{2}) == 2);
    CHECK(detail::finite(std::numeric_limits<double>::max()));
    CHECK(detail::finite(std::numeric_limits<double>::lowest()));
    CHECK_FALSE(detail::finite(std::numeric_limits<double>::infinity()));
    CHECK_FALSE(detail::finite(-std::numeric_limits<double>::infinity()));
    CHECK_FALSE(detail::finite(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("whole powers") {
    static_assert(detail::power(2, 10) == 1024);
    static_assert(detail::power(0.5, 3) == 0.125);
    static_assert(detail::power(7, 0) == 1);
    static_assert(detail::power(0, 5) == 0);
    static_assert(detail::power(0.5, 100000) == 0); // not the slow way down to the smallest doubles
    for (count n : {1, 7, 64, 1000}) {
        CAPTURE(n);
        CHECK(reckon::test::near(detail::power(0.96875, n),
                                 std::pow(0.96875, static_cast<double>(n))));
    }
}
