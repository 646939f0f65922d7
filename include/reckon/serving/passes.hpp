// SPDX-License-Identifier: MIT
// What one rank does for a load, before any clock: a decode step, one prompt, and the prompts that
// an engine takes into one pass together. Laws of time (closed_loop, saturated, static_batch) read
// these.
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
// Not modelled: a chunk and a decode step in one pass (serving/mixed_step.hpp).
#pragma once
#include <reckon/bandwidth/cache_traffic.hpp>
#include <reckon/bandwidth/calibrations.hpp>
#include <reckon/bandwidth/decode_attention.hpp>
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/serving/memory_of.hpp>

namespace reckon::inline v0::serving {

namespace detail {

/// What attention does for one query token of a pass, and reads for one request, however many there are.
struct attention_work {
    double scores{};
    bytes cache{};
};
template <model M>
[[nodiscard]] constexpr attention_work attention_of(M const& m, cache_recipe const& cache,
                                                    reckon::layout const& l,
                                                    context_span const& seen, phase when) noexcept {
    return {score_products(m, seen, when, l), cache_read(m, cache, l, seen)};
}

/// What one rank does in a pass of `queries` tokens for each group, stage by stage alike.
template <model M>
[[nodiscard]] constexpr pass_cost
cost_of(M const& m, weight_bytes const& w, attention_work const& each, reckon::layout const& l,
        pass const& p, double requests, matrix_work const& matrices) noexcept {
    pass_cost cost{};
    cost.weights = weights_read(matrices.mixture, w, p.expert_tokens);
    cost.spared =
        max(bytes{0}, cost.weights - weights_streamed(matrices.mixture, w, p.expert_tokens));
    cost.work = forward_flops(p, matrices, each.scores);
    // A decoding request reads its cache once a step; a prompt reads what it has just written.
    cost.cache = each.cache * requests;
    cost.sent = traffic_of(m, l, p.tokens);
    cost.layers = matrices.layers;
    cost.latents = matrices.latent_layers;
    cost.mixtures = matrices.mixtures;
    if (p.when == phase::prefill) {
        cost.sent.copies = static_cast<double>(matrices.mixture.per_token);
    }
    return cost;
}
/// The same of a pass whose contexts no other shares.
template <model M>
[[nodiscard]] constexpr pass_cost
cost_of(M const& m, weight_bytes const& w, cache_recipe const& cache, reckon::layout const& l,
        pass const& p, double requests, matrix_work const& matrices) noexcept {
    return cost_of(m, w, attention_of(m, cache, l, p.context, p.when), l, p, requests, matrices);
}

} // namespace detail

/// Weights that a pass over all stages of a layout reads on one rank of each: those of the layout
/// without its pipeline.
template <model M>
[[nodiscard]] constexpr weight_bytes weights_of_all_stages(M const& m, recipe const& weights,
                                                           reckon::layout const& l,
                                                           engine const& e) noexcept {
    return weights_of(m, weights, reckon::layout{l.tensor, 1, l.data, l.expert}, 0, e.sharding);
}

/// A load on one rank as bytes and FLOPs. Independent of any calibration, so that one value serves
/// a sweep or a fit.
struct load_passes {
    pass_cost step{};
    pass_cost prompt{};
    pass_cost chunk{};
    double prompts_per_chunk{1};
    double in_group{1}; ///< requests of one data-parallel group
    double waiting{};   ///< requests of a group that memory or the engine does not admit at once
    double groups{1};
    double stages{1};
    double output{};           ///< tokens of one request's answer
    double tokens_per_step{1}; ///< more than one under speculation (serving/speculation.hpp)
    seconds draft{};           ///< time of a step's drafts
    device_rates rates{};
};

/// What of a load's passes does not depend on how many requests are in flight, for callers that ask for
/// many loads of one shape.
struct shape_passes {
    device_rates rates{};
    matrix_work matrices{};
    detail::attention_work attention{}; ///< of a prompt
    pass_cost prompt{};                 ///< one, alone
};

namespace detail {

/// Tokens of a prompt that are computed, the last ones of those that it sees.
struct computed_prompt {
    double computed{};
    double seen{};
    /// Contexts from its first computed token to its last.
    [[nodiscard]] constexpr context_span contexts() const noexcept {
        return {seen - computed, seen};
    }
};

/// A pass over the prompts of `requests` requests.
template <model M>
[[nodiscard]] constexpr pass_cost
prompts_of(M const& m, weight_bytes const& w, attention_work const& attention,
           reckon::layout const& l, computed_prompt const& each, double requests,
           matrix_work const& matrices) noexcept {
    double const tokens_here = each.computed * requests;
    pass const all{.tokens = tokens_here,
                   .expert_tokens = tokens_here * static_cast<double>(l.data),
                   .logit_rows = requests,
                   .context = each.contexts(),
                   .when = phase::prefill};
    return cost_of(m, w, attention, l, all, requests, matrices);
}

/// Fills in the prompts that a pass takes together, where `p.prompt` is one alone.
template <model M, gpu G>
constexpr void fill_chunk(load_passes& p, M const& m, G const& g, weight_bytes const& w,
                          attention_work const& attention, reckon::layout const& l, engine const& e,
                          computed_prompt const& each, matrix_work const& matrices) noexcept {
    double const together = reckon::detail::min(p.in_group * each.computed,
                                                static_cast<double>(batched_tokens_on(e, g)));
    p.prompts_per_chunk =
        reckon::detail::max(1.0, together / reckon::detail::max(1.0, each.computed));
    p.chunk = p.prompts_per_chunk > 1
                  ? prompts_of(m, w, attention, l, each, p.prompts_per_chunk, matrices)
                  : p.prompt;
}

} // namespace detail

/// Those of requests of one shape, for callers that hold the work of the matrices. Domain: as `passes_of`.
template <model M>
[[nodiscard]] constexpr shape_passes
shape_passes_of(M const& m, device_rates const& rates, matrix_work const& matrices,
                cache_recipe const& cache, reckon::layout const& l, request_shape request,
                weight_bytes const& w) noexcept {
    double const prompt = in_tokens(request.prompt);
    detail::computed_prompt const whole{prompt, prompt};
    auto const each = detail::attention_of(m, cache, l, whole.contexts(), phase::prefill);
    return {rates, matrices, each, detail::prompts_of(m, w, each, l, whole, 1, matrices)};
}

/// Unknown where `rates` are. Domain: as `passes_of`.
template <model M>
[[nodiscard]] constexpr figure<shape_passes>
shape_passes_of(M const& m, figure<device_rates> const& rates, cache_recipe const& cache,
                reckon::layout const& l, engine const& e, request_shape request,
                weight_bytes const& w) noexcept {
    if (!rates.known()) { return unknown; }
    return shape_passes_of(m, rates.value(), matrix_flops(m, l, e.sharding), cache, l, request, w);
}

/// The passes of a load of a shape that the caller holds.
template <model M, gpu G>
[[nodiscard]] constexpr load_passes passes_of(shape_passes const& shape, M const& m, G const& g,
                                              cache_recipe const& cache, reckon::layout const& l,
                                              engine const& e, request_shape request,
                                              double concurrency, weight_bytes const& w) noexcept {
    load_passes p{};
    p.rates = shape.rates;
    p.stages = static_cast<double>(l.pipeline);
    p.groups = static_cast<double>(l.data);
    p.in_group = reckon::detail::max(1.0, concurrency / p.groups);
    p.output = in_tokens(request.output);
    double const prompt = in_tokens(request.prompt);
    double const batch = reckon::detail::max(1.0, p.in_group / p.stages);
    cache_reading const reading = cache_reading_of(e, g.architecture.maker);
    pass const step{.tokens = batch,
                    .expert_tokens = batch * p.groups,
                    .logit_rows = batch,
                    .context = contexts_read(reading, {prompt, prompt + p.output}),
                    .when = phase::decode};
    p.step = detail::cost_of(m, w, cache, l, step, batch, shape.matrices);
    p.step.sequences = p.in_group;
    p.step.again = cache_read_again(reading, m, cache, l, step.context, batch, p.step.cache);
    p.prompt = shape.prompt;
    detail::fill_chunk(p, m, g, w, shape.attention, l, e, {prompt, prompt}, shape.matrices);
    return p;
}

/// The passes at rates that the caller knows, of servers or of a machine of one's own.
template <model M, gpu G>
[[nodiscard]] constexpr figure<load_passes>
passes_at(M const& m, G const& g, figure<device_rates> const& rates, cache_recipe const& cache,
          reckon::layout const& l, engine const& e, request_shape request, double concurrency,
          weight_bytes const& w) noexcept {
    figure<shape_passes> const shape = shape_passes_of(m, rates, cache, l, e, request, w);
    if (!shape.known()) { return unknown; }
    return passes_of(shape.value(), m, g, cache, l, e, request, concurrency, w);
}

/// Unknown where a rate that the load needs was never published.
/// Domain: `check(m, l)` is ok, concurrency >= 1, request.known(); `w` are the weights of all stages.
template <model M, gpu G>
[[nodiscard]] constexpr figure<load_passes>
passes_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
          reckon::layout const& l, engine const& e, request_shape request, double concurrency,
          weight_bytes const& w) noexcept {
    return passes_at(m, g, rates_of(g, weights, l.layer_group()), cache, l, e, request, concurrency,
                     w);
}
/// The same, for callers that do not hold the weights.
template <model M, gpu G>
[[nodiscard]] constexpr figure<load_passes>
passes_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
          reckon::layout const& l, engine const& e, request_shape request,
          double concurrency) noexcept {
    return passes_of(m, g, weights, cache, l, e, request, concurrency,
                     weights_of_all_stages(m, weights, l, e));
}

/// The passes of a load as times under one calibration.
struct load_times {
    seconds step{};   ///< one decode step, for each token that it yields a request
    seconds prompt{}; ///< one prompt alone
    seconds slot{};   ///< what one prompt costs beside others
    pass_time decode{};
    pass_time prefill{};
};

/// The passes' times under a calibration. Domain: a load that is answered.
[[nodiscard]] constexpr load_times times_of(load_passes const& p, calibration const& c) noexcept {
    load_times t{};
    t.decode = time_of(p.step, p.rates, c, c.decode_matmul);
    t.step = (t.decode.total + p.draft) / p.tokens_per_step;
    t.prefill = time_of(p.prompt, p.rates, c, c.prefill_matmul);
    t.prompt = t.prefill.total;
    // Stages fill different prompts at once.
    seconds const together =
        p.prompts_per_chunk > 1 ? time_of(p.chunk, p.rates, c, c.prefill_matmul).total : t.prompt;
    t.slot = together / (p.prompts_per_chunk * p.stages);
    return t;
}

} // namespace reckon::inline v0::serving
