// SPDX-License-Identifier: MIT
// A value or a sentence, a figure or nobody's, and an estimate with its bounds.
#include <reckon/detail/estimate.hpp>
#include <reckon/detail/result.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace reckon;

namespace {
constexpr result<int> halve(int n) {
    if (n % 2 != 0) {
        return error{errc::out_of_range, sentence{}.append(count{n}).append(" is odd")};
    }
    return n / 2;
}
struct needs_arguments {
    explicit constexpr needs_arguments(int n) noexcept : value(n) {}
    int value;
};
} // namespace

// In one constant expression, on a temporary: both compilers take it.
static_assert(*halve(6) == 3);
static_assert(halve(6).has_value() && !halve(7));
static_assert(halve(7).error().message == sentence("7 is odd"));
static_assert(halve(7).error().code == errc::out_of_range);
static_assert(result<needs_arguments>(needs_arguments{4})->value == 4); // no default needed
static_assert(!std::is_convertible_v<result<int>, bool>);               // only asked for

TEST_CASE("a result is a value or an error") {
    auto const good = halve(10);
    REQUIRE(good);
    CHECK(*good == 5);
    CHECK(good.value() == 5);
    auto const bad = halve(11);
    CHECK_FALSE(bad.has_value());
    CHECK(bad.error().message.view() == "11 is odd");
}

TEST_CASE("a figure that nobody published is asked, not assumed") {
    constexpr figure<count> none{};
    constexpr figure<count> eight = 8;
    static_assert(!none.known() && eight.known() && eight.value() == 8);
    static_assert(none.value_or(4) == 4 && eight.value_or(4) == 8);
    static_assert(none == figure<count>(unknown) && !(none == eight));
    static_assert(!std::is_convertible_v<figure<count>, count>);
    static_assert(!std::is_convertible_v<figure<count>, bool>);
    static_assert(figure<count>(0).known()); // zero is a figure
    CHECK_FALSE(none == figure<count>(0));
    CHECK(figure<count>(8, provenance::observed).source == provenance::observed);
}

TEST_CASE("a result is as good as its worst input") {
    static_assert(worst(provenance::exact, provenance::assumed) == provenance::assumed);
    static_assert(worst(provenance::fitted, provenance::datasheet) == provenance::fitted);
    CHECK(name(provenance::exact) == "exact");
    CHECK(name(provenance::assumed) == "assumed");
}

TEST_CASE("bounds of an estimate") {
    constexpr auto exact = estimate<double>::exactly(5);
    static_assert(exact.low == 5 && exact.high == 5 && exact.source == provenance::exact);
    constexpr auto wide = estimate<double>::within(6, 0.5, provenance::fitted);
    static_assert(wide.low == 4 && wide.high == 9 && wide.value == 6);
    constexpr auto sum = exact + wide;
    static_assert(sum.low == 9 && sum.value == 11 && sum.high == 14);
    CHECK(sum.source == provenance::fitted);
    CHECK(estimate<double>::within(6, 0, provenance::exact) == estimate<double>::exactly(6));
}
