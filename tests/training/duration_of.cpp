// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/training/search.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-27: DeepSeek-V3's hours") {
    constexpr double hours_in_all = 180e3 * 14.8; // 180 K a trillion tokens
    CHECK(near(hours_in_all, 2.664e6));
    CHECK(near(hours_in_all / 2048 / 24, 54.2, within(0.001)));
    // 37 B without the embedding, as the paper counts it; bf16 peak 989.4 TFLOP/s.
    constexpr peak_flop_rate peak = gpus::h100_sxm_80gb.peak[arithmetic::bf16].value();
    CHECK(near(implied_mfu(37e9, tokens{14.8e12}, hours_in_all, peak), 0.346, within(0.002)));
    CHECK(near(implied_mfu(67.4e9, tokens{1e12}, 300.6e3, peak), 0.378, within(0.002)));
}

TEST_CASE("AT-27: parameters x tokens of four A100 in a day") {
    constexpr peak_flop_rate a100 = gpus::a100_sxm_80gb.peak[arithmetic::bf16].value();
    CHECK(near(parameter_tokens(4, a100, 1, hours(24)), 1.797e19, within(0.0003)));
    CHECK(near(3.8e18 / parameter_tokens(4, a100, 1, hours(24)), 0.211, within(0.003)));
    constexpr peak_flop_rate scalar = gpus::a100_sxm_80gb.peak[arithmetic::fp32].value();
    CHECK(near(1.2e18 / parameter_tokens(4, scalar, 1, hours(24)), 1.07, within(0.003)));
}

TEST_CASE("AT-30: checkpoints that a run can resume from") {
    auto const n7 = static_cast<double>(parameters_of(models::deepseek_llm_7b).total);
    checkpoint_size const seven = checkpoint_of(n7, mixed_16bit, adam);
    CHECK(near(in_gigabytes(seven.full()), 96.7, within(0.001)));
    seconds const writing = seven.full() / data_rate_bytes_per_second(6e9);
    CHECK(near(in_seconds(writing), 16.1, within(0.002)));
    CHECK(near(in_seconds(checkpoint_interval(writing, hours(24))) / 60, 27.8, within(0.001)));
    auto const r1 = static_cast<double>(parameters_of(models::deepseek_r1).total);
    CHECK(near(in_terabytes(checkpoint_of(r1, mixed_16bit, adam).full()), 9.39, within(0.001)));
    CHECK_FALSE(can_resume(seven.weights, seven));
    CHECK(can_resume(seven.full(), seven));
}

TEST_CASE("the interval loses least: half and twice of it lose more") {
    constexpr double c = 16.1;
    constexpr double m = 86400;
    auto const lost = [&](double interval) { return c / interval + interval / 2 / m; };
    double const best = in_seconds(checkpoint_interval(seconds{c}, seconds{m}));
    CHECK(lost(best) < lost(best / 2));
    CHECK(lost(best) < lost(best * 2));
    CHECK(near(square_root(2), 1.4142135623730951));
    CHECK(square_root(0) == 0);
    CHECK(near(square_root(1e-8), 1e-4, within(1e-9)));
}

TEST_CASE("a run takes its steps, and what failures cost") {
    any_run const r{.model = models::llama_3_1_70b,
                    .gpu = gpus::h100_sxm_80gb,
                    .parallel = {.tensor = 8, .pipeline = 4, .data = 16},
                    .sharding = {.stage = shards::optimizer},
                    .numerics = mixed_16bit_main_gradients,
                    .accumulation = 32,
                    .sequence = 8192};
    duration_report const d = duration_of(r, tokens{1e12});
    REQUIRE(d.valid());
    CHECK(d.steps == reckon::detail::ceil(1e12 / (16.0 * 32 * 8192)));
    CHECK(near(d.total.value, d.work + d.lost));
    CHECK(d.lost < d.work / 5.0);
    CHECK(near(d.device_hours, in_seconds(d.total.value) / 3600 * 512));
    CHECK(d.energy.known());
    CHECK_FALSE(d.cost.known());
    duration_report const paid =
        duration_of(r, tokens{1e12}, calibration_for(r.gpu), {}, {.device = usd_per_hour(2)});
    CHECK(near(in_usd(paid.cost.value()), 2 * paid.device_hours));
    duration_report const frail = duration_of(r, tokens{1e12}, calibration_for(r.gpu),
                                              {.device_hours_between_failures = 5000});
    CHECK(frail.lost > d.lost);
    CHECK(frail.interval < d.interval);
}

TEST_CASE("adapters are small checkpoints") {
    any_run const r{.model = models::llama_3_1_8b,
                    .gpu = gpus::h100_sxm_80gb,
                    .adapter = {.kind = adapter_kind::lora, .targets = all_linear},
                    .framework = frameworks::hugging_face};
    CHECK(duration_of(r, tokens{1e9}).checkpoint.weights < bytes{0.2e9});
}

TEST_CASE("a search finds layouts that fit, the quickest first, and says what is missing where "
          "there is none") {
    any_run const r{.model = models::llama_3_1_70b,
                    .gpu = gpus::h100_sxm_80gb,
                    .numerics = mixed_16bit_main_gradients,
                    .sequence = 8192};
    search_report const s = search(r, {.devices = 64, .global_batch = 128});
    REQUIRE(s.found());
    for (std::size_t i = 0; i < s.best.size(); ++i) {
        any_run const chosen = in_layout(r, s.best[i]);
        CHECK(memory_of(chosen).fits());
        CHECK(chosen.parallel.devices() == 64);
        CHECK(chosen.global_batch() == 128);
        if (i > 0) { CHECK(s.best[i].per_device <= s.best[i - 1].per_device); }
    }
    search_report const none = search(r, {.devices = 2, .global_batch = 2});
    CHECK_FALSE(none.found());
    CHECK(none.any_nearest);
    CHECK(none.nearest.on_device > none.capacity);
    CHECK(none.tried == none.invalid + none.too_large);
}

TEST_CASE("the deepest model of a kind fits, and the next does not") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.pipeline = 2, .data = 4},
              .sharding = {.stage = shards::optimizer},
              .recompute = full_recompute,
              .accumulation = 4};
    count const most = most_layers(r);
    CHECK(most > 32);
    CHECK(most % 2 == 0);
    any_model const m = r.model;
    r.model = deeper(m, most - 32);
    CHECK(layer_count(r.model) == most);
    CHECK(parameters_of(deeper(m, 1)).total - parameters_of(m).total == 218112000);
    CHECK(memory_of(r).fits());
    r.model = deeper(m, most - 30);
    CHECK_FALSE(memory_of(r).fits());
    CHECK(most_layers(r) == 0);
    r.model = deeper(m, 1000); // no more than a set of layers holds
    CHECK(layer_count(r.model) == layer_set::capacity);
}

TEST_CASE("the largest micro-batch and sequence fit, and the next do not") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.data = 8},
              .sharding = {.stage = shards::weights},
              .recompute = full_recompute,
              .framework = frameworks::torchtitan};
    r.micro_batch = largest_micro_batch(r);
    REQUIRE(r.micro_batch >= 1);
    CHECK(memory_of(r).fits());
    r.micro_batch *= 2;
    CHECK_FALSE(memory_of(r).fits());
    r.micro_batch = 1;
    r.sequence = longest_sequence(r);
    CHECK(memory_of(r).fits());
    r.sequence += 256;
    CHECK_FALSE(memory_of(r).fits());
}
