// SPDX-License-Identifier: MIT
// Bytes of weights: of a checkpoint to the byte, of a rank against what engines logged.
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

/// The model as `fp8_block128` stores it, without the block scales.
constexpr recipe bare_fp8{fp8};

constexpr bytes linear(weight_bytes const& w) {
    return w.attention + w.dense_ffn + w.shared_experts + w.routed_experts;
}
} // namespace

// ---- AT-02 ------------------------------------------------------------------------------------------
TEST_CASE("AT-02: DeepSeek-R1 in FP8, part by part") {
    constexpr weight_bytes without_scales = weights_of(r1, bare_fp8);
    constexpr weight_bytes stored = weights_of(r1, fp8_block128);
    constexpr parameter_counts n = parameters_of(r1);
    // Linear layers at one byte.
    static_assert(linear(without_scales) == bytes{669065609216});
    static_assert(n.attention + n.dense_ffn + n.shared_experts + n.routed_experts == 669065609216);
    // Embedding, head, router and norms at two bytes; the score correction, 58 x 256 values, at four.
    static_assert(without_scales.embedding + without_scales.head + without_scales.other ==
                  bytes{3921590272 + 59392});
    // Scales: one fp32 on each 128 x 128 tile. 163,352,928 bytes by whole tiles: kv_a_proj is 576 x
    // 7168, 4.5 tiles high, and its five rows of tiles are counted. AT-02 takes the ratio 1/16384 of
    // all linear parameters instead, 163,346,096.
    constexpr bytes scales = stored.total() - without_scales.total();
    static_assert(scales == bytes{163352928});
    static_assert(scales - bytes{163346096} == bytes{6832}); // 61 layers x 28 half tiles x 4 bytes
    static_assert(static_cast<double>(669065609216) / 16384 * 4 == 163346096);
    CHECK(stored.total() == bytes{673150611808});
    // Either way it is the published 673.15 GB.
    CHECK(near(in_gigabytes(stored.total()), 673.15, within(1e-5)));
    CHECK(near(in_gigabytes(without_scales.total()) + 0.163346096, 673.15, within(1e-5)));
}

TEST_CASE("AT-02: the checkpoint of DeepSeek-R1 with its prediction module") {
    // One more mixture layer with an embedding and a head of its own. The files of
    // deepseek-ai/DeepSeek-R1 are 688,586,727,753 bytes with their headers.
    static_assert(mtp_weights_of(r1, fp8_block128) == bytes{15424227552});
    CHECK(checkpoint_bytes(r1, fp8_block128) == bytes{688574839360});
    CHECK(near(checkpoint_bytes(r1, fp8_block128), bytes{688586727753}, within(2e-5)));
}

TEST_CASE("AT-02: dense models") {
    static_assert(weights_of(llm_67b, fp16).total() == bytes{134850002944});
    CHECK(in_gigabytes(nominal_storage(fp16, 67000000000)) == 134.0);
    CHECK(near(in_gibibytes(nominal_storage(fp16, 67000000000)), 124.80, within(1e-4)));
    CHECK(in_gigabytes(nominal_storage(fp32, 1000000000)) == 4.0); // not 40
    CHECK(in_gigabytes(nominal_storage(fp32, 7000000000)) == 28.0);
    CHECK(in_gigabytes(nominal_storage(bf16, 7000000000)) == 14.0);
    CHECK(in_gigabytes(nominal_storage(int8, 7000000000)) == 7.0);
    // AT-14: 7.0e9 in INT4 of group 128 are 4.15625 bits a weight.
    CHECK(near(in_gigabytes(nominal_storage(int4_g128, 7000000000)), 3.637, within(1e-4)));
}

TEST_CASE("parts add up to the whole, and to two bytes a parameter in 16 bit") {
    constexpr weight_bytes w = weights_of(r1, bf16);
    constexpr parameter_counts n = parameters_of(r1);
    // The score correction of 14,848 values is fp32 in the recipe of a narrow format only.
    CHECK(w.embedding == bytes{2.0 * static_cast<double>(n.embedding)});
    CHECK(w.head == bytes{2.0 * static_cast<double>(n.head)});
    CHECK(w.routed_experts == bytes{2.0 * static_cast<double>(n.routed_experts)});
    CHECK(w.shared_experts == bytes{2.0 * static_cast<double>(n.shared_experts)});
    CHECK(w.dense_ffn == bytes{2.0 * static_cast<double>(n.dense_ffn)});
    CHECK(w.attention == bytes{2.0 * static_cast<double>(n.attention)});
    CHECK(w.total() == w.embedding + w.head + w.routed_experts + w.shared_experts + w.dense_ffn +
                           w.attention + w.other);
    static_assert(weights_of(llm_67b, bf16).total() ==
                  bytes{2.0 * static_cast<double>(parameters_of(llm_67b).total)});
}

TEST_CASE("a tied head is stored once, and twice where a pipeline parts it from the embedding") {
    constexpr auto const& tied = models::llama_3_2_1b;
    static_assert(models::llama_3_2_1b.tied_embeddings);
    bytes const table{2.0 * 128256 * 2048};
    CHECK(weights_of(tied, bf16).head == bytes{0});
    CHECK(weights_of(tied, bf16).embedding == table);
    constexpr layout two{.pipeline = 2};
    CHECK(weights_of(tied, bf16, two, 0).embedding == table);
    CHECK(weights_of(tied, bf16, two, 1).head == table);
}

