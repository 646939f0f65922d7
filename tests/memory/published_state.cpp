// SPDX-License-Identifier: MIT
// State of every model whose cache was counted independently of this library: bytes that a token adds, and bytes that a
// request keeps whatever its length.
//
// The convention of the table: two bytes a cached value, windows full, recurrent states in fp32 and convolutions in 16
// bit. Jamba's figure has its state in 16 bit, as its configuration leaves it to the weights' type.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {

struct published_state {
    std::string_view id;
    count a_token;
    count a_request;
};

constexpr published_state rows[] = {
    {"deepseek-llm-7b", 491520, 0},
    {"deepseek-llm-67b", 389120, 0},
    {"deepseek-coder-1.3b", 196608, 0},
    {"deepseek-coder-6.7b", 524288, 0},
    {"deepseek-coder-33b", 253952, 0},
    {"deepseek-coder-7b-v1.5", 491520, 0},
    {"deepseek-moe-16b", 229376, 0},
    {"deepseek-v2-lite", 31104, 0},
    {"deepseek-v2", 69120, 0},
    {"deepseek-v2.5", 69120, 0},
    {"deepseek-coder-v2", 69120, 0},
    {"deepseek-coder-v2-lite", 31104, 0},
    {"deepseek-v3", 70272, 0},
    {"deepseek-v3-0324", 70272, 0},
    {"deepseek-v3.1", 70272, 0},
    {"deepseek-r1", 70272, 0},
    {"deepseek-r1-0528", 70272, 0},
    {"deepseek-v3.2-exp", 85888, 0},
    {"deepseek-v3.2", 85888, 0},
    {"deepseek-r1-distill-qwen-1.5b", 28672, 0},
    {"deepseek-r1-distill-qwen-7b", 57344, 0},
    {"deepseek-r1-distill-qwen-14b", 196608, 0},
    {"deepseek-r1-distill-qwen-32b", 262144, 0},
    {"deepseek-r1-distill-llama-8b", 131072, 0},
    {"deepseek-r1-distill-llama-70b", 327680, 0},
    {"deepseek-r1-0528-qwen3-8b", 147456, 0},
    {"deepseek-v4-flash", 6880, 16982016},
    {"deepseek-v4-flash-base", 6880, 16982016},
    {"deepseek-v4-pro", 9848, 25477120},
    {"deepseek-v4-pro-base", 9848, 25477120},
    {"deepseek-ocr", 61440, 0},
    {"deepseek-ocr-2", 61440, 0},
    {"llama-2-7b", 524288, 0},
    {"llama-2-13b", 819200, 0},
    {"llama-2-70b", 327680, 0},
    {"llama-3-8b", 131072, 0},
    {"llama-3-70b", 327680, 0},
    {"llama-3.1-8b", 131072, 0},
    {"llama-3.1-70b", 327680, 0},
    {"llama-3.1-405b", 516096, 0},
    {"llama-3.2-1b", 32768, 0},
    {"llama-3.2-3b", 114688, 0},
    {"llama-3.3-70b", 327680, 0},
    {"llama-4-scout-17b-16e", 49152, 1207959552},
    {"llama-4-maverick-17b-128e", 49152, 1207959552},
    {"qwen2.5-0.5b", 12288, 0},
    {"qwen2.5-1.5b", 28672, 0},
    {"qwen2.5-3b", 36864, 0},
    {"qwen2.5-7b", 57344, 0},
    {"qwen2.5-14b", 196608, 0},
    {"qwen2.5-32b", 262144, 0},
    {"qwen2.5-72b", 327680, 0},
    {"qwen3-0.6b", 114688, 0},
    {"qwen3-1.7b", 114688, 0},
    {"qwen3-4b", 147456, 0},
    {"qwen3-8b", 147456, 0},
    {"qwen3-14b", 163840, 0},
    {"qwen3-32b", 262144, 0},
    {"qwen3-30b-a3b", 98304, 0},
    {"qwen3-235b-a22b", 192512, 0},
    {"qwen3-coder-480b-a35b", 253952, 0},
    {"qwen3-next-80b-a3b", 24576, 77266944},
    {"qwen3.5-27b", 65536, 153944064},
    {"qwen3.5-35b-a3b", 20480, 64389120},
    {"qwen3.5-122b-a10b", 24576, 153649152},
    {"qwen3.5-397b-a17b", 30720, 192061440},
    {"qwen3.6-35b-a3b", 20480, 64389120},
    {"qwen3.8-2.4t-a95b", 94208, 587292672},
    {"mistral-7b-v0.1", 0, 536870912},
    {"mistral-7b-v0.3", 131072, 0},
    {"mistral-nemo-12b", 163840, 0},
    {"mistral-small-24b-2501", 163840, 0},
    {"mistral-large-2407", 360448, 0},
    {"mixtral-8x7b", 131072, 0},
    {"mixtral-8x22b", 229376, 0},
    {"gemma-2-2b", 53248, 218103808},
    {"gemma-2-9b", 172032, 704643072},
    {"gemma-2-27b", 188416, 771751936},
    {"gemma-3-1b", 4096, 11534336},
    {"gemma-3-4b", 20480, 121634816},
    {"gemma-3-12b", 65536, 335544320},
    {"gemma-3-27b", 81920, 436207616},
    {"gemma-4-26b-a4b", 20480, 209715200},
    {"gemma-4-31b", 81920, 838860800},
    {"phi-3-mini-4k", 393216, 0},
    {"phi-3-medium-4k", 204800, 0},
    {"phi-4-14b", 204800, 0},
    {"phi-4-mini", 131072, 0},
    {"gpt-oss-20b", 24576, 3145728},
    {"gpt-oss-120b", 36864, 4718592},
    {"kimi-k2-instruct", 70272, 0},
    {"kimi-k2-thinking", 70272, 0},
    {"kimi-k2.5", 70272, 0},
    {"kimi-k2.6", 70272, 0},
    {"kimi-linear-48b-a3b", 8064, 43417600},
    {"kimi-k3", 27648, 449372160},
    {"glm-4.5", 376832, 0},
    {"glm-4.6", 376832, 0},
    {"glm-4.7", 376832, 0},
    {"glm-4.5-air", 188416, 0},
    {"glm-4.7-flash", 54144, 0},
    {"glm-5", 109824, 0},
    {"glm-5.2", 95232, 0},
    {"minimax-m2", 253952, 0},
    {"minimax-m2.5", 253952, 0},
    {"minimax-m2.7", 253952, 0},
    {"minimax-m1", 40960, 293601280},
    {"minimax-m3", 137472, 0},
    {"nemotron-3-nano-30b-a3b", 6144, 49082368},
    {"nemotron-3-super-120b-a12b", 8192, 170229760},
    {"nemotron-3-ultra-550b-a55b", 12288, 407961600},
    {"nemotron-h-56b", 40960, 912605184},
    {"llama-3.3-nemotron-super-49b", 200704, 0},
    {"falcon-7b", 8192, 0},
    {"falcon-40b", 122880, 0},
    {"falcon-180b", 163840, 0},
    {"gpt-2", 36864, 0},
    {"gpt-2-xl", 307200, 0},
    {"gpt-3-175b", 4718592, 0},
    {"bert-base-uncased", 0, 0},
    {"jamba-1.5-mini", 16384, 8716288},
    {"mimo-v2-flash", 23040, 25559040},
};

