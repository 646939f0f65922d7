// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace reckon;
using namespace reckon::training;
using reckon::io::training::read_megatron;
using reckon::io::training::write_megatron;
namespace megatron = reckon::io::training::megatron;

namespace {

any_run base(count devices = 64) {
    return {
        .model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = devices}};
}
std::string said(auto const& r) {
    REQUIRE_FALSE(r.has_value());
    return std::string(r.error().message.view());
}

} // namespace

TEST_CASE("Megatron-LM's example of GPT-3 175B on 1,024 devices") {
    // examples/gpt3/train_gpt3_175b_distributed.sh, with its variables filled in
    auto const r = read_megatron(
        R"(torchrun --nproc_per_node 8 --nnodes 128 --master_addr localhost --master_port 6000 pretrain_gpt.py \
           --num-layers 96 --hidden-size 12288 --num-attention-heads 96 --seq-length 2048 \
           --max-position-embeddings 2048 --attention-backend auto --micro-batch-size 1 \
           --global-batch-size 1536 --train-iters 500000 --weight-decay 0.1 --adam-beta1 0.9 \
           --fp16 --lr 6.0e-5 --lr-decay-style cosine --tensor-model-parallel-size 8 \
           --pipeline-model-parallel-size 16 --vocab-size 50257 --split 949,50,1)",
        base());
    REQUIRE(r);
    // 2104.04473, equation 2, and the norm behind the last layer
    constexpr count h = 12288;
    CHECK(parameters_of(r->model).total ==
          12 * 96 * h * h + 13 * 96 * h + (51'200 + 2'048) * h + 2 * h);
    CHECK(r->model.vocabulary == 51'200); // 50,257 in multiples of 128 x 8
    CHECK(r->parallel.data == 8);
    CHECK(r->accumulation == 192);
    CHECK(r->numerics.products == arithmetic::fp16);
    CHECK(r->numerics.gradients == 2);
    CHECK(r->framework.dropout);
    CHECK_FALSE(r->parallel.sequence);
    CHECK(r->sharding.stage == shards::nothing);
    CHECK(memory_of(*r).valid());
}

TEST_CASE("Megatron-LM's example of Mixtral 8x7B") {
    // examples/mixtral/train_mixtral_8x7b_distributed.sh
    auto const r = read_megatron(
        "--use-mcore-models --disable-bias-linear --seq-length 4096 --max-position-embeddings "
        "32768 "
        "--num-layers 32 --hidden-size 4096 --ffn-hidden-size 14336 --num-attention-heads 32 "
        "--attention-dropout 0.0 --hidden-dropout 0.0 --normalization RMSNorm "
        "--position-embedding-type rope --swiglu --untie-embeddings-and-output-weights "
        "--group-query-attention --num-query-groups 8 --no-position-embedding --rotary-base "
        "1000000 "
        "--num-experts 8 --moe-router-topk 2 --moe-aux-loss-coeff 1e-2 --moe-grouped-gemm "
        "--moe-token-dispatcher-type alltoall --overlap-grad-reduce --tokenizer-type "
        "Llama2Tokenizer "
        "--micro-batch-size 1 --global-batch-size 256 --bf16 --tensor-model-parallel-size 1 "
        "--pipeline-model-parallel-size 4 --expert-model-parallel-size 8 "
        "--use-distributed-optimizer "
        "--sequence-parallel",
        base(64));
    REQUIRE(r);
    CHECK(parameters_of(r->model).total == parameters_of(models::mixtral_8x7b).total);
    CHECK(r->parallel.expert == 8);
    CHECK(r->parallel.expert_tensor == 1);
    CHECK(r->parallel.data == 16);
    CHECK(r->accumulation == 16);
    CHECK(r->sharding.stage == shards::optimizer);
    CHECK_FALSE(r->framework.dropout);
    CHECK(r->numerics == mixed_16bit_main_gradients);
}

TEST_CASE("latent attention, a pattern of mixtures and prediction modules are DeepSeek-V3") {
    auto const r = read_megatron(
        "--num-layers 61 --hidden-size 7168 --ffn-hidden-size 18432 --num-attention-heads 128 "
        "--multi-latent-attention --q-lora-rank 1536 --kv-lora-rank 512 --qk-head-dim 128 "
        "--qk-pos-emb-head-dim 64 --v-head-dim 128 --swiglu --disable-bias-linear "
        "--untie-embeddings-and-output-weights --position-embedding-type rope --normalization "
        "RMSNorm "
        "--padded-vocab-size 129280 --num-experts 256 --moe-router-topk 8 --moe-ffn-hidden-size "
        "2048 "
        "--moe-shared-expert-intermediate-size 2048 --moe-router-enable-expert-bias "
        "--moe-layer-freq '([0]*3+[1]*58)' --mtp-num-layers 1 --bf16 --fp8-format e4m3 "
        "--expert-model-parallel-size 64 --hidden-dropout 0 --attention-dropout 0",
        base(64));
    REQUIRE(r);
    CHECK(parameters_of(r->model).total == parameters_of(models::deepseek_v3).total);
    CHECK(r->prediction_modules);
    CHECK(r->numerics.products == arithmetic::fp8);
}

TEST_CASE("recompute, sharding and formats of the optimizer") {
    auto const read = [](std::string const& more) {
        return read_megatron("--tensor-model-parallel-size 8 --sequence-parallel --bf16 " + more,
                             base());
    };
    CHECK(read("--recompute-granularity full --recompute-method uniform --recompute-num-layers 2")
              ->recompute == recompute{.kind = recompute_kind::blocks, .block = 2});
    CHECK(read("--recompute-granularity full --recompute-method block --recompute-num-layers 20")
              ->recompute.fraction == doctest::Approx(0.25));
    CHECK(read("--recompute-activations")->recompute == selective_recompute);
    CHECK(read("--recompute-granularity selective --recompute-modules core_attn moe")
              ->recompute.kind == recompute_kind::feed_forward);
    CHECK(read("--recompute-granularity selective --recompute-modules layernorm")->recompute.kind ==
          recompute_kind::cheap_operations); // this model has neither latents nor experts
    CHECK(
        read("--recompute-granularity selective --recompute-modules layernorm mlp")
            .error()
            .message.view() ==
        "--recompute-modules: layernorm, mla_up_proj and moe_act are modelled together, as far as "
        "the model has them, and not beside mlp or moe.");
    CHECK(read("--use-megatron-fsdp")->sharding.stage == shards::weights);
    CHECK(
        read("--use-megatron-fsdp --data-parallel-sharding-strategy optim_grads")->sharding.stage ==
        shards::gradients);
    CHECK(read("--use-distributed-optimizer --num-distributed-optimizer-instances 2")
              ->sharding.group == 4);
    CHECK(read("--optimizer-cpu-offload")->sharding.optimizer_at == state_place::host);
    CHECK(read("--use-precision-aware-optimizer --exp-avg-dtype fp8 --exp-avg-sq-dtype fp8")
              ->optimizer == adam_8bit);
    CHECK(read("--use-precision-aware-optimizer --main-grads-dtype bf16")->numerics.gradients == 2);
    CHECK(read("--grad-reduce-in-bf16")->numerics == mixed_16bit);
    CHECK(read("--activation-func-fp8-input-store")->numerics.kept.activation_inputs == 1);
    CHECK(read("--activation-func-fp8-input-store --use-precision-aware-optimizer "
               "--main-grads-dtype bf16")
              ->numerics.kept.activation_inputs == 1);
    CHECK(read("--optimizer sgd --sgd-momentum 0")->optimizer == sgd);
    CHECK(read("--pipeline-model-parallel-size 4 --num-layers-per-virtual-pipeline-stage 5")
              ->parallel.virtual_stages == 4);
    CHECK(read("--transformer-impl local")->framework.fused_attention == false);
    CHECK(read("--bf16")->framework.dropout); // its default
}

TEST_CASE("what is written is read as it was") {
    any_run r = base();
    r.parallel = {.tensor = 4, .context = 2, .pipeline = 2, .virtual_stages = 2, .data = 4};
    r.micro_batch = 1;
    r.accumulation = 8;
    r.sequence = 8192;
    r.numerics = mixed_16bit_main_gradients.with_products(arithmetic::fp8);
    r.sharding = {.stage = shards::optimizer, .group = 4, .optimizer_at = state_place::host};
    r.recompute = {.kind = recompute_kind::blocks, .fraction = 0.5};
    auto const text = write_megatron(r);
    REQUIRE(text);
    auto const again = read_megatron(*text, r);
    REQUIRE(again);
    CHECK(io::training::first_difference(*again, r).empty());
}

TEST_CASE("what Megatron-LM cannot say is refused by name") {
    any_run r = base();
    r.parallel.order = schedule::dual_pipe;
    r.parallel.pipeline = 2;
    CHECK(said(write_megatron(r)) ==
          "Megatron-LM has no setting that says the order of the pipeline of this "
          "run; change it, or write for another framework.");
    r = base();
    r.framework = frameworks::torchtitan;
    CHECK(said(write_megatron(r)).find("the framework") != std::string::npos);
    r = base();
    r.adapter.kind = adapter_kind::lora;
    CHECK(said(write_megatron(r)).find("the adapters") != std::string::npos);
}

TEST_CASE("mistakes are one sentence with the argument and the remedy") {
    auto const read = [](char const* line) { return said(read_megatron(line, base())); };
    CHECK(read("--tensor-model-paralel-size 2") ==
          "'--tensor-model-paralel-size' is no argument of Megatron-LM that is known; the nearest "
          "names are "
          "--tensor-model-parallel-size, --expert-model-parallel-size.");
    CHECK(read("--fp8-param-gather") ==
          "--fp8-param-gather is not modelled: weights kept in 8 bit are not; "
          "leave it out to calculate without it.");
    CHECK(read("--tensor-model-parallel-size 3") ==
          "Megatron-LM: tensor x context x pipeline parallelism is 3 x 1 x 1, which does not "
          "divide 64 "
          "devices; the nearest numbers of devices that it divides are 63 and 66.");
    CHECK(read("--micro-batch-size 2 --global-batch-size 130") ==
          "Megatron-LM: --global-batch-size 130 is no multiple of micro-batch x data parallelism, "
          "2 x 64; the "
          "nearest that are are 128 and 256.");
    CHECK(read("--bf16 yes") == "--bf16 is a switch and takes no 'yes'; write it alone.");
    CHECK(read("--seq-length long") ==
          "--seq-length is 'long'; it must be a whole number from 1 to 1000000000000.");
    CHECK(read("--seq-length") == "--seq-length needs a value behind it.");
    CHECK(read("--seq-length 1 2").find("takes one value; '2'") != std::string::npos);
    CHECK(read("--bf16 --fp16").find("exclude each other") != std::string::npos);
    CHECK(read("--num-layers 8") ==
          "--hidden-size is missing: --num-layers describes a model, which needs it.");
    CHECK(read("--hidden-size 8").find("--num-layers is missing") != std::string::npos);
    CHECK(read("--num-layers 999 --hidden-size 64 --num-attention-heads 1").find("at most") !=
          std::string::npos);
    CHECK(read("--num-layers 2 --hidden-size 64 --num-attention-heads 3 --vocab-size 9")
              .find("does not divide --hidden-size 64") != std::string::npos);
    CHECK(read("--num-layers 4 --hidden-size 64 --num-attention-heads 4 --vocab-size 9 "
               "--position-embedding-type "
               "rope --num-experts 4 --moe-layer-freq ([0]*9)")
              .find("subshell") != std::string::npos); // a shell wants it quoted
    CHECK(read("--num-layers 4 --hidden-size 64 --num-attention-heads 4 --vocab-size 9 "
               "--position-embedding-type "
               "rope --num-experts 4 --moe-layer-freq '([0]*9)'")
              .find("of 4 layers") != std::string::npos);
    CHECK(read("--recompute-granularity full").find("--recompute-method") != std::string::npos);
    CHECK(read("--recompute-granularity half").find("it is full or selective") !=
          std::string::npos);
    CHECK(read("--optimizer lamb").find("adam, sgd") != std::string::npos);
    CHECK(read("--optimizer-cpu-offload --optimizer-offload-fraction 0.5").find("other than 1") !=
          std::string::npos);
    CHECK(read("--num-distributed-optimizer-instances 7").find("does not divide the 64 ranks") !=
          std::string::npos);
    CHECK(read("--hidden-dropout 2").find("from 0 to 1") != std::string::npos);
    CHECK(read("pretrain_gpt.py").find("no argument of Megatron-LM") != std::string::npos);
    CHECK(read("--bf16; rm x").find("unquoted ';'") != std::string::npos);
    CHECK(read("--pipeline-model-parallel-size 4 --num-layers-per-virtual-pipeline-stage 7")
              .find("does not divide the 80 layers") != std::string::npos);
}

TEST_CASE("the tables of arguments are sorted, and no argument is in two") {
    auto const sorted = [](auto const& list) {
        return std::is_sorted(std::begin(list), std::end(list)) &&
               std::adjacent_find(std::begin(list), std::end(list)) == std::end(list);
    };
    CHECK(sorted(megatron::ignored_kernels));
    CHECK(sorted(megatron::ignored_operation));
    auto const by_name = [](auto const& a, auto const& b) { return a.name < b.name; };
    CHECK(std::is_sorted(std::begin(megatron::flags), std::end(megatron::flags), by_name));
    CHECK(std::is_sorted(std::begin(megatron::not_modelled), std::end(megatron::not_modelled),
                         by_name));
    megatron::detail::all_names all{};
    std::sort(std::begin(all.names), std::end(all.names));
    auto const* const twice = std::adjacent_find(std::begin(all.names), std::end(all.names));
    CHECK_MESSAGE(twice == std::end(all.names), *twice);
}
