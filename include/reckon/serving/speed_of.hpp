// SPDX-License-Identifier: MIT
// How fast a deployment runs: first token, time per token, throughput, and what binds.
//
//   passes (serving/passes.hpp)  ->  times under a calibration  ->  a warm closed loop
//   (serving/closed_loop.hpp); throughput = concurrency output / end-to-end time of a request
//
// Source:       the form of docs/laws/step.md. A closed loop: every finished request is replaced.
// Not modelled: here; laws of their own: open_loop, prefix_cache, speculation, disaggregated, offload, mixed_step.
// Error:        docs/accuracy.md; the interval of each quantity is the calibration's.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/serving/closed_loop.hpp>

namespace reckon::inline v0::serving {

/// The speed of a deployment. `known` is false where a peak or a bandwidth was never published, and
/// then nothing else is filled.
struct speed_report {
    bool known{};
    pass_time decode{};                 ///< of one step, all stages
    pass_time prefill{};                ///< of one prompt alone, all stages
    estimate<seconds> time_per_token{}; ///< TPOT, with prompts of other requests in between
    estimate<seconds> time_to_first_token{};
    estimate<seconds> end_to_end{};           ///< of one request
    estimate<token_rate> output_throughput{}; ///< all requests together
    token_rate total_throughput{};            ///< prompt and output tokens
    request_rate requests{};
    request_shape request{}; ///< the lengths that were used
    bool request_assumed{};  ///< the deployment did not say; half of the context each
    resource bound_by{};     ///< of the decode step
    seconds decode_bound{};  ///< no hardware of these peaks decodes a step faster
    seconds prefill_bound{};
    friend constexpr bool operator==(speed_report const&, speed_report const&) noexcept = default;
};

/// The speed of passes under a calibration.
[[nodiscard]] constexpr speed_report speed_of(load_passes const& load, request_shape request,
                                              count concurrency, calibration const& c) noexcept {
    speed_report report{};
    report.request = request;
    report.known = true;
    load_times const times = times_of(load, c);
    loop_times const loop = closed_loop(load, times, c, loop_start::warm());
    report.decode = times.decode;
    report.prefill = times.prefill;
    report.bound_by = dominant(times.decode);
    report.decode_bound = times.decode.bound;
    report.prefill_bound = times.prefill.bound;
    auto const fit = [&](auto value, double spread) {
        return estimate<decltype(value)>::within(value, spread, c.source);
    };
    auto const in_flight = static_cast<double>(concurrency);
    report.time_per_token = fit(loop.time_per_token, c.spread.per_token);
    report.time_to_first_token = fit(loop.time_to_first_token, c.spread.first_token);
    report.end_to_end = fit(loop.end_to_end, c.spread.throughput);
    report.output_throughput =
        fit(request.output * in_flight / loop.end_to_end, c.spread.throughput);
    report.total_throughput = (request.prompt + request.output) * in_flight / loop.end_to_end;
    report.requests = in_flight / loop.end_to_end;
    return report;
}

/// The speed of a load, part by part; the body of `speed_of(deployment)`, for callers that hold the
/// parts by reference and know `w`, the weights of all stages.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report
speed_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
         reckon::layout const& l, engine const& e, request_shape request, count concurrency,
         calibration const& c, weight_bytes const& w) noexcept {
    figure<load_passes> const load =
        passes_of(m, g, weights, cache, l, e, request, static_cast<double>(concurrency), w);
    if (load.known()) { return speed_of(load.value(), request, concurrency, c); }
    speed_report report{};
    report.request = request;
    return report;
}

/// The same, for callers that do not hold the weights.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(M const& m, G const& g, recipe const& weights,
                                              cache_recipe const& cache, reckon::layout const& l,
                                              engine const& e, request_shape request,
                                              count concurrency, calibration const& c) noexcept {
    return speed_of(m, g, weights, cache, l, e, request, concurrency, c,
                    weights_of_all_stages(m, weights, l, e));
}

/// The lengths of a deployment's requests, and whether they had to be assumed: half of the context
/// each.
template <model M, gpu G>
[[nodiscard]] constexpr request_shape request_of(deployment<M, G> const& d) noexcept {
    return d.request.known() ? d.request : request_shape{d.max_context / 2, d.max_context / 2};
}

/// The speed of a deployment under its own load, with `c` for its device and engine.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(deployment<M, G> const& d,
                                              calibration const& c) noexcept {
    speed_report report =
        speed_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, request_of(d),
                 d.concurrency, c, weights_of_all_stages(d.model, d.weights, d.layout, d.engine));
    report.request_assumed = !d.request.known();
    return report;
}

/// The same with the calibration of its accelerator and engine.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(deployment<M, G> const& d) noexcept {
    return speed_of(d, calibration_for(d.gpu, d.engine));
}

/// Memory and speed together, for less than the two apart: without a pipeline both need the same
/// weights.
struct full_report {
    memory_report memory{};
    speed_report speed{};
    friend constexpr bool operator==(full_report const&, full_report const&) noexcept = default;
};

/// Both, under that calibration; no speed where the layout or the load is refused.
template <model M, gpu G>
[[nodiscard]] constexpr full_report estimate_of(deployment<M, G> const& d,
                                                calibration const& c) noexcept {
    full_report all{.memory = memory_of(d)};
    if (all.memory.broken == constraint::layout || all.memory.broken == constraint::load) {
        return all;
    }
    weight_bytes const w = d.layout.pipeline == 1
                               ? all.memory.weight_parts
                               : weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
    all.speed = speed_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, request_of(d),
                         d.concurrency, c, w);
    all.speed.request_assumed = !d.request.known();
    return all;
}

/// The same with the calibration of its accelerator and engine.
template <model M, gpu G> [[nodiscard]] constexpr full_report
estimate_of(deployment<M, G> const& d) noexcept {
    return estimate_of(d, calibration_for(d.gpu, d.engine));
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::estimate_of;
using serving::speed_of;
} // namespace reckon::inline v0
