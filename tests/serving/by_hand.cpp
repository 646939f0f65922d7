// SPDX-License-Identifier: MIT
// Laws of load in round numbers: curves, overload, streaming, experts on the host, splits and rooflines.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/mixed_step.hpp>
#include <reckon/serving/offload.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/overload.hpp>
#include <reckon/serving/queueing.hpp>
#include <reckon/serving/single_stream.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/serving/static_batch.hpp>
#include <reckon/serving/why_not.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::service_curve;

namespace {

/// One request decodes in 10 ms a step, three in 20 ms, seven in 60 ms; a prompt beside others takes 100 ms.
service_curve bent() {
    service_curve c{};
    c.steps.push_back({1, 10_ms});
    c.steps.push_back({3, 20_ms});
    c.steps.push_back({7, 60_ms});
    c.most = 7;
    c.prompt = 150_ms;
    c.slot = 100_ms;
    c.prompts_per_pass = 4;
    c.output = 50;
    c.per_request = 5_ms;
    return c;
}

serving::load_passes some_passes() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}
constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);

/// A group with two places: one request decodes in 1 s a step, two in 1.5 s; two tokens an answer, and a prompt takes
/// 0.5 s beside others. It finishes 1 / (0.5 + 2) = 0.4 a second with one, 2 / (1 + 3) = 0.5 with two of them.
service_curve two_places() {
    service_curve c{};
    c.steps.push_back({1, 1_s});
    c.steps.push_back({2, 1.5_s});
    c.most = 2;
    c.prompt = 700_ms;
    c.slot = 500_ms;
    c.prompts_per_pass = 4;
    c.output = 2;
    c.per_request = 40_ms;
    return c;
}
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

