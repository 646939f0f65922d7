// SPDX-License-Identifier: MIT
// Kernels of a pass, in layers of grouped-query attention.
#include "support/near.hpp"

#include <reckon/bandwidth/launches.hpp>
#include <reckon/catalog/models.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("layers of latent attention launch more") {
    static_assert(launches(80, matrix_flops(models::llama_3_1_70b)) == 80);
    // All 61 layers of DeepSeek-R1, those without experts too.
    CHECK(matrix_flops(models::deepseek_r1).latent_layers == 61);
    CHECK(near(launches(61, matrix_flops(models::deepseek_r1)), 61 * 1.6));
    CHECK(launches(0, matrix_work{}) == 0);
}
