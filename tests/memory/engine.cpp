// SPDX-License-Identifier: MIT
// The shipped engines are data that says what it is.
#include "support/printing.hpp"

#include <reckon/memory/engines.hpp>
#include <reckon/memory/engines/llama_cpp.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace reckon;

static_assert(std::is_trivially_copyable_v<engine>);

TEST_CASE("the budget on paper is 0.9 of what is sold, for weights and cache alone (AT-08)") {
    constexpr engine paper = engines::on_paper;
    static_assert(paper.memory_utilization == 0.9 && paper.of_nominal_capacity);
    CHECK(paper.runtime == bytes{0});
    CHECK(paper.collectives == bytes{0});
    CHECK(paper.activation_bytes == 0);
    CHECK(paper.block_tokens == 1);
    CHECK(paper.spread == 0);
}

TEST_CASE("shipped engines are plausible") {
    for (engine const& e :
         {engines::vllm, engines::sglang, engines::tensorrt_llm, engines::on_paper}) {
        CAPTURE(std::string_view(e.name));
        CHECK(e.memory_utilization >= 0); // 0: worked out from the device
        CHECK(e.memory_utilization <= 1);
        CHECK(e.spread >= 0);
        CHECK_FALSE(e.name.empty());
        for (std::size_t i = 1; i < e.defaults.size(); ++i) {
            CHECK(e.defaults[i - 1].from < e.defaults[i].from);
        }
    }
    CHECK(engines::vllm.memory_utilization == 0.9);
    CHECK(engines::vllm.block_tokens == 16);
}

TEST_CASE("releases before 0.5 count what collectives held, and chunk no prompt before 0.6") {
    // vllm#2031, four ranks: 20,865 blocks where 31,615 had been given out, 13.1 GiB less.
    CHECK(engines::vllm_release({0, 4, 1}).collectives == gibibytes(12));
    CHECK(engines::vllm_release({0, 4, 1}).bus_collectives == gibibytes(12));
    CHECK(engines::vllm_release({0, 5}).collectives == gibibytes(0.45));
    CHECK(engines::vllm_release({0, 5}).unchunked > 1'000'000);
    CHECK(engines::vllm_release({0, 6}).unchunked == 32768);
    CHECK(engines::vllm_release({0, 8}).unchunked == 0);
}

TEST_CASE("a release takes the rules of the last period that began before it") {
    CHECK(engines::vllm_release({0, 16}).sampler_bytes_per_logit == 38.7);
    CHECK(engines::vllm_release({0, 17}).sampler_bytes_per_logit == 15.2);
    CHECK(engines::vllm_release({0, 20}).charge.graphs == charged::outside);
    CHECK(engines::vllm_release({0, 21}).charge.graphs == charged::inside);
    CHECK(engines::vllm_release({0, 6}).absorbed_copy_bytes == 0); // expanded keys and values
    engine newest = engines::vllm_release({1, 0});
    newest.version = engines::vllm.version;
    CHECK(newest == engines::vllm); // no period begins after it
    CHECK(engine_version{0, 9} < engine_version{0, 10});
}

