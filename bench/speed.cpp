// SPDX-License-Identifier: MIT
// What an answer costs at run time: one estimate of DeepSeek-R1 chosen by name, one search over the
// whole catalogue, and sweeps of a hundred thousand and a million deployments. Every benchmark counts
// allocations and fails if there is one.
//
// Targets on one core: a full estimate (memory and speed) below a microsecond, a million of them below
// a second, a search over all accelerators below 50 ms.
#include "measure.hpp"

#include <reckon/reckon.hpp>
#include <reckon/serving/prepared.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>

using namespace reckon;
using namespace reckon::literals;
using serving::any_deployment;

namespace {

/// DeepSeek-R1 on 8 x H200 under data-parallel attention, both found by name, as a program has them.
any_deployment const& r1() {
    static any_deployment const chosen{
        .name = "r1",
        .model = find_model("DeepSeek-R1").value(),
        .gpu = find_gpu("h200-sxm").value(),
        .layout = {.tensor = 1, .data = 8, .expert = 8},
        .weights = fp8_block128,
        .max_context = 32_Ktok,
        .concurrency = 64,
        .request = {.prompt = 4_Ktok, .output = 1_Ktok},
    };
    return chosen;
}

void memory(benchmark::State& state) {
    any_deployment const& d = r1();
    measure(state, [&] { benchmark::DoNotOptimize(memory_of(d)); });
}
BENCHMARK(memory);

void speed(benchmark::State& state) {
    any_deployment const& d = r1();
    measure(state, [&] { benchmark::DoNotOptimize(speed_of(d)); });
}
BENCHMARK(speed);

/// Memory and speed: one full estimate.
void estimate_in_full(benchmark::State& state) {
    any_deployment const& d = r1();
    measure(state, [&] { benchmark::DoNotOptimize(estimate_of(d)); });
}
BENCHMARK(estimate_in_full);

/// The same with types that the compiler knows.
void estimate_in_full_static(benchmark::State& state) {
    deployment d{.model = models::deepseek_r1,
                 .gpu = gpus::h200_sxm,
                 .layout = {.tensor = 1, .data = 8, .expert = 8},
                 .weights = fp8_block128,
                 .max_context = 32_Ktok,
                 .concurrency = 64,
                 .request = {.prompt = 4_Ktok, .output = 1_Ktok}};
    measure(state, [&] {
        benchmark::DoNotOptimize(d); // or it would be worked out once, by the compiler
        benchmark::DoNotOptimize(estimate_of(d));
    });
}
BENCHMARK(estimate_in_full_static);

void does_it_fit(benchmark::State& state) {
    any_deployment const& d = r1();
    measure(state, [&] { benchmark::DoNotOptimize(fits(d)); });
}
BENCHMARK(does_it_fit);

void explain_a_refusal(benchmark::State& state) {
    any_deployment d = r1();
    d.layout = {.tensor = 8};
    serving::memory_report const report = memory_of(d);
    measure(state, [&] { benchmark::DoNotOptimize(serving::explain(d, report)); });
}
BENCHMARK(explain_a_refusal);

void find_by_name(benchmark::State& state) {
    measure(state, [&] { benchmark::DoNotOptimize(find_model("deepseek-ai/DeepSeek-R1")); });
}
BENCHMARK(find_by_name);

/// All accelerators, all layouts, with prices: AT-32's load.
void recommend_concurrency(benchmark::State& state) {
    any_model const& m = r1().model;
    workload const load{.context = 32_Ktok, .concurrency = 64};
    measure(state, [&] {
        auto const found = recommend(m, load, catalog::gpus, {}, catalog::instances);
        benchmark::DoNotOptimize(found);
    });
}
BENCHMARK(recommend_concurrency)->Unit(benchmark::kMillisecond);

/// A rate of requests: the batch is searched as well.
void recommend_rate(benchmark::State& state) {
    any_model const& m = r1().model;
    workload const load{.context = 32_Ktok, .request = {4_Ktok, 1_Ktok}, .rate = 10_rps};
    measure(state, [&] {
        auto const found =
            recommend(m, load, catalog::gpus, {}, catalog::instances, {.max_devices = 1024});
        benchmark::DoNotOptimize(found);
    });
}
BENCHMARK(recommend_rate)->Unit(benchmark::kMillisecond);

/// A small model in three formats: many accelerators without a fabric, and so pipelines.
void recommend_three_formats(benchmark::State& state) {
    any_model const m = models::llama_3_1_8b;
    recipe const formats[] = {bf16, fp8_per_channel, int4_g128};
    workload const load{.context = 8_Ktok, .concurrency = 64};
    measure(state, [&] {
        auto const found = recommend(m, load, catalog::gpus, formats, catalog::instances);
        benchmark::DoNotOptimize(found);
    });
}
BENCHMARK(recommend_three_formats)->Unit(benchmark::kMillisecond);

/// The `i`-th of so many lengths of context, the last of 128,000 tokens.
tokens length(int i, int contexts) { return tokens{128000.0 * i / contexts}; }

/// Layouts x contexts x requests in flight, as a planner's table or an autoscaler: 4 x `contexts` x `loads` full estimates.
/// `ask(d, contexts, loads, answer)` is called for every layout, and calls `answer` with the estimate of every load.
template <class Ask>
void sweep(benchmark::State& state, int contexts, int loads, Ask const& ask) {
    any_deployment d = r1();
    layout const spreads[] = {{.tensor = 8},
                              {.tensor = 1, .data = 8, .expert = 8},
                              {.tensor = 2, .data = 4, .expert = 8},
                              {.tensor = 4, .data = 2, .expert = 8}};
    measure(state, [&] {
        count good = 0;
        for (layout const& l : spreads) {
            d.layout = l;
            ask(d, contexts, loads, [&](serving::full_report const& all) {
                good += all.memory.fits() && all.speed.time_per_token.value < 50_ms ? 1 : 0;
            });
        }
        benchmark::DoNotOptimize(good);
    });
    state.SetItemsProcessed(state.iterations() * 4 * contexts * loads);
}

/// Every deployment for itself.
auto const one_by_one = [](any_deployment& d, int contexts, int loads, auto const& answer) {
    for (int context = 1; context <= contexts; ++context) {
        d.max_context = length(context, contexts);
        for (int requests = 1; requests <= loads; ++requests) {
            d.concurrency = requests;
            answer(estimate_of(d));
        }
    }
};

/// What no load changes is done once.
auto const once_prepared = [](any_deployment const& d, int contexts, int loads,
                              auto const& answer) {
    serving::prepared const ready(d);
    for (int context = 1; context <= contexts; ++context) {
        for (int requests = 1; requests <= loads; ++requests) {
            answer(ready.estimate_of(length(context, contexts), requests, d.request));
        }
    }
};

void sweep_of_100000(benchmark::State& state) { sweep(state, 250, 100, one_by_one); }
BENCHMARK(sweep_of_100000)->Unit(benchmark::kMillisecond);

void sweep_of_1000000(benchmark::State& state) { sweep(state, 1000, 250, one_by_one); }
BENCHMARK(sweep_of_1000000)->Unit(benchmark::kMillisecond);

void sweep_of_1000000_prepared(benchmark::State& state) { sweep(state, 1000, 250, once_prepared); }
BENCHMARK(sweep_of_1000000_prepared)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
