// SPDX-License-Identifier: MIT
// Queues in round numbers: a curve, who is in flight, what a request waits for, and its first token and tokens.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/service_curves.hpp"

#include <reckon/serving/queueing.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::bent;
using reckon::test::near;
using reckon::test::two_places;
using reckon::test::within;
using serving::service_curve;

namespace {

/// Steps of a second, whoever is there, and prompts for nothing: `most` servers.
service_curve servers(double most) {
    service_curve c{};
    c.steps.push_back({1, 1_s});
    c.most = most;
    c.output = 1;
    return c;
}

} // namespace

TEST_CASE("a curve: steps between its points on a line, outside of them as at its ends") {
    service_curve const c = bent();
    CHECK(near(c.step(0.5), 10_ms));
    CHECK(near(c.step(1), 10_ms));
    CHECK(near(c.step(2), 15_ms));
    CHECK(near(c.step(3), 20_ms));
    CHECK(near(c.step(4), 30_ms));
    CHECK(near(c.step(7), 60_ms));
    CHECK(near(c.step(70), 60_ms));
    CHECK(service_curve{}.step(3) == seconds{});
    // n / (n slot + step output)
    CHECK(near(in_per_second(c.rate(3)), 3 / (0.3 + 1.0)));
    CHECK(near(in_per_second(c.rate(7)), 7 / (0.7 + 3.0)));
    // What is finished with all places taken: 1.89 a second, below 1 / (100 + 60 / 4 ms).
    CHECK(near(in_per_second(c.capacity()), 7 / 3.7));
    service_curve prompts = c; // short answers: prompts come in no faster than this
    prompts.output = 1;
    CHECK(near(in_per_second(prompts.capacity()), 1 / 0.115));
    prompts.output = 0; // nothing is decoded
    CHECK(near(in_per_second(prompts.capacity()), 1 / 0.1));
}

TEST_CASE("requests in flight: the queues whose distributions are known") {
    using serving::detail::occupancy;
    using serving::detail::occupancy_of;
    // M/M/2 at half of its rate: 1/3, 1/3, 1/6, 1/12, .. ; those beyond two wait and are not served.
    occupancy const two = occupancy_of(servers(2), per_second(1));
    CHECK(near(two.empty, 1.0 / 3));
    CHECK(near(two.full, 1.0 / 3));
    CHECK(near(two.mean, 1.0 / 3 + 2.0 / 3));
    CHECK(near(two.variance, 1.0 / 3 + 4.0 / 3 - 1));
    // M/M/1 shared by three at most, at half of its rate: 1/2, 1/4, 1/8, and 1/8 for three and more.
    service_curve shared{};
    shared.slot = 1_s;
    shared.most = 3;
    occupancy const one = occupancy_of(shared, per_second(0.5));
    CHECK(near(one.empty, 1.0 / 2));
    CHECK(near(one.full, 1.0 / 8));
    CHECK(near(one.mean, 1.0 / 4 + 2.0 / 8 + 3.0 / 8));
    CHECK(near(one.variance, 1.0 / 4 + 4.0 / 8 + 9.0 / 8 - 49.0 / 64));
    // Servers enough: Poisson. e^500 is more than what is carried unscaled.
    for (double const many : {5.0, 500.0}) {
        occupancy const all = occupancy_of(servers(1e6), per_second(many));
        CHECK(near(all.mean, many, within(1e-9)));
        CHECK(near(all.variance, many, within(1e-9)));
        CHECK(near(all.empty, std::exp(-many), within(1e-9)));
        CHECK(all.full == 0);
    }
    // With 0.2 a second, ratios of 0.5 and 0.4: 1, 0.5, 0.2 and 0.2 x 0.4 / 0.6 = 2/15 behind them, of 11/6.
    occupancy const bends = occupancy_of(two_places(), per_second(0.2));
    CHECK(near(bends.empty, 6.0 / 11));
    CHECK(near(bends.full, 2.0 / 11));
    CHECK(near(bends.mean, 7.0 / 11));
    CHECK(near(bends.variance, 1 - 49.0 / 121));
}

