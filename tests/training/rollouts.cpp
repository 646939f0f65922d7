// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace reckon;
using namespace reckon::training;

namespace {

any_run policy() {
    return {.model = models::llama_3_1_8b,
            .gpu = gpus::h100_sxm_80gb,
            .parallel = {.data = 8},
            .sharding = {.stage = shards::weights},
            .numerics = fp32_kept,
            .recompute = full_recompute,
            .accumulation = 16,
            .sequence = 2048,
            .framework = frameworks::torchtitan};
}

} // namespace

TEST_CASE(
    "weights are there twice, in the layout of generation, with the caches of all sequences") {
    rollout_report const o = rollouts_of(policy(), {.generation = {.tensor = 2}, .concurrent = 32});
    REQUIRE(o.valid());
    CHECK(o.copy == weights_of(models::llama_3_1_8b, recipe(bf16), {.tensor = 2}).total());
    // 8 B: 131,072 bytes a token, half of the heads on each rank; 1,536 tokens at the end.
    CHECK(o.cache == bytes{131072.0 / 2 * 1536 * 32});
    CHECK(o.replicas == 4);
    memory_report const m = memory_of(policy());
    CHECK(o.generating > o.copy + o.cache + m.state.total());
    CHECK(o.training == m.on_device.value + o.copy);
}

TEST_CASE("state that is moved away while a device generates leaves room") {
    rollouts const kept{};
    rollouts dropped = kept;
    dropped.keeps_state = false;
    rollout_report const a = rollouts_of(policy(), kept);
    rollout_report const b = rollouts_of(policy(), dropped);
    CHECK(b.generating < a.generating);
    CHECK(b.training == memory_of(policy()).on_device.value);
    CHECK(a.total == b.total);
}

TEST_CASE(
    "a decode step reads weights and caches once, and devices of their own work at the same time") {
    rollouts g{.concurrent = 128, .response = tokens{100}};
    rollout_report const same = rollouts_of(policy(), g);
    // 128 sequences a step, 8 replicas: one wave.
    bytes const read =
        same.copy +
        request_cache_of(models::llama_3_1_8b, cache_recipe{}, tokens{562}).steady * 128.0;
    CHECK(in_seconds(same.generation) ==
          doctest::Approx(100 * in_bytes(read) / (3.35e12 * 0.6)).epsilon(0.01));
    CHECK(same.total == same.generation + same.training_step + same.handing_on);
    CHECK(same.share > 0);
    CHECK(same.share < 1);
    g.devices = 8;
    rollout_report const apart = rollouts_of(policy(), g);
    CHECK(apart.total == max(apart.generation, apart.training_step) + apart.handing_on);
    CHECK(apart.training == memory_of(policy()).on_device.value);
    CHECK(apart.handing_on > same.handing_on); // over the network
}

TEST_CASE("longer responses take longer, more devices less") {
    rollouts g{};
    seconds before{};
    for (int const length : {256, 512, 1024, 4096}) {
        g.response = tokens{static_cast<double>(length)};
        seconds const now = rollouts_of(policy(), g).generation;
        CHECK(now > before);
        before = now;
    }
    g.concurrent = 1;
    g.devices = 8;
    seconds const few = rollouts_of(policy(), g).generation;
    g.devices = 64;
    CHECK(rollouts_of(policy(), g).generation * 8.0 == few);
}

TEST_CASE(
    "replicas that do not divide the devices, and runs that do not go together, have no answer") {
    CHECK_FALSE(rollouts_of(policy(), {.generation = {.tensor = 3}}).valid());
    CHECK_FALSE(rollouts_of(policy(), {.generation = {.tensor = 16}}).valid());
    CHECK_FALSE(rollouts_of(policy(), {.concurrent = 0}).valid());
    any_run r = policy();
    r.parallel.data = 0;
    rollout_report const o = rollouts_of(r, {});
    CHECK_FALSE(o.valid());
    CHECK_FALSE(o.fits());
    CHECK(o.check.defect == run_defect::not_positive);
}

static_assert(
    rollouts_of(
        run<std::remove_cvref_t<decltype(models::llama_3_1_8b)>,
            std::remove_cvref_t<decltype(gpus::h100_sxm_80gb)>>{
            .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}},
        {})
        .share > 0);
