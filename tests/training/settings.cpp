// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/deepspeed.hpp>
#include <reckon/io/training/peft.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::training;
using reckon::io::training::read_deepspeed;
using reckon::io::training::read_peft;
using reckon::io::training::write_deepspeed;
using reckon::io::training::write_peft;

namespace {

any_run base() {
    return {.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
}
std::string said(auto const& r) {
    REQUIRE_FALSE(r.has_value());
    return std::string(r.error().message.view());
}

} // namespace

TEST_CASE("a DeepSpeed configuration that offloads to NVMe") {
    auto const r = read_deepspeed(R"({"bf16": {"enabled": true}, "zero_optimization": {"stage": 3,
        "offload_optimizer": {"device": "nvme", "nvme_path": "/local_nvme", "buffer_count": 4},
        "offload_param": {"device": "nvme", "nvme_path": "/local_nvme", "max_in_cpu": 1e9}}})",
                                  "ds.json", base());
    REQUIRE(r);
    CHECK(r->sharding.optimizer_at == state_place::disk);
    CHECK(r->sharding.weights_at == state_place::disk);
    auto const written = write_deepspeed(*r);
    REQUIRE(written);
    CHECK(written->find("nvme_path") != std::string::npos);
    auto const again = read_deepspeed(*written, "written", base());
    REQUIRE(again);
    CHECK(again->sharding == r->sharding);
    auto const refused = read_deepspeed(R"({"bf16": {"enabled": true}, "zero_optimization":
        {"stage": 2, "offload_optimizer": {"device": "nvme"}}})",
                                        "ds.json", base());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.view() == "ds.json: \"zero_optimization\" offloads the optimizer "
                                            "to nvme in stage 2; that needs stage "
                                            "3.");
    auto const missing = read_deepspeed(R"({"bf16": {"enabled": true}, "zero_optimization":
        {"stage": 3, "offload_optimizer": {"device": "disk"}}})",
                                        "ds.json", base());
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.view().find("\"disk\"; it is none, cpu or nvme.") !=
          std::string_view::npos);
}

TEST_CASE("a DeepSpeed configuration decides batch, precision, stage and offload") {
    auto const r = read_deepspeed(R"({"train_batch_size": 64, "train_micro_batch_size_per_gpu": 2,
        "gradient_accumulation_steps": 4, "bf16": {"enabled": true}, "gradient_clipping": 1.0,
        "zero_optimization": {"stage": 3, "offload_optimizer": {"device": "cpu", "pin_memory": true},
                              "overlap_comm": true},
        "optimizer": {"type": "AdamW", "params": {"lr": 1e-5}}})",
                                  "ds.json", base());
    REQUIRE(r);
    CHECK(r->micro_batch == 2);
    CHECK(r->accumulation == 4);
    CHECK(r->sharding.stage == shards::weights);
    CHECK(r->sharding.optimizer_at == state_place::host);
    CHECK(r->sharding.weights_at == state_place::device);
    CHECK(r->numerics == mixed_16bit_main_gradients);
    CHECK(r->framework.name == frameworks::deepspeed.name);
    auto const written = write_deepspeed(*r);
    REQUIRE(written);
    auto const again = read_deepspeed(*written, "written", base());
    REQUIRE(again);
    CHECK(again->sharding == r->sharding);
    CHECK(again->numerics == r->numerics);
    CHECK(again->micro_batch == r->micro_batch);
    CHECK(again->accumulation == r->accumulation);
    CHECK(again->optimizer == r->optimizer);
}

TEST_CASE("auto leaves what the run says") {
    any_run told = base();
    told.micro_batch = 4;
    auto const r = read_deepspeed(
        R"({"train_micro_batch_size_per_gpu": "auto", "bf16": {"enabled": "auto"}, "zero_optimization": {"stage": 2}})",
        "ds.json", told);
    REQUIRE(r);
    CHECK(r->micro_batch == 4);
    CHECK(r->sharding.stage == shards::gradients);
}

TEST_CASE("what does not go together is refused with its numbers") {
    auto const read = [](char const* text) { return read_deepspeed(text, "ds.json", base()); };
    CHECK(said(read(R"({"train_batch_size": 60, "train_micro_batch_size_per_gpu": 2})")) ==
          "ds.json: train_batch_size is 60, but micro-batch x accumulation x data-parallel ranks "
          "is 2 x 1 x 8 = 16.");
    CHECK(said(read(R"({"zero_optimisation": {"stage": 3}})")) ==
          "ds.json: 'zero_optimisation' is no setting that is known of DeepSpeed; the nearest name "
          "is zero_optimization.");
    CHECK(said(read(R"({"zero_optimization": {"stage": 4}})")).find("stage") != std::string::npos);
    CHECK(said(read(R"({"zero_optimization": {"stage": 2, "offload_param": {"device": "cpu"}}})"))
              .find("offload_param needs stage 3") != std::string::npos);
    CHECK(said(read(R"({"optimizer": {"type": "Sophia"}})")).find("Sophia") != std::string::npos);
    CHECK(said(read(R"({"zero_optimization": {"stage": 3, "offload_param": {"device": "tape"}}})"))
              .find("tape") != std::string::npos);
    CHECK(said(read(R"({"zero_optimization": {"stage": 3, "offload_param": {"device": 7}}})"))
              .find("device") != std::string::npos);
    CHECK(said(read(R"({"optimizer": {"type": 3}})")).find("type") != std::string::npos);
    CHECK_FALSE(read("{").has_value());
}

TEST_CASE("an adapter_config.json is an adapter") {
    auto const a = read_peft(R"({"peft_type": "LORA", "r": 16, "lora_alpha": 32, "use_dora": true,
        "target_modules": ["q_proj", "v_proj"], "modules_to_save": ["embed_tokens", "lm_head"]})",
                             "adapter_config.json");
    REQUIRE(a);
    CHECK(a->kind == adapter_kind::dora);
    CHECK(a->rank == 16);
    CHECK(a->targets.has(tensor_role::attention_q));
    CHECK(a->targets.has(tensor_role::attention_v));
    CHECK_FALSE(a->targets.has(tensor_role::attention_k));
    CHECK(a->embeddings);
    auto const again = read_peft(write_peft(*a), "written");
    REQUIRE(again);
    CHECK(*again == *a);
    auto const all =
        read_peft(R"({"r": 8, "target_modules": "all-linear"})", "adapter_config.json");
    REQUIRE(all);
    CHECK(all->targets == all_linear);
    CHECK(*read_peft(write_peft(*all), "written") == *all);
}

TEST_CASE("adapters that are not modelled, and modules that are not known") {
    auto const read = [](char const* text) { return read_peft(text, "adapter_config.json"); };
    CHECK(said(read(R"({"peft_type": "LORA", "r": 8, "target_modules": ["q_prj"]})")) ==
          "adapter_config.json: \"target_modules\" has 'q_prj', a module that is not known; the "
          "nearest names are q_proj, k_proj, v_proj.");
    CHECK(said(read(R"({"peft_type": "IA3", "target_modules": ["q_proj"]})")).find("LORA alone") !=
          std::string::npos);
    CHECK(said(read(R"({"r": 0, "target_modules": ["q_proj"]})")).find("\"r\"") !=
          std::string::npos);
    CHECK(said(read(R"({"r": 8})")).find("target_modules") != std::string::npos);
    CHECK(said(read(R"({"r": 8, "target_modules": ["q_proj"], "modules_to_save": ["score"]})"))
              .find("score") != std::string::npos);
}
