// SPDX-License-Identifier: MIT
// DeepEP's low-latency buffers: the layout of its source by hand, and where engines charge them.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/low_latency_exchange.hpp>
#include <reckon/serving/memory_of.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
constexpr layout spread{.tensor = 1, .data = 8, .expert = 8};

constexpr serving::memory_report report(engine e, count exchanged, layout const& l = spread) {
    e.exchanged_tokens = exchanged;
    return memory_of(models::deepseek_r1, gpus::h200_sxm, recipe(fp8_block128), cache_recipe(bf16),
                     l, e, tokens{32768}, 64);
}
} // namespace

TEST_CASE("DeepSeek-V3's 256 experts of 7,168 values, 128 tokens: DeepEP's layout by hand") {
    // To an expert 16 + 14,336 bytes, back 14,336 + 56 pairs of 16 bit: the way back is the larger.
    constexpr count back = 2 * 7168 + 56 * 4;
    constexpr count slots = 256 * 128;
    constexpr count layout_bytes = 2 * (slots * back + slots * back + 256 * 4);
    static_assert(layout_bytes % 128 == 0);
    // The hint is the next multiple above, also of a whole one.
    CHECK(low_latency_buffers(128, 7168, 256) == bytes{static_cast<double>(layout_bytes + 128)});
    CHECK(low_latency_buffers(128, 7168, 256) == bytes{1908410496.0});
}

TEST_CASE("a narrow stream is smaller on the way back than there") {
    // 64 values have no scale: 16 + 128 bytes there, 128 back.
    constexpr count layout_bytes = 2 * (8 * 4 * 128 + 8 * 4 * 144 + 128);
    CHECK(low_latency_buffers(4, 64, 8) ==
          bytes{static_cast<double>((layout_bytes / 128 + 1) * 128)});
}

TEST_CASE("nothing is asked for where nothing is exchanged") {
    CHECK(low_latency_buffers(0, 7168, 256) == bytes{0});
    CHECK(low_latency_buffers(128, 0, 256) == bytes{0});
    CHECK(low_latency_buffers(128, 7168, -1) == bytes{0});
    engine e = engines::vllm;
    e.exchanged_tokens = 128;
    CHECK(exchange_buffers(models::deepseek_r1, e, {.tensor = 8}) == bytes{0});
    CHECK(exchange_buffers(models::llama_3_1_8b, e, spread) == bytes{0});
    e.exchanged_tokens = 0;
    CHECK(exchange_buffers(models::deepseek_r1, e, spread) == bytes{0});
}

TEST_CASE("second copies of experts are experts of the exchange") {
    engine e = engines::vllm;
    e.exchanged_tokens = 256;
    layout l = spread;
    l.redundant_experts = 32;
    CHECK(exchange_buffers(models::deepseek_r1, e, l) == low_latency_buffers(256, 7168, 288));
}

TEST_CASE("vLLM takes them from the budget, SGLang from what its fraction leaves") {
    bytes const asked = low_latency_buffers(engines::vllm_exchanged_tokens, 7168, 256);
    auto const vllm = report(engines::vllm, engines::vllm_exchanged_tokens);
    auto const vllm_without = report(engines::vllm, 0);
    CHECK(vllm.runtime.value - vllm_without.runtime.value == asked);
    CHECK(in_bytes(vllm_without.cache_pool - vllm.cache_pool) == doctest::Approx(in_bytes(asked)));
    CHECK(vllm.outside.value == vllm_without.outside.value);
    auto const sglang = report(engines::sglang, 256);
    auto const sglang_without = report(engines::sglang, 0);
    CHECK(in_bytes(sglang.outside.value - sglang_without.outside.value) ==
          doctest::Approx(in_bytes(asked)));
    CHECK(sglang.cache_pool == sglang_without.cache_pool);
}

TEST_CASE("the least of everything, and layouts that are no whole steps") {
    // One token of 128 values, one expert: 16 + 256 bytes there, 256 + 4 back, room for four counts of 128 bytes.
    CHECK(low_latency_buffers(1, 128, 1) == bytes{11 * 128.0}); // 2 (272 + 272 + 128) = 10.5 steps
    // One value: 18 bytes there, 2 back; three tokens are sent to the one expert, whatever comes back.
    CHECK(low_latency_buffers(3, 1, 1) == bytes{4 * 128.0}); // 2 (54 + 54 + 128) = 3.7 steps
    // 13 values: 42 bytes there. One more would be a step more.
    CHECK(low_latency_buffers(3, 13, 1) == bytes{6 * 128.0}); // 2 (126 + 126 + 128) = 5.94 steps
    // 33 experts have 132 bytes of counts, which are two steps.
    CHECK(low_latency_buffers(1, 1, 33) == bytes{15 * 128.0}); // 2 (66 + 594 + 256) = 14.3 steps
    engine e = engines::vllm;
    e.exchanged_tokens = 1;
    layout const two{.tensor = 1, .data = 2, .expert = 2};
    CHECK(exchange_buffers(models::deepseek_r1, e, two) == low_latency_buffers(1, 7168, 256));
    // Second copies of experts that a model does not have are none.
    layout copies = two;
    copies.redundant_experts = 32;
    CHECK(exchange_buffers(models::llama_3_1_8b, e, copies) == bytes{0});
}
