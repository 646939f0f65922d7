// SPDX-License-Identifier: MIT
// What cannot be calculated of a training configuration is refused in one sentence that names the setting, what it says
// and what it may say.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/deepspeed.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/io/training/torchtitan.hpp>
#include <reckon/io/training/training_arguments.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::training;

namespace {

struct refusal {
    std::string_view given;
    std::string_view says; ///< after the name of the file
};

any_run base() {
    return {.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 64}};
}

template <std::size_t N>
void refuses(refusal const (&all)[N], std::string const& file, auto const& read) {
    for (refusal const& r : all) {
        CAPTURE(r.given);
        auto const got = read(r.given);
        CHECK_FALSE(got.has_value());
        if (!got.has_value()) {
            CHECK(std::string(got.error().message.view()) == file + std::string(r.says));
        }
    }
}

} // namespace

TEST_CASE("Megatron-LM") {
    constexpr refusal all[] = {
        {R"(--num-virtual-stages-per-pipeline-rank 2 --num-layers-per-virtual-pipeline-stage 5 --pipeline-model-parallel-size 4)",
         R"(--num-virtual-stages-per-pipeline-rank and --num-layers-per-virtual-pipeline-stage say the same; keep one.)"},
        {R"(--num-layers-per-virtual-pipeline-stage 3 --pipeline-model-parallel-size 8)",
         R"(--num-layers-per-virtual-pipeline-stage 3 x pipeline parallelism 8 does not divide the 80 layers.)"},
        {R"(--num-layers-per-virtual-pipeline-stage 81)",
         R"(--num-layers-per-virtual-pipeline-stage 81 x pipeline parallelism 1 does not divide the 80 layers.)"},
        {R"(--bf16 --fp16)", R"(--bf16 and --fp16 exclude each other; keep one.)"},
        {R"(--bf16 --fp8-format e5m2)", R"(--fp8-format is 'e5m2'; it is e4m3 or hybrid.)"},
        {R"(--bf16 --fp4-format e3m0)", R"(--fp4-format is 'e3m0'; it is e2m1.)"},
        {R"(--optimizer sgd --sgd-momentum fast)", R"(--sgd-momentum is 'fast'; it is a number.)"},
        {R"(--optimizer soap)",
         R"(--optimizer is 'soap'; it is adam, sgd, muon, dist_muon or lion (soap and adaptive_muon are not modelled).)"},
        {R"(--use-precision-aware-optimizer --exp-avg-dtype bf16 --exp-avg-sq-dtype fp32)",
         R"(--exp-avg-dtype and --exp-avg-sq-dtype differ, which is not modelled; give both the same format.)"},
        {R"(--use-precision-aware-optimizer --optimizer lion --exp-avg-dtype bf16 --exp-avg-sq-dtype bf16)",
         R"(--exp-avg-dtype is modelled for --optimizer adam alone; leave it out.)"},
        {R"(--use-precision-aware-optimizer --exp-avg-dtype int8 --exp-avg-sq-dtype int8)",
         R"(--exp-avg-dtype is 'int8'; it is fp32, fp16, bf16 or fp8.)"},
        {R"(--use-precision-aware-optimizer --main-grads-dtype fp8)",
         R"(--main-grads-dtype is 'fp8'; it is fp32 or bf16.)"},
        {R"(--use-precision-aware-optimizer --main-params-dtype bf16)",
         R"(--main-params-dtype is 'bf16'; it is fp32 or fp16.)"},
        {R"(--use-megatron-fsdp --data-parallel-sharding-strategy all)",
         R"(--data-parallel-sharding-strategy is 'all'; it is no_shard, optim, optim_grads or optim_grads_params.)"},
        {R"(--num-distributed-optimizer-instances 7)",
         R"(--num-distributed-optimizer-instances 7 does not divide the 64 ranks of data x context parallelism.)"},
        {R"(--optimizer-cpu-offload --optimizer-offload-fraction 0.5)",
         R"(--optimizer-offload-fraction other than 1 is not modelled; leave it out to offload all of the optimizer.)"},
        {R"(--recompute-granularity full)",
         R"(--recompute-granularity full needs --recompute-method uniform or block.)"},
        {R"(--recompute-granularity some)",
         R"(--recompute-granularity is 'some'; it is full or selective.)"},
        {R"(--hidden-dropout many)",
         R"(--hidden-dropout and --attention-dropout are numbers from 0 to 1.)"},
        {R"(--attention-dropout 1.5)",
         R"(--hidden-dropout and --attention-dropout are numbers from 0 to 1.)"},
        {R"(--transformer-impl inference)",
         R"(--transformer-impl is 'inference'; it is transformer_engine or local (others are not modelled).)"},
        {R"(--attention-backend triton)",
         R"(--attention-backend is 'triton'; it is auto, flash, fused, unfused or local.)"},
        {R"(--hidden-size 4096)",
         R"(arguments describe a model, but --num-layers is missing; give it, or leave the model to --model.)"},
    };
    refuses(all, "",
            [](std::string_view line) { return io::training::read_megatron(line, base()); });
}

