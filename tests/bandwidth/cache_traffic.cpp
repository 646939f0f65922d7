// SPDX-License-Identifier: MIT
// What decoding reads of the cache: everything, a window, the best entries, a state twice.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/cache_traffic.hpp>
#include <reckon/catalog/models.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("without windows and selection all that is kept is read") {
    CHECK(near(cache_read(models::llama_3_1_8b, bf16, {}, 1000),
               cache_of_request(models::llama_3_1_8b, bf16, tokens{1000})));
    CHECK(near(cache_read(models::llama_3_1_8b, fp8, {.tensor = 4}, 1000),
               cache_of_request(models::llama_3_1_8b, fp8, tokens{1000}, {.tensor = 4})));
    // Every rank reads all of a latent.
    CHECK(cache_read(models::deepseek_v3, bf16, {.tensor = 8}, 1000) ==
          cache_read(models::deepseek_v3, bf16, {}, 1000));
    // A growing context is read at its average.
    CHECK(near(cache_read(models::llama_3_1_8b, bf16, {}, {1000, 3000}),
               cache_read(models::llama_3_1_8b, bf16, {}, 2000)));
}

TEST_CASE("top-k selection bounds what is read, not what is kept") {
    // DeepSeek-V3.2 in 16 bit: 2,048 entries of 576 values, and the indexer's 128 of every token.
    constexpr double context = 131072;
    bytes const read = cache_read(models::deepseek_v3_2, bf16, {}, context);
    CHECK(near(read, bytes{61.0 * 2 * (2048 * 576 + context * 128)}));
    CHECK(read < cache_of_request(models::deepseek_v3_2, bf16, tokens{context}) * 0.25);
    // Below the limit there is nothing to select.
    CHECK(near(cache_read(models::deepseek_v3_2, bf16, {}, 1000),
               cache_of_request(models::deepseek_v3_2, bf16, tokens{1000})));
}

TEST_CASE("a window bounds both") {
    bytes const far = cache_read(models::mistral_7b_v0_1, bf16, {}, 32768);
    CHECK(near(far, cache_of_request(models::mistral_7b_v0_1, bf16, tokens{4096})));
    CHECK(near(cache_read(models::mistral_7b_v0_1, bf16, {}, {0, 8192}),
               cache_read(models::mistral_7b_v0_1, bf16, {}, 3072)));
}

TEST_CASE("a recurrent state is read and written back, whatever the context") {
    bytes const near_start = cache_read(models::qwen3_next_80b_a3b, bf16, {}, 1);
    bytes const later = cache_read(models::qwen3_next_80b_a3b, bf16, {}, 1001);
    // 12 of 48 layers attend: 2 key-value heads of 256, keys and values, two bytes.
    CHECK(near(later - near_start, bytes{1000.0 * 12 * 2 * 256 * 2 * 2}));
    CHECK(near_start > cache_of_request(models::qwen3_next_80b_a3b, bf16, tokens{1}));
}

TEST_CASE("ranks of context share what grows, and nothing else") {
    // 80 layers, one of 8 key-value heads on each of 16 ranks, 2 x 128 values of two bytes, of 1,000 tokens half.
    CHECK(near(cache_read(models::llama_3_1_70b, bf16, {.tensor = 16, .context = 2}, 1000),
               bytes{80.0 * 2 * 128 * 2 * 500}));
    // The recurrent states of 36 layers: what does not grow with the context is read whole, and written.
    bytes const start = cache_read(models::qwen3_next_80b_a3b, bf16, {}, 0);
    CHECK(cache_read(models::qwen3_next_80b_a3b, bf16, {.context = 2}, 0) == start);
}
