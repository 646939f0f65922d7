// SPDX-License-Identifier: MIT
// Less usual ways of saying the same to the frameworks, and lists of modules at their limits.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/hugging_face/module_patterns.hpp>
#include <reckon/io/training/deepspeed.hpp>
#include <reckon/io/training/training_arguments.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace reckon;
using namespace reckon::training;
using io::hugging_face::module_patterns;
using io::hugging_face::small_regex;

namespace {

any_run base() {
    return {.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 64}};
}
any_run trainer(std::string_view text) {
    auto const r = io::training::read_training_arguments(text, "args.json", base());
    REQUIRE(r.has_value());
    return *r;
}
any_run zero(std::string_view text) {
    auto const r = io::training::read_deepspeed(text, "ds.json", base());
    REQUIRE(r.has_value());
    return *r;
}

} // namespace

TEST_CASE("TrainingArguments") {
    any_run const hybrid = trainer(R"({"fsdp": "hybrid_shard_zero2  auto_wrap"})");
    CHECK(hybrid.sharding.stage == shards::gradients);
    CHECK(hybrid.sharding.group == 8);
    CHECK(trainer(R"({"fsdp": "no_shard"})").sharding.stage == shards::nothing);
    CHECK(trainer(R"({"fsdp": ""})").sharding.stage == shards::nothing);
    for (std::string_view const config : {"{}", R"({"activation_checkpointing": false})",
                                          R"({"activation_checkpointing": "yes"})"}) {
        CAPTURE(config);
        CHECK(trainer(std::string(R"({"fsdp": "full_shard", "fsdp_config": )") +
                      std::string(config) + "}")
                  .recompute == no_recompute);
    }
    CHECK(trainer(R"({"model_init_kwargs": {"dtype": 16}})").numerics == full_fp32);
    CHECK(trainer(R"({"fp16": true})").numerics.products == arithmetic::fp16);
    CHECK(trainer(R"({"activation_offloading": true, "gradient_checkpointing": true})")
              .sharding.host_checkpoints);
}

TEST_CASE("what is written as TrainingArguments is read as the same run") {
    any_run r = trainer(R"({"bf16": true, "gradient_checkpointing": true})");
    auto const again = [](any_run const& run) {
        auto const text = io::training::write_training_arguments(run);
        REQUIRE(text.has_value());
        any_run const read = trainer(*text);
        CHECK(io::training::first_difference(read, run).empty());
        return *text;
    };
    r.sharding.host_checkpoints = true;
    CHECK(again(r).find("\"activation_offloading\": true") != std::string::npos);
    r.sharding.host_checkpoints = false;
    r.sharding.stage = shards::gradients;
    CHECK(again(r).find("shard_grad_op") != std::string::npos);
    r.sharding.group = 8;
    CHECK(again(r).find("hybrid_shard_zero2") != std::string::npos);
    r.sharding.stage = shards::weights;
    CHECK(again(r).find("hybrid_shard auto_wrap") != std::string::npos);
    r.sharding.group = 0;
    CHECK(again(r).find("full_shard auto_wrap") != std::string::npos);
    r.sharding.stage = shards::optimizer; // ZeRO-1 is DeepSpeed's, which keeps a master copy
    CHECK_FALSE(io::training::write_training_arguments(r).has_value());
}

TEST_CASE("DeepSpeed") {
    CHECK(zero(R"({"bf16": {}})").numerics == full_fp32);
    CHECK(zero(R"({"bf16": {"enabled": "no"}})").numerics == full_fp32);
    CHECK(zero(R"({"optimizer": {"type": "Adam"}})").optimizer == adam);
    any_run const wide =
        zero(R"({"fp16": {"enabled": true}, "data_types": {"grad_accum_dtype": "fp32"}})");
    CHECK(wide.numerics.products == arithmetic::fp16);
    CHECK(zero(R"({"fp16": {"enabled": true}, "data_types": {"grad_accum_dtype": "fp16"}})")
              .numerics.gradients == 2);
    // Without a narrow format there is nothing to add up in another one.
    CHECK(zero(R"({"data_types": {"grad_accum_dtype": "bf16"}})").numerics == full_fp32);
    any_run r = zero(R"({"bf16": {"enabled": true}, "optimizer": {"type": "Muon"}})");
    r.sharding.optimizer_at = state_place::host;
    auto const text = io::training::write_deepspeed(r);
    REQUIRE(text.has_value());
    CHECK(io::training::first_difference(zero(*text), r).empty());
}

TEST_CASE("lists of modules at their limits") {
    CHECK(module_patterns({"model.layers.3."}).matches("model.layers.3.mlp"));
    CHECK_FALSE(module_patterns({"mlp.*"}).too_large());
    std::vector<std::string> many(module_patterns::most_wildcards + 1, "a*");
    std::vector<std::string_view> views(many.begin(), many.end());
    CHECK(module_patterns(views).too_large());
    views.pop_back();
    CHECK_FALSE(module_patterns(views).too_large());
    std::string const longest = "re:" + std::string(module_patterns::longest_wildcard, 'a');
    CHECK_FALSE(module_patterns({longest}).too_large());
    std::string const longer = longest + "a";
    CHECK(module_patterns({longer}).too_large());

    auto const word = [](std::string_view name) {
        std::size_t budget = 1000;
        return small_regex::match("\\w$", name, budget) == small_regex::answer::yes;
    };
    for (std::string_view const yes : {"a", "z", "A", "Z", "0", "9", "_"}) {
        CHECK(word(yes));
    }
    for (std::string_view const no : {"{", "`", "[", "@", "/", ":", "."}) {
        CHECK_FALSE(word(no));
    }
}