TEST_CASE("torchtitan") {
    constexpr refusal all[] = {
        {R"([parallelism]
data_parallel_shard_degree = 0)",
         R"("parallelism.data_parallel_shard_degree" is 0; it must be -1 (what is left) or at least 1.)"},
        {R"([parallelism]
data_parallel_shard_degree = 48)",
         R"("parallelism.data_parallel_shard_degree" x replicate x context x tensor x pipeline degrees are 48 devices, which are not 64; change a degree or the number of devices.)"},
        {R"([parallelism]
tensor_parallel_degree = 3)",
         R"("parallelism.data_parallel_shard_degree" x replicate x context x tensor x pipeline degrees are 3 devices, which do not divide 64; change a degree or the number of devices.)"},
        {R"([parallelism]
tensor_parallel_degree = 128)",
         R"("parallelism.data_parallel_shard_degree" x replicate x context x tensor x pipeline degrees are 128 devices, which do not divide 64; change a degree or the number of devices.)"},
        {R"([parallelism]
tensor_parallel_degree = "two")",
         R"("parallelism.tensor_parallel_degree" is "two"; it must be a whole number from 1 to 1,000,000.)"},
        {R"([parallelism]
fsdp_reshard_after_forward = "sometimes")",
         R"("parallelism.fsdp_reshard_after_forward" is "sometimes"; it is default, always or never.)"},
        {R"([parallelism]
tensor_parallel_degree = 2
disable_loss_parallel = true)",
         R"("parallelism.disable_loss_parallel" is not modelled: logits are divided by tensor ranks.)"},
        {R"([parallelism]
pipeline_parallel_split_points = ["layers.4"])",
         R"("parallelism.pipeline_parallel_split_points" is not modelled: stages are equal; leave it out to calculate with such.)"},
        {R"([parallelism]
pipeline_parallel_degree = 8
pipeline_parallel_schedule = "Interleaved1F1B"
pipeline_parallel_layers_per_stage = 3)",
         R"("parallelism.pipeline_parallel_layers_per_stage" x pipeline degree is 24, which does not divide the 80 layers.)"},
        {R"([parallelism]
pipeline_parallel_degree = 8
pipeline_parallel_schedule = "Interleaved1F1B"
pipeline_parallel_layers_per_stage = 11)",
         R"("parallelism.pipeline_parallel_layers_per_stage" x pipeline degree is 88, which does not divide the 80 layers.)"},
        {R"([parallelism]
pipeline_parallel_schedule = "ZBVZeroBubble")",
         R"("parallelism.pipeline_parallel_schedule" is "ZBVZeroBubble"; 1F1B, Interleaved1F1B and GPipe are modelled.)"},
        {R"([training]
global_batch_size = 100)",
         R"("training.global_batch_size" is 100, no multiple of local batch x data parallelism = 512; the nearest that is is 512.)"},
        {R"([training]
global_batch_size = 0)",
         R"("training.global_batch_size" is 0, no multiple of local batch x data parallelism = 512; the nearest that is is 512.)"},
        {R"([training]
local_batch_size = 0)",
         R"("training.local_batch_size" is 0; it must be a whole number from 1 to 1,000,000,000.)"},
        {R"([parallelism]
pipeline_parallel_degree = 2
pipeline_parallel_microbatch_size = 3
[training]
local_batch_size = 8)",
         R"("training.local_batch_size" is 8, no multiple of pipeline_parallel_microbatch_size 3.)"},
        {R"([parallelism]
pipeline_parallel_degree = 2
[training]
local_batch_size = 8
global_batch_size = 512)",
         R"("training.global_batch_size" above local batch x data parallelism is not modelled under a pipeline, which would be emptied in between; raise local_batch_size.)"},
        {R"([training]
dtype = "float64")",
         R"("training.dtype" is "float64"; it is bfloat16 or float32.)"},
        {R"([training]
mixed_precision_param = "float16")",
         R"("training.mixed_precision_param" is "float16"; it is bfloat16 or float32.)"},
        {R"([training]
mixed_precision_reduce = "bfloat16")",
         R"("training.mixed_precision_reduce" is "bfloat16"; gradients are added up in float32.)"},
        {R"([activation_checkpoint]
selective_ac_option = "ops")",
         R"("activation_checkpoint.selective_ac_option" is "ops"; it is op, or n for every n-th layer.)"},
        {R"([activation_checkpoint]
selective_ac_option = 0)",
         R"("activation_checkpoint.selective_ac_option" is "0"; it is op, or n for every n-th layer.)"},
        {R"([activation_checkpoint]
selective_ac_option = 2.5)",
         R"("activation_checkpoint.selective_ac_option" is "2.5"; it is op, or n for every n-th layer.)"},
        {R"([activation_checkpoint]
selective_ac_option = "99999")",
         R"("activation_checkpoint.selective_ac_option" is "99999"; it is op, or n for every n-th layer.)"},
        {R"([activation_checkpoint]
mode = "memory_budget")",
         R"("activation_checkpoint.mode" is "memory_budget"; none, selective and full are modelled.)"},
        {R"([optimizer]
name = "SGD")",
         R"("optimizer.name" is "SGD"; Adam and AdamW are modelled.)"},
        {R"([optimizer]
implementation = "slow")",
         R"("optimizer.implementation" is "slow"; it is fused, foreach or for-loop.)"},
        {R"([optimizer]
early_step_in_backward = true)",
         R"("optimizer.early_step_in_backward" is not modelled; leave it out to calculate without it.)"},
        {R"([model]
converters = ["int4"])",
         R"("model.converters" has "int4"; float8 and mx are modelled.)"},
        {R"([fault_tolerance]
enable = true)",
         R"("fault_tolerance.enable" is not modelled: replicas that come and go; leave it out.)"},
        {R"([optimiser]
name = "Adam")",
         R"('optimiser' is no setting of torchtitan that is known; the nearest name is optimizer.)"},
        {R"([optimizer]
names = "Adam")",
         R"('names' is no setting of torchtitan's [optimizer] that is known; the nearest name is name.)"},
        {R"(optimizer = 3)", R"(optimizer must be a section, [optimizer].)"},
    };
    refuses(all, "job.toml: ", [](std::string_view text) {
        return io::training::read_torchtitan(text, "job.toml", base());
    });
}

