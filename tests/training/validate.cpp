// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/step_of.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::training;

namespace {

any_run good() {
    return {.model = models::llama_3_1_70b,
            .gpu = gpus::h100_sxm_80gb,
            .parallel = {.data = 8},
            .accumulation = 8};
}
std::string said(any_run const& r) {
    run_check const c = check(r);
    CHECK_FALSE(c.ok());
    CHECK_FALSE(memory_of(r).fits());
    CHECK_FALSE(step_of(r).valid());
    return std::string(explain(c).view());
}

} // namespace

TEST_CASE("a good run is good") {
    CHECK(check(good()).ok());
    CHECK(explain(check(good())).view() == "The run's numbers go together.");
}

TEST_CASE("what does not divide is said with the nearest that does") {
    any_run r = good();
    r.parallel.tensor = 3;
    CHECK(said(r) == "tensor parallelism 3 does not divide 64 attention heads; the nearest that do "
                     "are 2 and 4.");
    r = good();
    r.parallel.data = 0;
    CHECK(said(r) == "It says 0 for data parallelism; it must be at least 1.");
    r = good();
    r.micro_batch = -2;
    CHECK(said(r) == "It says -2 for the micro-batch; it must be at least 1.");
    r = good();
    r.parallel.context = 3;
    CHECK(said(r) == "A sequence of 4096 tokens is no multiple of 6, twice the context "
                     "parallelism; the nearest that are "
                     "are 4092 and 4098.");
    r = good();
    r.parallel.pipeline = 100;
    CHECK(said(r) == "pipeline parallelism 100 is more than the model's 80 layers.");
    r = good();
    r.parallel.expert = 8;
    CHECK(said(r) == "Expert parallelism 8 of a model without experts; set it to 1.");
    r = good();
    r.sharding.group = 3;
    CHECK(said(r) == "A sharding group of 3 does not divide the 8 ranks of data x context "
                     "parallelism; the nearest that do "
                     "are 2 and 4.");
    r.sharding.group = -1;
    CHECK(said(r) == "A sharding group of -1 does not divide the 8 ranks of data x context "
                     "parallelism; the nearest that do are 1 and 2.");
    r.sharding.group = 9;
    CHECK(said(r) == "A sharding group of 9 does not divide the 8 ranks of data x context "
                     "parallelism; the nearest that does is 8.");
    r = good();
    r.parallel.context = 8;
    r.sequence = 5;
    CHECK(said(r) == "A sequence of 5 tokens is no multiple of 16, twice the context parallelism; "
                     "the nearest that is is 16.");
    r = good();
    r.parallel.pipeline = 4;
    r.parallel.virtual_stages = 5;
    r.accumulation = 6;
    CHECK(said(r) == "An interleaved pipeline of 4 stages needs a multiple of as many "
                     "micro-batches a step, not 6; the "
                     "nearest that are are 4 and 8.");
    r.parallel.virtual_stages = 40;
    CHECK(said(r) == "There are 40 virtual stages a rank for 80 layers; they need a pipeline, and "
                     "no more pieces than "
                     "layers.");
    r = good();
    r.parallel = {.tensor = 8};
    r.sequence = 4097;
    CHECK(said(r).starts_with(
        "Tensor parallelism 8 does not divide the 4097 tokens of a micro-batch"));
}

TEST_CASE("each rule at its edge") {
    auto const defect = [](auto change) {
        any_run r = good();
        change(r);
        return check(r).defect;
    };
    using enum run_defect;
    CHECK(defect([](any_run& r) { r.sequence = 1; }) == none);
    CHECK(defect([](any_run& r) { r.sequence = 0; }) == not_positive);
    CHECK(defect([](any_run& r) { r.accumulation = 0; }) == not_positive);
    CHECK(defect([](any_run& r) { r.parallel.expert_tensor = 0; }) == not_positive);
    CHECK(defect([](any_run& r) { r.parallel.virtual_stages = 0; }) == not_positive);
    CHECK(defect([](any_run& r) { r.parallel.expert_tensor = 2; }) == expert_without);
    // Eighty layers: ten pieces on each of eight ranks, but not eleven, and none without a pipeline.
    auto const pieces = [&](count pipeline, count each, count micro_batches) {
        return defect([&](any_run& r) {
            r.parallel.pipeline = pipeline;
            r.parallel.virtual_stages = each;
            r.accumulation = micro_batches;
        });
    };
    CHECK(pieces(8, 10, 16) == none);
    CHECK(pieces(8, 11, 16) == virtual_stages);
    CHECK(pieces(1, 2, 16) == virtual_stages);
    CHECK(pieces(8, 2, 12) == interleaving);
    CHECK(pieces(8, 1, 12) == none);
    auto const dual = [&](count pipeline, count micro_batches) {
        return defect([&](any_run& r) {
            r.parallel.pipeline = pipeline;
            r.parallel.order = schedule::dual_pipe;
            r.accumulation = micro_batches;
        });
    };
    CHECK(dual(8, 16) == none);
    CHECK(dual(8, 15) == dual_pipe);
    CHECK(dual(5, 16) == dual_pipe);
    // Twice the context ranks divide the sequence, tensor ranks the tokens of a rank's share of it.
    auto const shared = [&](count context, count tensor, count sequence, bool by_tokens = true) {
        return defect([&](any_run& r) {
            r.parallel = {.tensor = tensor, .sequence = by_tokens, .context = context};
            r.sequence = sequence;
        });
    };
    CHECK(shared(2, 1, 12) == none);
    CHECK(shared(2, 1, 14) == context_length);
    CHECK(shared(1, 1, 13) == none);
    CHECK(shared(2, 4, 16) == none);
    CHECK(shared(2, 4, 12) == sequence_parallel);
    CHECK(shared(2, 4, 12, false) == none);
    for (count const group : {-1, 1, 2, 3, 8, 16}) {
        CHECK(defect([&](any_run& r) { r.sharding.group = group; }) ==
              (group == -1 || group == 3 || group == 16 ? sharding_group : none));
    }
    for (double const fraction : {-0.1, 0.0, 1.0, 1.1}) {
        CHECK(defect([&](any_run& r) { r.recompute.fraction = fraction; }) ==
              (fraction < 0 || fraction > 1 ? recompute_blocks : none));
    }
    CHECK(defect([](any_run& r) { r.recompute.block = 1; }) == none);
    CHECK(defect([](any_run& r) { r.adapter = {.kind = adapter_kind::lora, .rank = 1}; }) == none);
    // Products that the device has, in its own format; tf32 is what others multiply fp32 in.
    CHECK(defect([](any_run& r) { r.numerics.products = arithmetic::fp8; }) == none);
    CHECK(defect([](any_run& r) { r.numerics.products = arithmetic::fp4; }) == products);
    CHECK(defect([](any_run& r) { r.numerics.products = arithmetic::tf32; }) == none);
}

