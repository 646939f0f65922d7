// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

namespace {

double gib(bytes b) { return in_bytes(b) / 1073741824.0; }

/// A few layers of a large dense model, as SimuMax ran them under Megatron-LM on B200.
any_model cut(any_model m, count layers, count kv_heads) {
    m.groups.list[0].at = layer_set::range(0, layers);
    if (auto* const a = reckon::get_if<gqa>(&m.groups.list[0].attention.family)) {
        a->kv_heads = kv_heads;
    }
    return m;
}

} // namespace

TEST_CASE("Megatron-LM on B200: 4 layers of Llama-3-405B, allocated, as SimuMax published them") {
    any_run r{.model = cut(models::llama_3_1_405b, 4, 16),
              .gpu = gpus::b200,
              .parallel = {.tensor = 4, .data = 2},
              .sharding = {.stage = shards::optimizer},
              .numerics = mixed_16bit_main_gradients,
              .accumulation = 4,
              .sequence = 4096,
              .framework = frameworks::megatron};
    CHECK(near(gib(memory_of(r).allocated.value), 52.89, within(0.02)));
    r.parallel = {.tensor = 2, .data = 4};
    CHECK(near(gib(memory_of(r).reserved.value), 84.7, within(0.03)));
}

TEST_CASE("LoRA of Llama-3-8B under transformers with fused kernels, A100, allocated") {
    // fms-acceleration: base 16.2 GB, and 8 bytes a logit, checkpoints and two copies of the last hidden state.
    any_run const r{.model = models::llama_3_1_8b,
                    .gpu = gpus::a100_sxm_80gb,
                    .numerics = pure_16bit,
                    .recompute = full_recompute,
                    .adapter = {.kind = adapter_kind::lora,
                                .rank = 16,
                                .targets = attention_projections,
                                .bytes = 2},
                    .micro_batch = 4,
                    .sequence = 4096,
                    .framework = frameworks::hugging_face_fused};
    memory_report const m = memory_of(r);
    CHECK(near(in_gigabytes(m.state.frozen), 16.06, within(0.001)));
    CHECK(near(in_gigabytes(m.activations.kept), 2.0 * 4096 * 32 * 16384 / 1e9, within(1e-9)));
    CHECK(m.when == moment::pass);
    CHECK(m.fits());
}

TEST_CASE("the optimizer step of foreach AdamW is the peak of small batches: 10 bytes a parameter "
          "in 16 bit") {
    // fms-acceleration: 10.00 B a parameter of Mistral-7B and Llama-3-8B on one device.
    any_run const r{.model = models::llama_3_1_8b,
                    .gpu = gpus::h200_sxm,
                    .numerics = pure_16bit,
                    .optimizer = adam_16bit,
                    .recompute = full_recompute,
                    .sequence = 4096,
                    .framework = frameworks::hugging_face_fused};
    memory_report const m = memory_of(r);
    CHECK(m.when == moment::step);
    CHECK(near(in_bytes(m.allocated.value), 80302612480.0, within(1e-9)));
}

TEST_CASE("the fullest stage is the first under 1F1B, and the last may be where logits are") {
    any_run r{.model = models::llama_3_1_70b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.tensor = 8, .pipeline = 4},
              .numerics = mixed_16bit_main_gradients,
              .accumulation = 16};
    CHECK(memory_of(r).stage == 0);
    CHECK(memory_of(r).allocated.value == memory_of_stage(r, 0).allocated.value);
    for (count stage = 1; stage < 4; ++stage) {
        CHECK(memory_of_stage(r, stage).allocated.value <= memory_of(r).allocated.value);
    }
    r.accumulation = 1;
    CHECK(memory_of(r).stage == 3);
}

