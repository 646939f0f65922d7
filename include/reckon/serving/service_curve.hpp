// SPDX-License-Identifier: MIT
// How fast one data-parallel group works at every number of requests in flight: what a queue needs to know.
//
//   rate(n)  = n / (n slot + output step(n))       requests finished a second, n in flight
//   taken(k) = k / (step(n) + k slot)              prompts taken a second, k in each pass
//
//   symbol  | meaning                                                        | unit | domain
//   step(n) | a decode step of n requests, linear between powers of two      | s    | >= 0
//   slot    | what one prompt costs beside others (serving/passes.hpp)       | s    | >= 0
//   k       | prompts that a pass takes: tokens of a pass / prompt; below 1 a prompt takes several | - | > 0
//
// Source:       serving/passes.hpp; the balance of work of serving/saturated.hpp.
// Deviations:   between powers of two the step of a mixture is concave and up to 2 % above the line.
// Error:        that of the passes: docs/accuracy.md.
#pragma once
#include <reckon/serving/prefix_cache.hpp>
#include <reckon/serving/saturated.hpp>

namespace reckon::inline v0::serving {

/// One data-parallel group, at all its loads.
struct service_curve {
    static constexpr std::size_t most_points = 20;
    /// The step of decoding at so many requests in flight.
    struct point {
        double requests{};
        seconds step{};
    };
    static_vector<point, most_points> steps{}; ///< ascending in requests, the first at 1
    double most{};                             ///< requests that a group holds at once
    seconds prompt{};                          ///< one prompt alone
    seconds slot{};                            ///< one prompt beside others
    double prompts_per_pass{1};
    double output{};       ///< tokens of one answer
    double groups{1};      ///< that share the arrivals evenly
    seconds per_request{}; ///< tokenising, admission, first response

    /// Time of a decode step of `n` requests; that of one below 1, that of the last beyond it.
    [[nodiscard]] constexpr seconds step(double n) const noexcept {
        if (steps.empty()) { return {}; }
        if (n <= steps[0].requests) { return steps[0].step; }
        for (std::size_t i = 1; i < steps.size(); ++i) {
            point const& below = steps[i - 1];
            point const& above = steps[i];
            if (n <= above.requests) {
                double const at = (n - below.requests) / (above.requests - below.requests);
                return below.step + (above.step - below.step) * at;
            }
        }
        return steps[steps.size() - 1].step;
    }
    /// Requests that a group finishes in a second with `n` of them in flight. Domain: n > 0.
    [[nodiscard]] constexpr request_rate rate(double n) const noexcept {
        return n / (slot * n + step(n) * output);
    }
    /// The largest rate of arrivals that a group keeps up with: it finishes what it holds, and takes
    /// prompts in as fast as they come.
    [[nodiscard]] constexpr request_rate capacity() const noexcept {
        request_rate const finished = rate(most);
        seconds const one = slot + (output > 0 ? step(most) / prompts_per_pass : seconds{0});
        return one > seconds{0} ? min(finished, 1 / one) : finished;
    }
};

/// The largest number of requests of one group that a curve follows, whatever memory would hold.
inline constexpr count most_followed = count{1} << 16;

/// The curve of a load; `most` are the requests that one group holds, `hit` is the fraction of prompts that is found
/// in the cache. Unknown where a rate that the load needs was never published.
/// Domain: `check(m, l)` is ok, request.known(), most >= 1, 0 <= hit <= 1.
template <model M, gpu G>
[[nodiscard]] constexpr figure<service_curve>
curve_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
         reckon::layout const& l, engine const& e, request_shape request, count most,
         calibration const& c, double hit = 0) noexcept {
    service_curve curve{};
    weight_bytes const w = weights_of_all_stages(m, weights, l, e);
    count const last = reckon::detail::min(most, most_followed);
    auto const groups = static_cast<double>(l.data);
    auto const add = [&](count n) {
        figure<load_passes> const p =
            passes_of(m, g, weights, cache, l, e, request, static_cast<double>(n) * groups, w);
        if (!p.known()) { return false; }
        load_times const t = times_of(reusing(p.value(), m, g, cache, l, e, request, w, hit), c);
        curve.steps.push_back({static_cast<double>(n), t.step});
        curve.prompt = t.prompt;
        curve.slot = t.slot;
        return true;
    };
    for (count n = 1; n < last; n *= 2) {
        if (!add(n)) { return unknown; }
    }
    if (!add(last)) { return unknown; }
    curve.most = static_cast<double>(last);
    curve.output = in_tokens(request.output);
    curve.groups = groups;
    curve.per_request = c.per_request;
    double const in_pass = static_cast<double>(batched_tokens_on(e, g));
    if (in_pass > 0) { curve.prompts_per_pass = in_pass / tokens_computed(request.prompt, hit); }
    return curve;
}

/// Requests that one group of a deployment holds at once: what memory has room for, and no more than the
/// engine takes into a batch. 0 where not even one fits.
template <model M, gpu G>
[[nodiscard]] constexpr count requests_held(deployment<M, G> const& d,
                                            request_shape request) noexcept {
    deployment<M, G> one = d;
    one.concurrency = 1;
    one.max_context = request.prompt + request.output;
    memory_report const r = memory_of(one);
    if (!r.fits()) { return 0; }
    count const batch = settled(d.engine, d.model, d.gpu, d.layout).sequences;
    count const held = r.requests_that_fit(most_followed);
    return batch > 0 ? reckon::detail::min(held, batch) : held;
}

} // namespace reckon::inline v0::serving
