// SPDX-License-Identifier: MIT
// Architectures without units for ray tracing.
//
// Written by tools/generate_catalog.py from data/no_ray_tracing.csv; change that and run it again.
#pragma once
#include <reckon/gpu/architectures.hpp>

namespace reckon::inline v0 {

/// What is made for calculating alone, which articles sometimes list with units for ray tracing.
inline constexpr any_architecture without_ray_tracing[] = {
    any_architecture(volta{}),  // Volta
    any_architecture(hopper{}), // Hopper
    any_architecture(cdna1{}),  // CDNA1
    any_architecture(cdna2{}),  // CDNA2
    any_architecture(cdna3{}),  // CDNA3
    any_architecture(cdna4{}),  // CDNA4
};

} // namespace reckon::inline v0
