// SPDX-License-Identifier: MIT
// Formats by the names that engines and model cards give them.
#include <reckon/precision/find_precision.hpp>
#include <reckon/precision/storage.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;

static_assert(find_precision("bf16").value().payload_bits == 16);
static_assert(find_recipe("q4_k_m")->name.view() == "Q4_K_M");

TEST_CASE("weights by name") {
    struct row {
        std::string_view name;
        double bits;
    };
    for (row const r : {row{"fp32", 32},
                        {"bf16", 16},
                        {"BFloat16", 16},
                        {"fp16", 16},
                        {"half", 16},
                        {"fp8", 8},
                        {"FP8-block128", 8 + 32.0 / 16384},
                        {"fp8_block", 8 + 32.0 / 16384},
                        {"int8", 8},
                        {"W8A8", 8},
                        {"awq", 4.15625},
                        {"GPTQ", 4.15625},
                        {"int4", 4.15625},
                        {"int4-g64", 4.3125},
                        {"nf4", 4.5},
                        {"bnb-4bit", 4 + 8.0 / 64 + 32.0 / 16384},
                        {"mxfp4", 4.25},
                        {"nvfp4", 4.5},
                        {"MXFP8", 8.25},
                        {"q8_0", 8.5},
                        {"Q4_K_M", 4.5},
                        {"q4-k-m", 4.5},
                        {"iq2_xxs", 2.0625},
                        {"TQ1_0", 1.6875}}) {
        CAPTURE(r.name);
        auto const found = find_recipe(r.name);
        REQUIRE(found.has_value());
        CHECK(bits_per_weight((*found)[tensor_role::ffn_up]) == r.bits);
    }
}

TEST_CASE("GGUF names are mixtures, and mixtures know the model") {
    CHECK((*find_recipe("q4_k_m"))[tensor_role::head] == any_precision(gguf::q6_k));
    CHECK((*find_recipe("q4_k_m", true))[tensor_role::embedding] == any_precision(gguf::q6_k));
    CHECK((*find_recipe("q8_0"))[tensor_role::norm] == any_precision(gguf::f32));
}

TEST_CASE("experts alone") {
    CHECK(*find_recipe("mxfp4-experts") == experts_in(mxfp4, bf16));
    CHECK(*find_recipe("int4-experts") == experts_in(int4_g32_symmetric, bf16));
}

TEST_CASE("every name that a suggestion gives is found") {
    for (std::string_view const name : detail::suggested_formats) {
        CAPTURE(name);
        CHECK(find_recipe(name).has_value());
    }
}

TEST_CASE("formats of a cache") {
    for (std::string_view const name :
         {"bf16", "fp16", "fp8", "fp8_e5m2", "fp8_e4m3", "int8", "nvfp4", "q8_0", "q4_0", "f16"}) {
        CAPTURE(name);
        CHECK(find_cache_precision(name).has_value());
    }
    auto const weights = find_cache_precision("awq");
    REQUIRE_FALSE(weights.has_value());
    CHECK(weights.error().code == errc::unsupported);
}

TEST_CASE("names that are no format") {
    auto const typo = find_recipe("nvfp5");
    REQUIRE_FALSE(typo.has_value());
    CHECK(typo.error().code == errc::unknown_name);
    CHECK(typo.error().message.view().find("nvfp4") != std::string_view::npos);
    CHECK(find_recipe("fp4").error().code == errc::contradiction);
    CHECK(find_precision("auto").error().code == errc::contradiction);
    CHECK(find_precision("q4_k_m").error().message.view().find("mixes formats") !=
          std::string_view::npos);
    for (std::string_view const name : {"", " ", "-", "/", "Q", "IQ", "\xFF\xFE"}) {
        CAPTURE(name);
        CHECK_FALSE(find_recipe(name).has_value());
        CHECK_FALSE(find_precision(name).has_value());
    }
    std::string const endless(100'000, 'q');
    CHECK_FALSE(find_recipe(endless).has_value());
}
