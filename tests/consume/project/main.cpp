// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>

#include <cstdio>

long long bytes_needed(); // the same question in another file

inline constexpr reckon::deployment r1{.name = "r1",
                                       .model = reckon::models::deepseek_r1,
                                       .gpu = reckon::gpus::h200_sxm,
                                       .layout = {.data = 8, .expert = 8},
                                       .weights = reckon::fp8_block128,
                                       .max_context = reckon::tokens{32768},
                                       .concurrency = 64};
static_assert(reckon::fits(r1));

int main() {
    auto const here = static_cast<long long>(in_bytes(memory_of(r1).needed()));
    std::printf("fits, %s\n",
                here == bytes_needed() ? "and both files say so" : "but files differ");
    return here == bytes_needed() ? 0 : 1;
}
