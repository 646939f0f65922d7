// SPDX-License-Identifier: MIT
// The same law for types known to the compiler and for values read from a file: the same numbers, and
// no allocation.
#include "support/allocations.hpp"
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::any_deployment;

namespace {
template <class M, class G> any_deployment any(deployment<M, G> const& d) {
    return {.name = d.name,
            .model = d.model,
            .gpu = d.gpu,
            .layout = d.layout,
            .weights = d.weights,
            .kv_cache = d.kv_cache,
            .max_context = d.max_context,
            .concurrency = d.concurrency,
            .request = d.request,
            .engine = d.engine};
}

// Bit for bit: both are the same additions in the same order, done by this program.
void same(serving::memory_report const& a, serving::memory_report const& b) {
    CHECK(a.capacity == b.capacity);
    CHECK(a.budget == b.budget);
    CHECK(a.weight_parts == b.weight_parts);
    CHECK(a.weights == b.weights);
    CHECK(a.kv_cache == b.kv_cache);
    CHECK(a.activations == b.activations);
    CHECK(a.runtime == b.runtime);
    CHECK(a.cache_per_token == b.cache_per_token);
    CHECK(a.cache_tokens == b.cache_tokens);
    CHECK(a.tokens_needed == b.tokens_needed);
    CHECK(a.fullest_stage == b.fullest_stage);
    CHECK(a.broken == b.broken);
}
void same(serving::speed_report const& a, serving::speed_report const& b) {
    CHECK(a.known == b.known);
    CHECK(a.decode == b.decode);
    CHECK(a.prefill == b.prefill);
    CHECK(a.time_per_token == b.time_per_token);
    CHECK(a.time_to_first_token == b.time_to_first_token);
    CHECK(a.end_to_end == b.end_to_end);
    CHECK(a.output_throughput == b.output_throughput);
    CHECK(a.total_throughput == b.total_throughput);
    CHECK(a.requests == b.requests);
    CHECK(a.bound_by == b.bound_by);
    CHECK(a.decode_bound == b.decode_bound);
}
template <class M, class G> void agrees(deployment<M, G> const& d) {
    CAPTURE(std::string_view(d.model.name));
    same(memory_of(d), memory_of(any(d)));
    same(speed_of(d), speed_of(any(d)));
    CHECK(fits(d) == fits(any(d)));
}

constexpr deployment r1{.name = "r1",
                        .model = models::deepseek_r1,
                        .gpu = gpus::h200_sxm,
                        .layout = {.tensor = 1, .data = 8, .expert = 8},
                        .weights = fp8_block128,
                        .max_context = 32_Ktok,
                        .concurrency = 64};
} // namespace

TEST_CASE("static and run-time deployments agree bit for bit") {
    agrees(r1);
    agrees(deployment{.model = models::llama_3_1_70b,
                      .gpu = gpus::h100_sxm_80gb,
                      .layout = {.tensor = 4},
                      .weights = fp8_per_channel,
                      .max_context = 16_Ktok,
                      .concurrency = 32});
    agrees(deployment{.model = models::gpt_oss_120b,
                      .gpu = gpus::mi300x,
                      .weights = models::gpt_oss_120b.published,
                      .max_context = 8_Ktok,
                      .concurrency = 7});
    agrees(deployment{.model = models::gemma_3_27b,
                      .gpu = gpus::a100_sxm_80gb,
                      .layout = {.pipeline = 3},
                      .max_context = 8_Ktok,
                      .concurrency = 3});
    agrees(deployment{.model = models::deepseek_v2_lite,
                      .gpu = gpus::t4,
                      .layout = {.tensor = 2},
                      .weights = int4_g128,
                      .max_context = 4_Ktok,
                      .concurrency = 2,
                      .engine = engines::sglang});
}

TEST_CASE("the compiler and the program agree") {
    constexpr serving::memory_report compiled = memory_of(r1);
    constexpr serving::speed_report timed = speed_of(r1);
    serving::memory_report const ran = memory_of(any(r1));
    serving::speed_report const clocked = speed_of(any(r1));
    // Counted in integers: equal. Through rounding: a compiler may contract a*b+c.
    CHECK(compiled.weights == ran.weights);
    CHECK(compiled.kv_cache == ran.kv_cache);
    CHECK(near(compiled.needed(), ran.needed()));
    CHECK(near(timed.time_per_token.value, clocked.time_per_token.value));
    CHECK(near(timed.output_throughput.value, clocked.output_throughput.value));
}

TEST_CASE("models and devices found by name give the same answer") {
    auto const model = find_model("deepseek-r1");
    auto const gpu = find_gpu("h200-sxm");
    REQUIRE(model);
    REQUIRE(gpu);
    any_deployment found = any(r1);
    found.model = *model;
    found.gpu = *gpu;
    same(memory_of(found), memory_of(r1));
}

TEST_CASE("an estimate allocates nothing") {
    any_deployment const d = any(r1);
    auto const before = reckon::test::allocations();
    serving::memory_report const memory = memory_of(d);
    serving::speed_report const speed = speed_of(d);
    serving::full_report const both = estimate_of(d);
    sentence const said = serving::explain(d, memory);
    bool const good = fits(d);
    auto const after = reckon::test::allocations();
    CHECK(after == before);
    CHECK(good);
    CHECK(speed.known);
    CHECK_FALSE(said.empty());
    same(both.memory, memory);
    same(both.speed, speed);
}
