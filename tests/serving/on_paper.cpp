// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/memory_of.hpp>
#include <reckon/serving/on_paper.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon::literals;
using reckon::serving::on_paper;
using reckon::serving::paper_check;

namespace {

template <class Model>
constexpr paper_check check(Model const& m, reckon::figure<reckon::bytes> capacity,
                            reckon::recipe const& weights, reckon::layout const& l,
                            reckon::count requests = 1, reckon::tokens context = 1_tok) {
    return on_paper(m, capacity, weights, reckon::bf16, l, context, requests).value();
}

constexpr reckon::layout tensor8{.tensor = 8};
constexpr reckon::layout data8{.data = 8, .expert = 8};
constexpr auto const& r1 = reckon::models::deepseek_r1;

} // namespace

TEST_CASE("AT-08: KV tokens of DeepSeek-R1 in FP8 on 8 x H200") {
    constexpr auto tp = check(r1, reckon::bytes{141e9}, reckon::fp8_block128, tensor8, 64, 32_Ktok);
    static_assert(tp.fit == 608438_tok);
    static_assert(tp.needed == 2097152_tok);
    static_assert(!tp.fits());
    constexpr auto dp = check(r1, reckon::bytes{141e9}, reckon::fp8_block128, data8, 64, 32_Ktok);
    static_assert(dp.fit == 466321_tok);
    static_assert(dp.needed == 262144_tok);
    static_assert(dp.fits());
    // Persona P1.1: 94.1 GB weights + 18.4 GB KV of 126.9 GB.
    CHECK(reckon::in_gigabytes(dp.weights) == doctest::Approx(94.13).epsilon(1e-4));
    CHECK(reckon::in_gigabytes(dp.cache()) == doctest::Approx(18.42).epsilon(1e-4));
    CHECK(reckon::in_gigabytes(dp.budget) == doctest::Approx(126.9));
}

TEST_CASE("AT-32: the weights of DeepSeek-R1 are too much for 8 x 80 GB") {
    constexpr auto h100 =
        check(r1, reckon::bytes{80e9}, reckon::fp8_block128, tensor8, 64, 32_Ktok);
    static_assert(h100.weights > h100.budget);
    static_assert(h100.fit == 0_tok);
    static_assert(!h100.fits());
}

TEST_CASE("AT-08: dense models") {
    using namespace reckon::models;
    constexpr reckon::layout one{};
    constexpr reckon::layout two{.tensor = 2};
    static_assert(check(deepseek_coder_33b, reckon::bytes{80e9}, reckon::fp16, one).fit ==
                  20925_tok);
    static_assert(check(deepseek_coder_33b, reckon::bytes{40e9}, reckon::fp16, one).fit == 0_tok);
    static_assert(check(deepseek_llm_67b, reckon::bytes{80e9}, reckon::fp16, one).fit == 0_tok);
    static_assert(check(deepseek_llm_67b, reckon::bytes{80e9}, reckon::fp16, two).fit == 23514_tok);
    static_assert(check(deepseek_llm_7b, reckon::bytes{16e9}, reckon::fp16, one).fit == 1178_tok);
    static_assert(check(deepseek_llm_7b, reckon::bytes{24e9}, reckon::fp16, one).fit == 15826_tok);
    static_assert(check(deepseek_coder_1_3b, reckon::bytes{16e9}, reckon::fp16, one).fit ==
                  59545_tok);
}

TEST_CASE("a pipeline divides weights and cache alike") {
    constexpr auto flat = check(r1, reckon::bytes{141e9}, reckon::fp8_block128, data8, 64, 32_Ktok);
    constexpr auto staged = check(r1, reckon::bytes{141e9}, reckon::fp8_block128,
                                  {.pipeline = 2, .data = 8, .expert = 8}, 64, 32_Ktok);
    CHECK(reckon::in_bytes(staged.weights) == doctest::Approx(reckon::in_bytes(flat.weights) / 2));
    CHECK(reckon::in_bytes(staged.cache()) == doctest::Approx(reckon::in_bytes(flat.cache()) / 2));
}

TEST_CASE("what a rank really holds is more than a division says") {
    for (reckon::layout const& l : {tensor8, data8}) {
        auto const paper =
            check(r1, reckon::gpus::h200_sxm.memory, reckon::fp8_block128, l, 64, 32_Ktok);
        auto const real =
            reckon::serving::memory_of(r1, reckon::gpus::h200_sxm, reckon::fp8_block128,
                                       reckon::bf16, l, reckon::engines::vllm, 32_Ktok, 64);
        CHECK(real.weights > paper.weights);
        CHECK(real.weights < paper.weights * 1.15);
        CHECK(real.kv_cache == paper.cache());
    }
}

TEST_CASE("attention on paper: its parameters in the elements of their format, without scales") {
    // Llama-3.1-8B: 32 layers of 4,096 x (4,096 + 2 x 1,024) and 4,096 x 4,096.
    double const parameters = 32.0 * 4096 * (4096 + 2 * 1024 + 4096);
    auto const held = [](reckon::recipe const& r) {
        return reckon::in_bytes(
            reckon::serving::attention_on_paper(reckon::models::llama_3_1_8b, r));
    };
    CHECK(held(reckon::bf16) == parameters * 2);
    CHECK(held(reckon::fp8_block128) == parameters);
    // 576 values of 656 bytes stored as one.
    CHECK(held(reckon::fp8_latent) == doctest::Approx(parameters * 656 / 576));
}

TEST_CASE("a check fits to the last byte") {
    paper_check c{.budget = reckon::bytes{10},
                  .weights = reckon::bytes{4},
                  .cache_per_token = reckon::bytes{2} / 1_tok,
                  .needed = 3_tok};
    CHECK(c.cache() == reckon::bytes{6});
    CHECK(c.fits());
    c.budget = reckon::bytes{9};
    CHECK_FALSE(c.fits());
}

TEST_CASE("an unknown capacity stays unknown, and a deployment asks for its own") {
    CHECK_FALSE(
        on_paper(r1, reckon::unknown, reckon::fp8_block128, reckon::bf16, tensor8, 1_Ktok, 1)
            .known());
    constexpr auto d = reckon::deployment{.model = r1,
                                          .gpu = reckon::gpus::h200_sxm,
                                          .layout = data8,
                                          .weights = reckon::fp8_block128,
                                          .max_context = 32_Ktok,
                                          .concurrency = 64};
    static_assert(on_paper(d).value().fit == 466321_tok);
}
