// SPDX-License-Identifier: MIT
// The models of the catalogue: every published figure is met, and names find what they name.
#include "support/near.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/model_sources.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace reckon;

static_assert(find_model("deepseek-ai/DeepSeek-R1")->name.view() == "DeepSeek-R1");
static_assert(find_model("deepsek-r1").error().code == errc::unknown_name);

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_CASE("published totals, to the parameter") {
    int published = 0;
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        auto const& source = catalog::model_sources[i];
        CAPTURE(source.id);
        auto const n = parameters_of(catalog::model(i));
        if (source.published_total == 0) { continue; }
        ++published;
        CHECK(n.total + n.mtp + source.scales + source.other == source.published_total);
        CHECK_FALSE(source.total.empty());
        CHECK((source.other == 0) == source.other_is.empty());
        // What is counted otherwise is a small part, and what is not understood a very small one.
        if (has(source.other_is, "not derived")) {
            CHECK(source.other < source.published_total / 200);
        }
    }
    CHECK(published >= 270);
}

TEST_CASE("published checkpoints, within a thousandth") {
    int published = 0;
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        auto const& source = catalog::model_sources[i];
        if (source.checkpoint_bytes == 0) { continue; }
        CAPTURE(source.id);
        any_model const m = catalog::model(i);
        bytes const expected{static_cast<double>(source.checkpoint_bytes)};
        CHECK(test::near(checkpoint_bytes(m, m.published), expected, test::within(0.001)));
        ++published;
    }
    CHECK(published >= 20);
    // Where tensors alone were counted, to the byte.
    CHECK(in_bytes(checkpoint_bytes(models::deepseek_r1, models::deepseek_r1.published)) ==
          688'574'839'360.0);
    CHECK(in_bytes(checkpoint_bytes(models::gpt_oss_20b, models::gpt_oss_20b.published)) ==
          13'761'264'768.0);
    CHECK(in_bytes(checkpoint_bytes(models::minimax_m2, models::minimax_m2.published)) ==
          230'121'630'720.0);
    CHECK(in_bytes(checkpoint_bytes(models::kimi_k2_instruct,
                                    models::kimi_k2_instruct.published)) == 1'029'173'249'888.0);
}

TEST_CASE("every row says where it comes from") {
    CHECK(std::size(catalog::model_ids) == catalog::model_count);
    CHECK(std::size(catalog::model_sources) == catalog::model_count);
    CHECK(catalog::model_count >= 300);
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        CAPTURE(catalog::model_ids[i]);
        CHECK(catalog::model_ids[i] == catalog::model_sources[i].id);
        CHECK(ids.insert(catalog::model_ids[i]).second);
        CHECK_FALSE(catalog::model_sources[i].config.empty());
    }
    CHECK(catalog::model(catalog::model_count).hidden == 0);
}

TEST_CASE("names are sorted, distinct and in their compared form") {
    auto const sorted = [](auto const& table) {
        return std::is_sorted(std::begin(table), std::end(table),
                              [](auto const& a, auto const& b) { return a.name < b.name; });
    };
    CHECK(sorted(catalog::model_aliases));
    CHECK(sorted(catalog::pending_names));
    CHECK(sorted(catalog::ambiguous_names));
    std::set<std::string_view> names;
    auto const distinct = [&names](auto const& table) {
        for (auto const& row : table) {
            CAPTURE(row.name);
            CHECK(names.insert(row.name).second);
            CHECK(detail::comparable_name(row.name).view() == row.name);
        }
    };
    distinct(catalog::model_aliases);
    distinct(catalog::pending_names);
    distinct(catalog::ambiguous_names);
}

TEST_CASE("every id, name and alias finds its model") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        auto const by_id = find_model(catalog::model_ids[i]);
        CAPTURE(catalog::model_ids[i]);
        REQUIRE(by_id.has_value());
        CHECK(*by_id == catalog::model(i));
        auto const by_name = find_model(by_id->name);
        REQUIRE(by_name.has_value());
        CHECK(*by_name == *by_id);
    }
    for (auto const& alias : catalog::model_aliases) {
        CAPTURE(alias.name);
        auto const found = find_model(alias.name);
        REQUIRE(found.has_value());
        CHECK(found->published == catalog::model_format(alias.format));
        if (alias.max_context != 0) {
            CHECK(found->max_context.value() == tokens{static_cast<double>(alias.max_context)});
        } else {
            CHECK(found->max_context == catalog::model(alias.model).max_context);
        }
    }
}