TEST_CASE("overload by hand: more than places, and arrivals that stretch it") {
    service_curve const c = bent();
    double const n = 27;
    auto const all_at_once = serving::overloaded(c, per_second(0), n);
    double const served = 3.7 / 7; // seconds for each request, with seven in flight
    // Of the first seven, four prompts and then three are filled: they wait for 4.5 of others on average. The rest
    // wait for half a prompt when one is being filled; what is left of six prompts stops their tokens.
    double const warm = 0.100 / served / 2;
    double const wait = 4.5 * (7 / n) + warm * (20 / n);
    double const token = 0.060 + 0.100 * (6 - wait) / 50;
    CHECK(near(in_seconds(all_at_once.time_per_token), token));
    // Behind the first seven places come free from 3.5 requests' time on, the last when 23.5 are done.
    double const begun = 0.150 + 0.060 + 0.100 * wait;
    CHECK(near(in_seconds(all_at_once.time_to_first_token),
               0.005 + begun + served * 13.5 * (20 / n)));
    CHECK(near(in_seconds(all_at_once.duration), served * 20 + begun + token * 49));
    CHECK(near(all_at_once.output_throughput * all_at_once.duration, tokens{n * 50}));
    // One every 0.2 s: still slower served than they come.
    auto const arriving = serving::overloaded(c, per_second(5), n);
    double const spread = warm * (20 / n); // no prompt meets the one before it
    double const spread_token = 0.060 + 0.100 * (6 - spread) / 50;
    double const spread_begun = 0.150 + 0.060 + 0.100 * spread;
    CHECK(near(in_seconds(arriving.time_to_first_token),
               0.005 + spread_begun + (served * 13.5 - 0.2 * 17) * (20 / n)));
    CHECK(near(in_seconds(arriving.duration), served * 20 + spread_begun + spread_token * 49));
    // Three a second: who comes first after the seventh finds a place, the last of them waits for one.
    auto const edge = serving::overloaded(c, per_second(3), n);
    double const early = 7 / 3.0 - served * 3.5; // sooner than a place is asked for
    double const late = served * 23.5 - 9;
    CHECK(near(in_seconds(edge.time_to_first_token),
               0.005 + spread_begun + late / 2 * (late / (late + early)) * (20 / n)));
    // One every second: they come slower than they are served, and the last comes last.
    auto const slow = serving::overloaded(c, per_second(1), n);
    CHECK(near(in_seconds(slow.duration), 1.0 * 20 + spread_begun + spread_token * 49));
    CHECK(near(in_seconds(slow.time_to_first_token), 0.005 + spread_begun));
    // Three groups share what comes.
    service_curve three = c;
    three.groups = 3;
    auto const shared = serving::overloaded(three, per_second(15), n * 3);
    CHECK(near(shared.time_to_first_token, arriving.time_to_first_token));
    CHECK(near(shared.output_throughput, arriving.output_throughput * 3.0));
    // Answers of one token: each of the other six prompts is met by one, unless it was waited for.
    service_curve brief = c;
    brief.output = 1;
    double const half_filled = 0.100 / (0.760 / 7) / 2;
    CHECK(near(in_seconds(serving::overloaded(brief, per_second(0), n).time_per_token),
               0.060 + 0.100 * (6 - 4.5 * (7 / n) - half_filled * (20 / n))));
    // Fewer than places, whose prompts one pass takes: nobody waits for a place, and nothing stops a token.
    auto const few = serving::overloaded(c, per_second(0), 3);
    CHECK(near(in_seconds(few.time_to_first_token), 0.005 + 0.150 + 0.020 + 0.100 * 2));
    CHECK(near(in_seconds(few.time_per_token), 0.020));
    CHECK(near(in_seconds(few.duration), 0.150 + 0.200 + 0.020 * 50));
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

TEST_CASE("weights that are streamed: the link for their share, the rest as it was") {
    pass_time const t{.weights = 80_ms,
                      .cache = 5_ms,
                      .compute = 20_ms,
                      .network = 3_ms,
                      .overhead = 2_ms,
                      .total = 100_ms,
                      .bound = 60_ms,
                      .bound_by = resource::memory};
    pass_cost cost{};
    cost.weights = 40_GB;
    serving::weight_stream from{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.8), .hidden = 0};
    pass_time const quarter = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quarter.weights, 60_ms));
    CHECK(near(quarter.network, 3_ms + 250_ms)); // 10 GB at 40 GB/s
    CHECK(near(quarter.total, 80_ms + 250_ms));
    CHECK(near(quarter.bound, 200_ms)); // 10 GB at 50 GB/s
    CHECK(quarter.bound_by == resource::network);
    CHECK(quarter.cache == t.cache);
    from.hidden = 0.5; // of the shorter of the two
    CHECK(near(serving::streamed(t, cost, 15_GB, 60_GB, from).total, 80_ms + 250_ms - 40_ms));
    from.each_way = link_gigabytes_per_second(1000);
    pass_time const quick = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quick.total, 80_ms + 12.5_ms - 6.25_ms));
    CHECK(near(quick.bound, 60_ms)); // 10 ms of link are none
    CHECK(quick.bound_by == resource::memory);
    CHECK(serving::streamed(t, cost, bytes{}, 60_GB, from) == t);
    CHECK(serving::weight_stream{}.reached.fraction == 0.8);
}

TEST_CASE(
    "experts on the host: its memory or its products, and a hand-over in each layer of experts") {
    serving::load_passes const p = some_passes();
    serving::host_processor host{.bandwidth = gigabytes_per_second(500),
                                 .reached = efficiency(0.5),
                                 .products = sustained_teraflops_per_second(2),
                                 .link = link_gigabytes_per_second(40),
                                 .hop = 300_us};
    bytes const experts = 10_GB;
    auto const run = [&] {
        return serving::on_host(p.step, experts, 16, 2048, host, p.rates, server,
                                server.decode_matmul);
    };
    serving::hybrid_time const t = run();
    CHECK(near(t.experts, 40_ms)); // 10 GB at 250 GB/s
    // There and back, 16 tokens of 2,048 values of two bytes, in each of 48 layers.
    CHECK(near(in_seconds(t.handover), 48 * (300e-6 + 2 * 16 * 2048 * 2 / 40e9)));
    CHECK(near(t.total, t.device.total + t.experts + t.handover));
    CHECK(near(t.bound, t.device.bound + 20_ms));
    CHECK(t.host_binds);
    CHECK(t.device.weights < time_of(p.step, p.rates, server, server.decode_matmul).weights);
    host.products = sustained_teraflops_per_second(1e-3);
    CHECK(near(run().experts, p.step.work.experts / host.products));
    host.products = sustained_teraflops_per_second(1e6);
    host.bandwidth = gigabytes_per_second(1e9);
    CHECK_FALSE(run().host_binds);
}

