// SPDX-License-Identifier: MIT
// Requests that replace each other: what they wait for, cold and warm, with room and without.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);
serving::load_passes load(double concurrency) {
    return serving::passes_of(any_model(models::llama_3_1_8b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, concurrency)
        .value();
}
} // namespace

TEST_CASE("alone there is nobody to wait for, however the loop was started") {
    serving::loop_times const cold = serving::closed_loop(load(1), server);
    serving::loop_times const warm =
        serving::closed_loop(load(1), server, serving::loop_start::warm());
    CHECK(cold.time_to_first_token == warm.time_to_first_token);
    serving::load_times const t = serving::times_of(load(1), server);
    CHECK(near(cold.time_to_first_token, server.per_request + t.step + t.prompt));
}

TEST_CASE("a cold start waits for others, by number and not by length") {
    serving::loop_start const start{};
    CHECK(start.wait(0) == 0);
    for (double others = 1; others < 1000; others *= 2) {
        CHECK(start.wait(2 * others) > start.wait(others));
    }
    serving::loop_times const cold = serving::closed_loop(load(64), server);
    serving::loop_times const warm =
        serving::closed_loop(load(64), server, serving::loop_start::warm());
    CHECK(cold.time_to_first_token > warm.time_to_first_token);
    // Prompts that it waits for before its first token do not come again between its tokens.
    CHECK(cold.time_per_token < warm.time_per_token);
    CHECK(near(cold.time_to_first_token + cold.time_per_token * 500.0,
               warm.time_to_first_token + warm.time_per_token * 500.0));
}

TEST_CASE("in its life a request meets the prompts of all others, once each") {
    for (double const n : {1.0, 2.0, 16.0, 256.0}) {
        serving::load_passes const p = load(n);
        serving::load_times const t = serving::times_of(p, server);
        for (serving::loop_start const& start :
             {serving::loop_start{}, serving::loop_start::warm()}) {
            serving::loop_times const l = serving::closed_loop(p, t, server, start);
            CHECK(near(l.time_to_first_token + l.time_per_token * 500.0,
                       server.per_request + t.prompt + t.step * 501.0 + t.slot * (n - 1)));
        }
    }
    // However long a scheduler lets them wait: not for more than there are.
    calibration stuck = server;
    stuck.wait = 1000;
    serving::load_times const t = serving::times_of(load(8), stuck);
    serving::loop_times const l = serving::closed_loop(load(8), stuck);
    CHECK(near(l.time_to_first_token, stuck.per_request + t.step + t.prompt + t.slot * 7.0));
    CHECK(near(l.time_per_token, t.step));
}

