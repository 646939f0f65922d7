// SPDX-License-Identifier: MIT
// What products of narrow operands keep of the achieved fraction of 16 bit ones.
//
//   fraction of the narrow peak = fraction of the 16 bit peak x kept(operands)
//   kept = 1 in 16 bit, 0.76 in 8 bit, 0.57 in 4 bit          (2^-0.4, 4^-0.4)
//
// Narrow units double the peak, not the rate at which operands arrive, results leave and power is
// drawn. Where a device has no units for a format it multiplies in 16 bit, and keeps all.
// Source: published matrix products of 4,096 rows, of the dense peak: H100 0.83 in bf16 and 0.62 in fp8
//         (kept 0.75), B200 0.67, 0.45 and 0.39 in fp4 (0.67, 0.58), RTX PRO 6000 0.85, 0.74 and
//         0.67 (aiconfigurator, operator timings of TensorRT-LLM 1.0 to 1.3).
// Error:  0.87 and 0.79 on the RTX PRO 6000, which feeds its units better; within 0.1 elsewhere.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

/// Fractions kept by the width of the operands.
struct narrow_fractions {
    double of_8_bit{};
    double of_4_bit{};
};
inline constexpr narrow_fractions measured_narrow_fractions{.of_8_bit = 0.76, .of_4_bit = 0.57};

/// Domain: any operands; 1 for those of 16 bit and wider.
[[nodiscard]] constexpr double
kept_by(arithmetic operands, narrow_fractions const& kept = measured_narrow_fractions) noexcept {
    switch (operands) {
    case arithmetic::fp8:
    case arithmetic::fp6:
    case arithmetic::int8: return kept.of_8_bit;
    case arithmetic::fp4:
    case arithmetic::int4: return kept.of_4_bit;
    default: return 1;
    }
}

/// Whether a device multiplies these operands in narrow units: faster than in 16 bit.
template <gpu G>
[[nodiscard]] constexpr bool in_narrow_units(G const& g, arithmetic operands) noexcept {
    figure<peak_flop_rate> const wide = peak_for(g, arithmetic::bf16);
    figure<peak_flop_rate> const own = peak_for(g, operands);
    return kept_by(operands) < 1 && wide.known() && own.known() && own.value() > wide.value();
}

/// What is kept on a device: 1 where it multiplies these operands in 16 bit.
template <gpu G>
[[nodiscard]] constexpr double kept_on(G const& g, arithmetic operands) noexcept {
    return in_narrow_units(g, operands) ? kept_by(operands) : 1;
}

} // namespace reckon::inline v0
