// SPDX-License-Identifier: MIT
// What holds of every run: more of something never needs less, parts add up, and both kinds of types agree.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>

namespace {

using namespace reckon;
using namespace reckon::training;
using static_run = run<std::remove_cvref_t<decltype(models::llama_3_1_70b)>,
                       std::remove_cvref_t<decltype(gpus::h100_sxm_80gb)>>;

/// A run whose numbers go together, by random bits.
template <class Run> Run any_of(Run r, std::uint32_t a, std::uint32_t b) {
    constexpr count degrees[] = {1, 2, 4, 8};
    constexpr numerics copies[] = {mixed_16bit, mixed_16bit_main_gradients, fp32_kept, pure_16bit};
    constexpr recompute again[] = {no_recompute,
                                   selective_recompute,
                                   full_recompute,
                                   {.kind = recompute_kind::every_second},
                                   {.kind = recompute_kind::cheap_operations},
                                   {.kind = recompute_kind::square_root}};
    constexpr framework habits[] = {frameworks::megatron, frameworks::torchtitan,
                                    frameworks::hugging_face, frameworks::litgpt};
    r.parallel = {.tensor = degrees[a % 4],
                  .context = degrees[(a >> 2) % 2],
                  .pipeline = degrees[(a >> 4) % 4],
                  .data = degrees[(a >> 6) % 4]};
    r.sharding.stage = static_cast<shards>((a >> 8) % 4);
    if ((a >> 10) % 4 == 0) { r.sharding.optimizer_at = state_place::host; }
    if ((a >> 10) % 8 == 4) { r.sharding.optimizer_at = state_place::disk; }
    r.numerics = copies[(a >> 12) % 4];
    r.recompute = again[(a >> 14) % 6];
    r.framework = habits[(a >> 18) % 4];
    r.micro_batch = 1 + b % 4;
    r.accumulation = 8 * (1 + (b >> 4) % 4);
    r.sequence = 1024 * (1 + (b >> 8) % 8);
    if ((b >> 12) % 3 == 0) { r.adapter = {.kind = adapter_kind::lora, .targets = all_linear}; }
    return r;
}
any_run any_of(std::uint32_t a, std::uint32_t b) {
    return any_of(any_run{.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb}, a, b);
}

} // namespace

TEST_CASE("more of something never needs less") {
    using reckon::test::holds;
    CHECK(holds("bytes grow with the micro-batch and the sequence",
                [](std::uint32_t a, std::uint32_t b) {
                    any_run const r = any_of(a, b);
                    any_run wider = r;
                    wider.micro_batch += 1;
                    any_run longer = r;
                    longer.sequence *= 2;
                    RC_ASSERT(memory_of(r).valid());
                    RC_ASSERT(memory_of(wider).allocated.value >= memory_of(r).allocated.value);
                    RC_ASSERT(memory_of(longer).allocated.value >= memory_of(r).allocated.value);
                }));
    CHECK(holds("sharding more never holds more state", [](std::uint32_t a, std::uint32_t b) {
        any_run r = any_of(a, b);
        bytes before{1e30};
        for (shards const stage :
             {shards::nothing, shards::optimizer, shards::gradients, shards::weights}) {
            r.sharding.stage = stage;
            bytes const now = memory_of(r).state.total();
            RC_ASSERT(now <= before);
            before = now;
        }
    }));
    CHECK(holds("a step of more micro-batches takes longer, a token less",
                [](std::uint32_t a, std::uint32_t b) {
                    any_run const r = any_of(a, b);
                    any_run more = r;
                    more.accumulation *= 2;
                    RC_ASSERT(step_of(r).valid());
                    RC_ASSERT(step_of(more).total.value > step_of(r).total.value);
                    RC_ASSERT(step_of(more).per_device >= step_of(r).per_device * (1 - 1e-9));
                }));
    CHECK(
        holds("computing again takes longer and keeps less", [](std::uint32_t a, std::uint32_t b) {
            any_run r = any_of(a, b);
            r.recompute = no_recompute;
            any_run again = r;
            again.recompute = full_recompute;
            RC_ASSERT(step_of(again).total.value > step_of(r).total.value);
            RC_ASSERT(memory_of(again).activations.kept < memory_of(r).activations.kept);
            RC_ASSERT(step_of(again).model_work == step_of(r).model_work);
        }));
}

TEST_CASE("parts add up, and what is reported is finite") {
    using reckon::test::holds;
    CHECK(holds("the parts of a step are the step", [](std::uint32_t a, std::uint32_t b) {
        step_report const s = step_of(any_of(a, b));
        seconds const sum = s.products + s.experts + s.element_wise + s.launches + s.tensor_links +
                            s.expert_links + s.bubble + s.exchange + s.optimizer + s.host + s.fixed;
        RC_ASSERT(std::abs(in_seconds(sum - s.total.value)) <= 1e-9 * in_seconds(sum));
        RC_ASSERT(s.mfu > 0 && s.mfu < 1 && s.hfu >= s.mfu);
        RC_ASSERT(s.total.low <= s.total.value && s.total.value <= s.total.high);
    }));
    CHECK(holds("stages of a run add up to it",
                [](std::uint32_t a, std::uint32_t b, std::uint32_t part) {
                    any_run const r = any_of(a, b);
                    double const steps = 1000 + part % 1000;
                    tokens const one = r.batch_tokens();
                    calibration const& k = calibration_for(r.gpu);
                    run_stage const two[] = {{r.sequence, one * steps, r.accumulation},
                                             {r.sequence, one * 500.0, r.accumulation}};
                    staged_report const split = duration_of(r, two, k);
                    duration_report const whole = duration_of(r, one * (steps + 500), k);
                    RC_ASSERT(split.valid);
                    RC_ASSERT(std::abs(split.device_hours / whole.device_hours - 1) < 1e-9);
                    RC_ASSERT(std::abs(split.total / whole.total.value - 1) < 1e-9);
                }));
    CHECK(holds(
        "every stage of a pipeline is at most the fullest", [](std::uint32_t a, std::uint32_t b) {
            any_run const r = any_of(a, b);
            memory_report const fullest = memory_of(r);
            for (count stage = 0; stage < r.parallel.pipeline; ++stage) {
                RC_ASSERT(memory_of_stage(r, stage).allocated.value <= fullest.allocated.value);
            }
        }));
}

TEST_CASE("static and run-time types give the same bytes and seconds") {
    CHECK(reckon::test::holds("to the last bit", [](std::uint32_t a, std::uint32_t b) {
        static_run const fixed =
            any_of(static_run{.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb}, a, b);
        any_run const dynamic = any_of(a, b);
        RC_ASSERT(memory_of(fixed).on_device.value == memory_of(dynamic).on_device.value);
        RC_ASSERT(memory_of(fixed).stage == memory_of(dynamic).stage);
        RC_ASSERT(step_of(fixed).total.value == step_of(dynamic).total.value);
        RC_ASSERT(step_of(fixed).mfu == step_of(dynamic).mfu);
    }));
}

TEST_CASE("a stage whose context degree does not divide the data-parallel ranks has no answer") {
    any_run const r{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    run_stage const odd[] = {{8192, tokens{1e9}, 1, 3}};
    CHECK_FALSE(duration_of(r, odd, calibration_for(r.gpu)).valid);
}
