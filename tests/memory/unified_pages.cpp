// SPDX-License-Identifier: MIT
// Pools of models whose layers keep unlike state, against what vLLM 0.25.1 printed when it started.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/memory/unified_pages.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string_view>

using namespace reckon;
using namespace reckon::literals;

namespace {

/// GB10, a context of 262,144; source: bench/reference/serving_memory.csv, rows 56, 57, 60 and 61.
struct logged {
    std::string_view model;
    double pool_gib;
    count modules;
    count drafted;
    count chunk;
    double printed_tokens;
    double within;
};

constexpr logged launches[] = {
    {"gemma-4-26b-a4b", 83.89, 0, 0, 2496, 3'875'400, 0.0005},
    {"gemma-4-26b-a4b", 84.68, 0, 0, 2496, 3'912'140, 0.0005},
    {"qwen3.6-35b-a3b", 74.22, 1, 3, 2048, 3'366'051, 0.001},
    {"qwen3.8-27b", 80.17, 1, 3, 2048, 1'191'213, 0.001},
};

} // namespace

TEST_CASE("memory.unified_pages: logged pools of hybrid and windowed models") {
    for (logged const& l : launches) {
        CAPTURE(l.model);
        auto const model = find_model(l.model);
        REQUIRE(model);
        unified_pages const pages =
            pages_of(*model, bf16, tokens{262'144}, {}, 0, {16, l.chunk, l.modules}, l.drafted);
        REQUIRE(pages.known());
        double const printed = pages.concurrency(bytes{gibibytes(l.pool_gib)}) * 262'144;
        CHECK(std::abs(printed / l.printed_tokens - 1) < l.within);
    }
}

TEST_CASE("memory.unified_pages: by hand") {
    // Gemma-4: 5 global layers of 2 x 512 keys and values, 25 local ones of 8 x 256 in windows of 1,024.
    auto const gemma = find_model("gemma-4-26b-a4b");
    REQUIRE(gemma);
    unified_pages const pages = pages_of(*gemma, bf16, tokens{262'144}, {}, 0, {16, 2496});
    CHECK(pages.group_layers == 5);
    CHECK(pages.groups == 6);
    CHECK(pages.page == bytes{16.0 * 2 * 8 * 256 * 2});
    CHECK(pages.request_blocks == 262'144 / 32 + 5 * (220 + 1));
    // A state of 3,207,168 bytes is a block of 784 tokens of 4,096 bytes.
    auto const qwen = find_model("qwen3.8-27b");
    REQUIRE(qwen);
    CHECK(pages_of(*qwen, bf16, tokens{1000}).page == bytes{784.0 * 4096});
}

TEST_CASE("memory.unified_pages: where all layers are alike it is division") {
    auto const llama = find_model("llama-3.1-8b");
    REQUIRE(llama);
    unified_pages const pages = pages_of(*llama, bf16, tokens{8192}, {}, 0, {16});
    CHECK(pages.groups == 1);
    CHECK(pages.group_layers == 32);
    CHECK(pages.request_blocks == 512);
    CHECK(pages.blocks(bytes{131'072.0 * 16 * 7.5}) == 7);
}

TEST_CASE(
    "memory.unified_pages: compressed caches are not known, and an empty pool holds nothing") {
    auto const v4 = find_model("deepseek-v4-flash");
    REQUIRE(v4);
    unified_pages const pages = pages_of(*v4, bf16, tokens{1000});
    CHECK_FALSE(pages.known());
    CHECK(pages.concurrency(bytes{1e12}) == 0);
    auto const llama = find_model("llama-3.1-8b");
    REQUIRE(llama);
    CHECK(pages_of(*llama, bf16, tokens{10}).concurrency(bytes{-1}) == 0);
}