/// What a request keeps beyond every window, less what grew: a context that all windows are smaller than.
double fixed(any_model const& m, cache_recipe const& formats) {
    constexpr tokens far{1 << 20}; // divisible by every stride
    return in_bytes(cache_of_request(m, formats, far) - cache_per_token(m, formats) * far);
}

} // namespace

TEST_CASE("bytes that a token adds and a request keeps, for every model with a published figure") {
    CHECK(std::size(rows) >= 120);
    for (auto const& row : rows) {
        CAPTURE(row.id);
        auto const m = find_model(row.id);
        REQUIRE(m.has_value());
        cache_recipe formats = bf16;
        if (row.id == "jamba-1.5-mini") { formats = formats.with(state_kind::recurrent, bf16); }
        CHECK(in_bytes_per_token(cache_per_token(*m, formats)) == static_cast<double>(row.a_token));
        CHECK(fixed(*m, formats) == static_cast<double>(row.a_request));
    }
}

TEST_CASE("DeepSeek-V3.2 and GLM-5 in FlashMLA's layout, with keys of the indexer beside") {
    auto const a_token = [](auto const& m, cache_recipe const& formats) {
        return in_bytes_per_token(cache_per_token(m, formats));
    };
    // 61 layers of 576 values and 128 keys; 656 and 132 bytes in fp8.
    CHECK(a_token(models::deepseek_v3_2, bf16) == 85888);
    CHECK(a_token(models::deepseek_v3_2, fp8_latent) == 48068);
    CHECK(a_token(models::glm_5, fp8_latent) == 61464);
    // Keys in the layers alone that have an indexer: 21 of 78.
    CHECK(a_token(models::glm_5_2, bf16) == 95232);
    CHECK(a_token(models::glm_5_2, fp8_latent) == 78 * 656 + 21 * 132);
    // Launch logs of SGLang: 43.67 GiB for 975,424 tokens; GLM-5 with a 16 bit latent and fp8 keys, 29.32 GiB for 314,304.
    double const logged = 43.67 * 1024 * 1024 * 1024 / 975424;
    CHECK(near(a_token(models::deepseek_v3_2, fp8_latent), logged, within(0.005)));
    cache_recipe const mixed = cache_recipe(bf16).with(state_kind::index, fp8_index_keys);
    CHECK(near(a_token(models::glm_5, mixed), 29.32 * 1024 * 1024 * 1024 / 314304, within(0.005)));
}

