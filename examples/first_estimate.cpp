// SPDX-License-Identifier: MIT
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals;
using reckon::io::to_text;

constexpr auto r1 = reckon::deployment{.name = "r1-prod",
                                       .model = reckon::models::deepseek_r1,
                                       .gpu = reckon::gpus::h200_sxm,
                                       .layout = {.data = 8, .expert = 8},
                                       .weights = reckon::fp8_block128,
                                       .max_context = 32_Ktok,
                                       .concurrency = 64};
static_assert(reckon::proven_to_fit<r1>); // what would run out of memory does not build

int main() {
    constexpr auto memory = reckon::memory_of(r1); // of one GPU, the fullest
    constexpr auto speed = reckon::speed_of(r1);
    std::cout << "weights      " << to_text(memory.weights) << '\n'
              << "KV cache     " << to_text(memory.kv_cache) << '\n'
              << "activations  " << to_text(memory.activations.value) << '\n'
              << "engine       " << to_text(memory.runtime.value) << '\n'
              << "free         " << to_text(memory.headroom()) << " of " << to_text(memory.budget)
              << '\n'
              << "first token  " << to_text(speed.time_to_first_token.value) << '\n'
              << "next tokens  " << to_text(speed.time_per_token.value) << ", bound by "
              << name(speed.bound_by) << '\n'
              << "throughput   " << to_text(speed.output_throughput.value) << '\n';
}
