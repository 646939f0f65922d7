// SPDX-License-Identifier: MIT
// Recipes: which tensors a quantised checkpoint leaves alone, and how mixtures choose layers.
#include <reckon/precision/recipe.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("a quantised checkpoint keeps embeddings, head, norms and router in 16 bit") {
    constexpr recipe r = fp8_block128;
    CHECK(r[tensor_role::expert_up] == any_precision(fp8_block128));
    CHECK(r[tensor_role::attention_q] == any_precision(fp8_block128));
    CHECK(r[tensor_role::latent_up_kv] == any_precision(fp8_block128));
    CHECK(r[tensor_role::embedding] == any_precision(bf16));
    CHECK(r[tensor_role::head] == any_precision(bf16));
    CHECK(r[tensor_role::router] == any_precision(bf16));
    CHECK(r[tensor_role::norm] == any_precision(bf16));
    CHECK(r[tensor_role::router_bias] == any_precision(fp32));
}

TEST_CASE("a plain format is used throughout") {
    constexpr recipe r = fp16;
    CHECK(r[tensor_role::embedding] == any_precision(fp16));
    CHECK(r[tensor_role::ffn_down] == any_precision(fp16));
}

TEST_CASE("experts in one format, the rest in another") {
    constexpr recipe r = experts_in(mxfp4, bf16);
    CHECK(r[tensor_role::expert_gate] == any_precision(mxfp4));
    CHECK(r[tensor_role::shared_gate] == any_precision(bf16));
    CHECK(r[tensor_role::attention_v] == any_precision(bf16));
    CHECK(r.name.view() == "mxfp4+bf16");
}

TEST_CASE("changing one role adds its format once") {
    constexpr recipe r =
        recipe(bf16).with(tensor_role::head, fp32).with(tensor_role::embedding, fp32);
    CHECK(r[tensor_role::head] == any_precision(fp32));
    CHECK(r.palette.size() == recipe(bf16).palette.size());
}

TEST_CASE("llama.cpp's use_more_bits: the first and the last eighth, and every third between") {
    constexpr layer_rule more{.first_fraction = 8, .last_fraction = 8, .stride = 3};
    for (count const layers : {1, 7, 8, 16, 28, 32, 61, 80, 126}) {
        for (count i = 0; i < layers; ++i) {
            bool const expected =
                i < layers / 8 || i >= 7 * layers / 8 || (i - layers / 8) % 3 == 2;
            CAPTURE(layers);
            CAPTURE(i);
            CHECK(more.chooses(i, layers) == expected);
        }
    }
    CHECK(layer_rule{}.chooses(5, 10));
    CHECK(layer_rule{.first = 2}.chooses(1, 10));
    CHECK_FALSE(layer_rule{.first = 2}.chooses(2, 10));
}
