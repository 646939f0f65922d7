// SPDX-License-Identifier: MIT
// The cache formats that engines keep for the one asked for.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/cache_layout.hpp>
#include <reckon/memory/engines.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
template <model M> constexpr bytes_per_token kept(M const& m, cache_recipe const& asked,
                                                  engine const& e = engines::vllm) {
    return cache_per_token(m, cache_as_kept(m, asked, e));
}
} // namespace

TEST_CASE("a latent beside an indexer is packed, the indexer's keys are in 8 bit") {
    // sglang#11309 and eight GLM-5.1 launches: (656 + 132) bytes a layer.
    CHECK(kept(models::deepseek_v3_2, fp8) == bytes{61.0 * (656 + 132)} / 1_tok);
    CHECK(kept(models::glm_5, fp8) == bytes{78.0 * (656 + 132)} / 1_tok);
    // GLM-5 with a 16 bit cache: 29.32 GiB hold 314,304 tokens of 78 x (1,152 + 132) bytes.
    CHECK(kept(models::glm_5, bf16) == bytes{78.0 * (1152 + 132)} / 1_tok);
}

TEST_CASE("without an indexer, or without a latent, a cache is kept as asked for") {
    // A latent alone: 17.16 GiB held 524,288 tokens.
    CHECK(kept(models::deepseek_r1, fp8) == bytes{35136} / 1_tok);
    CHECK(kept(models::deepseek_r1, bf16) == bytes{70272} / 1_tok);
    CHECK(kept(models::llama_3_1_8b, fp8) == bytes{65536} / 1_tok);
    any_model m{};
    m.groups.list.push_back({layer_set::range(0, 2),
                             indexed<gqa>{.inner = {.query_heads = 4, .kv_heads = 2, .head_dim = 8},
                                          .index_heads = 2,
                                          .index_dim = 32,
                                          .top_k = 64,
                                          .query_width = 10},
                             gated{100},
                             {}});
    for (cache_recipe const& asked : {cache_recipe(fp8), cache_recipe(bf16)}) {
        CHECK(cache_as_kept(models::deepseek_r1, asked, engines::vllm) == asked);
        CHECK(cache_as_kept(models::llama_3_1_8b, asked, engines::vllm) == asked);
        CHECK(cache_as_kept(m, asked, engines::vllm) == asked);
    }
    // One group with both is enough, whatever stands behind it.
    m.groups.list[0].attention = any_model(models::deepseek_v3_2).groups.list[0].attention;
    m.groups.list.push_back(any_model(models::llama_3_1_8b).groups.list[0]);
    CHECK(cache_as_kept(m, fp8, engines::vllm) ==
          cache_as_kept(models::deepseek_v3_2, fp8, engines::vllm));
}

TEST_CASE("an engine that does not pack keeps what is asked for") {
    CHECK(cache_as_kept(models::deepseek_v3_2, fp8, engines::on_paper) == cache_recipe(fp8));
    CHECK(kept(models::deepseek_v3_2, bf16) == bytes{61.0 * (1152 + 132)} / 1_tok);
}
