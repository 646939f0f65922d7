// SPDX-License-Identifier: MIT
// How fast a deployment runs: first token, time per token, throughput, and what binds.
//
//   step        = p x pass(b / p tokens, context prompt + output / 2)       decode step, p stages
//   prefill     = p x pass(prompt tokens)                                   one prompt alone
//   tpot        = step + b prefill / output                each finished request lets a prompt in
//   ttft        = t_request + step + prefill (1 + rho / (2 (1 - rho))),
//                 rho = b prefill / (b prefill + output step)
//   throughput  = concurrency output / (ttft + output tpot)
//
//   symbol      | meaning                                             | unit  | domain
//   b           | requests in flight in one data-parallel group       | -     | >= 1
//   p           | pipeline stages, each with its own micro-batch      | -     | >= 1
//   pass        | time of one forward pass (bandwidth/pass_time.hpp)  | s     |
//
// Source:       the form of docs/laws/step.md. A closed loop: every finished request is replaced.
// Not modelled: arrival tails, prefix-cache hits, speculation, disaggregation, chunked overlap.
// Error:        docs/accuracy.md; the interval is the calibration's spread.
#pragma once
#include <reckon/bandwidth/calibrations.hpp>
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/detail/estimate.hpp>
#include <reckon/serving/memory_of.hpp>

namespace reckon::inline v0::serving {

/// The speed of a deployment. `known` is false where a peak or a bandwidth was never published, and
/// then nothing else is filled.
struct speed_report {
    bool known{};
    pass_time decode{};                  ///< of one step, all stages
    pass_time prefill{};                 ///< of one prompt alone, all stages
    estimate<seconds> time_per_token{};  ///< TPOT, with prompts of other requests in between
    estimate<seconds> time_to_first_token{};
    estimate<seconds> end_to_end{};      ///< of one request
    estimate<token_rate> output_throughput{}; ///< all requests together
    token_rate total_throughput{};       ///< prompt and output tokens
    request_rate requests{};
    request_shape request{};             ///< the lengths that were used
    bool request_assumed{};              ///< the deployment did not say; half of the context each
    resource bound_by{};                 ///< of the decode step
    seconds decode_bound{};              ///< no hardware of these peaks decodes a step faster
    seconds prefill_bound{};
};

namespace detail {

/// What one rank does in a pass of `queries` tokens for each group, stage by stage alike.
template <model M>
[[nodiscard]] constexpr pass_cost cost_of(M const& m, weight_bytes const& w, cache_recipe const& cache,
                                          reckon::layout const& l, engine const& e, pass const& p,
                                          double requests) noexcept {
    pass_cost cost{};
    cost.weights = weights_read(m, w, p.expert_tokens);
    cost.work = forward_flops(m, p, l, e.sharding);
    // A decoding request reads its cache once a step; a prompt reads what it has just written.
    double const reads = p.when == phase::decode ? requests : 1;
    cost.cache = cache_of_request(m, cache, tokens{p.mean_context}, reckon::layout{.tensor = l.tensor}) * reads;
    cost.sent = traffic_of(m, l, p.tokens);
    cost.layers = static_cast<double>(layer_count(m));
    return cost;
}

} // namespace detail

/// Weights that a pass over all stages of a layout reads on one rank of each: those of the layout
/// without its pipeline.
template <model M>
[[nodiscard]] constexpr weight_bytes weights_of_all_stages(M const& m, recipe const& weights, reckon::layout const& l,
                                                           engine const& e) noexcept {
    return weights_of(m, weights, reckon::layout{l.tensor, 1, l.data, l.expert}, 0, e.sharding);
}

/// The speed of a load, part by part; the body of `speed_of(deployment)`, for callers that hold the
/// parts by reference and know `w`, the weights of all stages.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(M const& m, G const& g, recipe const& weights,
                                              cache_recipe const& cache, reckon::layout const& l, engine const& e,
                                              request_shape request, count concurrency, calibration const& c,
                                              weight_bytes const& w) noexcept {
    speed_report report{};
    report.request = request;
    figure<device_rates> const rates = rates_of(g, weights, l.layer_group());
    if (!rates.known()) { return report; }
    report.known = true;
    auto const stages = static_cast<double>(l.pipeline);
    auto const groups = static_cast<double>(l.data);
    // One group's requests, split into as many micro-batches as there are stages.
    double const in_group = static_cast<double>(concurrency) / groups;
    double const batch = reckon::detail::max(1.0, in_group / stages);
    double const prompt = in_tokens(request.prompt);
    double const output = in_tokens(request.output);
    pass const step{.tokens = batch, .expert_tokens = batch * groups, .logit_rows = batch,
                    .mean_context = prompt + output / 2, .when = phase::decode};
    report.decode = time_of(detail::cost_of(m, w, cache, l, e, step, batch), rates.value(), c, c.decode_matmul);
    // A causal prompt sees half of itself on average. Every group prefills a prompt of its own.
    pass const fill{.tokens = prompt, .expert_tokens = prompt * groups, .logit_rows = 1,
                    .mean_context = prompt / 2, .when = phase::prefill};
    report.prefill = time_of(detail::cost_of(m, w, cache, l, e, fill, 1), rates.value(), c, c.prefill_matmul);

    report.bound_by = dominant(report.decode);
    report.decode_bound = report.decode.bound;
    report.prefill_bound = report.prefill.bound;
    seconds const between = report.decode.total;
    // A prompt passes the stages one after the other, but stages fill other prompts meanwhile.
    seconds const slot = report.prefill.total / stages;
    seconds const tpot = between + slot * (in_group / output);
    double const busy = (slot * in_group) / (slot * in_group + between * output);
    seconds const ttft = c.per_request + between + report.prefill.total +
                         slot * (0.5 * reckon::detail::min(busy / (1 - busy), in_group));
    seconds const whole = ttft + tpot * output;
    auto const fit = [&](auto value) { return estimate<decltype(value)>::within(value, c.spread, c.source); };
    report.time_per_token = fit(tpot);
    report.time_to_first_token = fit(ttft);
    report.end_to_end = fit(whole);
    report.output_throughput = fit(request.output * static_cast<double>(concurrency) / whole);
    report.total_throughput = (request.prompt + request.output) * static_cast<double>(concurrency) / whole;
    report.requests = static_cast<double>(concurrency) / whole;
    return report;
}

