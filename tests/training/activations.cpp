// SPDX-License-Identifier: MIT
#include "support/deepseek_v3_run.hpp"
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/step_of.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

namespace {

/// The GPT shape of the worked example: 30 layers, 4096 wide, 32 heads, feed-forward of 4 widths.
constexpr auto gpt = [] {
    model_spec<layers<gqa, plain_ffn>> m{.name = "GPT", .hidden = 4096, .vocabulary = 50304};
    m.groups = grouped(
        layers<gqa, plain_ffn>{.at = layer_set::range(0, 30),
                               .attention = {.query_heads = 32, .kv_heads = 32, .head_dim = 128},
                               .feed_forward = {16384}});
    return m;
}();

/// Unfused attention under dropout, and nothing that is not in the paper.
constexpr framework korthikanti = [] {
    framework f = frameworks::on_paper;
    f.fused_attention = false;
    f.dropout = true;
    return f;
}();

template <class Model>
constexpr auto on_h100(Model const& m, recompute const& again, framework const& f, count micro = 1,
                       count accumulation = 1) {
    return run<Model, gpu_spec<hopper>>{.model = m,
                                        .gpu = gpus::h100_sxm_80gb,
                                        .recompute = again,
                                        .micro_batch = micro,
                                        .accumulation = accumulation,
                                        .sequence = 4096,
                                        .framework = f};
}

} // namespace

TEST_CASE("AT-06: activations of a GPT layer are s b h (34 + 5 a s / h)") {
    saved_values const v = values_of(gpt.groups.first, gpt.hidden);
    layer_activations const one =
        activations_of(v, parallelism{}, korthikanti, recompute_kind::none, 4096, 4096);
    CHECK(in_bytes(one.kept) == 3254779904.0);
    CHECK(in_bytes(activations_of(v, parallelism{}, korthikanti, recompute_kind::scores, 4096, 4096)
                       .partly) == 16777216.0 * 34);
}

TEST_CASE("AT-06: selective and full recompute of 30 layers") {
    auto const selective = memory_of(on_h100(gpt, selective_recompute, korthikanti));
    CHECK(in_bytes(selective.activations.kept) == 17112760320.0);
    auto const full = memory_of(on_h100(gpt, full_recompute, korthikanti));
    CHECK(in_bytes(full.activations.kept) == 1006632960.0);
    CHECK(full.activations.working > bytes{3254779904.0}); // and one layer, with its gradients
}

TEST_CASE("AT-06: checkpointing the whole model at once saves nothing") {
    auto const none = memory_of(on_h100(gpt, no_recompute, korthikanti));
    auto const whole =
        memory_of(on_h100(gpt, {.kind = recompute_kind::blocks, .block = 30}, korthikanti));
    CHECK(whole.activations.peak() >= none.activations.kept);
    CHECK(near(whole.activations.peak(), none.activations.peak(), within(0.01)));
}

TEST_CASE("AT-06: blocks of the square root are the smallest of all blocks, but for one layer's "
          "gradients") {
    auto const peak = [](recompute const& r) {
        return memory_of(on_h100(gpt, r, korthikanti)).activations.peak();
    };
    bytes const root = peak({.kind = recompute_kind::square_root});
    CHECK(root < peak({.kind = recompute_kind::blocks, .block = 15}));
    CHECK(root < peak(no_recompute));
    static_assert(square_root_of(30) == 5);
    static_assert(square_root_of(32) == 6);
    static_assert(square_root_of(1) == 1);
}

TEST_CASE("AT-07: accumulation changes the batch and not the activations") {
    auto const once = on_h100(gpt, no_recompute, korthikanti, 16, 1);
    auto const often = on_h100(gpt, no_recompute, korthikanti, 16, 16);
    CHECK(often.global_batch() == 256);
    CHECK(memory_of(once).activations.peak() == memory_of(often).activations.peak());
}

