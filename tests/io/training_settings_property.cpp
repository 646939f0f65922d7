// SPDX-License-Identifier: MIT
// read(write(x)) == x for the settings of every framework, or the writer says what it cannot say.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/io/training/peft.hpp>
#include <reckon/io/training/training_arguments.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace {

using namespace reckon;
using namespace reckon::training;

/// One of a few values, by a random number.
template <class T, std::size_t N> T const& chosen(T const (&values)[N], std::uint32_t by) {
    return values[by % N];
}

/// A run that Megatron-LM can say.
any_run megatron_run(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    constexpr count degrees[] = {1, 2, 4, 8};
    constexpr numerics copies[] = {mixed_16bit_main_gradients, mixed_16bit, full_fp32,
                                   mixed_16bit_main_gradients.with_products(arithmetic::fp8),
                                   mixed_16bit.with_products(arithmetic::fp16)};
    constexpr optimizer steps[] = {adam, adam_16bit, adam_8bit, sgd, sgd_momentum, muon, lion};
    constexpr recompute again[] = {no_recompute,
                                   selective_recompute,
                                   {.kind = recompute_kind::feed_forward},
                                   {.kind = recompute_kind::cheap_operations},
                                   {.kind = recompute_kind::blocks, .block = 4},
                                   {.kind = recompute_kind::blocks, .fraction = 0.5}};
    any_run r{.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb};
    r.parallel = {.tensor = chosen(degrees, a),
                  .context = chosen(degrees, a >> 4),
                  .pipeline = chosen(degrees, a >> 8),
                  .data = chosen(degrees, a >> 12) * 2};
    r.parallel.sequence = r.parallel.tensor == 1 || (a >> 16) % 2 == 0;
    if (r.parallel.pipeline > 1 && (a >> 17) % 2 == 0) { r.parallel.virtual_stages = 2; }
    r.sharding.stage = static_cast<shards>((a >> 20) % 4);
    r.sharding.reshards = r.sharding.stage != shards::weights || (a >> 22) % 2 == 0;
    if ((a >> 23) % 2 == 0) { r.sharding.group = r.parallel.state_ranks() / 2; }
    if ((a >> 24) % 2 == 0) { r.sharding.optimizer_at = state_place::host; }
    r.numerics = chosen(copies, b);
    r.optimizer = chosen(steps, b >> 4);
    if (r.numerics == full_fp32) { r.optimizer = adam; }
    if ((b >> 20) % 2 == 0) { r.numerics.kept.activation_inputs = 1; }
    r.recompute = chosen(again, b >> 8);
    // Whole layers of every stage: 80 / 16 = 5.
    if (r.recompute.fraction < 1 && r.parallel.pipeline * r.parallel.virtual_stages == 16) {
        r.recompute.fraction = 0.2;
    }
    r.micro_batch = 1 + (b >> 12) % 4;
    r.accumulation = 1 + (b >> 16) % 16;
    r.sequence = 256 * (1 + c % 64);
    r.framework.dropout = (c >> 8) % 2 == 0;
    r.framework.fused_attention = (c >> 9) % 2 == 0;
    r.framework.cached_gradients = (c >> 10) % 2 == 0 ? 0 : 2;
    return r;
}

optimizer trainer_optimizer(std::uint32_t a, any_run const& r, bool zero) {
    constexpr optimizer wide[] = {adam, adam_8bit, adam_4bit, adafactor, lion, sgd};
    constexpr optimizer sharded[] = {adam, lion, sgd};
    if (r.numerics == pure_16bit) { return adam_16bit; }
    return zero ? chosen(sharded, a >> 5) : chosen(wide, a >> 5);
}