TEST_CASE("DeepSpeed") {
    constexpr refusal all[] = {
        {R"({"zero_optimisation": {}})",
         R"('zero_optimisation' is no setting that is known of DeepSpeed; the nearest name is zero_optimization.)"},
        {R"({"zero_optimization": {"stage": 4}})",
         R"("zero_optimization.stage" is 4; it must be a whole number from 0 to 3.)"},
        {R"({"zero_optimization": {"stage": 3, "offload_optimizer": {"device": "disk"}}})",
         R"("zero_optimization.offload_optimizer" has device "disk"; it is none, cpu or nvme.)"},
        {R"({"zero_optimization": {"stage": 3, "offload_optimizer": {"device": 1}}})",
         R"("zero_optimization.offload_optimizer" has a device that is not a text.)"},
        {R"({"zero_optimization": {"stage": 2, "offload_param": {"device": "cpu"}}})",
         R"("zero_optimization" offloads weights in stage 2; offload_param needs stage 3.)"},
        {R"({"bf16": {"enabled": true}, "data_types": {"grad_accum_dtype": "fp64"}})",
         R"("data_types" has grad_accum_dtype "fp64"; it is fp32, bf16 or fp16.)"},
        {R"({"bf16": {"enabled": true}, "data_types": {"grad_accum_dtype": 16}})",
         R"("data_types.grad_accum_dtype" is 16; it must be a text in quotes.)"},
        {R"({"optimizer": {"type": "Adagrad"}})",
         R"("optimizer" has type "Adagrad"; Adam, AdamW, Lamb, Lion, Muon and SGD are modelled.)"},
        {R"({"optimizer": {"type": 8}})", R"("optimizer.type" is 8; it must be a text in quotes.)"},
        {R"({"train_batch_size": 100, "train_micro_batch_size_per_gpu": 1, "gradient_accumulation_steps": 1})",
         R"(train_batch_size is 100, but micro-batch x accumulation x data-parallel ranks is 1 x 1 x 64 = 64.)"},
        {R"({"train_micro_batch_size_per_gpu": "some"})",
         R"("train_micro_batch_size_per_gpu" is "some"; it must be a whole number from 1 to 1,000,000,000.)"},
        {R"([1])", R"(the file holds a list of 1, not an object; it must start with a brace.)"},
        {R"({)",
         R"(the JSON ends too early, after 1 bytes; the file was probably cut off: download or copy it again.)"},
    };
    refuses(all, "ds.json: ", [](std::string_view text) {
        return io::training::read_deepspeed(text, "ds.json", base());
    });
}

