// SPDX-License-Identifier: MIT
// What two people ask of the library, answered to the byte: the platform engineer who chooses a node
// for DeepSeek-R1 (persona P1, acceptance AT-32) and the developer whose configs are compiled (P2).
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

// ---- P1.1, AT-32: R1 in FP8, 64 requests of 32,768 tokens --------------------------------------------
namespace {
constexpr layout tp8{.tensor = 8};
constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};

template <class Gpu> constexpr auto r1_on(Gpu const& gpu, layout const& spread,
                                          engine const& under) {
    return deployment<std::remove_cvref_t<decltype(models::deepseek_r1)>, Gpu>{
        .name = "r1",
        .model = models::deepseek_r1,
        .gpu = gpu,
        .layout = spread,
        .weights = fp8_block128,
        .max_context = 32768_tok,
        .concurrency = 64,
        .engine = under};
}
template <class Gpu> constexpr serving::memory_report report(Gpu const& gpu, layout const& l,
                                                             engine const& e) {
    return memory_of(r1_on(gpu, l, e));
}
constexpr engine told(engine e, double utilization) {
    e.memory_utilization = utilization;
    return e;
}
} // namespace

// The verdicts are the same on paper and under the engines as they are.
static_assert(report(gpus::h100_sxm_80gb, tp8, engines::on_paper).broken == constraint::weights);
static_assert(report(gpus::h200_sxm, tp8, engines::on_paper).broken == constraint::cache);
static_assert(report(gpus::h200_sxm, dp8, engines::on_paper).fits());
static_assert(report(gpus::h100_sxm_80gb, tp8, engines::vllm).broken == constraint::weights);
static_assert(report(gpus::h100_sxm_80gb, dp8, engines::vllm).broken == constraint::weights);
static_assert(report(gpus::h200_sxm, tp8, engines::vllm).broken == constraint::cache);
static_assert(report(gpus::h200_sxm, dp8, engines::vllm).fits());
static_assert(report(gpus::h200_sxm, tp8, engines::sglang).broken == constraint::cache);
// SGLang's own fraction keeps 33 GiB for the graphs of eight groups; told another, it fits too.
static_assert(report(gpus::h200_sxm, dp8, engines::sglang).broken == constraint::cache);
static_assert(report(gpus::h200_sxm, dp8, told(engines::sglang, 0.88)).fits());

TEST_CASE("AT-32: the load is 2,097,152 tokens, 147.4 GB of cache") {
    constexpr auto r = report(gpus::h200_sxm, tp8, engines::on_paper);
    CHECK(r.tokens_needed == 2097152_tok);
    CHECK(r.kv_cache == bytes{147371065344});
    CHECK(near(r.kv_cache, bytes{147.37_GB}, within(1e-4)));
}

TEST_CASE("P1.1: 8 x H100 are refused for the weights") {
    constexpr auto r = report(gpus::h100_sxm_80gb, tp8, engines::on_paper);
    CHECK(r.weights * 8 == bytes{673150611808}); // 673.15 GB, above 640
    CHECK(r.budget == bytes{72_GB});
    CHECK(r.cache_tokens == 0_tok);
}

TEST_CASE("P1.1: 8 x H200 under TP8 are refused for the cache: 608,438 tokens of 2,097,152") {
    constexpr auto r = report(gpus::h200_sxm, tp8, engines::on_paper);
    CHECK(r.budget == 141_GB * 0.9);
    CHECK(r.cache_tokens == 608438_tok);
}

TEST_CASE("P1.1: 8 x H200 under DP8 attention and EP8 are accepted: 262,144 tokens on each") {
    constexpr auto r = report(gpus::h200_sxm, dp8, engines::on_paper);
    CHECK(r.tokens_needed == 262144_tok);
    CHECK(near(r.weights, bytes{94.1_GB}, within(1e-3)));
    CHECK(near(r.kv_cache, bytes{18.4_GB}, within(2e-3)));
    // 466,321 in the acceptance table, which puts the scales of attention with the experts.
    CHECK(near(in_tokens(r.cache_tokens), 466321.0, within(1e-4)));
}

TEST_CASE("P1.1: two T4 are refused for the weights") {
    constexpr auto r = report(gpus::t4, {.tensor = 2}, engines::on_paper);
    static_assert(r.broken == constraint::weights);
    CHECK(r.weights * 2 == bytes{673150611808});
    CHECK(r.capacity * 2 == bytes{32_GB});
}

