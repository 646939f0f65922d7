// SPDX-License-Identifier: MIT
// Loops of requests at random: the identities that hold in every loop, and what never makes one faster.
#include "support/printing.hpp"
#include "support/random_deployment.hpp"

#include <reckon/serving/closed_loop.hpp>
#include <reckon/units.hpp>

#include <cmath>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using serving::loop_start;
using serving::loop_times;

namespace {

constexpr double slack = 1 - 1e-9; // sums in another order

bool alike(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

/// From a microsecond to a minute, evenly over the magnitudes.
seconds some_time() {
    return seconds{1e-6 * std::pow(10.0, static_cast<double>(below(7'000)) / 900.0)};
}

/// A loop in times alone: what its passes cost is left to other laws.
struct loop {
    serving::load_passes p{};
    serving::load_times t{};
    calibration c{};
    loop_start start{};
    [[nodiscard]] loop_times times() const { return serving::closed_loop(p, t, c, start); }
};
loop random_loop() {
    loop l{};
    l.p.in_group = static_cast<double>(1 + below(2'000));
    l.p.groups = static_cast<double>(1 + below(16));
    l.p.output = static_cast<double>(1 + below(8'000));
    l.p.waiting = below(2) == 0 ? 0.0 : static_cast<double>(below(500));
    l.t.step = some_time();
    l.t.slot = some_time();
    l.t.prompt = l.t.slot + some_time(); // alone a prompt has no one to share a pass with
    l.c.per_request = below(2) == 0 ? seconds{} : some_time();
    l.c.wait = 0.25 + static_cast<double>(below(400)) / 100;
    loop_start const starts[] = {{}, loop_start::warm(), loop_start::drawn_lengths()};
    l.start = reckon::test::one_of(starts);
    return l;
}

/// That `b` is in no respect faster than `a`.
void never_faster(loop_times const& a, loop_times const& b) {
    RC_ASSERT(b.time_per_token >= a.time_per_token * slack);
    RC_ASSERT(b.time_to_first_token >= a.time_to_first_token * slack);
    RC_ASSERT(b.end_to_end >= a.end_to_end * slack);
}

} // namespace

TEST_CASE("what is in a loop is what leaves it times how long it stays") {
    CHECK(holds("Little's law, with those who wait for a place", [] {
        loop const l = random_loop();
        loop_times const t = l.times();
        double const requests_a_second = in_tokens_per_second(t.output_throughput) / l.p.output;
        RC_ASSERT(alike(requests_a_second * in_seconds(t.end_to_end),
                        (l.p.in_group + l.p.waiting) * l.p.groups));
    }));
    CHECK(holds("a request is its first token and the others after it", [] {
        loop const l = random_loop();
        loop_times const t = l.times();
        RC_ASSERT(alike(in_seconds(t.end_to_end),
                        in_seconds(t.time_to_first_token + t.time_per_token * (l.p.output - 1))));
    }));
    CHECK(holds("groups beside each other serve as many times as much, none of it sooner", [] {
        loop one = random_loop();
        one.p.groups = 1;
        loop many = one;
        many.p.groups = static_cast<double>(1 + below(64));
        RC_ASSERT(alike(in_tokens_per_second(many.times().output_throughput),
                        in_tokens_per_second(one.times().output_throughput) * many.p.groups));
        RC_ASSERT(many.times().end_to_end == one.times().end_to_end);
    }));
    CHECK(holds("a machine of half the speed takes twice the time for everything", [] {
        loop const l = random_loop();
        double const k = 0.1 + static_cast<double>(below(100)) / 10;
        loop slow = l;
        for (seconds* t : {&slow.t.step, &slow.t.slot, &slow.t.prompt, &slow.c.per_request}) {
            *t = *t * k;
        }
        RC_ASSERT(alike(in_seconds(slow.times().time_per_token),
                        in_seconds(l.times().time_per_token) * k));
        RC_ASSERT(alike(in_seconds(slow.times().time_to_first_token),
                        in_seconds(l.times().time_to_first_token) * k));
        RC_ASSERT(alike(in_tokens_per_second(slow.times().output_throughput) * k,
                        in_tokens_per_second(l.times().output_throughput)));
    }));
}

TEST_CASE("what never makes a loop faster") {
    CHECK(holds("a longer prompt, slot or admission, or more who wait", [] {
        loop const l = random_loop();
        loop more = l;
        switch (below(4)) {
        case 0: more.t.slot = l.t.slot + some_time(); break;
        case 1: more.t.prompt = l.t.prompt + some_time(); break;
        case 2: more.c.per_request = l.c.per_request + some_time(); break;
        default: more.p.waiting += static_cast<double>(1 + below(100));
        }
        never_faster(l.times(), more.times());
        RC_ASSERT(more.times().output_throughput * slack <= l.times().output_throughput);
    }));
    // Whose requests decode longer sends prompts less often: in a warm loop the first token may come sooner.
    CHECK(holds("a longer step, from the first token to the last", [] {
        loop const l = random_loop();
        loop more = l;
        more.t.step = l.t.step + some_time();
        loop_times const a = l.times();
        loop_times const b = more.times();
        RC_ASSERT(b.time_per_token >= a.time_per_token * slack);
        RC_ASSERT(b.end_to_end >= a.end_to_end * slack);
        RC_ASSERT(b.output_throughput * slack <= a.output_throughput);
    }));
    CHECK(holds("more requests in flight, without any who wait for a place", [] {
        loop l = random_loop();
        l.p.waiting = 0;
        loop more = l;
        more.p.in_group += static_cast<double>(1 + below(500));
        never_faster(l.times(), more.times());
    }));
    CHECK(holds("a scheduler that keeps bunches together: prompts go before the first token", [] {
        loop l = random_loop();
        l.p.waiting = 0;
        loop kept = l;
        kept.c.wait += static_cast<double>(1 + below(100)) / 10;
        loop_times const a = l.times();
        loop_times const b = kept.times();
        RC_ASSERT(b.time_to_first_token >= a.time_to_first_token * slack);
        RC_ASSERT(b.time_per_token * slack <= a.time_per_token);
        RC_ASSERT(b.end_to_end >= a.end_to_end * slack);
    }));
    CHECK(holds("between all others' prompts and none: what a request meets in its life", [] {
        loop l = random_loop();
        l.p.waiting = 0;
        loop_times const t = l.times();
        seconds const alone = l.c.per_request + l.t.prompt + l.t.step * l.p.output;
        RC_ASSERT(t.end_to_end >= alone * slack);
        RC_ASSERT(t.end_to_end * slack <= alone + l.t.slot * (l.p.in_group - 1));
    }));
}

TEST_CASE("the wait among others") {
    CHECK(holds("grows with them, and less than they do", [] {
        loop_start const starts[] = {{}, loop_start::drawn_lengths()};
        loop_start const& s = reckon::test::one_of(starts);
        double const a = static_cast<double>(below(100'000)) / 16;
        double const b = static_cast<double>(1 + below(100'000)) / 16;
        RC_ASSERT(s.wait(a + b) > s.wait(a));
        RC_ASSERT(s.wait(a + b) <= (s.wait(a) + s.wait(b)) * (2 - slack));
        RC_ASSERT(s.wait(a) <= s.together * a + s.bunched);
    }));
    CHECK(holds("in a warm loop is at most half a prompt", [] {
        loop l = random_loop();
        l.start = loop_start::warm();
        l.p.waiting = 0;
        seconds const rest =
            l.times().time_to_first_token - l.c.per_request - l.t.step - l.t.prompt;
        RC_ASSERT(in_seconds(rest) <=
                  in_seconds(l.t.slot) * 0.5 + 1e-9 * in_seconds(l.times().time_to_first_token));
    }));
}

TEST_CASE("a loop of a real deployment is the loop of its times") {
    CHECK(holds("whichever way it is asked for", [] {
        serving::any_deployment const d = reckon::test::random_deployment();
        double const longest =
            std::min(2048.0, in_tokens(d.model.max_context.value_or(tokens{2048})) / 2);
        serving::request_shape const r{
            tokens{static_cast<double>(1 + below(static_cast<count>(longest)))},
            tokens{static_cast<double>(1 + below(static_cast<count>(longest)))}};
        auto const p = serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine,
                                          r, static_cast<double>(d.concurrency));
        RC_PRE(p.known());
        calibration const c = calibration_for(d.gpu, d.engine);
        loop_times const asked = serving::closed_loop(p.value(), c);
        loop_times const made = serving::closed_loop(p.value(), serving::times_of(p.value(), c), c);
        RC_ASSERT(asked.end_to_end == made.end_to_end);
        RC_ASSERT(asked.output_throughput == made.output_throughput);
        RC_ASSERT(asked.time_per_token >= serving::times_of(p.value(), c).step);
    }));
}
