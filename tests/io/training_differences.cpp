// SPDX-License-Identifier: MIT
// What a framework cannot say of a run is named: each setting that is changed is the one that is found.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/deepspeed.hpp>
#include <reckon/io/training/settings.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::training;
using io::training::first_difference;

TEST_CASE("the first difference of two runs") {
    struct change {
        std::string_view says;
        void (*make)(any_run&);
    };
    constexpr change changes[] = {
        {"tensor parallelism", [](any_run& r) { r.parallel.tensor = 2; }},
        {"sequence parallelism", [](any_run& r) { r.parallel.sequence = !r.parallel.sequence; }},
        {"context parallelism", [](any_run& r) { r.parallel.context = 2; }},
        {"pipeline parallelism", [](any_run& r) { r.parallel.pipeline = 2; }},
        {"the number of virtual stages", [](any_run& r) { r.parallel.virtual_stages = 2; }},
        {"the order of the pipeline", [](any_run& r) { r.parallel.order = schedule::gpipe; }},
        {"data parallelism", [](any_run& r) { r.parallel.data = 3; }},
        {"expert parallelism", [](any_run& r) { r.parallel.expert = 2; }},
        {"expert tensor parallelism", [](any_run& r) { r.parallel.expert_tensor = 2; }},
        {"the limit of a router to some machines",
         [](any_run& r) { r.parallel.expert_places = 4; }},
        {"what data-parallel ranks share",
         [](any_run& r) { r.sharding.stage = shards::gradients; }},
        {"the group that shares", [](any_run& r) { r.sharding.group = 8; }},
        {"when gathered weights are dropped",
         [](any_run& r) { r.sharding.reshards = !r.sharding.reshards; }},
        {"what lies in the host's memory or on its drives",
         [](any_run& r) { r.sharding.optimizer_at = state_place::host; }},
        {"the copies of a parameter", [](any_run& r) { r.numerics = full_fp32; }},
        {"the optimizer", [](any_run& r) { r.optimizer = lion; }},
        {"what is computed again", [](any_run& r) { r.recompute = full_recompute; }},
        {"the adapters",
         [](any_run& r) { r.adapter = {.kind = adapter_kind::lora, .targets = all_linear}; }},
        {"the micro-batch", [](any_run& r) { r.micro_batch += 1; }},
        {"the number of micro-batches a step", [](any_run& r) { r.accumulation += 1; }},
        {"the sequence length", [](any_run& r) { r.sequence += 1; }},
        {"the framework", [](any_run& r) { r.framework = frameworks::litgpt; }},
        {"the prediction modules",
         [](any_run& r) { r.prediction_modules = !r.prediction_modules; }},
    };
    any_run const plain{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 64}};
    CHECK(first_difference(plain, plain).empty());
    for (change const& c : changes) {
        CAPTURE(c.says);
        any_run other = plain;
        c.make(other);
        CHECK(first_difference(plain, other) == c.says);
        CHECK(first_difference(other, plain) == c.says);
    }
    // Model and device are the caller's.
    any_run elsewhere = plain;
    elsewhere.model = models::llama_3_1_70b;
    elsewhere.gpu = gpus::h200_sxm;
    CHECK(first_difference(plain, elsewhere).empty());
}

TEST_CASE("the sentence says which framework and which setting") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    r.framework = frameworks::deepspeed;
    r.optimizer = adafactor;
    auto const text = io::training::write_deepspeed(r);
    REQUIRE_FALSE(text.has_value());
    CHECK(std::string(text.error().message.view()) ==
          "DeepSpeed has no setting that says the optimizer of this run; change it, or write for "
          "another framework.");
}
