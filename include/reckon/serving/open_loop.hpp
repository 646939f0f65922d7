// SPDX-License-Identifier: MIT
// A deployment under a rate of requests: the tail of its latency, and the largest rate that it carries.
//
//   largest rate = sup { rate : rate < capacity, first token and token within their limits at a percentile }
//
// Every group is a queue of its own (serving/queueing.hpp), with the times of the calibration and as many
// places as memory and the engine's batch have. A rate that is not kept up with is refused.
//
// Source:       serving/queueing.hpp; serving/service_curve.hpp.
// Deviations:   arrivals are dealt to the groups at random, not to the one with the fewest requests.
// Not modelled: routers that prefer a replica for its cache.
// Error:        of the queue against a simulation: docs/laws/open_loop.md; of the times: docs/accuracy.md.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/detail/largest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/queueing.hpp>
#include <reckon/serving/speed_of.hpp>

namespace reckon::inline v0::serving {

/// Which part of all requests a limit is for.
enum class percentile : unsigned char { mean, p50, p90, p99 };

[[nodiscard]] constexpr std::string_view name(percentile p) noexcept {
    constexpr std::string_view names[] = {"mean", "p50", "p90", "p99"};
    return names[static_cast<int>(p)];
}

/// The value at that percentile.
template <class T>
[[nodiscard]] constexpr T const& at(percentiles<T> const& of, percentile p) noexcept {
    switch (p) {
    case percentile::mean: return of.mean;
    case percentile::p50: return of.p50;
    case percentile::p90: return of.p90;
    case percentile::p99: break;
    }
    return of.p99;
}

/// The latency of a deployment at a rate.
struct open_loop_report {
    queue_times queue{};
    percentiles<estimate<seconds>> time_to_first_token{};
    percentiles<estimate<seconds>> time_per_token{};
    percentiles<estimate<seconds>> end_to_end{};
    token_rate output_throughput{}; ///< rate x output: an open loop serves what comes
    request_shape request{};        ///< the lengths that were used
    bool request_assumed{};         ///< the deployment did not say; half of the context each
    count places{};                 ///< requests that one group holds at once
};

namespace detail {

[[nodiscard]] constexpr percentiles<estimate<seconds>>
with_interval(percentiles<seconds> const& of, double spread, provenance source) noexcept {
    auto const about = [&](seconds t) { return estimate<seconds>::within(t, spread, source); };
    return {about(of.mean), about(of.p50), about(of.p90), about(of.p99)};
}

[[nodiscard]] constexpr possible_error check_traffic(arrivals const& a) noexcept {
    constexpr double most = 100;
    for (double const v : {a.prompt_variation, a.output_variation}) {
        if (!(v >= 0 && v <= most)) {
            return error{errc::out_of_range,
                         sentence("a coefficient of variation of the lengths is ")
                             .append_fixed(v, 2)
                             .append("; it must be from 0 (all alike) to 100.")};
        }
    }
    if (!(a.prefix_hit >= 0 && a.prefix_hit <= 1)) {
        return error{errc::out_of_range,
                     sentence("the fraction of prompts that is found in the cache is ")
                         .append_fixed(a.prefix_hit, 2)
                         .append("; it must be from 0 to 1.")};
    }
    return {};
}

} // namespace detail

/// The curve of a deployment, or why there is none: a layout that does not divide, a model that does not
/// fit with even one request, a rate that nobody published. Domain: 0 <= hit <= 1.
template <model M, gpu G>
[[nodiscard]] constexpr result<service_curve>
curve_of(deployment<M, G> const& d, calibration const& c, double hit = 0) noexcept {
    request_shape const request = request_of(d);
    if (!request.known()) {
        return error{errc::missing_field,
                     "the lengths of prompt and answer are not known; give them, "
                     "or a context to take half of for each."};
    }
    if (layout_check const l = check(d.model, d.layout); !l.ok()) {
        return error{errc::indivisible_layout, explain(l)};
    }
    count const places = requests_held(d, request);
    if (places < 1) {
        deployment<M, G> one = d;
        one.concurrency = 1;
        one.max_context = request.prompt + request.output;
        return error{errc::out_of_range, sentence("not even one request fits: ")
                                             .append(explain(one, memory_of(one)).view())
                                             .append(".")};
    }
    figure<service_curve> const curve = curve_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout,
                                                 d.engine, request, places, c, hit);
    if (!curve.known()) {
        return error{errc::unknown_figure, sentence("a peak, bandwidth or link of ")
                                               .append(std::string_view(d.gpu.name))
                                               .append(" that the load needs was never published; "
                                                       "give it in the gpu_spec.")};
    }
    return curve.value();
}

