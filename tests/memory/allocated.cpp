// SPDX-License-Identifier: MIT
// What engines log as the memory of a loaded model: bytes, rounding, table, padding. vLLM prints GiB with
// four digits (two in the older study).
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/allocated.hpp>
#include <reckon/memory/rotary_table.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

static_assert(counted(torch_allocator, bytes{1}) == bytes{512});
static_assert(counted(torch_allocator, bytes{1024}) == bytes{1024});
static_assert(counted(torch_allocator, 5_MiB) == bytes{5_MiB});
// 11 MiB become 12; of 10.5 the rest of 1.5 MiB is split off and goes back.
static_assert(counted(torch_allocator, 11_MiB) == bytes{12_MiB});
static_assert(counted(torch_allocator, bytes{10.5 * 1048576}) == bytes{10.5 * 1048576});
static_assert(counted({}, bytes{7}) == bytes{7});

namespace {

double loaded(any_model const& m, any_gpu const& g, recipe const& r, layout const& l,
              engine const& e = engines::vllm) {
    return in_gibibytes(
        memory_of(
            serving::any_deployment{
                .model = m, .gpu = g, .layout = l, .weights = r, .max_context = 1_tok, .engine = e})
            .weights);
}

doctest::Approx logged(double gib, double within) { return doctest::Approx(gib).epsilon(within); }

} // namespace

TEST_CASE("dense models in 16 bit, to the log's last digits") {
    any_gpu const g = gpus::h100_sxm_80gb;
    layout const two{.tensor = 2};
    layout const four{.tensor = 4};
    CHECK(loaded(models::llama_3_1_8b, g, bf16, {}) == logged(14.9889, 1e-4));
    CHECK(loaded(models::llama_3_8b, g, bf16, four) == logged(3.7418, 2e-4));
    any_model qwen = models::qwen2_5_14b; // 131,072 with YaRN, which these launches did not ask for
    qwen.max_context = 32768_tok;
    CHECK(loaded(qwen, g, bf16, four) == logged(6.9461, 2e-4));
    qwen = models::qwen2_5_32b;
    qwen.max_context = 32768_tok;
    CHECK(loaded(qwen, g, bf16, four) == logged(15.3916, 2e-4));
    CHECK(loaded(models::deepseek_r1_distill_qwen_14b, g, bf16, {}) == logged(27.5916, 1e-4));
    CHECK(loaded(models::llama_3_2_3b, g, bf16, {}) == logged(6.0160, 1e-4));
    any_model mixture = models::qwen3_30b_a3b;
    mixture.max_context = 262144_tok; // Instruct-2507
    CHECK(loaded(mixture, g, bf16, {}) == logged(56.9342, 1e-4));
    CHECK(loaded(models::qwen3_32b, g, bf16, two) == logged(30.59, 4e-4)); // two decimals
    CHECK(loaded(models::qwen3_0_6b, g, bf16, {}) == logged(1.12, 0.005));
}

TEST_CASE("gpt-oss: experts in MXFP4 are padded to the tiles of the kernel on the device") {
    recipe const& r = models::gpt_oss_20b.published;
    engine const old = engines::vllm_release({0, 10, 1});
    CHECK(loaded(models::gpt_oss_120b, gpus::a100_sxm_80gb, r, {.tensor = 4}, old) ==
          logged(17.2217, 1e-3)); // Marlin
    CHECK(loaded(models::gpt_oss_20b, gpus::gb10, r, {}) == logged(13.7193, 1e-3));
    CHECK(loaded(models::gpt_oss_20b, gpus::h100_sxm_80gb, r, {}) == logged(13.47, 2e-3));
    CHECK(loaded(models::gpt_oss_120b, gpus::h100_sxm_80gb, r, {}) == logged(64.38, 1e-3));
    // An engine that pads nothing holds the checkpoint's bytes.
    CHECK(loaded(models::gpt_oss_20b, gpus::h100_sxm_80gb, r, {}, engines::on_paper) ==
          doctest::Approx(in_gibibytes(weights_of(models::gpt_oss_20b, r).total())));
}

TEST_CASE("nothing is rounded by an engine without rules, and learned positions need no table") {
    engine plain = engines::vllm;
    plain.allocator = {};
    plain.rotary_bytes = 0;
    CHECK(weights_of(models::llama_3_1_8b, bf16).rounding == bytes{0});
    CHECK(weights_of(models::qwen2_7b, bf16, {}, 0, megatron_sharding, torch_allocator).rounding >
          bytes{0});
    CHECK(rotary_table(models::llama_3_1_8b, plain) == bytes{0});
    CHECK(rotary_table(models::gpt_2_xl, engines::vllm) == bytes{0});
    CHECK(rotary_table(models::llama_3_1_8b, engines::vllm) == bytes{131072.0 * 128 * 2});
    CHECK(rotary_table(models::deepseek_r1, engines::vllm) == bytes{163840.0 * 64 * 2});
}

TEST_CASE("the matrices of a layer are rounded together, and then begun anew") {
    held_matrices layer{};
    layer.add(tensor_role::attention_q, bytes{300});
    layer.add(tensor_role::attention_k, bytes{100}); // in one matrix with queries
    layer.add(tensor_role::ffn_down, bytes{513});
    CHECK(layer.take_rounding(torch_allocator) == bytes{512 - 400 + 1024 - 513});
    CHECK(layer.take_rounding(torch_allocator) == bytes{0});
    layer.add(tensor_role::ffn_down, bytes{512});
    CHECK(layer.take_rounding(torch_allocator) == bytes{0});
}

TEST_CASE("what an allocator hands out, on both sides of each bound") {
    // Whole tens below a hundred; from there whole forties, unless more than fifteen are left over.
    allocator_rules const rules{bytes{10}, bytes{100}, bytes{40}, bytes{15}};
    struct row {
        double wanted;
        double tens; ///< in whole tens
        double ones; ///< the same with steps of one byte
    };
    for (row const& at : {row{1, 10, 1}, row{10, 10, 10}, row{11, 20, 11}, row{99, 100, 99},
                          row{100, 100, 100}, row{104, 110, 104}, row{105, 120, 120},
                          row{120, 120, 120}, row{121, 130, 121}, row{145, 160, 160}}) {
        CAPTURE(at.wanted);
        CHECK(counted(rules, bytes{at.wanted}) == bytes{at.tens});
        CHECK(counted({bytes{1}, bytes{100}, bytes{40}, bytes{15}}, bytes{at.wanted}) ==
              bytes{at.ones});
        CHECK(counted({}, bytes{at.wanted}) == bytes{at.wanted});
    }
    // PyTorch's own bounds, at and below them.
    CHECK(counted(torch_allocator, mebibytes(10) - bytes{1}) == mebibytes(10));
    CHECK(counted(torch_allocator, mebibytes(11)) == mebibytes(12));
    CHECK(counted(torch_allocator, mebibytes(11) - bytes{512}) == mebibytes(11) - bytes{512});
}

TEST_CASE("every matrix is rounded once, in whatever role") {
    held_matrices layer{};
    for (int i = 0; i < tensor_roles; ++i) {
        layer.add(static_cast<tensor_role>(i), bytes{1});
    }
    // Keys and values lie with queries, and what stands beside a gate with it: five roles have no matrix of their own.
    CHECK(layer.take_rounding(torch_allocator) ==
          bytes{512.0 * (tensor_roles - 5) - static_cast<double>(tensor_roles)});
    CHECK(layer.take_rounding(torch_allocator) == bytes{0});
}
