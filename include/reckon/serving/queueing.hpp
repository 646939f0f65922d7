// SPDX-License-Identifier: MIT
// An open loop: requests arrive when they like, at a rate. How long they wait, on average and in the tail.
//
//   in flight    P(n) = P(n - 1) rate / served(min(n, most))        served(n): serving/service_curve.hpp
//   a place      P(wait) = P(n >= most); then exponential, mean (1 + v_o^2) / 2 / (served(most) - rate)
//   first token  per_request + step + prompt + W                   W: gamma, by mean and variance
//     W = what is left of the pass that runs + prompts that came with this one + prompts left behind
//     pass X     mean = step / (1 - rho), variance = slot^2 rate mean / (1 - rho^2)
//   a token      E[n] / (rate output), and above it what a step with E[n] + z D[n] in flight takes longer and what
//                prompts stop; at least a step alone, at most a full pass
//   end to end   first token + (output - 1) tokens; the answer: gamma, by the variances of length and token
//
//   symbol   | meaning                                                        | unit | domain
//   rate     | arrivals at one data-parallel group, Poisson                   | 1/s  | 0 < rate < capacity
//   rho      | rate x slot: the part of the time that goes into prompts       | -    | 0 .. 1
//   v_p, v_o | coefficients of variation of the lengths of prompts, answers   | -    | >= 0
//
// Requests share a group as equals (processor sharing), so that the number in flight depends on the mean of
// answers' lengths and not on their distribution. A pass carries a step of those who decode and the
// prompts that came during the pass before: a gated queue.
// Source:       birth and death, Kelly 1979, Reversibility and Stochastic Networks, 3.3 (insensitivity of
//               symmetric queues); gated passes: Takagi 1986, Analysis of Polling Systems; prompts that stay
//               behind: Pollaczek-Khinchine; gamma quantiles: Wilson and Hilferty 1931.
// Deviations:   engines that take prompts before they decode (SGLang) give the first token a step sooner.
// Not modelled: bursts, priorities, preemption where memory runs out, streams of one client that wait for
//               each other.
// Error:        of 207 means and percentiles against a simulation of passes: median 2.0 %, nine of ten within
//               10 %, worst 38 % (p99 of the first token where few wait for a place);
//               tests/serving/open_loop_simulated.cpp. Outside of what was simulated there: answers that take
//               far less time than prompts (60 tokens behind 0.4 s), whose time per token is a quarter too small.
#pragma once
#include <reckon/detail/elementary.hpp>
#include <reckon/serving/service_curve.hpp>

