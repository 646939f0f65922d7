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
    for (efficiency const e : {c.weight_streaming, c.cache_streaming, c.decode_matmul,
                               c.prefill_matmul, c.expert_matmul, c.link}) {
        CHECK(e.fraction > 0);
        CHECK(e.fraction <= 1); // nothing runs faster than its datasheet
    }
    for (seconds const s : {c.per_layer, c.per_mixture, c.per_collective, c.per_step,
                            c.per_sequence, c.per_request}) {
        CHECK(s >= 0_s);
    }
    CHECK(c.per_step < 1_s);
    // An estimate without an interval would claim to be exact.
    CHECK(c.spread.per_token > 0);
    CHECK(c.spread.first_token > 0);
    CHECK(c.spread.throughput > 0);
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
    CHECK(mine.spread.per_token > calibration_for(hopper{}).spread.per_token);
    CHECK(mine.spread.first_token > calibration_for(hopper{}).spread.first_token);
    CHECK(mine.spread.throughput > calibration_for(hopper{}).spread.throughput);
    // A generation is known by its name, static or at run time.
    CHECK(calibration_for(any_architecture(hopper{})) == calibration_for(hopper{}));
}

TEST_CASE("an unmeasured generation is predicted by its maker's others") {
    calibration const& amd = calibration_for(any_architecture{"CDNA9", vendor::amd, {}});
    calibration const& nvidia = calibration_for(any_architecture{"Feynman", vendor::nvidia, {}});
    CHECK(std::string_view(amd.name) == "server AMD");
    CHECK(std::string_view(nvidia.name) == "server NVIDIA");
    CHECK(amd.source == provenance::assumed);
    CHECK_FALSE(amd == nvidia);
}

TEST_CASE("the factors of a release are those of its generation") {
    engine late = engines::vllm;
    late.version = {0, 19};
    CHECK(factors_for(late, hopper{}) == factors_of("vLLM"));
    engine early = late;
    early.version = {0, 5};
    CHECK(factors_for(early, hopper{}) == factors_of("vLLM 2024"));
    CHECK(factors_for(early, cdna2{}) == factors_of("vLLM 2024 for AMD"));
    CHECK(factors_for(early, cdna3{}) == factors_of("vLLM 2024 for CDNA3"));
    // An engine that nobody measured is taken as the hardware's own.
    CHECK(factors_of("my engine") == engines::as_fitted);
    CHECK(calibration_for(gpus::h100_sxm_80gb, late) ==
          under(calibration_for(gpus::h100_sxm_80gb), factors_of("vLLM")));
}

TEST_CASE("factors scale what they are named after") {
    calibration const plain = calibration_for(gpus::h100_sxm_80gb);
    calibration const changed = under(plain, {.name = "mine",
                                              .streaming = 0.5,
                                              .wait = 3,
                                              .mixture = 2,
                                              .matmul = 0.5,
                                              .overhead = 4,
                                              .request = 5});
    CHECK(changed.weight_streaming.fraction == plain.weight_streaming.fraction * 0.5);
    CHECK(changed.cache_streaming.fraction == plain.cache_streaming.fraction * 0.5);
    CHECK(changed.prefill_matmul.fraction == plain.prefill_matmul.fraction * 0.5);
    CHECK(changed.decode_matmul.fraction == plain.decode_matmul.fraction * 0.5);
    CHECK(changed.expert_matmul == plain.expert_matmul);
    CHECK(changed.launched == plain.launched);
    CHECK(changed.wait == plain.wait * 3);
    CHECK(changed.per_mixture == plain.per_mixture * 2);
    CHECK(changed.per_layer == plain.per_layer * 4);
    CHECK(changed.per_collective == plain.per_collective * 4);
    CHECK(changed.per_step == plain.per_step * 4);
    CHECK(changed.per_sequence == plain.per_sequence * 4);
    CHECK(changed.per_request == plain.per_request * 5);
    // Nothing reaches its datasheet peak, whatever the factor.
    CHECK(under(plain, {.streaming = 100}).weight_streaming.fraction < 1);
}

TEST_CASE(
    "an engine as fitted changes nothing, and a calibration leaves alone what it does not name") {
    calibration const plain = calibration_for(gpus::h100_sxm_80gb);
    CHECK(under(plain, engines::as_fitted) == plain);
    CHECK(under(plain, engine_factors{}) == plain);
    CHECK(calibration{}.expert_matmul.fraction == 1);
    CHECK(calibration{}.wait == 1);
    // Nine tenths, a half faster: no more than 98 %.
    calibration const near_peak{.cache_streaming = efficiency(0.9),
                                .prefill_matmul = efficiency(0.5)};
    calibration const faster = under(near_peak, {.streaming = 1.5, .matmul = 1.5});
    CHECK(faster.cache_streaming.fraction == 0.98);
    CHECK(faster.prefill_matmul.fraction == 0.75);
}
