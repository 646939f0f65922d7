// SPDX-License-Identifier: MIT
// What an engine generation makes of the hardware, relative to the calibration of the hardware.
//
//   fraction under the engine = min(fraction x factor, most)       streaming of weights and cache, products
//   overhead under the engine = overhead x factor            layers, mixtures, collectives, step, sequences
//   request under the engine  = per_request x factor
//   wait under the engine     = factor                  prompts before one in a loop that starts cold
//
// Six constants for an engine generation, the same on every architecture.
// Source:       fitted together with bandwidth/calibrations.hpp by bench/calibrate.
// Not modelled: versions within a generation, settings of a launch.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/calibration.hpp>
#include <reckon/detail/math.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// Factors on the constants of a calibration; 1 leaves them.
struct engine_factors {
    text<31> name{};
    double streaming{1}; ///< on reading weights and cache
    double wait{1};      ///< on the prompts that wait for each other (serving/closed_loop.hpp)
    double mixture{1};   ///< on the overhead of a layer of experts
    double matmul{1};    ///< on products, of prompts and of steps
    double overhead{1};
    double request{1};
    friend constexpr bool operator==(engine_factors const&,
                                     engine_factors const&) noexcept = default;
};

/// The calibration of hardware under an engine.
[[nodiscard]] constexpr calibration under(calibration c, engine_factors const& f) noexcept {
    constexpr double most = 0.98; // nothing reaches its datasheet peak
    auto const scaled = [&](efficiency e, double by) {
        return efficiency(detail::min(e.fraction * by, most));
    };
    c.weight_streaming = scaled(c.weight_streaming, f.streaming);
    c.cache_streaming = scaled(c.cache_streaming, f.streaming);
    c.decode_matmul = scaled(c.decode_matmul, f.matmul);
    c.prefill_matmul = scaled(c.prefill_matmul, f.matmul);
    c.per_layer = c.per_layer * f.overhead;
    c.per_mixture = c.per_mixture * f.mixture;
    c.per_collective = c.per_collective * f.overhead;
    c.per_step = c.per_step * f.overhead;
    c.per_sequence = c.per_sequence * f.overhead;
    c.per_request = c.per_request * f.request;
    c.wait *= f.wait;
    return c;
}

namespace engines {
inline constexpr engine_factors as_fitted{};
} // namespace engines

} // namespace reckon::inline v0