TEST_CASE("experts") {
    any_run r{.model = models::deepseek_v3,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.data = 64, .expert = 48}};
    CHECK(said(r) == "expert parallelism 48 does not divide 256 routed experts; the nearest that "
                     "do are 32 and 64.");
    r.parallel = {.data = 48, .expert = 32};
    CHECK(said(r) == "Expert parallelism (x expert tensor parallelism) 32 does not divide the 48 "
                     "ranks of tensor x context "
                     "x data parallelism; the nearest that do are 24 and 48.");
    r.parallel = {.data = 8, .expert = 8, .expert_tensor = 2}; // sixteen ranks of eight
    CHECK(check(r).defect == run_defect::expert_ranks);
    CHECK(check(r).have == 16);
    r.parallel = {.data = 16, .expert = 8, .expert_tensor = 2};
    CHECK(check(r).ok());
    r.parallel = {.tensor = 2, .data = 8, .expert = 8, .expert_tensor = 2};
    CHECK(check(r).ok());
    r.parallel = {.data = 64, .expert = 64, .expert_tensor = 3};
    CHECK(said(r).find("columns of an expert") != std::string::npos);
}

TEST_CASE("schedules, adapters, precisions, recompute") {
    any_run r = good();
    r.parallel = {.pipeline = 4, .order = schedule::dual_pipe};
    r.accumulation = 4;
    CHECK(said(r) ==
          "DualPipe needs an even number of stages and at least 8 micro-batches a step, not 4.");
    r = good();
    r.adapter = {.kind = adapter_kind::lora, .rank = 0};
    CHECK(said(r) == "An adapter of rank 0; it must be at least 1.");
    r.adapter = {.kind = adapter_kind::lora, .targets = roles(tensor_role::mixer_in)};
    CHECK(said(r) == "The model has none of the modules that the adapter is for; all_linear takes "
                     "those it has.");
    r = good();
    r.gpu = gpus::a100_sxm_80gb;
    r.numerics.products = arithmetic::fp8;
    CHECK(said(r) == "This device has no matrix units for fp8, so it cannot train in it; train in "
                     "bf16 or fp16.");
    r = good();
    r.prediction_modules = true;
    CHECK(said(r) == "The model has no prediction modules to train; leave prediction_modules out.");
    r = good();
    r.recompute = {.kind = recompute_kind::blocks, .block = 0};
    CHECK(said(r) == "Recompute in blocks of 0 layers; a block has at least 1 layer, and the "
                     "fraction lies between 0 and 1.");
    r.recompute = {.kind = recompute_kind::blocks, .fraction = 1.5};
    CHECK(said(r).starts_with("Recompute in blocks of 1 layers"));
}

TEST_CASE("every layout is either refused in a sentence or has finite bytes and seconds") {
    any_run r{.model = models::deepseek_v2_lite, .gpu = gpus::h100_sxm_80gb};
    int refused = 0;
    int answered = 0;
    for (count tensor = 0; tensor <= 9; ++tensor) {
        for (count pipeline = 0; pipeline <= 28; pipeline += 3) {
            for (count data : {-1, 0, 1, 6, 8}) {
                for (count expert : {0, 1, 3, 8, 128}) {
                    for (count const pieces : {1, 2}) {
                        r.parallel = {.tensor = tensor,
                                      .pipeline = pipeline,
                                      .virtual_stages = pieces,
                                      .data = data,
                                      .expert = expert};
                        r.accumulation = 8;
                        run_check const c = check(r);
                        if (!c.ok()) {
                            ++refused;
                            CHECK(explain(c).view().ends_with("."));
                            continue;
                        }
                        ++answered;
                        memory_report const m = memory_of(r);
                        CHECK(reckon::detail::finite(in_bytes(m.on_device.high)));
                        CHECK(m.allocated.value > bytes{0});
                        CHECK(m.allocated.low <= m.allocated.value);
                        CHECK(m.reserved.value >= m.allocated.value);
                        step_report const s = step_of(r);
                        CHECK(reckon::detail::finite(in_seconds(s.total.value)));
                        CHECK(s.total.value > seconds{0});
                        CHECK(s.mfu < 1);
                    }
                }
            }
        }
    }
    CHECK(refused > 1000);
    CHECK(answered > 100);
}
