// SPDX-License-Identifier: MIT
// Every law of memory, work, traffic and load gives the program what it gives the compiler.
#include "support/compile_time.hpp"

#include <reckon/bandwidth/two_batches.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/capacity_on_paper.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/serving/limits.hpp>
#include <reckon/serving/mixed_step.hpp>
#include <reckon/serving/offload.hpp>
#include <reckon/serving/on_paper.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/prefix_cache.hpp>
#include <reckon/serving/prepared.hpp>
#include <reckon/serving/replicas.hpp>
#include <reckon/serving/single_stream.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/serving/static_batch.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::figures;
using reckon::test::same_at_run_time;

namespace {

constexpr serving::any_deployment dense{.model = models::llama_3_1_8b,
                                        .gpu = gpus::h100_sxm_80gb,
                                        .layout = {.tensor = 2},
                                        .weights = fp8_per_channel,
                                        .max_context = 9000_tok,
                                        .concurrency = 40,
                                        .request = {.prompt = 3000_tok, .output = 500_tok}};
constexpr serving::any_deployment mixture{.model = models::deepseek_v2_lite,
                                          .gpu = gpus::a100_sxm_80gb,
                                          .layout = {.tensor = 2, .pipeline = 2},
                                          .max_context = 5000_tok,
                                          .concurrency = 64,
                                          .request = {.prompt = 1500_tok, .output = 700_tok},
                                          .engine = engines::sglang};

template <auto Law> void of_both(std::string_view law) {
    same_at_run_time<Law, dense>(law);
    same_at_run_time<Law, mixture>(law);
}

constexpr calibration known_for(serving::any_deployment const& d) {
    return calibration_for(d.gpu, d.engine);
}
constexpr serving::load_passes passes_of(serving::any_deployment const& d) {
    return serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, d.request,
                              static_cast<double>(d.concurrency))
        .value();
}
constexpr weight_bytes weights_in_all(serving::any_deployment const& d) {
    return serving::weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
}

} // namespace

TEST_CASE("what a model is and holds") {
    of_both<[](auto const& d) {
        parameter_counts const n = parameters_of(d.model);
        return figures(n.total, n.active, n.embedding, n.attention, n.mtp);
    }>("parameters");
    of_both<[](auto const& d) {
        weight_bytes const w = weights_of(d.model, d.weights, d.layout);
        return figures(w.total(), checkpoint_bytes(d.model, d.weights),
                       mtp_weights_of(d.model, d.weights));
    }>("weights");
    of_both<[](auto const& d) {
        return figures(cache_per_token(d.model, d.kv_cache, d.layout),
                       cache_of_request(d.model, d.kv_cache, d.max_context, d.layout, 0, {16}));
    }>("cache");
    of_both<[](auto const& d) {
        return figures(activation_peak(d.model, d.engine, d.layout, 4096_tok, 16));
    }>("activations");
    of_both<[](auto const& d) {
        serving::memory_report const r = memory_of(d);
        return figures(r.needed(), r.budget, r.cache_tokens, r.headroom(), r.runtime.low,
                       r.runtime.high, r.broken);
    }>("memory");
    of_both<[](auto const& d) {
        auto const p = on_paper(d).value();
        return figures(p.weights, p.cache());
    }>("memory on paper");
}

TEST_CASE("what a pass does, moves and takes") {
    of_both<[](auto const& d) {
        pass const p{.tokens = 100,
                     .expert_tokens = 100,
                     .logit_rows = 4,
                     .context = {0, 100},
                     .when = phase::prefill};
        forward_work const w = forward_flops(d.model, p, d.layout);
        return figures(w.linear, w.experts, w.head, w.scores, w.moved);
    }>("work");
    of_both<[](auto const& d) {
        weight_bytes const w = weights_of(d.model, d.weights, d.layout);
        link_traffic const t = traffic_of(d.model, d.layout, 77);
        return figures(weights_read(d.model, w, 9), weights_streamed(d.model, w, 9), t.reduced,
                       t.exchanged, t.collectives);
    }>("traffic");
    of_both<[](auto const& d) {
        return figures(distinct_experts(64, 6, static_cast<double>(d.concurrency)),
                       awake_experts(64, 6, static_cast<double>(d.concurrency)),
                       padding_of_tiles(64, 6, static_cast<double>(d.concurrency), 32),
                       ring_all_reduce(bytes{1e6}, d.concurrency), tree_depth(d.concurrency));
    }>("experts and rings");
    of_both<[](auto const& d) {
        serving::load_times const t = serving::times_of(passes_of(d), known_for(d));
        return figures(t.step, t.prompt, t.slot, t.decode.weights,
                       two_batches(t.decode, calibration{}.overlapped));
    }>("times");
    of_both<[](auto const& d) {
        auto const b = breakdown_of(d).value();
        return figures(b.decode.of_bandwidth, b.decode.of_peak, b.prefill.of_peak);
    }>("breakdown");
}