/// A run of transformers' trainer, or of DeepSpeed alone.
any_run trainer_run(std::uint32_t a, bool deepspeed_alone) {
    constexpr numerics copies[] = {pure_16bit,  fp32_kept,
                                   full_fp32,   mixed_16bit_main_gradients,
                                   mixed_16bit, mixed_16bit.with_products(arithmetic::fp16)};
    constexpr framework habits[] = {frameworks::hugging_face, frameworks::hugging_face_fused,
                                    frameworks::hugging_face_chunked};
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::a100_sxm_80gb, .parallel = {.data = 8}};
    r.numerics = chosen(copies, a);
    if (deepspeed_alone && r.numerics.master == 0) { r.numerics = full_fp32; }
    r.framework = deepspeed_alone ? frameworks::deepspeed : chosen(habits, a >> 4);
    bool const zero = deepspeed_alone || r.numerics.master > 0;
    r.sharding.stage = zero                ? static_cast<shards>((a >> 8) % 4)
                       : (a >> 8) % 2 == 0 ? shards::weights
                                           : shards::nothing;
    constexpr state_place places[] = {state_place::device, state_place::host, state_place::disk};
    if (zero && r.sharding.stage == shards::weights) {
        r.sharding.weights_at = places[(a >> 10) % 3];
        r.sharding.optimizer_at = places[(a >> 12) % 3];
    } else if (r.sharding.stage == shards::weights && (a >> 10) % 2 == 0) {
        r.sharding.weights_at = state_place::host;
        r.sharding.optimizer_at = state_place::host;
    } else if (zero && (a >> 11) % 2 == 0) {
        r.sharding.optimizer_at = state_place::host;
    }
    r.optimizer = trainer_optimizer(a, r, zero);
    r.framework.step_copies = deepspeed_alone                             ? r.framework.step_copies
                              : r.optimizer == adam && (a >> 12) % 2 == 0 ? 1
                                                                          : 0;
    r.recompute = (a >> 13) % 2 == 0 ? full_recompute : no_recompute;
    r.micro_batch = 1 + (a >> 14) % 8;
    r.accumulation = 1 + (a >> 17) % 8;
    r.sequence = 512 * (1 + (a >> 20) % 8);
    return r;
}

void same(result<any_run> const& again, any_run const& r) {
    RC_ASSERT(again.has_value());
    RC_ASSERT(io::training::first_difference(*again, r).empty());
}

} // namespace

TEST_CASE("settings that were written are read as they were") {
    using reckon::test::holds;
    CHECK(holds("Megatron-LM's arguments", [](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
        any_run const r = megatron_run(a, b, c);
        auto const text = io::training::write_megatron(r);
        if (!text) { RC_FAIL(std::string(text.error().message.view())); }
        same(io::training::read_megatron(*text, r), r);
    }));
    CHECK(holds("DeepSpeed's JSON", [](std::uint32_t a) {
        any_run const r = trainer_run(a, true);
        auto const text = io::training::write_deepspeed(r);
        RC_ASSERT(text.has_value());
        same(io::training::read_deepspeed(*text, "written", r), r);
    }));
    CHECK(holds("TrainingArguments", [](std::uint32_t a) {
        any_run const r = trainer_run(a, false);
        auto const text = io::training::write_training_arguments(r);
        RC_ASSERT(text.has_value());
        same(io::training::read_training_arguments(*text, "written", r), r);
    }));
    CHECK(holds("adapters of peft", [](std::uint32_t a) {
        constexpr role_set both = roles(tensor_role::attention_q, tensor_role::latent_up_q);
        constexpr role_set sets[] = {both.with(tensor_role::attention_v), all_linear,
                                     roles(tensor_role::attention_k)};
        adapter const one{.kind = a % 2 == 0 ? adapter_kind::lora : adapter_kind::dora,
                          .rank = 1 + (a >> 1) % 256,
                          .targets = chosen(sets, a >> 10),
                          .embeddings = (a >> 12) % 2 == 0};
        auto const again = io::training::read_peft(io::training::write_peft(one), "written");
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == one);
    }));
}

TEST_CASE("a letter that is missing in an argument's name is never passed over") {
    using reckon::test::holds;
    CHECK(holds("Megatron-LM", [](std::uint32_t a, std::uint32_t at) {
        any_run const r = megatron_run(a, a >> 3, a >> 5);
        std::string typo = *io::training::write_megatron(r);
        std::size_t const begin = typo.find("--", at % typo.size());
        RC_PRE(begin != std::string::npos);
        std::size_t const end = std::min(typo.find(' ', begin), typo.size());
        typo.erase(begin + 2 + at % (end - begin - 2), 1);
        auto const read = io::training::read_megatron(typo, r);
        RC_ASSERT(!read.has_value());
        RC_ASSERT(read.error().message.view().find("is no argument of Megatron-LM") !=
                  std::string_view::npos);
    }));
}