TEST_CASE("TrainingArguments") {
    constexpr refusal all[] = {
        {R"({"bf16": true, "fp16": true})", R"("bf16" and "fp16" exclude each other; keep one.)"},
        {R"({"model_init_kwargs": {"torch_dtype": "int8"}})",
         R"("model_init_kwargs" has dtype "int8"; it is float32, bfloat16, float16 or auto.)"},
        {R"({"fsdp": "full_shards"})",
         R"("fsdp" has "full_shards"; full_shard, shard_grad_op, hybrid_shard, hybrid_shard_zero2, no_shard, offload and auto_wrap are known.)"},
        {R"({"fsdp": "offload"})",
         R"("fsdp" offloads weights that are not sharded; add full_shard.)"},
        {R"({"fsdp": ["shard_grad_op", "wrap"]})",
         R"("fsdp" has "wrap"; full_shard, shard_grad_op, hybrid_shard, hybrid_shard_zero2, no_shard, offload and auto_wrap are known.)"},
        {R"({"activation_offloading": true})",
         R"("activation_offloading" is modelled with gradient_checkpointing alone; add that.)"},
        {R"({"auto_find_batch_size": true})",
         R"("auto_find_batch_size" leaves the micro-batch to trial and error; give per_device_train_batch_size.)"},
        {R"({"tp_size": 2})",
         R"("tp_size" is not modelled: transformers' ranks are data-parallel; leave it out.)"},
        {R"({"parallelism_config": {}})",
         R"("parallelism_config" is not modelled: transformers' ranks are data-parallel; leave it out.)"},
        {R"({"optim": "adagrad"})",
         R"("optim" is "adagrad"; adamw_torch, adamw_torch_fused, adamw_bnb_8bit, adamw_torch_4bit, adafactor, lion_32bit and sgd are modelled.)"},
        {R"({"deepspeed": "ds_config.json"})",
         R"("deepspeed" is a path; put the configuration itself there, or read that file by itself.)"},
        {R"({"deepspeed": {"zero_optimization": {"stage": 9}}})",
         R"("zero_optimization.stage" is 9; it must be a whole number from 0 to 3.)"},
        {R"({"per_device_train_batch_sizes": 1})",
         R"('per_device_train_batch_sizes' is no setting of TrainingArguments that is known; the nearest name is per_device_train_batch_size.)"},
        {R"({"per_device_train_batch_size": 0})",
         R"("per_device_train_batch_size" is 0; it must be a whole number from 1 to 1,000,000,000.)"},
        {R"(nothing)",
         R"(not valid JSON at line 1, column 2; look for a stray or missing comma, quote or bracket there (NaN, comments and numbers above 1e308 are not JSON either).)"},
    };
    refuses(all, "args.json: ", [](std::string_view text) {
        return io::training::read_training_arguments(text, "args.json", base());
    });
}