TEST_CASE("a pass by cause, and under its roofline") {
    pass_time const t{.weights = 30_ms,
                      .cache = 20_ms,
                      .compute = 40_ms,
                      .network = 7_ms,
                      .overhead = 3_ms,
                      .activations = 10_ms,
                      .total = 60_ms,
                      .bound = 45_ms,
                      .bound_by = resource::compute};
    serving::time_split const s = serving::split_of(t);
    using serving::cause;
    CHECK(near(s[cause::network], 7_ms));
    CHECK(near(s[cause::overhead], 3_ms));
    CHECK(near(s[cause::weights], 50_ms * 0.4)); // 30 + 10 of 100 ms, in 50
    CHECK(near(s[cause::cache], 50_ms * 0.2));
    CHECK(near(s[cause::compute], 50_ms * 0.4));
    CHECK(s[cause::queue] == seconds{});
    CHECK(near(s.total(), 60_ms));
    CHECK(near(s.share(cause::cache), 10.0 / 60));
    CHECK(serving::time_split{}.share(cause::cache) == 0);
    CHECK((s + s)[cause::network] == 14_ms);
    CHECK(near((s * 3)[cause::cache], 30_ms));
    serving::time_split even{};
    CHECK(even.binds() == cause::weights); // the first of equals
    even[cause::network] = 1_ms;
    CHECK(even.binds() == cause::network);
    // Nothing but waiting for others: overhead.
    CHECK(near(
        serving::split_of({.network = 1_ms, .overhead = 2_ms, .total = 10_ms})[cause::overhead],
        9_ms));

    serving::load_passes const p = some_passes();
    serving::roofline_point const at = serving::point_of(p.step, t, p.rates);
    bytes const read = p.step.weights + p.step.cache;
    CHECK(near(at.intensity, p.step.work.total() / read));
    CHECK(near(at.of_ceiling, 45.0 / 60));
    CHECK(near(at.of_bandwidth, read / p.rates.memory / 60_ms));
    // The H100's dense 16 bit peak is 989.4 TFLOP/s, 3.35 TB/s: 295 FLOP a byte.
    CHECK(near(in_flops_per_byte(at.ridge), 989.4e12 / 3.35e12, reckon::test::within(1e-3)));
    CHECK(near(at.of_peak, in_flops(p.step.work.total()) / 989.4e12 / 0.060,
               reckon::test::within(1e-3)));
    CHECK(at.limit == resource::compute);
    serving::roofline_point const none = serving::point_of({}, {}, p.rates);
    CHECK(in_flops_per_byte(none.ridge) == 0);
    CHECK(in_flops_per_byte(none.intensity) == 0);
    CHECK(none.of_ceiling == 0);
    CHECK(none.of_bandwidth == 0);
    CHECK(none.of_peak == 0);
}

TEST_CASE("drafts: their time, and steps that bring several tokens") {
    serving::load_passes const p = some_passes();
    any_model const m = models::qwen3_30b_a3b;
    weight_bytes const w = serving::weights_of_all_stages(m, bf16, {}, engines::vllm);
    auto const with = [&](serving::speculation const& s) {
        return serving::speculating(p, m, any_precision(bf16), layout{}, engines::vllm,
                                    {.prompt = 1000_tok, .output = 500_tok}, w, s);
    };
    serving::load_passes const three = with({.drafted = 3, .acceptance = 0.5, .draft = 2_ms});
    CHECK(near(three.draft, 6_ms));
    CHECK(near(three.tokens_per_step, 1 + 0.5 + 0.25 + 0.125));
    CHECK(near(three.step.work.linear, p.step.work.linear * 4.0)); // four queries a request
    CHECK(near(three.step.work.head, p.step.work.head * 4.0));
    CHECK(three.step.sequences == p.step.sequences);
    serving::load_times const t = serving::times_of(three, server);
    CHECK(near(t.step, (t.decode.total + 6_ms) / 1.875));
    CHECK(with({.drafted = 0, .draft = 2_ms}).draft == seconds{});
    CHECK(with({}).tokens_per_step == 1);
    CHECK(serving::own_module(2).acceptance == 0.85);
}

