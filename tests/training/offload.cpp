// SPDX-License-Identifier: MIT
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;

namespace {

any_run tuned() {
    return {.model = models::llama_3_1_8b,
            .gpu = gpus::h100_sxm_80gb,
            .parallel = {.data = 8},
            .sharding = {.stage = shards::weights},
            .numerics = mixed_16bit,
            .recompute = full_recompute,
            .accumulation = 2,
            .framework = frameworks::deepspeed};
}

} // namespace

TEST_CASE("an optimizer in the host's memory moves gradients and weights, and reads and writes its "
          "state there") {
    any_run r = tuned();
    r.sharding.host_optimizer = true;
    r.gpu.host.each_way =
        figure<link_bandwidth>(link_gigabytes_per_second(50), provenance::datasheet);
    model_state const s{.weights = bytes{20e9}, .gradients = bytes{20e9}, .optimizer = bytes{46e9}};
    host_copies const c = copies_of(r, s, bytes{}, {.copies = efficiency(0.8), .update = 46e9});
    CHECK(c.optimizer == seconds{40e9 / (50e9 * 0.8) + 2});
    CHECK(c.weights == seconds{});
    CHECK(c.shown(seconds{100}) == c.optimizer); // nothing hides it
}

TEST_CASE("weights and checkpoints that are streamed hide behind the passes") {
    any_run r = tuned();
    r.sharding.host_weights = true;
    r.sharding.host_checkpoints = true;
    r.gpu.host.each_way =
        figure<link_bandwidth>(link_gigabytes_per_second(50), provenance::datasheet);
    model_state const s{.weights = bytes{10e9}, .frozen = bytes{10e9}};
    host_copies const c = copies_of(r, s, bytes{5e9}, {.copies = efficiency(0.8)});
    CHECK(c.weights == seconds{2 * 2 * 20e9 / 40e9});    // two micro-batches, forward and backward
    CHECK(c.checkpoints == seconds{2 * 2 * 5e9 / 40e9}); // away, and back
    CHECK(c.shown(seconds{10}) == seconds{});
    CHECK(c.shown(seconds{1}) == c.weights + c.checkpoints - seconds{1});
}

TEST_CASE("what is offloaded costs time, saves bytes, and is said by the remedies") {
    any_run const r = tuned();
    for (int which = 0; which < 3; ++which) {
        any_run moved = r;
        if (which == 0) { moved.sharding.host_optimizer = true; }
        if (which == 1) { moved.sharding.host_weights = true; }
        if (which == 2) { moved.sharding.host_checkpoints = true; }
        CHECK(memory_of(moved).allocated.value <= memory_of(r).allocated.value);
        CHECK(step_of(moved).total.value >= step_of(r).total.value - step_of(r).optimizer);
    }
    any_run moved = r;
    moved.sharding.host_optimizer = true;
    CHECK(step_of(moved).host > seconds{});
    CHECK(step_of(moved).optimizer == seconds{});
    CHECK(step_of(r).host == seconds{});
    bool found = false;
    for (remedy const& one : remedies_of(r)) {
        if (one.name != "optimizer in the host's memory") { continue; }
        found = true;
        REQUIRE(one.slower.known());
        CHECK(one.slower.value() > 1);
        CHECK(one.saved > bytes{});
    }
    CHECK(found);
}

TEST_CASE("a device whose host link nobody published has that of PCIe 4.0") {
    any_run r = tuned();
    r.sharding.host_weights = true;
    r.gpu.host = {};
    model_state const s{.weights = bytes{31.5e9}};
    CHECK(copies_of(r, s, bytes{}, {.copies = efficiency(1)}).weights == seconds{4});
}
