// SPDX-License-Identifier: MIT
// Bandwidth of memory and of a link, a datasheet's peak and what is achieved: the same dimension and
// not the same thing (persona P2.2; AT-11: H100 memory 3,350 GB/s, NVLink 900, never interchangeable).
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <concepts>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {
template <class A, class B>
concept adds = requires(A a, B b) { a + b; } || requires(A a, B b) { a - b; };
template <class A, class B>
concept compares = requires(A a, B b) { a == b; } || requires(A a, B b) { a < b; } ||
                   requires(A a, B b) { a <=> b; };
template <class A, class B>
concept converts =
    std::is_constructible_v<B, A> || std::is_convertible_v<A, B> || std::is_assignable_v<B&, A>;
template <class A, class B>
concept mixes =
    adds<A, B> || adds<B, A> || compares<A, B> || compares<B, A> || converts<A, B> ||
    converts<B, A> || requires(A a, B b) { max(a, b); } || requires(A a, B b) { min(a, b); };
template <class A, class B>
concept scales = requires(A a, B b) { a* b; };
} // namespace

static_assert(!mixes<memory_bandwidth, link_bandwidth>);
static_assert(!mixes<memory_bandwidth, data_rate>);
static_assert(!mixes<link_bandwidth, data_rate>);
static_assert(!mixes<peak_flop_rate, flop_rate>);
static_assert(!mixes<usd_per_second, watts>);
static_assert(mixes<memory_bandwidth, memory_bandwidth>); // the concept can say yes
static_assert(mixes<bytes, decimal_bytes>);

// Only an efficiency turns a peak into a sustained rate, and a way of writing has no peak.
static_assert(std::same_as<decltype(peak_flop_rate{} * efficiency{}), flop_rate>);
static_assert(std::same_as<decltype(memory_bandwidth{} * efficiency{}), data_rate>);
static_assert(std::same_as<decltype(link_bandwidth{} * efficiency{}), data_rate>);
static_assert(!scales<decimal_bytes, efficiency>);
static_assert(!std::is_convertible_v<double, efficiency>);
static_assert(std::is_trivially_copyable_v<efficiency>);

TEST_CASE("a peak times an efficiency is what is sustained") {
    CHECK(near(in_teraflops_per_second(989_TFLOPps * efficiency(0.5)), 494.5));
    CHECK(near(in_terabytes_per_second(4.8_TBps * efficiency(0.8)), 3.84));
    CHECK(near(in_gigabytes_per_second(450_link_GBps * efficiency(0.4)), 180.0));
    CHECK(efficiency(0.3) < efficiency(0.4));
}

TEST_CASE("a quoted sum of both directions is halved") {
    // NVLink 4 is sold as 900 GB/s: 450 each way.
    CHECK(link_gigabytes_per_second_both_ways(900) == 450_link_GBps);
    CHECK(in_gigabytes_per_second(link_gigabytes_per_second_both_ways(1800)) == 900);
}
