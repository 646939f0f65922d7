// SPDX-License-Identifier: MIT
// A run of so many requests that arrive faster than they are served: benchmarks at a rate beyond capacity, or at once.
//
//   start of request i = max( i / rate, (i - b / 2) / capacity )    in order of arrival, of those beyond the places
//   first token        = wait for the start + per_request + step + prompt + slot wait
//   wait               = (b + k) / 2 - 1, of which arrivals apart spare 1 / (rate slot)     of those who are let in at once
//                      = min(b - 1, rho / 2)                        of the rest: a loop that is warm (serving/closed_loop.hpp)
//   token              = step(b) + slot (b - 1 - wait) / output
//   duration           = (n - b) / capacity + life of the last request
//
//   symbol   | meaning                                                  | unit | domain
//   n        | requests of the run, of one data-parallel group          | -    | > 0
//   b        | places that memory and batch have, at most n             | -    | >= 1
//   k        | prompts of one pass, whose first tokens appear together  | -    | 1 .. b
//   rate     | arrivals at the group; infinite: all at once             | 1/s  | > capacity
//   capacity | requests that b in flight finish in a second: b / (b slot + output step(b)) | 1/s |
//   rho      | the part of the time that goes into prompts: capacity slot | -  | 0 .. 1
//
// In the life of a request b - 1 prompts of others are filled, its own before its first token: what it does not wait for then
// stops it between its tokens. Places come free when as much is done as requests hold: half of what is in flight is still to do.
//
// Nothing settles: the queue grows while requests arrive and is worked off in order, so that means depend on how long
// the run is, and a figure without the number of requests says nothing.
// Source:       a fluid queue; the balance of work of serving/saturated.hpp.
// Not modelled: lengths that differ, which end the run with few in flight; places that fill up slowly, at rates little above
//               capacity; preemption.
// Error:        speed_serving.*_open_loop in docs/accuracy.md; tests/serving/open_loop_simulated.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/serving/service_curve.hpp>

namespace reckon::inline v0::serving {

/// Means over the requests of a run.
struct overloaded_times {
    seconds time_to_first_token{};
    seconds time_per_token{};
    seconds duration{};             ///< from the first arrival to the last token
    token_rate output_throughput{}; ///< of all groups, over the whole run
};

namespace detail {

/// The mean of what is positive of numbers that go from `from` to `to` in even steps.
[[nodiscard]] constexpr seconds mean_of_positive(seconds from, seconds to) noexcept {
    seconds const none{};
    if (from >= none && to >= none) { return (from + to) / 2; }
    if (from <= none && to <= none) { return none; }
    seconds const most = max(from, to);
    return most * (most / (most - min(from, to)) / 2);
}

} // namespace detail

/// `requests` of all groups together, at `rate` or, where `rate` is 0, all at once.
/// Domain: requests >= 1; a rate at or above `curve.capacity() * curve.groups`, or 0; a curve with at least one point.
[[nodiscard]] constexpr overloaded_times overloaded(service_curve const& curve, request_rate rate,
                                                    double requests) noexcept {
    using reckon::detail::max;
    using reckon::detail::min;
    double const n = max(1.0, requests / curve.groups);
    double const b = max(1.0, min(curve.most, n));
    double const output = max(1.0, curve.output);
    double const arrivals = in_per_second(rate / curve.groups);
    seconds const between = arrivals > 0 ? seconds{1 / arrivals} : seconds{0};
    seconds const served = 1 / curve.rate(b);
    seconds const step = curve.step(b);
    double const at_once = b / n; // of all requests; the others come later

    double const together = max(1.0, min(curve.prompts_per_pass, b));
    double const bunched = (b + together) / 2 - 1;
    double const apart = curve.slot > seconds{0} ? min(1.0, between / curve.slot) : 1;
    double const warm = min(b - 1, curve.slot / served / 2);
    double const wait = bunched * (1 - apart) * at_once + warm * (1 - at_once);
    seconds const place = detail::mean_of_positive(served * (b / 2) - between * b,
                                                   served * (n - b / 2) - between * n);

    overloaded_times out{};
    out.time_per_token = step + curve.slot * ((b - 1 - wait) / output);
    seconds const begun = curve.prompt + step + curve.slot * wait;
    out.time_to_first_token = curve.per_request + begun + place * (1 - at_once);
    out.duration =
        reckon::max(served, between) * (n - b) + begun + out.time_per_token * (output - 1);
    out.output_throughput = tokens{n * curve.groups * curve.output} / out.duration;
    return out;
}

} // namespace reckon::inline v0::serving