TEST_CASE("sums of times, and gamma times by mean and variance") {
    using serving::detail::gamma_quantile;
    // 0.3 and 0.4 s above their means are 0.5 s together; where one is below its mean they add.
    auto const sum =
        serving::detail::sum_of({.mean = 1_s, .p50 = 0.9_s, .p90 = 1.3_s, .p99 = 4_s},
                                {.mean = 2_s, .p50 = 1.5_s, .p90 = 2.4_s, .p99 = 1.5_s}, 0.5_s);
    CHECK(near(sum.mean, 3.5_s));
    CHECK(near(sum.p50, 3.5_s - 0.6_s));
    CHECK(near(sum.p90, 3.5_s + 0.5_s));
    CHECK(near(sum.p99, 3.5_s + 2.5_s));
    // Wilson and Hilferty: m (1 - 1 / 9k + z / sqrt(9k))^3 with k = m^2 / v. Here k = 1.
    double const z90 = reckon::detail::normal_quantile(0.9);
    double const z99 = reckon::detail::normal_quantile(0.99);
    CHECK(near(gamma_quantile({2, 4}, 0.5), 2 * std::pow(8.0 / 9, 3), within(1e-3)));
    CHECK(near(gamma_quantile({2, 4}, 0.9), 2 * std::pow(8.0 / 9 + z90 / 3, 3)));
    CHECK(gamma_quantile({1, 9}, 0.1) == 0); // the approximation's root is below nothing
    CHECK(gamma_quantile({2, 0}, 0.99) == 2);
    CHECK(gamma_quantile({2, -1e-20}, 0.99) == 2); // what rounding leaves of nothing
    CHECK(gamma_quantile({0, 2}, 0.99) == 0);
    // Ten tokens of 0.2 s: lengths that vary by half are 1 s, tokens that vary by 0.1 s are 1 s; k = 4 / 2.
    auto const answer = serving::detail::time_of_answer(10, 0.5, 0.2, 0.1);
    CHECK(near(answer.mean, 2_s));
    CHECK(near(in_seconds(answer.p50), 2 * std::pow(17.0 / 18, 3), within(1e-3)));
    CHECK(near(in_seconds(answer.p90), 2 * std::pow(17.0 / 18 + z90 / std::sqrt(18), 3)));
    CHECK(near(in_seconds(answer.p99), 2 * std::pow(17.0 / 18 + z99 / std::sqrt(18), 3)));
}

TEST_CASE("the pass that runs: what is left of it, and the prompts that came with a request") {
    using serving::detail::moments;
    using serving::detail::wait_for_pass;
    // Nobody else comes: anywhere in a step of 3 s.
    moments const even = wait_for_pass(3, 0.5, 1, 1, 0);
    CHECK(near(even.mean, 1.5));
    CHECK(near(even.variance, 9.0 / 12));
    CHECK(wait_for_pass(0, 0.5, 1, 1, 1).mean == 0);
    // A step of 1 s, prompts of 0.5 s, one a second, v = 2, half of them taken together: rho = 1/4; rates of squares
    // and cubes 1/4 and 1/2. X: mean 1 / (1 - 1/4) = 4/3, variance 1/4 x 4/3 / (1 - 1/16) = 16/45, third cumulant
    // (1/2 x 4/3 + 3/4 x 1/4 x 16/45) / (1 - 1/64) = 704/945.
    // Met by a request: mean 4/3 + 16/45 / (4/3) = 8/5, variance 704/945 x 3/4 + 16/45 - (4/15)^2 = 1328/1575.
    double const met = 8.0 / 5;
    double const varies = 1328.0 / 1575;
    moments const half = wait_for_pass(1, 0.5, 1, 2, 0.5);
    CHECK(near(half.mean, met / 2 + met / 4));
    // Left of it: (variance + mean^2) / 3 - mean^2 / 4; of prompts: squares x mean, and rho (1 + rho) of its variance.
    CHECK(near(half.variance,
               (varies + met * met) / 3 - met * met / 4 + met / 4 + (1.0 / 16 + 1.0 / 4) * varies));
}

