// SPDX-License-Identifier: MIT
// The GGUF mixtures as recipes. What they make of models is in tests/model/gguf_facts.cpp.
#include <reckon/precision/gguf_recipes.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace reckon;

namespace {

constexpr std::string_view file_types[] = {
    "F32",     "F16",    "BF16",  "Q8_0",  "Q6_K",   "Q5_K_M",  "Q5_K_S", "Q5_0",  "Q5_1",
    "Q4_K_M",  "Q4_K_S", "Q4_0",  "Q4_1",  "Q3_K_L", "Q3_K_M",  "Q3_K_S", "Q2_K",  "Q2_K_S",
    "IQ4_XS",  "IQ4_NL", "IQ3_M", "IQ3_S", "IQ3_XS", "IQ3_XXS", "IQ2_M",  "IQ2_S", "IQ2_XS",
    "IQ2_XXS", "IQ1_M",  "IQ1_S", "TQ1_0", "TQ2_0",  "MXFP4"};

} // namespace

static_assert(gguf::gguf_recipe("Q4_K_M")->palette[0] == any_precision(gguf::q4_k));

TEST_CASE("every mixture fits a recipe, for every kind of model") {
    for (std::string_view const type : file_types) {
        for (gguf::model_facts const& facts :
             {gguf::model_facts{}, gguf::model_facts{true}, gguf::model_facts{false, 80, 8, 0},
              gguf::model_facts{false, 32, 4, 8}, gguf::model_facts{false, 61, 1, 256},
              gguf::model_facts{true, 28, 1, 0}}) {
            CAPTURE(type);
            auto const r = gguf::gguf_recipe(type, facts);
            REQUIRE(r.has_value());
            CHECK(r->name.view() == type);
            CHECK(r->palette.size() <= recipe::formats);
            CHECK(r->exceptions.size() <= r->exceptions.capacity());
            for (std::uint8_t const choice : r->choice) {
                CHECK(choice < r->palette.size());
            }
            for (auto const& e : r->exceptions) {
                CHECK(e.format < r->palette.size());
            }
            // What a type falls back to has blocks of 32 at most, so nothing falls twice.
            for (std::size_t i = 0; i < r->palette.size(); ++i) {
                REQUIRE(r->ragged[i] < r->palette.size());
                CHECK(r->palette[r->ragged[i]].payload_elements <= 32);
            }
            // Vectors and routers are never quantised.
            CHECK((*r)[tensor_role::norm] == any_precision(gguf::f32));
            CHECK((*r)[tensor_role::router] == any_precision(gguf::f32));
        }
    }
}

TEST_CASE("Q4_K_M by tensor") {
    auto const r = *gguf::gguf_recipe("Q4_K_M", {false, 32, 4, 0});
    CHECK(r[tensor_role::ffn_up] == any_precision(gguf::q4_k));
    CHECK(r[tensor_role::head] == any_precision(gguf::q6_k));
    CHECK(r[tensor_role::embedding] == any_precision(gguf::q4_k));
    CHECK(r.palette[r.ragged[0]] == any_precision(gguf::q5_0));
    // "70B": eight queries share a value, which gets five bits everywhere.
    auto const large = *gguf::gguf_recipe("Q4_K_M", {false, 80, 8, 0});
    CHECK(large[tensor_role::attention_v] == any_precision(gguf::q5_k));
}

TEST_CASE("Mixtral keeps keys and values in eight bits") {
    auto const r = *gguf::gguf_recipe("Q4_K_M", {false, 32, 4, 8});
    CHECK(r[tensor_role::attention_k] == any_precision(gguf::q8_0));
    CHECK(r[tensor_role::attention_v] == any_precision(gguf::q8_0));
    CHECK(r[tensor_role::attention_output] == any_precision(gguf::q5_k));
}

TEST_CASE("an unknown mixture is refused with the known ones") {
    for (std::string_view const type : {"", "Q4", "q4_k_m", "Q9_K", "UD", "Q4_K_M "}) {
        auto const r = gguf::gguf_recipe(type);
        CAPTURE(type);
        REQUIRE_FALSE(r.has_value());
        CHECK(r.error().code == errc::unknown_name);
        CHECK(r.error().message.view().find("Q4_K_M/S") != std::string_view::npos);
    }
}

TEST_CASE("Unsloth's dynamic types are known, and of no fixed mixture") {
    auto const r = gguf::gguf_recipe("UD-Q2_K_XL");
    REQUIRE_FALSE(r.has_value());
    CHECK(r.error().code == errc::unsupported);
    CHECK(r.error().message.view() == "'UD-Q2_K_XL' is mixed anew for each model (Unsloth's "
                                      "dynamic types): read the file itself, "
                                      "as llama-server -m FILE.gguf names it.");
}
