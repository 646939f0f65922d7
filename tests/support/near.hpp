// SPDX-License-Identifier: MIT
// Comparing what was calculated with what was published.
//
//   CHECK(near(0.0231, 0.0230, within(0.005)));       // half a percent
//   CHECK(near(time_of(step), 23.1_ms, within(0.02))); // quantities of one dimension
//
// A tolerance is always relative and always written down: a compiler may contract a*b+c into one
// rounding, so values that went through floating point are never compared with ==. Counts are
// integers and are.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <concepts>
#include <cstdio>

namespace reckon::test {

// |actual / expected - 1| at most this.
struct within {
    double fraction;
    constexpr explicit within(double most) noexcept : fraction{most} {}
};

// What rounding alone may cost in a formula of a few dozen operations.
inline constexpr within rounding{1e-12};

struct near_result {
    double actual;
    double expected;
    double tolerance;

    // False when either is not a number; nothing but zero is relatively near zero.
    explicit operator bool() const noexcept {
        if (expected == 0.0) { return actual == 0.0; }
        return std::abs(actual / expected - 1.0) <= tolerance;
    }
    friend doctest::String toString(near_result const& r) {
        char text[160];
        std::snprintf(text, sizeof text, "%.12g against %.12g: off by %+.3g, allowed %.3g",
                      r.actual, r.expected, r.actual / r.expected - 1.0, r.tolerance);
        return text;
    }
};

[[nodiscard]] inline near_result near(double actual, double expected,
                                      within tolerance = rounding) noexcept {
    return {actual, expected, tolerance.fraction};
}

// Quantities: only of the same dimension, because only then is their ratio a number.
template <class Quantity, class Other>
    requires requires(Quantity a, Other b) {
        a.base_value;
        { a / b } -> std::same_as<double>;
    }
[[nodiscard]] near_result near(Quantity actual, Other expected,
                               within tolerance = rounding) noexcept {
    return {actual.base_value, expected.base_value, tolerance.fraction};
}

} // namespace reckon::test
