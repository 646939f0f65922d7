// SPDX-License-Identifier: MIT
// Command lines that name a draft model: both models are counted, and nobody forgets the draft.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/command_line/drafted.hpp>
#include <reckon/io/launch_report.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::literals;

namespace {

// The form that vLLM documents (features/speculative_decoding/draft_model), with a larger model.
constexpr std::string_view documented =
    "vllm serve Qwen/Qwen3-32B --host 0.0.0.0 --port 8000 --seed 42 -tp 1 --max-model-len 2048 "
    "--gpu-memory-utilization 0.8 --speculative-config '{\"model\": \"Qwen/Qwen3-0.6B\", "
    "\"num_speculative_tokens\": 5, \"method\": \"draft_model\"}'";

std::string said(std::string_view line) {
    auto const read = read_drafted_command_line(line);
    REQUIRE_FALSE(read);
    return std::string(read.error().message.view());
}
std::string with_draft(std::string const& config) {
    return "vllm serve Qwen/Qwen3-32B -tp 2 --speculative-config '" + config + "'";
}

} // namespace

static_assert(read_drafted_command_line(documented)->drafts);
static_assert(fits(read_drafted_command_line(documented), gpus::h200_sxm));

TEST_CASE("a draft model brings its weights and its cache") {
    auto const line = read_drafted_command_line(documented);
    REQUIRE(line);
    CHECK(line->drafted_tokens == 5);
    CHECK(std::string_view(line->draft.model.name) == "Qwen3-0.6B");
    CHECK(line->draft.weights == any_model(models::qwen3_0_6b).published);
    CHECK(line->target.engine.memory_utilization == 0.8);
    auto const both = line->memory_on(gpus::h200_sxm);
    auto const alone = serving::memory_of(line->target.on(gpus::h200_sxm));
    // 28 layers of 8 heads of 128 values, keys and values, in 16 bit.
    CHECK(in_bytes_per_token(both.cache_per_token - alone.cache_per_token) ==
          28.0 * 8 * 128 * 2 * 2);
    // 0.596 10^9 parameters in 16 bit; embedding and head are one.
    CHECK(in_gigabytes(both.weights - alone.weights) == doctest::Approx(1.192).epsilon(0.02));
    CHECK(both.budget == alone.budget);
    CHECK(both.cache_tokens < alone.cache_tokens);
    std::string const verdict(explain(*line, gpus::h200_sxm, both).view());
    CHECK(verdict.find("; with the draft model Qwen3-0.6B: 1.20 GB of weights and ") !=
          std::string::npos);

    // What vLLM prints is of both.
    auto const d = line->target.on(gpus::h200_sxm);
    auto const figures = launch_figures_of(d, line->draft);
    CHECK(figures.weights == both.weights);
    CHECK(figures.pool == both.cache_pool);
    CHECK(in_tokens(figures.cache_tokens) <= in_tokens(both.cache_tokens));
    CHECK(in_tokens(figures.cache_tokens) > in_tokens(both.cache_tokens) - 32);
    CHECK(figures.concurrency ==
          doctest::Approx(in_tokens(both.cache_tokens) / 2048).epsilon(1e-3));
    CHECK(io::launch_report(d, figures).size() == 4);
}

TEST_CASE("the largest context with a draft is exact at its edge") {
    auto const line = read_drafted_command_line(
        "vllm serve Qwen/Qwen3-14B --speculative-config.model Qwen/Qwen3-4B "
        "--speculative-config.num_speculative_tokens 3");
    REQUIRE(line);
    CHECK_FALSE(fits(*line, gpus::l40s));
    auto d = line->target.on(gpus::l40s);
    d.max_context = largest_context(d, line->draft);
    CHECK(memory_of(d, line->draft).fits());
    d.max_context = d.max_context + 1_tok;
    CHECK_FALSE(memory_of(d, line->draft).fits());
    CHECK(largest_context(d) > largest_context(d, line->draft));
}

TEST_CASE("ways to name a draft read alike") {
    auto const one = read_drafted_command_line(
        with_draft("{\"model\": \"Qwen/Qwen3-0.6B\", \"num_speculative_tokens\": 4}"));
    REQUIRE(one);
    for (char const* flags :
         {"--speculative-config.model Qwen/Qwen3-0.6B --speculative-config.num_speculative_tokens "
          "4",
          "--spec-method draft_model --spec-model Qwen/Qwen3-0.6B --num-speculative-tokens 4",
          "--speculative-model Qwen/Qwen3-0.6B --num-speculative-tokens 4 "
          "--speculative-draft-tensor-parallel-size 2",
          "-sc '{\"model\":\"Qwen/Qwen3-0.6B\",\"num_speculative_tokens\":4,"
          "\"draft_tensor_parallel_size\":2,\"quantization\":null}'"}) {
        CAPTURE(flags);
        auto const other = read_drafted_command_line(
            std::string("vllm serve Qwen/Qwen3-32B -tp 2 ").append(flags));
        REQUIRE(other);
        CHECK(other->draft == one->draft);
        CHECK(other->drafted_tokens == 4);
        CHECK(other->target.layout == one->target.layout);
    }
    auto const narrow = read_drafted_command_line(
        with_draft("{\"model\": \"Qwen/Qwen3-0.6B\", \"quantization\": \"fp8\"}"));
    REQUIRE(narrow);
    CHECK(narrow->memory_on(gpus::h100_sxm_80gb).weights <
          one->memory_on(gpus::h100_sxm_80gb).weights);
    // Both caches are in the format that is asked for.
    auto const cached = read_drafted_command_line(with_draft("{\"model\": \"Qwen/Qwen3-0.6B\"}") +
                                                  " --kv-cache-dtype fp8");
    REQUIRE(cached);
    CHECK(cached->draft.kv_cache == cached->target.kv_cache);
    CHECK(cached->memory_on(gpus::h100_sxm_80gb).kv_cache <
          one->memory_on(gpus::h100_sxm_80gb).kv_cache);
}

