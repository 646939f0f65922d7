// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;

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
    r.sharding.optimizer_at = state_place::host;
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
    r.sharding.weights_at = state_place::host;
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
        if (which == 0) { moved.sharding.optimizer_at = state_place::host; }
        if (which == 1) { moved.sharding.weights_at = state_place::host; }
        if (which == 2) { moved.sharding.host_checkpoints = true; }
        CHECK(memory_of(moved).allocated.value <= memory_of(r).allocated.value);
        CHECK(step_of(moved).total.value >= step_of(r).total.value - step_of(r).optimizer);
    }
    any_run moved = r;
    moved.sharding.optimizer_at = state_place::host;
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

TEST_CASE("an optimizer on the host's drives is read and written once a step") {
    any_run r = tuned();
    r.sharding.optimizer_at = state_place::host;
    r.gpu.host.each_way =
        figure<link_bandwidth>(link_gigabytes_per_second(50), provenance::datasheet);
    constexpr host_rates rates{
        .copies = efficiency(0.8), .update = 46e9, .disk_read = 10e9, .disk_write = 5e9};
    model_state const s{.weights = bytes{20e9}, .gradients = bytes{20e9}, .optimizer = bytes{46e9}};
    host_copies const memory = copies_of(r, s, bytes{}, rates);
    r.sharding.optimizer_at = state_place::disk;
    host_copies const drives = copies_of(r, s, bytes{}, rates);
    CHECK(near(drives.optimizer, memory.optimizer + seconds{4.6 + 9.2}));
    CHECK(drives.written == seconds{}); // the weights lie on the device

    // ZeRO-Infinity (2104.07857), section 4: 32 bytes a parameter and step against 8 b s FLOPs, so b s / 4 FLOPs a
    // byte whatever the model.
    model_state const mine = state_on_paper(1e9, mixed_16bit_own_gradients, adam);
    constexpr host_rates drive{.update = 1e30, .disk_read = 1e9, .disk_write = 1e9};
    r.gpu.host.each_way =
        figure<link_bandwidth>(link_gigabytes_per_second(1e12), provenance::datasheet);
    double const moved = in_seconds(copies_of(r, mine, bytes{}, drive).optimizer) * 1e9;
    CHECK(near(8 * 4096.0 * 1e9 / moved, 4096.0 / 4));
}

TEST_CASE("weights on the host's drives are read for both passes and written once") {
    any_run r = tuned();
    r.sharding.weights_at = state_place::disk;
    r.gpu.host.each_way =
        figure<link_bandwidth>(link_gigabytes_per_second(50), provenance::datasheet);
    model_state const s{.weights = bytes{10e9}};
    constexpr host_rates slow{.disk_read = 10e9, .disk_write = 5e9};
    host_copies const c = copies_of(r, s, bytes{}, slow);
    CHECK(near(c.weights, seconds{2 * 2 * 10e9 / 10e9})); // two micro-batches, forward and backward
    CHECK(c.written == seconds{2});
    CHECK(near(c.shown(seconds{1000}), seconds{2})); // reading hides behind the passes
    constexpr host_rates quick{.copies = efficiency(0.8), .disk_read = 100e9};
    CHECK(
        near(copies_of(r, s, bytes{}, quick).weights, seconds{40e9 / 40e9})); // the link is slower
}

TEST_CASE("checkpoints that leave the device lie in the host's memory") {
    any_run r = tuned();
    bytes const kept = memory_of(r).activations.kept;
    r.sharding.host_checkpoints = true;
    memory_report const m = memory_of(r);
    CHECK(m.activations.kept == bytes{});
    CHECK(m.activations.host == kept);
    r.recompute.block = 2; // half of the inputs
    CHECK(memory_of(r).activations.host == kept / 2.0);
}

TEST_CASE("drives need no host memory but a window, and cost time") {
    any_run r = tuned();
    r.model = models::llama_3_1_70b;
    r.sharding.optimizer_at = state_place::host;
    memory_report const memory = memory_of(r);
    step_report const quick = step_of(r);
    r.sharding.optimizer_at = state_place::disk;
    memory_report const drives = memory_of(r);
    CHECK(drives.allocated.value == memory.allocated.value);
    CHECK(memory.state.disk == bytes{});
    CHECK(drives.state.disk == memory.state.host);
    CHECK(drives.state.host == disk_optimizer_window);
    CHECK(step_of(r).total.value > quick.total.value);
    r.sharding.optimizer_at = state_place::device;
    r.sharding.weights_at = state_place::disk;
    CHECK(memory_of(r).state.host == disk_weights_window);
    bool found = false;
    for (remedy const& one : remedies_of(r)) {
        found = found || one.name == "optimizer on the host's drives";
    }
    CHECK(found);
}

TEST_CASE("a device whose host link nobody published has that of PCIe 4.0") {
    any_run r = tuned();
    r.sharding.weights_at = state_place::host;
    r.gpu.host = {};
    model_state const s{.weights = bytes{31.5e9}};
    CHECK(copies_of(r, s, bytes{}, {.copies = efficiency(1)}).weights == seconds{4});
}
