// SPDX-License-Identifier: MIT
// What is reserved for images: two logged peaks, and the rule by hand.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/image_encoder.hpp>
#include <reckon/serving/memory_of.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr engine with(engine_version version, count sequences, count images) {
    engine e = engines::vllm_release(version);
    e.sequences = sequences;
    e.images = images;
    return e;
}
} // namespace

TEST_CASE("128 images of Llama-3.2-11B-Vision: 36.63 GiB logged") {
    // vllm-project/vllm#12126, vLLM before V1, one image in each of 128 prompts of 65,536 tokens in all.
    image_encoder const v = models::llama_3_2_11b_vision.images;
    engine const e = with({0, 6}, 128, 1);
    CHECK(images_in_pass(v, e, tokens{65536}) == 128);
    CHECK(near(in_gibibytes(encoder_pass(v, e, tokens{65536})), 36.63, within(0.04)));
    // The pass of the encoder is the peak, not the language model's.
    engine known = e;
    known.encoder = v;
    CHECK(activation_peak(models::llama_3_2_11b_vision, known, {}, tokens{65536}, 128) ==
          encoder_pass(v, e, tokens{65536}));
}

TEST_CASE("one image of Qwen2.5-VL-7B: 2.71 GiB logged") {
    image_encoder const v = models::qwen2_5_vl_7b.images;
    engine const e = with({0, 7}, 256, 1);
    CHECK(images_in_pass(v, e, tokens{16384}) == 1); // a pass has room for one
    CHECK(near(in_gibibytes(encoder_pass(v, e, tokens{16384})), 2.71, within(0.04)));
}

TEST_CASE("as many of the largest images as a pass has room for, at least one") {
    image_encoder const v{
        .patches = 4096, .entries = 256, .positions = 256, .width = 1152, .live_values = 2 * 4304};
    engine const e = with({0, 17}, 8, 2);
    CHECK(images_in_pass(v, e, tokens{100}) == 1);
    CHECK(images_in_pass(v, e, tokens{256 * 5}) == 5);
    CHECK(images_in_pass(v, e, tokens{256 * 50}) == 16);   // 8 requests of 2 images
    CHECK(images_in_pass(v, e, tokens{256 * 5 - 1}) == 4); // the fifth does not fit whole
    // Where neither requests nor images are told, one of each.
    CHECK(images_in_pass(v, with({0, 17}, 0, 2), tokens{256 * 50}) == 2);
    CHECK(images_in_pass(v, with({0, 17}, 3, 0), tokens{256 * 50}) == 3);
    CHECK(images_in_pass(v, with({0, 17}, 1, 1), tokens{256 * 50}) == 1);
    CHECK(encoder_pass(v, e, tokens{256 * 5}) ==
          bytes{5 * 4096 * 2 * (2 * 4304 + e.encoder_widths * 1152)});
    // An engine that keeps less of the stream takes less.
    engine fused = e;
    fused.encoder_widths = 4;
    CHECK(encoder_pass(v, e, tokens{256 * 5}) - encoder_pass(v, fused, tokens{256 * 5}) ==
          bytes{5 * 4096 * 2 * 6 * 1152});
    // Entries are at least those of a pass, and all of an image that is larger.
    CHECK(encoder_entries(v, e, 2560, tokens{2048}) == bytes{2048.0 * 2560 * 2});
    CHECK(encoder_entries(models::qwen3_vl_8b.images, e, 4096, tokens{2048}) ==
          bytes{16384.0 * 4096 * 2});
}

TEST_CASE("an encoder that is not known takes nothing, and is told from one that is") {
    CHECK_FALSE(models::gemma_4_31b.images.known());
    CHECK(serving::encodes_images(models::gemma_4_31b));
    CHECK(encoder_pass({}, with({0, 17}, 8, 1), tokens{2048}) == bytes{0});
    CHECK(encoder_entries({}, with({0, 17}, 8, 1), 4096, tokens{2048}) == bytes{0});
    // TensorRT-LLM has no rule.
    CHECK(encoder_pass(models::qwen3_vl_8b.images, engines::tensorrt_llm, tokens{8192}) ==
          bytes{0});
    CHECK(encoder_entries(models::qwen3_vl_8b.images, engines::tensorrt_llm, 4096, tokens{8192}) ==
          bytes{0});
}

TEST_CASE("the encoder belongs to the model, whatever it is called") {
    auto tuned = models::qwen3_vl_8b;
    tuned.name = "A-Fine-Tune";
    auto const shape_of = [](auto const& m) {
        return serving::settled(engines::vllm, m, gpus::h200_sxm, {}).encoder;
    };
    CHECK(shape_of(tuned) == models::qwen3_vl_8b.images);
    CHECK(shape_of(any_model(tuned)) == models::qwen3_vl_8b.images);
    // Text alone has none, and neither has a model whose tower was taken out.
    CHECK_FALSE(shape_of(models::qwen3_32b).known());
    tuned.sides = {};
    CHECK_FALSE(shape_of(tuned).known());
    // What is told goes first.
    engine told = engines::vllm;
    told.encoder = {.patches = 1, .entries = 1, .positions = 1, .width = 8, .live_values = 8};
    CHECK(serving::settled(told, models::qwen3_vl_8b, gpus::h200_sxm, {}).encoder == told.encoder);
}

TEST_CASE("the largest images of the families, by their published preprocessing") {
    // 12,845,056 pixels in patches of 14, 16,777,216 in patches of 16: both 65,536, merged four by four.
    CHECK(models::qwen2_5_vl_7b.images.patches == 12845056 / (14 * 14));
    CHECK(models::qwen3_6_35b_a3b.images.patches == 16777216 / (16 * 16));
    CHECK(models::qwen3_6_35b_a3b.images.entries == 65536 / 4);
    CHECK(models::gemma_3_27b.images.patches == (896 / 14) * (896 / 14));
    CHECK(models::llama_4_scout_17b_16e.images.entries == 17 * 144);
    CHECK(models::mistral_small_3_2_24b.images.positions == 55 * 55 + 55);
    CHECK(models::kimi_k2_5.images.entries == 4096);
    CHECK(models::kimi_vl_a3b.images.entries == 1024);
}

TEST_CASE("images go through the first pipeline stage alone") {
    engine e = with({0, 17}, 32, 1);
    e.encoder = models::qwen3_vl_8b.images;
    auto const& m = models::qwen3_vl_8b;
    bytes const first = activation_peak(m, e, {.pipeline = 2}, tokens{2048}, 32);
    bytes const later =
        activation_peak(m, e, {.pipeline = 2}, tokens{2048}, 32, {.later_stage = true});
    e.encoder = {};
    CHECK(first > gibibytes(2));
    CHECK(later == activation_peak(m, e, {.pipeline = 2}, tokens{2048}, 32));
}

TEST_CASE("images take from the pool, and text alone takes nothing") {
    serving::deployment d{.model = models::qwen3_6_35b_a3b,
                          .gpu = gpus::h200_sxm,
                          .layout = {},
                          .weights = bf16,
                          .max_context = tokens{32768}};
    d.engine.sequences = 32;
    d.engine.batched_tokens = 2048;
    auto const with_images = memory_of(d);
    CHECK(near(in_gibibytes(with_images.activations.value), 2.457, within(0.001)));
    d.model.sides = {};
    auto const text = memory_of(d);
    CHECK(text.activations.value < gibibytes(1));
    CHECK(text.weights < with_images.weights);
}