namespace reckon::inline v0::serving {

/// Who comes. Poisson: neither in step with each other nor in bursts.
struct arrivals {
    request_rate rate{};
    double prompt_variation{}; ///< standard deviation over mean of the lengths of prompts
    double output_variation{}; ///< and of answers
    double prefix_hit{};       ///< fraction of prompts found in the cache (prefix_cache.hpp)
};

/// Half, nine of ten, and 99 of 100 are below.
template <class T> struct percentiles {
    T mean{};
    T p50{};
    T p90{};
    T p99{};
    friend constexpr bool operator==(percentiles const&, percentiles const&) noexcept = default;
};

/// What arrivals meet.
struct queue_times {
    bool stable{};           ///< false: more arrive than are served, and nothing else is filled
    request_rate capacity{}; ///< that all groups together keep up with
    double utilization{};    ///< rate over capacity
    double in_flight{};      ///< requests that are served, of all groups, on average
    double waits{};          ///< chance that a request finds no place in memory or batch
    seconds waiting{};       ///< mean time before a place is free
    seconds queued{};        ///< mean time behind others, before a place and for the prompt
    percentiles<seconds> time_to_first_token{};
    percentiles<seconds> time_per_token{};
    percentiles<seconds>
        end_to_end{}; ///< from arrival to the last token; of answers that vary as `arrivals` says
};

namespace detail {

/// Percentiles of a sum of independent times, and a constant: deviations from the mean add in squares.
[[nodiscard]] constexpr percentiles<seconds>
sum_of(percentiles<seconds> const& a, percentiles<seconds> const& b, seconds more) noexcept {
    auto const at = [&](seconds x, seconds y) {
        double const dx = in_seconds(x - a.mean);
        double const dy = in_seconds(y - b.mean);
        double const both = dx > 0 && dy > 0 ? reckon::detail::sqrt(dx * dx + dy * dy) : dx + dy;
        return a.mean + b.mean + more + seconds{both};
    };
    return {a.mean + b.mean + more, at(a.p50, b.p50), at(a.p90, b.p90), at(a.p99, b.p99)};
}

/// Requests in flight in one group, as far as anybody needs to know it.
struct occupancy {
    double mean{};     ///< of those served
    double variance{}; ///< of those served
    double empty{};    ///< chance that nobody is there
    double full{};     ///< chance that every place is taken
};

/// The stationary distribution of birth at `rate` and death at what `curve` finishes. Domain: stable.
[[nodiscard]] constexpr occupancy occupancy_of(service_curve const& curve,
                                               request_rate rate) noexcept {
    constexpr double large = 1e200;
    constexpr double negligible = 1e-14;
    double term = 1; // of n, not normalised
    double none = 1;
    double sum = 1;
    double first = 0;
    double second = 0;
    double ratio = 0;
    double n = 0;
    while (n < curve.most) {
        n += 1;
        ratio = rate / curve.rate(n);
        term *= ratio;
        if (term > large) {
            for (double* x : {&none, &sum, &first, &second, &term}) {
                *x /= large;
            }
        }
        sum += term;
        first += term * n;
        second += term * n * n;
        if (ratio < 1 && term < negligible * sum) { break; }
    }
    double full = 0;
    if (n >= curve.most) {
        // Beyond the last place the same ratio repeats; those who wait are not served.
        double const beyond = term * ratio / (1 - ratio);
        full = term + beyond;
        sum += beyond;
        first += beyond * curve.most;
        second += beyond * curve.most * curve.most;
    }
    double const mean = first / sum;
    return {mean, reckon::detail::max(0.0, second / sum - mean * mean), none / sum, full / sum};
}

/// A mean and a variance; independent ones add up.
struct moments {
    double mean{};
    double variance{};
    friend constexpr moments operator+(moments a, moments b) noexcept {
        return {a.mean + b.mean, a.variance + b.variance};
    }
};

/// The quantile of a gamma distribution with these moments. Source: Wilson and Hilferty 1931.
[[nodiscard]] constexpr double gamma_quantile(moments of, double q) noexcept {
    if (!(of.mean > 0) || !(of.variance > 0)) { return of.mean; }
    double const ninth = of.variance / (9 * of.mean * of.mean); // 1 / (9 shape)
    double const root =
        1 - ninth + reckon::detail::normal_quantile(q) * reckon::detail::sqrt(ninth);
    return root > 0 ? of.mean * root * root * root : 0;
}

/// The time of an answer after its first token: `steps` tokens on average, whose number varies by `varied` (standard
/// deviation over mean) and whose time each by `deviation`.
[[nodiscard]] constexpr percentiles<seconds>
time_of_answer(double steps, double varied, double per_token, double deviation) noexcept {
    double const mean = steps * per_token;
    double const of_length = steps * varied * per_token;
    double const of_tokens = steps * deviation;
    moments const all{mean, of_length * of_length + of_tokens * of_tokens};
    return {seconds{mean}, seconds{gamma_quantile(all, 0.5)}, seconds{gamma_quantile(all, 0.9)},
            seconds{gamma_quantile(all, 0.99)}};
}

/// Time until a pass ends that a request meets, and the prompts that are taken in with it. Passes are gated:
/// X' = step + slot x Poisson(rate X), whose cumulants follow from each other; a request meets long ones
/// more often than short ones. `gated` is the part of prompts that a pass takes together.
[[nodiscard]] constexpr moments wait_for_pass(double step, double slot, double rate, double varied,
                                              double gated) noexcept {
    if (!(step > 0)) { return {}; }
    double const rho = rate * slot * gated;
    double const square = rate * slot * slot * varied * gated;
    double const cube = rate * slot * slot * slot * varied * varied * varied * gated;
    double const mean = step / (1 - rho);
    double const second = square * mean / (1 - rho * rho);
    double const third = (cube * mean + 3 * rho * square * second) / (1 - rho * rho * rho);
    double const met = mean + second / mean;
    double const met_variance = third / mean + second - second * second / (mean * mean);
    moments const left{met / 2, (met_variance + met * met) / 3 - met * met / 4};
    // Of those in the same pass, all are taken in before the first token of any appears.
    return {left.mean + rho * met,
            left.variance + square * met + rho * rho * met_variance + rho * met_variance};
}

/// What a request with a place waits for besides its own prompt, in seconds.
[[nodiscard]] constexpr moments wait_beside(service_curve const& curve, arrivals const& a,
                                            double rate, occupancy const& o) noexcept {
    double const slot = in_seconds(curve.slot);
    double const busy = 1 - o.empty;
    double const here = reckon::detail::max(1.0, o.mean / busy);
    double const step = curve.output > 0 ? in_seconds(curve.step(here)) : 0;
    double const varied = 1 + a.prompt_variation * a.prompt_variation;
    double const k = curve.prompts_per_pass;
    double const gated = k > 1 ? 1 - 1 / (k * k) : 0;
    moments const pass = wait_for_pass(step, slot, rate, varied, gated);
    moments wait{busy * pass.mean, busy * (pass.variance + pass.mean * pass.mean) -
                                       busy * busy * pass.mean * pass.mean};
    // Those for whom a pass has no room: a queue of prompts, each with its part of a step.
    double const each = slot + step * busy / k;
    double const load = rate * each;
    double const left_over = load / (2 * (1 - load)) * varied;
    double const spare = reckon::detail::max(0.0, k - 1);
    double const none_left = left_over > 0 ? reckon::detail::exp(-spare / left_over) : 0;
    double const behind = left_over * each * none_left;
    double const third =
        rate * each * each * each * varied * varied * varied * none_left / (3 * (1 - load));
    wait = wait + moments{behind, 2 * left_over * each * behind - behind * behind + third};
    // Pieces of its own prompt alternate with steps of the others.
    double const pieces = reckon::detail::max(1.0, 1 / k);
    wait.mean += (pieces - 1) * step * busy;
    wait.variance += slot * slot * (varied - 1);
    // Steps are longer when more are in flight than usual.
    double const slope =
        in_seconds(curve.step(here + 1) - curve.step(reckon::detail::max(1.0, here - 1))) / 2;
    double const passes = 0.5 + pieces;
    wait.variance += passes * passes * slope * slope * o.variance;
    return wait;
}

} // namespace detail

/// The queue in front of and inside `curve`. `stable` is false where the rate is at or above capacity.
/// Domain: a.rate > 0, variations >= 0, a curve with at least one point.
[[nodiscard]] constexpr queue_times queue_of(service_curve const& curve,
                                             arrivals const& a) noexcept {
    using reckon::detail::max;
    using reckon::detail::min;
    queue_times out{};
    out.capacity = curve.capacity() * curve.groups;
    out.utilization = a.rate / out.capacity;
    if (!(out.utilization < 1)) { return out; }
    out.stable = true;
    request_rate const rate = a.rate / curve.groups;
    detail::occupancy const o = detail::occupancy_of(curve, rate);
    double const per_second = in_per_second(rate);
    out.in_flight = o.mean * curve.groups;
    out.waits = o.full;
    double const answer_varied = (1 + a.output_variation * a.output_variation) / 2;
    seconds const turn = answer_varied / (curve.rate(curve.most) - rate);
    out.waiting = turn * o.full;

    detail::moments const beside = detail::wait_beside(curve, a, per_second, o);
    seconds const fixed = curve.per_request + curve.prompt +
                          (curve.output > 0 ? curve.step(max(1.0, o.mean)) : seconds{0});
    out.queued = seconds{beside.mean} + out.waiting;
    out.time_to_first_token.mean = fixed + out.queued;
    // The part of its own prompt that varies is drawn with the rest.
    double const own = in_seconds(curve.slot) * min(1.0, a.prompt_variation);
    auto const first_at = [&](double q) {
        double const here = detail::gamma_quantile({beside.mean + own, beside.variance}, q) - own;
        if (!(o.full > 1 - q)) { return fixed + seconds{here}; }
        // Who finds no place waits for it on top; the two are independent, so that deviations add in squares.
        double const for_place = in_seconds(turn) * reckon::detail::log(o.full / (1 - q));
        double const above = max(0.0, here - beside.mean);
        return fixed +
               seconds{beside.mean + reckon::detail::sqrt(above * above + for_place * for_place)};
    };
    out.time_to_first_token.p50 = first_at(0.5);
    out.time_to_first_token.p90 = first_at(0.9);
    out.time_to_first_token.p99 = first_at(0.99);

    out.end_to_end = out.time_to_first_token;
    if (!(curve.output > 0)) { return out; }
    double const per_token = o.mean / (per_second * curve.output);
    double const at_least = max(1.0, o.mean);
    // Of those in flight beyond the usual number two thirds of the variance last as long as a request does. Each
    // makes the steps longer, and its prompt stops the others for a moment: long ones for longer, and longer lives
    // meet more of them (a first passage). How many prompts come in a life grows with its length, and no more of
    // them are there than places; what is drawn here never falls when the rate rises.
    double const stall = in_seconds(curve.slot) / curve.output;
    double const rho = per_second * in_seconds(curve.slot);
    double const varied = (1 + a.prompt_variation * a.prompt_variation) *
                          (1 + a.output_variation * a.output_variation) / (1 - rho);
    seconds const least = curve.step(1);
    seconds const usual = curve.step(at_least);
    seconds const longest = curve.step(curve.most) + curve.slot * curve.prompts_per_pass;
    double const full = in_seconds(curve.step(curve.most)) + stall * curve.most;
    double const prompts =
        stall *
        reckon::detail::sqrt(min(curve.most, o.mean * max(1.0, per_token / in_seconds(least))));
    double const spread = reckon::detail::sqrt(o.variance);
    auto const above = [&](double z) {
        double const with = max(at_least, min(curve.most, o.mean + z * spread));
        double const steps = in_seconds(curve.step(with) - usual);
        double const stops = z * prompts;
        double const both = steps * steps * 2 / 3 + steps * stops + stops * stops * varied;
        return min(reckon::detail::sqrt(both),
                   max(0.0, full - per_token) + stops * reckon::detail::sqrt(varied));
    };
    double const deviation = above(1);
    auto const token_at = [&](double q) {
        double const z = reckon::detail::normal_quantile(q);
        return reckon::max(least,
                           reckon::min(longest, seconds{per_token + (z > 0 ? above(z) : 0)}));
    };
    out.time_per_token = {seconds{per_token}, token_at(0.5), token_at(0.9), token_at(0.99)};
    out.end_to_end =
        detail::sum_of(out.time_to_first_token,
                       detail::time_of_answer(max(0.0, curve.output - 1), a.output_variation,
                                              per_token, deviation),
                       seconds{});
    return out;
}

} // namespace reckon::inline v0::serving
