// SPDX-License-Identifier: MIT
// The cache: bytes a token for every row of AT-03, linear in the context, and what a rank keeps of it.
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
constexpr auto const& r1 = models::deepseek_r1;
constexpr auto const& llm_67b = models::deepseek_llm_67b;

template <class M> consteval double a_token(M const& m) {
    return in_bytes_per_token(cache_per_token(m, bf16));
}
} // namespace

// ---- AT-03, every row ---------------------------------------------------------------------------------
static_assert(a_token(models::deepseek_coder_1_3b) == 196608);
static_assert(a_token(models::deepseek_coder_6_7b) == 524288);
static_assert(a_token(models::deepseek_coder_33b) == 253952);
static_assert(a_token(models::deepseek_llm_7b) == 491520);
static_assert(a_token(models::deepseek_llm_67b) == 389120);
static_assert(a_token(models::deepseek_v2_lite) == 31104);
static_assert(a_token(models::deepseek_v2) == 69120);
static_assert(a_token(models::deepseek_v3) == 70272);
static_assert(a_token(models::deepseek_r1) == 70272);
// The distilled models of the acceptance table's section 1.
static_assert(a_token(models::deepseek_r1_distill_qwen_7b) == 57344);
static_assert(a_token(models::deepseek_r1_distill_llama_8b) == 131072);
static_assert(a_token(models::deepseek_r1_distill_qwen_14b) == 196608);
static_assert(a_token(models::deepseek_r1_distill_qwen_32b) == 262144);
static_assert(a_token(models::deepseek_r1_distill_llama_70b) == 327680);
// AT-03: R1 at 131,072 tokens.
static_assert(cache_of_request(r1, bf16, 128_Ktok) == bytes{9210691584});

TEST_CASE("AT-03: the published 93.3 % is that of a 6 bit cache") {
    constexpr unscaled<integer<6>> six_bits{"int6"}; // a precision of one's own
    double const full = in_bytes_per_token(cache_per_token(llm_67b, bf16));
    double const v2_six = in_bytes_per_token(cache_per_token(models::deepseek_v2, six_bits));
    CHECK(v2_six == 25920);
    CHECK(near(1 - v2_six / full, 0.9334, within(1e-4)));
    CHECK(near(1 - in_bytes_per_token(cache_per_token(models::deepseek_v2, bf16)) / full, 0.822,
               within(1e-3)));
}

TEST_CASE("an 8 bit cache is half of a 16 bit one") {
    CHECK(cache_per_token(r1, fp8) == cache_per_token(r1, bf16) / 2); // 35,136 B
    CHECK(cache_per_token(models::llama_3_1_8b, fp8) == bytes{65536} / 1_tok);
}

TEST_CASE("AT-09: one more request of 4,096 tokens on LLM-67B is 1.18 % of its weights") {
    bytes const request = cache_of_request(llm_67b, bf16, 4096_tok);
    CHECK(request == bytes{1593835520});
    CHECK(near(request / weights_of(llm_67b, fp16).total(), 0.0118, within(0.002)));
}

// ---- ranks ----------------------------------------------------------------------------------------------
TEST_CASE("AT-18: grouped heads shard to one a rank, then replicate") {
    auto const on = [](count ranks) {
        return in_bytes_per_token(cache_per_token(llm_67b, bf16, {.tensor = ranks}));
    };
    CHECK(on(2) == 194560);
    CHECK(on(8) == 389120 / 8);
    CHECK(on(16) == on(8));
    CHECK(on(64) == on(8));
}

TEST_CASE("an MLA latent is whole on every tensor-parallel rank (sgl-project/sglang#6017)") {
    for (count ranks : {1, 2, 8, 16}) {
        CAPTURE(ranks);
        CHECK(in_bytes_per_token(cache_per_token(r1, bf16, {.tensor = ranks})) == 70272);
    }
    // Logged: 161,488 tokens in 10.57 GiB, 524,288 in 17.16 GiB at one byte.
    CHECK(near(in_gibibytes(cache_of_request(r1, bf16, 161488_tok)), 10.57, within(1e-3)));
    CHECK(near(in_gibibytes(cache_of_request(r1, fp8, 524288_tok)), 17.16, within(1e-3)));
}

TEST_CASE("pipeline stages keep the cache of their layers, and together all of it") {
    constexpr layout two{.pipeline = 2}; // 61 layers: 31 and 30
    CHECK(in_bytes_per_token(cache_per_token(r1, bf16, two, 0)) == 31 * 576 * 2);
    CHECK(in_bytes_per_token(cache_per_token(r1, bf16, two, 1)) == 30 * 576 * 2);
}

