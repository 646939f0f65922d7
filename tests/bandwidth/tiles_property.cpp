// SPDX-License-Identifier: MIT
// Tiles and waves of every shape: shares are shares, and more work never takes less time.
#include "support/property.hpp"

#include <reckon/bandwidth/tiles.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;

namespace {
double up_to(std::uint32_t most) { return 1.0 + *rc::gen::arbitrary<std::uint32_t>() % most; }
output_shape any_output() { return {up_to(100'000), up_to(100'000), up_to(300)}; }
count any_units() { return static_cast<count>(up_to(400)); }
/// What a device works off, a share of it idle: time but for the rate.
double worked(output_shape const& o, count units) {
    return o.products * o.rows * o.columns / best_tiling(o, units).busy;
}
constexpr double slack = 1 - 1e-12; // products in another order
} // namespace

TEST_CASE("tiles") {
    CHECK(holds("shares are above 0 and no more than 1, whatever the tile", [] {
        output_shape const o = any_output();
        count const units = any_units();
        for (tile_shape const t : library_tiles) {
            RC_ASSERT(filled_of(o, t) > 0 && filled_of(o, t) <= 1);
            RC_ASSERT(staffed_of(o, t, units) > 0 && staffed_of(o, t, units) <= 1);
            RC_ASSERT(busy_with(o, t, units) <= best_tiling(o, units).busy);
        }
    }));
    CHECK(holds("waves hold all tiles, and one fewer does not", [] {
        output_shape const o = any_output();
        count const units = any_units();
        for (tile_shape const t : library_tiles) {
            double const room = waves_of(o, t, units) * static_cast<double>(units);
            RC_ASSERT(room >= tiles_of(o, t));
            RC_ASSERT(room - static_cast<double>(units) < tiles_of(o, t));
        }
    }));
    CHECK(holds("more rows, columns or products never take less time", [] {
        output_shape const o = any_output();
        count const units = any_units();
        output_shape more = o;
        more.rows += *rc::gen::inRange(0, 300);
        more.columns += *rc::gen::inRange(0, 300);
        more.products += *rc::gen::inRange(0, 3);
        RC_ASSERT(worked(more, units) >= worked(o, units) * slack);
    }));
    CHECK(holds("more units of the same rate never take longer", [] {
        output_shape const o = any_output();
        count const units = any_units();
        count const more = units + *rc::gen::inRange<count>(0, 100);
        double const before = worked(o, units) / static_cast<double>(units);
        RC_ASSERT(worked(o, more) / static_cast<double>(more) <= before / slack);
    }));
    CHECK(holds("a whole number of waves of whole tiles leaves nothing idle", [] {
        count const units = any_units();
        tile_shape const t =
            library_tiles[*rc::gen::inRange<std::size_t>(0, std::size(library_tiles))];
        double const waves = up_to(50);
        output_shape const o{t.rows * static_cast<double>(units), t.columns * waves};
        RC_ASSERT(best_tiling(o, units).busy >= slack);
    }));
}
