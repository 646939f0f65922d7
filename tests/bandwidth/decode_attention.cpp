// SPDX-License-Identifier: MIT
// What kernels of decoding read beyond what a query needs: heads that do not share, blocks that walk alone, shapes
// that never change.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/decode_attention.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/engines/vllm.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

namespace {

engine release_of(std::string_view name, engine_version version) {
    engine e{};
    e.name = name;
    e.version = version;
    return e;
}

/// What `requests` requests of Llama 3.1 8B read again, seeing contexts of `seen`.
bytes again(double requests, context_span seen, layout const& l = {},
            cache_reading how = cache_reading::by_head) {
    auto const& m = models::llama_3_1_8b;
    return cache_read_again(how, m, bf16, l, seen, requests,
                            cache_read(m, bf16, l, seen) * requests);
}

/// Keys and values of a token for every query head: 32 layers, 32 heads, 2 x 128 values of 2 bytes.
constexpr double of_heads = 32.0 * 32 * 2 * 128 * 2;
/// And once for every pair, of which there are 8.
constexpr double of_pairs = of_heads / 4;

} // namespace

TEST_CASE("which kernels an engine decodes with") {
    CHECK(cache_reading_of(release_of("vLLM", {0, 6, 1}), vendor::amd) == cache_reading::by_head);
    CHECK(cache_reading_of(release_of("vLLM", {0, 6, 2}), vendor::amd) == cache_reading::shared);
    CHECK(cache_reading_of(release_of("vLLM", {0, 5}), vendor::intel) == cache_reading::by_head);
    CHECK(cache_reading_of(release_of("vLLM", {0, 5}), vendor::nvidia) == cache_reading::shared);
    CHECK(cache_reading_of(release_of("SGLang", {0, 5}), vendor::amd) == cache_reading::shared);
    CHECK(cache_reading_of(release_of("DeepSpeed", {}), vendor::intel) == cache_reading::allocated);
    CHECK(cache_reading_of(release_of("DeepSpeed", {}), vendor::amd) == cache_reading::shared);
    CHECK(cache_reading_of(release_of("DeepSpeed", {}), vendor::nvidia) == cache_reading::shared);
    static_assert(cache_reading_of(engines::vllm, vendor::amd) == cache_reading::shared);
}

TEST_CASE("kernels that share read nothing again") {
    CHECK(again(64, {2048, 4096}, {}, cache_reading::shared) == bytes{0});
    CHECK(again(64, {2048, 4096}, {}, cache_reading::allocated) == bytes{0});
}

TEST_CASE("each query head reads its group's keys and values") {
    // 16 requests x 32 heads are 512 blocks, which divide the context: four times the pairs, once counted.
    CHECK(near(again(16, {2048, 4096}), bytes{16 * 3072 * (of_heads - of_pairs)}));
    CHECK(near(again(16, 3072), again(16, {2048, 4096})));
    // Where every head has its own there is nothing to read again.
    auto const& own = models::llama_2_7b;
    CHECK(cache_read_again(cache_reading::by_head, own, bf16, {}, 3072, 16,
                           cache_read(own, bf16, {}, 3072) * 16) == bytes{0});
    // In 8 bit half of it.
    auto const& m = models::llama_3_1_8b;
    CHECK(near(cache_read_again(cache_reading::by_head, m, fp8, {}, 3072, 16,
                                cache_read(m, fp8, {}, 3072) * 16),
               again(16, 3072) * 0.5));
}

TEST_CASE("past 512 blocks each walks its context alone, at 0.35 of the rate") {
    CHECK(near(again(17, 3072), bytes{17 * 3072 * (of_heads / 0.35 - of_pairs)}));
    // Two ranks have 16 heads each: 32 requests are 512 blocks, 33 are more.
    CHECK(near(again(32, 3072, {.tensor = 2}), bytes{32 * 3072 * (of_heads - of_pairs) / 2}));
    CHECK(
        near(again(33, 3072, {.tensor = 2}), bytes{33 * 3072 * (of_heads / 0.35 - of_pairs) / 2}));
    // A context of one partition is walked alone whatever the batch, one past 8,192 never is.
    CHECK(near(again(1, 512), bytes{512 * (of_heads / 0.35 - of_pairs)}));
    CHECK(near(again(1, 513), bytes{513 * (of_heads - of_pairs)}));
    CHECK(near(again(64, 8192), bytes{64 * 8192 * (of_heads / 0.35 - of_pairs)}));
    CHECK(near(again(64, 8193), bytes{64 * 8193 * (of_heads - of_pairs)}));
}

TEST_CASE("latents and recurrent states are not read by heads") {
    auto const& latent = models::deepseek_v3;
    CHECK(cache_read_again(cache_reading::by_head, latent, bf16, {}, 3072, 64,
                           cache_read(latent, bf16, {}, 3072) * 64) == bytes{0});
}

TEST_CASE("shapes that never change are read whole from the first step") {
    CHECK(contexts_read(cache_reading::allocated, {1024, 2048}) == context_span{2048});
    CHECK(contexts_read(cache_reading::shared, {1024, 2048}) == context_span{1024, 2048});
    CHECK(contexts_read(cache_reading::by_head, {1024, 2048}) == context_span{1024, 2048});
}
