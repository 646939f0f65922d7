// SPDX-License-Identifier: MIT
// Resident bytes of a deployment: parts that add up, the budget, and the first rule that breaks.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::constraint;

namespace {
constexpr deployment r1_on_h200{
    .name = "r1-prod",
    .model = models::deepseek_r1,
    .gpu = gpus::h200_sxm,
    .layout = {.tensor = 8},
    .weights = fp8_block128,
    .max_context = 32_Ktok,
    .concurrency = 16,
};
} // namespace

static_assert(fits(r1_on_h200));

TEST_CASE("the parts add up to what is needed, and headroom to the budget") {
    constexpr serving::memory_report r = memory_of(r1_on_h200);
    CHECK(r.needed() == r.weights + r.kv_cache + r.activations.value + r.runtime.value);
    CHECK(near(r.needed() + r.headroom(), r.budget));
    CHECK(r.budget == r.capacity * 0.9);
    CHECK(r.capacity == bytes{mebibytes(143155.2)}); // what CUDA reports of 141 GB
    CHECK(r.capacity_source == provenance::observed);
    CHECK(r.kv_cache == bytes{70272.0 * 32768 * 16});
    CHECK(r.tokens_needed == 32768_tok * 16);
    CHECK(r.cache_per_token == bytes{70272} / 1_tok);
    CHECK(r.weight_parts.total() ==
          weights_of(models::deepseek_r1, fp8_block128, {.tensor = 8}).total());
    // What vLLM logged for these weights: 79.41 GiB.
    CHECK(near(in_gibibytes(r.weights), 79.41, within(0.005)));
    CHECK(r.fullest_stage == 0);
    CHECK(static_cast<bool>(r));
}

TEST_CASE("every number says how sure it is") {
    serving::memory_report const r = memory_of(r1_on_h200);
    for (estimate<bytes> const& part : {r.activations, r.runtime}) {
        CHECK(part.source == provenance::fitted);
        CHECK(part.low < part.value);
        CHECK(part.value < part.high);
    }
    deployment paper = r1_on_h200;
    paper.engine = engines::on_paper;
    serving::memory_report const exact = memory_of(paper);
    CHECK(exact.activations == estimate<bytes>::exactly(bytes{0}));
    CHECK(exact.runtime == estimate<bytes>::exactly(bytes{0}));
    CHECK(exact.capacity == bytes{141_GB});
    CHECK(exact.capacity_source == provenance::datasheet);
}

TEST_CASE("beside their own bytes, weights are copied, rounded and given a table of rotations") {
    constexpr double copy = 2.0 * 61 * 128 * 512 * 256 / 8; // where they are narrow
    auto const beside = [](auto const& d) {
        serving::memory_report const r = memory_of(d);
        engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
        return in_bytes(r.weights - r.weight_parts.total() - rotary_table(d.model, e) -
                        r.weight_parts.rounding);
    };
    CHECK(beside(r1_on_h200) == doctest::Approx(copy));
    deployment wide = r1_on_h200;
    wide.weights = bf16;
    CHECK(beside(wide) == doctest::Approx(0));
    deployment none = r1_on_h200;
    none.engine.absorbed_copy_bytes = 0;
    CHECK(beside(none) == doctest::Approx(0));
    none.engine.allocator = {};
    none.engine.rotary_bytes = 0;
    CHECK(memory_of(none).weights == memory_of(none).weight_parts.total());
}

TEST_CASE(
    "collectives' buffers are there where a layer is shared, smaller ones on the host's bus") {
    deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8_Ktok};
    engine const& e = engines::vllm; // 0.21: graphs are inside the budget
    CHECK(memory_of(d).runtime.value == e.runtime + e.graph_pool);
    CHECK(memory_of(d).outside.value == e.context);
    d.layout.tensor = 2;
    CHECK(memory_of(d).runtime.value == e.runtime + e.collectives + e.graph_pool);
    d.layout = {.pipeline = 2}; // stages share no layer
    CHECK(memory_of(d).runtime.value == e.runtime + e.graph_pool);
    deployment bus{.model = models::llama_3_1_8b,
                   .gpu = gpus::rtx_4090,
                   .layout = {.tensor = 2},
                   .max_context = 8_Ktok};
    CHECK(memory_of(bus).runtime.value == e.runtime + e.bus_collectives + e.graph_pool);
    bus.engine.graphs = false; // --enforce-eager
    CHECK(memory_of(bus).runtime.value == e.runtime + e.bus_collectives);
}

