// SPDX-License-Identifier: MIT
// Constexpr arithmetic that C++20's <cmath> does not offer in constant expressions, and integer
// arithmetic that saturates instead of wrapping.
#pragma once
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace reckon::inline v0 {

/// An exact integer: parameters, layers, heads, experts, blocks, devices.
/// Domain: -2^63 .. 2^63-1; every product in the library saturates (see `multiply`), never wraps.
using count = std::int64_t;

namespace detail {

inline constexpr count count_max = std::numeric_limits<count>::max();
inline constexpr count count_min = std::numeric_limits<count>::min();

/// a*b for a, b >= 0, or `count_max` when the product does not fit: a saturated count is refused by
/// the validators, a wrapped one would look like a small model.
[[nodiscard]] constexpr count multiply(count a, count b) noexcept {
    if (!std::is_constant_evaluated()) { // one instruction, but no constant to nvcc
        count product = 0;
        return __builtin_mul_overflow(a, b, &product) ? count_max : product;
    }
    if (a == 0 || b == 0) { return 0; }
    bool const fits = a > 0 ? (b > 0 ? a <= count_max / b : b >= count_min / a)
                            : (b > 0 ? a >= count_min / b : b >= count_max / a);
    return fits ? a * b : count_max;
}

template <std::same_as<count>... Counts>
[[nodiscard]] constexpr count multiply(count a, count b, Counts... more) noexcept {
    return multiply(multiply(a, b), more...);
}

/// a+b for a, b >= 0, saturating like `multiply`.
[[nodiscard]] constexpr count add(count a, count b) noexcept {
    if (!std::is_constant_evaluated()) {
        count sum = 0;
        return __builtin_add_overflow(a, b, &sum) ? count_max : sum;
    }
    bool const fits = a > 0 ? b <= count_max - a : b >= count_min - a;
    return fits ? a + b : count_max;
}

/// Smallest integer >= a/b. Domain: a >= 0, b > 0.
[[nodiscard]] constexpr count ceil_div(count a, count b) noexcept {
    // 32 bit division is several times faster, and nearly every dimension fits.
    if (((a | b) >> 31) == 0) {
        auto const d = static_cast<std::uint32_t>(b);
        return (static_cast<std::uint32_t>(a) + (d - 1)) / d;
    }
    return a / b + (a % b != 0 ? 1 : 0);
}

/// Whether b divides a. Domain: a >= 0, b > 0.
[[nodiscard]] constexpr bool divides(count b, count a) noexcept {
    if (((a | b) >> 32) == 0) {
        return static_cast<std::uint32_t>(a) % static_cast<std::uint32_t>(b) == 0;
    }
    return a % b == 0;
}

/// Largest integer <= x, as a double. Domain: |x| < 2^63; above 2^53 every double is an integer.
[[nodiscard]] constexpr double floor(double x) noexcept {
    constexpr double exact = 9007199254740992.0; // 2^53
    if (!(x > -exact && x < exact)) { return x; }
    auto const whole = static_cast<double>(static_cast<count>(x));
    return whole > x ? whole - 1 : whole;
}

/// Smallest integer >= x, as a double.
[[nodiscard]] constexpr double ceil(double x) noexcept {
    constexpr double exact = 9007199254740992.0; // 2^53
    if (!(x > -exact && x < exact)) { return x; }
    auto const whole = static_cast<double>(static_cast<count>(x));
    return whole < x ? whole + 1 : whole;
}

[[nodiscard]] constexpr double max(double a, double b) noexcept { return a < b ? b : a; }
[[nodiscard]] constexpr double min(double a, double b) noexcept { return b < a ? b : a; }
[[nodiscard]] constexpr count max(count a, count b) noexcept { return a < b ? b : a; }
[[nodiscard]] constexpr count min(count a, count b) noexcept { return b < a ? b : a; }

/// Whether x is neither infinite nor NaN (written so that -ffast-math keeps the range test).
[[nodiscard]] constexpr bool finite(double x) noexcept {
    return x >= std::numeric_limits<double>::lowest() && x <= std::numeric_limits<double>::max();
}

/// base^exponent by squaring. Domain: exponent >= 0. Relative error below 2e-16 per squaring; below
/// 1e-150 the result is 0 (the way down to the smallest doubles is slow on every processor).
[[nodiscard]] constexpr double power(double base, count exponent) noexcept {
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        if (base < 1e-150 && base > -1e-150) { return 0; }
        if ((exponent & 1) != 0) { result *= base; }
        base *= base;
    }
    return result;
}

} // namespace detail
} // namespace reckon::inline v0
