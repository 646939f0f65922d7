// SPDX-License-Identifier: MIT
// Prefixes of any length shared by any number, on deployments at random.
#include "support/printing.hpp"
#include "support/random_deployment.hpp"

#include <reckon/serving/prefix_cache.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cmath>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using serving::prefix_room;

namespace {

constexpr double slack = 1 - 1e-9; // sums in another order

double fraction() { return static_cast<double>(below((1 << 20) + 1)) / (1 << 20); }

/// A deployment with lengths of requests.
serving::any_deployment random_service() {
    serving::any_deployment d = reckon::test::random_deployment();
    count const half = static_cast<count>(
        std::min(16384.0, in_tokens(d.model.max_context.value_or(tokens{4096})) / 2));
    d.request = {tokens{static_cast<double>(1 + below(half))},
                 tokens{static_cast<double>(1 + below(half))}};
    return d;
}

struct loaded {
    serving::any_deployment d{};
    calibration c{};
    weight_bytes w{};
    serving::load_passes p{};
    [[nodiscard]] serving::load_passes with(double hit) const {
        return serving::reusing(p, d.model, d.gpu, d.kv_cache, d.layout, d.engine, d.request, w,
                                hit);
    }
};
loaded random_load() {
    loaded l{.d = random_service()};
    l.c = calibration_for(l.d.gpu, l.d.engine);
    l.w = serving::weights_of_all_stages(l.d.model, l.d.weights, l.d.layout, l.d.engine);
    auto const p =
        serving::passes_of(l.d.model, l.d.gpu, l.d.weights, l.d.kv_cache, l.d.layout, l.d.engine,
                           l.d.request, static_cast<double>(l.d.concurrency), l.w);
    RC_PRE(p.known());
    l.p = p.value();
    return l;
}

} // namespace

TEST_CASE("what is computed of a prompt") {
    CHECK(holds("is never nothing, never more than the prompt, and less with more hits", [] {
        tokens const prompt{static_cast<double>(1 + below(1 << 20))};
        double const hit = fraction();
        double const n = serving::tokens_computed(prompt, hit);
        RC_ASSERT(n >= 1);
        RC_ASSERT(n <= in_tokens(prompt));
        RC_ASSERT(serving::tokens_computed(prompt, hit + (1 - hit) * fraction()) <= n);
        RC_ASSERT(n == 1 || std::abs(n + in_tokens(prompt) * hit - in_tokens(prompt)) <=
                                1e-9 * in_tokens(prompt));
    }));
}

TEST_CASE("hits in a load") {
    CHECK(holds("leave decoding as it is, and shorten prompts the more of them there are", [] {
        loaded const l = random_load();
        double const hit = fraction();
        serving::load_passes const some = l.with(hit);
        serving::load_passes const more = l.with(hit + (1 - hit) * fraction());
        RC_ASSERT(serving::times_of(some, l.c).step == serving::times_of(l.p, l.c).step);
        RC_ASSERT(some.in_group == l.p.in_group);
        flops const whole = l.p.prompt.work.total();
        RC_ASSERT(some.prompt.work.total() * slack <= whole);
        RC_ASSERT(more.prompt.work.total() * slack <= some.prompt.work.total());
        RC_ASSERT(more.prompt.work.linear * slack <= some.prompt.work.linear);
        RC_ASSERT(more.prompt.work.scores * slack <= some.prompt.work.scores);
    }));
    CHECK(holds("save products in proportion", [] {
        loaded const l = random_load();
        double const hit = fraction();
        double const computed =
            serving::tokens_computed(l.d.request.prompt, hit) / in_tokens(l.d.request.prompt);
        double const left = in_flops(l.with(hit).prompt.work.linear);
        double const all = in_flops(l.p.prompt.work.linear);
        RC_ASSERT(std::abs(left - all * computed) <= 1e-9 * all);
    }));
    CHECK(holds("change nothing where there are none", [] {
        loaded const l = random_load();
        serving::load_times const before = serving::times_of(l.p, l.c);
        serving::load_times const after = serving::times_of(l.with(0), l.c);
        RC_ASSERT(after.prompt == before.prompt);
        RC_ASSERT(after.slot == before.slot);
    }));
}

TEST_CASE("the room that prefixes take") {
    CHECK(holds("and the requests beside them fill the pool, and one more would not fit", [] {
        serving::any_deployment const d = random_service();
        serving::shared_prefix const prefix{d.request.prompt * fraction(), below(50)};
        prefix_room const room = serving::room_for(d, prefix);
        RC_ASSERT(room.hit >= 0 && room.hit <= 1);
        if (room.requests == 0) { return; }
        auto const n = static_cast<double>(room.requests);
        RC_ASSERT((room.kept + room.each * n) * slack <= room.pool);
        RC_ASSERT(room.kept + room.each * (n + 1) >= room.pool * slack);
    }));
    CHECK(holds("is once for each of them, whoever shares it", [] {
        serving::any_deployment const d = random_service();
        tokens const length = d.request.prompt * fraction();
        count const several = below(50);
        prefix_room const one = serving::room_for(d, {length, 1});
        prefix_room const many = serving::room_for(d, {length, several});
        RC_ASSERT(std::abs(in_bytes(many.kept - one.kept * static_cast<double>(several))) <=
                  1e-9 * in_bytes(many.kept));
        RC_ASSERT(many.each == one.each);
        RC_ASSERT(many.pool == one.pool);
        RC_ASSERT(several == 0 || many.requests <= one.requests);
    }));
    CHECK(holds("grows with their length, as what requests have of their own shrinks", [] {
        serving::any_deployment const d = random_service();
        double const part = fraction();
        tokens const length = d.request.prompt * part;
        tokens const longer = d.request.prompt * (part + (1 - part) * fraction());
        prefix_room const a = serving::room_for(d, {length, 1});
        prefix_room const b = serving::room_for(d, {longer, 1});
        RC_ASSERT(b.kept >= a.kept * slack);
        RC_ASSERT(b.each * slack <= a.each);
        RC_ASSERT(b.hit >= a.hit);
    }));
}