TEST_CASE("two pools: engines of both, and sentences with their numbers") {
    serving::any_deployment const d{.model = models::llama_3_1_8b,
                                    .gpu = gpus::h100_sxm_80gb,
                                    .request = {.prompt = 2000_tok, .output = 300_tok}};
    serving::cache_link const link{.each_way = link_gigabytes_per_second(50)};
    auto const pools = [&](count x, count y, double rate, serving::cache_link const& over) {
        return serving::disaggregated(d, x, d, y, over, {.rate = per_second(rate)}, server, server);
    };
    CHECK(pools(0, 1, 1, link).error().message.view() ==
          "there are 0 prefill and 1 decode engines; each must be at least 1.");
    CHECK(pools(1, 0, 1, link).error().message.view() ==
          "there are 1 prefill and 0 decode engines; each must be at least 1.");
    CHECK(pools(1, 1, 0, link).error().message.view() ==
          "the request rate is 0.000 per second; it must be above 0.");
    REQUIRE(pools(1, 1, 0.5, link).has_value());
    serving::disaggregated_report const two = *pools(2, 3, 0.5, link);
    CHECK(two.prefill.engines == 2);
    CHECK(two.decode.devices == 3);
    CHECK(two.devices() == 5);
    CHECK(near(two.output_throughput, tokens_per_second(150)));
    double const in = in_per_second(two.prefill.queue.capacity);
    double const through = in_per_second(two.decode.queue.capacity);
    CHECK(near(in_per_second(two.capacity), std::min(in * 2, through * 3)));
    CHECK(near(two.balance, through / in));
    CHECK(two.prefill_binds == (in * 2 < through * 3));
    // Each bound of the link is taken, and refused beyond.
    auto const with = [&](auto change) {
        serving::cache_link l = link;
        change(l);
        return pools(1, 1, 0.5, l).has_value();
    };
    CHECK(with([](auto& l) { l.overlapped = 0; }));
    CHECK(with([](auto& l) { l.overlapped = 1; }));
    CHECK_FALSE(with([](auto& l) { l.overlapped = 1.01; }));
    CHECK_FALSE(with([](auto& l) { l.overlapped = -0.01; }));
    CHECK(with([](auto& l) { l.latency = seconds{}; }));
    CHECK_FALSE(with([](auto& l) { l.latency = seconds{-1e-9}; }));
    CHECK_FALSE(with([](auto& l) { l.reached = efficiency(0); }));
    CHECK_FALSE(with([](auto& l) { l.each_way = link_gigabytes_per_second(0); }));
    // 1 GB over two ranks of 10 GB/s at 50 %, 1 ms before it; three of four layers meanwhile, in a prompt of 40 ms.
    serving::cache_link const half{.each_way = link_gigabytes_per_second(10),
                                   .reached = efficiency(0.5),
                                   .latency = 1_ms,
                                   .overlapped = 1};
    serving::cache_transfer const t = serving::transfer_of(1_GB, half, 2, 4, 40_ms);
    CHECK(near(t.time, 101_ms));
    CHECK(near(t.exposed, 101_ms - 40_ms * 0.75));
    CHECK(near(serving::transfer_of(1_GB, half, 2, 4, 1_s).exposed, 101_ms * 0.25));
}

