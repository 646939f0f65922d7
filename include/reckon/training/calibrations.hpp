// SPDX-License-Identifier: MIT
// Which calibration of training holds for which generation of accelerators.
#pragma once
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/training/fitted.hpp>

namespace reckon::inline v0::training {

/// The shipped calibration of a device's generation; a wide one where nobody published a measurement.
template <gpu G> [[nodiscard]] constexpr calibration const& calibration_for(G const& g) noexcept {
    std::string_view const generation = g.architecture.name;
    if (generation == ampere::name) { return calibrations::ampere; }
    if (generation == hopper::name) { return calibrations::hopper; }
    if (generation == blackwell::name) { return calibrations::blackwell; }
    if (generation == blackwell_ultra::name) { return calibrations::blackwell_ultra; }
    return calibrations::others;
}

} // namespace reckon::inline v0::training
