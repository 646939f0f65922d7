// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/torchtitan.hpp>
#include <reckon/training/memory_of.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::training;

namespace {

any_run base(count devices = 64) {
    return {
        .model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = devices}};
}
auto read(std::string const& text) {
    return io::training::read_torchtitan(text, "job.toml", base());
}
auto write(any_run const& r) { return io::training::write_torchtitan(r); }
std::string said(auto const& r) {
    REQUIRE_FALSE(r.has_value());
    return std::string(r.error().message.view());
}

} // namespace

TEST_CASE("torchtitan's llama3_70b.toml") {
    // torchtitan/models/llama3/train_configs/llama3_70b.toml
    auto const r = read(R"(
[job]
dump_folder = "./outputs"
[model]
name = "llama3"
flavor = "70B"
converters = []
[optimizer]
name = "AdamW"
lr = 1.5e-4
[training]
local_batch_size = 8
seq_len = 8192
max_norm = 1.0
steps = 1000
dataset = "c4"
[parallelism]
data_parallel_replicate_degree = 1
data_parallel_shard_degree = -1
tensor_parallel_degree = 8
pipeline_parallel_degree = 1
context_parallel_degree = 1
[activation_checkpoint]
mode = "full"
)");
    REQUIRE(r);
    CHECK(r->parallel.tensor == 8);
    CHECK(r->parallel.data == 8);
    CHECK(r->micro_batch == 8);
    CHECK(r->accumulation == 1);
    CHECK(r->sequence == 8192);
    CHECK(r->numerics == fp32_kept);
    CHECK(r->sharding.stage == shards::weights);
    CHECK(r->sharding.reshards);
    CHECK(r->recompute == full_recompute);
    CHECK(memory_of(*r).valid());
}

TEST_CASE("a pipeline deals the local batch out and keeps gathered weights") {
    auto const r = read(R"(
[training]
local_batch_size = 16
[parallelism]
tensor_parallel_degree = 8
pipeline_parallel_degree = 2
pipeline_parallel_microbatch_size = 2
pipeline_parallel_schedule = "Interleaved1F1B"
[activation_checkpoint]
mode = "selective"
selective_ac_option = "op"
)");
    REQUIRE(r);
    CHECK(r->parallel.virtual_stages == 2);
    CHECK(r->micro_batch == 2);
    CHECK(r->accumulation == 8);
    CHECK_FALSE(r->sharding.reshards);
    CHECK(r->recompute.kind == recompute_kind::every_second);
}

TEST_CASE("replicas of shards, float8, bfloat16 and layers computed again") {
    auto const r = read(R"(
[model]
converters = ["float8"]
[training]
dtype = "bfloat16"
global_batch_size = 1024
enable_cpu_offload = true
[parallelism]
data_parallel_replicate_degree = 4
[activation_checkpoint]
selective_ac_option = "4"
)");
    REQUIRE(r);
    CHECK(r->sharding.group == 16);
    CHECK(r->parallel.data == 64);
    CHECK(r->numerics == pure_16bit.with_products(arithmetic::fp8));
    CHECK(r->optimizer == adam_16bit);
    CHECK(r->accumulation == 2);
    CHECK(r->sharding.weights_at == state_place::host);
    CHECK(r->recompute == recompute{.kind = recompute_kind::blocks, .fraction = 0.25});
    auto const text = write(*r);
    REQUIRE(text);
    CHECK(io::training::first_difference(*read(*text), *r).empty());
}

TEST_CASE("what is not given has torchtitan's default") {
    auto const r = read("");
    REQUIRE(r);
    CHECK(r->micro_batch == 8);
    CHECK(r->sequence == 2048);
    CHECK(r->recompute.fraction == doctest::Approx(0.5)); // every second layer
    CHECK(r->framework.name == frameworks::torchtitan.name);
}

TEST_CASE("mistakes are one sentence with the place and the remedy") {
    CHECK(said(read("[trainng]\n")) == "job.toml: 'trainng' is no setting of torchtitan that is "
                                       "known; the nearest name is training.");
    CHECK(said(read("[parallelism]\ntensor_paralel_degree = 8\n")) ==
          "job.toml: 'tensor_paralel_degree' is no setting of torchtitan's [parallelism] that is "
          "known; the "
          "nearest names are tensor_parallel_degree, expert_parallel_degree.");
    CHECK(said(read("training = 1")).find("[training]") != std::string::npos);
    CHECK(said(read("[training]\nseq_len = 2048.0")).find("seq_len") != std::string::npos);
    CHECK(said(read("[training]\nglobal_batch_size = 7")).find("nearest that is is 512") !=
          std::string::npos);
    CHECK(said(read("[parallelism]\ntensor_parallel_degree = 3")).find("64") != std::string::npos);
    CHECK(said(read("[parallelism]\ndata_parallel_shard_degree = 0")).find("at least 1") !=
          std::string::npos);
    CHECK(said(read("[parallelism]\npipeline_parallel_schedule = \"ZBVZeroBubble\""))
              .find("are modelled") != std::string::npos);
    CHECK(said(read("[parallelism]\nfsdp_reshard_after_forward = \"sometimes\""))
              .find("always or never") != std::string::npos);
    CHECK(said(read("[optimizer]\nname = \"Lion\"")).find("AdamW") != std::string::npos);
    CHECK(said(read("[optimizer]\nearly_step_in_backward = true")).find("not modelled") !=
          std::string::npos);
    CHECK(said(read("[activation_checkpoint]\nmode = \"memory_budget\"")).find("are modelled") !=
          std::string::npos);
    CHECK(
        said(read("[activation_checkpoint]\nselective_ac_option = \"often\"")).find("n-th layer") !=
        std::string::npos);
    CHECK(said(read("[model]\nconverters = [\"int4\"]")).find("int4") != std::string::npos);
    CHECK(said(read("[fault_tolerance]\nenable = true")).find("come and go") != std::string::npos);
}

TEST_CASE("what torchtitan cannot say is refused by name") {
    any_run r = base();
    CHECK(said(write(r)).find("copies of a parameter") !=
          std::string::npos); // Megatron-LM's recipe
    r.framework = frameworks::torchtitan;
    r.numerics = fp32_kept;
    r.sharding.stage = shards::optimizer;
    CHECK(said(write(r)).find("what data-parallel ranks share") != std::string::npos);
}
