// SPDX-License-Identifier: MIT
// A run split over ranks and put together again: the same work, the same parameters, the same states.
#include "support/random_deployment.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <cmath>

using namespace reckon;
using namespace reckon::training;
using reckon::test::below;
using reckon::test::holds;

namespace {

any_model const trained[] = {models::llama_3_1_8b,     models::llama_3_1_70b, models::qwen3_30b_a3b,
                             models::deepseek_v2_lite, models::gpt_oss_20b,   models::qwen3_8b};

bool alike(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

/// One device, and the same batch on several.
struct split {
    any_run alone{};
    any_run shared{};
};
split random_split() {
    any_run r{.model = reckon::test::one_of(trained), .gpu = gpus::h100_sxm_80gb};
    r.sequence = 512 * (1 + below(8));
    r.micro_batch = 1 + below(2);
    r.accumulation = 16;
    split s{r, r};
    s.shared.parallel = {.tensor = count{1} << below(3),
                         .pipeline = count{1} << below(3),
                         .data = count{1} << below(4)};
    s.shared.accumulation = 16 / s.shared.parallel.data;
    if (s.shared.model.groups.list[1].feed_forward.experts().experts > 0) {
        s.shared.parallel.expert = count{1} << below(3);
    }
    RC_PRE(check(s.shared).ok());
    return s;
}

/// Of all pipeline ranks together, on one tensor and data rank.
held of_all_stages(any_run const& r) {
    rank_facts const f = facts_of(r);
    held sum{};
    for (count stage = 0; stage < r.parallel.pipeline; ++stage) {
        sum.add(held_by(f, content_of(f, r.parallel, stage)), 1);
    }
    return sum;
}

} // namespace

TEST_CASE("splitting a run changes none of its work") {
    CHECK(holds("the model's FLOPs of a step, whoever does them", [] {
        split const s = random_split();
        step_report const one = step_of(s.alone);
        step_report const many = step_of(s.shared);
        RC_PRE(one.valid() && many.valid());
        RC_ASSERT(many.batch == one.batch);
        if (s.shared.parallel.tensor == 1) {
            RC_ASSERT(alike(in_flops(many.model_work), in_flops(one.model_work)));
        } else { // routers and latents are whole on every tensor rank, and counted on each
            RC_ASSERT(many.model_work >= one.model_work * (1 - 1e-9));
            RC_ASSERT(many.model_work <= one.model_work * 1.1);
        }
    }));
}

TEST_CASE("what ranks hold is what there is") {
    CHECK(holds("pipeline ranks hold every layer once, embedding and head too", [] {
        split s = random_split();
        s.shared.parallel.tensor = s.shared.parallel.expert = 1;
        held const whole = of_all_stages(s.alone);
        held const parts = of_all_stages(s.shared);
        // A tied head is there twice where it is not beside the embedding.
        double const copied =
            s.shared.parallel.pipeline > 1 ? facts_of(s.shared).tied_copy.dense : 0;
        RC_ASSERT(alike(parts.dense, whole.dense + copied));
        RC_ASSERT(alike(parts.experts, whole.experts) || whole.experts == 0);
        RC_ASSERT(alike(parts.expert_work, whole.expert_work) || whole.expert_work == 0);
    }));
    CHECK(holds("layers of all stages are the model's", [] {
        any_run const r = random_split().shared;
        rank_facts const f = facts_of(r);
        double layers = 0;
        for (count stage = 0; stage < r.parallel.pipeline; ++stage) {
            for (double const n : content_of(f, r.parallel, stage).layers) {
                layers += n;
            }
        }
        RC_ASSERT(layers == static_cast<double>(layer_count(r.model)));
    }));
    CHECK(holds("expert ranks share experts evenly", [] {
        split s = random_split();
        RC_PRE(s.shared.parallel.expert > 1);
        any_run whole = s.shared;
        whole.parallel.expert = 1;
        whole.parallel.expert_tensor = s.shared.parallel.expert_tensor;
        RC_ASSERT(
            alike(of_all_stages(s.shared).experts * static_cast<double>(s.shared.parallel.expert),
                  of_all_stages(whole).experts));
    }));
}

TEST_CASE("states are divided by the ranks that share them, and by nothing else") {
    CHECK(holds("optimizer, gradients and weights, by stage of sharding", [] {
        held h{};
        h.dense = static_cast<double>(1 + below(1 << 30));
        auto const ranks = count{1} << (1 + below(6));
        parallelism l{.data = ranks};
        auto const of = [&](shards stage) {
            return state_of(h, 0, mixed_16bit, adam, {}, {.stage = stage}, l);
        };
        auto const d = static_cast<double>(ranks);
        model_state const whole = of(shards::nothing);
        RC_ASSERT(alike(in_bytes(whole.total()), 16 * h.dense));
        struct row {
            shards stage;
            double weights, gradients, optimizer;
        };
        for (row const& r : {row{shards::optimizer, 1, 1, d}, row{shards::gradients, 1, d, d},
                             row{shards::weights, d, d, d}}) {
            model_state const part = of(r.stage);
            RC_ASSERT(alike(in_bytes(part.weights) * r.weights, in_bytes(whole.weights)));
            RC_ASSERT(alike(in_bytes(part.gradients) * r.gradients, in_bytes(whole.gradients)));
            RC_ASSERT(alike(in_bytes(part.optimizer) * r.optimizer, in_bytes(whole.optimizer)));
        }
    }));
}