// ---- blocks ---------------------------------------------------------------------------------------------
TEST_CASE("a paged cache is kept in whole blocks") {
    static_assert(in_blocks(1_tok, 16) == 16_tok);
    static_assert(in_blocks(16_tok, 16) == 16_tok);
    static_assert(in_blocks(17_tok, 16) == 32_tok);
    static_assert(in_blocks(4096_tok, 1) == 4096_tok);
    static_assert(in_blocks(0_tok, 16) == 0_tok);
    static_assert(in_blocks(100_tok, 0) == 100_tok); // no blocks
    CHECK(cache_of_request(r1, bf16, 4097_tok, {}, 0, 64) == bytes{70272.0 * 4160});
    // The start-up check of vLLM: DeepSeek-V2-Lite, 32,768 tokens, "0.95 GiB needed".
    CHECK(near(in_gibibytes(cache_of_request(models::deepseek_v2_lite, bf16, 32_Ktok, {}, 0, 16)),
               0.949, within(1e-3)));
}

// ---- windows --------------------------------------------------------------------------------------------
TEST_CASE("the cache of a window stops growing") {
    constexpr auto const& mistral =
        models::mistral_7b_v0_1; // 32 layers, 8 heads of 128, window 4,096
    constexpr bytes full = cache_of_request(mistral, bf16, 4096_tok);
    static_assert(full == bytes{32.0 * 8 * 256 * 2 * 4096});
    CHECK(cache_of_request(mistral, bf16, 2048_tok) == full / 2);
    CHECK(cache_of_request(mistral, bf16, 4097_tok) == full);
    CHECK(cache_of_request(mistral, bf16, 32768_tok) == full);
    CHECK(in_bytes_per_token(cache_per_token(mistral, bf16)) == 0); // beyond the window
    // A window that is no whole number of blocks keeps the block it ends in.
    constexpr model_spec<layers<windowed<gqa>, gated>> odd{
        .name = "odd",
        .hidden = 1024,
        .vocabulary = 32000,
        .groups = grouped(
            layers<windowed<gqa>, gated>{layer_set::range(0, 2),
                                         {{.query_heads = 8, .kv_heads = 8, .head_dim = 128}, 1000},
                                         {.intermediate = 4096}})};
    CHECK(cache_of_request(odd, bf16, 5000_tok, {}, 0, 16) == bytes{2.0 * 8 * 256 * 2 * 1008});
}

TEST_CASE("layers with and without windows in one model") {
    // gpt-oss-20b: every other of 24 layers sees 128 tokens; 8 heads of 64.
    constexpr auto const& oss = models::gpt_oss_20b;
    constexpr double entry = 8 * 128 * 2;
    CHECK(in_bytes_per_token(cache_per_token(oss, bf16)) == 12 * entry);
    CHECK(cache_of_request(oss, bf16, 100_tok) == bytes{24 * entry * 100});
    CHECK(cache_of_request(oss, bf16, 8192_tok) == bytes{12 * entry * 8192 + 12 * entry * 128});
    // While 2,048 tokens are taken in, a window of 128 holds 127 more and a block: 137 blocks of 16.
    CHECK(cache_of_request(oss, bf16, 16384_tok, {}, 0, {16, 2048}) ==
          bytes{12 * entry * 16384 + 12 * entry * 137 * 16});
    CHECK(cache_per_token_without_windows(oss, bf16) == cache_per_token(oss, bf16) * 2.0);
    // All of it in one pass.
    constexpr auto both = request_cache_of(oss, bf16, 16384_tok, {}, 0, {16, 2048});
    static_assert(both == request_cache{cache_per_token(oss, bf16),
                                        cache_of_request(oss, bf16, 16384_tok, {}, 0, 16),
                                        bytes{12 * entry * 16384 + 12 * entry * 137 * 16}});
    CHECK(request_cache_of(oss, bf16, 16384_tok).taking_in ==
          request_cache_of(oss, bf16, 16384_tok).steady);
}

TEST_CASE("one entry for several tokens") {
    for (count const stride : {1, 2, 4, 128}) {
        cached_state const state{.heads = 1, .values_per_head = 10, .stride = stride};
        CHECK(detail::bits_of_token(state, 160) == 160 / static_cast<double>(stride));
    }
}

