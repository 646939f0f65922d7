// SPDX-License-Identifier: MIT
// GB is 10^9 and GiB is 2^30, everywhere, and one is never taken for the other (persona P2.2).
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <concepts>

using namespace reckon;
using namespace reckon::literals;

namespace {
template <class A, class B>
concept adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept subtracts = requires(A a, B b) { a - b; };
template <class A, class B>
concept accumulates = requires(A a, B b) { a += b; };
template <class A, class B>
concept has_larger = requires(A a, B b) { max(a, b); };
} // namespace

static_assert(80_GB != 80_GiB); // P2.2
static_assert(80_GB < 80_GiB);
static_assert(1_GiB == 1024_MiB && 1_TB == 1000_GB);
static_assert(1024_GiB == 1_TiB && !(1_TB == 1_TiB));

static_assert(!adds<decimal_bytes, binary_bytes> && !adds<binary_bytes, decimal_bytes>);
static_assert(!subtracts<decimal_bytes, binary_bytes>);
static_assert(!accumulates<decimal_bytes, binary_bytes>);
static_assert(!has_larger<decimal_bytes, binary_bytes>);
static_assert(!std::is_constructible_v<decimal_bytes, binary_bytes>);
static_assert(!std::is_constructible_v<binary_bytes, decimal_bytes>);
static_assert(!std::is_assignable_v<decimal_bytes&, binary_bytes>);
// Each adds to its own kind and to plain bytes, where the sum has one meaning.
static_assert(adds<decimal_bytes, decimal_bytes> && adds<binary_bytes, binary_bytes>);
static_assert(adds<bytes, decimal_bytes> && adds<bytes, binary_bytes>);

TEST_CASE("sizes become bytes without a cast, and name their unit when they leave") {
    bytes const sold = 80_GB;
    bytes const reported = 80_GiB;
    CHECK(in_bytes(sold) == 80e9);
    CHECK(in_bytes(reported) == 85899345920.0);
    CHECK(in_gibibytes(sold) == doctest::Approx(74.5058).epsilon(1e-6));
    CHECK(in_gigabytes(reported) == 85.89934592);
    CHECK(bytes{80_GB} + bytes{80_GiB} == bytes{165899345920.0});
    // Section 0 of the acceptance tests: an A100 "80GB" reports 81,920 MiB.
    CHECK(bytes{81920_MiB} == bytes{85899345920.0});
    // AT-02: 67.0e9 parameters in 16 bit are 134.00 GB and 124.80 GiB.
    CHECK(in_gigabytes(bytes{67e9 * 2}) == 134.0);
    CHECK(in_gibibytes(bytes{67e9 * 2}) == doctest::Approx(124.80).epsilon(1e-4));
}

TEST_CASE("every decimal and every binary size") {
    CHECK(bytes{1_kB} == bytes{1e3});
    CHECK(bytes{1_MB} == bytes{1e6});
    CHECK(bytes{1_GB} == bytes{1e9});
    CHECK(bytes{1_TB} == bytes{1e12});
    CHECK(bytes{petabytes(1)} == bytes{1e15});
    CHECK(bytes{1_KiB} == bytes{1024});
    CHECK(bytes{1_MiB} == bytes{1048576});
    CHECK(bytes{1_GiB} == bytes{1073741824});
    CHECK(bytes{1_TiB} == bytes{1099511627776});
    CHECK(bytes{0.5_GiB} == bytes{512_MiB});
    CHECK(bytes{17_B} == bytes{17});
    CHECK(in_kilobytes(1_MB) == 1000);
    CHECK(in_megabytes(1_GB) == 1000);
    CHECK(in_terabytes(1_GB) == 1e-3);
    CHECK(in_petabytes(1_TB) == 1e-3);
    CHECK(in_kibibytes(1_MiB) == 1024);
    CHECK(in_mebibytes(1_GiB) == 1024);
    CHECK(in_tebibytes(1_GiB) == 1.0 / 1024);
}
