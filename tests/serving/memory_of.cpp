// SPDX-License-Identifier: MIT
// Resident bytes of a deployment: parts that add up, the budget, and the first rule that breaks.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

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
    CHECK(r.capacity == bytes{143771_MiB}); // what the driver reports of 141 GB
    CHECK(r.capacity_source == provenance::observed);
    CHECK(r.kv_cache == bytes{70272.0 * 32768 * 16});
    CHECK(r.tokens_needed == 32768_tok * 16);
    CHECK(r.cache_per_token == bytes{70272} / 1_tok);
    CHECK(r.weight_parts == weights_of(models::deepseek_r1, fp8_block128, {.tensor = 8}));
    // What vLLM logged for these weights: 79.41 GiB.
    CHECK(near(in_gibibytes(r.weights), 79.41, within(0.005)));
    CHECK(r.fullest_stage == 0);
    CHECK(static_cast<bool>(r));
}

TEST_CASE("every number says how sure it is") {
    constexpr serving::memory_report r = memory_of(r1_on_h200);
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

TEST_CASE("MLA's absorbed copy is counted where weights are narrow and the engine makes one") {
    bytes const copy{2.0 * 61 * 128 * 512 * 256 / 8};
    serving::memory_report const r = memory_of(r1_on_h200);
    CHECK(near(r.weights - r.weight_parts.total(), copy));
    deployment wide = r1_on_h200;
    wide.weights = bf16;
    CHECK(memory_of(wide).weights == memory_of(wide).weight_parts.total());
    deployment none = r1_on_h200;
    none.engine.absorbed_copy_bytes = 0;
    CHECK(memory_of(none).weights == memory_of(none).weight_parts.total());
}

TEST_CASE("collectives' buffers are there where a layer is shared") {
    deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8_Ktok};
    CHECK(memory_of(d).runtime.value == engines::vllm.runtime);
    d.layout.tensor = 2;
    CHECK(memory_of(d).runtime.value == engines::vllm.runtime + engines::vllm.collectives);
    d.layout = {.pipeline = 2}; // stages share no layer
    CHECK(memory_of(d).runtime.value == engines::vllm.runtime);
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
    CHECK(r.weight_parts == weights_of(models::deepseek_r1, fp8_block128, d.layout, 1));
    CHECK(r.kv_cache == bytes{30.0 * 576 * 2 * 32768 * 16});
}
