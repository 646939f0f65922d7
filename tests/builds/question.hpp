// SPDX-License-Identifier: MIT
// One question, asked by fifty files: an inline function whose body must mean the same in each.
#pragma once
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/memory_of.hpp>

inline double answer() {
    reckon::serving::deployment const r1{.name = "r1",
                                         .model = reckon::models::deepseek_r1,
                                         .gpu = reckon::gpus::h200_sxm,
                                         .layout = {.data = 8, .expert = 8},
                                         .weights = reckon::fp8_block128,
                                         .max_context = reckon::tokens{32768},
                                         .concurrency = 64};
    return in_bytes(memory_of(r1).needed());
}
