// SPDX-License-Identifier: MIT
// Searches of layouts: what is found is valid, fits, uses every device and is in order; limits are kept.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/search.hpp>

using namespace reckon;
using namespace reckon::training;
using reckon::test::holds;

namespace {

any_run some_run() {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    r.sequence = 2048 * (1 + *rc::gen::inRange(0, 8));
    r.parallel.context = *rc::gen::inRange(0, 3) == 0 ? 2 : 1;
    if (*rc::gen::inRange(0, 2) == 0) { r.sharding.stage = shards::optimizer; }
    if (*rc::gen::inRange(0, 4) == 0) { r.parallel.order = schedule::dual_pipe; }
    if (*rc::gen::inRange(0, 2) == 0) { r.recompute = selective_recompute; }
    return r;
}

} // namespace

TEST_CASE("searches") {
    CHECK(holds("find valid layouts of all devices that fit, quickest first", [] {
        any_run const r = some_run();
        search_limits limits{.devices = count{1} << *rc::gen::inRange(0, 6)};
        limits.global_batch = *rc::gen::inRange(0, 3) * 32;
        limits.largest_tensor = *rc::gen::inRange(0, 3) == 0 ? 2 : 0;
        limits.change_recompute = *rc::gen::inRange(0, 2) == 0;
        limits.change_sharding = *rc::gen::inRange(0, 2) == 0;
        search_report const s = search(r, limits);
        RC_ASSERT(s.tried >= s.invalid + s.too_large);
        token_rate before{};
        for (std::size_t i = 0; i < s.best.size(); ++i) {
            found_layout const& f = s.best[i];
            any_run const made = in_layout(r, f);
            memory_report const m = memory_of(made);
            RC_ASSERT(m.valid() && m.fits());
            RC_ASSERT(m.on_device.value == f.on_device);
            RC_ASSERT(made.parallel.devices() == limits.devices);
            RC_ASSERT(made.parallel.context == r.parallel.context);
            if (limits.global_batch > 0) { RC_ASSERT(made.global_batch() == limits.global_batch); }
            if (limits.largest_tensor > 0) {
                RC_ASSERT(made.parallel.tensor <= limits.largest_tensor);
            }
            if (!limits.change_recompute) { RC_ASSERT(made.recompute == r.recompute); }
            if (!limits.change_sharding) { RC_ASSERT(made.sharding.stage == r.sharding.stage); }
            RC_ASSERT(i == 0 || f.per_device <= before);
            before = f.per_device;
        }
        if (s.any_nearest) { RC_ASSERT(s.nearest.on_device > bytes{}); }
        // A layout that leaves some of the devices out is none.
        RC_ASSERT(!s.found() || s.capacity > bytes{});
    }));
    CHECK(holds("try one tensor rank as well, and say what is nearest where nothing fits", [] {
        any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
        search_report const one = search(r, {.devices = 64});
        bool alone = false;
        for (found_layout const& f : one.best) {
            alone = alone || f.parallel.tensor == 1;
        }
        RC_ASSERT(alone);
        r.model = models::llama_3_1_405b;
        search_report const none = search(r, {.devices = 2});
        RC_ASSERT(!none.found());
        RC_ASSERT(none.any_nearest);
        RC_ASSERT(none.nearest.on_device > none.capacity);
    }));
}

TEST_CASE("the largest that fits") {
    CHECK(holds("fits, and the next does not", [] {
        any_run r = some_run();
        r.parallel.order = schedule::one_forward_one_backward;
        r.parallel.data = 8;
        r.sharding.stage = shards::weights;
        RC_PRE(check(r).ok());
        count const most = largest_micro_batch(r);
        if (most > 0) {
            r.micro_batch = most;
            RC_ASSERT(memory_of(r).fits());
        }
        r.micro_batch = most == 0 ? 1 : most * 2;
        RC_ASSERT(!memory_of(r).fits());
        r.micro_batch = 1;
        count const longest = longest_sequence(r);
        count const step = 256 * r.parallel.context * r.parallel.tensor;
        RC_ASSERT(longest % step == 0);
        r.sequence = longest + step;
        RC_ASSERT(!memory_of(r).fits());
        if (longest > 0) {
            r.sequence = longest;
            RC_ASSERT(memory_of(r).fits());
        }
    }));
}
