// SPDX-License-Identifier: MIT
// The model that a GGUF file describes is the catalogue's, and its bytes are those of the mixture.
#include "support/gguf_of_model.hpp"
#include "support/near.hpp"
#include "support/weight_file.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/memory/kv_cache.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::any_model;
using reckon::count;
using reckon::errc;
using reckon::test::bytes_of;
using reckon::test::gguf_of_model;
using reckon::test::gguf_options;
using reckon::test::gguf_writer;

namespace {

any_model model(std::string_view name) {
    auto const found = reckon::find_model(name);
    REQUIRE(found.has_value());
    return *found;
}

reckon::recipe mixture(any_model const& m, std::string_view type) {
    auto const found = reckon::gguf_recipe_for(m, type);
    REQUIRE(found.has_value());
    return *found;
}

reckon::result<any_model> read(std::string const& header) {
    auto const parsed = reckon::io::parse_gguf(bytes_of(header), "m.gguf");
    REQUIRE(parsed.has_value());
    return reckon::io::model_of_gguf(parsed->metadata, parsed->tensors, "m.gguf");
}

std::string refusal(gguf_writer const& w) {
    auto const m = read(w.header());
    if (m) { return "accepted"; }
    return std::string(m.error().message.view());
}

struct sample {
    std::string_view name;
    gguf_options options;
};
// One model of each kind of file that llama.cpp writes.
sample const samples[] = {
    {"llama-3.1-8b", {"llama"}},
    {"llama-3.2-1b", {"llama"}},
    {"mixtral-8x7b", {"llama"}},
    {"mistral-nemo-12b", {"llama"}},
    {"qwen2.5-7b", {"qwen2"}},
    {"qwen1.5-moe-a2.7b", {"qwen2moe"}},
    {"qwen3-8b", {"qwen3"}},
    {"qwen3-30b-a3b", {"qwen3moe"}},
    {"gemma-2-9b", {"gemma2"}},
    {"gemma-3-1b", {"gemma3"}},
    {"phi-3-mini-4k", {.architecture = "phi3", .fused_qkv = true, .fused_gate = true}},
    {"deepseek-moe-16b", {"deepseek"}},
    {"deepseek-v2-lite", {"deepseek2"}},
    {"deepseek-v3", {"deepseek2"}},
    {"deepseek-v2-lite", {.architecture = "deepseek2", .latent_split = false}},
    {"gpt-oss-20b", {.architecture = "gpt-oss", .post_norm = true}},
    {"glm-4.5", {.architecture = "glm4moe", .post_norm = true}},
    {"minimax-m2", {"minimax-m2"}},
    {"falcon-7b", {.architecture = "falcon", .fused_qkv = true}},
    {"gpt-2", {.architecture = "gpt2", .fused_qkv = true}},
    {"starcoder2-3b", {"starcoder2"}},
    {"bloom-3b", {.architecture = "bloom", .fused_qkv = true}},
};

} // namespace

TEST_CASE("the model of a file is the one that it was made of") {
    for (sample const& s : samples) {
        CAPTURE(s.name);
        any_model const made = model(s.name);
        gguf_of_model file(made, mixture(made, "Q8_0"), s.options);
        auto const found = read(file.writer().header());
        if (!found) { FAIL(std::string(found.error().message.view())); }
        // Converters leave the prediction modules out.
        reckon::parameter_counts expected = reckon::parameters_of(made);
        expected.mtp = 0;
        CHECK(reckon::parameters_of(*found) == expected);
        CHECK(found->name == made.name);
        CHECK(found->max_context == made.max_context);
        CHECK(reckon::weights_of(*found, reckon::bf16) == reckon::weights_of(made, reckon::bf16));
        CHECK(reckon::cache_per_token(*found, reckon::bf16) ==
              reckon::cache_per_token(made, reckon::bf16));
        for (double const context : {1.0, 1000.0, 100000.0}) {
            CHECK(reckon::cache_of_request(*found, reckon::bf16, reckon::tokens{context}) ==
                  reckon::cache_of_request(made, reckon::bf16, reckon::tokens{context}));
        }
    }
}

TEST_CASE("Llama-3.1-8B in Q4_K_M: tensor by tensor what the mixture says in one formula") {
    any_model const made = model("llama-3.1-8b");
    for (auto const& [type, number] : {std::pair<std::string_view, count>{"Q4_K_M", 15},
                                       {"Q5_K_S", 16},
                                       {"Q3_K_L", 13},
                                       {"IQ4_XS", 30},
                                       {"Q2_K", 10},
                                       {"IQ2_XXS", 19},
                                       {"F16", 1},
                                       {"Q8_0", 7}}) {
        CAPTURE(type);
        reckon::recipe const recipe = mixture(made, type);
        gguf_of_model file(made, recipe, {.architecture = "llama", .file_type = number});
        double const formula = in_bytes(reckon::weights_of(made, recipe).total());
        CHECK(static_cast<double>(file.writer().tensor_bytes() - 64 * 4) ==
              formula); // without rope_freqs
        auto const found = read(file.writer().header());
        REQUIRE(found.has_value());
        CHECK(found->published == recipe);
    }
    // README of llama.cpp's quantize tool: 4.58 GiB (with metadata and in steps of 0.01).
    CHECK(reckon::test::near(in_bytes(reckon::weights_of(made, mixture(made, "Q4_K_M")).total()),
                             4.58 * 1073741824, reckon::test::within(0.003)));
}

