// SPDX-License-Identifier: MIT
// Buffers for the prefill of sparse latent attention.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/cache_layout.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/sparse_prefill.hpp>
#include <reckon/serving/memory_of.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
engine with_batch(engine e, count batched) {
    e.batched_tokens = batched;
    return e;
}
bytes buffers(auto const& m, engine const& e, tokens context) {
    return sparse_prefill_buffers(m, cache_as_kept(m, cache_recipe(fp8), e), e, context);
}
} // namespace

TEST_CASE("five contexts of latents outweigh forty of indexer keys") {
    // The source's own example: 40 x 163,840 x 132 B = 825 MiB of keys; latents are 5 x 163,840 x 1,152 B.
    static_assert(40LL * 163840 * 132 == 865075200);
    constexpr double latents = 5.0 * 163840 * 576 * 2;
    engine const e = with_batch(engines::vllm, 8192);
    CHECK(in_bytes(buffers(models::deepseek_v3_2, e, tokens{163840})) ==
          latents + in_bytes(mebibytes(512)));
    // Few tokens against a short context need fewer scores than the most.
    CHECK(in_bytes(buffers(models::deepseek_v3_2, with_batch(engines::vllm, 256), tokens{4096})) ==
          5.0 * 4096 * 576 * 2 + 4.0 * 256 * 4096);
}

TEST_CASE("other attention needs none, and engines that set none aside have none") {
    engine const e = with_batch(engines::vllm, 8192);
    CHECK(buffers(models::deepseek_v3, e, tokens{163840}) == bytes{0});
    CHECK(buffers(models::llama_3_1_8b, e, tokens{131072}) == bytes{0});
    CHECK(buffers(models::deepseek_v3_2, with_batch(engines::sglang, 8192), tokens{163840}) ==
          bytes{0});
}

TEST_CASE("devices without the kernels score a pass against all of the context") {
    // GLM-5.1 on RTX PRO 6000: 7.1 GiB beside weights and cache at 202,752 tokens, 2.1 at 65,536.
    layout const l{.tensor = 8};
    engine const on_bus = serving::settled(with_batch(engines::vllm, 8192), models::glm_5_1,
                                           gpus::rtx_pro_6000_server, l);
    engine const on_fabric =
        serving::settled(with_batch(engines::vllm, 8192), models::glm_5_1, gpus::h200_sxm, l);
    CHECK(on_bus.sparse == whole_scores);
    CHECK(on_fabric.sparse == engines::vllm.sparse);
    CHECK(
        near(in_gibibytes(buffers(models::glm_5_1, on_bus, tokens{202752})), 6.19, within(0.001)));
    CHECK(near(in_gibibytes(buffers(models::glm_5_1, on_bus, tokens{65536})), 2.0, within(0.001)));
    CHECK(serving::settled(on_bus, models::glm_5_1, gpus::rtx_pro_6000_server, l) == on_bus);
}

TEST_CASE("the buffers take from the pool") {
    serving::deployment d{.model = models::deepseek_v3_2,
                          .gpu = gpus::h200_sxm,
                          .layout = {.tensor = 8},
                          .weights = fp8_block128,
                          .kv_cache = fp8,
                          .max_context = tokens{163840}};
    auto const with = memory_of(d);
    d.engine.sparse = {};
    auto const without = memory_of(d);
    CHECK(near(in_mebibytes(without.cache_pool - with.cache_pool), 900 + 512, within(0.001)));
}