TEST_CASE("a line without a draft model is that of read_command_line") {
    for (char const* line :
         {"vllm serve Qwen/Qwen3-8B",
          "vllm serve deepseek-ai/DeepSeek-R1 -tp 8 "
          "--speculative-config '{\"method\": \"mtp\"}'",
          "vllm serve Qwen/Qwen3-8B --speculative-config '{\"model\": \"[ngram]\"}'",
          "python -m sglang.launch_server --model-path Qwen/Qwen3-8B",
          "llama-server -hf Qwen/Qwen3-8B-GGUF:F16"}) {
        CAPTURE(line);
        auto const drafted = read_drafted_command_line(line);
        auto const plain = read_command_line(line);
        REQUIRE(drafted);
        REQUIRE(plain);
        CHECK_FALSE(drafted->drafts);
        CHECK(drafted->target == *plain);
        auto const d = plain->on(gpus::h200_sxm);
        CHECK(drafted->memory_on(gpus::h200_sxm).needed() == memory_of(d).needed());
        CHECK(explain(*drafted, gpus::h200_sxm, memory_of(d)).view() ==
              explain(d, memory_of(d)).view());
    }
}

TEST_CASE("models that the caller has read stand for paths") {
    any_model const model = models::qwen3_32b;
    any_model const draft = models::qwen3_0_6b;
    auto const line = read_drafted_command_line(
        "vllm serve /models/large --speculative-config '{\"model\": \"/models/small\"}'", model,
        draft);
    REQUIRE(line);
    CHECK(line->draft.model == draft);
    CHECK(line->target.model == model);
}

TEST_CASE("drafts that are refused") {
    CHECK(said(with_draft("{\"model\": \"Qwen/Qwen3-0.6C\"}"))
              .rfind("the draft model: 'Qwen/Qwen3-0.6C' is no model of the catalogue; the nearest "
                     "names are "
                     "qwen3-0.6b",
                     0) == 0);
    CHECK(
        said(with_draft("{\"model\": \"/models/small\"}")) ==
        "the draft model '/models/small' is a path: read it first, with io::read_hugging_face, and "
        "hand in the model behind the line's own.");
    CHECK(said(with_draft("{\"model\": \"Qwen/Qwen3-0.6B\", \"draft_tensor_parallel_size\": 1}")) ==
          "vLLM divides a draft model by as many ranks as the model, 2, and "
          "draft_tensor_parallel_size is 1; leave it out.");
    CHECK(said(with_draft("{\"model\": \"meta-llama/Llama-3.2-1B\"}")) ==
          "the draft model Llama-3.2-1B has 128,256 words and Qwen3-32B 151,936; vLLM refuses a "
          "draft "
          "of another vocabulary.");
    CHECK(said(with_draft("{\"model\": \"Qwen/Qwen3-0.6B\"}") + " -pp 2")
              .find("under pipeline parallelism") != std::string::npos);
    CHECK(said(with_draft("{\"model\": \"Qwen/Qwen3-0.6B\", \"quantization\": \"magic\"}"))
              .rfind("the draft model: ", 0) == 0);
    CHECK(said(with_draft("{\"model\": \"Qwen/Qwen3-0.6B\", \"num_speculative_tokens\": -5}")) ==
          "--speculative-config '-5' is no number of drafted tokens; give a whole number, 0 or "
          "more.");
    CHECK(said(with_draft("{\"num_speculative_tokens\": 5}"))
              .find("must name a method or a draft model") != std::string::npos);
    CHECK(said(with_draft("{\"model\": ")).find("must be a JSON object") != std::string::npos);
    // Heads that read the model's states, and engines whose pools are not known.
    CHECK(said(with_draft("{\"model\": \"AngelSlim/Qwen3-32B_eagle3\", \"method\": \"eagle3\"}"))
              .find("speculative decoding by 'eagle3' with 'AngelSlim/Qwen3-32B_eagle3' is not "
                    "modelled") != std::string::npos);
    CHECK(said("python -m sglang.launch_server --model-path Qwen/Qwen3-32B "
               "--speculative-algorithm STANDALONE --speculative-draft-model-path Qwen/Qwen3-0.6B")
              .find("'STANDALONE' with 'Qwen/Qwen3-0.6B' is not modelled") != std::string::npos);
    CHECK(said("llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -md small.gguf").find("--model-draft") ==
          0);
}

TEST_CASE("who does not ask for drafts is not given a launch without one") {
    for (std::string const& line :
         {std::string(documented), with_draft("{\"model\": \"Qwen/Qwen3-0.6B\"}"),
          std::string("vllm serve Qwen/Qwen3-32B --speculative-config.model Qwen/Qwen3-0.6B"),
          std::string("vllm serve Qwen/Qwen3-32B --speculative-model Qwen/Qwen3-0.6B")}) {
        CAPTURE(line);
        auto const plain = read_command_line(line);
        REQUIRE_FALSE(plain);
        CHECK(plain.error().code == errc::unsupported);
        CHECK(plain.error().message.view().find("draft model and its cache are not counted") !=
              std::string_view::npos);
    }
}