TEST_CASE("a gated block with grouped queries keeps 8 h + 4 q + 4 kv + 6 f bytes a token") {
    constexpr auto const& m = models::llama_3_1_8b;
    layer_activations const one =
        activations_of(values_of(m.groups.first, m.hidden), parallelism{}, frameworks::megatron,
                       recompute_kind::none, 1, 8192);
    CHECK(in_bytes(one.kept) == 8.0 * 4096 + 4.0 * 4096 + 4.0 * 1024 + 6.0 * 14336);
    // Beside LoRA on attention, the inputs of the frozen block are not kept: 2 h + 2 f bytes less.
    constexpr adapter lora{.kind = adapter_kind::lora, .targets = attention_projections};
    layer_activations const frozen =
        activations_of(values_of(m.groups.first, m.hidden, lora), parallelism{},
                       frameworks::megatron, recompute_kind::none, 1, 8192);
    CHECK(in_bytes(one.kept) - in_bytes(frozen.kept) == 2.0 * 4096 + 2.0 * 14336);
    // fms-acceleration: 258,254 B a token of one layer that is computed again, measured.
    CHECK(near(in_bytes(frozen.kept + frozen.backward), 258254.0, within(0.03)));
}

TEST_CASE("unfused attention keeps scores, and differentiates them in one layer") {
    constexpr auto const& m = models::llama_3_1_8b; // 32 heads
    saved_values const v = values_of(m.groups.first, m.hidden);
    auto const with = [&](framework const& f) {
        return activations_of(v, parallelism{}, f, recompute_kind::none, 1, 8192);
    };
    framework f = frameworks::megatron;
    layer_activations const fused = with(f);
    f.fused_attention = false;
    CHECK(with(f).kept - fused.kept == bytes{2.0 * 32 * 8192});
    CHECK(with(f).backward == fused.backward);
    f.dropout = true; // its mask, and what it lets through; and masks of the two blocks
    CHECK(with(f).kept - fused.kept == bytes{5.0 * 32 * 8192 + 2.0 * 4096});
    f.dropout = false;
    f.score_bytes = 6; // fp32 and 16 bit
    f.score_gradients = 8;
    CHECK(with(f).kept - fused.kept == bytes{6.0 * 32 * 8192});
    CHECK(with(f).backward - fused.backward == bytes{8.0 * 32 * 8192});
}

TEST_CASE("gradients written over what was kept spare four feed-forward widths") {
    constexpr auto const& m = models::llama_3_1_8b;
    saved_values const v = values_of(m.groups.first, m.hidden);
    framework f = frameworks::megatron;
    bytes const eager = activations_of(v, {}, f, recompute_kind::none, 1, 8192).backward;
    f.block_gradients = 1;
    bytes const fused = activations_of(v, {}, f, recompute_kind::none, 1, 8192).backward;
    CHECK(eager - fused == bytes{4 * 2.0 * 14336});
}

TEST_CASE("DeepSeek-V3: norms, up-projections and activation functions are done again") {
    constexpr auto const& m = models::deepseek_v3;
    saved_values const v = values_of(m.groups.rest.first, m.hidden);
    // Two norms of 7168, and those of the latents of 1536 and 512 + 64 values (2412.19437, table 1).
    CHECK(v.normed == 2 * 7168 + 1536 + 512 + 64);
    // 128 heads: queries and keys of 128 + 64 values, values of 128.
    CHECK(v.lifted == 128 * (192 + 192 + 128));
    CHECK(v.activated == 8 * 2048); // eight experts a token
    layer_activations const a =
        activations_of(v, {}, frameworks::megatron, recompute_kind::cheap_operations, 1, 4096);
    CHECK(in_bytes(a.kept - a.partly) == 2 * (v.normed + v.lifted + v.activated));
    auto const r = [&](recompute_kind kind) {
        auto run = on_h100(m, {.kind = kind}, frameworks::megatron);
        run.parallel = {.pipeline = 16, .data = 64, .expert = 64};
        run.accumulation = 16;
        return run;
    };
    auto const none = r(recompute_kind::none);
    auto const cheap = r(recompute_kind::cheap_operations);
    auto const full = r(recompute_kind::blocks);
    CHECK(memory_of(cheap).activations.kept < memory_of(none).activations.kept * 0.8);
    CHECK(memory_of(full).activations.kept < memory_of(cheap).activations.kept);
    double const slower = step_of(cheap).total.value / step_of(none).total.value;
    CHECK(slower > 1);
    CHECK(slower < 1.1); // "minimal overhead"
    CHECK(step_of(cheap).done_work > step_of(none).done_work);
}

