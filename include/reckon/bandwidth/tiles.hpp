// SPDX-License-Identifier: MIT
// How much of a device a matrix product keeps busy: its output is cut into tiles, which compute units take in waves.
//
//   tiles  = G ceil(M / t_m) ceil(N / t_n)             waves = ceil(tiles / U)
//   filled = G M N / (tiles t_m t_n)                   staffed = tiles / (waves U)
//   busy   = filled staffed, of the tile of a library that makes it greatest
//   products run at  peak e_m busy  where computing binds
//
//   symbol   | meaning                                                        | unit | domain
//   M, N     | rows and columns of one output: tokens, features of the rank   | -    | > 0
//   G        | products of that shape in one kernel: experts awake            | -    | > 0
//   t_m, t_n | rows and columns of a tile, which one unit multiplies at once  | -    | > 0
//   U        | compute units of the device (gpu/gpu_spec.hpp)                 | -    | >= 1
//
// The depth K cancels: all tiles are as deep. Weights read are not quantised: a tile's missing rows are not fetched.
// Source:       NVIDIA, Matrix Multiplication Background User's Guide (DU-09799-001), 2.3 and 3: tile and wave quantisation
//               and the tiles of cuBLAS, 256 x 128 to 64 x 64; the narrow ones are those of DeepGEMM and CUTLASS on Hopper.
// Deviations:   a library's own choice of tile is unknown: the best is taken, which is what its heuristics are for. Split-K
//               and stream-K are left out: with them as a choice, products of few tiles fit worse where libraries have none
//               (DeepGEMM) and no better where they do.
// Not modelled: what small tiles cost in operands fetched again; that one unit takes in about 110 GB/s (16 rows, 128 columns and
//               a depth of 65,536 take 61 us on an H800: roofline and launch explain 13, this law 22).
// Error:        docs/laws/tiles.md: 1,328 measured products with and without it.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// What a kernel of products writes: `products` outputs of `rows` x `columns`. Domain: all > 0.
struct output_shape {
    double rows{};
    double columns{};
    double products{1};
};

/// A part of an output that one compute unit multiplies at once. Domain: both > 0.
struct tile_shape {
    double rows{};
    double columns{};
    friend constexpr bool operator==(tile_shape const&, tile_shape const&) noexcept = default;
};

/// The tiles that libraries choose from, either way round, larger ones first: they fetch operands less often.
inline constexpr tile_shape library_tiles[] = {
    {256, 128}, {128, 256}, {128, 128}, {128, 64}, {64, 128}, {64, 64}, {128, 32},
    {32, 128},  {64, 32},   {32, 64},   {128, 16}, {16, 128}, {64, 16}, {16, 64}};

/// Tiles of all outputs, those that stick out of them counted whole.
[[nodiscard]] constexpr double tiles_of(output_shape const& o, tile_shape t) noexcept {
    return o.products * detail::ceil(o.rows / t.rows) * detail::ceil(o.columns / t.columns);
}

/// Rounds in which `units` take the tiles. Domain: units >= 1.
[[nodiscard]] constexpr double waves_of(output_shape const& o, tile_shape t, count units) noexcept {
    return detail::ceil(tiles_of(o, t) / static_cast<double>(units));
}

/// Of the work of the tiles, what the outputs need: tile quantisation.
[[nodiscard]] constexpr double filled_of(output_shape const& o, tile_shape t) noexcept {
    double const worked = tiles_of(o, t) * t.rows * t.columns;
    return detail::min(1.0, o.products * o.rows * o.columns / worked);
}

/// Of the units over all waves, those that have a tile: wave quantisation. Domain: units >= 1.
[[nodiscard]] constexpr double staffed_of(output_shape const& o, tile_shape t,
                                          count units) noexcept {
    return tiles_of(o, t) / (waves_of(o, t, units) * static_cast<double>(units));
}

/// Of the device, what does useful work, with one tile. Domain: units >= 1.
[[nodiscard]] constexpr double busy_with(output_shape const& o, tile_shape t,
                                         count units) noexcept {
    return filled_of(o, t) * staffed_of(o, t, units);
}

/// How a product is cut, and the share of the device that this keeps busy.
struct tiling {
    tile_shape tile{};
    double waves{};
    double busy{};
};

/// The tile of `library_tiles` that keeps most busy; of equals the largest. Domain: units >= 1.
[[nodiscard]] constexpr tiling best_tiling(output_shape const& o, count units) noexcept {
    tiling best{};
    for (tile_shape const t : library_tiles) {
        double const busy = busy_with(o, t, units);
        if (busy > best.busy) { best = {t, waves_of(o, t, units), busy}; }
    }
    return best;
}

/// Whether the units of a generation take such tiles: GPUs do. Systolic arrays (Gaudi, TPU, NeuronCores, Ascend) stream whole
/// operands, and nobody measured Apple's.
template <architecture A> [[nodiscard]] constexpr bool takes_tiles(A const& a) noexcept {
    bool const xe = a.maker == vendor::intel && std::string_view(a.name).starts_with("Xe");
    return a.maker == vendor::nvidia || a.maker == vendor::amd || xe;
}

/// The units that tiles are dealt to; unknown where nobody counts them or they take none, and for types without the figure.
template <gpu G> [[nodiscard]] constexpr figure<count> tile_units(G const& g) noexcept {
    if constexpr (requires { figure<count>(g.compute_units); }) {
        if (takes_tiles(g.architecture)) { return g.compute_units; }
    }
    return unknown;
}

/// The share of `g` that a product keeps busy, as good as the count of units is; unknown with it.
template <gpu G>
[[nodiscard]] constexpr figure<double> busy_share(G const& g, output_shape const& o) noexcept {
    figure<count> const units = tile_units(g);
    if (!units.known() || units.value() < 1) { return unknown; }
    return {best_tiling(o, units.value()).busy, units.source};
}

} // namespace reckon::inline v0