TEST_CASE("P1.2: at 64 requests and 4K of context a step is 18.8 ms at best, bound by memory") {
    constexpr deployment d{.model = models::deepseek_r1,
                           .gpu = gpus::h200_sxm,
                           .layout = dp8,
                           .weights = fp8_block128,
                           .max_context = 8192_tok,
                           .concurrency = 64,
                           .request = {.prompt = 4000_tok, .output = 192_tok}};
    constexpr serving::speed_report s = speed_of(d);
    static_assert(s.known);
    CHECK(near(s.decode_bound, 18.8_ms, within(0.01)));
    CHECK(s.decode.bound_by == resource::memory);
    CHECK(near(64 / in_seconds(s.decode_bound), 3400.0, within(0.01))); // tokens a second, ideal
    CHECK(s.decode.total > s.decode_bound);
}

TEST_CASE("P1.3: the 8 x A100-80 that somebody owns") {
    CHECK(report(gpus::a100_sxm_80gb, tp8, engines::on_paper).broken == constraint::weights); // FP8
    auto d = r1_on(gpus::a100_sxm_80gb, tp8, engines::on_paper);
    d.weights = bf16;
    CHECK(near(memory_of(d).weights * 8, bytes{1342_GB}, within(1e-3)));
    CHECK(memory_of(d).broken == constraint::weights);
    d.weights = int8;
    CHECK(near(memory_of(d).weights * 8, bytes{671_GB}, within(0.01)));
    CHECK(memory_of(d).broken == constraint::weights);
    d.weights = int4_g128;
    d.concurrency = 1;
    CHECK(fits(d));
    // 404,465 tokens at 4.15625 bits for every parameter; embeddings, router and norms stay wide here.
    CHECK(near(in_tokens(memory_of(d).cache_tokens), 404465.0, within(0.02)));
}

// ---- P2.1: LLM-67B in 16 bit on two A100-80 ------------------------------------------------------------
namespace {
constexpr auto llm_67b(count requests) {
    return deployment<std::remove_cvref_t<decltype(models::deepseek_llm_67b)>,
                      std::remove_cvref_t<decltype(gpus::a100_sxm_80gb)>>{
        .name = "llm-67b",
        .model = models::deepseek_llm_67b,
        .gpu = gpus::a100_sxm_80gb,
        .layout = {.tensor = 2},
        .weights = fp16,
        .kv_cache = fp16,
        .max_context = 4096_tok,
        .concurrency = requests,
        .engine = engines::on_paper};
}
constexpr auto five = llm_67b(5);
constexpr auto six = llm_67b(6);
} // namespace

static_assert(fits(five));
static_assert(proven_to_fit<five>);
static_assert(!fits(six));

TEST_CASE("P2.1: five requests of 4,096 tokens fit, six do not") {
    constexpr serving::memory_report r = memory_of(five);
    CHECK(r.cache_tokens == 23514_tok);
    CHECK(r.tokens_needed == 20480_tok);
    constexpr serving::memory_report over = memory_of(six);
    CHECK(over.broken == constraint::cache);
    CHECK(over.needed() * 2 == bytes{144413016064});
    CHECK(over.budget * 2 == bytes{144000000000});
}

TEST_CASE("P2.1: under an engine that really runs, the reserve takes the last requests") {
    auto d = llm_67b(5);
    d.engine = engines::vllm;
    // Reported memory is 85.0 GB, not 80; the reserve of tensor parallelism is 2.3.
    CHECK(memory_of(d).capacity == bytes{mebibytes(81100.8)});
    CHECK(fits(d));
    CHECK(memory_of(d).cache_tokens > 23514_tok);
}

// ---- a table of deployments ---------------------------------------------------------------------------
namespace {
constexpr serving::any_deployment fleet[] = {
    {.name = "r1",
     .model = models::deepseek_r1,
     .gpu = gpus::h200_sxm,
     .layout = dp8,
     .weights = fp8_block128,
     .max_context = 32768_tok,
     .concurrency = 64},
    {.name = "llama",
     .model = models::llama_3_1_8b,
     .gpu = gpus::h100_sxm_80gb,
     .max_context = 8192_tok,
     .concurrency = 8},
};
} // namespace
static_assert(proven_to_fit<fleet>);
static_assert(fits(fleet[0]) && fits(fleet[1]));
