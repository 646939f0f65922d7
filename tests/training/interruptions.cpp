// SPDX-License-Identifier: MIT
// Time lost to failures: the interval of Young and Daly, and what a run loses at it.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/duration_of.hpp>
#include <reckon/training/validate.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;

TEST_CASE(
    "the best interval is the square root of twice the wait times the time between failures") {
    CHECK(near(checkpoint_interval(seconds{50}, seconds{10000}), seconds{1000},
               reckon::test::within(1e-9)));
    // A quarter or four times as long an interval loses more.
    auto const loses = [](double interval) { return 50 / interval + interval / 2 / 10000; };
    CHECK(loses(1000) < loses(250));
    CHECK(loses(1000) < loses(4000));
}

TEST_CASE("a run loses the wait of every interval, half an interval a failure, and the restart") {
    any_run const r{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    reliability rel{};
    rel.storage = data_rate_bytes_per_second(1e9);
    rel.restart = seconds{600};
    rel.device_hours_between_failures = 4000;
    duration_report const d = duration_of(r, tokens{1e10}, calibration_for(r.gpu), rel);
    REQUIRE(d.valid());
    double const between = 4000.0 / 8 * 3600;
    double const waiting = in_seconds(d.writing);
    CHECK(near(in_seconds(d.writing), in_bytes(d.checkpoint.full()) / 1e9));
    CHECK(
        near(in_seconds(d.interval), std::sqrt(2 * waiting * between), reckon::test::within(1e-9)));
    double const interval = in_seconds(d.interval);
    CHECK(near(d.lost / d.work, waiting / interval + (interval / 2 + 600) / between,
               reckon::test::within(1e-9)));
    CHECK(near(d.total.value, d.work + d.lost));
    CHECK(near(d.failures, in_seconds(d.total.value) / between));
    // Checkpoints that nobody waits for still cost a second each.
    rel.waiting = 0;
    duration_report const free = duration_of(r, tokens{1e10}, calibration_for(r.gpu), rel);
    CHECK(near(in_seconds(free.interval), std::sqrt(2 * between), reckon::test::within(1e-9)));
    CHECK(free.lost < d.lost);
}
