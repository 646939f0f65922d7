// SPDX-License-Identifier: MIT
// Runs of requests that arrive faster than they are served.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/service_curves.hpp"

#include <reckon/serving/overload.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::bent;
using reckon::test::near;
using reckon::test::within;
using serving::overloaded;
using serving::service_curve;

namespace {
/// Ten places, 10 ms a step whatever the load, 20 ms a prompt, 100 tokens an answer: 10 requests in 1.2 s.
constexpr service_curve curve = [] {
    service_curve c{};
    c.steps.push_back({1, milliseconds(10)});
    c.steps.push_back({10, milliseconds(10)});
    c.most = 10;
    c.prompt = milliseconds(20);
    c.slot = milliseconds(20);
    c.prompts_per_pass = 4;
    c.output = 100;
    return c;
}();

} // namespace

TEST_CASE("a long run is served at capacity, however fast it comes") {
    double const most =
        in_tokens_per_second(overloaded(curve, per_second(0), 1e6).output_throughput);
    CHECK(near(most, 10 * 100 / 1.2, within(1e-3)));
    CHECK(near(in_tokens_per_second(overloaded(curve, per_second(50), 1e6).output_throughput), most,
               within(1e-3)));
}

TEST_CASE("the mean wait grows with the run, and is half of the last one's") {
    auto const run = [](double n) {
        return overloaded(curve, per_second(0), n).time_to_first_token;
    };
    CHECK(run(1000) > run(100));
    // (1000 - 10) requests of 0.12 s each are before the last.
    CHECK(near(run(1000), 990 * 120_ms / 2, within(0.02)));
    // Arriving as they are served, hardly anybody waits.
    CHECK(overloaded(curve, per_second(8.4), 1000).time_to_first_token < run(1000) * 0.02);
}

TEST_CASE("what finds places at once waits for the prompts before it alone") {
    // One pass takes four prompts, whose first tokens appear together: nothing is left to stop the others.
    auto const few = overloaded(curve, per_second(0), 4);
    CHECK(near(few.time_to_first_token, 20_ms + 10_ms + 3 * 20_ms));
    CHECK(near(few.time_per_token, 10_ms));
    // Two passes: half of eight wait for three others, half for seven, and the first half is stopped by four.
    auto const more = overloaded(curve, per_second(0), 8);
    CHECK(near(more.time_to_first_token, 20_ms + 10_ms + 5 * 20_ms));
    CHECK(near(more.time_per_token, 10_ms + 20_ms * 2 / 100));
}

TEST_CASE("who is alone in a group never waits for its own prompt between tokens") {
    service_curve alone = curve;
    alone.most = 1;
    for (double const n : {1.0, 5.0, 1000.0}) {
        auto const run = overloaded(alone, per_second(0), n);
        CHECK(near(run.time_per_token, 10_ms));
        // One after the other, a second and a prompt each.
        CHECK(near(run.time_to_first_token, 30_ms + 1020_ms * (n - 1) / 2));
        CHECK(near(run.duration, 1020_ms * n));
    }
}

TEST_CASE("groups share a run") {
    service_curve two = curve;
    two.groups = 2;
    auto const one = overloaded(curve, per_second(20), 300);
    auto const both = overloaded(two, per_second(40), 600);
    CHECK(near(both.time_to_first_token, one.time_to_first_token));
    CHECK(near(both.output_throughput, one.output_throughput * 2));
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