TEST_CASE("a mixture of its own is stored with the exact bytes of each role") {
    any_model const made = model("deepseek-v2-lite");
    reckon::recipe const recipe = mixture(made, "Q4_K_M");
    // The keys' up-projection is stored turned: rows of 128 fall back to a larger type, which the
    // rule for the whole matrix does not see.
    gguf_of_model file(made, recipe, {.architecture = "deepseek2", .file_type = 15});
    auto const found = read(file.writer().header());
    REQUIRE(found.has_value());
    double const stored = static_cast<double>(file.writer().tensor_bytes() - 64 * 4);
    CHECK(stored > in_bytes(reckon::weights_of(made, recipe).total()));
    CHECK(
        reckon::test::near(in_bytes(reckon::weights_of(*found, found->published).total()), stored));
    CHECK(std::string_view(found->published.name) == "Q4_K_M");
}

TEST_CASE("DeepSeek-V3 has its published number of parameters") {
    any_model const made = model("deepseek-v3");
    gguf_of_model file(made, mixture(made, "Q8_0"), {"deepseek2"});
    CHECK(file.writer().elements() - 64 == 671'026'419'200);
    auto const parsed = reckon::io::parse_gguf(bytes_of(file.writer().header()));
    REQUIRE(parsed.has_value());
    CHECK(parsed->tensors.total().elements - 64 == 671'026'419'200);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::experts).elements ==
          reckon::parameters_of(made).routed_experts);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::shared_experts).elements ==
          reckon::parameters_of(made).shared_experts);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::dense_ffn).elements ==
          reckon::parameters_of(made).dense_ffn);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::attention).elements ==
          reckon::parameters_of(made).attention);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::router).elements ==
          reckon::parameters_of(made).router);
    CHECK(parsed->tensors.of(reckon::io::tensor_group::norms).elements ==
          reckon::parameters_of(made).norms);
}

TEST_CASE("a prediction module in the file is one beside the model") {
    any_model const made = model("glm-4.5");
    any_model longer = made; // the module's block, written like one more layer
    longer.groups.list[1].at.insert(reckon::layer_count(made));
    gguf_of_model file(longer, mixture(made, "Q8_0"),
                       {.architecture = "glm4moe", .post_norm = true});
    count const last = reckon::layer_count(made);
    std::string const block = "blk." + std::to_string(last) + ".nextn.";
    file.writer().u32("glm4moe.nextn_predict_layers", 1);
    file.writer().tensor(block + "eh_proj.weight", "Q8_0", {2 * made.hidden, made.hidden});
    for (std::string_view const norm : {"enorm", "hnorm", "shared_head_norm"}) {
        file.writer().tensor(block + std::string(norm) + ".weight", "F32", {made.hidden});
    }
    for (std::string_view const matrix : {"embed_tokens", "shared_head_head"}) {
        file.writer().tensor(block + std::string(matrix) + ".weight", "Q8_0",
                             {made.hidden, made.vocabulary});
    }
    auto const found = read(file.writer().header());
    if (!found) { FAIL(std::string(found.error().message.view())); }
    CHECK(reckon::parameters_of(*found) == reckon::parameters_of(made));
    CHECK(found->mtp == made.mtp);
}

TEST_CASE("windows follow the file's own pattern, as a list or as a period") {
    any_model const made = model("gpt-oss-20b");
    gguf_of_model listed(made, mixture(made, "Q8_0"),
                         {.architecture = "gpt-oss", .post_norm = true});
    std::vector<std::uint64_t> pattern(24, 1);
    pattern[23] = 0;
    listed.writer().numbers("gpt-oss.attention.sliding_window_pattern",
                            reckon::test::gguf_kind::boolean, pattern, 1);
    auto const one_whole = read(listed.writer().header());
    REQUIRE(one_whole.has_value());
    CHECK(reckon::cache_per_token(*one_whole, reckon::bf16) ==
          reckon::cache_per_token(made, reckon::bf16) / 12.0);
    gguf_of_model period(made, mixture(made, "Q8_0"),
                         {.architecture = "gpt-oss", .post_norm = true});
    period.writer().u32("gpt-oss.attention.sliding_window_pattern", 4);
    auto const every_fourth = read(period.writer().header());
    REQUIRE(every_fourth.has_value());
    CHECK(reckon::cache_per_token(*every_fourth, reckon::bf16) ==
          reckon::cache_per_token(made, reckon::bf16) / 2.0);
}