TEST_CASE("what changed between releases of vLLM and SGLang, on both sides of each change") {
    using engines::sglang_release;
    using engines::vllm_release;
    CHECK(vllm_release({0, 4, 9}).unchunked == count{1} << 30);
    CHECK(vllm_release({0, 5, 9}).unchunked == count{1} << 30);
    CHECK(vllm_release({0, 7, 9}).unchunked == 32768);
    CHECK(vllm_release({0, 5}).bus_collectives < vllm_release({0, 4, 9}).bus_collectives);
    CHECK(vllm_release({0, 5}).bus_collectives < vllm_release({0, 5}).collectives);
    CHECK(vllm_release({0, 6, 9}).absorbed_copy_bytes == 0);
    CHECK(vllm_release({0, 7}).absorbed_copy_bytes == 2);
    // Before V1 there was one set of defaults for all large devices.
    CHECK(vllm_release({0, 7, 9}).defaults.size() == 2);
    CHECK(vllm_release({0, 8}).defaults.size() == 3);
    CHECK(vllm_release({0, 9, 9}).images_allowed == 1);
    CHECK(vllm_release({0, 10}).images_allowed == 999);
    CHECK(vllm_release({0, 11, 9}).experts.chunk == 32768);
    CHECK(vllm_release({0, 12}).experts.chunk == 16384);
    CHECK_FALSE(vllm_release({0, 12, 9}).experts.sorts_inputs);
    CHECK_FALSE(vllm_release({0, 12, 9}).experts.keeps_workspace);
    CHECK(vllm_release({0, 13}).experts.sorts_inputs);
    CHECK(vllm_release({0, 13}).experts.keeps_workspace);
    CHECK(vllm_release({0, 13, 9}).prints_windows_whole);
    CHECK_FALSE(vllm_release({0, 14}).prints_windows_whole);
    CHECK(vllm_release({0, 13}).version == engine_version{0, 13});
    for (engine const& e : {engines::vllm, vllm_release({0, 5})}) {
        CHECK((e.windows_hold_chunks && e.unifies_pages && e.reserves_for_images));
        CHECK((e.packs_indexed_latents && e.small_batches_on_shared && e.graphs));
        CHECK(e.sparse == sparse_prefill{40, 5, mebibytes(512)});
        CHECK(e.allocator == torch_allocator);
        CHECK_FALSE(e.shares_in_groups);
    }
    // The tiles that experts in MXFP4 are padded to, by architecture; none that is not named is without.
    expert_padding const servers{.width = 256, .features = 256};
    for (expert_kernel const& k : engines::vllm.expert_kernels) {
        CAPTURE(std::string_view(k.architecture));
        bool const blackwell = k.architecture.view().starts_with("Blackwell");
        CHECK(k.needs_fabric == blackwell);
        if (blackwell || k.architecture.view().starts_with("CDNA")) {
            CHECK(k.padding == servers);
        } else if (k.architecture.empty()) {
            CHECK(k.padding == expert_padding{.width = 128, .features = 256});
        } else {
            CHECK(k.padding == expert_padding{.contraction = 256, .scales = false});
        }
    }
    CHECK(sglang_release({0, 5, 3}).reserve.per_captured_group_of_many == 0);
    CHECK(sglang_release({0, 5, 4}).reserve.per_captured_group_of_many == 1.5);
    CHECK(sglang_release({0, 5, 9}).reserve.latent_prefill == 0);
    CHECK(sglang_release({0, 6}).reserve.latent_prefill == 1536);
    CHECK(engines::sglang.copies_wide);
    CHECK((engines::sglang.shares_in_groups && engines::sglang.reserves_for_images));
    CHECK(engines::sglang.experts.chunk == 65536);
    CHECK_FALSE(engines::sglang.experts.sorts_inputs);
    CHECK(engines::sglang.memory_utilization == 0);               // worked out
    CHECK(engines::sglang.reserve.tower_parameters == 301989888); // ViT-L/14: 12 x 24 x 1024^2
    // No pass of TensorRT-LLM's is cut.
    CHECK(engines::tensorrt_llm.experts.chunk > 1'000'000'000);
    CHECK(engines::tensorrt_llm.experts.sorts_inputs);
    CHECK(engines::tensorrt_llm.charge.weights == charged::before);
    CHECK_FALSE(engines::llama_cpp.graphs);
    CHECK(engines::llama_cpp.memory_utilization == 1);
}

TEST_CASE("SGLang on Ascend: little is taken before loading, and fused kernels keep copies") {
    engine const npu = engines::on_ascend(engines::sglang);
    // 13 launches on A3 had 60.8 to 61.1 of 61.27 GiB before loading.
    bytes const before = npu.context + npu.runtime + npu.collectives + npu.bus_collectives;
    CHECK(gibibytes(61.27) - before >= gibibytes(60.8));
    CHECK(gibibytes(61.27) - before <= gibibytes(61.1));
    // The fused kernel before attention has its weights in a layout of its own; the indexer's keys are 16 bit.
    CHECK(npu.copies_latents);
    CHECK_FALSE(npu.packs_indexed_latents);
    CHECK_FALSE(engines::sglang.copies_latents);
    CHECK(engines::sglang.packs_indexed_latents);
    // Ranks share layers in groups there as elsewhere.
    CHECK(engines::sglang_release({0, 6}).shares_in_groups);
}
