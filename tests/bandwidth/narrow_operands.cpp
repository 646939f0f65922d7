// SPDX-License-Identifier: MIT
// Narrow units double the peak, not all that surrounds them.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/narrow_operands.hpp>
#include <reckon/catalog/gpus.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("narrower operands keep less of the fraction and still gain") {
    CHECK(kept_by(arithmetic::bf16) == 1);
    CHECK(kept_by(arithmetic::fp32) == 1);
    CHECK(kept_by(arithmetic::fp8) < 1);
    CHECK(kept_by(arithmetic::int8) == kept_by(arithmetic::fp8));
    CHECK(kept_by(arithmetic::fp4) < kept_by(arithmetic::fp8));
    // Twice and four times the peak: never slower than wider operands.
    CHECK(2 * kept_by(arithmetic::fp8) > 1);
    CHECK(4 * kept_by(arithmetic::fp4) > 2 * kept_by(arithmetic::fp8));
}

TEST_CASE("published matrix products of 4,096 rows, fp8 over bf16") {
    // H100: 0.62 of the fp8 peak where bf16 reaches 0.83 (aiconfigurator's operator timings).
    CHECK(kept_by(arithmetic::fp8) == doctest::Approx(0.62 / 0.83).epsilon(0.03));
    // B200: 0.39 in nvfp4 where bf16 reaches 0.67.
    CHECK(kept_by(arithmetic::fp4) == doctest::Approx(0.39 / 0.67).epsilon(0.03));
}

TEST_CASE("a device without narrow units multiplies in 16 bit and keeps all") {
    CHECK(kept_on(gpus::h100_sxm_80gb, arithmetic::fp8) == kept_by(arithmetic::fp8));
    CHECK(kept_on(gpus::a100_sxm_80gb, arithmetic::fp8) == 1);
    static_assert(in_narrow_units(gpus::h100_sxm_80gb, arithmetic::fp8));
    CHECK_FALSE(in_narrow_units(gpus::a100_sxm_80gb, arithmetic::fp8));
    CHECK(in_narrow_units(gpus::a100_sxm_80gb, arithmetic::int8));
    CHECK_FALSE(in_narrow_units(gpus::h100_sxm_80gb, arithmetic::bf16));
    CHECK(kept_on(gpus::h100_sxm_80gb, arithmetic::fp4) ==
          kept_on(gpus::h100_sxm_80gb, arithmetic::bf16));
}

TEST_CASE("16 bit that is faster than bf16 is not narrow, and what has no known rate neither") {
    gpu_spec<hopper> g = gpus::h100_sxm_80gb;
    g.peak = g.peak.with(arithmetic::fp16, teraflops_per_second(1500));
    CHECK_FALSE(in_narrow_units(g, arithmetic::fp16));
    CHECK(kept_on(g, arithmetic::fp16) == 1);
    g.peak = peak_rates{}.with(arithmetic::fp8, teraflops_per_second(1979));
    CHECK_FALSE(in_narrow_units(g, arithmetic::fp8));
    g.peak = peak_rates{}.with(arithmetic::bf16, teraflops_per_second(989));
    CHECK_FALSE(in_narrow_units(g, arithmetic::fp8));
    CHECK(kept_by(arithmetic::fp8) == 0.76);
    CHECK(kept_by(arithmetic::fp4) == 0.57);
}