TEST_CASE("what is not modelled is refused by name") {
    gguf_writer none;
    CHECK(refusal(none) ==
          "m.gguf: \"general.architecture\" is missing; is this the file of a model?");
    gguf_writer number;
    number.u32("general.architecture", 3);
    CHECK(refusal(number).find("is not the name of an architecture") != std::string::npos);
    gguf_writer slip;
    slip.text("general.architecture", "qwen3mo");
    CHECK(
        refusal(slip).find("is \"qwen3mo\", which is not known; the nearest names are qwen3moe") !=
        std::string::npos);
    gguf_writer vision;
    vision.text("general.architecture", "clip");
    CHECK(refusal(vision).find("it is the tower of another sense") != std::string::npos);
    gguf_writer vocabulary;
    vocabulary.text("general.architecture", "llama");
    CHECK(refusal(vocabulary).find("the file holds no tensors") != std::string::npos);
}

TEST_CASE("metadata that contradict themselves or the tensors") {
    any_model const made = model("llama-3.2-1b");
    auto const changed = [&](auto&& change) {
        gguf_of_model file(made, mixture(made, "Q8_0"), {"llama"});
        change(file.writer());
        return refusal(file.writer());
    };
    CHECK(changed([](gguf_writer&) {}) == "accepted");
    CHECK(changed([](gguf_writer& w) { w.tensor("blk.0.attn_gate.weight", "F32", {64}); })
              .find("the metadata describe a model of 1,235,814,400 parameters, but the tensors "
                    "hold 1,235,814,464") != std::string::npos);
    CHECK(changed([](gguf_writer& w) {
              w.tensor("strange.weight", "F32", {64});
          }).find("what \"strange.weight\" is for is not known") != std::string::npos);
    gguf_writer empty;
    empty.text("general.architecture", "llama").tensor("token_embd.weight", "F32", {8, 8});
    CHECK(refusal(empty) == "m.gguf: \"llama.block_count\" is missing, so the model is not known.");
    empty.u32("llama.block_count", 4000);
    CHECK(refusal(empty).find("\"llama.block_count\" is 4,000; it must be from 1 to") !=
          std::string::npos);
    auto const sized = [](auto&& change) {
        gguf_writer w;
        w.text("general.architecture", "llama").u32("llama.block_count", 2);
        w.tensor("token_embd.weight", "F32", {8, 8}).tensor("blk.0.attn_q.weight", "F32", {8, 8});
        change(w);
        return refusal(w);
    };
    auto const list = [](gguf_writer& w, std::string_view key, std::vector<std::uint64_t> values) {
        w.numbers(key, reckon::test::gguf_kind::u32, values, 4);
    };
    CHECK(sized([&](gguf_writer& w) { list(w, "llama.embedding_length", {8, 16}); }) ==
          "m.gguf: \"llama.embedding_length\" is a list of different values, which only sizes of "
          "layers can be.");
    CHECK(sized([&](gguf_writer& w) {
              w.u32("llama.embedding_length", 8);
              list(w, "llama.attention.head_count", {});
          }) == "m.gguf: \"llama.attention.head_count\" is a list that is shorter than the model.");
    CHECK(sized([&](gguf_writer& w) {
              w.u32("llama.embedding_length", 8).u32("llama.attention.head_count", 1);
              w.u32("llama.feed_forward_length", 8);
          }) == "m.gguf: layer 1 has no tensors; the file is not complete.");
    CHECK(sized([&](gguf_writer& w) {
              w.u32("llama.embedding_length", 8).u32("llama.attention.head_count", 1);
              w.tensor("blk.0.ssm_in.weight", "F32", {8, 8});
          }).find("layer 0 has attention and a state space side by side") != std::string::npos);
    CHECK(sized([&](gguf_writer& w) {
              w.u32("llama.embedding_length", 8).u32("llama.attention.head_count", 1);
              w.tensor("blk.0.attn_q_norm.weight", "F32", {5});
          }).find("layer 0 has an \"attn_q_norm.weight\" as long as neither one head nor all") !=
          std::string::npos);
    CHECK(sized([&](gguf_writer& w) {
              w.u32("llama.embedding_length", 8).u32("llama.attention.sliding_window", 4);
              list(w, "llama.attention.sliding_window_pattern", {1});
          }).find("sliding_window_pattern\" is a list that is shorter than the model") !=
          std::string::npos);
    gguf_writer state;
    state.text("general.architecture", "mamba2").u32("mamba2.block_count", 1);
    state.u32("mamba2.embedding_length", 8).u32("mamba2.ssm.inner_size", 9);
    state.u32("mamba2.ssm.time_step_rank", 2).u32("mamba2.ssm.group_count", 1);
    state.u32("mamba2.ssm.state_size", 4).u32("mamba2.ssm.conv_kernel", 4);
    state.tensor("token_embd.weight", "F32", {8, 8}).tensor("blk.0.ssm_in.weight", "F32", {8, 8});
    CHECK(refusal(state) ==
          "m.gguf: \"mamba2.ssm.inner_size\" does not divide by ssm.time_step_rank.");
}

TEST_CASE("a name with control characters is shown without them") {
    any_model const made = model("llama-3.2-1b");
    any_model named = made;
    named.name = std::string_view("a\0b\x1b[31mc", 9);
    gguf_of_model file(named, mixture(made, "Q8_0"), {"llama"});
    auto const found = read(file.writer().header());
    REQUIRE(found.has_value());
    CHECK(std::string_view(found->name) == "a?b?[31mc");
}