TEST_CASE("DeepSeek-V3: what waits in fp8 (2412.19437, section 3.3.3), by hand") {
    constexpr auto const& m = models::deepseek_v3;
    constexpr double tile = 4.0 / 128; // one fp32 scale for 128 values
    CHECK(kept_in_fp8.linear_inputs == 1 + tile);
    CHECK(kept_in_fp8.attention_outputs == 1.5 + tile); // E5M6: 1 + 5 + 6 bits
    CHECK(kept_in_fp8.activation_inputs == 1 + tile);
    saved_values const v = values_of(m.groups.rest.first, m.hidden);
    CHECK(v.attended == 128 * 128);
    CHECK(v.multiplied == (8 + 1) * 2048); // eight routed experts and the shared one
    CHECK(v.returned == 8 * 7168);
    // Of a token: both residuals and the latents before their norms in 16 bit, two fp32 scores of each expert;
    // what attention puts out; what enters eight experts; gates and ups; what enters the shared expert's last matrix.
    constexpr double by_hand = 2 * (2 * 7168 + 1536 + 576) + 2 * 4 * 256 +
                               (1.5 + tile) * 128 * 128 +
                               (1 + tile) * (8 * 7168 + 9 * 2 * 2048 + 2048);
    CHECK(by_hand == 159296);
    auto const layer = [&](kept_values const& k, recompute_kind kind) {
        return activations_of(v, {}, frameworks::megatron, kind, 1, 4096, k);
    };
    auto const narrow = layer(kept_in_fp8, recompute_kind::cheap_operations);
    CHECK(near(in_bytes(narrow.partly), by_hand));
    // Attention and the activation function read 16 bit again, one layer's.
    CHECK(near(in_bytes(narrow.widened), 2 * (128 * 128 + 9 * 2 * 2048)));
    // What a recomputed block starts from stays in 16 bit.
    CHECK(narrow.input == layer({}, recompute_kind::blocks).input);
    CHECK(layer({}, recompute_kind::none).widened == bytes{});
    // Megatron-Core's --activation-func-fp8-input-store: a byte less for what SwiGLU reads, nothing else.
    kept_values store{};
    store.activation_inputs = 1;
    CHECK(near(
        in_bytes(layer({}, recompute_kind::none).kept - layer(store, recompute_kind::none).kept),
        9 * 2 * 2048));
    // Experts' outputs wait for the gradient of the router's weights, where these multiply them.
    framework late = frameworks::megatron;
    late.keeps_expert_outputs = true;
    layer_activations const with = activations_of(v, {}, late, recompute_kind::none, 1, 4096);
    layer_activations const without = layer({}, recompute_kind::none);
    CHECK(near(in_bytes(with.kept - without.kept), 2 * 8 * 7168));
    CHECK(with.kept + with.passing == without.kept + without.passing);
}

TEST_CASE(
    "DeepSeek-V3 fits its 2,048 H800 as it was trained (2412.19437, 3.2 and 3.3), and only so") {
    any_run r = reckon::test::deepseek_v3_run();
    r.optimizer = adam_16bit;
    r.recompute = {.kind = recompute_kind::cheap_operations};
    CHECK_FALSE(memory_of(r).fits());
    r.numerics.kept = kept_in_fp8;
    memory_report const m = memory_of(r);
    CHECK(m.fits());
    // 17 micro-batches of 4,096 tokens, four layers of a middle rank; three of the last one, which is the fullest with
    // head, logits and the layer of the prediction module.
    CHECK(near(in_bytes(memory_of_stage(r, 8).activations.kept), 17.0 * 4096 * 4 * 159296));
    CHECK(m.stage == 15);
    CHECK(near(in_bytes(m.activations.kept), (17.0 * 3 + 1) * 4096 * 159296));
    r.recompute = {};
    CHECK_FALSE(memory_of(r).fits());
}