TEST_CASE("where engines charge what: the pools of one device") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .weights = bf16,
                 .max_context = 8_Ktok};
    auto const gib = [](bytes b) { return in_gibibytes(b); };
    double const c = gib(memory_of(d).capacity);
    double const w = gib(memory_of(d).weights);
    d.engine = engines::vllm_release({0, 16}); // graphs and context outside
    serving::memory_report r = memory_of(d);
    CHECK(gib(r.cache_pool) ==
          doctest::Approx(c * 0.9 - w - gib(r.activations.value) - 0.13).epsilon(1e-9));
    CHECK(gib(r.outside.value) == doctest::Approx(0.45 + 0.6));
    d.engine = engines::sglang; // the fraction is of what is free before loading
    d.engine.memory_utilization = 0.836;
    r = memory_of(d);
    CHECK(gib(r.cache_pool) == doctest::Approx((c - 0.6) * 0.836 - w).epsilon(1e-9));
    CHECK(r.activations.value == bytes{0});
    CHECK(r.outside.value > gibibytes(0.6)); // activations and graphs live in the rest
    d.engine = engines::tensorrt_llm;        // and of what is free after it
    r = memory_of(d);
    CHECK(
        gib(r.cache_pool) ==
        doctest::Approx(0.9 * (c - gib(r.weights) - gib(r.activations.value) - 1.0)).epsilon(1e-9));
    d.engine.cache_bytes = gibibytes(10); // told a size, every engine takes that
    CHECK(memory_of(d).cache_pool == bytes{gibibytes(10)});
}

TEST_CASE("all requests together hold one chunk on top of their windows") {
    deployment d{.model = models::gpt_oss_20b,
                 .gpu = gpus::h100_sxm_80gb,
                 .weights = models::gpt_oss_20b.published,
                 .max_context = 16_Ktok,
                 .concurrency = 4};
    serving::memory_report const r = memory_of(d);
    CHECK(r.request_cache > r.steady_cache);
    CHECK(r.kv_cache == r.steady_cache * 3 + r.request_cache);
    count const most = r.requests_that_fit(1 << 20);
    d.concurrency = most;
    CHECK(fits(d));
    d.concurrency = most + 1;
    CHECK_FALSE(fits(d));
    d.engine = engines::sglang; // a pool of its own
    CHECK(memory_of(d).request_cache == memory_of(d).steady_cache);
}

TEST_CASE("a budget that leaves the device no room for what it does not count") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::l4,
                 .weights = fp8_per_tensor,
                 .max_context = 8_Ktok};
    CHECK(memory_of(d).fits());
    d.engine.memory_utilization = 0.99;
    CHECK(memory_of(d).broken == constraint::device);
}

TEST_CASE("prediction modules are weights and cache of the last stage") {
    deployment d = r1_on_h200;
    serving::memory_report const without = memory_of(d);
    d.engine.prediction_modules = 1;
    serving::memory_report const with = memory_of(d);
    CHECK(with.weights - without.weights ==
          mtp_weights_of(models::deepseek_r1, fp8_block128, 1, d.layout));
    CHECK(with.cache_per_token == bytes{62.0 * 576 * 2} / 1_tok);
    d.layout = {.tensor = 8, .pipeline = 2};
    d.engine.prediction_modules = 0;
    bytes const first = memory_of_stage(d, 0).weights;
    d.engine.prediction_modules = 1;
    CHECK(memory_of_stage(d, 0).weights == first);
}

TEST_CASE("decode context parallelism deals out the tokens of one latent") {
    // GLM-5.1 on 8 devices: 341,504 / 680,192 / 1,360,384 / 2,720,768 tokens at 1, 2, 4 and 8.
    deployment d = r1_on_h200;
    double const alone = in_tokens(memory_of(d).cache_tokens);
    for (count const c : {2, 4, 8}) {
        d.layout.context = c;
        CHECK(in_tokens(memory_of(d).cache_tokens) ==
              doctest::Approx(alone * static_cast<double>(c)).epsilon(1e-5));
    }
    d.layout.context = 3;
    CHECK(memory_of(d).layout.defect == layout_defect::context_ranks);
}

