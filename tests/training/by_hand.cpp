// SPDX-License-Identifier: MIT
// Durations, rollouts, copies to the host and defaults, in round numbers.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/recipe.hpp>
#include <reckon/training/rollouts.hpp>
#include <reckon/training/search.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace reckon;
using namespace reckon::literals;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

namespace {

any_run small() {
    return {.model = models::llama_3_1_8b,
            .gpu = gpus::h100_sxm_80gb,
            .parallel = {.data = 8},
            .sharding = {.stage = shards::optimizer},
            .accumulation = 16};
}
calibration known() { return calibration_for(gpus::h100_sxm_80gb); }

} // namespace

TEST_CASE("a duration: steps, what is lost, what it costs") {
    any_run const r = small();
    reliability const rel{.device_hours_between_failures = 8'000,
                          .storage = data_rate_bytes_per_second(10e9),
                          .restart = 600_s,
                          .waiting = 0.5};
    running_cost const price{.device = usd_per_hour(2), .pue = 1.25, .power_fraction = 0.8};
    duration_report const d = duration_of(r, tokens{1e11}, known(), rel, price);
    REQUIRE(d.valid());
    CHECK(d.steps == std::ceil(1e11 / (8 * 16 * 4096.0)));
    CHECK(near(d.work, d.step.total.value * d.steps));
    // 2 bytes of weights; 4 of a master copy and 8 of Adam.
    auto const n = static_cast<double>(parameters_of(models::llama_3_1_8b).total);
    CHECK(near(d.checkpoint.weights, bytes{2 * n}));
    CHECK(near(d.checkpoint.optimizer, bytes{12 * n}));
    CHECK(near(d.writing, bytes{14 * n} / data_rate_bytes_per_second(10e9)));
    // A failure every 1,000 h of eight devices; half of the writing is waited for.
    double const between = 1000 * 3600.0;
    double const waiting = in_seconds(d.writing) / 2;
    double const interval = std::sqrt(2 * waiting * between);
    CHECK(near(in_seconds(d.interval), interval, within(1e-9)));
    double const share = waiting / interval + (interval / 2 + 600) / between;
    CHECK(near(d.lost, d.work * share, within(1e-9)));
    CHECK(near(d.total.value, d.work + d.lost));
    CHECK(near(d.failures, in_seconds(d.total.value) / between));
    CHECK(near(d.device_hours, in_hours(d.total.value) * 8));
    CHECK(near(d.energy.value(), watts_of(700) * d.total.value * (8 * 1.25 * 0.8)));
    CHECK(near(d.cost.value(), usd{2 * d.device_hours}));
    CHECK_FALSE(duration_of(r, tokens{1e11}, known(), rel).cost.known());
    // Nobody waits less than a second.
    duration_report const none =
        duration_of(r, tokens{1e11}, known(),
                    {.device_hours_between_failures = 8'000, .restart = 600_s, .waiting = 0});
    CHECK(near(in_seconds(none.interval), std::sqrt(2 * between), within(1e-9)));
    // An odd step is a whole one.
    CHECK(duration_of(r, r.batch_tokens(), known()).steps == 1);
    CHECK(duration_of(r, r.batch_tokens() + 1_tok, known()).steps == 2);
}

TEST_CASE("stages add up, and one that does not fit the devices is refused") {
    any_run const r = small();
    run_stage const stages[] = {
        {.sequence = 4096, .all = tokens{1e10}, .accumulation = 16},
        {.sequence = 32'768, .all = tokens{1e9}, .accumulation = 2, .context = 4}};
    staged_report const both = duration_of(r, stages, known());
    REQUIRE(both.valid);
    any_run longer = r;
    longer.sequence = 32'768;
    longer.accumulation = 2;
    longer.parallel.context = 4;
    longer.parallel.data = 2;
    duration_report const first = duration_of(r, tokens{1e10}, known());
    duration_report const second = duration_of(longer, tokens{1e9}, known());
    CHECK(near(both.work, first.work + second.work));
    CHECK(near(both.lost, first.lost + second.lost));
    CHECK(near(both.total, first.total.value + second.total.value));
    CHECK(near(both.device_hours, first.device_hours + second.device_hours));
    run_stage const odd[] = {
        {.sequence = 4096, .all = tokens{1e9}, .accumulation = 1, .context = 3}};
    CHECK_FALSE(duration_of(r, odd, known()).valid);
}

TEST_CASE("what the shipped defaults promise") {
    CHECK(near(reliability{}.device_hours_between_failures, 50'000));
    CHECK(reliability{}.restart == minutes(15));
    CHECK(reliability{}.waiting == 1);
    CHECK(running_cost{}.pue == 1.2);
    CHECK(running_cost{}.power_fraction == 0.9);
    CHECK(adapter{}.rank == 16);
    CHECK(adapter{}.bytes == 4);
    CHECK(adapter{}.targets == query_and_value);
    CHECK_FALSE(adapter{}.frozen_base());
    CHECK(recompute{}.block == 1);
    CHECK(recompute{}.fraction == 1);
    // Bytes a parameter: weights, gradients, master; states of the optimizer.
    struct row {
        numerics const& of;
        double bytes;
    };
    for (row const& r : {row{mixed_16bit, 16}, row{mixed_16bit_main_gradients, 18},
                         row{mixed_16bit_own_gradients, 20}, row{fp32_kept, 16}, row{full_fp32, 16},
                         row{pure_16bit, 12}}) {
        CAPTURE(std::string_view(r.of.name));
        double const states = adam.matrix_states * adam.state_bytes;
        CHECK(r.of.weights + r.of.gradients + r.of.master + states == r.bytes);
    }
    CHECK(mixed_16bit_own_gradients.master == 8);
    CHECK(fp32_kept.master == 0);
    CHECK(pure_16bit.master == 0);
    CHECK(full_fp32.master == 0);
    CHECK(optimizer{}.other_states == 2);
    CHECK(sgd.other_states == 0);
    CHECK(adam_16bit.state_bytes == 2);
    CHECK(adam_8bit.state_bytes == 1);
    CHECK(adam_4bit.state_bytes == 0.5);
    CHECK(lion.matrix_states == 1);
    CHECK(sgd.matrix_states == 0);
    CHECK(sgd_momentum.matrix_states == 1);
    // A device's part of the host: an eighth of 80 % of 460 GB/s.
    CHECK(host_rates{}.update == 46e9);
    CHECK(host_rates{}.disk_read == 6.8e9);
    CHECK(host_rates{}.disk_write == 4e9);
    CHECK(framework{}.score_bytes == 2);
    CHECK(framework{}.logit_bytes == 6);
    CHECK(framework{}.gathered_layers == 2);
    CHECK(framework{}.hidden_bytes == 2);
    CHECK(framework{}.slowdown == 1);
    CHECK(search_limits{}.devices == 8);
    CHECK((search_limits{}.change_sharding && search_limits{}.change_recompute));
    // 1e9 weights of 2 bytes, and five buffers of 1e8.
    CHECK(near(in_gigabytes(disk_weights_window), 3));
    CHECK(near(in_gigabytes(disk_optimizer_window), 16));
}

TEST_CASE("copies to the host: links, the update there, and drives") {
    any_run r = small();
    r.accumulation = 3;
    r.gpu.host.each_way = link_gigabytes_per_second(40);
    host_rates const rates{.copies = efficiency(0.5),
                           .update = 10e9,
                           .link_otherwise = 4e9,
                           .disk_read = 5e9,
                           .disk_write = 2e9};
    model_state state{};
    state.weights = 6_GB;
    state.gradients = 4_GB;
    state.optimizer = 30_GB;
    state.frozen = 10_GB;
    auto const copied = [&](bytes kept = {}) { return copies_of(r, state, kept, rates); };
    CHECK(copied() == host_copies{});
    r.sharding.optimizer_at = state_place::host; // 10 GB over 20 GB/s; 30 GB read and written at 10
    CHECK(near(copied().optimizer, 500_ms + 6_s));
    CHECK(copied().weights == seconds{});
    r.sharding.optimizer_at = state_place::disk; // and 30 GB at 5 and at 2 GB/s
    CHECK(near(copied().optimizer, 500_ms + 6_s + 6_s + 15_s));
    r.sharding.optimizer_at = state_place::device;
    r.sharding.weights_at = state_place::host; // there for both directions of three micro-batches
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(20e9)));
    CHECK(copied().written == seconds{});
    r.sharding.weights_at = state_place::disk;
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(5e9)));
    CHECK(near(copied().written, 3_s));
    r.gpu.host.each_way = unknown; // 4 GB/s of which half is reached
    CHECK(near(copied().weights, 3 * 2 * 16_GB / data_rate_bytes_per_second(2e9)));
    // What streams hides behind the passes, the update does not.
    host_copies const c{.optimizer = 2_s, .written = 1_s, .weights = 5_s, .checkpoints = 3_s};
    CHECK(c.shown(seconds{}) == 11_s);
    CHECK(c.shown(6_s) == 5_s);
    CHECK(c.shown(8_s) == 3_s);
    CHECK(c.shown(100_s) == 3_s);
}

TEST_CASE("rollouts by hand: waves of sequences, a step for each token, weights handed on") {
    any_run const r = small();
    rollouts g{.generation = {.tensor = 2}, .concurrent = 10};
    g.prompt = tokens{500};
    g.response = tokens{1000};
    rollout_report const o = rollouts_of(r, g, known());
    REQUIRE(o.valid());
    CHECK(o.replicas == 4);
    // 128 sequences a step, 40 at once: four waves of 1,000 tokens, each reading weights and half-grown caches.
    bytes const caches =
        request_cache_of(models::llama_3_1_8b, g.cache, tokens{1000}, g.generation).steady * 10.0;
    double const step = in_bytes(o.copy + caches) / (3.35e12 * g.bandwidth.fraction);
    CHECK(near(in_seconds(o.generation), 4 * 1000 * step, within(1e-9)));
    CHECK(near(o.cache,
               request_cache_of(models::llama_3_1_8b, g.cache, tokens{1500}, g.generation).steady *
                   10.0));
    CHECK(near(o.share, o.generation / o.total));
    // Two pipeline ranks pass a token one after the other.
    rollouts piped = g;
    piped.generation = {.tensor = 2, .pipeline = 2};
    rollout_report const p = rollouts_of(r, piped, known());
    CHECK(p.replicas == 2);
    CHECK(near(in_seconds(p.generation),
               7 * 1000 * 2 *
                   in_bytes(p.copy + request_cache_of(models::llama_3_1_8b, g.cache, tokens{1000},
                                                      piped.generation)
                                             .steady *
                                         10.0) /
                   (3.35e12 * g.bandwidth.fraction),
               within(1e-9)));
    CHECK(p.copy < o.copy);
    CHECK(p.copy > o.copy * 0.5); // the stage that holds an embedding or the head
    for (count const wrong : {count{3}, count{16}}) {
        rollouts odd = g;
        odd.generation.tensor = wrong;
        CHECK_FALSE(rollouts_of(r, odd, known()).valid());
    }
    rollouts nobody = g;
    nobody.concurrent = 0;
    CHECK_FALSE(rollouts_of(r, nobody, known()).valid());
    any_run dark = r;
    dark.gpu.bandwidth = unknown;
    CHECK_FALSE(rollouts_of(dark, g, known()).valid());
}

TEST_CASE("a search keeps to its limits") {
    any_run r = small();
    r.gpu = gpus::h200_sxm;
    search_limits limits{.devices = 8, .global_batch = 64, .largest_tensor = 2};
    search_report const s = search(r, limits, known());
    REQUIRE(s.found());
    for (std::size_t i = 0; i < s.best.size(); ++i) {
        found_layout const& f = s.best[i];
        CHECK(f.parallel.tensor <= 2);
        CHECK(f.parallel.devices() == 8);
        CHECK(f.parallel.data * f.micro_batch * f.accumulation == 64);
        CHECK(f.micro_batch <= 8);
        CHECK((f.parallel.virtual_stages == 1 || f.parallel.virtual_stages == 2));
        CHECK((f.parallel.pipeline == 1 || f.accumulation >= f.parallel.pipeline));
        if (i > 0) { CHECK(f.per_device <= s.best[i - 1].per_device); }
        // The run in that layout is what was found.
        any_run const again = in_layout(r, f);
        CHECK(near(step_of(again, known()).total.value, f.step));
        CHECK(near(memory_of(again).on_device.value, f.on_device));
    }
    // What may not be changed is as it was.
    limits.change_sharding = limits.change_recompute = false;
    search_report const kept = search(r, limits, known());
    CHECK(kept.tried < s.tried);
    for (std::size_t i = 0; i < kept.best.size(); ++i) {
        CHECK(kept.best[i].sharding == r.sharding);
        CHECK(kept.best[i].recompute == r.recompute);
    }
    CHECK(s.best[0].per_device >= kept.best[0].per_device);
    limits.largest_tensor = 1;
    limits.devices = 1;
    search_report const one = search(r, limits, known());
    CHECK(one.tried == 4); // micro-batches of 1, 2, 4 and 8
}

TEST_CASE("deeper models repeat their last layer") {
    any_model const m = models::deepseek_v2_lite; // one dense layer, 26 of experts
    any_model const more = deeper(m, 5);
    CHECK(layer_count(more) == layer_count(m) + 5);
    CHECK(more.groups.list[0].at.size() == 1);
    CHECK(more.groups.list[1].at.size() == 31);
    CHECK(layer_count(deeper(m, 0)) == layer_count(m));
}