TEST_CASE("what a run needs and what a device has") {
    constexpr run<decltype(models::llama_3_1_8b), gpu_spec<hopper>> full{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    static_assert(!memory_of(full).fits()); // 16 bytes x 8.03e9 alone
    any_run qlora{
        .model = models::llama_2_7b,
        .gpu = gpus::rtx_4090,
        .numerics = pure_16bit,
        .recompute = full_recompute,
        .adapter = {.kind = adapter_kind::lora, .targets = all_linear, .base = nf4_double},
        .sequence = 2048,
        .framework = frameworks::hugging_face_fused};
    CHECK(memory_of(qlora).fits());
    CHECK(memory_of(qlora).fits_surely());
    CHECK(memory_of(qlora).allocated.low < memory_of(qlora).allocated.value);
    CHECK(memory_of(qlora).on_device.value > memory_of(qlora).reserved.value);
    qlora.adapter = {};
    CHECK_FALSE(memory_of(qlora).fits());
}

TEST_CASE("sharding more never needs more, and recompute never needs more") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.data = 8},
              .framework = frameworks::on_paper};
    bytes before = memory_of(r).allocated.value;
    for (shards const stage : {shards::optimizer, shards::gradients, shards::weights}) {
        r.sharding.stage = stage;
        bytes const now = memory_of(r).allocated.value;
        CHECK(now < before);
        before = now;
    }
    r.recompute = full_recompute;
    CHECK(memory_of(r).allocated.value <= before);
    r.sharding.group = 4; // hybrid: fewer ranks share
    CHECK(memory_of(r).state.total() > bytes{8.03e9 * 16 / 8});
}

TEST_CASE("a framework that shards what it has loaded holds all of it before") {
    any_run r{.model = models::llama_2_13b,
              .gpu = gpus::a100_sxm_40gb,
              .parallel = {.data = 2},
              .sharding = {.stage = shards::weights},
              .numerics = pure_16bit,
              .recompute = full_recompute,
              .adapter = {.kind = adapter_kind::lora, .bytes = 2},
              .sequence = 1024,
              .framework = frameworks::litgpt};
    CHECK(memory_of(r).when == moment::pass);
    r.framework.loads_whole = true;
    memory_report const two = memory_of(r);
    CHECK(two.when == moment::loading);
    CHECK(near(two.allocated.value, bytes{1.75 * 2 * 13.016e9}, within(0.002)));
    CHECK_FALSE(two.fits()); // as LitGPT's tutorial says of two devices
    r.parallel.data = 4;
    CHECK(near(memory_of(r).allocated.value, bytes{1.375 * 2 * 13.016e9}, within(0.002)));
    CHECK(memory_of(r).fits());
}

TEST_CASE("blocks of pass and step lie beside each other where weights are sharded") {
    any_run r{.model = models::mistral_7b_v0_1,
              .gpu = gpus::a100_sxm_80gb,
              .parallel = {.data = 2},
              .sharding = {.stage = shards::weights},
              .numerics = pure_16bit,
              .optimizer = adam_16bit,
              .recompute = full_recompute,
              .micro_batch = 2,
              .sequence = 4096,
              .framework = frameworks::hugging_face_fused};
    memory_report const m = memory_of(r);
    CHECK(m.when == moment::step);
    CHECK(m.other_moment > bytes{});
    // fms-acceleration, Mistral-7B on two A100 with FSDP: 33.7 GiB allocated, 43.1 GiB on the device.
    CHECK(near(in_gibibytes(m.allocated.value), 33.7, within(0.01)));
    CHECK(near(in_gibibytes(m.on_device.value), 43.1, within(0.1)));
    r.sharding.stage = shards::gradients;
    CHECK(memory_of(r).other_moment == bytes{});
}

TEST_CASE("every moment has a name") {
    CHECK(name(moment::pass) == "forward and backward pass");
    CHECK(name(moment::end_of_backward) == "end of the backward pass");
    CHECK(name(moment::step) == "optimizer step");
    CHECK(name(moment::loading) == "loading");
}

TEST_CASE("GaLore steps matrix by matrix: no copy of all weights") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::a100_sxm_80gb};
    r.framework = frameworks::hugging_face;
    r.numerics = pure_16bit;
    r.optimizer = adam_16bit;
    memory_report const whole = memory_of(r);
    r.optimizer = galore(128, adam_16bit);
    memory_report const projected = memory_of(r);
    CHECK(whole.step_copy == whole.state.weights);
    CHECK(projected.step_copy == bytes{});
    CHECK(projected.state.optimizer < whole.state.optimizer * 0.2);
    CHECK(projected.allocated.value < whole.allocated.value * 0.6);
}