/// The latency of `d` when requests come as `a` says. Refuses a rate that is not kept up with, and names the
/// largest that is. `d.concurrency` is not used: it follows.
template <model M, gpu G>
[[nodiscard]] constexpr result<open_loop_report>
open_loop(deployment<M, G> const& d, arrivals const& a, calibration const& c) noexcept {
    double const rate = in_per_second(a.rate);
    if (!(rate > 0 && reckon::detail::finite(rate))) {
        return error{errc::out_of_range, sentence("the request rate is ")
                                             .append_fixed(rate, 3)
                                             .append(" per second; it must be above 0.")};
    }
    if (possible_error const bad = detail::check_traffic(a)) { return *bad; }
    result<service_curve> const curve = curve_of(d, c, a.prefix_hit);
    if (!curve) { return curve.error(); }
    open_loop_report out{};
    out.queue = queue_of(*curve, a);
    if (!out.queue.stable) {
        return error{errc::out_of_range,
                     sentence("requests arrive at ")
                         .append_fixed(rate, 3)
                         .append(" per second, and this deployment keeps up with less than ")
                         .append_fixed(in_per_second(out.queue.capacity), 3)
                         .append("; add replicas or lower the rate.")};
    }
    out.request = request_of(d);
    out.request_assumed = !d.request.known();
    out.places = static_cast<count>(curve->most);
    out.output_throughput = out.request.output * a.rate;
    out.time_to_first_token =
        detail::with_interval(out.queue.time_to_first_token, c.spread.first_token, c.source);
    out.time_per_token =
        detail::with_interval(out.queue.time_per_token, c.spread.per_token, c.source);
    out.end_to_end = detail::with_interval(
        out.queue.end_to_end, reckon::detail::max(c.spread.first_token, c.spread.per_token),
        c.source);
    return out;
}

/// The same with the calibration of its accelerator and engine.
template <model M, gpu G>
[[nodiscard]] constexpr result<open_loop_report> open_loop(deployment<M, G> const& d,
                                                           arrivals const& a) noexcept {
    return open_loop(d, a, calibration_for(d.gpu, d.engine));
}

/// How late a first token, a token and the last token may be, and for which part of the requests. Unknown: no limit.
struct latency_limits {
    figure<seconds> time_to_first_token{};
    figure<seconds> time_per_token{};
    figure<seconds> end_to_end{};
    percentile of{percentile::p99};

    [[nodiscard]] constexpr bool kept_by(queue_times const& q) const noexcept {
        return q.stable &&
               (!time_to_first_token.known() ||
                at(q.time_to_first_token, of) <= time_to_first_token.value()) &&
               (!time_per_token.known() || at(q.time_per_token, of) <= time_per_token.value()) &&
               (!end_to_end.known() || at(q.end_to_end, of) <= end_to_end.value());
    }
};

/// The largest rate of requests, of lengths as `like` varies them, that `curve` carries within `limits`, to
/// one part in a thousand of its capacity; 0 where even a lone request is late. `like.rate` is not used.
[[nodiscard]] constexpr request_rate largest_rate(service_curve const& curve,
                                                  latency_limits const& limits,
                                                  arrivals like = {}) noexcept {
    constexpr count parts = 1000;
    request_rate const capacity = curve.capacity() * curve.groups;
    auto const rate_of = [&](count n) {
        return capacity * (static_cast<double>(n) / static_cast<double>(parts));
    };
    count const found = reckon::detail::largest_that(1, parts, parts / 2, [&](count n) {
        like.rate = rate_of(n);
        return limits.kept_by(queue_of(curve, like));
    });
    return rate_of(found);
}

/// The same for a deployment; an error where it cannot serve at all.
template <model M, gpu G>
[[nodiscard]] constexpr result<request_rate>
largest_rate(deployment<M, G> const& d, latency_limits const& limits, calibration const& c,
             arrivals const& like = {}) noexcept {
    if (possible_error const bad = detail::check_traffic(like)) { return *bad; }
    result<service_curve> const curve = curve_of(d, c, like.prefix_hit);
    if (!curve) { return curve.error(); }
    return largest_rate(*curve, limits, like);
}

} // namespace reckon::inline v0::serving