// ---- ranks ------------------------------------------------------------------------------------------
TEST_CASE("AT-18: a rank of two holds half of LLM-67B, and all of its norms") {
    constexpr layout tp2{.tensor = 2};
    static_assert(weights_of(llm_67b, fp16, tp2, 0, even_sharding).total() == bytes{67425001472});
    // What an engine does: 95 x 2 + 1 norms of 8,192 values are on both ranks.
    constexpr bytes norms{2.0 * (95 * 2 + 1) * 8192};
    CHECK(weights_of(llm_67b, fp16, tp2).total() == (bytes{134850002944} + norms) / 2);
}

TEST_CASE("AT-18: key-value heads shard to eight ranks and are replicated beyond") {
    auto const keys_and_values = [](count ranks) {
        weight_bytes const w = weights_of(llm_67b, fp16, layout{.tensor = ranks});
        bytes const q_and_o{2.0 * 95 * 2 * 8192 * 8192 / static_cast<double>(ranks)};
        return w.attention - q_and_o;
    };
    CHECK(keys_and_values(8) == bytes{2.0 * 95 * 2 * 1024 * 8192 / 8});
    CHECK(keys_and_values(16) == keys_and_values(8)); // one head each, twice over
    CHECK(keys_and_values(32) == keys_and_values(8));
}

TEST_CASE("an MLA latent's projections are on every tensor-parallel rank") {
    // q_a 7168 x 1536 and kv_a 7168 x 576 of 61 layers, one byte each in FP8 without scales.
    constexpr bytes replicated{61.0 * 7168 * (1536 + 576)};
    bytes const whole = weights_of(r1, bare_fp8).attention;
    CHECK(weights_of(r1, bare_fp8, {.tensor = 8}).attention ==
          (whole - replicated) / 8 + replicated);
    // Data-parallel attention holds all of it on every rank, and an eighth of the experts.
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    CHECK(weights_of(r1, bare_fp8, dp8).attention == whole);
    CHECK(weights_of(r1, bare_fp8, dp8).routed_experts ==
          weights_of(r1, bare_fp8).routed_experts / 8);
    CHECK(weights_of(r1, bare_fp8, dp8).embedding == weights_of(r1, bare_fp8).embedding);
}

TEST_CASE("exceptions of a recipe: for roles, layers, and keys that few queries share") {
    // Llama-3.1-8B: four queries a key, 32 layers, values of 1,024 x 4,096.
    constexpr auto const& m = models::llama_3_1_8b;
    recipe const plain = bf16;
    auto const with = [&](count min_group, layer_rule layers, layout const& l = {},
                          count stage = 0) {
        recipe r = plain;
        r.palette.push_back(any_precision(fp8));
        r.exceptions.push_back({tensor_role::attention_v, layers,
                                static_cast<std::uint8_t>(r.palette.size() - 1), min_group});
        return in_bytes(weights_of(m, plain, l, stage).attention -
                        weights_of(m, r, l, stage).attention);
    };
    constexpr double each = 1024.0 * 4096; // a byte less
    CHECK(with(0, {}) == 32 * each);
    CHECK(with(4, {}) == 32 * each);
    CHECK(with(5, {}) == 0);
    CHECK(with(4, {}, {.tensor = 2}) == 16 * each);
    CHECK(with(4, {}, {.pipeline = 2}, 1) == 16 * each);
}

TEST_CASE("weights per rank that vLLM logged") {
    // DeepSeek-R1 in FP8 under TP8: 79.41 GiB (HabanaAI/vllm-fork#809), of which MLA's absorbed
    // 16 bit up-projections, 61 x 128 x 512 x 256 values, are made at load.
    bytes const absorbed{2.0 * 61 * 128 * 512 * 256};
    bytes const tp8 = weights_of(r1, fp8_block128, {.tensor = 8}).total() + absorbed / 8;
    CHECK(near(in_gibibytes(tp8), 79.41, within(0.005)));
    // TP8 x PP2: one stage logged 39.66 GiB (vllm-project/vllm#13074) and does not say which; half of
    // the two stages together.
    constexpr layout tp8_pp2{.tensor = 8, .pipeline = 2};
    bytes const both = weights_of(r1, fp8_block128, tp8_pp2, 0).total() +
                       weights_of(r1, fp8_block128, tp8_pp2, 1).total() + absorbed / 8;
    CHECK(near(in_gibibytes(both / 2), 39.66, within(0.005)));
    // Llama-3.1-8B in bf16: TP2 7.51, TP4 3.77, PP4 first rank 4.26 GiB (llm-d's vLLM study).
    constexpr auto const& llama = models::llama_3_1_8b;
    CHECK(near(in_gibibytes(weights_of(llama, bf16, {.tensor = 2}).total()), 7.51, within(0.01)));
    CHECK(near(in_gibibytes(weights_of(llama, bf16, {.tensor = 4}).total()), 3.77, within(0.01)));
    CHECK(near(in_gibibytes(weights_of(llama, bf16, {.pipeline = 4}, 0).total()), 4.26,
               within(0.01)));
    // Its runtime FP8: 8.49 GiB, embedding and head stay wide.
    CHECK(near(in_gibibytes(weights_of(llama, fp8_per_tensor).total()), 8.49, within(0.01)));
    // R1-Distill-Qwen-14B on one device: 27.5916 GiB.
    CHECK(near(in_gibibytes(weights_of(models::deepseek_r1_distill_qwen_14b, bf16).total()),
               27.5916, within(0.005)));
}

TEST_CASE("weights per rank that SGLang logged: DP8 attention, EP8, 32 redundant experts") {
    // 105.59 GiB (sgl-project/sglang#6017). Four more experts than 32 lie on each rank.
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    weight_bytes const w = weights_of(r1, fp8_block128, dp8);
    bytes const absorbed{2.0 * 61 * 128 * 512 * 256};
    CHECK(near(in_gibibytes(w.total() + w.routed_experts * (4.0 / 32) + absorbed), 105.59,
               within(0.005)));
}
