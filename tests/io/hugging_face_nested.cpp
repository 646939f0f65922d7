// SPDX-License-Identifier: MIT
// Bad input for files with parts: whatever is wrong inside is refused with its place.
#include <reckon/io/hugging_face.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <string_view>

namespace {

using nlohmann::json;

json config(std::string_view id) {
    std::ifstream file(
        std::string(RECKON_SOURCE_DIR "/tests/data/config/").append(id).append(".json"));
    return json::parse(file);
}

std::string refusal(json const& document) {
    auto const read = reckon::io::parse_hugging_face(document.dump());
    if (read) { return "accepted"; }
    return std::string(read.error().message.view());
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a part that is missing or of the wrong kind") {
    json file = config("gemma-4-e2b");
    file.erase("text_config");
    CHECK(has(refusal(file), "\"text_config\" is missing"));
    file = config("gemma-4-e2b");
    file["text_config"] = 5;
    CHECK(has(refusal(file), "\"text_config\" is 5; it must be an object"));
    file = config("gemma-4-e2b");
    file["vision_config"]["num_hidden_layers"] = "many";
    CHECK(has(refusal(file), "\"vision_config.num_hidden_layers\" is \"many\""));
    file = config("gemma-4-e2b");
    file["text_config"]["num_experts_of_memory"] = 4;
    CHECK(has(refusal(file), "\"text_config.num_experts_of_memory\" is 4"));
    file = config("gemma-4-e2b");
    file["audio_config"]["num_adapter_layers"] = 2;
    CHECK(has(refusal(file), "\"audio_config.num_adapter_layers\" is 2"));
    file = config("gemma-3n-e4b");
    file["vision_config"]["architecture"] = "mobilenetv6";
    CHECK(has(refusal(file), "\"vision_config.architecture\" is \"mobilenetv6\""));
}

TEST_CASE("without its tower a text model is read alone") {
    json file = config("gemma-4-e2b");
    file.erase("vision_config");
    file.erase("audio_config");
    auto const read = reckon::io::parse_hugging_face(file.dump());
    REQUIRE(read.has_value());
    CHECK(read->sides.size() == 1); // the embeddings for every layer
}

TEST_CASE("layers that differ one by one are counted one by one") {
    json file = config("llama-3.3-nemotron-super-49b");
    file["block_configs"].erase(0);
    CHECK(has(refusal(file), "\"block_configs\" has 79 entries for 80 layers"));
    file = config("llama-3.3-nemotron-super-49b");
    file["block_configs"][3]["ffn"]["ffn_mult"] = -1;
    CHECK(has(refusal(file), "\"block_configs.ffn.ffn_mult\" must be a number above 0"));
    file = config("llama-3.3-nemotron-super-49b");
    file["block_configs"][3] = "attention";
    CHECK(has(refusal(file), "must be a list of objects"));
    file = config("llama-3.3-nemotron-super-49b");
    file["block_configs"][3]["attention"]["replace_with_linear"] = true;
    CHECK(has(refusal(file), "replace_with_linear"));
    file.erase("block_configs");
    CHECK(has(refusal(file), "\"block_configs\" is missing"));
    file = config("step-3.5-flash");
    file["moe_layers_enum"] = "3,4,x";
    CHECK(has(refusal(file), "\"moe_layers_enum\" holds \"x\""));
    file["moe_layers_enum"] = "3,45";
    CHECK(has(refusal(file), "\"moe_layers_enum\" holds \"45\""));
    file = config("laguna-xs.2");
    file["gating"] = "per-token";
    CHECK(has(refusal(file), "\"gating\" is \"per-token\"; only per-head is known"));
    file = config("mimo-v2-flash");
    file["hybrid_layer_pattern"].push_back(1);
    CHECK(has(refusal(file), "\"hybrid_layer_pattern\" has 49 entries for 48 layers"));
}

TEST_CASE("DeciLM's key heads change from layer to layer") {
    json file = config("llama-2-7b");
    file["model_type"] = "deci";
    file["architectures"] = {"DeciLMForCausalLM"};
    CHECK(has(refusal(file), "num_key_value_heads_per_layer"));
    json keys = json::array();
    for (int i = 0; i < 32; ++i) {
        keys.push_back(i < 16 ? 4 : 1);
    }
    file["num_key_value_heads_per_layer"] = keys;
    auto const read = reckon::io::parse_hugging_face(file.dump());
    if (!read) { FAIL(std::string(read.error().message.view())); }
    CHECK(read->groups.list.size() == 2);
    auto const whole = reckon::io::parse_hugging_face(config("llama-2-7b").dump());
    REQUIRE(whole.has_value());
    // 32 key heads of 128 in each layer, less those that are kept.
    reckon::count const saved = 2 * 128 * 4096 * (32 * 32 - 16 * 4 - 16 * 1);
    CHECK(reckon::parameters_of(*whole).total - reckon::parameters_of(*read).total == saved);
    file["num_key_value_heads_per_layer"][0] = 5;
    CHECK(has(refusal(file), "does not divide"));
}

TEST_CASE("encoders with a decoder that are not alike are refused") {
    json file = config("whisper-large-v3");
    file["decoder_ffn_dim"] = 4096;
    CHECK(has(refusal(file), "differs from the encoder's"));
    file = config("bart-base");
    file["add_final_layer_norm"] = true;
    CHECK(has(refusal(file), "\"add_final_layer_norm\" is true"));
    file = config("flan-t5-xl");
    file["num_layers"] = 200;
    CHECK(has(refusal(file), "\"num_layers\" is 200"));
    file["model_type"] = "umt5";
    CHECK(has(refusal(file), "t5, bart and whisper are described"));
}

TEST_CASE("a name is printed without control characters") {
    json file = config("gpt2");
    file["_name_or_path"] = "evil\x1b[31m\nname\x7f";
    auto const read = reckon::io::parse_hugging_face(file.dump());
    REQUIRE(read.has_value());
    CHECK(read->name.view() == "evil?[31m?name?");
    // Also where the caller gives it, and where a sentence quotes it.
    auto const named = reckon::io::parse_hugging_face(file.dump(), "a\tb");
    REQUIRE(named.has_value());
    CHECK(named->name.view() == "a?b");
    file["n_layer"] = 0;
    for (std::string const& said : {refusal(file)}) {
        CHECK_FALSE(has(said, "\x1b"));
    }
    // A long name is cut between characters, and marked.
    std::string long_name;
    for (int i = 0; i < 40; ++i) {
        long_name += "\xC3\xA9"; // é
    }
    auto const cut = reckon::io::parse_hugging_face(config("gpt2").dump(), long_name);
    REQUIRE(cut.has_value());
    CHECK(cut->name.view().size() == 63);
    CHECK(cut->name.view().ends_with("\xC3\xA9~"));
}

TEST_CASE("strings of a file are escaped wherever a sentence shows them") {
    for (std::string_view const field :
         {"model_type", "torch_dtype", "qk_norm_type", "architectures"}) {
        CAPTURE(field);
        json file = config(field == "qk_norm_type" ? "minimax-m2" : "llama-2-7b");
        if (field == "architectures") {
            file[std::string(field)] = {"A\x1b]0;b\x07"};
        } else {
            file[std::string(field)] = "A\x1b]0;b\x07";
        }
        std::string const said = refusal(file);
        CHECK(said != "accepted");
        for (char const c : said) {
            CHECK(static_cast<unsigned char>(c) >= 0x20);
        }
    }
    json file = config("llama-2-7b");
    file["num_\x1b_layers"] = 3;
    for (char const c : refusal(file)) {
        CHECK(static_cast<unsigned char>(c) >= 0x20);
    }
}
