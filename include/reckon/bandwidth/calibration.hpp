// SPDX-License-Identifier: MIT
// What hardware and engines really achieve of their peaks: constants with a meaning, as data.
//
// The shipped values are fitted to published measurements (bandwidth/fitted.hpp); `spread` says
// how far they are off.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/gpu/architecture.hpp>
#include <reckon/units/makers.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// Achieved fractions and overheads of one generation of hardware under one generation of engines.
struct calibration {
    text<31> name{};
    efficiency weight_streaming{}; ///< of memory bandwidth, reading weights for a small batch
    efficiency cache_streaming{};  ///< of memory bandwidth, reading the cache
    efficiency decode_matmul{};    ///< of peak, products of a decoding batch
    efficiency prefill_matmul{};   ///< of peak, products of a prompt
    efficiency expert_matmul{1};   ///< of the two above, where experts share the tokens
    efficiency link{};             ///< of link bandwidth, collectives
    seconds per_layer{};           ///< launches and small kernels of a layer
    seconds per_mixture{};         ///< the same again for routing, sorting and grouped products
    seconds per_collective{};      ///< latency of one collective
    seconds per_step{};            ///< scheduler, sampling, host
    seconds per_request{};         ///< tokenising, admission, first response
    double spread{};               ///< 80 % of measurements lie within this factor of the estimate
    provenance source{provenance::assumed};
    friend constexpr bool operator==(calibration const&, calibration const&) noexcept = default;
};

} // namespace reckon::inline v0
