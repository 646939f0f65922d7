// SPDX-License-Identifier: MIT
// What hardware and engines really achieve of their peaks: constants with a meaning, as data.
//
// Sources: docs/laws/step.md lists each constant with where it was measured. They are starting values
// taken from published measurements, not a fit of this project: `spread` says how far they are off.
#pragma once
#include <string_view>

#include <reckon/detail/provenance.hpp>
#include <reckon/gpu/architecture.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// Achieved fractions and overheads of one generation of hardware under one generation of engines.
struct calibration {
    text<31> name{};
    efficiency weight_streaming{}; ///< of memory bandwidth, reading weights for a small batch
    efficiency cache_streaming{};  ///< of memory bandwidth, reading the cache
    efficiency decode_matmul{};    ///< of peak, products of a decoding batch
    efficiency prefill_matmul{};   ///< of peak, products of a prompt
    efficiency link{};             ///< of link bandwidth, collectives
    seconds per_layer{};           ///< launches and small kernels of a layer
    seconds per_collective{};      ///< latency of one collective
    seconds per_step{};            ///< scheduler, sampling, host
    seconds per_request{};         ///< tokenising, admission, first response
    double spread{};               ///< 80 % of measurements lie within this factor of the estimate
    provenance source{provenance::assumed};
    friend constexpr bool operator==(calibration const&, calibration const&) noexcept = default;
};

namespace calibrations {

/// Data-centre accelerators of NVIDIA: 0.8 of HBM bandwidth, 0.6 of peak in decoding, 0.5 in prefill,
/// 5 us a layer and a collective, 1 ms a step (first fits on 626 points of three engines, median
/// 8.9 %).
inline constexpr calibration nvidia{.name = "NVIDIA data centre", .weight_streaming = efficiency(0.8),
    .cache_streaming = efficiency(0.7), .decode_matmul = efficiency(0.6), .prefill_matmul = efficiency(0.5),
    .link = efficiency(0.5), .per_layer = microseconds(5), .per_collective = microseconds(5),
    .per_step = milliseconds(1), .per_request = milliseconds(40), .spread = 0.35, .source = provenance::fitted};

} // namespace calibrations

} // namespace reckon::inline v0
