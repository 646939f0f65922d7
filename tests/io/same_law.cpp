// SPDX-License-Identifier: MIT
// The same law for both worlds: every catalogue model as a type that the compiler knows, as a run-time
// value, and as what the reader makes of its config.json gives the same answers, bit for bit.
#include "support/catalogue_configs.hpp"
#include "support/every_law.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/precision/gguf_recipes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace reckon;
using reckon::test::catalogue_config;
using reckon::test::difference_from_type;
using reckon::test::first_difference;
using reckon::test::setting;

namespace {

std::vector<setting> settings() {
    return {
        {},
        {.ranks = {.tensor = 2}, .weights = fp8_block128, .cache = fp8, .context = tokens{100}},
        {.ranks = {.tensor = 8}, .weights = nvfp4, .context = tokens{131072}, .block = 16},
        {.ranks = {.pipeline = 2}, .weights = int4_g128, .context = tokens{4097}, .requests = 33},
        {.ranks = {.pipeline = 3}, .weights = experts_in(mxfp4, bf16), .cache = fp8},
        {.ranks = {.data = 8, .expert = 8}, .weights = fp8_block128, .requests = 64},
        {.ranks = {.tensor = 4, .expert = 4}, .weights = fp32, .context = tokens{1}, .block = 64},
        {.weights = *gguf::gguf_recipe("Q4_K_M", false), .context = tokens{1000000}},
    };
}

/// Catalogue models that no config.json here describes, because nobody published one, or because their text
/// model is read only inside a vision model's file (tools/catalogue_configs.py says which); and types that
/// are written there and not read yet. The lists must shrink: what becomes readable must go from them.
constexpr std::array<std::string_view, 0> unread_types{};
constexpr std::string_view without_file[] = {
    "deepseek-ocr",        "deepseek-ocr-2", "deepseek-v4.1-flash",  "deepseek-vl2-small",
    "embeddinggemma-300m", "gpt-3-175b",     "llama-3.2-90b-vision", "mistral-large-3",
};

/// Published files that say something else than the catalogue: a row that becomes right must go.
struct contradiction {
    std::string_view id;
    std::string_view law;
};
constexpr contradiction contradictions[] = {
    {"starcoder2-3b", "cache of a token"}, // sliding_window is 4096
    {"phi-3-mini-4k", "cache of a token"}, // sliding_window is 2047
};
std::string known_difference(std::string_view id) {
    for (contradiction const& c : contradictions) {
        if (c.id == id) { return std::string(c.law); }
    }
    return {};
}

} // namespace

TEST_CASE("types known to the compiler and run-time values give the same for every law") {
    auto const tried = settings();
    for (std::size_t index = 0; index < catalog::model_count; ++index) {
        CAPTURE(catalog::model_ids[index]);
        any_model const found = catalog::model(index);
        for (setting const& s : tried) {
            CHECK(std::string(difference_from_type(index, found, s)) == "");
        }
    }
}

TEST_CASE("what the reader makes of a config.json gives the same for every law") {
    auto const tried = settings();
    std::set<std::string> read_types;
    std::set<std::string> missing;
    std::set<std::string> unread;
    count read = 0;
    auto const all = reckon::test::catalogue_configs();
    CHECK(all.size() == catalog::model_count);
    for (catalogue_config const& one : all) {
        CAPTURE(one.id);
        if (one.text.empty()) {
            CHECK(one.why.size() > 20);
            // A published file beside it says the same (the next case).
            bool const published =
                std::filesystem::exists(RECKON_SOURCE_DIR "/tests/data/config/" + one.id + ".json");
            if (!published) { missing.insert(one.id); }
            continue;
        }
        CAPTURE(one.type);
        auto const parsed = io::parse_hugging_face(one.text, one.id);
        if (!parsed) {
            CAPTURE(std::string(parsed.error().message.view()));
            CHECK(parsed.error().code == errc::unsupported);
            unread.insert(one.type);
            continue;
        }
        ++read;
        read_types.insert(one.type);
        any_model known = one.as_far_as_said(*find_model(one.id));
        if (one.leaves_out("context")) { known.max_context = parsed->max_context; }
        for (setting const& s : tried) {
            CHECK(std::string(first_difference(known, *parsed, s)) == "");
        }
        if (!one.leaves_out("modules")) {
            CHECK(mtp_weights_of(known, bf16) == mtp_weights_of(*parsed, bf16));
        }
        if (!one.leaves_out("formats") && !one.leaves_out("modules")) {
            CHECK(checkpoint_bytes(known, known.published) ==
                  checkpoint_bytes(*parsed, parsed->published));
        }
    }
    CHECK(missing == std::set<std::string>(std::begin(without_file), std::end(without_file)));
    CHECK(unread == std::set<std::string>(std::begin(unread_types), std::end(unread_types)));
    MESSAGE(read << " of " << all.size() << " models read, of " << read_types.size() << " types");
}

TEST_CASE("a published file of a catalogue model gives what the catalogue has") {
    auto const tried = settings();
    count read = 0;
    for (auto const& entry :
         std::filesystem::directory_iterator(RECKON_SOURCE_DIR "/tests/data/config")) {
        std::string const id = entry.path().stem().string();
        auto const known = find_model(id);
        if (entry.path().extension() != ".json" || !known) { continue; }
        CAPTURE(id);
        auto const parsed = io::read_hugging_face(entry.path().string());
        if (!parsed) {
            FAIL_CHECK(std::string(parsed.error().message.view()));
            continue;
        }
        ++read;
        any_model expected = *known;
        // This file says nothing of the tower that the catalogue knows.
        if (id == "minimax-m3") { expected.sides = {}; }
        // The longest context may be known to one of them alone.
        bool const both = expected.max_context.known() && parsed->max_context.known();
        if (!both) { expected.max_context = parsed->max_context; }
        for (setting const& s : tried) {
            CHECK(std::string(first_difference(expected, *parsed, s)) == known_difference(id));
        }
    }
    CHECK(read >= 45);
    MESSAGE(read << " files");
}
