// SPDX-License-Identifier: MIT
// Tile and wave quantisation: published examples, measured steps, and what is not known.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/tiles.hpp>
#include <reckon/catalog/gpus.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("NVIDIA's guide: a column more than two tiles, half as many tiles again") {
    constexpr tile_shape tile{128, 128};
    static_assert(tiles_of({256, 256}, tile) == 4);
    static_assert(tiles_of({256, 257}, tile) == 6);
    CHECK(filled_of({256, 256}, tile) == 1);
    CHECK(near(filled_of({256, 257}, tile), 257.0 / 384));
}

TEST_CASE("an A100 of 108 units: 1,792 rows and columns are one wave, one more of each are two") {
    // H. He, What Shapes Do Matrix Multiplications Like?: 98 tiles of 256 x 128, then 120.
    constexpr tile_shape tile{256, 128};
    constexpr count units = gpus::a100_sxm_80gb.compute_units.value();
    static_assert(units == 108);
    static_assert(tiles_of({1792, 1792}, tile) == 98);
    static_assert(waves_of({1792, 1792}, tile, units) == 1);
    static_assert(tiles_of({1793, 1793}, tile) == 120);
    static_assert(waves_of({1793, 1793}, tile, units) == 2);
    CHECK(near(busy_with({1792, 1792}, tile, units), 98.0 / 108));
    CHECK(near(staffed_of({1793, 1793}, tile, units), 120.0 / 216));
    // 108 tiles fill the device: 2,304 by 1,536.
    CHECK(busy_with({2304, 1536}, tile, units) == 1);
}

TEST_CASE("the best tile is taken, of equals the largest") {
    CHECK(best_tiling({2304, 1536}, 108).tile == tile_shape{256, 128});
    CHECK(best_tiling({2304, 1536}, 108).busy == 1);
    tiling const more = best_tiling({2305, 1537}, 108);
    CHECK(more.busy > busy_with({2305, 1537}, {256, 128}, 108));
    for (tile_shape const t : library_tiles) {
        CHECK(more.busy >= busy_with({2305, 1537}, t, 108));
    }
    CHECK(best_tiling({128, 16}, 1).tile == tile_shape{128, 16});
}

TEST_CASE("measured: experts of an H20 take as long for 5 rows as for 43, and longer for 85") {
    // InferSim's grouped products of DeepGEMM, 24 experts of 2,048 x 3,120: 97.5, 97.3, 97.7 and 176.9 us. Tiles of 64 rows
    // leave the same work to do up to 64 rows.
    constexpr tile_shape tile{64, 128};
    auto const work = [&](double rows) {
        output_shape const o{rows, 3120, 24};
        return rows / busy_with(o, tile, gpus::h20_96gb.compute_units.value());
    };
    CHECK(near(work(5), work(43)));
    CHECK(work(85) / work(43) == doctest::Approx(176.9 / 97.7).epsilon(0.12));
}

TEST_CASE("measured: a narrow output leaves most of an H800 idle") {
    // DeepGEMM, 128 columns, 65,536 deep: 16 to 128 rows take 61 us alike; 0.02 of the peak at 128 rows, 0.29 at 1,024
    // rows of 512 columns 16,384 deep.
    figure<double> const narrow = busy_share(gpus::h800_sxm_80gb, {128, 128});
    figure<double> const wide = busy_share(gpus::h800_sxm_80gb, {1024, 512});
    CHECK(narrow.value() < 0.15);
    CHECK(wide.value() > 6 * narrow.value());
}

namespace {
/// A user's own type, which counts no units.
struct home_made {
    std::string_view name = "home-made";
    volta architecture{};
    figure<bytes> memory{};
    figure<bytes> memory_usable{};
    figure<memory_bandwidth> bandwidth{};
    peak_rates peak{};
    figure<watts> power{};
    fabric link{};
    host_link host{};
    figure<count> gpus_per_node{};
};
} // namespace

TEST_CASE("what nobody counts is not quantised") {
    static_assert(!tile_units(home_made{}).known());
    CHECK(busy_share(gpus::mi300x, {4096, 4096}).known());
    CHECK(busy_share(gpus::arc_b580, {4096, 4096}).known());
    CHECK_FALSE(busy_share(gpus::rubin_r200, {4096, 4096}).known()); // announced and seen differ
    CHECK(gpus::gaudi_3.compute_units.known());
    CHECK_FALSE(busy_share(gpus::gaudi_3, {4096, 4096}).known()); // engines of another kind
    CHECK_FALSE(busy_share(gpus::m4_max, {4096, 4096}).known());
    CHECK_FALSE(tile_units(gpus::tpu_v5p).known());
    static_assert(takes_tiles(hopper{}) && takes_tiles(cdna3{}) && takes_tiles(xe2{}));
    static_assert(!takes_tiles(gaudi3{}) && !takes_tiles(tpu{}));

    gpu_spec<hopper> own = gpus::h100_sxm_80gb;
    own.compute_units = {64, provenance::assumed};
    CHECK(busy_share(own, {4096, 4096}).source == provenance::assumed);
    own.compute_units = count{1};
    CHECK(busy_share(own, {4096, 4096}).value() == 1);
    own.compute_units = count{0};
    CHECK_FALSE(busy_share(own, {4096, 4096}).known());
}
