// SPDX-License-Identifier: MIT
// Kernels that a pass launches, in layers of grouped-query attention.
//
//   launches = L + 0.6 L_latent
//
//   symbol   | meaning                                                   | unit | domain
//   L        | layers                                                    | -    | >= 0
//   L_latent | of these, layers of latent attention (MLA)                | -    | 0 .. L
//
// A layer of grouped-query attention and a dense feed-forward block is about ten kernels: norm, q-k-v product, rotary
// embedding with the write to the cache, attention and the merge of its parts, output product, norm, gate and up, activation,
// down. Latent attention takes twelve where those take six: norm, both down-projections, two norms, query up-projection,
// rotary embedding, product with the absorbed keys, write, attention, merge, product with the values, output.
// Source:       the count; time per output token of DeepSeek-R1, whose steps of few requests it brings in line with those of
//               mixtures without latents (10.4 to 10.0 % over all rows, bench/calibrate).
// Not modelled: kernels of indexers and recurrent layers, which no table of measurements states apart.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/flops/forward.hpp>

namespace reckon::inline v0 {

/// What latent attention adds to a layer, in layers.
inline constexpr double launches_of_latents = 0.6;

/// Domain: layers >= 0; `w` are the matrices of the same model.
[[nodiscard]] constexpr double launches(double layers, matrix_work const& w) noexcept {
    return layers + launches_of_latents * w.latent_layers;
}

} // namespace reckon::inline v0
