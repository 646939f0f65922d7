// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/peft.hpp>
#include <reckon/io/training/training_arguments.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::training;
using reckon::io::training::read_training_arguments;
using reckon::io::training::write_training_arguments;

namespace {

any_run base() {
    return {.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
}
auto read(std::string const& text) { return read_training_arguments(text, "args.json", base()); }
std::string said(auto const& r) {
    REQUIRE_FALSE(r.has_value());
    return std::string(r.error().message.view());
}

} // namespace

TEST_CASE("batch, precision, sharding, recompute and optimizer of the trainer") {
    auto const r = read(R"({"output_dir": "out", "per_device_train_batch_size": 2,
        "gradient_accumulation_steps": 4, "bf16": true, "gradient_checkpointing": true, "learning_rate": 2e-5,
        "optim": "adamw_bnb_8bit", "fsdp": "full_shard auto_wrap", "max_length": 2048,
        "use_liger_kernel": true})");
    REQUIRE(r);
    CHECK(r->micro_batch == 2);
    CHECK(r->accumulation == 4);
    CHECK(r->global_batch() == 64);
    CHECK(r->sequence == 2048);
    CHECK(r->numerics == fp32_kept);
    CHECK(r->optimizer == adam_8bit);
    CHECK(r->recompute == full_recompute);
    CHECK(r->sharding.stage == shards::weights);
    CHECK(r->framework.name == frameworks::hugging_face_chunked.name);
    CHECK(memory_of(*r).valid());
}

TEST_CASE("what is not given has transformers' default") {
    auto const r = read("{}");
    REQUIRE(r);
    CHECK(r->micro_batch == 8);
    CHECK(r->accumulation == 1);
    CHECK(r->numerics == full_fp32);
    CHECK(r->optimizer == adam);
    CHECK(r->framework.step_copies == 0);
    CHECK(r->sharding.stage == shards::nothing);
}

TEST_CASE("weights stay in what they were loaded in, and Adam's values with them") {
    auto const r = read(
        R"({"bf16": true, "optim": "adamw_torch", "model_init_kwargs": {"dtype": "bfloat16"}})");
    REQUIRE(r);
    CHECK(r->numerics == pure_16bit);
    CHECK(r->optimizer == adam_16bit);
    CHECK(r->framework.step_copies == 1); // foreach
}

TEST_CASE("an adapter beside them is kept, and a DeepSpeed configuration inside is read") {
    auto const adapter =
        io::training::read_peft(R"({"r": 8, "target_modules": "all-linear"})", "peft.json");
    REQUIRE(adapter);
    any_run with = base();
    with.adapter = *adapter;
    auto const r = read_training_arguments(
        R"({"bf16": true, "deepspeed": {"bf16": {"enabled": "auto"}, "train_micro_batch_size_per_gpu": "auto",
            "zero_optimization": {"stage": 3, "offload_optimizer": {"device": "cpu"}}}})",
        "args.json", with);
    REQUIRE(r);
    CHECK(r->adapter.rank == 8);
    CHECK(r->sharding.stage == shards::weights);
    CHECK(r->sharding.optimizer_at == state_place::host);
    CHECK(r->numerics == mixed_16bit_main_gradients);
    CHECK(r->framework.name == frameworks::hugging_face.name);
    auto const written = write_training_arguments(*r);
    REQUIRE(written);
    auto const again = read_training_arguments(*written, "written", with);
    REQUIRE(again);
    CHECK(io::training::first_difference(*again, *r).empty());
}

TEST_CASE("mistakes are one sentence with the key and the remedy") {
    CHECK(said(read(R"({"gradient_checkpoint": true})")) ==
          "args.json: 'gradient_checkpoint' is no setting of TrainingArguments that is known; the "
          "nearest name "
          "is gradient_checkpointing.");
    CHECK(said(read(R"({"bf16": true, "fp16": true})")).find("exclude each other") !=
          std::string::npos);
    CHECK(said(read(R"({"bf16": "yes"})")).find("true or false") != std::string::npos);
    CHECK(said(read(R"({"optim": "galore_adamw"})")).find("are modelled") != std::string::npos);
    CHECK(said(read(R"({"fsdp": "full_shrad"})")).find("full_shard") != std::string::npos);
    CHECK(said(read(R"({"fsdp": "offload"})")).find("add full_shard") != std::string::npos);
    CHECK(said(read(R"({"deepspeed": "ds.json"})")).find("is a path") != std::string::npos);
    CHECK(said(read(R"({"deepspeed": {"zero_optimization": {"stage": 5}}})")).find("stage") !=
          std::string::npos);
    CHECK(said(read(R"({"per_device_train_batch_size": 0})")).find("per_device_train_batch_size") !=
          std::string::npos);
    CHECK(said(read(R"({"auto_find_batch_size": true})")).find("trial and error") !=
          std::string::npos);
    CHECK(said(read(R"({"tp_size": 4})")).find("tp_size") != std::string::npos);
    CHECK(said(read(R"({"activation_offloading": true})")).find("gradient_checkpointing") !=
          std::string::npos);
    CHECK(said(read(R"({"model_init_kwargs": {"dtype": "int4"}})")).find("int4") !=
          std::string::npos);
    CHECK_FALSE(read("[]").has_value());
}

TEST_CASE("what the trainer cannot say is refused by name") {
    any_run r = base();
    r.framework = frameworks::hugging_face;
    r.parallel.tensor = 2;
    CHECK(said(write_training_arguments(r)).find("tensor parallelism") != std::string::npos);
    r = base();
    r.framework = frameworks::hugging_face;
    r.recompute = {.kind = recompute_kind::square_root};
    CHECK(said(write_training_arguments(r)).find("what is computed again") != std::string::npos);
}
