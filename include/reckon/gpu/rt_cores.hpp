// SPDX-License-Identifier: MIT
// Units for ray tracing.
//
// Written by tools/generate_catalog.py from data/no_ray_tracing.csv; change that and run it again.
#pragma once
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

namespace detail {
/// What is made for calculating alone, which articles sometimes list with such units.
inline constexpr any_architecture without_ray_tracing[] = {
    any_architecture(volta{}),  // Volta
    any_architecture(hopper{}), // Hopper
    any_architecture(cdna1{}),  // CDNA1
    any_architecture(cdna2{}),  // CDNA2
    any_architecture(cdna3{}),  // CDNA3
    any_architecture(cdna4{}),  // CDNA4
};
} // namespace detail

/// 0 where the architecture has none; unknown for every other: how many others have changes nothing of a model's
/// memory or speed.
template <gpu G> [[nodiscard]] constexpr figure<count> rt_cores(G const& g) noexcept {
    for (any_architecture const& none : detail::without_ray_tracing) {
        if (any_architecture(g.architecture) == none) { return {0, provenance::datasheet}; }
    }
    return unknown;
}

} // namespace reckon::inline v0
