// SPDX-License-Identifier: MIT
// Shipped calibrations are plausible, and no generation is without one.
#include "support/printing.hpp"

#include <reckon/bandwidth/calibrations.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/memory/engines.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace reckon;
using namespace reckon::literals;

namespace {
void plausible(calibration const& c) {
    CAPTURE(std::string_view(c.name));
    for (efficiency const e :
         {c.weight_streaming, c.cache_streaming, c.decode_matmul, c.prefill_matmul, c.link}) {
        CHECK(e.fraction > 0);
        CHECK(e.fraction <= 1); // nothing runs faster than its datasheet
    }
    for (seconds const s : {c.per_layer, c.per_collective, c.per_step, c.per_request}) {
        CHECK(s >= 0_s);
    }
    CHECK(c.per_step < 1_s);
    CHECK(c.spread > 0); // an estimate without an interval would claim to be exact
    CHECK(c.source != provenance::exact);
    CHECK_FALSE(c.name.empty());
}
} // namespace

TEST_CASE("every accelerator of the catalogue has one, under every engine and alone") {
    for (any_gpu const& g : catalog::gpus) {
        CAPTURE(std::string_view(g.name));
        for (engine const& e : {engines::vllm, engines::sglang, engines::on_paper}) {
            CAPTURE(std::string_view(e.name));
            plausible(calibration_for(g, e));
        }
        plausible(local_calibration_for(g));
    }
}

TEST_CASE("a generation that nobody measured is marked, and wider than those that were") {
    calibration const& mine = calibration_for(any_architecture{"my own", vendor::other, {}});
    CHECK(mine.source == provenance::assumed);
    CHECK(mine.spread > calibration_for(hopper{}).spread);
    // A generation is known by its name, static or at run time.
    CHECK(calibration_for(any_architecture(hopper{})) == calibration_for(hopper{}));
}
