// SPDX-License-Identifier: MIT
// Which calibration holds for which generation of accelerators.
//
// Sources: the fractions of bandwidth and matmul peak that others measured, by generation
// (docs/laws/step.md): matrix products reach 0.75-0.87 of peak on NVIDIA's data-centre parts,
// 0.51-0.68 on CDNA3 and 4, 0.74 on Gaudi 3; memory is read at 0.8 of peak in data centres, 0.73 on
// GB10, 0.83 on Strix Halo. Step-level fractions are lower by what a step loses between kernels.
#pragma once
#include <reckon/bandwidth/calibration.hpp>
#include <reckon/gpu/architectures.hpp>

namespace reckon::inline v0 {

namespace calibrations {

/// CDNA3 and CDNA4: kernels reach less of their peak.
inline constexpr calibration amd{.name = "AMD data centre", .weight_streaming = efficiency(0.65),
    .cache_streaming = efficiency(0.55), .decode_matmul = efficiency(0.4), .prefill_matmul = efficiency(0.35),
    .link = efficiency(0.4), .per_layer = microseconds(8), .per_collective = microseconds(8),
    .per_step = milliseconds(1.5), .per_request = milliseconds(60), .spread = 0.5, .source = provenance::assumed};

/// Single cards and small machines under llama.cpp: 16 bit decoding reads 0.80-0.93 of bandwidth on
/// GDDR cards, 4 bit 0.60-0.80; prompts run at 0.3-0.45 of the 16 bit peak.
inline constexpr calibration consumer{.name = "consumer", .weight_streaming = efficiency(0.75),
    .cache_streaming = efficiency(0.6), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.4),
    .link = efficiency(0.4), .per_layer = microseconds(8), .per_collective = microseconds(15),
    .per_step = milliseconds(1), .per_request = milliseconds(40), .spread = 0.5, .source = provenance::assumed};

/// Anything else: wide, and marked as assumed.
inline constexpr calibration uncalibrated{.name = "uncalibrated", .weight_streaming = efficiency(0.6),
    .cache_streaming = efficiency(0.5), .decode_matmul = efficiency(0.4), .prefill_matmul = efficiency(0.35),
    .link = efficiency(0.4), .per_layer = microseconds(10), .per_collective = microseconds(15),
    .per_step = milliseconds(2), .per_request = milliseconds(60), .spread = 1.0, .source = provenance::assumed};

} // namespace calibrations

/// The shipped calibration of a generation; wide and marked `assumed` for one nobody measured.
template <architecture A> [[nodiscard]] constexpr calibration const& calibration_for(A const& a) noexcept {
    std::string_view const generation = a.name;
    for (std::string_view const known : {hopper::name, blackwell::name, blackwell_ultra::name, ampere::name}) {
        if (generation == known) { return calibrations::nvidia; }
    }
    for (std::string_view const known : {cdna3::name, cdna4::name, cdna2::name}) {
        if (generation == known) { return calibrations::amd; }
    }
    for (std::string_view const known : {ada::name, turing::name, volta::name, rdna3::name, rdna35::name,
                                         rdna4::name, apple_gpu::name}) {
        if (generation == known) { return calibrations::consumer; }
    }
    return calibrations::uncalibrated;
}

} // namespace reckon::inline v0
