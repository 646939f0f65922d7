// SPDX-License-Identifier: MIT
// What ranks and stages keep of mixers that are not plain attention.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/memory.hpp>
#include <reckon/parallel.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {

double fixed(any_model const& m, layout const& l) {
    constexpr tokens far{1 << 20};
    return in_bytes(cache_of_request(m, bf16, far, l) - cache_per_token(m, bf16, l) * far);
}

} // namespace

TEST_CASE(
    "heads of a recurrent state are shared, latents and indexer keys are whole on every rank") {
    // 36 layers of 16 key and 32 value heads; 12 of 2 key-value heads, one a rank from two ranks on.
    for (count ranks : {1, 2, 4, 8, 16}) {
        CAPTURE(ranks);
        layout const l{.tensor = ranks};
        CHECK(check(models::qwen3_next_80b_a3b, l).ok());
        CHECK(fixed(models::qwen3_next_80b_a3b, l) == 77266944.0 / static_cast<double>(ranks));
        CHECK(in_bytes_per_token(cache_per_token(models::qwen3_next_80b_a3b, bf16, l)) ==
              (ranks == 1 ? 24576 : 12288));
        CHECK(in_bytes_per_token(cache_per_token(models::deepseek_v3_2, bf16, l)) == 85888);
        CHECK(fixed(models::deepseek_v4_flash, l) == 16982016);
        CHECK(fixed(models::kimi_k3, l) == 449372160.0 / static_cast<double>(ranks));
        CHECK(fixed(models::minimax_m1, l) == 293601280.0 / static_cast<double>(ranks));
        CHECK(fixed(models::jamba_1_5_mini, l) == 16056320.0 / static_cast<double>(ranks));
    }
}

TEST_CASE("groups of a state-space layer are shared, then repeated") {
    // Nemotron-3-Nano: 23 layers of 64 heads x 64 in 8 groups of state 128, four taps.
    auto const each = [](count heads, count groups) {
        return 23.0 *
               static_cast<double>(heads * 64 * 128 * 4 + (heads * 64 + groups * 2 * 128) * 3 * 2);
    };
    CHECK(fixed(models::nemotron_3_nano_30b_a3b, {}) == 49082368);
    CHECK(fixed(models::nemotron_3_nano_30b_a3b, {}) == each(64, 8));
    CHECK(fixed(models::nemotron_3_nano_30b_a3b, {.tensor = 8}) == each(8, 1));
    CHECK(fixed(models::nemotron_3_nano_30b_a3b, {.tensor = 16}) == each(4, 1));
    // Granite: one group for all 128 heads.
    CHECK(check(models::granite_4_0_h_small, layout{.tensor = 8}).ok());
    CHECK(fixed(models::granite_4_0_h_small, {.tensor = 8}) ==
          36.0 * (16 * 64 * 128 * 4 + (16 * 64 + 2 * 128) * 3 * 2));
}

TEST_CASE("ranks that do not divide a mixer are refused, with the nearest that do") {
    struct row {
        std::string_view name;
        count ranks;
        bool good;
    };
    for (row const r : {row{"qwen3-next-80b-a3b", 8, true},
                        {"qwen3-next-80b-a3b", 3, false},  // 16 heads
                        {"qwen3-next-80b-a3b", 32, false}, // 16 key heads
                        {"qwen3.5-27b", 8, true},          // 24 query, 16 key, 48 value heads
                        {"qwen3.5-27b", 16, false},
                        {"kimi-k3", 32, true}, // 96 heads
                        {"kimi-k3", 64, false},
                        {"nemotron-3-super-120b-a12b", 8, true},
                        {"nemotron-3-super-120b-a12b", 32, true},
                        {"nemotron-h-56b", 8, true},
                        {"nemotron-h-56b", 5, false},
                        {"jamba-1.5-mini", 8, true},
                        {"jamba-1.5-mini", 64, false},
                        {"deepseek-v4-pro", 16, true},
                        {"deepseek-v4-flash", 8, true},
                        {"deepseek-v4-flash", 16, false}, // 8 groups of the output projection
                        {"llama-3.3-nemotron-super-49b", 8, true},
                        {"minimax-m3", 16, true}}) {
        CAPTURE(r.name);
        CAPTURE(r.ranks);
        auto const m = find_model(r.name);
        REQUIRE(m.has_value());
        layout_check const found = check(*m, layout{.tensor = r.ranks});
        CHECK(found.ok() == r.good);
        CHECK_FALSE(explain(found).empty());
    }
    CHECK(explain(check(models::qwen3_next_80b_a3b, layout{.tensor = 32})).view() ==
          "tensor parallelism 32 does not divide 16 attention heads; the nearest that does is 16");
}

TEST_CASE("pipeline stages of irregular models hold every layer once") {
    for (std::string_view const name :
         {"deepseek-v3.2", "deepseek-v4-pro", "glm-5.2", "kimi-linear-48b-a3b",
          "nemotron-3-ultra-550b-a55b", "jamba-1.5-mini", "llama-3.3-nemotron-super-49b",
          "qwen3.5-27b", "minimax-text-01", "mistral-large-3"}) {
        auto const m = find_model(name);
        REQUIRE(m.has_value());
        for (count stages : {2, 3, 5, 7}) {
            CAPTURE(name);
            CAPTURE(stages);
            bytes state{};
            bytes weights{};
            for (count stage = 0; stage < stages; ++stage) {
                layout const l{.pipeline = stages};
                state += cache_of_request(*m, bf16, 4096_tok, l, stage);
                weights += weights_of(*m, bf16, l, stage).total();
            }
            CHECK(near(state, cache_of_request(*m, bf16, 4096_tok)));
            CHECK(near(weights, weights_of(*m, bf16).total()));
        }
    }
}

TEST_CASE(
    "side parts stand at the ends of the pipeline, in the format that they were published in") {
    constexpr layout two{.pipeline = 2};
    bytes const first = weights_of(models::qwen3_5_27b, nvfp4, two, 0).other;
    bytes const last = weights_of(models::qwen3_5_27b, nvfp4, two, 1).other;
    CHECK(in_bytes(first - last) > 2 * 460'000'000.0); // the vision tower, in 16 bit
    // DeepSeek-V4's head of the hyper-connections is fp32 and last, its routing table of int64 first.
    any_model bare = models::deepseek_v4_flash;
    bare.sides = side_parts{};
    auto const beside_of = [&](count stage) {
        return in_bytes(
            weights_of(models::deepseek_v4_flash, models::deepseek_v4_flash.published, two, stage)
                .other -
            weights_of(bare, bare.published, two, stage).other);
    };
    CHECK(beside_of(0) == 2327040 * 8.0);
    CHECK(beside_of(1) == 65541 * 4.0);
}
