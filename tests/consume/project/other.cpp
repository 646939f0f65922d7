// SPDX-License-Identifier: MIT
#include <reckon/reckon.hpp>

long long bytes_needed();

long long bytes_needed() {
    reckon::deployment const r1{.name = "r1",
                                .model = reckon::models::deepseek_r1,
                                .gpu = reckon::gpus::h200_sxm,
                                .layout = {.data = 8, .expert = 8},
                                .weights = reckon::fp8_block128,
                                .max_context = reckon::tokens{32768},
                                .concurrency = 64};
    return static_cast<long long>(in_bytes(memory_of(r1).needed()));
}
