// SPDX-License-Identifier: MIT
// The speed of a deployment: how its numbers hang together.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr deployment llama{.model = models::llama_3_1_70b,
                           .gpu = gpus::h100_sxm_80gb,
                           .layout = {.tensor = 4},
                           .max_context = 8_Ktok,
                           .concurrency = 32,
                           .request = {.prompt = 2000_tok, .output = 500_tok}};
} // namespace

TEST_CASE("throughput, latency and requests are one statement (Little's law)") {
    constexpr serving::speed_report s = speed_of(llama);
    static_assert(s.known && !s.request_assumed);
    CHECK(near(in_per_second(s.requests) * in_seconds(s.end_to_end.value), 32.0));
    CHECK(near(s.output_throughput.value, 500_tok * s.requests));
    CHECK(near(s.total_throughput, 2500_tok * s.requests));
    CHECK(s.end_to_end.value > s.time_to_first_token.value);
    CHECK(s.time_to_first_token.value > s.prefill.total);
    CHECK(s.time_per_token.value >= s.decode.total);
    CHECK(s.request == llama.request);
}

TEST_CASE("estimates carry the calibration's interval and origin") {
    constexpr calibration c = calibration_for(llama.gpu, llama.engine);
    constexpr serving::speed_report s = speed_of(llama, c);
    CHECK(near(s.time_per_token.high, s.time_per_token.value * (1 + c.spread.per_token)));
    CHECK(near(s.time_per_token.low, s.time_per_token.value / (1 + c.spread.per_token)));
    CHECK(
        near(s.time_to_first_token.high, s.time_to_first_token.value * (1 + c.spread.first_token)));
    CHECK(near(s.output_throughput.high, s.output_throughput.value * (1 + c.spread.throughput)));
    CHECK(s.time_per_token.source == c.source);
    CHECK(s.output_throughput.low < s.output_throughput.value);
    // The shipped one by default.
    CHECK(near(speed_of(llama).time_per_token.value, s.time_per_token.value));
}

TEST_CASE("one request: what bandwidth allows, and no more") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .max_context = 1_Ktok,
                 .request = {.prompt = 1_tok, .output = 2_tok}};
    serving::speed_report const s = speed_of(d);
    // 7.5e9 parameters without the embedding, two bytes each, over 3,350 GB/s: 4.48 ms.
    CHECK(near(s.decode_bound, 4.48_ms, within(0.005)));
    CHECK(s.decode.bound_by == resource::memory);
    CHECK(s.bound_by == resource::memory);
    d.request = {.prompt = 1000_tok, .output = 2_tok};
    CHECK(speed_of(d).prefill.bound_by == resource::compute);
}

TEST_CASE("lengths that are not given are half of the context each, and it says so") {
    deployment d = llama;
    d.request = {};
    serving::speed_report const s = speed_of(d);
    CHECK(s.request_assumed);
    CHECK(s.request == serving::request_shape{4_Ktok, 4_Ktok});
}

TEST_CASE("a pipeline does not read weights faster, it reads them side by side") {
    deployment d = llama;
    d.layout = {.tensor = 4, .pipeline = 2};
    // A step passes both stages one after the other: as long as without, but for half of the batch.
    CHECK(near(speed_of(d).decode.weights, speed_of(llama).decode.weights));
    CHECK(near(speed_of(d).decode.cache, speed_of(llama).decode.cache / 2));
}

TEST_CASE("memory and speed together are the two apart") {
    deployment d = llama;
    for (layout const l : {layout{.tensor = 4}, layout{.tensor = 2, .pipeline = 4}}) {
        d.layout = l;
        serving::full_report const both = estimate_of(d);
        CHECK(both.memory.needed() == memory_of(d).needed());
        CHECK(both.speed.end_to_end == speed_of(d).end_to_end);
    }
    d.layout = {.tensor = 3}; // no speed for what does not divide
    CHECK_FALSE(estimate_of(d).speed.known);
    CHECK(estimate_of(d).memory.broken == serving::constraint::layout);
}
