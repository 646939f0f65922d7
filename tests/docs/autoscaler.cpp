// SPDX-License-Identifier: MIT
// docs/tutorials/autoscaler.md: replicas on every tick, from a capacity that keeps promises.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/replicas.hpp>

#include <array>
#include <iostream>

using namespace reckon::literals;
using reckon::io::to_text;

// [replica]
constexpr auto replica = reckon::deployment{.name = "chat-8b",
                                            .model = reckon::models::llama_3_1_8b,
                                            .gpu = reckon::gpus::l40s,
                                            .weights = reckon::fp8_per_channel,
                                            .kv_cache = reckon::fp8,
                                            .max_context = 8_Ktok,
                                            .request = {.prompt = 800_tok, .output = 200_tok}};

constexpr reckon::serving::latency_limits promise{
    .time_to_first_token = 1_s, .time_per_token = 50_ms, .of = reckon::serving::percentile::p90};
// [/replica]

// [capacity]
/// Requests a second that one replica carries within the promise.
constexpr reckon::result<reckon::request_rate> capacity = reckon::serving::largest_rate(
    replica, promise, reckon::calibration_for(replica.gpu, replica.engine));
static_assert(capacity, "the promise cannot be kept at any rate");
// [/capacity]

// [tick]
constexpr reckon::serving::replica_rules rules{
    .capacity = *capacity, .planned_use = 0.8, .spare = 1, .starting = 90_s, .least = 2};

/// What runs after this tick: up at once, down by one at a time.
reckon::count after_tick(reckon::count running, reckon::request_rate now,
                         reckon::request_rate before, reckon::seconds apart) {
    double const growth = reckon::in_per_second(now - before) / reckon::in_seconds(apart);
    auto const wanted = reckon::serving::replicas_for(now, rules, growth > 0 ? growth : 0);
    if (!wanted) { return running; } // a rate that is none: wanted.error().message says so
    return *wanted < running ? running - 1 : *wanted;
}
// [/tick]

int main() {
    // [loop]
    std::cout << "one replica carries " << to_text(*capacity) << '\n';
    std::array const observed{4.0, 6.0, 11.0, 25.0, 38.0, 37.0, 20.0, 9.0, 5.0};
    reckon::count running = 3;
    double before = observed[0];
    for (double const now : observed) {
        running = after_tick(running, reckon::per_second(now), reckon::per_second(before), 30_s);
        std::cout << now << " requests/s: " << running << " replicas\n";
        before = now;
    }
    // [/loop]
}
