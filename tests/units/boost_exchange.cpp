// SPDX-License-Identifier: MIT
// A program that holds Boost.Units quantities hands them over and gets them back.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/units.hpp>
#include <reckon/units/boost.hpp>

#include <boost/units/systems/si/time.hpp>
#include <doctest/doctest.h>

#include <concepts>

using namespace reckon;
using namespace reckon::literals;

namespace {
template <class Unit> using boosted =
    boost::units::quantity<reckon::units::boost_unit<Unit>, double>;
}

static_assert(std::same_as<decltype(to_boost(bytes{})), boosted<reckon::units::byte>>);
static_assert(to_boost(bytes{80_GB}).value() == 80e9);
static_assert(from_boost(to_boost(80_GiB)) == bytes{80_GiB}); // the way of writing is forgotten
static_assert(noexcept(to_boost(bytes{})) && noexcept(from_boost(to_boost(bytes{}))));

TEST_CASE("there and back") {
    CHECK(from_boost(to_boost(3.5_s)) == 3.5_s);
    CHECK(from_boost(to_boost(1.25_USD)) == 1.25_USD);
    CHECK(from_boost(to_boost(4096_tok)) == 4096_tok);
    CHECK(from_boost(to_boost(989_TFLOP)) == 989_TFLOP);
    CHECK(from_boost(to_boost(1_kWh)) == 1_kWh);
    // A kind does not survive: what comes back is a plain rate.
    static_assert(std::same_as<decltype(from_boost(to_boost(3.35_TBps))), data_rate>);
    CHECK(in_gigabytes_per_second(from_boost(to_boost(3350_GBps))) == 3350);
}

TEST_CASE("Boost's algebra on the values agrees with ours") {
    auto const rate = to_boost(bytes{6e9}) / to_boost(2_s);
    CHECK(from_boost(rate) == bytes{6e9} / 2_s);
    auto const back = rate * to_boost(2_s);
    CHECK(from_boost(back) == bytes{6e9});
}

TEST_CASE("a quantity of Boost's own SI system converts to the library's first") {
    boosted<reckon::units::second> const two = 2.0 * boost::units::si::seconds;
    CHECK(from_boost(two) == 2_s);
}
