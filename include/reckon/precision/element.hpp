// SPDX-License-Identifier: MIT
// Number formats of single elements: floats by exponent and mantissa, integers by width.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/precision/arithmetic.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// Anything with a width in bits can be an element, a scale or a zero point.
template <class E>
concept element = requires {
    { E::bits } -> std::convertible_to<count>;
};

/// A binary float: one sign bit (none for pure scales), `Exponent` and `Mantissa` bits.
/// bits = sign + Exponent + Mantissa.
template <unsigned Exponent, unsigned Mantissa, bool Signed = true> struct floating {
    static constexpr count bits = Exponent + Mantissa + (Signed ? 1 : 0);
};

/// A two's complement or offset integer of `Width` bits.
template <unsigned Width> struct integer {
    static constexpr count bits = Width;
};

/// No zero point, no scale: takes no bits.
struct absent {
    static constexpr count bits = 0;
};

using e11m52 = floating<11, 52>;    ///< fp64
using e8m23 = floating<8, 23>;      ///< fp32
using e8m10 = floating<8, 10>;      ///< tf32's significant bits (stored in 32)
using e8m7 = floating<8, 7>;        ///< bf16
using e5m10 = floating<5, 10>;      ///< fp16
using e4m3 = floating<4, 3>;        ///< fp8
using e5m2 = floating<5, 2>;        ///< fp8, wide range
using e3m2 = floating<3, 2>;        ///< fp6
using e2m3 = floating<2, 3>;        ///< fp6
using e2m1 = floating<2, 1>;        ///< fp4
using e8m0 = floating<8, 0, false>; ///< the power-of-two scale of the MX formats

/// What a matrix unit computes in when it takes `Element` natively.
template <class Element> inline constexpr arithmetic native_arithmetic = arithmetic::bf16;
template <> inline constexpr arithmetic native_arithmetic<e11m52> = arithmetic::fp64;
template <> inline constexpr arithmetic native_arithmetic<e8m23> = arithmetic::fp32;
template <> inline constexpr arithmetic native_arithmetic<e8m10> = arithmetic::tf32;
template <> inline constexpr arithmetic native_arithmetic<e5m10> = arithmetic::fp16;
template <> inline constexpr arithmetic native_arithmetic<e4m3> = arithmetic::fp8;
template <> inline constexpr arithmetic native_arithmetic<e5m2> = arithmetic::fp8;
template <> inline constexpr arithmetic native_arithmetic<e3m2> = arithmetic::fp6;
template <> inline constexpr arithmetic native_arithmetic<e2m3> = arithmetic::fp6;
template <> inline constexpr arithmetic native_arithmetic<e2m1> = arithmetic::fp4;
template <> inline constexpr arithmetic native_arithmetic<integer<8>> = arithmetic::int8;

} // namespace reckon::inline v0
