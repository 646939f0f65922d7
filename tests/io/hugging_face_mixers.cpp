// SPDX-License-Identifier: MIT
// config.json of models whose layers differ: the same figures as the catalogue has for them, and every law's.
#include <reckon/catalog/find_model.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::literals;

namespace {

any_model golden(std::string_view id) {
    auto const read = io::read_hugging_face(
        std::string(RECKON_SOURCE_DIR "/tests/data/config/").append(id).append(".json"));
    if (!read) { FAIL(std::string(read.error().message.view())); }
    return *read;
}

std::string text_of(std::string_view id) {
    auto const text = io::read_text_file(
        std::string(RECKON_SOURCE_DIR "/tests/data/config/").append(id).append(".json"), 1 << 20);
    REQUIRE(text.has_value());
    return *text;
}

std::string said_about(std::string text, std::string_view what, std::string_view with) {
    auto const at = text.find(what);
    REQUIRE(at != std::string::npos);
    text.replace(at, what.size(), with);
    auto const read = io::parse_hugging_face(text);
    return read ? "accepted" : std::string(read.error().message.view());
}

void says(std::string_view id, std::string_view what, std::string_view with,
          std::string_view expected) {
    std::string const said = said_about(text_of(id), what, with);
    CAPTURE(said);
    CHECK(said.find(expected) != std::string::npos);
    CHECK(said.back() == '.');
}

} // namespace

TEST_CASE("files and catalogue agree on every figure") {
    for (std::string_view const id :
         {"deepseek-v3.2", "deepseek-v4-flash", "deepseek-v4-pro", "glm-5", "glm-5.2", "minimax-m1",
          "minimax-m3", "qwen3-next-80b-a3b", "qwen3.5-27b", "qwen3.5-35b-a3b", "qwen3.5-397b-a17b",
          "kimi-linear-48b-a3b", "jamba-1.5-mini", "nemotron-3-nano-30b-a3b",
          "nemotron-3-super-120b-a12b", "nemotron-3-ultra-550b-a55b", "nemotron-h-56b",
          "granite-4.0-h-small", "bert-base-uncased"}) {
        CAPTURE(id);
        any_model const read = golden(id);
        any_model known = *find_model(id);
        // What these files do not say: the prediction module of the first, the tower of the second.
        if (id == "qwen3-next-80b-a3b") { known.mtp = {}; }
        if (id == "minimax-m3") { known.sides = side_parts{}; }
        CHECK(parameters_of(read) == parameters_of(known));
        CHECK(layer_count(read) == layer_count(known));
        CHECK(read.max_context == known.max_context);
        CHECK(read.tied_embeddings == known.tied_embeddings);
        CHECK(checkpoint_bytes(read, read.published) == checkpoint_bytes(known, known.published));
        CHECK(weights_of(read, nvfp4, {.tensor = 4}) == weights_of(known, nvfp4, {.tensor = 4}));
        CHECK(cache_per_token(read, bf16) == cache_per_token(known, bf16));
        for (double const context : {1.0, 100.0, 100'000.0}) {
            CHECK(cache_of_request(read, fp8, tokens{context}, {.tensor = 2}) ==
                  cache_of_request(known, fp8, tokens{context}, {.tensor = 2}));
        }
    }
}

TEST_CASE("DeepSeek-V4's formats come from its file, to the byte") {
    any_model const m = golden("deepseek-v4-flash");
    CHECK(in_bytes(checkpoint_bytes(m, m.published)) == 159'609'485'896.0);
    CHECK(m.published == models::deepseek_v4_flash.published);
}

TEST_CASE("files that contradict themselves are refused with the field") {
    says("glm-5.2", "\"full\", \"full\", \"full\", ", "\"full\", \"full\", ",
         "\"indexer_types\" has 77 entries for 78 layers");
    says("glm-5.2", "\"shared\"", "\"none\"", "\"indexer_types\" contains \"none\"");
    says("glm-5.2", "\"dense\"", "\"sparse\"",
         "\"mlp_layer_types\" contradicts first_k_dense_replace");
    says("glm-5", "\"index_topk\": 2048", "\"index_topk\": 0", "\"index_topk\" is 0");
    says("deepseek-v4-flash", "[0, 0, 4,", "[0, 4,",
         "\"compress_ratios\" has 42 entries for 43 layers");
    says("deepseek-v4-flash", "\"expert_dtype\": \"fp4\"", "\"expert_dtype\": \"fp2\"",
         "known are fp4 and fp8");
    says("deepseek-v4-flash", "\"o_groups\": 8", "\"o_groups\": 7", "does not divide query_heads");
    says("qwen3.5-27b", "\"linear_attention\"", "\"quadratic\"",
         "\"text_config.layer_types\" contains \"quadratic\"");
    says("qwen3.5-27b", "\"linear_num_key_heads\": 16", "\"linear_num_key_heads\": 5",
         "does not divide value_heads");
    says("qwen3.5-27b", "\"depth\": 27", "\"depth\": 0", "\"vision_config.depth\" is 0");
    says("qwen3.5-27b", "\"text_config\"", "\"other\"", "\"text_config\" is missing");
    says("qwen3.5-27b", "\"mtp_num_hidden_layers\": 1", "\"memory_layers\": 1",
         "\"text_config.memory_layers\" is 1, and what");
    says("kimi-linear-48b-a3b", "[4, 8,", "[4, 9,",
         "do not name every layer, counted from 1, exactly once");
    says("minimax-m1", "[0, 0,", "[0, 2,", "must be a list of whole numbers from 0 to 1");
    says("jamba-1.5-mini", "\"mamba_conv_bias\": true", "\"mamba_conv_bias\": false",
         "\"mamba_conv_bias\" is false");
    says("nemotron-h-56b", "\"M-M-M-M*", "\"M-M-M-X*", "must say what every layer is");
    says("nemotron-h-56b", "\"M-M-M-M*", "\"M-M-M-*", "has 117 entries for 118 layers");
    says("nemotron-3-super-120b-a12b", "\"*E\"", "\"EE\"", "repeats a kind of layer");
    says("granite-4.0-h-small", "\"layer_types\"", "\"_types\"", "\"layer_types\" is missing");
    says("bert-base-uncased", "\"type_vocab_size\"",
         "\"add_cross_attention\": true, \"type_vocab_size\"", "cross-attention is not modelled");
    says("minimax-m3", "\"sparse_index_dim\": 128", "\"sparse_index_dim\": -1",
         "\"sparse_attention_config.sparse_index_dim\"");
}
