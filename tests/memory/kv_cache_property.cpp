// SPDX-License-Identifier: MIT
// AT-03: the cache is linear in the context, for every model without windows.
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;

namespace {
tokens whole(std::uint32_t n) { return tokens{static_cast<double>(n)}; }

template <class M> void linear(M const& m, std::uint32_t n) {
    RC_ASSERT(cache_of_request(m, bf16, whole(n) * 2) == cache_of_request(m, bf16, whole(n)) * 2);
    RC_ASSERT(cache_of_request(m, bf16, whole(n)) == cache_per_token(m, bf16) * whole(n));
}
} // namespace

TEST_CASE("context") {
    CHECK(holds("kv(2T) = 2 kv(T)", [](std::uint32_t n) {
        linear(models::deepseek_r1, n);
        linear(models::deepseek_v2_lite, n);
        linear(models::deepseek_llm_67b, n);
        linear(models::llama_3_1_8b, n);
        linear(models::qwen3_235b_a22b, n);
    }));
    CHECK(holds("a longer context never keeps less, with windows or without",
                [](std::uint16_t shorter, std::uint16_t more, std::uint8_t block) {
                    tokens const a = whole(shorter);
                    tokens const b = whole(std::uint32_t{shorter} + more);
                    count const in = 1 + block % 64;
                    RC_ASSERT(cache_of_request(models::gpt_oss_120b, bf16, a, {}, 0, in) <=
                              cache_of_request(models::gpt_oss_120b, bf16, b, {}, 0, in));
                    RC_ASSERT(cache_of_request(models::gemma_3_27b, bf16, a, {}, 0, in) <=
                              cache_of_request(models::gemma_3_27b, bf16, b, {}, 0, in));
                }));
    CHECK(holds("blocks cost less than one block more", [](std::uint16_t n, std::uint8_t block) {
        count const in = 1 + block % 64;
        bytes const exact = cache_of_request(models::deepseek_r1, bf16, whole(n));
        bytes const paged = cache_of_request(models::deepseek_r1, bf16, whole(n), {}, 0, in);
        RC_ASSERT(paged >= exact);
        RC_ASSERT(paged - exact < bytes{70272.0 * static_cast<double>(in)});
    }));
}

TEST_CASE("ranks") {
    CHECK(holds("pipeline stages together keep the cache of the model",
                [](std::uint8_t p, std::uint16_t n) {
                    layout const l{.pipeline = 1 + p % 36};
                    bytes sum{};
                    for (count s = 0; s < l.pipeline; ++s) {
                        sum += cache_of_request(models::gpt_oss_120b, bf16, whole(n), l, s);
                    }
                    RC_ASSERT(sum == cache_of_request(models::gpt_oss_120b, bf16, whole(n)));
                }));
    CHECK(
        holds("tokens that fit are the most that fit", [](std::uint32_t space, std::uint16_t each) {
            bytes const room{static_cast<double>(space)};
            bytes_per_token const per = bytes{each + 1.0} / tokens{1};
            tokens const n = tokens_that_fit(room, per);
            RC_ASSERT(per * n <= room);
            RC_ASSERT(per * (n + tokens{1}) > room);
        }));
}
