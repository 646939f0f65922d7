// SPDX-License-Identifier: MIT
// "x times faster": AT-35.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/gpu/compare.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
/// With weights stored in the operands.
template <class A, class B>
constexpr speed_ratio ratio(A const& a, arithmetic in, B const& b, arithmetic against) {
    return ratio_of(device_at_work{a, in, stored_bits(in)},
                    device_at_work{b, against, stored_bits(against)});
}
using enum arithmetic;
} // namespace

TEST_CASE("AT-35: A100 against V100") {
    constexpr auto const& a100 = gpus::a100_sxm_80gb;
    CHECK(near(ratio(a100, fp16, gpus::v100_sxm2_32gb, fp16).by_compute.value(), 2.496));
    CHECK(near(ratio(gpus::a100_pcie_80gb, fp16, gpus::v100_pcie_32gb, fp16).by_compute.value(),
               2.786, within(1e-3)));
    CHECK(near(ratio(a100, fp32, gpus::v100_sxm2_32gb, fp32).by_compute.value(), 1.242,
               within(1e-3)));
    // In FP16 against FP32: a range of 3.5 to 20.
    constexpr speed_ratio wide = ratio(gpus::a100_sxm_40gb, fp16, gpus::v100_sxm2_16gb, fp32);
    CHECK(near(wide.by_memory.value(), 3.456, within(1e-3)));
    CHECK(near(wide.by_compute.value(), 19.87, within(1e-3)));
}

TEST_CASE("AT-35: formats of one device") {
    constexpr auto const& h100 = gpus::h100_sxm_80gb;
    CHECK(near(ratio(h100, fp8, gpus::a100_sxm_80gb, fp16).by_compute.value(), 6.34, within(1e-3)));
    CHECK(near(ratio(h100, fp8, h100, fp16).by_compute.value(), 2.0, within(1e-3)));
    CHECK(near(ratio(h100, fp8, h100, fp16).by_memory.value(), 2.0));
    constexpr auto const& a100 = gpus::a100_sxm_80gb;
    CHECK(near(ratio(a100, tf32, a100, fp32).by_compute.value(), 8.0));
    CHECK(near(ratio(a100, tf32, a100, fp32).by_memory.value(), 1.0)); // stored as FP32
}

TEST_CASE("an unknown figure makes an unknown ratio") {
    // An A100 multiplies no FP8; its memory is compared all the same.
    speed_ratio const r = ratio(gpus::a100_sxm_80gb, fp8, gpus::h100_sxm_80gb, fp8);
    CHECK_FALSE(r.by_compute.known());
    CHECK(r.by_memory.known());
    CHECK_FALSE(ratio(any_gpu{}, fp16, gpus::t4, fp16).by_memory.known());
}