TEST_CASE("DeepSeek-V4 shares entries between tokens") {
    auto const a_token = [](auto const& m, cache_recipe const& formats) {
        return in_bytes_per_token(cache_per_token(m, formats));
    };
    cache_recipe const fp8_keys =
        cache_recipe(fp8_latent_v4).with(state_kind::index, fp8_index_keys);
    cache_recipe const fp4_keys =
        cache_recipe(fp8_latent_v4).with(state_kind::index, mxfp4_index_keys);
    // 21 layers of one entry for 4 tokens, 20 of one for 128; published without the fraction.
    CHECK(a_token(models::deepseek_v4_flash, bf16) == 6880);
    CHECK(a_token(models::deepseek_v4_flash, fp8_keys) == 3850.25);
    CHECK(a_token(models::deepseek_v4_flash, fp4_keys) == 3514.25);
    CHECK(a_token(models::deepseek_v4_pro, bf16) == 9848);
    CHECK(a_token(models::deepseek_v4_pro, fp8_keys) == 5511.4375);
    CHECK(a_token(models::deepseek_v4_pro, fp4_keys) == 5031.4375);
    // "9.62 GiB" for a million tokens of Pro, an eighth and less of V3.2's 83.9 GiB.
    CHECK(near(in_gibibytes(cache_per_token(models::deepseek_v4_pro, bf16) * tokens{1 << 20}), 9.62,
               within(1e-3)));
    CHECK(near(in_gibibytes(cache_per_token(models::deepseek_v3_2, bf16) * tokens{1 << 20}), 83.9,
               within(1e-3)));
    // A request of one token keeps a window entry of its own and one begun entry of every compressed stream.
    bytes const first = cache_of_request(models::deepseek_v4_flash, bf16, 1_tok);
    bytes const running{21 * (32768.0 + 8192) + 20 * 524288.0};
    CHECK(in_bytes(first - running) == 43 * 1024 + 21 * (1024 + 256) + 20 * 1024);
}

TEST_CASE("recurrent layers keep the same for every context") {
    constexpr auto const& m = models::kimi_linear_48b_a3b; // 7 of 27 layers have a cache
    bytes const short_one = cache_of_request(m, bf16, 100_tok);
    bytes const long_one = cache_of_request(m, bf16, 100'100_tok);
    CHECK(long_one - short_one == cache_per_token(m, bf16) * 100'000_tok);
    CHECK(in_bytes(short_one) == 43417600 + 100 * 8064);
    // An encoder keeps nothing.
    CHECK(cache_of_request(models::bert_base_uncased, bf16, 512_tok) == bytes{0});
}
