// SPDX-License-Identifier: MIT
// The exchange of tokens between experts in a command line of vLLM: DeepEP's low-latency buffers are counted, others refused.
#include "support/printing.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/command_line/write.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

namespace {
result<launch> read(std::string const& flags) {
    return read_command_line("vllm serve deepseek-ai/DeepSeek-R1 --data-parallel-size 8 "
                             "--enable-expert-parallel --max-model-len 32768 " +
                             flags);
}
} // namespace

TEST_CASE("the low-latency exchange takes its buffers from the budget") {
    auto const gpu = find_gpu("h200-sxm");
    REQUIRE(gpu);
    auto const plain = read("");
    auto const low = read("--all2all-backend deepep_low_latency");
    REQUIRE(plain);
    REQUIRE(low);
    CHECK(plain->engine.exchanged_tokens == 0);
    CHECK(low->engine.exchanged_tokens == engines::vllm_exchanged_tokens);
    bytes const asked = low_latency_buffers(engines::vllm_exchanged_tokens, 7168, 256);
    CHECK(memory_of(low->on(*gpu)).runtime.value - memory_of(plain->on(*gpu)).runtime.value ==
          asked);
}

TEST_CASE("it is written down again, and others are refused by name") {
    auto const gpu = find_gpu("h200-sxm");
    REQUIRE(gpu);
    auto const low = read("--all2all-backend deepep_low_latency");
    REQUIRE(low);
    auto const line = write_command_line(low->on(*gpu));
    REQUIRE(line);
    CHECK(line->view().find("--all2all-backend deepep_low_latency") != std::string_view::npos);
    auto const again = read_command_line(line->view());
    REQUIRE(again);
    CHECK(again->engine == low->engine);
    auto const other = read("--all2all-backend deepep_high_throughput");
    REQUIRE_FALSE(other);
    CHECK(other.error().message.view() ==
          "--all2all-backend is not modelled: the buffers of this exchange of tokens are not "
          "counted; leave it out to calculate without it.");
}
