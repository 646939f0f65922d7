// SPDX-License-Identifier: MIT
// Verdicts in the words of who wrote the deployment: what is said to fit does, once it is written.
#include "support/printing.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/verdict_text.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

constexpr reckon::recipe narrower[] = {reckon::fp8_block128, reckon::int4_g128};

auto launched(std::string_view line, char const* gpu, reckon::count concurrency = 0) {
    return reckon::read_command_line(line)->on(*reckon::find_gpu(gpu),
                                               {.concurrency = concurrency});
}

} // namespace

TEST_CASE("the sentence has the bytes in GiB and remedies as flags") {
    auto const d = launched("vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
                            "--max-model-len 32768",
                            "h200-sxm", 64);
    auto const said = reckon::io::refusal_in_words(d, false, narrower, 16);
    INFO(said);
    auto const r = memory_of(d);
    std::string const sizes =
        "needs " +
        std::string(reckon::text<31>{}.append_fixed(in_gibibytes(r.needed()), 1).view()) +
        " GiB per GPU, " +
        std::string(reckon::text<31>{}.append_fixed(in_gibibytes(r.budget), 1).view()) +
        " GiB usable on H200 SXM 141GB; would fit with --decode-context-parallel-size ";
    CHECK(said.starts_with(sizes));
    CHECK(said.find(" or --max-model-len ") != std::string::npos);
    CHECK(said.back() != '.');
}

TEST_CASE("every remedy that is said mends, once its words are part of the line") {
    for (auto const& [line, gpu] : {
             std::pair{"vllm serve deepseek-ai/DeepSeek-R1 --max-model-len 65536", "h200-sxm"},
             std::pair{"vllm serve Qwen/Qwen3-32B", "rtx-4090"},
             std::pair{"vllm serve openai/gpt-oss-120b", "h100-sxm-80gb"},
             std::pair{"python -m sglang.launch_server --model-path Qwen/Qwen3-32B", "l40s"},
             std::pair{"llama-server -hf unsloth/Qwen3-32B-GGUF:Q8_0 -c 32768", "rtx-4090"},
         }) {
        auto const d = launched(line, gpu);
        REQUIRE(!memory_of(d).fits());
        auto const remedies = reckon::io::remedies_in_words(d, false, narrower, 16);
        CHECK(remedies.any);
        REQUIRE(!remedies.words.empty());
        for (std::string const& words : remedies.words) {
            INFO(line << " + " << words);
            if (words.find("without") != std::string::npos || words.starts_with("concurrency")) {
                continue;
            }
            // The last of two flags counts.
            auto const mended = reckon::read_command_line(std::string(line) + " " + words);
            REQUIRE(mended);
            CHECK(memory_of(mended->on(d.gpu, {.concurrency = d.concurrency})).fits());
        }
    }
}

TEST_CASE("JSON is told in its fields, and a load that no flag says in requests") {
    auto d = launched("vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
                      "--max-model-len 32768",
                      "h200-sxm", 64);
    CHECK(reckon::io::refusal_in_words(d, true, narrower, 16)
              .find("would fit with layout.context ") != std::string::npos);
    auto const of_json = reckon::io::remedies_in_words(d, true, narrower, 16);
    bool context = false;
    for (std::string const& words : of_json.words) {
        CHECK(words.find("--") == std::string::npos);
        context = context || words.starts_with("max_context ");
    }
    CHECK(context);
    d.concurrency = 400;
    d.max_context = reckon::tokens{1024};
    auto const loaded = reckon::io::remedies_in_words(d, false, narrower, 8);
    CHECK(loaded.any == !loaded.words.empty());
}

TEST_CASE(
    "what no single change mends is said so, and what is no matter of bytes has no remedies") {
    auto tiny = launched("vllm serve Qwen/Qwen3-8B", "rtx-4090");
    tiny.gpu.memory = reckon::bytes{5e8}; // less than an engine needs beside any weights
    tiny.gpu.memory_usable = tiny.gpu.memory;
    CHECK(reckon::io::refusal_in_words(tiny, false, narrower, 2)
              .ends_with("; no single change on up to 2 GPUs makes it fit"));
    CHECK(!reckon::io::remedies_in_words(tiny, false, narrower, 2).any);
    auto long_context = launched("vllm serve Qwen/Qwen3-8B", "h200-sxm");
    long_context.max_context = reckon::tokens{1e7};
    auto const said = reckon::io::refusal_in_words(long_context, false, narrower, 16);
    CHECK(said.find("above the model's maximum") != std::string::npos);
    CHECK(said.find("would fit with") == std::string::npos);
}

TEST_CASE("a deployment that its form cannot say is refused without remedies, not with a false "
          "sentence") {
    auto d =
        launched("vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8", "h200-sxm", 64);
    d.engine.name = "an engine of nobody";
    for (bool const as_json : {false, true}) {
        auto const said = reckon::io::refusal_in_words(d, as_json, narrower, 16);
        CHECK(said.find("--") == std::string::npos); // nobody's flags; a load is no flag
        CHECK(said.find("layout.") == std::string::npos);
        CHECK(said.find("no single change") == std::string::npos);
        CHECK(said.starts_with("needs "));
    }
}

TEST_CASE("a model that the writers have no name for keeps the one that the line has") {
    auto const line = "vllm serve Qwen/Qwen3-32B-AWQ --max-model-len 40960";
    auto const d = launched(line, "rtx-4090");
    CHECK_FALSE(reckon::write_command_line(d).has_value());
    CHECK_FALSE(reckon::io::write_json(d).has_value());
    auto const said = reckon::io::refusal_in_words(d, false, narrower, 16);
    CHECK(said.find("; would fit with --tensor-parallel-size 2") != std::string::npos);
    CHECK(said.find("/the/same") == std::string::npos);
    CHECK(memory_of(launched(std::string(line) + " --tensor-parallel-size 2", "rtx-4090")).fits());
    auto const as_json = reckon::io::refusal_in_words(d, true, narrower, 16);
    CHECK(as_json.find("; would fit with layout.tensor 2") != std::string::npos);
    CHECK(as_json.find("/the/same") == std::string::npos);
}

TEST_CASE("an engine that shortens its context starts with whatever fits, if anything does") {
    auto const long_context = launched("vllm serve Qwen/Qwen3-8B", "l40s", 64);
    REQUIRE(!memory_of(long_context).fits());
    CHECK(!reckon::io::starts(long_context, false));
    CHECK(reckon::io::starts(long_context, true));
    auto const too_large = launched("vllm serve Qwen/Qwen3-32B", "l40s");
    CHECK(!reckon::io::starts(too_large, true)); // its weights alone do not fit
    CHECK(reckon::io::starts(launched("vllm serve Qwen/Qwen3-8B", "l40s", 1), false));
}
