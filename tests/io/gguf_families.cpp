// SPDX-License-Identifier: MIT
// Every model of the catalogue, written as the GGUF file that llama.cpp would make of it and read back:
// the same parameters, the same bytes on every rank, the same state.
#include "support/gguf_of_model.hpp"
#include "support/near.hpp"
#include "support/weight_file.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/parallel/validate.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

using reckon::any_model;
using reckon::count;
using reckon::test::gguf_of_model;
using reckon::test::gguf_options;

namespace {

/// The first row that an id begins with says which architecture its file has.
struct file_kind {
    std::string_view id;
    gguf_options options;
};
file_kind const kinds[] = {
    {"deepseek-moe-16b", {"deepseek"}},
    {"deepseek-ocr", {"deepseek2-ocr"}},
    {"deepseek-v3.2", {"deepseek32"}},
    {"deepseek-math-v2", {"deepseek32"}},
    {"deepseek-v4", {"deepseek4"}},
    {"deepseek-coder-v2", {"deepseek2"}},
    {"deepseek-v", {"deepseek2"}},
    {"deepseek-r1-distill-qwen", {"qwen2"}},
    {"deepseek-r1-distill-llama", {"llama"}},
    {"deepseek-r1-0528-qwen3", {"qwen3"}},
    {"deepseek-r1", {"deepseek2"}},
    {"deepseek-", {"llama"}},
    {"kimi-linear", {.architecture = "kimi-linear", .zero_kv_heads = true}},
    {"kimi-k2", {"deepseek2"}},
    {"moonlight", {"deepseek2"}},
    {"mistral-large-3", {"deepseek2"}},
    {"glm-4.7-flash", {"deepseek2"}},
    {"glm-4.", {.architecture = "glm4moe", .post_norm = true}},
    {"glm-4-9b-0414", {"glm4"}},
    {"glm-4-32b", {"glm4"}},
    {"glm-4-9b", {.architecture = "chatglm", .fused_qkv = true, .fused_gate = true}},
    {"glm-5", {"glm-dsa"}},
    {"llama-3.3-nemotron", {.architecture = "deci", .zero_kv_heads = true}},
    {"llama-4", {"llama4"}},
    {"llama-", {"llama"}},
    {"codellama", {"llama"}},
    {"tinyllama", {"llama"}},
    {"open-llama", {"llama"}},
    {"yi-", {"llama"}},
    {"solar", {"llama"}},
    {"falcon3", {"llama"}},
    {"ministral-3", {"mistral3"}},
    {"step-3.5", {.architecture = "step35", .zero_kv_heads = true, .window_list = true}},
    {"mistral", {"llama"}},
    {"mixtral", {"llama"}},
    {"ministral", {"llama"}},
    {"devstral", {"llama"}},
    {"mimo-7b", {"qwen2"}},
    {"mimo-v2", {.architecture = "mimo2", .zero_kv_heads = true, .window_list = true}},
    {"qwen3-next", {.architecture = "qwen3next", .post_norm = true}},
    {"qwen3-coder-next", {.architecture = "qwen3next", .post_norm = true, .fused_experts = true}},
    {"qwen3-vl-30b", {"qwen3vlmoe"}},
    {"qwen3-vl-235b", {"qwen3vlmoe"}},
    {"qwen3-vl", {"qwen3vl"}},
    {"qwen3-30b-a3b", {"qwen3moe"}},
    {"qwen3-235b", {"qwen3moe"}},
    {"qwen3-coder", {"qwen3moe"}},
    {"qwen3-", {"qwen3"}},
    {"qwen3.5-27b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.6-27b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.8-27b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.5-0.8b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.5-2b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.5-4b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.5-9b", {.architecture = "qwen35", .post_norm = true, .split_beta = true}},
    {"qwen3.", {.architecture = "qwen35moe", .post_norm = true, .split_beta = true}},
    {"qwen2.5-vl", {"qwen2vl"}},
    {"qwen2-vl", {"qwen2vl"}},
    {"qwen2-57b", {"qwen2moe"}},
    {"qwen1.5-moe", {"qwen2moe"}},
    {"qwen", {"qwen2"}},
    {"gemma-2-", {"gemma2"}},
    {"gemma-3-", {"gemma3"}},
    {"gemma-3n", {"gemma3n"}},
    {"gemma-4-", {.architecture = "gemma4", .zero_kv_heads = true, .window_list = true}},
    {"gemma-", {"gemma"}},
    {"phi-2", {"phi2"}},
    {"phi-1.5", {"phi2"}},
    {"phi-", {.architecture = "phi3", .fused_qkv = true, .fused_gate = true}},
    {"gpt-oss", {.architecture = "gpt-oss", .post_norm = true}},
    {"gpt-2", {.architecture = "gpt2", .fused_qkv = true}},
    {"gpt-j", {"gptj"}},
    {"minimax-m2", {"minimax-m2"}},
    {"minimax-m3", {.architecture = "minimax-m3", .index_block = 128}},
    {"falcon-", {.architecture = "falcon", .fused_qkv = true}},
    {"bloom", {.architecture = "bloom", .fused_qkv = true}},
    {"starcoder2", {"starcoder2"}},
    {"aya-23", {"command-r"}},
    {"smollm3", {"smollm3"}},
    {"granite-3", {"granite"}},
    {"granite-4", {.architecture = "granitehybrid", .zero_kv_heads = true}},
    {"internlm2", {"internlm2"}},
    {"olmo-", {.architecture = "olmo2", .post_norm = true}},
    {"olmoe", {"olmoe"}},
    {"exaone-4", {.architecture = "exaone4", .post_norm = true}},
    {"seed-oss", {"seed_oss"}},
    {"dots.llm1", {"dots1"}},
    {"ernie-4.5-0.3b", {"ernie4_5"}},
    {"ernie-4.5", {"ernie4_5-moe"}},
    {"ling-lite", {"bailingmoe"}},
    {"ling-", {"bailingmoe2"}},
    {"nemotron-3", {.architecture = "nemotron_h_moe", .zero_kv_heads = true}},
    {"nemotron-nano", {.architecture = "nemotron_h", .zero_kv_heads = true}},
    {"nemotron-h", {.architecture = "nemotron_h", .zero_kv_heads = true}},
    {"jamba", {.architecture = "jamba", .zero_kv_heads = true}},
    {"bert-base", {"bert"}},
    {"lfm2-8b", {.architecture = "lfm2moe", .zero_kv_heads = true}},
    {"lfm2-", {.architecture = "lfm2", .zero_kv_heads = true}},
    {"smollm2", {"llama"}},
    {"eurollm", {"llama"}},
    {"command-r7b", {"cohere2"}},
    {"command-a", {"cohere2"}},
    {"aya-expanse", {"command-r"}},
    {"exaone-3.5", {"exaone"}},
    {"minicpm4", {"minicpm"}},
    {"kimi-vl", {"deepseek2"}},
    {"bge-", {"bert"}},
    {"all-minilm", {"bert"}},
    {"mxbai", {"bert"}},
    {"multilingual-e5", {"bert"}},
    {"pythia", {.architecture = "gptneox", .fused_qkv = true}},
};

/// Models that llama.cpp has no file of, with the reason. A row that stops being true fails the test.
struct exception {
    std::string_view id;
    std::string_view why;
};
constexpr std::string_view no_architecture = "llama.cpp has no architecture for it";
constexpr std::string_view two_stacks = "encoder-decoders are not read from GGUF files yet";
constexpr exception without_file[] = {
    {"gpt-3-175b", "its weights were never published"},
    {"kimi-k3", no_architecture},
    {"minimax-text-01", no_architecture},
    {"minimax-m1", no_architecture},
    {"opt-", no_architecture},
    {"laguna-", no_architecture},
    {"apertus-", "the parameters of its activation are metadata there, no tensors"},
    {"embeddinggemma",
     "its architecture, gemma-embedding, is not read: its windows see both sides"},
    {"llama-3.2-11b-vision", no_architecture},
    {"llama-3.2-90b-vision", no_architecture},
    {"deepseek-vl2", no_architecture},
    {"deepseek-v4.1", no_architecture},
    {"bart-", no_architecture},
    {"whisper-", "whisper.cpp has a format of its own"},
    {"flan-t5", two_stacks},
    {"t5-", two_stacks},
};
bool has_no_file(std::string_view id) {
    return std::any_of(std::begin(without_file), std::end(without_file),
                       [id](exception const& e) { return id.starts_with(e.id); });
}

file_kind const* kind_of(std::string_view id) {
    if (has_no_file(id)) { return nullptr; }
    for (file_kind const& kind : kinds) {
        if (id.starts_with(kind.id)) { return &kind; }
    }
    return nullptr;
}

/// What a file holds of a model: towers have files of their own, poolers and modules are left out.
any_model as_converted(any_model const& made) {
    any_model kept = made;
    kept.mtp = {};
    kept.sides = {};
    for (reckon::side_part const& part : made.sides) {
        bool const stays = part.kind == reckon::side_kind::hyper_head ||
                           part.kind == reckon::side_kind::layer_embeddings ||
                           part.kind == reckon::side_kind::routing_table;
        if (stays) { kept.sides.push_back(part); }
    }
    return kept;
}

} // namespace

