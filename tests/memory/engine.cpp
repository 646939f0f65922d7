// SPDX-License-Identifier: MIT
// The shipped engines are data that says what it is.
#include "support/printing.hpp"

#include <reckon/memory/engines.hpp>

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
