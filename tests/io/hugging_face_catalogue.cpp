// SPDX-License-Identifier: MIT
// A config.json and the row of the catalogue describe the same model: parameters, parts, state and bytes.
//
// The files in tests/data/config hold the published fields that matter.
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/serving/settled.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using reckon::count;

reckon::any_model from_file(std::string_view id) {
    auto const read = reckon::io::read_hugging_face(
        std::string(RECKON_SOURCE_DIR "/tests/data/config/").append(id).append(".json"));
    if (!read) { FAIL(std::string(read.error().message.view())); }
    return *read;
}

count of_kind(reckon::any_model const& m, reckon::side_kind kind) {
    count values = 0;
    for (reckon::side_part const& part : m.sides) {
        if (part.kind == kind) { values += part.values; }
    }
    return values;
}

} // namespace

TEST_CASE("a file and its row agree") {
    for (std::string_view const id :
         {// text models with towers
          "gemma-3-4b", "gemma-3n-e4b", "gemma-4-e2b", "gemma-4-e4b", "gemma-4-12b",
          "gemma-4-26b-a4b", "llama-4-scout-17b-16e", "llama-4-maverick-17b-128e",
          "llama-3.2-11b-vision", "mistral-small-3.2-24b", "ministral-3-3b", "qwen2.5-vl-7b",
          "qwen3-vl-8b", "kimi-k2.5", "kimi-k3",
          // layers that differ one by one
          "llama-3.3-nemotron-super-49b", "step-3.5-flash", "laguna-xs.2", "mimo-v2-flash",
          // encoders with a decoder
          "flan-t5-xl", "whisper-large-v3", "bart-base",
          // decoders and mixtures with a habit of their own
          "gemma-7b", "smollm3-3b", "internlm2.5-7b", "olmo-3-7b", "exaone-4.0-32b", "seed-oss-36b",
          "glm-4-9b-0414", "olmoe-1b-7b", "dots.llm1", "ernie-4.5-21b-a3b", "ling-mini-2.0",
          "glm-4.7-flash", "mimo-7b", "phi-2", "gpt-j-6b", "bloom-7b1", "opt-6.7b", "lfm2-1.2b",
          "lfm2-8b-a1b", "bge-m3", "exaone-3.5-7.8b", "apertus-8b"}) {
        CAPTURE(id);
        reckon::any_model const read = from_file(id);
        auto const row = reckon::find_model(id);
        REQUIRE(row.has_value());
        CHECK(reckon::parameters_of(read) == reckon::parameters_of(*row));
        CHECK(read.images == row->images);
        CHECK(reckon::layer_count(read) == reckon::layer_count(*row));
        for (double const context : {1.0, 700.0, 9000.0, 131072.0}) {
            CHECK(reckon::cache_of_request(read, reckon::bf16, reckon::tokens{context}) ==
                  reckon::cache_of_request(*row, reckon::bf16, reckon::tokens{context}));
        }
        for (int kind = 0; kind <= static_cast<int>(reckon::side_kind::store_scales); ++kind) {
            auto const part = static_cast<reckon::side_kind>(kind);
            CAPTURE(reckon::name(part));
            CHECK(of_kind(read, part) == of_kind(*row, part));
        }
        // In one format, as files of a family are published in several.
        CHECK(reckon::checkpoint_bytes(read, reckon::recipe(reckon::bf16)) ==
              reckon::checkpoint_bytes(*row, reckon::recipe(reckon::bf16)));
    }
}

TEST_CASE("totals of models that have no row of their own") {
    struct golden {
        std::string_view id;
        count total;
    };
    // Published totals (safetensors.total): the last of each is closed by its tower.
    for (golden const& row :
         {golden{"qwen2-vl-7b", 8'291'375'616}, // text 7,615,616,512
          golden{"qwen3-vl-30b-a3b", 31'070'754'032}, golden{"command-r7b", 8'028'033'024},
          // published 16,407,657,776 with 27 x 64 values that Moonlight's total has too
          golden{"kimi-vl-a3b", 16'407'657'776 - 27 * 64}, golden{"pythia-6.9b", 6'857'302'016}}) {
        CAPTURE(row.id);
        CHECK(reckon::parameters_of(from_file(row.id)).total == row.total);
    }
}

TEST_CASE("what a nested file says inside counts as said") {
    // Kimi-K3 and K2.5 quantise inside text_config, and leave all but the experts alone.
    CHECK(from_file("kimi-k3").published.name.view() == "mxfp4+bf16");
    CHECK(from_file("kimi-k2.5").published.name.view() == "int4-g32-sym");
    CHECK(from_file("llama-3.2-11b-vision").published == reckon::recipe(reckon::bf16));
    CHECK(from_file("gemma-3-4b").tied_embeddings);
    CHECK_FALSE(from_file("llama-4-scout-17b-16e").tied_embeddings);
}

TEST_CASE("state of layers that share, cross and differ") {
    auto const grows = [](std::string_view id) {
        return reckon::in_bytes(reckon::cache_per_token(from_file(id), reckon::bf16) *
                                reckon::tokens{1});
    };
    // Of 35 layers 15 keep keys, three of them for ever, each for one head of 512.
    CHECK(grows("gemma-4-e2b") == 3.0 * 2 * 512 * 2);
    // Of 42 layers 24 keep keys, four of them for ever.
    CHECK(grows("gemma-4-e4b") == 4.0 * 2 * 2 * 512 * 2);
    // 40 layers, eight of which attend to the image alone.
    CHECK(grows("llama-3.2-11b-vision") == 32.0 * 8 * 2 * 128 * 2);
    CHECK(reckon::in_bytes(reckon::cache_of_request(from_file("llama-3.2-11b-vision"), reckon::bf16,
                                                    reckon::tokens{0})) ==
          8.0 * 6404 * 8 * 2 * 128 * 2);
    // 32 layers of the decoder alone; 1,500 entries of sound a request.
    CHECK(grows("whisper-large-v3") == 32.0 * 2 * 1280 * 2);
    CHECK(reckon::in_bytes(reckon::cache_of_request(from_file("whisper-large-v3"), reckon::bf16,
                                                    reckon::tokens{0})) ==
          32.0 * 1500 * 2 * 1280 * 2);
    // A token of the prompt or of the answer costs one entry a layer.
    CHECK(grows("flan-t5-xl") == 24.0 * 2 * 2048 * 2);
}

TEST_CASE("a fine-tune that no table names brings its encoder of images in its own file") {
    for (std::string_view const id : {"qwen2-vl-7b", "qwen3.5-35b-a3b", "kimi-vl-a3b"}) {
        CAPTURE(id);
        CHECK(from_file(id).images == reckon::find_model(id)->images);
        CHECK(from_file(id).images.known());
    }
    reckon::any_model m = from_file("qwen2.5-vl-7b");
    m.name = "A-Fine-Tune-7B";
    CHECK(m.images.patches == 65536);
    reckon::engine const e =
        reckon::serving::settled(reckon::engines::vllm, m, reckon::gpus::h200_sxm, {});
    CHECK(e.encoder == reckon::models::qwen2_5_vl_7b.images);
}
