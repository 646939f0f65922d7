// SPDX-License-Identifier: MIT
// Units for ray tracing: none in what is made for calculating alone, which articles sometimes list.
//
// Source:       NVIDIA V100 and H100 architecture whitepapers; AMD CDNA whitepapers: no such units in either.
// Not modelled: how many others have. It changes nothing of a model's memory or speed, so that it is unknown here.
#pragma once
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

/// 0 where the architecture has none; unknown for every other.
template <gpu G> [[nodiscard]] constexpr figure<count> rt_cores(G const& g) noexcept {
    for (auto const& none :
         {any_architecture(volta{}), any_architecture(hopper{}), any_architecture(cdna1{}),
          any_architecture(cdna2{}), any_architecture(cdna3{}), any_architecture(cdna4{})}) {
        if (any_architecture(g.architecture) == none) { return {0, provenance::datasheet}; }
    }
    return unknown;
}

} // namespace reckon::inline v0
