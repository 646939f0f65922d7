// SPDX-License-Identifier: MIT
// A closed loop: a fixed number of requests in flight, each finished one replaced at once.
//
//   tpot       = step + slot (b - 1 - wait) / output     each finished request lets a new prompt in
//   ttft       = t_request + step + prompt + slot wait + (v / b) (life of a request)
//   wait       = min(b - 1, c.wait (together (b - 1) + bunched (b - 1) / (b - 1 + settling)))   a cold start
//              = min(b - 1, rho / 2),   rho = slot b / (slot b + output step)     a warm loop
//   throughput = b groups output / (ttft + (output - 1) tpot)
//
//   symbol   | meaning                                                       | unit | domain
//   b        | requests in flight in one data-parallel group                 | -    | >= 1
//   c.wait   | how a scheduler stretches the wait: one that fills prompts before it decodes keeps bunches | - | > 0
//   v        | requests that wait because memory holds no more than b        | -    | >= 0
//   together | prompts waited for, per request in flight: all of them arrived at once in the beginning
//   bunched  | prompts of a bunch that stays together, most; settling: requests at half of it
//
// In the life of a request each of the others is replaced once, so that b - 1 prompts are filled: those that it waits for before
// its first token, and the rest between its tokens.
//
// Runs that keep C requests in flight begin with C prompts at once and remain bunched, because answers
// of like length end together. The wait in prompts depends on the number in flight and neither on the
// length of prompts (1,024 and 4,096 tokens: 3.5 and 3.4 prompts at 8 in flight, 8.6 and 6.8 at 64) nor
// on that of answers (128 to 1,024 tokens: within 2 %). A loop that is warm and mixed has only what is
// left of a prompt that is being filled.
// Source:       Qwen3-32B on 2 x H100 under vLLM 0.12 and TensorRT-LLM 1.0, 8 to 128 in flight
//               (aiconfigurator's measurements); runs that send 10 C prompts with C in flight.
//               Lengths drawn from a range: Llama-3.1-70B on H100 and B200 (InferenceX).
// Deviations:   `wait` of engines is fitted to loops of both kinds.
// Not modelled: priorities; prefix-cache hits.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// How a closed loop is driven. A cold start by default, as benchmarks do it.
struct loop_start {
    double together{0.065};
    double bunched{1.2};
    double settling{3};
    /// All phases of requests mixed: what a service sees.
    [[nodiscard]] static constexpr loop_start warm() noexcept {
        return {.together = 0, .bunched = 0};
    }
    /// Begun cold, with lengths drawn from a range: 80 to 100 % of the stated ones break bunches up, and of
    /// 10 C requests a tenth waits for up to C prompts, 0.05 C on average.
    [[nodiscard]] static constexpr loop_start drawn_lengths() noexcept {
        return {.together = 0.05, .bunched = 0.6};
    }
    /// Prompts that a request waits for beside `others`. Domain: others >= 0.
    [[nodiscard]] constexpr double wait(double others) const noexcept {
        return together * others + bunched * others / (others + settling);
    }
};

/// What clients of a closed loop see, on average.
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
    double const others = reckon::detail::max(0.0, p.in_group - 1);
    bool const warm = start.together == 0 && start.bunched == 0;
    // Alone there is nobody to wait for.
    double const wait = reckon::detail::min(others, warm ? 0.5 * (filling / (filling + decoding))
                                                         : start.wait(others) * c.wait);
    loop_times out{};
    out.time_per_token = t.step + t.slot * ((others - wait) / reckon::detail::max(1.0, p.output));
    out.time_to_first_token = c.per_request + t.step + t.prompt + t.slot * wait;
    seconds const life =
        out.time_to_first_token + out.time_per_token * reckon::detail::max(0.0, p.output - 1);
    out.output_throughput = tokens{p.in_group * p.groups * p.output} / life;
    // A place in memory comes free `in_group` times in the life of a request.
    seconds const admission = life * (p.waiting / p.in_group);
    out.time_to_first_token = out.time_to_first_token + admission;
    out.end_to_end = life + admission;
    return out;
}

/// The same, with the times of the passes worked out on the way.
[[nodiscard]] constexpr loop_times closed_loop(load_passes const& p, calibration const& c,
                                               loop_start start = {}) noexcept {
    return closed_loop(p, times_of(p, c), c, start);
}

} // namespace reckon::inline v0::serving
