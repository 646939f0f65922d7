// SPDX-License-Identifier: MIT
// What is asked about the speed of a deployment, and the answer as tables, CSV or a picture.
#pragma once
#include "speed/subject.hpp"

#include <reckon/io/table.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/prefix_cache.hpp>

#include <string>
#include <vector>

namespace speed {

struct question {
    reckon::any_deployment deployment{};
    std::vector<reckon::count> sweep{}; ///< requests in flight; empty: powers of two that fit
    double rate{};                      ///< requests a second; 0: not asked
    double hit{};                       ///< fraction of prompts that is found in the cache
    reckon::serving::arrivals varied{}; ///< how lengths vary
};

/// One number of requests in flight.
struct sweep_point {
    reckon::count concurrency{};
    reckon::serving::loop_times times{};
    double all{};             ///< output tokens a second of all requests
    double per_user{};        ///< tokens a second that one request sees, after the first
    double per_accelerator{}; ///< output tokens a second and device
};

struct answer {
    question asked{};
    reckon::serving::memory_report memory{};
    reckon::serving::speed_report speed{};
    reckon::serving::loop_times loop{}; ///< at the concurrency asked for, hits counted
    reckon::serving::speed_breakdown parts{};
    reckon::serving::open_loop_report arriving{}; ///< where a rate was asked for
    reckon::count most{};                         ///< requests that fit
    std::vector<sweep_point> sweep{};
};

[[nodiscard]] reckon::result<answer> find_answer(question const& q);

/// Headings, sentences and tables.
[[nodiscard]] std::string to_text(answer const& a, bool markdown, bool colour);
/// The sweep, one row a concurrency, numbers in seconds and tokens a second.
[[nodiscard]] std::string to_csv(answer const& a);
/// What gnuplot draws: throughput of an accelerator against tokens a second that a user sees.
[[nodiscard]] std::string to_script(answer const& a);

} // namespace speed