TEST_CASE("a loop by hand: what a request waits for, and how often it is replaced") {
    // Four in each of two groups and two more that wait for a place; a step of 0.1 s, a prompt of 1 s that costs others
    // 0.5 s, ten tokens.
    serving::load_passes p{};
    p.in_group = 4;
    p.groups = 2;
    p.output = 10;
    p.waiting = 2;
    serving::load_times const t{.step = 100_ms, .prompt = 1_s, .slot = 500_ms};
    calibration c{};
    c.per_request = 40_ms;
    c.wait = 1.5;
    auto const check = [&](serving::loop_start start, double wait) {
        serving::loop_times const l = serving::closed_loop(p, t, c, start);
        double const token = 0.1 + 0.5 * (3 - wait) / 10;
        double const first = 0.04 + 0.1 + 1 + 0.5 * wait;
        double const life = first + token * 9;
        CHECK(near(in_seconds(l.time_per_token), token));
        CHECK(near(in_seconds(l.time_to_first_token), first + life / 2));
        CHECK(near(in_seconds(l.end_to_end), life * 1.5));
        CHECK(near(in_tokens_per_second(l.output_throughput), 4 * 2 * 10 / life));
    };
    // Warm: half of the share of time that goes into prompts, 2 of 3 s.
    check(serving::loop_start::warm(), 1.0 / 3);
    // Answers of one token, met by each prompt that was not waited for.
    p.output = 1;
    serving::loop_times const brief = serving::closed_loop(p, t, c, serving::loop_start::warm());
    double const met = 0.5 * (2.0 / (2.0 + 0.1));
    CHECK(near(in_seconds(brief.time_per_token), 0.1 + 0.5 * (3 - met)));
    p.output = 10;
    // Drawn lengths: 0.05 of others, and of a bunch of 0.6 half where others are three.
    CHECK(near(serving::loop_start::drawn_lengths().wait(3), 0.15 + 0.3));
    CHECK(serving::loop_start::warm().wait(3) == 0);
    // Cold: 0.2 of three others, and of a bunch of one 3 / (3 + 2); the scheduler stretches it by half.
    check({.together = 0.2, .bunched = 1, .settling = 2}, 1.5 * (0.6 + 0.6));
    check({.together = 0.2, .bunched = 0, .settling = 2}, 1.5 * 0.6);
    check({.together = 0, .bunched = 1, .settling = 2}, 1.5 * 0.6);
    check({.together = 2, .bunched = 1, .settling = 2}, 3); // not more than there are
    // One token: the first.
    p.output = 1;
    p.waiting = 0;
    serving::loop_times const one = serving::closed_loop(p, t, c, serving::loop_start::warm());
    CHECK(near(one.end_to_end, one.time_to_first_token));
    p.output = 0; // prompts alone end with it as well
    serving::loop_times const none = serving::closed_loop(p, t, c, serving::loop_start::warm());
    CHECK(near(none.end_to_end, none.time_to_first_token));
    CHECK(near(none.time_to_first_token, 1140_ms + 0.5_s * 0.5));
}

TEST_CASE("lengths drawn from a range break bunches up, and a scheduler may keep them") {
    using serving::loop_start;
    CHECK(loop_start::drawn_lengths().wait(63) < loop_start{}.wait(63));
    // Of 10 C requests a tenth waits for up to C prompts: at least 0.05 C.
    CHECK(loop_start::drawn_lengths().wait(63) >= 0.05 * 63);
    calibration slow = server;
    slow.wait = server.wait + 3;
    seconds const usual = serving::closed_loop(load(64), server).time_to_first_token;
    seconds const kept = serving::closed_loop(load(64), slow).time_to_first_token;
    serving::load_times const t = serving::times_of(load(64), server);
    double const others = load(64).in_group - 1;
    CHECK(near(kept - usual, t.slot * (3 * loop_start{}.wait(others)), within(1e-9)));
    // A warm loop has no bunches.
    CHECK(serving::closed_loop(load(64), slow, loop_start::warm()).time_to_first_token ==
          serving::closed_loop(load(64), server, loop_start::warm()).time_to_first_token);
}

TEST_CASE("the first token comes later the more are in flight") {
    for (bool const cold : {true, false}) {
        seconds before{};
        for (double n = 1; n <= 512; n *= 2) {
            seconds const now =
                serving::closed_loop(load(n), server,
                                     cold ? serving::loop_start{} : serving::loop_start::warm())
                    .time_to_first_token;
            CHECK(now > before);
            before = now;
        }
    }
}

TEST_CASE("requests beyond what memory holds wait for a place") {
    serving::load_passes full = load(32);
    serving::loop_times const held = serving::closed_loop(full, server);
    full.waiting = 32;
    serving::loop_times const queued = serving::closed_loop(full, server);
    // As many wait as are served: a request stays twice as long, the machine does the same.
    CHECK(near(queued.end_to_end, held.end_to_end * 2));
    CHECK(near(queued.time_to_first_token, held.time_to_first_token + held.end_to_end));
    CHECK(queued.output_throughput == held.output_throughput);
    CHECK(queued.time_per_token == held.time_per_token);
}