TEST_CASE("tokens that fit are whole, and none where nothing is left") {
    static_assert(tokens_that_fit(bytes{100}, bytes{30} / 1_tok) == 3_tok);
    static_assert(tokens_that_fit(bytes{90}, bytes{30} / 1_tok) == 3_tok);
    static_assert(tokens_that_fit(bytes{29}, bytes{30} / 1_tok) == 0_tok);
    static_assert(tokens_that_fit(bytes{0}, bytes{30} / 1_tok) == 0_tok);
    static_assert(tokens_that_fit(bytes{-5}, bytes{30} / 1_tok) == 0_tok);
    CHECK(tokens_that_fit(bytes{100}, bytes_per_token{}) == 0_tok);
}

namespace {
/// 6 layers whose keys and values are 2 x (8 + 5) values a token: 52 bytes in 16 bit.
any_model narrow_model() {
    any_model m{};
    m.hidden = 10;
    gqa const narrow{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
    m.groups.list.push_back({layer_set::range(0, 6), narrow, gated{100}, {}});
    m.mtp.layers = 1;
    return m;
}
} // namespace

TEST_CASE("modules that draft keep state as a layer does, with the last stage") {
    any_model const m = narrow_model();
    layout const halves{.pipeline = 2};
    for (count const modules : {0, 1, 2}) {
        CAPTURE(modules);
        auto const n = static_cast<double>(modules);
        cache_paging const paging{16, 0, modules};
        CHECK(cache_per_token(m, bf16, {}, 0, modules) == bytes{(6 + n) * 52} / 1_tok);
        CHECK(cache_per_token(m, bf16, halves, 0, modules) == bytes{3 * 52} / 1_tok);
        CHECK(cache_per_token(m, bf16, halves, 1, modules) == bytes{(3 + n) * 52} / 1_tok);
        CHECK(cache_of_request(m, bf16, 100_tok, halves, 0, paging) == bytes{3 * 52 * 112});
        CHECK(cache_of_request(m, bf16, 100_tok, halves, 1, paging) == bytes{(3 + n) * 52 * 112});
    }
}

TEST_CASE("a request by hand: growth, what is kept, and a chunk beside its windows") {
    any_model m = narrow_model();
    request_cache whole = request_cache_of(m, bf16, 100_tok, {}, 0, {16});
    CHECK(whole.growth == bytes{6 * 52} / 1_tok);
    CHECK(whole.growth == cache_per_token(m, bf16));
    CHECK(whole.steady == bytes{6 * 52 * 112}); // 100 tokens in blocks of 16
    CHECK(whole.taking_in == whole.steady);
    // Two ranks that share the context have a half of it each, in whole blocks.
    layout const shared{.context = 2};
    CHECK(cache_per_token(m, bf16, shared) == bytes{3 * 52} / 1_tok);
    request_cache const half = request_cache_of(m, bf16, 100_tok, shared, 0, {16});
    CHECK(half.growth == bytes{3 * 52} / 1_tok);
    CHECK(half.steady == bytes{6 * 52 * 64});
    CHECK(request_cache_of(m, bf16, 99_tok, shared, 0, {1}).steady == bytes{6 * 52 * 50});
    // 4 layers more see 40 tokens: 48 in blocks; 40 - 1 + chunk while a chunk is taken in, and a block.
    gqa const narrow{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
    m.groups.list.push_back({layer_set::range(6, 10), windowed<gqa>{narrow, 40}, gated{100}, {}});
    for (count const chunk : {0, 1, 2, 40}) {
        CAPTURE(chunk);
        request_cache const windowed_too = request_cache_of(m, bf16, 100_tok, {}, 0, {16, chunk});
        double const beside = chunk == 0 ? 48 : chunk == 40 ? 80 + 16 : 48 + 16;
        CHECK(windowed_too.growth == whole.growth);
        CHECK(windowed_too.steady == bytes{52 * (6 * 112 + 4 * 48)});
        CHECK(windowed_too.taking_in == bytes{52 * (6 * 112 + 4 * beside)});
    }
}

TEST_CASE("a block of less than a token is one") {
    for (count const block : {-3, 0, 1}) {
        CHECK(cache_paging(block).block == 1);
        CHECK(in_blocks(5_tok, block) == 5_tok);
    }
    CHECK(cache_paging(2).block == 2);
    CHECK(in_blocks(5_tok, 2) == 6_tok);
}
