// SPDX-License-Identifier: MIT
// Bad config.json files: one sentence each, with the field, its value and what would be right.
#include <reckon/io/hugging_face.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using reckon::errc;

/// A sound tiny file in which `field` is replaced by `value`, or left out where the value is empty.
std::string with(std::string_view field, std::string_view value, std::string_view type = "llama") {
    std::string const fields[][2] = {{"model_type", "\"" + std::string(type) + "\""},
                                     {"hidden_size", "64"},
                                     {"intermediate_size", "128"},
                                     {"num_attention_heads", "4"},
                                     {"num_key_value_heads", "2"},
                                     {"num_hidden_layers", "2"},
                                     {"vocab_size", "512"},
                                     {"torch_dtype", "\"bfloat16\""},
                                     {"max_position_embeddings", "4096"}};
    std::string text = "{";
    bool replaced = false;
    for (auto const& f : fields) {
        bool const here = f[0] == field;
        replaced = replaced || here;
        if (here && value.empty()) { continue; }
        text +=
            (text.size() > 1 ? ", \"" : "\"") + f[0] + "\": " + (here ? std::string(value) : f[1]);
    }
    if (!replaced) { text += ", \"" + std::string(field) + "\": " + std::string(value); }
    return text + "}";
}

std::string sentence_of(std::string const& text) {
    auto const read = reckon::io::parse_hugging_face(text);
    return read ? "accepted" : std::string(read.error().message.view());
}
errc code_of(std::string const& text) { return reckon::io::parse_hugging_face(text).error().code; }
bool says(std::string const& text, std::string_view part) {
    std::string const sentence = sentence_of(text);
    CAPTURE(sentence);
    bool const found = sentence.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

} // namespace

TEST_CASE("the file that the others are made from is sound") {
    CHECK(sentence_of(with("vocab_size", "512")) == "accepted");
}

TEST_CASE("a number that is none, negative, absurd or of another type") {
    constexpr std::string_view range = "; it must be a whole number from 1 to 256.";
    auto const layers = [&](std::string_view value) {
        return sentence_of(with("num_hidden_layers", value));
    };
    std::string const is = "config.json: \"num_hidden_layers\" is ";
    CHECK(layers("-3") == is + "-3" + std::string(range));
    CHECK(layers("0") == is + "0" + std::string(range));
    CHECK(layers("257") == is + "257" + std::string(range));
    CHECK(layers("9223372036854775808") == is + "9223372036854775808" + std::string(range));
    CHECK(layers("-9223372036854775808") == is + "-9223372036854775808" + std::string(range));
    CHECK(layers("18446744073709551616") == is + "1.8446744073709552e+19" + std::string(range));
    CHECK(layers("2.0") == is + "2.0" + std::string(range));
    CHECK(layers("\"two\"") == is + "\"two\"" + std::string(range));
    CHECK(layers("true") == is + "true" + std::string(range));
    CHECK(layers("[2]") == is + "a list of 1" + std::string(range));
    CHECK(layers("{\"a\": 2}") == is + "an object" + std::string(range));
    CHECK(layers("null") ==
          "config.json: \"num_hidden_layers\" is null; it must be a whole number from 1 to 256.");
    CHECK(layers("") ==
          "config.json: \"num_hidden_layers\" is missing; add it as a whole number from 1 to 256.");
    CHECK(code_of(with("num_hidden_layers", "-3")) == errc::out_of_range);
    CHECK(code_of(with("num_hidden_layers", "2.0")) == errc::wrong_type);
    CHECK(code_of(with("num_hidden_layers", "")) == errc::missing_field);
    for (std::string_view const field :
         {"hidden_size", "intermediate_size", "vocab_size", "num_attention_heads"}) {
        says(with(field, ""),
             "\"" + std::string(field) + "\" is missing; add it as a whole number from 1 to ");
        says(with(field, "0"), "\"" + std::string(field) + "\" is 0; it must be ");
        says(with(field, "99999999999999"), "is 99999999999999; it must be ");
    }
}

TEST_CASE("numbers that are not JSON") {
    for (std::string_view const value :
         {"NaN", "Infinity", "-Infinity", "1e400", "0x10", "07", "+1", "1."}) {
        CAPTURE(value);
        CHECK(code_of(with("num_hidden_layers", value)) == errc::malformed);
        says(with("num_hidden_layers", value), "not valid JSON at line 1, column ");
    }
}