/// The same, for callers that do not hold the weights.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(M const& m, G const& g, recipe const& weights,
                                              cache_recipe const& cache, reckon::layout const& l, engine const& e,
                                              request_shape request, count concurrency, calibration const& c) noexcept {
    return speed_of(m, g, weights, cache, l, e, request, concurrency, c, weights_of_all_stages(m, weights, l, e));
}

/// The lengths of a deployment's requests, and whether they had to be assumed: half of the context
/// each.
template <model M, gpu G>
[[nodiscard]] constexpr request_shape request_of(deployment<M, G> const& d) noexcept {
    return d.request.known() ? d.request : request_shape{d.max_context / 2, d.max_context / 2};
}

/// The speed of a deployment under its own load, with `c` for the device's architecture.
template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(deployment<M, G> const& d, calibration const& c) noexcept {
    speed_report report = speed_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, request_of(d),
                                   d.concurrency, c, weights_of_all_stages(d.model, d.weights, d.layout, d.engine));
    report.request_assumed = !d.request.known();
    return report;
}

template <model M, gpu G>
[[nodiscard]] constexpr speed_report speed_of(deployment<M, G> const& d) noexcept {
    return speed_of(d, calibration_for(d.gpu.architecture));
}

/// Memory and speed together, for less than the two apart: without a pipeline both need the same
/// weights.
struct full_report {
    memory_report memory{};
    speed_report speed{};
};

template <model M, gpu G>
[[nodiscard]] constexpr full_report estimate_of(deployment<M, G> const& d, calibration const& c) noexcept {
    full_report all{.memory = memory_of(d)};
    if (all.memory.broken == constraint::layout || all.memory.broken == constraint::load) { return all; }
    weight_bytes const w = d.layout.pipeline == 1
                               ? all.memory.weight_parts
                               : weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
    all.speed = speed_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, request_of(d), d.concurrency, c, w);
    all.speed.request_assumed = !d.request.known();
    return all;
}

template <model M, gpu G> [[nodiscard]] constexpr full_report estimate_of(deployment<M, G> const& d) noexcept {
    return estimate_of(d, calibration_for(d.gpu.architecture));
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::estimate_of;
using serving::speed_of;
} // namespace reckon::inline v0
