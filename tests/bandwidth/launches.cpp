// SPDX-License-Identifier: MIT
// Kernels of a pass, in plain layers and mixtures.
#include "support/near.hpp"

#include <reckon/bandwidth/launches.hpp>
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/precision/formats.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

namespace {
constexpr launch_counts counted{.latent = 0.6, .rounding = 0.4, .fused = 0.5};
}

TEST_CASE("layers of latent attention launch more, and those that round their activations") {
    static_assert(launches(80, 0, false, counted) == 80);
    CHECK(near(launches(61, 61, false, counted), 61 * 1.6));
    CHECK(near(launches(80, 0, true, counted), 80 * 1.4));
    CHECK(near(launches(61, 61, true, counted), 61 * 1.6 * 1.4));
    CHECK(launches(0, 0, true, counted) == 0);
    // All 61 layers of DeepSeek-R1, those without experts too.
    CHECK(matrix_flops(models::deepseek_r1).layers == 61);
    CHECK(matrix_flops(models::deepseek_r1).latent_layers == 61);
    CHECK(matrix_flops(models::deepseek_r1).mixtures == 58);
    CHECK(matrix_flops(models::deepseek_r1).mixture == routing{256, 8});
    CHECK(matrix_flops(models::llama_3_1_70b).mixtures == 0);
    CHECK(matrix_flops(models::llama_3_1_70b).mixture == routing{});
    CHECK(matrix_flops(models::llama_3_1_70b).latent_layers == 0);
}

TEST_CASE("a mixture in native 4 bit launches less") {
    static_assert(launches_of_mixtures(36, false, counted) == 36);
    static_assert(launches_of_mixtures(36, true, counted) == 18);
}

TEST_CASE("activations are rounded where narrow units multiply them, and nowhere else") {
    auto const rates = [](any_gpu const& g, any_precision const& p) {
        return rates_of(g, recipe(p), 1).value();
    };
    CHECK_FALSE(rates(gpus::h100_sxm_80gb, bf16).rounds);
    CHECK(rates(gpus::h100_sxm_80gb, fp8).rounds);
    CHECK_FALSE(rates(gpus::h100_sxm_80gb, fp8).fuses);
    // Ampere has no units for either: weights are widened, activations stay.
    CHECK_FALSE(rates(gpus::a100_sxm_80gb, fp8).rounds);
    CHECK_FALSE(rates(gpus::h100_sxm_80gb, mxfp4).fuses);
    CHECK(rates(gpus::b200, nvfp4).rounds);
    CHECK(rates(gpus::b200, nvfp4).fuses);
}

TEST_CASE("by counting: two layers of latent attention for one, four tenths for rounding, half a "
          "mixture") {
    // (10 + 4) x 1.4, and half of 6
    CHECK(near(launches(10, 4, true, {}), 19.6));
    CHECK(launches_of_mixtures(6, true, {}) == 3);
    CHECK(launches_of_mixtures(6, false, {}) == 6);
}
