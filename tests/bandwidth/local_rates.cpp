// SPDX-License-Identifier: MIT
// Rates under llama.cpp: what power and a maker's kernels leave of a peak.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/local_rates.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("power binds where a peak is high for it") {
    peak_flop_rate const peak = teraflops_per_second(400);
    CHECK(within_power(peak, unknown, llama_cpp_kernels.watts_a_teraflop) == peak);
    CHECK(within_power(peak, figure<watts>{watts_of(0)}, llama_cpp_kernels.watts_a_teraflop) ==
          peak);
    // 400 TFLOP/s at 1.3 pJ ask for 520 W: a card of 520 W reaches half.
    CHECK(near(in_teraflops_per_second(within_power(peak, figure<watts>{watts_of(520)},
                                                    llama_cpp_kernels.watts_a_teraflop)),
               200.0));
    CHECK(within_power(peak, figure<watts>{watts_of(700)}, llama_cpp_kernels.watts_a_teraflop) >
          within_power(peak, figure<watts>{watts_of(300)}, llama_cpp_kernels.watts_a_teraflop));
    CHECK(within_power(peak, figure<watts>{watts_of(1e9)}, llama_cpp_kernels.watts_a_teraflop) <
          peak);
}

TEST_CASE("cards of one generation multiply as their power allows") {
    // Llama-3-8B in 16 bit, XiongjieDai: 6,663 tokens/s at 300 W and 3,122 at 130 W.
    auto const rate = [](any_gpu const& g) {
        return local_rates_of(g, recipe(bf16)).value().linear;
    };
    double const ratio = rate(gpus::rtx_6000_ada) / rate(gpus::rtx_4000_ada);
    CHECK(near(ratio, 6663.0 / 3122, within(0.3)));
    // Their peaks alone are further apart.
    CHECK(ratio < 0.9 * (gpus::rtx_6000_ada.peak[arithmetic::int8].value() /
                         gpus::rtx_4000_ada.peak[arithmetic::int8].value()));
}

TEST_CASE("attention runs on vector units on AMD") {
    CHECK(local_kernels_for(vendor::amd).scores < local_kernels_for(vendor::nvidia).scores);
    CHECK(local_kernels_for(vendor::apple).scores == llama_cpp_kernels.scores);
    device_rates const usual = local_rates_of(any_gpu(gpus::rx_7900_xtx), recipe(bf16)).value();
    device_rates const matrix =
        local_rates_of(any_gpu(gpus::rx_7900_xtx), recipe(bf16), llama_cpp_kernels).value();
    CHECK(usual.scores < matrix.scores);
    CHECK(usual.linear == matrix.linear);
}

TEST_CASE("units of which only narrow rates are published run 16 bit at half or a quarter") {
    CHECK(!sixteen_bit_of_narrow(gpu_spec<any_architecture>{}).known());
    // NVIDIA publishes nothing of the GB10 but 4 bit, and of the P40 but 8 bit products by vector units.
    CHECK(near(in_teraflops_per_second(sixteen_bit_of_narrow(gpus::gb10).value()), 125.0));
    CHECK(near(in_teraflops_per_second(sixteen_bit_of_narrow(gpus::p40).value()), 23.5));
    // 8 bit before 4 bit, which some parts have more of.
    CHECK(near(in_teraflops_per_second(sixteen_bit_of_narrow(gpus::rtx_5090).value()),
               in_teraflops_per_second(gpus::rtx_5090.peak[arithmetic::int8].value()) / 2));
    CHECK(local_rates_of(gpus::p40, recipe(fp16)).value().linear >
          gpus::p40.peak[arithmetic::fp32].value());
}

TEST_CASE("a card of one watt, and rates worked out") {
    // 1 TFLOP/s at 1 W a TFLOP/s on one watt: half of it.
    CHECK(near(in_teraflops_per_second(
                   within_power(teraflops_per_second(1), figure<watts>{watts_of(1)}, 1)),
               0.5));
    // V100: 125 TFLOP/s in fp16, 15.7 in fp32, no narrow rate; 125 x 1.3 pJ are 162.5 W of 300.
    any_gpu v100 = gpus::v100_sxm2_32gb;
    v100.peak = peak_rates{}
                    .with(arithmetic::fp16, 125_TFLOPps)
                    .with(arithmetic::fp32, teraflops_per_second(15.7));
    v100.power = watts_of(300);
    double const sixteen = 125 / (1 + 162.5 / 300);
    device_rates const wide = local_rates_of(v100, recipe(fp16)).value();
    CHECK(near(in_teraflops_per_second(wide.linear), sixteen));
    CHECK(near(in_teraflops_per_second(wide.scores), sixteen * 0.3));
    CHECK(near(in_teraflops_per_second(local_rates_of(v100, recipe(int4_g128)).value().linear),
               sixteen * 0.75));
    // The same card in fp32 alone.
    v100.peak = peak_rates{}.with(arithmetic::fp32, teraflops_per_second(15.7));
    CHECK(near(in_teraflops_per_second(local_rates_of(v100, recipe(fp16)).value().linear),
               15.7 / (1 + 15.7 * 1.3 / 300)));
    v100.peak = {};
    CHECK_FALSE(local_rates_of(v100, recipe(fp16)).known());
    v100.peak = peak_rates{}.with(arithmetic::int8, 40_TFLOPps);
    v100.power = unknown;
    CHECK(near(in_teraflops_per_second(local_rates_of(v100, recipe(fp16)).value().linear), 20));
    v100.bandwidth = unknown;
    CHECK_FALSE(local_rates_of(v100, recipe(fp16)).known());
    CHECK(local_kernels_for(vendor::amd).scores == 0.2);
    CHECK(llama_cpp_kernels.staged == 0.42);
}
