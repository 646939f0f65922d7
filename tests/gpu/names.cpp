// SPDX-License-Identifier: MIT
// Names and fallbacks at run time: makers, peaks of formats that a device multiplies in another one, provenance.
#include <reckon/catalog/gpus.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

TEST_CASE("makers and sources have their names") {
    CHECK(name(vendor::nvidia) == "NVIDIA");
    CHECK(name(vendor::amd) == "AMD");
    CHECK(name(vendor::other) == "other");
    CHECK(name(provenance::exact) == "exact");
    CHECK(name(provenance::datasheet) == "datasheet");
    CHECK(name(provenance::observed) == "observed");
    CHECK(name(provenance::fitted) == "fitted");
    CHECK(name(provenance::assumed) == "assumed");
}

TEST_CASE("a figure is known or not, and says so as a condition") {
    figure<double> const known{2.5, provenance::observed};
    figure<double> const nobody = unknown;
    CHECK(static_cast<bool>(known));
    CHECK_FALSE(static_cast<bool>(nobody));
    CHECK(nobody.value_or(3) == 3);
    CHECK(known.value_or(3) == 2.5);
}

TEST_CASE("a device without units for a format multiplies in one that it has") {
    any_gpu const a100 = gpus::a100_sxm_80gb;
    figure<peak_flop_rate> const wide = peak_for(a100, arithmetic::bf16);
    REQUIRE(wide.known());
    CHECK(peak_for(a100, arithmetic::fp8).value() == wide.value()); // Ampere has no FP8
    any_gpu const h100 = gpus::h100_sxm_80gb;
    CHECK(peak_for(h100, arithmetic::fp8).value() > peak_for(h100, arithmetic::bf16).value());
    // One figure for both 16 bit types where a maker quotes one.
    any_gpu one = h100;
    one.peak = peak_rates{}.with(arithmetic::fp16, teraflops_per_second(100));
    CHECK(peak_for(one, arithmetic::bf16).value() == teraflops_per_second(100));
    one.peak = peak_rates{}.with(arithmetic::bf16, teraflops_per_second(90));
    CHECK(peak_for(one, arithmetic::fp16).value() == teraflops_per_second(90));
    one.peak = peak_rates{};
    CHECK_FALSE(peak_for(one, arithmetic::bf16).known());
    CHECK_FALSE(peak_for(one, arithmetic::fp8).known());
}
