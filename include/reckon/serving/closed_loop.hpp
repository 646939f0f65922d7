// SPDX-License-Identifier: MIT
// A closed loop: a fixed number of requests in flight, each finished one replaced at once; started
// cold.
//
//   tpot       = step + slot b / output                  each finished request lets a new prompt in
//   ttft       = t_request + step + prompt + slot (wait + 1/2 min(rho / (1 - rho), b))
//   rho        = slot b / (slot b + output step)
//   wait       = b (1 / (2 n) + bunching)                a cold start: all requests arrive at once
//   throughput = b groups output / (ttft + (output - 1) tpot)
//
//   symbol   | meaning                                                       | unit | domain
//   b        | requests in flight in one data-parallel group                 | -    | >= 1
//   n        | requests that each place in the loop serves during the run    | -    | > 0
//   bunching | what is left of the first wave in the later ones              | -    | >= 0
//
// With everybody arriving at once, the first b of n b requests wait for half of each other on
// average; output lengths drawn between 80 and 100 % keep the next waves bunched. A loop that is
// warm, or requests that arrive one by one, have wait = 0.
// Source:       runs that send 10 C prompts with C in flight show a slope of 0.075-0.08 prompts a
//               request in flight (Llama-70B FP8 on 4 x H200, C from 4 to 64).
// Deviations:   the wait for other prompts falls faster than answers grow where prompts fill most of the
//               loop, so that a slightly longer answer can end slightly earlier.
// Not modelled: memory that holds fewer than b requests; priorities; prefix-cache hits.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// How a closed loop is driven.
struct loop_start {
    double requests_per_place{10};
    double bunching{0.028};
    [[nodiscard]] static constexpr loop_start warm() noexcept {
        return {.requests_per_place = 0, .bunching = 0};
    }
    /// Prompts that an average request waits for, per request in flight.
    [[nodiscard]] constexpr double wait() const noexcept {
        return (requests_per_place > 0 ? 0.5 / requests_per_place : 0) + bunching;
    }
};

struct loop_times {
    seconds time_per_token{};
    seconds time_to_first_token{};
    seconds end_to_end{}; ///< of one request
    token_rate output_throughput{};
};

/// Domain: `t` are the times of `p` under `c`.
[[nodiscard]] constexpr loop_times closed_loop(load_passes const& p, load_times const& t,
                                               calibration const& c,
                                               loop_start start = {}) noexcept {
    seconds const filling = t.slot * p.in_group;
    seconds const decoding = t.step * p.output;
    double const queue = reckon::detail::min(filling / decoding, p.in_group); // rho / (1 - rho)
    loop_times out{};
    out.time_per_token = t.step + filling / reckon::detail::max(1.0, p.output);
    // Alone there is nobody to wait for.
    double const others = reckon::detail::max(0.0, p.in_group - 1);
    out.time_to_first_token = c.per_request + t.step + t.prompt +
                              t.slot * (start.wait() * others + 0.5 * (others > 0 ? queue : 0.0));
    seconds const whole =
        out.time_to_first_token + out.time_per_token * reckon::detail::max(0.0, p.output - 1);
    out.end_to_end = whole;
    out.output_throughput = tokens{p.in_group * p.groups * p.output} / whole;
    return out;
}

[[nodiscard]] constexpr loop_times closed_loop(load_passes const& p, calibration const& c,
                                               loop_start start = {}) noexcept {
    return closed_loop(p, times_of(p, c), c, start);
}

} // namespace reckon::inline v0::serving