TEST_CASE("what a request waits for beside its own prompt, term by term") {
    using serving::detail::moments;
    using serving::detail::occupancy;
    using serving::detail::wait_beside;
    service_curve c = two_places();
    c.steps.push_back({4, 2.5_s});
    c.most = 4;
    c.prompts_per_pass = 2;
    serving::arrivals const a{.prompt_variation = 0.5};
    // Half of the time somebody is there, then two: a step of 1.5 s; 0.75 of the prompts are taken together.
    occupancy const o{.mean = 1, .variance = 4, .empty = 0.5};
    moments const pass = serving::detail::wait_for_pass(1.5, 0.5, 0.5, 1.25, 0.75);
    // A queue of prompts of 0.5 + 1.5 / 2 / 2 = 0.875 s: load 0.4375, left over 0.4375 / 1.125 x 1.25.
    double const left = 0.4375 / 1.125 * 1.25;
    double const none = std::exp(-1 / left);
    double const behind = left * 0.875 * none;
    double const third = 0.5 * std::pow(0.875 * 1.25, 3) * none / (3 * (1 - 0.4375));
    // A request more or less: half a second; met one and a half times by four of variance.
    double const longer = 1.5 * 1.5 * 0.25 * 4;
    moments const w = wait_beside(c, a, 0.5, o);
    CHECK(near(w.mean, pass.mean / 2 + behind));
    CHECK(near(w.variance, pass.variance / 2 + pass.mean * pass.mean / 4 +
                               2 * left * 0.875 * behind - behind * behind + third + 0.25 * 0.25 +
                               longer));
    // A prompt of four passes: none are taken together, no pass has room to spare, and three steps lie between.
    c.prompts_per_pass = 0.25;
    double const each = 0.5 + 0.75 * 4;
    double const load = 0.1 * each;
    double const pieces_left = load / (2 * (1 - load)) * 1.25;
    moments const alone = serving::detail::wait_for_pass(1.5, 0.5, 0.1, 1.25, 0);
    moments const cut = wait_beside(c, a, 0.1, o);
    CHECK(near(cut.mean, alone.mean / 2 + pieces_left * each + 3 * 0.75));
    CHECK(near(cut.variance, alone.variance / 2 + alone.mean * alone.mean / 4 +
                                 pieces_left * each * (pieces_left * each) +
                                 0.1 * std::pow(each * 1.25, 3) / (3 * (1 - load)) + 0.25 * 0.25 +
                                 4.5 * 4.5 * 0.25 * 4));
    // Answers without tokens have no steps; an empty group is one request's. Its neighbour is a step away, not two.
    occupancy const lone{.mean = 0.25, .variance = 1, .empty = 0.5};
    c.prompts_per_pass = 1;
    moments const first = wait_beside(c, {}, 0.5, lone);
    moments const one_pass = serving::detail::wait_for_pass(1, 0.5, 0.5, 1, 0);
    double const full = (0.5 + 0.5) * 0.5;
    double const queue = full / (2 * (1 - full));
    CHECK(near(first.mean, one_pass.mean / 2 + queue));
    CHECK(near(first.variance, one_pass.variance / 2 + one_pass.mean * one_pass.mean / 4 +
                                   2 * queue * queue - queue * queue + 0.5 / (3 * (1 - full)) +
                                   2.25 * 0.0625));
    c.output = 0;
    moments const unanswered = wait_beside(c, {}, 0.5, lone);
    double const prompts = 0.25 / (2 * 0.75);
    CHECK(near(unanswered.mean, prompts * 0.5));
    c.output = 1; // the step of an answer's one token is one to wait for
    CHECK(near(wait_beside(c, {}, 0.5, lone).mean, first.mean));
}