TEST_CASE("what was prepared answers the compiler too, layouts that divide nothing among it") {
    static_assert(serving::prepared(dense).estimate_of(9000_tok, 40, dense.request) ==
                  estimate_of(dense));
    static_assert(serving::prepared(mixture).memory_of(5000_tok, 64) == memory_of(mixture));
    static constexpr serving::any_deployment cut = [] {
        serving::any_deployment d = dense;
        d.layout.tensor = 3;
        return d;
    }();
    static_assert(serving::prepared(cut).memory_of(9000_tok, 40) == memory_of(cut));
    static_assert(serving::prepared(cut).estimate_of(9000_tok, 0).memory.broken ==
                  serving::constraint::layout);
}

TEST_CASE("what a load meets") {
    of_both<[](auto const& d) {
        serving::speed_report const r = speed_of(d);
        return figures(r.time_per_token.value, r.time_to_first_token.value, r.end_to_end.value,
                       r.output_throughput.value, r.total_throughput, r.requests, r.bound_by);
    }>("speed");
    of_both<[](auto const& d) {
        serving::loop_times const t = serving::closed_loop(passes_of(d), known_for(d));
        serving::batch_times const b = serving::static_batch(passes_of(d), known_for(d));
        return figures(t.time_per_token, t.time_to_first_token, t.end_to_end, t.output_throughput,
                       b.first_token, b.total);
    }>("closed loop and static batch");
    of_both<[](auto const& d) {
        auto const r = *open_loop(d, serving::arrivals{.rate = per_second(2)});
        return figures(r.queue.capacity, r.time_to_first_token.p99.value,
                       r.time_per_token.p50.value, r.end_to_end.mean.value);
    }>("open loop");
    of_both<[](auto const& d) { return figures(largest_context(d), largest_concurrency(d)); }>(
        "limits");
    of_both<[](auto const& d) {
        serving::mixed_step const s =
            serving::mixed_step_of(passes_of(d), d.model, d.kv_cache, d.layout, d.engine, d.request,
                                   weights_in_all(d), 512_tok, known_for(d));
        return figures(s.time.total, s.stall, s.filled);
    }>("mixed step");
    of_both<[](auto const& d) {
        serving::load_times const t =
            serving::times_of(serving::reusing(passes_of(d), d.model, d.gpu, d.kv_cache, d.layout,
                                               d.engine, d.request, weights_in_all(d), 0.6),
                              known_for(d));
        serving::prefix_room const room = serving::room_for(d, {.length = 1000_tok, .distinct = 3});
        return figures(t.prompt, t.slot, room.kept, room.each, room.requests);
    }>("prefix cache");
    of_both<[](auto const& d) {
        serving::load_times const t = serving::times_of(
            serving::speculating(passes_of(d), d.model, d.kv_cache, d.layout, d.engine, d.request,
                                 weights_in_all(d), {.drafted = 3, .acceptance = 0.7}),
            known_for(d));
        return figures(t.step, serving::tokens_a_step({.drafted = 3, .acceptance = 0.7}));
    }>("speculation");
    of_both<[](auto const& d) {
        auto const t = serving::transfer_of(
            cache_of_request(d.model, d.kv_cache, d.request.prompt),
            {.each_way = link_gigabytes_per_second(50), .latency = 10_us, .overlapped = 0.5}, 4, 32,
            300_ms);
        return figures(t.time, t.exposed);
    }>("transfer");
    of_both<[](auto const& d) {
        constexpr serving::replica_rules rules{.capacity = per_second(3.5), .planned_use = 0.7};
        return figures(*replicas_for(per_second(static_cast<double>(d.concurrency)), rules));
    }>("replicas");
    of_both<[](auto const& d) {
        auto const c = serving::capacity_on_paper({.capacity = d.gpu.memory.value(),
                                                   .memory = d.gpu.bandwidth.value(),
                                                   .peak = d.gpu.peak[arithmetic::bf16].value(),
                                                   .achieved = efficiency(0.5),
                                                   .weights = 14_GB,
                                                   .cache = bytes{491520} / 1_tok,
                                                   .active_parameters = 7e9},
                                                  {.rate = per_second(100),
                                                   .prompt = 500_tok,
                                                   .output = 200_tok,
                                                   .reserved = 700_tok,
                                                   .held = 600_tok});
        return figures(c.batch, c.step, c.for_prompts, c.for_answers, c.devices());
    }>("capacity on paper");
}