// max_position_embeddings of each repository's config.json.
TEST_CASE("a variant made for another context than its model says so") {
    auto const context_of = [](std::string_view name) {
        auto const found = find_model(name);
        REQUIRE(found.has_value());
        return static_cast<count>(in_tokens(found->max_context.value()));
    };
    CHECK(context_of("Qwen/Qwen3-30B-A3B") == 40960);
    CHECK(context_of("Qwen/Qwen3-30B-A3B-Base") == 32768);
    CHECK(context_of("Qwen/Qwen3-30B-A3B-Instruct-2507") == 262144);
    CHECK(context_of("Qwen/Qwen3-Coder-30B-A3B-Instruct") == 262144);
    CHECK(context_of("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8") == 262144);
    CHECK(context_of("Qwen/Qwen2.5-7B") == 131072);
    CHECK(context_of("Qwen/Qwen2.5-7B-Instruct") == 32768);
    CHECK(context_of("Qwen/Qwen2.5-7B-Instruct-AWQ") == 32768);
    CHECK(context_of("Qwen/QwQ-32B") == 40960);
    CHECK(context_of("moonshotai/Kimi-K2-Instruct-0905") == 262144);
    // The same model otherwise.
    any_model alike = *find_model("Qwen/Qwen3-30B-A3B-Instruct-2507");
    alike.max_context = tokens{40960};
    CHECK(alike == *find_model("Qwen/Qwen3-30B-A3B"));
}