TEST_CASE("flags and texts of another type") {
    CHECK(sentence_of(with("tie_word_embeddings", "1")) ==
          "config.json: \"tie_word_embeddings\" is 1; it must be true or false.");
    CHECK(sentence_of(with("model_type", "7")) ==
          "config.json: \"model_type\" is 7; it must be a text in quotes.");
    CHECK(sentence_of(with("architectures", "\"LlamaForCausalLM\"")) ==
          "config.json: \"architectures\" is \"LlamaForCausalLM\"; it must be a list of texts in "
          "quotes.");
    says(with("torch_dtype", "\"int3\""),
         "\"torch_dtype\" is \"int3\"; known are bfloat16, float16 and float32.");
    says(with("dtype", "\"float16\""),
         "\"dtype\" is \"float16\", but torch_dtype is \"bfloat16\"; keep one.");
}

TEST_CASE("numbers that do not fit each other") {
    says(with("num_key_value_heads", "3"),
         "\"num_key_value_heads\" is 3, which does not divide 4 (num_attention_heads)");
    says(with("hidden_size", "65"), "\"hidden_size\" does not divide by num_attention_heads, 65 by "
                                    "4; correct one of them or add head_dim.");
    says(with("layer_types", "[\"full_attention\"]", "qwen2"),
         "\"layer_types\" has 1 entries, but num_hidden_layers is 2");
    says(with("layer_types", "[\"full_attention\", \"linear_attention\"]", "qwen2"),
         "contains \"linear_attention\"; only full_attention");
    std::string mixture = with("num_local_experts", "4, \"num_experts_per_tok\": 8", "mixtral");
    says(mixture, "\"num_experts_per_tok\" is 8, more than the 4 experts there are");
}

TEST_CASE("unknown and unmodelled architectures are refused by name") {
    says(with("model_type", "\"lama\""),
         "\"model_type\" is \"lama\"; the nearest known types are llama, jamba, ");
    says(with("model_type", "\"qwen4\""), "the nearest known types are qwen2, qwen3.");
    says(with("model_type", "\"deepseek_v9\""),
         "the nearest known types are deepseek, deepseek_v2, deepseek_v3, deepseek_v32, "
         "deepseek_v4.");
    says(with("model_type", "\"xyzzy\""),
         "\"model_type\" is \"xyzzy\"; known are llama, mistral, ");
    CHECK(sentence_of(with("model_type", "\"xyzzy\"")).ends_with(" others."));
    says(with("model_type", "\"mamba\""), "not modelled yet: its state-space layers");
    says(with("model_type", "\"modernbert\""), "not modelled yet: encoders of this family");
    says(with("model_type", "\"umt5\""), "not modelled yet: of the encoders with a decoder");
    says(with("model_type", "\"paligemma\""), "not modelled yet: its vision tower");
    says(with("model_type", "\"deepseek_v41\""), "the catalogue has the text model");
    CHECK(code_of(with("model_type", "\"mamba\"")) == errc::unsupported);
    says(with("architectures", "[\"LlamaForSequenceClassification\"]"),
         "holds \"LlamaForSequenceClassification\", which is not supported");
    says(with("architectures", "[\"Qwen2ForCausalLM\"]"),
         "holds \"Qwen2ForCausalLM\", but model_type is \"llama\"; correct one of them.");
    says("{\"a\": 1}",
         "\"model_type\" and \"architectures\" are missing; is this a model's config.json?");
    CHECK(sentence_of(with("architectures", "[\"LlamaForCausalLM\"]")) == "accepted");
}

TEST_CASE("a field that changes the shape is honoured or refused, never ignored") {
    says(with("sliding_window", "1024"), "\"sliding_window\" is 1024, and what that changes in a "
                                         "model of type \"llama\" is not known here");
    says(with("num_nextn_predict_layers", "1"), "\"num_nextn_predict_layers\" is 1, and what");
    says(with("num_memory_layers", "4"), "\"num_memory_layers\" is 4, and what");
    says(with("attention_sink", "true"), "\"attention_sink\" is true, and what");
    says(with("n_routed_experts", "8"), "\"n_routed_experts\" is 8, and what");
    says(with("mlp_bias", "true"),
         "\"mlp_bias\" is true: biases on a gated feed-forward are not modelled yet.");
    says(with("attention_bias", "true", "phi3"), "\"attention_bias\" is true: ");
    says(with("use_sliding_window", "true", "qwen2_moe"),
         "is missing"); // the mixture's own fields come first
    for (std::string_view const neutral : {"null", "false", "0", "[]", "\"\"", "{}"}) {
        CAPTURE(neutral);
        CHECK(sentence_of(with("num_memory_layers", neutral)) == "accepted");
    }
    CHECK(sentence_of(with("some_new_training_setting", "0.1")) == "accepted");
    // Honoured: attention_bias adds q, k, v and o biases, head_dim widens the heads.
    auto const total = [](std::string const& text) {
        return reckon::parameters_of(*reckon::io::parse_hugging_face(text)).total;
    };
    CHECK(total(with("attention_bias", "true")) ==
          total(with("attention_bias", "false")) + 2 * (64 + 2 * 32 + 64));
    CHECK(total(with("head_dim", "32")) ==
          total(with("head_dim", "16")) + 2 * 64 * 16 * (4 + 2 + 2 + 4));
    CHECK(total(with("tie_word_embeddings", "true")) ==
          total(with("tie_word_embeddings", "false")) - 512 * 64);
}

