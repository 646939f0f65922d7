// SPDX-License-Identifier: MIT
// Laws of arithmetic that hold for every value.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/units.hpp>
#include <reckon/units/boost.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;

namespace {
// Whole numbers of bytes, exact in a double together with their sums.
bytes whole(std::int32_t n) { return bytes{static_cast<double>(n)}; }
bool close(double a, double b) { return static_cast<bool>(reckon::test::near(a, b)); }
} // namespace

TEST_CASE("sums") {
    CHECK(holds("addition commutes and subtraction undoes it", [](std::int32_t a, std::int32_t b) {
        RC_ASSERT(whole(a) + whole(b) == whole(b) + whole(a));
        RC_ASSERT(whole(a) + whole(b) - whole(b) == whole(a));
        RC_ASSERT(-(-whole(a)) == whole(a));
    }));
    CHECK(holds("order is the order of the numbers", [](std::int32_t a, std::int32_t b) {
        RC_ASSERT((whole(a) < whole(b)) == (a < b));
        RC_ASSERT((whole(a) == whole(b)) == (a == b));
        RC_ASSERT(max(whole(a), whole(b)) == whole(std::max(a, b)));
        RC_ASSERT(min(whole(a), whole(b)) == whole(std::min(a, b)));
    }));
}

TEST_CASE("products") {
    CHECK(holds("a ratio of equal units times the divisor is the dividend",
                [](std::int32_t a, std::uint16_t b) {
                    bytes const divisor = whole(b + 1);
                    RC_ASSERT(close(in_bytes(divisor * (whole(a) / divisor)), a));
                }));
    CHECK(holds("rate times time is the amount", [](std::uint32_t amount, std::uint16_t time) {
        tokens const n{static_cast<double>(amount)};
        seconds const t{1.0 + time};
        RC_ASSERT(close(in_tokens(n / t * t), in_tokens(n)));
        RC_ASSERT(amount == 0 || close(in_seconds(n / (n / t)), in_seconds(t)));
    }));
}

TEST_CASE("makers and accessors") {
    CHECK(holds("what goes in as a unit comes out as that unit", [](std::uint32_t n) {
        double const x = static_cast<double>(n) / 7;
        RC_ASSERT(close(in_gigabytes(gigabytes(x)), x));
        RC_ASSERT(close(in_gibibytes(gibibytes(x)), x));
        RC_ASSERT(close(in_gigabytes(gibibytes(x)), x * 1.073741824));
        RC_ASSERT(close(in_terabytes_per_second(terabytes_per_second(x)), x));
        RC_ASSERT(close(in_teraflops_per_second(teraflops_per_second(x)), x));
        RC_ASSERT(close(in_milliseconds(milliseconds(x)), x));
        RC_ASSERT(close(in_hours(hours(x)), x));
        RC_ASSERT(close(in_usd_per_hour(usd_per_hour(x)), x));
        RC_ASSERT(close(in_usd_per_million_tokens(usd_per_million_tokens(x)), x));
        RC_ASSERT(close(in_kilowatt_hours(kilowatt_hours(x)), x));
    }));
    CHECK(holds("Boost's value is ours",
                [](std::int32_t a) { RC_ASSERT(from_boost(to_boost(whole(a))) == whole(a)); }));
}