TEST_CASE("what a publisher appends to a name says how the checkpoint is stored") {
    auto const stored = [](std::string_view name) {
        auto const found = find_model(name);
        CAPTURE(name);
        REQUIRE(found.has_value());
        return *found;
    };
    any_model expected = *find_model("qwen3-8b");
    expected.published = recipe(int4_g128);
    CHECK(stored("Qwen/Qwen3-8B-AWQ") == expected);
    CHECK(stored("qwen/qwen3_8b-awq") == expected);
    CHECK(stored("huggingface.co/Qwen/Qwen3-8B-AWQ") == expected);
    CHECK(stored("Qwen/Qwen3-30B-A3B-GPTQ-Int4").published == recipe(int4_g128));
    CHECK(stored("Qwen/Qwen3-VL-8B-Instruct-FP8").published == recipe(fp8_block128));
    CHECK(stored("RedHatAI/Qwen3-32B-FP8-dynamic").published == recipe(fp8_per_channel));
    CHECK(stored("neuralmagic/Meta-Llama-3.1-70B-Instruct-quantized.w8a8").published ==
          recipe(int8));
    CHECK(stored("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4").published ==
          recipe(int4_g128));
    CHECK(stored("unsloth/Llama-3.2-3B-Instruct-bnb-4bit").published == recipe(nf4_double));
    // A name of its own goes before the suffix.
    CHECK(stored("nvidia/Llama-3.1-8B-Instruct-FP8").published == recipe(fp8_per_tensor));
    // The repository's files: 41,607,438,677 bytes.
    any_model const padded = stored("Qwen/Qwen2.5-72B-Instruct-AWQ");
    CHECK(test::near(checkpoint_bytes(padded, padded.published), bytes{41'607'438'677.0},
                     test::within(0.001)));
    for (std::string_view const name :
         {"Qwen3-8B-AWQ", "someone/Qwen3-8B-AWQ", "Qwen/Qwen3-8B-AWQ-2", "Qwen/Qwen3-9B-AWQ",
          "Qwen/-AWQ", "Qwen/AWQ", "unsloth/Qwen3-8B-unsloth-bnb-4bit", "TheBloke/Qwen3-8B-GPTQ"}) {
        CAPTURE(name);
        CHECK(find_model(name).error().code == errc::unknown_name);
    }
    // Known to be shaped otherwise than its model.
    CHECK(find_model("Qwen/Qwen2-72B-Instruct-AWQ").error().code == errc::unsupported);
}

TEST_CASE("suffixes are in their compared form, the longest of a publisher first") {
    for (std::size_t i = 0; i < std::size(catalog::checkpoint_suffixes); ++i) {
        auto const& s = catalog::checkpoint_suffixes[i];
        CAPTURE(s.suffix);
        CHECK(detail::comparable_name(s.publisher).view() == s.publisher);
        CHECK(detail::comparable_name(s.suffix).view() == s.suffix);
        CHECK(s.suffix.front() == '-');
        if (i == 0) { continue; }
        auto const& before = catalog::checkpoint_suffixes[i - 1];
        CHECK(before.publisher <= s.publisher);
        if (before.publisher == s.publisher) { CHECK(before.suffix.size() >= s.suffix.size()); }
    }
}

TEST_CASE("case, organisation, '_' and ' ' do not matter; everything else does") {
    for (std::string_view const name :
         {"deepseek-r1", "DeepSeek-R1", "deepseek_r1", "DeepSeek R1", "deepseek-ai/DeepSeek-R1",
          " deepseek-r1 ", "DEEPSEEK-AI/DEEPSEEK-R1"}) {
        CAPTURE(name);
        auto const found = find_model(name);
        REQUIRE(found.has_value());
        CHECK(found->name.view() == "DeepSeek-R1");
    }
    for (std::string_view const name :
         {"deepseek-r", "deepseek-r11", "deepseekr1", "deepseek-r1-", "deepseek.r1", "r-1"}) {
        CAPTURE(name);
        CHECK_FALSE(find_model(name).has_value());
    }
}

TEST_CASE("a quantised checkpoint is the model in its format") {
    CHECK(find_model("deepseek-ai/DeepSeek-R1")->published == recipe(fp8_block128));
    CHECK(find_model("nvidia/DeepSeek-R1-FP4")->published == recipe(nvfp4));
    CHECK(find_model("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic")->published ==
          recipe(fp8_per_channel));
    CHECK(parameters_of(*find_model("nvidia/DeepSeek-R1-FP4")) ==
          parameters_of(models::deepseek_r1));
}

TEST_CASE("an unknown name is refused with the nearest ones") {
    auto const typo = find_model("deepsek-r1");
    REQUIRE_FALSE(typo.has_value());
    CHECK(typo.error().code == errc::unknown_name);
    CHECK(has(typo.error().message, "deepseek-r1"));
    CHECK(has(find_model("lama-3.1-70b").error().message, "llama-3.1-70b"));
    CHECK(has(find_model("qwen3-33b").error().message, "qwen3-32b"));
    for (std::string_view const name : {"", " ", "/", "a/", "\n", "\xFF", "xyzzy"}) {
        CAPTURE(name);
        auto const found = find_model(name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().code == errc::unknown_name);
        CHECK_FALSE(has(found.error().message, "\n"));
    }
    std::string const endless(1'000'000, 'x');
    CHECK_FALSE(find_model(endless).has_value());
}

TEST_CASE("a model that is known and not described says what is missing") {
    for (std::string_view const name : {"Deci/DeciLM-7B", "tiiuae/Falcon-H1-34B-Instruct",
                                        "DeepSeek-V4-Flash-Vision-Exp", "LongCat-Flash-Chat"}) {
        CAPTURE(name);
        auto const found = find_model(name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().code == errc::unsupported);
        CHECK(has(found.error().message, "not modelled yet"));
    }
    CHECK(has(find_model("decilm-7b").error().message, "key heads of each of its layers"));
}

TEST_CASE("S01: the articles' names give candidates with a reason, never a model") {
    struct row {
        std::string_view name;
        std::string_view candidate;
    };
    for (row const r : {row{"V1", "deepseek-coder-1.3b"},
                        {"V1", "deepseek-llm-67b"},
                        {"V2", "deepseek-v2"},
                        {"V2", "deepseek-llm-7b"},
                        {"Pro", "deepseek-coder-33b"},
                        {"Enterprise", "deepseek-llm-67b"},
                        {"DeepSeek-6B", "deepseek-coder-6.7b"},
                        {"7B", "deepseek-llm-7b"},
                        {"7B", "deepseek-r1-distill-qwen-7b"},
                        {"DeepSeek-13B", "deepseek-r1-distill-qwen-14b"},
                        {"13B", "deepseek-r1-distill-qwen-14b"},
                        {"DeepSeek-33B", "deepseek-coder-33b"}}) {
        CAPTURE(r.name);
        auto const found = find_model(r.name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().code == errc::contradiction);
        CHECK(has(found.error().message, r.candidate));
        CHECK(found.error().message.view().back() == '.');
    }
    // The real DeepSeek-V2 has a name of its own.
    CHECK(parameters_of(*find_model("DeepSeek-V2")).total == 235'741'434'880);
}

TEST_CASE("every refusal is a whole sentence") {
    auto const whole = [](std::string_view name) {
        auto const found = find_model(name);
        CAPTURE(name);
        REQUIRE_FALSE(found.has_value());
        CHECK(found.error().message.view().back() == '.'); // '~' marks a sentence that was cut
    };
    for (auto const& row : catalog::pending_names) {
        whole(row.name);
    }
    for (auto const& row : catalog::ambiguous_names) {
        whole(row.name);
    }
}
