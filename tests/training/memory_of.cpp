// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

#include <tuple>

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

namespace {

/// Four layers of 1,000 parameters, which keep 100 bytes a token, an embedding of 200 and a head of 300.
rank_facts round_facts() {
    rank_facts f{};
    f.hidden = 4;
    f.vocabulary = 32;
    f.layers = 4;
    group_facts g{.at = layer_set::range(0, 4)};
    g.layer.dense = 1000;
    g.layer.frozen = bytes{6'000};
    g.layer.frozen_experts = bytes{400};
    g.layer.adapters = 10;
    g.saved.hidden = 4;
    g.saved.whole = 50;
    f.groups.push_back(g);
    f.embedding.dense = 200;
    f.embedding.frozen = bytes{110};
    f.head.dense = 300;
    f.head.frozen = bytes{130};
    return f;
}
/// Eight tokens; weights of 2 bytes, gradients of 3, master copies of 4, Adam's 8, and 5 where they are gathered.
any_run round_run() {
    any_run r{};
    r.sequence = 8;
    r.numerics = {.weights = 2, .gradients = 3, .master = 4, .gathered = 5};
    r.framework = frameworks::on_paper;
    r.framework.workspace = bytes{700};
    return r;
}
// 4,500 parameters: 9,000 bytes of weights, 13,500 of gradients, 54,000 of masters and states; 3,200 kept and 128 of
// gradients of one layer, logits of no bytes.
constexpr double standing = 9'000 + 54'000 + 700;
constexpr double kept = 4 * 800;
constexpr double working = 8 * 2 * 2 * 4;

using reckon::training::detail::gathered_by;
using reckon::training::detail::rank_of;

double allocated(any_run const& r, rank_facts const& f, count stage = 0) {
    return in_bytes(rank_of(r, f, stage).allocated.value);
}

} // namespace

TEST_CASE("a rank by hand: which moment is the fullest, and what it holds") {
    any_run r = round_run();
    rank_facts const f = round_facts();
    CHECK(near(allocated(r, f), standing + 13'500 + kept + working));
    CHECK(rank_of(r, f, 0).when == moment::pass);
    r.framework.keeps_gradients = false; // they exist when the pass has dropped what it kept
    CHECK(near(allocated(r, f), standing + 13'500 + working));
    CHECK(rank_of(r, f, 0).when == moment::end_of_backward);
    r.framework.step_copies = 2;
    CHECK(near(allocated(r, f), standing + 13'500 + 2 * 9'000.0));
    CHECK(rank_of(r, f, 0).when == moment::step);
    r.optimizer.low_rank = 1; // nothing is remembered of matrices without sides
    CHECK(rank_of(r, f, 0).step_copy == bytes{});
    r = round_run();
    r.framework.spread = 0.25;
    CHECK(near(in_bytes(rank_of(r, f, 0).allocated.high), allocated(r, f) * 1.25));
    // Gradients of fused kernels: two bytes for each weight of one layer. The head's own are there at once, with
    // 16 bit logits; those of a head that is no matrix are the embedding's.
    r = round_run();
    r.framework.cached_gradients = 2;
    CHECK(in_bytes(rank_of(r, f, 0).cached) == 2'000);
    CHECK(in_bytes(rank_of(r, f, 0).activations.logits) == 8 * 2 * 32 + 300 * 2);
    CHECK(near(allocated(r, f), standing + 13'500 + 2'000 + kept + 8 * 2 * 32 + 600));
    r.parallel.tensor = 4;
    CHECK(in_bytes(rank_of(r, f, 0).activations.logits) == 8 * 2 * 32 / 4.0 + 600);
    r.parallel.tensor = 1;
    rank_facts tied = f;
    for (double const vectors : {4.0, 8.0}) {
        tied.head.dense = vectors;
        CHECK(in_bytes(rank_of(r, tied, 0).activations.logits) == 8 * 2 * 32 + 200 * 2);
    }
    tied.head.dense = 9; // more than its vectors
    CHECK(in_bytes(rank_of(r, tied, 0).activations.logits) == 8 * 2 * 32 + 9 * 2);
    r.framework.logit_bytes = 1000;
    CHECK(in_bytes(rank_of(r, f, 0).activations.logits) == 8 * 32 * 1000);
    r.framework.loss_chunk = 0;
    CHECK(rank_of(r, f, 0).activations.logits == bytes{});
    r.framework.loss_chunk = 1;
    r.framework.logit_bytes = 0;
    r.parallel.pipeline = 2; // the first of two ranks has no head: 2,200 parameters
    CHECK(rank_of(r, f, 0).activations.logits == bytes{});
    CHECK(near(in_bytes(rank_of(r, f, 0).state.total()), 2'200 * 17.0));
    CHECK(near(in_bytes(rank_of(r, f, 1).state.total()), 2'300 * 17.0));
    CHECK(rank_of(r, f, 1).stage == 1);
    // A frozen base has no gradients to keep, and no step to copy for.
    r.adapter = {.kind = adapter_kind::lora};
    r.framework.step_copies = 2;
    CHECK(rank_of(r, f, 1).cached == bytes{});
    CHECK(rank_of(r, f, 1).step_copy == bytes{});
}

TEST_CASE("a rank by hand: layers and root that are gathered where weights are sharded") {
    any_run r = round_run();
    rank_facts f = round_facts();
    r.parallel.data = 4;
    r.sharding.stage = shards::gradients;
    CHECK(rank_of(r, f, 0).gathered == bytes{});
    CHECK(rank_of(r, f, 0).other_moment == bytes{});
    r.sharding.stage = shards::weights;
    r.framework.gathered_layers = 2;
    CHECK(near(in_bytes(rank_of(r, f, 0).gathered), 2 * 1000 * 5 * 0.75));
    r.framework.gathers_root = true;
    double const gathered = (2 * 1000 + 500) * 5 * 0.75;
    CHECK(near(in_bytes(rank_of(r, f, 0).gathered), gathered));
    // A quarter of the states, and all of what the pass keeps.
    double const quarter = 4'500 * 17 / 4.0 + 700;
    CHECK(near(allocated(r, f), quarter + gathered + kept + working));
    r.sharding.weights_at = state_place::host; // none of them is the device's own
    CHECK(near(in_bytes(rank_of(r, f, 0).gathered), (2 * 1000 + 500) * 5));
    r.sharding.weights_at = state_place::device;
    r.sharding.reshards = false; // all of them, with their gradients
    CHECK(near(in_bytes(rank_of(r, f, 0).gathered), 4'500 * (5 + 3) * 0.75));
    r.sharding.reshards = true;
    // The lesser of pass and step stays in the allocator, as far as the framework keeps it.
    r.framework.reserved_moments = 0.5;
    r.framework.step_copies = 1;
    double const stepping = 9'000 / 4.0;
    CHECK(near(in_bytes(rank_of(r, f, 0).other_moment), stepping / 2));
    r.framework.keeps_gradients = false;
    CHECK(near(in_bytes(rank_of(r, f, 0).other_moment), (stepping + 13'500 / 4.0) / 2));
    r.framework.step_copies = 100;
    CHECK(near(in_bytes(rank_of(r, f, 0).other_moment), (gathered + kept + working) / 2));
    // Loading: all weights, and one and a half of the own share of them.
    r = round_run();
    r.parallel.data = 4;
    r.sharding.stage = shards::weights;
    r.numerics = {.weights = 20, .gradients = 0, .master = 0, .gathered = 1};
    r.optimizer = sgd;
    CHECK(rank_of(r, f, 0).when == moment::pass);
    r.framework.loads_whole = true;
    CHECK(rank_of(r, f, 0).when == moment::loading);
    CHECK(near(allocated(r, f), 4'500 * 20 * (1 + 1.5 / 4)));
    r.sharding.stage = shards::gradients;
    CHECK(rank_of(r, f, 0).when == moment::pass);
    // A frozen base: 4 x 6,400 + 110 + 130 bytes, gathered in its own format; forty values of adapters.
    r.sharding.stage = shards::weights;
    r.adapter = {.kind = adapter_kind::lora, .bytes = 1};
    r.framework.gathered_layers = 2;
    CHECK(near(allocated(r, f), 25'840 * (1 + 1.5 / 4) + 1.5 * 40 / 4));
    r.framework.gathers_root = true;
    r.sharding.reshards = false; // which a frozen base does anyway
    CHECK(near(in_bytes(rank_of(r, f, 0).gathered), (2 * 6'400 + 240) * 0.75));
    // Its root: the embedding on the first rank, the head on the last, and a tied head's copy there.
    f.tied_copy.dense = 50;
    f.tied_copy.frozen = bytes{25};
    r.adapter = {};
    r.parallel.pipeline = 2;
    for (auto const& [first, last, root] :
         {std::tuple{true, true, 500 * 20.0}, std::tuple{true, false, 200 * 20.0},
          std::tuple{false, true, 350 * 20.0}, std::tuple{false, false, 0.0}}) {
        stage_content c{.first = first, .last = last};
        c.layers.push_back(2);
        r.numerics.gathered = 20;
        auto const g = gathered_by(r, f, c);
        CHECK(near(g.root, root));
        CHECK(g.layer == 20'000);
        c.layers[0] = 0;
        CHECK(gathered_by(r, f, c).layer == 0);
    }
    // A copy of a tied head is a table too, whose states are those of tables: Muon remembers two values of it.
    r = round_run();
    r.parallel.pipeline = 2;
    r.optimizer = muon;
    CHECK(near(in_bytes(rank_of(r, f, 1).state.optimizer), 2'350 * 4 + (2'000 + 2 * 350) * 4.0));
    CHECK(near(in_bytes(rank_of(r, f, 0).state.optimizer), 2'200 * 4 + (2'000 + 2 * 200) * 4.0));
    // Under DualPipe a rank has both ends.
    r.optimizer = adam;
    r.parallel.order = schedule::dual_pipe;
    CHECK(near(in_bytes(rank_of(r, f, 1).state.weights), 2 * (2'200 + 2'350)));
}

TEST_CASE("what the device shows: what the allocator keeps, and what lies beside it") {
    any_run r = round_run();
    r.framework.reserved = 0.1;
    r.framework.reserved_logits = 0.5;
    r.framework.reserved_blocks = bytes{70};
    r.framework.fragmented = 0.04;
    r.framework.context = bytes{300};
    r.framework.reserved_spread = 0.2;
    memory_report m{};
    m.allocated = {bytes{1000}, bytes{900}, bytes{1200}, provenance::fitted};
    m.activations.logits = bytes{60};
    m.other_moment = bytes{11};
    auto const on = [&](figure<bytes> usable, figure<bytes> whole) {
        r.gpu.memory_usable = usable;
        r.gpu.memory = whole;
        memory_report judged = m;
        reckon::training::detail::judge(judged, r);
        return judged;
    };
    // 10 % of 1,000, half of the logits, 70 bytes, and the other moment's.
    memory_report const large = on(bytes{1e6}, bytes{2e6});
    CHECK(near(in_bytes(large.reserved.value), 1000 + 100 + 30 + 70 + 11));
    CHECK(in_bytes(large.reserved.low) == 900);
    CHECK(near(in_bytes(large.reserved.high), (1200 + 120 + 30 + 70 + 11) * 1.2));
    CHECK(near(in_bytes(large.on_device.value), 1211 + 300));
    CHECK(near(in_bytes(large.on_device.low), 900 + 150));
    CHECK(near(in_bytes(large.on_device.high), 1431 * 1.2 + 300));
    CHECK(large.capacity == bytes{1e6});
    CHECK(large.capacity_source == provenance::observed);
    CHECK(large.memory_known);
    CHECK(on(unknown, bytes{2e6}).capacity == bytes{2e6});
    CHECK(on(unknown, bytes{2e6}).capacity_source == provenance::datasheet);
    // A device that is nearly full: what is left, but no less than fragments.
    CHECK(near(in_bytes(on(bytes{1400}, unknown).reserved.value), 1100));
    CHECK(near(in_bytes(on(bytes{1200}, unknown).reserved.value), 1040));
    CHECK_FALSE(on(unknown, unknown).memory_known);
    CHECK(near(in_bytes(on(unknown, unknown).reserved.value), 1211));
    // It fits when it is no more than there is; surely when the upper end is.
    CHECK(on(bytes{1511}, unknown).fits());
    CHECK(near(on(bytes{1600}, unknown).headroom(), bytes{1600.0 - 1511}));
    CHECK(on(bytes{1340}, unknown).on_device.value == bytes{1340});
    CHECK(on(bytes{1340}, unknown).fits());
    CHECK_FALSE(on(bytes{1339}, unknown).fits());
    CHECK_FALSE(
        on(bytes{1547}, unknown).fits_surely()); // 1,200 and its fragments: 1,548 with the context
    CHECK(on(bytes{1549}, unknown).fits_surely());
    CHECK_FALSE(on(unknown, unknown).fits());
}