TEST_CASE(
    "two pools: prompts one after the other, decoding without prompts, and both after each other") {
    service_curve c = two_places();
    c.groups = 3;
    service_curve const filling = serving::detail::prompts_of(c);
    CHECK(filling.most == 65536);
    CHECK(filling.prompt == 700_ms);
    CHECK(filling.slot == 500_ms);
    CHECK(filling.per_request == 40_ms);
    CHECK(filling.groups == 3);
    CHECK(filling.output == 0);
    CHECK(near(in_per_second(filling.capacity()), 2.0)); // a slot each
    service_curve const decoding = serving::detail::decoding_of(c);
    CHECK(decoding.prompt == seconds{});
    CHECK(decoding.slot == seconds{});
    CHECK(decoding.per_request == seconds{});
    CHECK(decoding.groups == 3);
    CHECK(near(in_per_second(decoding.capacity()), 2 / 3.0)); // two of two steps of 1.5 s
    serving::queue_times first{
        .stable = true, .queued = 1_s, .time_to_first_token = {3_s, 2_s, 6_s, 9_s}};
    serving::queue_times const second{.stable = true,
                                      .in_flight = 7,
                                      .queued = 2_s,
                                      .time_to_first_token = {1_s, 1_s, 5_s, 5_s},
                                      .time_per_token = {4_s, 4_s, 4_s, 4_s},
                                      .end_to_end = {10_s, 10_s, 14_s, 10_s}};
    serving::queue_times const both = serving::detail::joined(first, second, 0.5_s);
    CHECK(both.stable);
    CHECK(both.in_flight == 7);
    CHECK(both.queued == 3_s);
    CHECK(both.time_to_first_token.mean == 4.5_s);
    CHECK(near(both.time_to_first_token.p50, 3.5_s));
    CHECK(near(both.time_to_first_token.p90, 4.5_s + 5_s)); // 3 and 4 s above their means
    CHECK(both.end_to_end.mean == 13.5_s);
    CHECK(near(both.end_to_end.p90, 13.5_s + 5_s));
    CHECK(near(both.end_to_end.p99, 13.5_s + 6_s));
    CHECK(both.time_per_token.mean == 4_s);
    first.stable = false;
    CHECK_FALSE(serving::detail::joined(first, second, {}).stable);
    // As many links as the smaller of the two has ranks: 131,072 bytes of 1,000 tokens at 40 GB/s each.
    serving::any_deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    serving::cache_link const link{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.8), .latency = 1_ms};
    for (auto const& [from, to, ranks] :
         {std::tuple{layout{.tensor = 4}, layout{.tensor = 2, .pipeline = 4}, 4.0},
          std::tuple{layout{.pipeline = 2}, layout{.tensor = 2, .pipeline = 4}, 2.0},
          std::tuple{layout{.tensor = 2, .pipeline = 3}, layout{.tensor = 2}, 2.0}}) {
        d.layout = to;
        auto const t = serving::transfer_to(d, from, link, 1000_tok, 1_s);
        CHECK(near(t.sent, bytes{131'072'000}));
        CHECK(near(in_seconds(t.time), 1e-3 + 131'072'000 / 40e9 / ranks));
    }
}

TEST_CASE("a load as times: prompts together, drafts, stages; and a batch that is filled at once") {
    serving::load_passes p = some_passes();
    CHECK(serving::load_passes{}.in_group == 1);
    CHECK(serving::load_passes{}.prompts_per_chunk == 1);
    CHECK(serving::load_passes{}.stages == 1);
    CHECK(serving::load_passes{}.groups == 1);
    CHECK(serving::host_processor{}.hop == 500_us);
    CHECK(serving::load_passes{}.tokens_per_step == 1);
    seconds const step = time_of(p.step, p.rates, server, server.decode_matmul).total;
    seconds const prompt = time_of(p.prompt, p.rates, server, server.prefill_matmul).total;
    seconds const chunk = time_of(p.chunk, p.rates, server, server.prefill_matmul).total;
    CHECK(chunk > prompt);
    p.prompts_per_chunk = 5;
    p.stages = 2;
    p.draft = 3_ms;
    p.tokens_per_step = 4;
    serving::load_times const t = serving::times_of(p, server);
    CHECK(near(t.step, (step + 3_ms) / 4));
    CHECK(near(t.prompt, prompt));
    CHECK(near(t.slot, chunk / 10));
    p.prompts_per_chunk = 1.5;
    CHECK(near(serving::times_of(p, server).slot, chunk / 3));
    p.prompts_per_chunk = 1; // a chunk is one prompt
    CHECK(near(serving::times_of(p, server).slot, prompt / 2));
    p.prompts_per_chunk = 5;
    p.output = 7;
    for (double const requests : {1.0, 2.0, 3.0}) {
        p.in_group = requests;
        auto const batch = serving::static_batch(p, server);
        CHECK(near(batch.first_token, requests > 1 ? chunk / 10 * requests : prompt));
        CHECK(near(batch.total, batch.first_token + (step + 3_ms) / 4 * 7));
        // Kept full: as many prompts as requests, and the steps of their answers.
        p.groups = 3;
        CHECK(near(serving::saturated_throughput(p, server),
                   tokens{requests * 3 * 7} / (chunk / 10 * requests + (step + 3_ms) / 4 * 7)));
    }
}

