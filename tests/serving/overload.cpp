// SPDX-License-Identifier: MIT
// Runs of requests that arrive faster than they are served.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/serving/overload.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
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