TEST_CASE("what is accepted means what the frameworks mean by it") {
    auto const megatron = [](std::string_view line) {
        auto const r = io::training::read_megatron(line, base());
        REQUIRE(r.has_value());
        return *r;
    };
    CHECK(megatron("--bf16 --fp4-format e2m1").numerics.products == arithmetic::fp4);
    CHECK(megatron("--bf16 --optimizer sgd --sgd-momentum 0").optimizer == sgd);
    CHECK(megatron("--bf16 --optimizer sgd").optimizer == sgd_momentum);
    CHECK(megatron("--bf16 --optimizer dist_muon").optimizer == muon);
    CHECK(megatron("--fp16").numerics.gradients == 2);
    CHECK(megatron("--fp16 --accumulate-allreduce-grads-in-fp32").numerics.gradients == 4);
    std::string const precise = "--bf16 --use-precision-aware-optimizer ";
    CHECK(megatron(precise + "--exp-avg-dtype fp16 --exp-avg-sq-dtype fp16").optimizer ==
          adam_16bit);
    CHECK(megatron(precise + "--exp-avg-dtype fp8 --exp-avg-sq-dtype fp8").optimizer == adam_8bit);
    CHECK(megatron(precise + "--main-params-dtype fp16").numerics.master == 2);
    CHECK(megatron(precise + "--main-grads-dtype bf16").numerics.gradients == 2);
    CHECK(megatron("--bf16 --attention-backend local").framework.fused_attention == false);
    CHECK(megatron("--bf16 --attention-backend fused").framework.fused_attention);
    CHECK(megatron("--bf16 --recompute-modules core_attn --recompute-granularity selective")
              .recompute == selective_recompute);
    CHECK(megatron("--bf16 --moe-layer-recompute").recompute.kind == recompute_kind::feed_forward);
    CHECK(megatron("--bf16 --expert-tensor-parallel-size 1").parallel.expert_tensor == 1);

    auto const titan = [](std::string const& text) {
        auto const r = io::training::read_torchtitan(text, "job.toml", base());
        REQUIRE(r.has_value());
        return *r;
    };
    CHECK(titan("[parallelism]\npipeline_parallel_degree = 2\n"
                "pipeline_parallel_schedule = \"gpipe\"\n")
              .parallel.order == schedule::gpipe);
    CHECK(titan("[parallelism]\npipeline_parallel_degree = 2\n"
                "pipeline_parallel_schedule = \"interleaved1f1b\"\n"
                "pipeline_parallel_layers_per_stage = 10\n")
              .parallel.virtual_stages == 4);
    CHECK(titan("[parallelism]\npipeline_parallel_schedule = \"Interleaved1F1B\"\n")
              .parallel.virtual_stages == 1);
    CHECK(titan("[training]\nmixed_precision_param = \"float32\"\n").numerics == full_fp32);
    CHECK(titan("[optimizer]\nimplementation = \"foreach\"\n").framework.step_copies == 1);
    CHECK(titan("[optimizer]\nname = \"Adam\"\nimplementation = \"for-loop\"\n")
              .framework.step_copies == 0);
    CHECK(titan("[activation_checkpoint]\nselective_ac_option = 4\n").recompute.fraction == 0.25);
    CHECK(titan("[model]\nconverters = [\"mx\"]\n").numerics.products == arithmetic::fp8);

    auto const zero = [](std::string_view text) {
        auto const r = io::training::read_deepspeed(text, "ds.json", base());
        REQUIRE(r.has_value());
        return *r;
    };
    CHECK(zero(R"({"fp16": {"enabled": true}})").numerics.products == arithmetic::fp16);
    CHECK(zero(R"({"bf16": {"enabled": "auto"}})").numerics == mixed_16bit_main_gradients);
    CHECK(zero(R"({"bf16": {"enabled": true}, "data_types": {"grad_accum_dtype": "bf16"}})")
              .numerics == mixed_16bit);
    CHECK(zero(R"({"optimizer": {"type": "Lamb"}})").optimizer == adam);
    CHECK(zero(R"({"optimizer": {"type": "Lion"}})").optimizer == lion);
    CHECK(zero(R"({"optimizer": {"type": "SGD"}})").optimizer == sgd);
    CHECK(zero(R"({"optimizer": {"type": "Muon"}})").optimizer == muon);
    CHECK(zero(R"({"zero_optimization": {"stage": 3, "offload_param": {"device": "nvme"}}})")
              .sharding.weights_at == state_place::disk);
    CHECK_FALSE(
        zero(R"({"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "none"}}})")
            .sharding.optimizer_at == state_place::host);

    auto const trainer = [](std::string_view text) {
        auto const r = io::training::read_training_arguments(text, "args.json", base());
        REQUIRE(r.has_value());
        return *r;
    };
    CHECK(trainer(R"({"fsdp": true})").sharding.stage == shards::weights);
    CHECK(trainer(R"({"fsdp": false})").sharding.stage == shards::nothing);
    CHECK(trainer(R"({"fsdp": ["shard_grad_op", "auto_wrap"]})").sharding.stage ==
          shards::gradients);
    CHECK(trainer(R"({"fsdp": "hybrid_shard,auto_wrap"})").sharding.group == 8);
    CHECK(trainer(R"({"fsdp": "full_shard offload"})").sharding.optimizer_at == state_place::host);
    CHECK(trainer(R"({"fsdp": "full_shard", "fsdp_config": {"activation_checkpointing": true}})")
              .recompute == full_recompute);
    CHECK(trainer(R"({"model_init_kwargs": {"dtype": "float16"}})").numerics.products ==
          arithmetic::fp16);
    CHECK(trainer(R"({"bf16": true, "model_init_kwargs": {"torch_dtype": "auto"}})").numerics ==
          pure_16bit);
    CHECK(trainer(R"({"tp_size": 1})").parallel.tensor == 1);
    CHECK(trainer(R"({"per_gpu_train_batch_size": 3})").micro_batch == 3);
}