TEST_CASE("a pass of a step and a piece: what adds up, what is read once, and what is reached") {
    any_model const m = models::qwen3_30b_a3b;
    weight_bytes const w = serving::weights_of_all_stages(m, bf16, {}, engines::vllm);
    serving::load_passes const p = some_passes(); // 16 requests of 1,000 + 500 tokens
    auto const with = [&](double piece) {
        return serving::mixed_step_of(p, m, any_precision(bf16), {}, engines::vllm,
                                      {.prompt = 1000_tok, .output = 500_tok}, w, tokens{piece},
                                      server);
    };
    serving::mixed_step const s = with(250);
    // A quarter of a prompt: its scores and cache see half of it on average, its head is a quarter of a row.
    pass_cost const part = serving::detail::cost_of(m, w, any_precision(bf16), {},
                                                    {.tokens = 250,
                                                     .expert_tokens = 250,
                                                     .logit_rows = 0.25,
                                                     .context = {0, 1000},
                                                     .when = phase::prefill},
                                                    0.25, matrix_flops(m, {}));
    double const decoding = in_flops(p.step.work.total());
    double const filling = in_flops(part.work.total());
    double const reached = (decoding + filling) / (decoding / server.decode_matmul.fraction +
                                                   filling / server.prefill_matmul.fraction);
    pass_cost both = p.step;
    both.weights = weights_read(m, w, 266);
    both.spared = max(bytes{0}, both.weights - weights_streamed(m, w, 266));
    both.cache += part.cache;
    both.work.linear += part.work.linear;
    both.work.experts += part.work.experts;
    both.work.head += part.work.head;
    both.work.scores += part.work.scores;
    both.work.moved += part.work.moved;
    pass_time const t = time_of(both, p.rates, server, efficiency(reached));
    CHECK(near(s.time.total, t.total));
    CHECK(near(s.time.weights, t.weights));
    CHECK(near(s.time.cache, t.cache));
    CHECK(near(s.time.compute, t.compute));
    CHECK(near(s.time.activations, t.activations));
    CHECK(near(s.time.bound, t.bound));
    CHECK(near(s.filled, tokens{250} / s.time.total));
    CHECK(near(s.stall, s.time.total - s.step));
}