TEST_CASE("a queue by hand: places, first tokens and tokens") {
    serving::service_curve c = two_places();
    c.groups = 3;
    serving::arrivals const a{
        .rate = per_second(0.6), .prompt_variation = 1, .output_variation = 2};
    serving::queue_times const q = serving::queue_of(c, a);
    REQUIRE(q.stable);
    CHECK(near(in_per_second(q.capacity), 1.5));
    CHECK(near(q.utilization, 0.4));
    CHECK(near(q.in_flight, 3 * 7.0 / 11));
    CHECK(near(q.waits, 2.0 / 11));
    // A place: (1 + 4) / 2 / (0.5 - 0.2) s where there is none.
    double const turn = 2.5 / 0.3;
    CHECK(near(in_seconds(q.waiting), turn * 2 / 11));
    serving::detail::occupancy const o = serving::detail::occupancy_of(c, per_second(0.2));
    serving::detail::moments const w = serving::detail::wait_beside(c, a, 0.2, o);
    CHECK(near(in_seconds(q.queued), w.mean + turn * 2 / 11));
    double const fixed = 0.04 + 0.7 + 1; // fewer than one in flight: a step alone
    CHECK(near(in_seconds(q.time_to_first_token.mean), fixed + w.mean + turn * 2 / 11));
    // Half and nine of ten: 2/11 wait, which is more than one of ten.
    auto const drawn = [&](double quantile) {
        return serving::detail::gamma_quantile({w.mean + 0.5, w.variance}, quantile) - 0.5;
    };
    CHECK(near(in_seconds(q.time_to_first_token.p50), fixed + drawn(0.5)));
    for (auto const& [quantile, found] :
         {std::pair{0.9, q.time_to_first_token.p90}, std::pair{0.99, q.time_to_first_token.p99}}) {
        double const place = turn * std::log(2.0 / 11 / (1 - quantile));
        CHECK(near(in_seconds(found), fixed + w.mean + std::hypot(drawn(quantile) - w.mean, place),
                   within(1e-9)));
    }
    // Of the prompt's own time no more than a slot is drawn with the rest, and less where it varies less.
    serving::arrivals steady = a;
    steady.prompt_variation = 0.5;
    serving::detail::moments const less = serving::detail::wait_beside(c, steady, 0.2, o);
    CHECK(near(in_seconds(serving::queue_of(c, steady).time_to_first_token.p50),
               fixed + serving::detail::gamma_quantile({less.mean + 0.25, less.variance}, 0.5) -
                   0.25));

    serving::arrivals wild = a; // three standard deviations are drawn as one
    wild.prompt_variation = 3;
    serving::detail::moments const more = serving::detail::wait_beside(c, wild, 0.2, o);
    CHECK(
        near(in_seconds(serving::queue_of(c, wild).time_to_first_token.p50),
             fixed + serving::detail::gamma_quantile({more.mean + 0.5, more.variance}, 0.5) - 0.5));

    // A token: 7/11 in flight over 0.2 x 2 tokens a second.
    double const token = 7.0 / 11 / 0.4;
    CHECK(near(in_seconds(q.time_per_token.mean), token));
    // z deviations: a step longer, and prompts of 0.25 s a token of the square root of 7/11 x 35/22 that come.
    double const spread = std::sqrt(72.0) / 11;
    double const prompts = 0.25 * std::sqrt(7.0 / 11 * token);
    double const varied = 2 * 5 / (1 - 0.2 * 0.5);
    auto const above = [&](double z, double v) {
        double const step = 0.5 * (std::clamp(7.0 / 11 + z * spread, 1.0, 2.0) - 1);
        double const stops = z * prompts;
        return std::min(std::sqrt(step * step * 2 / 3 + step * stops + stops * stops * v),
                        2 - token + stops * std::sqrt(v)); // two: a full step, and two prompts
    };
    double const z90 = reckon::detail::normal_quantile(0.9);
    double const z99 = reckon::detail::normal_quantile(0.99);
    CHECK(near(in_seconds(q.time_per_token.p50), token));
    CHECK(near(in_seconds(q.time_per_token.p90), token + above(z90, varied)));
    CHECK(near(in_seconds(q.time_per_token.p99), 3.5)); // a full pass: 1.5 s and four prompts
    CHECK(token + above(z99, varied) > 3.5);
    // The answer of one token more.
    auto const answer = serving::detail::time_of_answer(1, 2, token, above(1, varied));
    auto const end = serving::detail::sum_of(q.time_to_first_token, answer, seconds{});
    CHECK(near(q.end_to_end.mean, end.mean));
    CHECK(near(q.end_to_end.p99, end.p99));
    // Lengths that are all alike.
    serving::queue_times const alike = serving::queue_of(c, {.rate = per_second(0.6)});
    CHECK(near(alike.waiting, seconds{0.5 / 0.3 * 2 / 11}));
    CHECK(near(in_seconds(alike.time_per_token.p90), token + above(z90, 1 / 0.9)));
    CHECK(near(in_seconds(alike.time_per_token.p99), token + above(z99, 1 / 0.9)));
    // An answer of one token: its step comes with the first token, and no other follows. M/M/2 at half of its rate.
    service_curve brief = servers(2);
    brief.prompts_per_pass = 4;
    serving::queue_times const one = serving::queue_of(brief, {.rate = per_second(1)});
    CHECK(near(in_per_second(one.capacity), 2.0));
    CHECK(near(one.waits, 1.0 / 3));
    CHECK(near(in_seconds(one.waiting), 0.5 / 3));
    CHECK(near(one.time_to_first_token.mean, 1_s + one.queued));
    CHECK(near(one.end_to_end.mean, one.time_to_first_token.mean));
    CHECK(near(in_seconds(one.time_per_token.mean), one.in_flight)); // one a second
    CHECK(near(in_per_second(servers(2).capacity()),
               1.0)); // who says nothing takes a prompt in each pass
    // Answers of no tokens end with their prompt; nobody is served beyond capacity, or at it.
    service_curve prompts_only = c;
    prompts_only.output = 0;
    serving::queue_times const p = serving::queue_of(prompts_only, {.rate = per_second(0.6)});
    CHECK(near(p.time_to_first_token.mean, 740_ms + p.queued));
    CHECK(p.end_to_end == p.time_to_first_token);
    CHECK(p.time_per_token.mean == seconds{});
    CHECK_FALSE(serving::queue_of(c, {.rate = per_second(1.5)}).stable);
    CHECK(serving::queue_of(c, {.rate = per_second(1.4999)}).stable);
}