TEST_CASE("what is not JSON at all") {
    CHECK(sentence_of("") ==
          "config.json: there is nothing in it; download or copy the file again.");
    CHECK(sentence_of(" \n\t ") ==
          "config.json: there is nothing in it; download or copy the file again.");
    CHECK(sentence_of("[1, 2]") ==
          "config.json: the file holds a list of 2, not an object; it must start with a brace.");
    CHECK(sentence_of("null") ==
          "config.json: the file holds null, not an object; it must start with a brace.");
    says("<!DOCTYPE html>", "not valid JSON at line 1, column 1;");
    says("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "this is a Git LFS pointer");
    says(with("vocab_size", "512") + " garbage", "not valid JSON at line 1, column ");
    says("{\n  \"a\": 1,\n  \"b\": 2,,\n}", "not valid JSON at line 3, column 10;");
    std::string const whole = with("vocab_size", "512");
    for (std::size_t length = 1; length < whole.size(); ++length) {
        auto const cut = reckon::io::parse_hugging_face(std::string_view(whole).substr(0, length));
        REQUIRE(!cut);
        CHECK(cut.error().code == errc::malformed);
    }
    says(whole.substr(0, whole.size() - 1), "the JSON ends too early, after ");
}

TEST_CASE("duplicated keys, depth and broken text") {
    says(with("vocab_size", "512, \"vocab_size\": 1024"),
         "config.json: \"vocab_size\" is written twice in the same object; keep the right one.");
    says(with("rope_scaling", "{\"factor\": 1, \"factor\": 2}"),
         "\"factor\" is written twice in the same object");
    CHECK(sentence_of(with("rope_scaling", "{\"hidden_size\": 1}")) ==
          "accepted"); // another object
    for (std::size_t const depth :
         {std::size_t{65}, std::size_t{100'000}, std::size_t{5'000'000}}) {
        says(std::string(depth, '['), "brackets are nested deeper than 64");
    }
    std::string objects;
    for (int i = 0; i < 100'000; ++i) {
        objects += "{\"a\":";
    }
    says(objects, "brackets are nested deeper than 64");
    std::string long_list = "[0";
    for (int i = 0; i < 1'000'001; ++i) {
        long_list += ",0";
    }
    says("{\"a\": " + long_list + "]}", "more than 1,000,000 values");
    says(with("vocab_size", "512") + "\xFF", "is not UTF-8; save the file as UTF-8 text.");
    says("{\"a\": \"\xC3\x28\"}", "byte 8 (line 1, column 8) is not UTF-8");
    says("\xFF\xFE{\"a\": 1}", "byte 1 (line 1, column 1) is not UTF-8"); // UTF-16
    says("{\"a\": \"\\ud800\"}", "not valid JSON");
    CHECK(sentence_of("\xEF\xBB\xBF" + with("vocab_size", "512")) ==
          "accepted"); // a UTF-8 byte order mark
}

TEST_CASE("latent attention needs its ranks") {
    std::string const base = "{\"model_type\": \"deepseek_v2\", \"hidden_size\": 64, "
                             "\"intermediate_size\": 128, \"num_attention_heads\": 4,"
                             "\"num_hidden_layers\": 2, \"vocab_size\": 512, \"qk_nope_head_dim\": "
                             "8, \"qk_rope_head_dim\": 4, \"v_head_dim\": 8";
    says(base + ", \"q_lora_rank\": null}", "\"kv_lora_rank\" is missing; add it");
    says(base + ", \"kv_lora_rank\": 16}",
         "\"q_lora_rank\" is missing; add it"); // absence is no statement, null is
    CHECK(sentence_of(base + ", \"kv_lora_rank\": 16, \"q_lora_rank\": null}") == "accepted");
    says(base + ", \"kv_lora_rank\": 16, \"q_lora_rank\": null, \"attention_bias\": true}",
         "\"attention_bias\" is true: biases on latent attention");
    says(base + ", \"kv_lora_rank\": 16, \"q_lora_rank\": null, \"moe_intermediate_size\": 32}",
         "\"n_routed_experts\" is missing");
    says(base + ", \"kv_lora_rank\": 16, \"q_lora_rank\": null, \"index_n_heads\": 4}",
         "\"index_n_heads\" is 4, and what");
    says(base + ", \"kv_lora_rank\": 16, \"q_lora_rank\": null, \"topk_method\": \"new\"}",
         "\"topk_method\" is \"new\"; known are");
}
