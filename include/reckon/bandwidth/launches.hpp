// SPDX-License-Identifier: MIT
// Kernels that a pass launches, in plain layers and plain mixtures, whose times are constants of hardware and engine.
//
//   layers   = (L + latent L_latent) (1 + rounding)        rounding: where products take 8 or 4 bit activations
//   mixtures = L_x fused                                  fused: where experts multiply in native 4 bit
//
//   symbol   | meaning                                                   | unit | domain
//   L        | layers                                                    | -    | >= 0
//   L_latent | of these, layers of latent attention (MLA)                | -    | 0 .. L
//   L_x      | of these, layers that route tokens to experts             | -    | 0 .. L
//
// A plain layer, of grouped-query attention and a dense feed-forward block in 16 bit, is about ten kernels: norm, q-k-v product,
// rotary embedding with the write to the cache, attention and the merge of its parts, output product, norm, gate and up,
// activation, down. Latent attention takes more where those take six: norm, both down-projections, two norms, query
// up-projection, rotary embedding, product with the absorbed keys, write, attention, merge, product with the values, output.
// Each of the four products rounds its activations and scales them first where it multiplies in 8 or 4 bit. A mixture is
// routing, sorting, two grouped products with the activation between them, and a sum; in native 4 bit, engines have that as
// one or two kernels.
// Source:       the counts; the values in calibration::launched are fitted to all rows of speed by bench/calibrate.
// Not modelled: kernels of indexers and recurrent layers, which no table of measurements states apart; engines that fuse the
//               rounding into the norm before it.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/calibration.hpp>

namespace reckon::inline v0 {

/// Launches of `layers`, `latents` of them of latent attention, in plain layers. Domain: 0 <= latents <= layers.
[[nodiscard]] constexpr double launches(double layers, double latents, bool rounds,
                                        launch_counts const& k) noexcept {
    return (layers + k.latent * latents) * (rounds ? 1 + k.rounding : 1);
}

/// Launches of `mixtures`, in plain ones. Domain: mixtures >= 0.
[[nodiscard]] constexpr double launches_of_mixtures(double mixtures, bool fused,
                                                    launch_counts const& k) noexcept {
    return fused ? mixtures * k.fused : mixtures;
}

} // namespace reckon::inline v0
