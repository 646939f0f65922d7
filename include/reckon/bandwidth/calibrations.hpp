// SPDX-License-Identifier: MIT
// Which calibration holds for which generation of accelerators.
//
// The constants are fitted (bandwidth/fitted.hpp, written by bench/calibrate); what nobody
// measured is wide and marked as assumed. Step-level fractions are lower than those of single
// kernels, which reach 0.75-0.87 of the matmul peak and 0.8 of the bandwidth of NVIDIA's
// data-centre parts.
#pragma once
#include <reckon/bandwidth/engine_generations.hpp>
#include <reckon/bandwidth/fitted.hpp>
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0 {

namespace calibrations {

namespace detail {
/// The fabric of a server: more than two devices reach each other without the host.
template <gpu G> [[nodiscard]] constexpr bool has_fabric(G const& g) noexcept {
    fabric const link = g.link;
    return link.scale_up.known() && link.scale_up.value() > 2 && link.each_way.known();
}
} // namespace detail

} // namespace calibrations

/// The shipped calibration of a generation under a serving engine.
template <architecture A> [[nodiscard]] constexpr calibration const&
calibration_for(A const& a) noexcept {
    std::string_view const generation = a.name;
    if (generation == hopper::name) { return calibrations::hopper; }
    if (generation == blackwell::name) { return calibrations::blackwell; }
    if (generation == blackwell_ultra::name) { return calibrations::blackwell_ultra; }
    if (generation == ampere::name) { return calibrations::ampere; }
    if (generation == ada::name) { return calibrations::ada; }
    if (generation == cdna2::name) { return calibrations::cdna2; }
    if (generation == cdna3::name) { return calibrations::cdna3; }
    if (generation == cdna4::name) { return calibrations::cdna4; }
    if (generation == gaudi2::name) { return calibrations::gaudi2; }
    if (generation == gaudi3::name) { return calibrations::gaudi3; }
    if (generation == xe_hpc::name) { return calibrations::xe_hpc; }
    switch (a.maker) {
    case vendor::nvidia: return calibrations::uncalibrated_nvidia;
    case vendor::amd: return calibrations::uncalibrated_amd;
    case vendor::intel: return calibrations::uncalibrated_intel;
    default: return calibrations::uncalibrated;
    }
}

/// The same for a device: cards without a fabric are apart from the servers of their generation.
template <gpu G> [[nodiscard]] constexpr calibration const& calibration_for(G const& g) noexcept {
    if (std::string_view(g.architecture.name) == blackwell::name &&
        !calibrations::detail::has_fabric(g)) {
        return calibrations::blackwell_workstation;
    }
    return calibration_for(g.architecture);
}

/// What is known of a generation of engines, by its name; factors of 1 for one that nobody measured.
[[nodiscard]] constexpr engine_factors const& factors_of(std::string_view generation) noexcept {
    for (engine_factors const& f : engines::fitted) {
        if (f.name.view() == generation) { return f; }
    }
    return engines::as_fitted;
}

/// The same for an engine on an architecture.
template <architecture A>
[[nodiscard]] constexpr engine_factors const& factors_for(engine const& e, A const& a) noexcept {
    return factors_of(generation_of(e.name, e.version, a.maker, a.name));
}

/// The calibration of a device under an engine.
template <gpu G> [[nodiscard]] constexpr calibration calibration_for(G const& g,
                                                                     engine const& e) noexcept {
    return under(calibration_for(g), factors_for(e, g.architecture));
}

/// The calibration of a device under llama.cpp and its like: one stream, no server.
template <gpu G> [[nodiscard]] constexpr calibration const&
local_calibration_for(G const& g) noexcept {
    switch (g.architecture.maker) {
    case vendor::nvidia:
        return calibrations::detail::has_fabric(g) ? calibrations::local_nvidia_servers
                                                   : calibrations::local_nvidia;
    case vendor::amd: return calibrations::local_amd;
    case vendor::apple: return calibrations::local_apple;
    default: return calibrations::local_others;
    }
}

} // namespace reckon::inline v0
