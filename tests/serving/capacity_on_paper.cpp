// SPDX-License-Identifier: MIT
// Devices for a rate, by division: AT-16 and persona P3.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/serving/capacity_on_paper.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::serving::capacity_on_paper;
using reckon::serving::paper_capacity;
using reckon::serving::paper_device;
using reckon::serving::paper_load;
using reckon::test::near;
using reckon::test::within;

namespace {

/// DeepSeek-LLM-7B in 16 bit on an A100 80GB of 2,039 GB/s, at half of its peak.
paper_device a100_with_7b(cache_recipe const& cache = bf16) {
    auto const& m = models::deepseek_llm_7b;
    return {.capacity = bytes{80e9},
            .memory = gpus::a100_sxm_80gb.bandwidth.value(),
            .peak = peak_for(gpus::a100_sxm_80gb, arithmetic::fp16).value(),
            .achieved = efficiency{0.5},
            .weights = weights_of(m, fp16).total(),
            .cache = cache_per_token(m, cache),
            .active_parameters = static_cast<double>(parameters_of(m).total)};
}

constexpr paper_load short_requests{.rate = per_second(100),
                                    .prompt = 500_tok,
                                    .output = 200_tok,
                                    .reserved = 700_tok,
                                    .held = 600_tok};
constexpr paper_load long_context{.rate = per_second(100),
                                  .prompt = 500_tok,
                                  .output = 200_tok,
                                  .reserved = 4096_tok,
                                  .held = 4096_tok};

} // namespace

TEST_CASE("AT-16: 100 requests a second of 500 + 200 tokens need nine A100") {
    paper_capacity const c = capacity_on_paper(a100_with_7b(), short_requests);
    CHECK(near(in_tokens_per_second(c.prefill), 11287.4, within(1e-5)));
    CHECK(near(c.for_prompts, 4.43, within(1e-3)));
    CHECK(c.batch == 169);
    CHECK(near(in_milliseconds(c.step), 31.22, within(1e-3)));
    CHECK(near(in_tokens_per_second(c.decode), 5412.9, within(1e-4)));
    CHECK(near(c.for_answers, 3.69, within(2e-3)));
    CHECK(c.devices() == 9);
}

TEST_CASE("AT-P3: 4,096 tokens of context need thirty, and 18 with a cache of 8 bit") {
    paper_capacity const c = capacity_on_paper(a100_with_7b(), long_context);
    CHECK(c.batch == 28);
    CHECK(near(in_tokens_per_second(c.decode), 812, within(2e-3)));
    CHECK(c.devices() == 30);
    paper_capacity const narrow = capacity_on_paper(a100_with_7b(fp8), long_context);
    CHECK(narrow.batch == 57);
    CHECK(near(in_tokens_per_second(narrow.decode), 1632, within(2e-3)));
    CHECK(narrow.devices() == 18);
}

TEST_CASE("AT-16: Little's law, and a rate that one device cannot have") {
    CHECK(near(serving::requests_in_flight(per_second(1200), 85_ms), 102));
    CHECK(near(serving::requests_in_flight(per_second(8700), 42_ms), 365.4));
    // 1,200 requests a second of 67B on one H100 in FP8: 12.2 tokens each at all of the peak.
    token_rate const most =
        tokens_by_compute(teraflops_per_second(1978.9), efficiency{1}, 67425001472.0);
    CHECK(near(in_tokens_per_second(most), 14675, within(1e-4)));
    CHECK(near(in_tokens(most / per_second(1200)), 12.2, within(3e-3)));
}

TEST_CASE("weights that leave no room hold no request") {
    paper_device d = a100_with_7b();
    d.weights = bytes{80e9};
    CHECK_FALSE(capacity_on_paper(d, short_requests).possible());
    CHECK(capacity_on_paper(d, short_requests).batch == 0);
    CHECK(capacity_on_paper(d, short_requests).step == seconds{});
    // Room for one: 72 GB less weights, and 700 tokens of it.
    d.weights = bytes{72e9} - d.cache * 700_tok * 1.5;
    paper_capacity const one = capacity_on_paper(d, short_requests);
    CHECK(one.possible());
    CHECK(one.batch == 1);
    CHECK(near(in_seconds(one.step), (in_bytes(d.weights) + in_bytes(d.cache * 600_tok)) / 2039e9));
    CHECK(near(one.for_answers, 100 * 200 * in_seconds(one.step)));
    // All of the peak where nobody says which part.
    paper_device peak{
        .memory = d.memory, .peak = d.peak, .cache = d.cache, .active_parameters = 7e9};
    CHECK(
        near(in_tokens_per_second(capacity_on_paper(peak, short_requests).prefill), 312e12 / 14e9));
}
