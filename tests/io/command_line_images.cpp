// SPDX-License-Identifier: MIT
// Images in a command line of vLLM: how many a prompt may have, and whether they are counted.
#include "support/printing.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/launch_report.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

namespace {
result<launch> read(std::string const& flags) {
    return read_command_line("vllm serve Qwen/Qwen3-VL-8B-Instruct " + flags);
}
} // namespace

TEST_CASE("a limit of images is read in each of its forms") {
    CHECK(read("")->engine.images == 0);
    CHECK(read(R"(--limit-mm-per-prompt '{"image": 2}')")->engine.images == 2);
    CHECK(read(R"(--limit-mm-per-prompt '{"video": 1, "image": {"count": 3, "width": 512}}')")
              ->engine.images == 3);
    CHECK(read("--limit-mm-per-prompt.image 4")->engine.images == 4);
    // Other kinds of items are not counted.
    CHECK(read(R"(--limit-mm-per-prompt '{"video": 1}')")->engine.images == 0);
}

TEST_CASE("what is no limit is refused with the flag, the value and the rule") {
    for (std::string const value :
         {"'{\"image\": -1}'", "'{\"image\": \"many\"}'", "image=1", "'{'"}) {
        CAPTURE(value);
        auto const read_back = read("--limit-mm-per-prompt " + value);
        REQUIRE_FALSE(read_back);
        std::string const why(read_back.error().message.view());
        CHECK(why.find("--limit-mm-per-prompt") != std::string::npos);
        CHECK(why.find("how many images a prompt may have") != std::string::npos);
    }
}

TEST_CASE("no images, or images that are not profiled, take nothing from the pool") {
    auto const gpu = find_gpu("rtx-4090");
    REQUIRE(gpu);
    auto const activations = [&](std::string const& flags) {
        auto const l = read("--max-model-len 16384 --max-num-seqs 8 " + flags);
        REQUIRE(l);
        return in_gibibytes(memory_of(l->on(*gpu)).activations.value);
    };
    CHECK(activations("") > 2);
    CHECK(activations("--skip-mm-profiling") < 1);
    CHECK(activations(R"(--limit-mm-per-prompt '{"image": 0}')") < 1);
    CHECK(activations("--language-model-only") < 1);
}

TEST_CASE("written and read back it is the same launch") {
    auto const gpu = find_gpu("rtx-4090");
    for (std::string const flags :
         {R"(--limit-mm-per-prompt '{"image": 2}')", "--skip-mm-profiling"}) {
        CAPTURE(flags);
        auto const l = read("--max-model-len 16384 " + flags);
        REQUIRE(l);
        auto const words = write_command_line(l->on(*gpu));
        REQUIRE(words);
        auto const again = read_command_line(words->view());
        REQUIRE(again);
        CHECK(again->engine == l->engine);
    }
}

TEST_CASE("JSON says them too") {
    auto const gpu = find_gpu("rtx-4090");
    auto const l = read("--max-model-len 16384 --skip-mm-profiling --limit-mm-per-prompt.image 3");
    REQUIRE(l);
    auto const text = io::write_json(l->on(*gpu));
    REQUIRE(text);
    CHECK(text->find("\"images\": 3") != std::string::npos);
    auto const again = io::read_deployment_json(*text);
    REQUIRE(again);
    CHECK(again->engine == l->engine);
}

TEST_CASE("an encoder that is not counted is said to be so, by the name of its model") {
    auto const gpu = find_gpu("h200-sxm");
    REQUIRE(gpu);
    auto const said = [&](std::string const& line) {
        auto const l = read_command_line(line);
        REQUIRE(l);
        return io::left_out_of_report(l->on(*gpu));
    };
    CHECK(said("vllm serve Qwen/Qwen3-VL-8B-Instruct").empty());
    CHECK(said("vllm serve Qwen/Qwen3-8B").empty());
    CHECK(
        said("vllm serve google/gemma-4-31B-it") ==
        "Not counted: what the encoder of images of Gemma-4-31B takes beside its weights while it "
        "runs; its shape is not known.");
    CHECK(said("vllm serve google/gemma-4-31B-it --language-model-only").empty());
    CHECK(
        said("vllm serve Qwen/Qwen3-VL-8B-Instruct --skip-mm-profiling") ==
        "Not counted: what the encoder of images of Qwen3-VL-8B takes beside its weights while it "
        "runs; the command line leaves it out.");
    CHECK(
        said("trtllm-serve Qwen/Qwen3-VL-8B-Instruct") ==
        "Not counted: what the encoder of images of Qwen3-VL-8B takes beside its weights while it "
        "runs; no rule of the engine is known.");
}
