// SPDX-License-Identifier: MIT
// Saturating counts and constexpr functions against the exact ones, on random numbers.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/detail/math.hpp>

#include <cmath>
#include <cstdint>

using reckon::count;
using reckon::test::holds;
namespace detail = reckon::detail;

namespace {
__extension__ using wide = __int128; // where nothing of two counts overflows
count positive(count n) { return n & detail::count_max; }
} // namespace

TEST_CASE("saturation") {
    CHECK(holds("a product is exact or saturated, never smaller",
                [](count x, count y, std::uint8_t shift) {
                    count const a = positive(x) >> (shift % 63);
                    count const b = positive(y) >> (shift % 31);
                    wide const exact = static_cast<wide>(a) * b;
                    count const expected =
                        exact > detail::count_max ? detail::count_max : static_cast<count>(exact);
                    RC_ASSERT(detail::multiply(a, b) == expected);
                }));
    CHECK(holds("a sum is exact or saturated", [](count x, count y) {
        wide const exact = static_cast<wide>(positive(x)) + positive(y);
        count const expected =
            exact > detail::count_max ? detail::count_max : static_cast<count>(exact);
        RC_ASSERT(detail::add(positive(x), positive(y)) == expected);
    }));
    CHECK(holds("ceil_div is the smallest count of parts that cover", [](count x, std::uint32_t y) {
        count const a = positive(x);
        count const b = count{y} + 1;
        count const parts = detail::ceil_div(a, b);
        RC_ASSERT(static_cast<wide>(parts) * b >= a);
        RC_ASSERT(parts == 0 || static_cast<wide>(parts - 1) * b < a);
    }));
}

TEST_CASE("functions") {
    CHECK(holds("floor and ceil are those of <cmath>",
                [](std::int64_t numerator, std::uint16_t denominator) {
                    double const x = static_cast<double>(numerator) / (denominator + 1.0);
                    RC_ASSERT(detail::floor(x) == std::floor(x));
                    RC_ASSERT(detail::ceil(x) == std::ceil(x));
                }));
    CHECK(holds("power is that of <cmath>", [](std::uint16_t base, std::uint16_t exponent) {
        double const b = 0.5 + base / 131072.0;
        count const n = exponent % 490; // above 1e-150, where it becomes 0
        double const expected = std::pow(b, static_cast<double>(n));
        RC_ASSERT(static_cast<bool>(
            reckon::test::near(detail::power(b, n), expected, reckon::test::within(1e-10))));
    }));
}