TEST_CASE("one stream: its passes, and micro-batches through several devices") {
    any_model const m =
        models::llama_3_1_8b; // 32 layers of 32 heads, 131,072 bytes of cache a token
    serving::stream_shape ask{.prompt = 1000_tok, .output = 128_tok, .micro_batch = 400_tok};
    auto const of = [&] {
        return serving::passes_of_stream(m, any_gpu(gpus::rtx_4090), recipe(bf16),
                                         any_precision(bf16), ask)
            .value();
    };
    serving::stream_passes p = of();
    CHECK(p.batches == 2.5);
    CHECK(p.prompt == 1000);
    CHECK(near(p.step.cache, bytes{131'072} * (1000 + 64.0)));
    CHECK(near(p.micro_batch.cache, bytes{131'072} * 500.0));
    flops const each = p.step.work.linear;
    CHECK(near(p.micro_batch.work.linear, each * 400.0));
    CHECK(near(p.micro_batch.work.head, p.step.work.head));
    ask.score_traffic = 6; // 32 x 32 x 500 scores of each of 400 tokens
    CHECK(near(of().micro_batch.cache, bytes{131'072} * 500.0 + bytes{32 * 32 * 500.0 * 400 * 6}));
    ask.score_traffic = 0;
    ask.depth = 3000_tok;
    CHECK(near(of().step.cache, bytes{131'072} * (3000 + 64.0)));
    CHECK(near(of().micro_batch.cache, bytes{131'072} * 3500.0));
    ask.micro_batch = 5000_tok; // no more than the prompt
    CHECK(of().batches == 1);
    CHECK(near(of().micro_batch.work.linear, each * 1000.0));
    // Six micro-batches through three devices: 6 x 3 / 8 as fast, of which gain half is reached.
    p.batches = 6;
    p.devices = 3;
    p.staged = 0.5;
    serving::stream_times const t = serving::times_of_stream(p, server);
    seconds const micro = time_of(p.micro_batch, p.rates, server, server.prefill_matmul).total;
    CHECK(near(t.prompt, micro * (6 / (1 + 0.5 * (18.0 / 8 - 1)))));
    CHECK(near(t.prompt_rate, tokens{1000} / t.prompt));
    CHECK(near(t.generation_rate, tokens{1} / t.step));
    CHECK(near(t.step, time_of(p.step, p.rates, server, server.decode_matmul).total));
}

TEST_CASE(
    "remedies in their order: what mends first, by what it costs users; else by what it frees") {
    using serving::remedy;
    using serving::remedy_kind;
    static_vector<remedy, 24> list{};
    auto const add = [&](remedy_kind kind, double freed, bool mends) {
        serving::detail::insert_ranked(list, {.kind = kind, .freed = bytes{freed}, .mends = mends});
    };
    add(remedy_kind::narrow_cache, 3, false);
    add(remedy_kind::pipeline, 5, true);
    add(remedy_kind::no_graphs, 4, false);
    add(remedy_kind::utilization, 1, true);
    add(remedy_kind::offload, 3, false); // as much as the first, and later
    add(remedy_kind::tensor_parallel, 9, true);
    remedy_kind const order[] = {remedy_kind::utilization,  remedy_kind::tensor_parallel,
                                 remedy_kind::pipeline,     remedy_kind::no_graphs,
                                 remedy_kind::narrow_cache, remedy_kind::offload};
    REQUIRE(list.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(list[i].kind == order[i]);
    }
}

TEST_CASE("sentences show their numbers as they are") {
    serving::any_deployment const busy{.model = models::llama_3_1_8b,
                                       .gpu = gpus::h100_sxm_80gb,
                                       .request = {.prompt = 2000_tok, .output = 300_tok}};
    auto const said = [&](double rate) {
        auto const o = serving::open_loop(busy, {.rate = per_second(rate)}, server);
        REQUIRE(!o);
        return std::string(o.error().message.view());
    };
    CHECK(said(-1.5) == "the request rate is -1.500 per second; it must be above 0.");
    CHECK(said(1e6).starts_with("requests arrive at 1,000,000.000 per second, and this deployment "
                                "keeps up with less than "));
    // One place is enough to answer, and none is not: 0.9 of the memory for weights and 2,300 tokens of 131,072 bytes.
    serving::any_deployment narrow = busy;
    narrow.engine = engines::on_paper;
    bytes const weights = weights_of(models::llama_3_1_8b, bf16).total();
    narrow.gpu.memory = (weights + bytes{131'072} * 2310.0) / 0.9;
    auto const single = serving::open_loop(narrow, {.rate = per_second(0.01)}, server);
    REQUIRE(single);
    CHECK(single->places == 1);
    narrow.gpu.memory = (weights + bytes{131'072} * 2290.0) / 0.9;
    CHECK_FALSE(serving::open_loop(narrow, {.rate = per_second(0.01)}, server));
    serving::memory_report tight{};
    tight.broken = serving::constraint::device;
    tight.budget = bytes{70.04e9};
    tight.capacity = bytes{80e9};
    tight.outside.value = bytes{10.26e9};
    CHECK(serving::explain(busy, tight).view() ==
          "the engine's budget of 70.0 GB fits, but beside it the driver's context, graphs and "
          "what else it does not count take 10.3 GB, more than the 10.0 GB left on H100 SXM 80GB; "
          "lower the utilization");
    serving::any_deployment nobody = busy;
    nobody.concurrency = 0;
    CHECK(serving::explain(nobody, memory_of(nobody)).view() ==
          "the concurrency is 0 requests; it must be at least 1");
    serving::any_deployment d{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = tokens{0.5}};
    CHECK(serving::explain(d, memory_of(d)).view() ==
          "context and concurrency must be at least 1 (context is 0 tokens)");
}