TEST_CASE("redundant experts are held by whole ranks") {
    // SGLang, 8 x H20, DP8 EP8 with 32 redundant experts: 105.59 GiB logged.
    deployment d = r1_on_h200;
    d.engine = engines::sglang;
    d.layout = {.data = 8, .expert = 8, .redundant_experts = 32};
    CHECK(near(in_gibibytes(memory_of(d).weights), 105.59, within(0.005)));
    d.layout.redundant_experts = 3;
    CHECK(memory_of(d).layout.defect == layout_defect::experts);
    d.layout = {.tensor = 8, .redundant_experts = 8};
    CHECK(memory_of(d).layout.defect == layout_defect::redundant_experts);
}

TEST_CASE("data-parallel attention divides the requests, and rounds them up") {
    deployment d = r1_on_h200;
    d.layout = {.tensor = 1, .data = 8, .expert = 8};
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * 32768 * 2});
    CHECK(d.requests_per_group() == 2);
    d.concurrency = 17; // one group has three
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * 32768 * 3});
    CHECK(d.requests_per_group() == 3);
}

TEST_CASE("contexts are kept in the engine's blocks") {
    deployment d = r1_on_h200;
    d.max_context = 32769_tok;
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * (32768 + 16) * 16});
    CHECK(memory_of(d).tokens_needed == tokens{(32768.0 + 16) * 16});
}

TEST_CASE("the first rule that breaks, from the device's size to the load's") {
    deployment d = r1_on_h200;
    // The gap between weights and weights with the engine's reserve is the runtime's.
    d.gpu.memory_usable = bytes{memory_of(d).weights / 0.9 * 0.999};
    CHECK(memory_of(d).broken == constraint::weights);
    CHECK_FALSE(fits(d));
    d.gpu.memory_usable = bytes{memory_of(d).weights / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::runtime);
    serving::memory_report const big = memory_of(r1_on_h200);
    d.gpu.memory_usable = bytes{(big.needed() - big.kv_cache) / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::cache);
    d.gpu.memory_usable = bytes{big.needed() / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::none);
}

TEST_CASE("a device whose memory nobody published is asked, not assumed") {
    deployment d = r1_on_h200;
    d.gpu.memory_usable = unknown; // then what is sold counts, and says so
    CHECK(memory_of(d).capacity == bytes{141_GB});
    CHECK(memory_of(d).capacity_source == provenance::assumed);
    d.gpu.memory = unknown;
    CHECK(memory_of(d).broken == constraint::memory_unknown);
    CHECK_FALSE(memory_of(d).fits());
}

TEST_CASE("the fullest stage decides") {
    // Stage 1 of two holds 30 layers, all of them mixtures, and the head; stage 0 three dense ones.
    deployment d = r1_on_h200;
    d.layout = {.tensor = 8, .pipeline = 2};
    serving::memory_report const r = memory_of(d);
    CHECK(r.fullest_stage == 1);
    CHECK(r.weight_parts.total() ==
          weights_of(models::deepseek_r1, fp8_block128, d.layout, 1).total());
    CHECK(r.kv_cache == bytes{30.0 * 576 * 2 * 32768 * 16});
}

TEST_CASE("slots of adapters are weights, and buffers of an exchange have no interval") {
    deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8_Ktok};
    bytes const without = memory_of(d).weights;
    d.engine.adapters = 3;
    d.engine.adapter_rank = 16;
    bytes const slots = adapter_slots(d.model, d.engine, d.layout, 0);
    CHECK(slots > bytes{50e6});
    CHECK(near(memory_of(d).weights - without, slots));
    deployment wide = r1_on_h200;
    wide.layout = {.data = 8, .expert = 8};
    serving::memory_report const plain = memory_of(wide);
    wide.engine.exchanged_tokens = 128;
    bytes const buffers = exchange_buffers(wide.model, wide.engine, wide.layout);
    CHECK(buffers > bytes{1e9});
    serving::memory_report const exchanging = memory_of(wide);
    CHECK(near(exchanging.runtime.value - plain.runtime.value, buffers));
    CHECK(near(exchanging.runtime.high - plain.runtime.high, buffers));
}

TEST_CASE("lengths are known together, and a group carries its share of requests") {
    CHECK(serving::request_shape{10_tok, 20_tok}.known());
    CHECK_FALSE(serving::request_shape{10_tok, 0_tok}.known());
    CHECK_FALSE(serving::request_shape{0_tok, 20_tok}.known());
    serving::any_deployment d{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .concurrency = 7};
    for (auto const& [groups, each] :
         {std::pair{1, 7}, std::pair{2, 4}, std::pair{3, 3}, std::pair{0, 7}}) {
        d.layout.data = groups;
        CHECK(d.requests_per_group() == each);
    }
}
