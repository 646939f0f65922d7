// SPDX-License-Identifier: MIT
// A run of so many requests that arrive faster than they are served: benchmarks at a rate beyond capacity, or at once.
//
//   start of request i = max( i / rate, (i - b) / capacity )        in order of arrival
//   first token        = wait for the start + wait for prompts + per_request + step + prompt
//   wait for prompts   = b / 2 max(0, slot - 1 / rate)              of those who are let in at once, b of n; slot of the rest
//   token              = step(b) + slot b / output
//   duration           = (n - b) / capacity + output token
//
//   symbol   | meaning                                                  | unit | domain
//   n        | requests of the run, of one data-parallel group          | -    | > 0
//   b        | places that memory and batch have, at most n             | -    | >= 1
//   rate     | arrivals at the group; infinite: all at once             | 1/s  | > capacity
//   capacity | requests that b in flight finish in a second: b / (b slot + output step(b)) | 1/s |
//
// Nothing settles: the queue grows while requests arrive and is worked off in order, so that means depend on how long
// the run is, and a figure without the number of requests says nothing.
// Source:       a fluid queue; the balance of work of serving/saturated.hpp.
// Not modelled: lengths that differ, which end the run with few in flight; preemption.
// Error:        speed_serving.*_open_loop in docs/accuracy.md.
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

/// `requests` of all groups together, at `rate` or, where `rate` is 0, all at once.
/// Domain: requests >= 1; a rate at or above `curve.capacity() * curve.groups`, or 0; a curve with at least one point.
[[nodiscard]] constexpr overloaded_times overloaded(service_curve const& curve, request_rate rate,
                                                    double requests) noexcept {
    double const n = reckon::detail::max(1.0, requests / curve.groups);
    double const b = reckon::detail::max(1.0, reckon::detail::min(curve.most, n));
    double const arrivals = in_per_second(rate / curve.groups);
    seconds const between = arrivals > 0 ? seconds{1 / arrivals} : seconds{0};
    seconds const served = 1 / curve.rate(b);
    overloaded_times out{};
    out.time_per_token = curve.step(b) + curve.slot * (b / reckon::detail::max(1.0, curve.output));
    // Of those beyond the places, the wait grows from 0 to the last one's.
    seconds const last = max(seconds{0}, served * (n - b) - between * n);
    seconds const bunch = max(seconds{0}, curve.slot - between) * (b / 2);
    double const later = (n - b) / n;
    out.time_to_first_token = curve.per_request + curve.prompt + curve.step(b) + bunch * (b / n) +
                              (last * 0.5 + curve.slot) * later;
    out.duration =
        max(served * (n - b), between * (n - b)) + curve.prompt + out.time_per_token * curve.output;
    out.output_throughput = tokens{n * curve.groups * curve.output} / out.duration;
    return out;
}

} // namespace reckon::inline v0::serving
