// SPDX-License-Identifier: MIT
// The shipped engines are data that says what it is.
#include "support/printing.hpp"

#include <reckon/memory/engine.hpp>

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

TEST_CASE("defaults of vLLM and SGLang") {
    CHECK(engines::vllm.memory_utilization == 0.9);
    CHECK(engines::vllm.block_tokens == 16);
    CHECK_FALSE(engines::vllm.of_nominal_capacity);
    CHECK_FALSE(engines::sglang.of_nominal_capacity);
    for (engine const& e : {engines::vllm, engines::sglang, engines::on_paper}) {
        CAPTURE(std::string_view(e.name));
        CHECK(e.memory_utilization > 0);
        CHECK(e.memory_utilization <= 1);
        CHECK(e.spread >= 0);
        CHECK_FALSE(e.name.empty());
    }
}
