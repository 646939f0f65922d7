// SPDX-License-Identifier: MIT
// Live activations against what vLLM logged ("activation peak", GiB), and AT-04's sums.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr engine with_sampler(double bytes_per_logit) {
    engine e = engines::vllm;
    e.sampler_bytes_per_logit = bytes_per_logit;
    return e;
}
template <class M>
double gib(M const& m, engine const& e, count ranks, double batched, double requests) {
    return in_gibibytes(activation_peak(m, e, layout{.tensor = ranks}, tokens{batched}, requests));
}
} // namespace

TEST_CASE("the sampler decides on large devices, whatever the tensor parallelism") {
    // Llama-3.1-8B, 1,024 requests, vLLM 0.17 and later, 15.2 B a logit: 1.89 GiB logged on 1, 2 and 4.
    for (count ranks : {1, 2, 4}) {
        CAPTURE(ranks);
        CHECK(
            near(gib(models::llama_3_1_8b, engines::vllm, ranks, 8192, 1024), 1.89, within(0.04)));
        // Qwen2.5-7B: 2.21 GiB.
        CHECK(near(gib(models::qwen2_5_7b, engines::vllm, ranks, 8192, 1024), 2.21, within(0.04)));
    }
    // vLLM 0.10.2 to 0.16 kept 38.5 B a logit: Llama-3.1-8B 4.76 GiB.
    CHECK(near(gib(models::llama_3_1_8b, with_sampler(38.5), 1, 8192, 1024), 4.76, within(0.02)));
}

TEST_CASE("the forward pass decides for long passes on small devices") {
    // An 8B Llama 3 on an RTX 3090, vLLM V0 (vllm-project/vllm#10517).
    auto const& llama = models::llama_3_1_8b;
    CHECK(near(gib(llama, with_sampler(0), 1, 20000, 1), 2.07, within(0.01)));
    CHECK(near(gib(llama, with_sampler(0), 1, 29000, 1), 2.99, within(0.01)));
    CHECK(near(gib(llama, with_sampler(0), 1, 512, 1), 0.06, within(0.15))); // logged to two digits
}

TEST_CASE("AT-04: the equation") {
    // forward = T a (w / n + 3 h): LLM-67B, 1,024 tokens, 2 B; w = 3 x 22,016, h = 8,192. AT-04's
    // upper bound is the same but for two live rows of h instead of three.
    engine const e = with_sampler(0);
    bytes const peak = activation_peak(models::deepseek_llm_67b, e, {}, 1024_tok, 1);
    CHECK(peak == bytes{135266304.0 + 3 * 1024 * 8192 * 2});
    CHECK(peak - bytes{1024.0 * 8192 * 2} == bytes{168820736}); // AT-04
    // The width is divided by tensor parallelism, the residual stream is not.
    CHECK(activation_peak(models::deepseek_llm_67b, e, {.tensor = 8}, 1024_tok, 1) ==
          bytes{135266304.0 / 8 + 3 * 1024 * 8192 * 2});
    // The larger of the two parts, in mixtures too (gpt-oss-20b logs its sampler's 7.38 GiB). Without a rule for
    // experts' buffers the width of those that a token uses stands for them.
    engine sampler = with_sampler(1000);
    sampler.experts = {};
    CHECK(activation_peak(models::deepseek_llm_67b, sampler, {}, 1_tok, 2) ==
          bytes{2.0 * 102400 * 1000});
    auto const& r1 = models::deepseek_r1;
    CHECK(activation_peak(r1, sampler, {}, 1_tok, 2) == bytes{2.0 * 129280 * 1000});
    // 3 x 2,048 x (8 + 1) live values in a mixture layer, as many as in a dense one: 3 x 18,432.
    CHECK(activation_peak(r1, sampler, {}, 8192_tok, 1) ==
          bytes{8192 * 2.0 * (3.0 * 18432 + 3.0 * 7168)});
}

TEST_CASE("an engine that reserves nothing for them") {
    CHECK(activation_peak(models::deepseek_r1, engines::on_paper, {.tensor = 8}, 8192_tok, 64) ==
          bytes{0});
}
