// SPDX-License-Identifier: MIT
// Dimensions multiply and divide as they do on paper, and nothing else is a sum.
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
concept adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept compares = requires(A a, B b) { a == b; } || requires(A a, B b) { a < b; };
template <class From, class To>
concept becomes = std::is_convertible_v<From, To> || std::is_constructible_v<To, From>;
} // namespace

// ---- what a product or a ratio is -----------------------------------------------------------------
static_assert(std::same_as<decltype(bytes{} / seconds{}), data_rate>);
static_assert(std::same_as<decltype(data_rate{} * seconds{}), bytes>);
static_assert(std::same_as<decltype(bytes{} / data_rate{}), seconds>);
static_assert(std::same_as<decltype(flops{} / bytes{}), arithmetic_intensity>);
static_assert(std::same_as<decltype(bytes_per_token{} * tokens{}), bytes>);
static_assert(std::same_as<decltype(bytes{} / bytes_per_token{}), tokens>);
static_assert(std::same_as<decltype(tokens{} / seconds{}), token_rate>);
static_assert(std::same_as<decltype(watts{} * seconds{}), joules>);
static_assert(std::same_as<decltype(watts{} / token_rate{}), joules_per_token>);
static_assert(std::same_as<decltype(usd_per_second{} / token_rate{}), usd_per_token>);
static_assert(std::same_as<decltype(usd_per_joule{} * joules{}), usd>);
static_assert(std::same_as<decltype(1.0 / seconds{}), request_rate>);
static_assert(std::same_as<decltype(bytes{} / bytes{}), double>);
static_assert(std::same_as<decltype(1.0 / request_rate{}), seconds>);
// Dividing by a peak or a link gives a plain time: the kind ends with the operation.
static_assert(std::same_as<decltype(bytes{} / memory_bandwidth{}), seconds>);
static_assert(std::same_as<decltype(bytes{} / link_bandwidth{}), seconds>);
static_assert(std::same_as<decltype(flops{} / peak_flop_rate{}), seconds>);
static_assert(std::same_as<decltype(peak_flop_rate{} / memory_bandwidth{}), arithmetic_intensity>);
// Scaling by a number does not.
static_assert(std::same_as<decltype(memory_bandwidth{} * 2.0), memory_bandwidth>);
static_assert(std::same_as<decltype(peak_flop_rate{} / 2.0), peak_flop_rate>);

// ---- what is no sum, no comparison and no conversion ------------------------------------------------
static_assert(!adds<bytes, seconds> && !compares<bytes, seconds> && !becomes<bytes, seconds>);
static_assert(!adds<bytes, tokens> && !compares<bytes, tokens> && !becomes<tokens, bytes>);
static_assert(!adds<flops, bytes> && !becomes<flops, bytes>);
static_assert(!adds<usd, joules> && !adds<watts, joules> && !becomes<watts, joules>);
static_assert(!adds<bytes, double> && !adds<double, bytes> && !adds<bytes, int>);
static_assert(!adds<token_rate, request_rate> && !becomes<token_rate, request_rate>);

TEST_CASE("the time of a step is bytes over bandwidth") {
    // AT-11: 34e9 parameters in 16 bit over 2,039 GB/s are 29.99 steps a second.
    seconds const step = bytes{34e9 * 2} / 2039_GBps;
    CHECK(near(1.0 / in_seconds(step), 29.985, reckon::test::within(1e-4)));
    // AT-12: the ridge of an A100 is 153.0 FLOP/B.
    CHECK(near(in_flops_per_byte(312_TFLOPps / 2039_GBps), 153.0, reckon::test::within(1e-3)));
}

TEST_CASE("power, energy and money") {
    // AT-26: 400 W at 29.985 tokens/s are 13.34 J a token, 3.706 kWh a million.
    joules_per_token const each = 400_W / 29.985_tokps;
    CHECK(near(in_joules_per_token(each), 13.34, reckon::test::within(1e-3)));
    CHECK(near(in_kilowatt_hours(each * megatokens(1)), 3.706, reckon::test::within(1e-3)));
    // AT-25: a node at $16/h and 14.8k tokens/s costs $0.300 a million tokens.
    CHECK(near(in_usd_per_million_tokens(16_USD_per_hour / 14800_tokps), 0.3003,
               reckon::test::within(1e-4)));
    // AT-23: 8 kW for a year of 8,760 h at $0.12 a kWh.
    CHECK(near(in_usd(8_kW * 8760_h * usd_per_kilowatt_hour(0.12)), 8409.60,
               reckon::test::within(1e-9)));
}

TEST_CASE("compound assignment, sign and order") {
    bytes sum = 1_GB;
    sum += 2_GB;
    sum -= bytes{500e6};
    sum *= 2;
    sum /= 5;
    CHECK(sum == bytes{1e9});
    CHECK(-sum == bytes{-1e9});
    CHECK(-sum < sum);
    CHECK(max(sum, bytes{2e9}) == bytes{2e9});
    CHECK(min(sum, bytes{2e9}) == sum);
    CHECK((bytes{1} <=> bytes{2}) == std::partial_ordering::less);
}