TEST_CASE("a prediction module keeps what a layer more keeps, and makes logits of its own") {
    any_run r{.model = models::deepseek_v3,
              .gpu = gpus::h800_sxm_80gb,
              .parallel = {.data = 64, .expert = 64}};
    rank_facts const without = facts_of(r);
    auto const all = [&](rank_facts const& f) {
        return activations_of(r, f, content_of(f, r.parallel, 0), 0);
    };
    activation_bytes const main = all(without);
    r.prediction_modules = true;
    activation_bytes const more = all(facts_of(r));
    double const layer = in_bytes(activations_of(without.groups[1].saved, r.parallel, r.framework,
                                                 recompute_kind::none, 4096, 4096)
                                      .kept);
    CHECK(near(in_bytes(more.kept - main.kept), layer, reckon::test::within(1e-9)));
    CHECK(near(more.logits, main.logits * 2));
}

TEST_CASE("a scan moves more through memory than it keeps") {
    constexpr mamba2 mixer{.query_heads = 64, .head_dim = 64, .groups = 8, .state = 128, .taps = 4};
    layers<mamba2, no_feed_forward> const layer{layer_set::range(0, 1), mixer, {}};
    // Inner width 4096; the state of 64 x 64 x 128 values at the end of every 128 tokens.
    CHECK(values_of(layer, 2688).scanned == 9 * 4096 + 8 * 64 * 64 * 128 / 128);
    CHECK(values_of(models::llama_3_1_8b.groups.first, 4096).scanned == 0);
}

TEST_CASE("tensor ranks divide everything with sequence parallelism, and less without") {
    constexpr auto const& m = models::llama_3_1_8b;
    saved_values const v = values_of(m.groups.first, m.hidden);
    auto const kept = [&](parallelism const& p) {
        return in_bytes(
            activations_of(v, p, frameworks::megatron, recompute_kind::none, 1, 8192).kept);
    };
    double const whole = kept({});
    CHECK(near(kept({.tensor = 8}), whole / 8));
    double const norms = 8.0 * 4096;
    CHECK(near(kept({.tensor = 8, .sequence = false}), (whole - norms) / 8 + norms));
}

TEST_CASE("micro-batches in flight") {
    static_assert(in_flight({}, 8, 0) == 1);
    static_assert(in_flight({.pipeline = 4}, 8, 0) == 4);
    static_assert(in_flight({.pipeline = 4}, 8, 3) == 1);
    static_assert(in_flight({.pipeline = 4}, 2, 0) == 2);
    static_assert(in_flight({.pipeline = 4, .order = schedule::gpipe}, 8, 3) == 8);
    static_assert(in_flight({.pipeline = 4, .order = schedule::dual_pipe}, 8, 2) == 5);
    // Megatron's gpt3_7b golden: rank 3 of 4 with 8 pieces holds 29 chunks.
    static_assert(in_flight({.pipeline = 4, .virtual_stages = 8}, 64, 3) * 8 == 29);
    static_assert(in_flight({.pipeline = 4, .virtual_stages = 8}, 64, 0) * 8 == 35);
    // Korthikanti: L (1 + (p - 1) / (p v)) layers on the first rank, here p v + p - 1 pieces of 24.
    static_assert(in_flight({.pipeline = 8, .virtual_stages = 3}, 64, 0) * 3 == 24 + 7);
    // Never more than there are.
    static_assert(in_flight({.pipeline = 8, .virtual_stages = 3}, 4, 0) * 3 == 12);
}
