// SPDX-License-Identifier: MIT
// GGUF mixtures applied to models: the sizes that llama.cpp and the makers of the files print.
#include "support/near.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using test::near;
using test::within;

namespace {

template <class M> bytes tensors_of(M const& m, std::string_view type) {
    auto const r = gguf_recipe_for(m, type);
    REQUIRE(r.has_value());
    return weights_of(m, *r).total();
}

template <class M> double bits_of(M const& m, std::string_view type) {
    return in_bytes(tensors_of(m, type)) * 8 / static_cast<double>(parameters_of(m).total);
}

} // namespace

TEST_CASE("bits per weight of Llama-3.1-8B, to the fourth digit that llama-quantize prints") {
    // ggml-org/llama.cpp tools/quantize/README.md @311c2c9f0ebd
    struct row {
        std::string_view type;
        double bits;
    };
    for (row const r :
         {row{"IQ1_S", 2.0042}, {"IQ1_M", 2.1460},  {"IQ2_XXS", 2.3824}, {"IQ2_XS", 2.5882},
          {"IQ2_S", 2.7403},    {"IQ2_M", 2.9294},  {"IQ3_XXS", 3.2548}, {"IQ3_XS", 3.4977},
          {"IQ3_S", 3.6606},    {"IQ3_M", 3.7628},  {"IQ4_XS", 4.4597},  {"IQ4_NL", 4.6818},
          {"Q2_K_S", 2.9697},   {"Q2_K", 3.1593},   {"Q3_K_S", 3.6429},  {"Q3_K_L", 4.2979},
          {"Q4_K_S", 4.6672},   {"Q4_K_M", 4.8944}, {"Q5_K_S", 5.5704},  {"Q5_K_M", 5.7036},
          {"Q6_K", 6.5633},     {"Q8_0", 8.5008},   {"F16", 16.0005}}) {
        CAPTURE(r.type);
        double const bits = bits_of(models::llama_3_1_8b, r.type);
        CHECK(bits > r.bits - 0.00005);
        CHECK(bits < r.bits + 0.00005);
    }
}

TEST_CASE("rows that are no whole number of 256-blocks fall back, as in Qwen2-72B (29,568 = 115.5 "
          "blocks)") {
    // bartowski/Qwen2-72B-Instruct-GGUF, sizes to three digits. IQ4_XS there is made with an
    // importance matrix, which the recipe is not: it is left out.
    struct row {
        std::string_view type;
        double gigabytes;
    };
    for (row const r : {row{"Q4_K_M", 47.4},
                        {"Q3_K_M", 37.7},
                        {"IQ3_M", 35.5},
                        {"Q3_K_S", 34.5},
                        {"IQ3_XXS", 31.8},
                        {"Q2_K", 29.8},
                        {"IQ2_M", 29.3},
                        {"IQ2_XXS", 25.5},
                        {"IQ1_M", 23.7}}) {
        CAPTURE(r.type);
        CHECK(
            near(in_gigabytes(tensors_of(models::qwen2_72b, r.type)), r.gigabytes, within(0.003)));
    }
}

TEST_CASE("Mistral-7B-v0.3") { // bartowski/Mistral-7B-Instruct-v0.3-GGUF, IQ4 left out as above
    struct row {
        std::string_view type;
        double gigabytes;
    };
    for (row const r : {row{"IQ1_S", 1.62},
                        {"IQ1_M", 1.76},
                        {"IQ2_XXS", 1.99},
                        {"IQ2_XS", 2.20},
                        {"IQ2_S", 2.31},
                        {"IQ2_M", 2.50},
                        {"IQ3_XXS", 2.83},
                        {"IQ3_XS", 3.02},
                        {"IQ3_S", 3.19},
                        {"IQ3_M", 3.29},
                        {"Q2_K", 2.72}}) {
        CAPTURE(r.type);
        CHECK(near(in_gigabytes(tensors_of(models::mistral_7b_v0_3, r.type)), r.gigabytes,
                   within(0.005)));
    }
}

TEST_CASE("DeepSeek-V3, experts by block index") { // unsloth/DeepSeek-V3-GGUF README, GiB
    struct row {
        std::string_view type;
        double gibibytes;
    };
    for (row const r : {row{"Q3_K_M", 298}, {"Q4_K_M", 377}, {"Q5_K_M", 443}, {"Q6_K", 513}}) {
        CAPTURE(r.type);
        CHECK(near(in_gibibytes(tensors_of(models::deepseek_v3, r.type)), r.gibibytes,
                   within(0.003)));
    }
    CHECK(near(in_gigabytes(tensors_of(models::deepseek_v3, "Q8_0")), 712, within(0.002)));
}

TEST_CASE("a tied embedding takes the output's type") {
    auto const r = gguf_recipe_for(models::llama_3_2_1b, "Q4_K_M");
    REQUIRE(r.has_value());
    CHECK((*r)[tensor_role::embedding] == any_precision(gguf::q6_k));
    auto const untied = gguf_recipe_for(models::llama_3_1_8b, "Q4_K_M");
    CHECK((*untied)[tensor_role::embedding] == any_precision(gguf::q4_k));
}

TEST_CASE("the facts that the rules ask for") {
    auto const mixtral = gguf_facts_of(models::mixtral_8x7b);
    CHECK(mixtral.experts == 8);
    CHECK(mixtral.group == 4);
    CHECK(mixtral.layers == 32);
    CHECK_FALSE(mixtral.tied);
    CHECK(gguf_facts_of(models::llama_3_1_70b).is_70b());
    CHECK_FALSE(gguf_facts_of(models::deepseek_v3).is_70b());
    CHECK(gguf_facts_of(models::deepseek_v3).group == 1);
}

TEST_CASE("smaller names are smaller files, for every model") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        any_model const m = catalog::model(i);
        CAPTURE(m.name.view());
        bytes last = tensors_of(m, "F16");
        for (std::string_view const type : {"Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"}) {
            bytes const now = tensors_of(m, type);
            CHECK(now <= last);
            last = now;
        }
    }
}
