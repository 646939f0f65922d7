// SPDX-License-Identifier: MIT
// What an answer about training costs at run time. Every benchmark counts allocations and fails if there is
// one.
//
// Targets on one core: memory or step of one run below 2 microseconds, all layouts of 2,048 devices below
// 200 ms.
#include "measure.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <benchmark/benchmark.h>

using namespace reckon;
using namespace reckon::training;

namespace {

/// Llama-3.1-70B on 64 H100.
any_run const& dense() {
    static any_run const chosen{.model = models::llama_3_1_70b,
                                .gpu = gpus::h100_sxm_80gb,
                                .parallel = {.tensor = 8, .pipeline = 4, .data = 2},
                                .sharding = {.stage = shards::optimizer},
                                .numerics = mixed_16bit_main_gradients,
                                .accumulation = 64,
                                .sequence = 8192};
    return chosen;
}
/// DeepSeek-V3 on 2,048 devices.
any_run const& mixture() {
    static any_run const chosen{
        .model = models::deepseek_v3,
        .gpu = gpus::h100_sxm_80gb,
        .parallel = {.pipeline = 16, .order = schedule::dual_pipe, .data = 128, .expert = 64},
        .sharding = {.stage = shards::optimizer},
        .numerics = mixed_16bit_main_gradients.with_products(arithmetic::fp8),
        .accumulation = 120,
        .sequence = 4096};
    return chosen;
}

void memory_of_dense(benchmark::State& state) {
    measure(state, [] {
        auto const m = memory_of(dense());
        benchmark::DoNotOptimize(m);
    });
}
BENCHMARK(memory_of_dense)->Unit(benchmark::kMicrosecond);

void step_of_dense(benchmark::State& state) {
    measure(state, [] {
        auto const s = step_of(dense());
        benchmark::DoNotOptimize(s);
    });
}
BENCHMARK(step_of_dense)->Unit(benchmark::kMicrosecond);

void memory_of_mixture(benchmark::State& state) {
    measure(state, [] {
        auto const m = memory_of(mixture());
        benchmark::DoNotOptimize(m);
    });
}
BENCHMARK(memory_of_mixture)->Unit(benchmark::kMicrosecond);

void step_of_mixture(benchmark::State& state) {
    measure(state, [] {
        auto const s = step_of(mixture());
        benchmark::DoNotOptimize(s);
    });
}
BENCHMARK(step_of_mixture)->Unit(benchmark::kMicrosecond);

/// All layouts of 2,048 devices.
void layouts_of_2048(benchmark::State& state) {
    any_run r = mixture();
    r.parallel.order = schedule::one_forward_one_backward;
    measure(state, [&] {
        auto const s = search(r, {.devices = 2048, .global_batch = 15360});
        benchmark::DoNotOptimize(s);
    });
}
BENCHMARK(layouts_of_2048)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