TEST_CASE("a GGUF file of every catalogue model gives the model back") {
    count read = 0;
    for (std::size_t index = 0; index < reckon::catalog::model_count; ++index) {
        std::string_view const id = reckon::catalog::model_ids[index];
        CAPTURE(id);
        file_kind const* const kind = kind_of(id);
        CHECK_MESSAGE((kind != nullptr) != has_no_file(id),
                      "a model needs a row in one of the two tables");
        if (kind == nullptr) { continue; }
        any_model made = as_converted(reckon::catalog::model(index));
        auto const recipe = reckon::gguf_recipe_for(made, "Q8_0");
        REQUIRE(recipe.has_value());
        gguf_of_model file(made, *recipe, kind->options);
        auto const parsed =
            reckon::io::parse_gguf(reckon::test::bytes_of(file.writer().header()), "m.gguf");
        REQUIRE(parsed.has_value());
        auto const found = reckon::io::model_of_gguf(parsed->metadata, parsed->tensors, "m.gguf");
        if (!found) {
            FAIL_CHECK(std::string(found.error().message.view()));
            continue;
        }
        ++read;
        CHECK(reckon::parameters_of(*found) == reckon::parameters_of(made));
        made.sides = found->sides; // as many values, in the bits that the file gives them
        // The recipe of the file gives the bytes of the file, but for the table of rotations.
        double const stored = static_cast<double>(file.writer().tensor_bytes() - 64 * 4);
        CHECK(reckon::test::near(in_bytes(reckon::weights_of(*found, found->published).total()),
                                 stored));
        for (reckon::layout const l :
             {reckon::layout{}, reckon::layout{.tensor = 2}, reckon::layout{.tensor = 8},
              reckon::layout{.pipeline = 2}, reckon::layout{.data = 8, .expert = 8}}) {
            CHECK(reckon::check(*found, l).defect == reckon::check(made, l).defect);
            CHECK(reckon::weights_of(*found, reckon::fp8_block128, l) ==
                  reckon::weights_of(made, reckon::fp8_block128, l));
            // llama.cpp's files of Mistral's first model say nothing of its window.
            if (id == "mistral-7b-v0.1") { continue; }
            for (double const context : {1.0, 1000.0, 100000.0}) {
                CHECK(reckon::cache_of_request(*found, reckon::fp8, reckon::tokens{context}, l) ==
                      reckon::cache_of_request(made, reckon::fp8, reckon::tokens{context}, l));
            }
        }
    }
    MESSAGE(read << " of " << reckon::catalog::model_count << " models");
}
