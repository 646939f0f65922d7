// SPDX-License-Identifier: MIT
// What the search for plans costs: one model and load on every accelerator, ten models under five loads, and how it
// grows with what there is to choose from.
//
// A plan is an accelerator, a format, a layout and a number of replicas up to 1,024 devices, with the batch that the load
// leaves each of them. `plans` counts all that a question has; most are decided by a bound and never worked out, which
// tests/recommend/recommend_property.cpp holds against working out each.
//
// Targets on one core: one model and load below 100 ms and 5 million plans a second; ten models under five loads below
// 5 s; time in proportion to the candidates.
#include "measure.hpp"

#include <reckon/reckon.hpp>

#include <benchmark/benchmark.h>

#include <span>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr count devices_at_most = 1024;

[[nodiscard]] plan_rules wide_rules() {
    return {.max_devices = devices_at_most,
            .max_machines = devices_at_most,
            .vendors = vendor_set::all()};
}

/// Every plan that a question has.
[[nodiscard]] count plans_of(any_model const& m, std::size_t formats, plan_rules const& rules) {
    bool mixture = false;
    m.groups.for_each(
        [&](auto const& group) { mixture = mixture || group.feed_forward.experts().experts > 0; });
    count plans = 0;
    for (any_gpu const& g : catalog::gpus) {
        if (!rules.vendors.has(g.architecture.maker)) { continue; }
        detail::for_each_layout(g, layer_count(m), mixture, rules.max_devices,
                                [&](layout const& l) { plans += rules.max_devices / l.devices(); });
    }
    return plans * static_cast<count>(formats);
}

void count_plans(benchmark::State& state, count plans) {
    state.counters["plans"] = static_cast<double>(plans);
    state.counters["plans_per_second"] = benchmark::Counter(
        static_cast<double>(plans), benchmark::Counter::kIsIterationInvariantRate);
}

recipe const formats[] = {bf16, fp8_block128, int4_g128};

void on_every_accelerator(benchmark::State& state, std::string_view name, workload const& load) {
    any_model const m = find_model(name).value();
    plan_rules const rules = wide_rules();
    measure(state, [&] {
        auto const found = recommend(m, load, catalog::gpus, formats, catalog::instances, rules);
        benchmark::DoNotOptimize(found);
    });
    count_plans(state, plans_of(m, std::size(formats), rules));
}
BENCHMARK_CAPTURE(on_every_accelerator, r1_at_once, "DeepSeek-R1",
                  workload{.context = 32_Ktok, .concurrency = 1024})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(on_every_accelerator, r1_at_a_rate, "DeepSeek-R1",
                  workload{.context = 32_Ktok, .request = {4_Ktok, 1_Ktok}, .rate = 20_rps})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(on_every_accelerator, llama_8b_at_once, "Llama-3.1-8B",
                  workload{.context = 8_Ktok, .concurrency = 1024})
    ->Unit(benchmark::kMillisecond);

/// Ten models under five loads each.
void ten_models_five_loads(benchmark::State& state) {
    any_model const models[] = {
        find_model("DeepSeek-R1").value(),     find_model("DeepSeek-V3.2").value(),
        find_model("Llama-3.1-8B").value(),    find_model("Llama-3.1-70B").value(),
        find_model("Llama-3.1-405B").value(),  find_model("Qwen3-32B").value(),
        find_model("Qwen3-235B-A22B").value(), find_model("gpt-oss-120b").value(),
        find_model("Mixtral-8x7B").value(),    find_model("Kimi-K2-Instruct").value()};
    workload const loads[] = {{.context = 8_Ktok, .concurrency = 16},
                              {.context = 32_Ktok, .concurrency = 64},
                              {.context = 8_Ktok, .concurrency = 1024},
                              {.context = 8_Ktok, .request = {1_Ktok, 512_tok}, .rate = 5_rps},
                              {.context = 32_Ktok, .request = {4_Ktok, 1_Ktok}, .rate = 20_rps}};
    plan_rules const rules = wide_rules();
    measure(state, [&] {
        for (any_model const& m : models) {
            for (workload const& load : loads) {
                auto const found = recommend(m, load, catalog::gpus, {}, catalog::instances, rules);
                benchmark::DoNotOptimize(found);
            }
        }
    });
    count plans = 0;
    for (any_model const& m : models) {
        plans += plans_of(m, 1, rules) * static_cast<count>(std::size(loads));
    }
    count_plans(state, plans);
}
BENCHMARK(ten_models_five_loads)->Unit(benchmark::kMillisecond);

/// The same model, 1, 2, 4 and 8 times among the candidates.
void candidates(benchmark::State& state) {
    any_model const m = find_model("Llama-3.1-70B").value();
    candidate<any_model> const one{&m, {}};
    candidate<any_model> const all[] = {one, one, one, one, one, one, one, one};
    auto const some =
        std::span<candidate<any_model> const>(all).first(static_cast<std::size_t>(state.range(0)));
    workload const load{.context = 8_Ktok, .concurrency = 256};
    measure(state, [&] {
        auto const found = recommend(some, load, catalog::gpus, catalog::instances, wide_rules());
        benchmark::DoNotOptimize(found);
    });
    state.SetComplexityN(state.range(0));
}
BENCHMARK(candidates)->RangeMultiplier(2)->Range(1, 8)->Unit(benchmark::kMillisecond)->Complexity();

} // namespace

BENCHMARK_MAIN();
