// SPDX-License-Identifier: MIT
// Constexpr exponential, logarithm, square root and normal quantile, which <cmath> offers at run time only.
//
//   exp(x)  = 2^n exp(r),        n = round(x / ln 2), |r| <= ln 2 / 2, a series in r
//   log(x)  = n ln 2 + 2 atanh((m - 1) / (m + 1)),   x = 2^n m, m within sqrt 2 of 1
//   sqrt(x) = Newton's iteration from the exponent halved
//
// Error: below 1e-14 relative (exp, sqrt) and 1e-15 of the result or absolute (log);
//        tests/detail/elementary.cpp holds them against <cmath>.
#pragma once
#include <reckon/detail/math.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <numbers>

namespace reckon::inline v0::detail {

/// e^x. Domain: any finite x; 0 below -700 and the largest double above 709.
[[nodiscard]] constexpr double exp(double x) noexcept {
    if (x < -700) { return 0; }
    if (x > 709) { return std::numeric_limits<double>::max(); }
    double const n = floor(x / std::numbers::ln2 + 0.5);
    double const r = x - n * std::numbers::ln2;
    constexpr int terms = 14; // (ln 2 / 2)^14 / 14! is below 1e-17
    double sum = 1;
    for (int i = terms; i > 0; --i) {
        sum = 1 + sum * r / i;
    }
    auto const exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(n) + 1023);
    return sum * std::bit_cast<double>(exponent << 52U);
}

/// The natural logarithm. Domain: x > 0, normal.
[[nodiscard]] constexpr double log(double x) noexcept {
    auto const bits = std::bit_cast<std::uint64_t>(x);
    auto n = static_cast<double>(static_cast<std::int64_t>(bits >> 52U) - 1023);
    constexpr std::uint64_t fraction = (std::uint64_t{1} << 52U) - 1;
    double m = std::bit_cast<double>((bits & fraction) | (std::uint64_t{1023} << 52U));
    if (m > std::numbers::sqrt2) {
        m /= 2;
        n += 1;
    }
    double const t = (m - 1) / (m + 1);
    constexpr int terms = 12; // |t| <= 0.172: t^25 / 25 is below 1e-20
    double sum = 0;
    for (int i = terms; i > 0; --i) {
        sum = sum * t * t + 1.0 / (2 * i - 1);
    }
    return n * std::numbers::ln2 + 2 * t * sum;
}

/// Domain: x >= 0, finite.
[[nodiscard]] constexpr double sqrt(double x) noexcept {
    if (!(x > 0)) { return 0; }
    auto const bits = std::bit_cast<std::uint64_t>(x);
    double y = std::bit_cast<double>((bits >> 1U) + (std::uint64_t{1023} << 51U));
    for (int i = 0; i < 5; ++i) {
        y = (y + x / y) / 2;
    }
    return y;
}

/// Standard deviations from the mean below which a fraction `q` of a normal distribution lies.
/// Domain: 0 < q < 1. Source: Abramowitz and Stegun 26.2.23, within 4.5e-4.
[[nodiscard]] constexpr double normal_quantile(double q) noexcept {
    double const tail = min(q, 1 - q);
    if (!(tail > 0)) { return q < 0.5 ? -38 : 38; }
    double const t = sqrt(-2 * log(tail));
    double const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                             (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    return q < 0.5 ? -z : z;
}

} // namespace reckon::inline v0::detail
