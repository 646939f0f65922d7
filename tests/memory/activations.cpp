// SPDX-License-Identifier: MIT
// Live activations against what vLLM logged ("activation peak", GiB), and AT-04's sums.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>

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

TEST_CASE("experts' buffers beside the width of dense and shared blocks, by hand") {
    // 40 wide; 8 experts of 15, two of them a token, and a shared one of 20. 10 tokens of 2 bytes.
    any_model m{};
    m.hidden = 40;
    m.vocabulary = 1000;
    moe const block{.routed = 8, .per_token = 2, .intermediate = 15, .shared_intermediate = 20};
    m.groups.list.push_back({layer_set::range(0, 2), gqa{4, 2, 8}, block, {}});
    engine e = engines::on_paper;
    e.activation_bytes = 2;
    e.sampler_bytes_per_logit = 1;
    auto const peak = [&](layout const& l = {}, double sampled = 0, pass_particulars pass = {}) {
        return activation_peak(m, e, l, tokens{10}, sampled, pass);
    };
    // No kernel is handed tokens: the width of those that a token uses, 3 (2 x 15 + 20), stands for them.
    e.experts.chunk = 0;
    CHECK(peak() == bytes{20 * (150 + 120.0)});
    // Else 3 x 20 stays, and a row for each of the two: 40 of the stream, which is wider than 2 x 15, and 15.
    for (count const chunk : {1, 3, 10, 100}) {
        CAPTURE(chunk);
        e.experts.chunk = chunk;
        auto const at_once = static_cast<double>(std::min(chunk, count{10}));
        CHECK(peak() == bytes{20 * (60 + 120.0) + at_once * 2 * 2 * (40 + 15)});
    }
    CHECK(peak({.tensor = 2}) == bytes{20 * (30 + 120.0) + 10 * 2 * 2 * (40 + 7.5)});
    // Two matrices an expert: 2 (2 x 15 + 20), of which 2 x 20 stay.
    any_model const gated_ones = m;
    moe plain = block;
    plain.gated_experts = false;
    m.groups.list[0].feed_forward = plain;
    CHECK(peak() == bytes{20 * (40 + 120.0) + 10 * 2 * 2 * (40 + 15.0)});
    m = gated_ones;
    // The sampler and attention's own buffers are beside neither, unless the buffers are kept.
    pass_particulars const seven{.attention = bytes{7}};
    CHECK(peak({}, 4, seven) == bytes{3600 + 2200.0});
    CHECK(peak({}, 6, seven) == bytes{6007});
    e.experts.keeps_workspace = true;
    CHECK(peak({}, 4, seven) == bytes{2200 + 4007.0});
    CHECK(peak({}, 3, seven) == bytes{2200 + 3607.0});
    CHECK(peak({}, 4, {.attention = bytes{7}, .experts_own = true}) == bytes{3600 + 2200.0});
    e.experts.keeps_workspace = false;
    // A wide dense block is the peak by itself.
    m.groups.list.push_back({layer_set::range(2, 3), gqa{4, 2, 8}, gated{100}, {}});
    CHECK(peak() == bytes{20 * (300 + 120.0)});
}
