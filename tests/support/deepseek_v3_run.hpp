// SPDX-License-Identifier: MIT
// How DeepSeek-V3 was trained on 2,048 H800, as far as laws of time and of memory both ask.
// Source: 2412.19437, sections 3.2 and 4.2: layout, products in fp8, batch of 15,360, routing to four nodes.
#pragma once
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

namespace reckon::test {

inline training::any_run deepseek_v3_run() {
    using namespace reckon::training;
    any_run r{.model = models::deepseek_v3,
              .gpu = gpus::h800_sxm_80gb,
              .parallel = {.pipeline = 16,
                           .order = schedule::dual_pipe,
                           .data = 128,
                           .expert = 64,
                           .expert_places = 4},
              .sharding = {.stage = shards::optimizer},
              .numerics = mixed_16bit_main_gradients.with_products(arithmetic::fp8),
              .accumulation = 120,
              .sequence = 4096,
              .prediction_modules = true};
    r.numerics.dispatched = 1;
    return r;
}

} // namespace reckon::test