TEST_CASE("tokens near saturation: a full pass, and no more than prompts beyond it") {
    // Two places, steps of 2 and 3 s, eight tokens behind prompts of 0.125 s: 2 / (0.25 + 24) a second, of which 0.8 come.
    service_curve c{};
    c.steps.push_back({1, 2_s});
    c.steps.push_back({2, 3_s});
    c.most = 2;
    c.slot = 125_ms;
    c.prompts_per_pass = 40;
    c.output = 8;
    double const rate = 0.8 * 2 / 24.25;
    serving::queue_times const q = serving::queue_of(c, {.rate = per_second(rate)});
    REQUIRE(q.stable);
    // Of 1, r, 0.8 r and 0.8 r x 0.8 / 0.2 behind them.
    double const r = rate * 16.125;
    double const mean = (r + 2 * 4 * r) / (1 + 5 * r);
    double const spread = std::sqrt((r + 4 * 4 * r) / (1 + 5 * r) - mean * mean);
    CHECK(near(q.in_flight, mean));
    double const token = mean / (rate * 8);
    CHECK(near(in_seconds(q.time_per_token.mean), token));
    double const prompts = 0.125 / 8 * std::sqrt(std::min(2.0, mean * token / 2));
    double const varied = 1 / (1 - rate * 0.125);
    double const z90 = reckon::detail::normal_quantile(0.9);
    double const step = std::min(2.0, mean + z90 * spread) - mean;
    double const stops = z90 * prompts;
    double const full = 3 + 2 * 0.125 / 8;
    // In squares they would be more than what is left to a full step.
    CHECK(std::sqrt(step * step * 2 / 3 + step * stops + stops * stops * varied) >
          full - token + stops * std::sqrt(varied));
    CHECK(near(in_seconds(q.time_per_token.p90), full + stops * std::sqrt(varied)));
}
