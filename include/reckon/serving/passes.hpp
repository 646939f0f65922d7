// SPDX-License-Identifier: MIT
// What one rank does for a load, before any clock: a decode step, one prompt, and the prompts that an
// engine takes into one pass together. Laws of time (closed_loop, saturated, static_batch) read these.
//
//   step   = pass(b / p tokens, each seeing prompt + output / 2)
//   prompt = pass(prompt tokens, each seeing half of them)
//   chunk  = pass(min(T, b prompt) tokens, at least one prompt), the share of one prompt of it
//
//   symbol | meaning                                              | unit  | domain
//   b      | requests in flight in one data-parallel group        | -     | >= 1
//   p      | pipeline stages                                      | -     | >= 1
//   T      | tokens that the engine takes into one pass at most   | token | >= 1
//
// Weights are read once a pass, so short prompts are cheap together and dear alone.
// Source:       chunked prefill (Sarathi-Serve, 2403.02310); engine defaults of memory/engine.hpp.
// Not modelled: a chunk and a decode step in one pass, which read the weights once for both.
#pragma once
#include <reckon/serving/speed_of.hpp>

namespace reckon::inline v0::serving {

/// A load on one rank as bytes and FLOPs. Independent of any calibration, so that one value serves a
/// sweep or a fit.
struct load_passes {
    pass_cost step{};
    pass_cost prompt{};
    pass_cost chunk{};
    double prompts_per_chunk{1};
    double in_group{1};      ///< requests of one data-parallel group
    double groups{1};
    double stages{1};
    double output{};         ///< tokens of one request's answer
    device_rates rates{};
};

/// Unknown where a rate that the load needs was never published.
/// Domain: `check(m, l)` is ok, concurrency >= 1, request.known().
template <model M, gpu G>
[[nodiscard]] constexpr figure<load_passes> passes_of(M const& m, G const& g, recipe const& weights,
                                                      any_precision const& cache, reckon::layout const& l,
                                                      engine const& e, request_shape request,
                                                      double concurrency) noexcept {
    figure<device_rates> const rates = rates_of(g, weights, l.layer_group());
    if (!rates.known()) { return unknown; }
    load_passes p{};
    p.rates = rates.value();
    p.stages = static_cast<double>(l.pipeline);
    p.groups = static_cast<double>(l.data);
    p.in_group = reckon::detail::max(1.0, concurrency / p.groups);
    p.output = in_tokens(request.output);
    double const prompt = in_tokens(request.prompt);
    double const batch = reckon::detail::max(1.0, p.in_group / p.stages);
    // All stages together hold the whole model: one pass over the stages reads these weights once.
    weight_bytes const w = weights_of(m, weights, reckon::layout{l.tensor, 1, l.data, l.expert}, 0, e.sharding);
    auto const fill = [&](double tokens_here, double logits) {
        pass const all{.tokens = tokens_here, .expert_tokens = tokens_here * p.groups, .logit_rows = logits,
                       .mean_context = prompt / 2, .decoding = false};
        return detail::cost_of(m, w, cache, l, e, all, 1);
    };
    pass const step{.tokens = batch, .expert_tokens = batch * p.groups, .logit_rows = batch,
                    .mean_context = prompt + p.output / 2, .decoding = true};
    p.step = detail::cost_of(m, w, cache, l, e, step, batch);
    p.prompt = fill(prompt, 1);
    double const together = reckon::detail::min(p.in_group * prompt, static_cast<double>(e.batched_tokens));
    p.prompts_per_chunk = reckon::detail::max(1.0, together / reckon::detail::max(1.0, prompt));
    p.chunk = fill(p.prompts_per_chunk * prompt, p.prompts_per_chunk);
    return p;
}

/// The passes of a load as times under one calibration.
struct load_times {
    seconds step{};        ///< one decode step
    seconds prompt{};      ///< one prompt alone
    seconds slot{};        ///< what one prompt costs beside others
    pass_time decode{};
};

[[nodiscard]] constexpr load_times times_of(load_passes const& p, calibration const& c) noexcept {
    load_times t{};
    t.decode = time_of(p.step, p.rates, c, c.decode_matmul);
    t.step = t.decode.total;
    t.prompt = time_of(p.prompt, p.rates, c, c.prefill_matmul).total;
    // Stages fill different prompts at once.
    t.slot = time_of(p.chunk, p.rates, c, c.prefill_matmul).total / (p.prompts_per_chunk * p.stages);
    return t;
}

} // namespace reckon::inline v0::serving
