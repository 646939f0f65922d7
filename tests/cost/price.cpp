// SPDX-License-Identifier: MIT
// Prices have dates, and dates pass.
#include <reckon/cost/price.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace reckon;
using namespace reckon::literals;

namespace {
constexpr price p4d_then{32.7726_USD_per_hour, {2025, 5, 31}};
} // namespace

// A price without a date does not compile (AT-22).
static_assert(!std::is_default_constructible_v<price>);
static_assert(!std::is_constructible_v<price, usd_per_second>);
static_assert(!std::is_convertible_v<usd_per_second, price>);
static_assert(!std::is_convertible_v<usd_per_second, quoted_price>);
static_assert(!std::is_constructible_v<price, usd_per_second, usd_per_second>);

// AT-36: 117 days, stale. No clock is read: the day of the question is an argument.
static_assert(days_between({2025, 5, 31}, {2025, 9, 25}) == 117);
static_assert(stale(p4d_then, {2025, 9, 25}));

TEST_CASE("AT-36: a price ages, silicon does not") {
    CHECK(stale(p4d_then, {2025, 9, 25}));
    CHECK(describe_age(p4d_then, {2025, 9, 25}).view() == "price as of 2025-05-31, 117 days > 90");
    CHECK(describe_age(p4d_then, {2025, 6, 10}).view() == "price as of 2025-05-31, 10 days <= 90");
    CHECK_FALSE(stale(p4d_then, {2025, 8, 29})); // 90 days
    CHECK(stale(p4d_then, {2025, 8, 30}));
    CHECK_FALSE(stale(p4d_then, {2025, 9, 25}, shelf_life{180}));
    CHECK_FALSE(stale(p4d_then, {2025, 1, 1})); // read in the future of the question
    // There is no stale(peak): a datasheet figure has no price and no date to ask about.
    static_assert(!std::is_invocable_v<decltype([](auto p) -> decltype(stale(p, date{})) {
                                           return stale(p, date{});
                                       }),
                                       peak_flop_rate>);
}

TEST_CASE("a date of which only the month is known counts from its first day") {
    constexpr price vague{3_USD_per_hour, {2026, 6, 0}};
    static_assert(!stale(vague, {2026, 8, 30}));
    CHECK(stale(vague, {2026, 8, 31}));
    CHECK(describe_age(vague, {2026, 8, 31}).view() == "price as of 2026-06, 91 days > 90");
}

TEST_CASE("months and days of one figure have a nought before it") {
    auto const written = [](date d) {
        sentence s{};
        return std::string(append_date(s, d).view());
    };
    CHECK(written({2026, 9, 9}) == "2026-09-09");
    CHECK(written({2026, 10, 10}) == "2026-10-10");
    CHECK(written({2026, 11, 0}) == "2026-11");
    CHECK(written({2026, 0, 0}) == "2026");
    CHECK(price_shelf_life.days == 90);
}

TEST_CASE("a price that nobody quoted") {
    constexpr quoted_price none{};
    static_assert(!none.known());
    static_assert(none == quoted_price{unknown});
    static_assert(none.value_or(p4d_then) == p4d_then);
    constexpr quoted_price some = p4d_then;
    CHECK(some.value() == p4d_then);
    CHECK_FALSE(some == none);
    CHECK_FALSE(none.figure_of_rate().known());
}
