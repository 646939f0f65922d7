// SPDX-License-Identifier: MIT
// What engines print at start, against their logs: the pool is taken from the log, tokens and concurrency
// are predicted.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
serving::launch_figures printed(auto d, double pool_gib) {
    d.model.max_context = unknown;
    return serving::figures_of_pool(d, bytes{gibibytes(pool_gib)}, 0);
}
} // namespace

TEST_CASE("every layer keeps every token: a rate") {
    deployment d{.model = models::llama_3_1_8b, .gpu = gpus::l4, .max_context = 32000_tok};
    // vLLM 0.11 on L4: 4.75 GiB, 38,944 tokens. The log rounds to 0.01 GiB, 82 tokens.
    CHECK(near(printed(d, 4.75).cache_tokens, 38944_tok, within(0.003)));
    CHECK(printed(d, 4.75).concurrency == doctest::Approx(38912.0 / 32000).epsilon(0.003));
    deployment r1{.model = models::deepseek_r1,
                  .gpu = gpus::h200_sxm,
                  .layout = {.tensor = 8},
                  .max_context = 32_Ktok};
    CHECK(near(printed(r1, 10.57).cache_tokens, 161488_tok, within(0.001)));
    r1.layout.context = 8; // whole blocks on every rank
    CHECK(static_cast<count>(in_tokens(printed(r1, 10.57).cache_tokens)) % (16 * 8) == 0);
    // A request's 32,768 tokens are dealt out: 4,096 on each rank, of 61 latents of 576 values.
    CHECK(printed(r1, 10.57).concurrency ==
          doctest::Approx(10.57 * 1073741824 / (4096.0 * 61 * 576 * 2)));
}

TEST_CASE("windows: printed whole until 0.13, as what requests can hold from 0.14 on") {
    deployment d{.model = models::gpt_oss_120b,
                 .gpu = gpus::a100_sxm_80gb,
                 .layout = {.tensor = 4},
                 .max_context = 16384_tok,
                 .engine = engines::vllm_release({0, 10, 1})};
    // 4 x A100, 0.10.1: 45.32 GiB, 2,640,144 tokens, 284.25x.
    CHECK(near(printed(d, 45.32).cache_tokens, 2640144_tok, within(0.0005)));
    CHECK(printed(d, 45.32).concurrency == doctest::Approx(284.25).epsilon(0.0005));
    d.model.max_context = unknown;
    d.engine = engines::vllm_release({0, 14});
    CHECK(in_tokens(printed(d, 45.32).cache_tokens) ==
          doctest::Approx(284.25 * 16384).epsilon(0.0005));
    CHECK(in_tokens(printed(d, 45.32).cache_tokens) ==
          std::floor(printed(d, 45.32).concurrency * 16384)); // whole ones
    // GB10, 0.13, one rank: 12.94 GiB, 282,624 tokens, 54.44x at 8,192.
    deployment small{.model = models::gpt_oss_20b,
                     .gpu = gpus::gb10,
                     .max_context = 8192_tok,
                     .engine = engines::vllm_release({0, 13})};
    small.engine.batched_tokens = 2048;
    CHECK(near(printed(small, 12.94).cache_tokens, 282624_tok, within(0.001)));
    CHECK(printed(small, 12.94).concurrency == doctest::Approx(54.44).epsilon(0.001));
}

TEST_CASE("pages of one size: Gemma 4's windows, and the states of recurrent layers") {
    // GB10, 0.25.1, 2,496 tokens at once, 262,144 of context.
    deployment gemma{
        .model = models::gemma_4_26b_a4b, .gpu = gpus::gb10, .max_context = 262144_tok};
    gemma.engine.batched_tokens = 2496;
    CHECK(near(printed(gemma, 83.89).cache_tokens, 3875400_tok, within(2e-4)));
    CHECK(near(printed(gemma, 84.68).cache_tokens, 3912140_tok, within(2e-4)));
    // Qwen3.5-27B's shape: 16 layers of attention and one of the drafter, 48 recurrent; three tokens drafted.
    deployment qwen{.model = models::qwen3_5_27b, .gpu = gpus::gb10, .max_context = 262144_tok};
    qwen.engine.prediction_modules = 1;
    qwen.engine.drafted_tokens = 3;
    CHECK(near(printed(qwen, 80.17).cache_tokens, 1191213_tok, within(1e-3)));
    deployment mixture{
        .model = models::qwen3_5_35b_a3b, .gpu = gpus::gb10, .max_context = 262144_tok};
    mixture.engine.prediction_modules = 1;
    mixture.engine.drafted_tokens = 3;
    CHECK(near(printed(mixture, 74.22).cache_tokens, 3366051_tok, within(2e-3)));
}

TEST_CASE("a deployment's own figures are its report's") {
    constexpr deployment d{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8_Ktok};
    constexpr serving::launch_figures f = serving::launch_figures_of(d);
    static_assert(f.pool == memory_of(d).cache_pool);
    CHECK(f.weights == memory_of(d).weights);
    CHECK(f.cache_tokens <= memory_of(d).cache_tokens);
    CHECK(f.cache_tokens > memory_of(d).cache_tokens - 16_tok);
    deployment none = d;
    none.layout.tensor = 3;
    CHECK(serving::launch_figures_of(none) == serving::launch_figures{});
    // A pool of less than nothing holds nobody, and who keeps nothing is not counted.
    for (engine const& e : {engines::vllm, engines::sglang}) {
        deployment empty = d;
        empty.engine = e;
        CHECK(serving::figures_of_pool(empty, bytes{-1e9}, 0).concurrency == 0);
        CHECK(serving::figures_of_pool(empty, bytes{-1e9}, 0).cache_tokens == 0_tok);
        deployment const encoder{.model = models::bert_base_uncased,
                                 .gpu = gpus::h100_sxm_80gb,
                                 .max_context = 512_tok,
                                 .engine = e};
        CHECK(serving::figures_of_pool(encoder, bytes{1e9}, 0).concurrency == 0);
    }
    deployment const same = d; // when the program runs
    CHECK(serving::launch_figures_of(same).cache_tokens == f.cache_tokens);
    CHECK(serving::launch_figures_of(same).pool == f.pool);
}
