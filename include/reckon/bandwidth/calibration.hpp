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

/// How far measurements are from estimates: 80 % of them lie between value / (1 + s) and
/// value (1 + s). Each quantity has its own, because a first token depends on queues and a
/// throughput averages over them.
struct spreads {
    double per_token{};
    double first_token{};
    double throughput{};
    friend constexpr bool operator==(spreads const&, spreads const&) noexcept = default;
};

/// Kernels that a pass launches beside those of plain layers and mixtures (bandwidth/launches.hpp). Models and
/// formats decide them, so that they are alike on all hardware: here by counting, in shipped calibrations as fitted.
struct launch_counts {
    double latent{1};     ///< what latent attention adds to a layer, in layers
    double rounding{0.4}; ///< what rounding activations to 8 or 4 bit adds to a layer, in layers
    double fused{0.5};    ///< kernels of a mixture in native 4 bit, of those of a mixture
    friend constexpr bool operator==(launch_counts const&, launch_counts const&) noexcept = default;
};

/// Achieved fractions and overheads of one generation of hardware under one generation of engines.
struct calibration {
    text<31> name{};
    efficiency weight_streaming{}; ///< of memory bandwidth, reading weights for a small batch
    efficiency cache_streaming{};  ///< of memory bandwidth, reading the cache
    efficiency decode_matmul{};    ///< of peak, products of a decoding batch
    efficiency prefill_matmul{};   ///< of peak, products of a prompt
    efficiency expert_matmul{1};   ///< of the two above, where experts share the tokens
    efficiency link{};             ///< of link bandwidth, collectives
    double hidden{0.7};       ///< fraction of reading weights, or of products, behind the other
    double overlapped{0.55};  ///< of computing or exchanging, behind the other (two_batches.hpp)
    seconds per_layer{};      ///< launches and small kernels of a layer
    seconds per_mixture{};    ///< the same again for routing, sorting and grouped products
    seconds per_collective{}; ///< latency of one collective, for each level of its tree
    seconds per_step{};       ///< scheduler, sampling, host
    seconds per_sequence{};   ///< the same for each request of a step
    seconds per_request{};    ///< tokenising, admission, first response
    launch_counts launched{}; ///< what layers launch beside the plain ones
    double wait{1};           ///< of the prompts that wait in a loop that starts cold, by scheduler
    spreads spread{};
    provenance source{provenance::assumed};
    friend constexpr bool operator==(calibration const&, calibration const&) noexcept = default;
};

} // namespace reckon::inline v0
