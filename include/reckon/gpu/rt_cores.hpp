// SPDX-License-Identifier: MIT
// Units for ray tracing: none in what is made for calculating alone, which articles sometimes list.
//
// Source:       data/no_ray_tracing.csv.
// Not modelled: how many others have. It changes nothing of a model's memory or speed, so that it is unknown here.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/gpu/without_ray_tracing.hpp>

namespace reckon::inline v0 {

/// 0 where the architecture has none; unknown for every other.
template <gpu G> [[nodiscard]] constexpr figure<count> rt_cores(G const& g) noexcept {
    for (any_architecture const& none : without_ray_tracing) {
        if (any_architecture(g.architecture) == none) { return {0, provenance::datasheet}; }
    }
    return unknown;
}

} // namespace reckon::inline v0
