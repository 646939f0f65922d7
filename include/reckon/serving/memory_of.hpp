// SPDX-License-Identifier: MIT
// Resident bytes of the fullest rank of a deployment, by part, against what it may use.
//
//   needed   = weights + cache(requests x max_context) + activations + runtime
//   budget   = utilisation x capacity
//   headroom = budget - needed;   fits when headroom >= 0
//
// Ranks differ by pipeline stage: the first holds the embedding, the last the head; the answer is
// the fullest one, and says which.
//
// Source:       the engine's launch identity, closed to 0.003 GiB on 44 launches
//               (docs/laws/engine_reserve.md).
// Error:        weights and cache are exact for the layout; activations and runtime are fitted.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/memory/activations.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/serving/deployment.hpp>

#include <cstdint>

namespace reckon::inline v0::serving {

/// The first rule that a deployment breaks.
enum class constraint : std::uint8_t {
    none,
    layout,              ///< the layout does not divide the model; see `layout_defect`
    context,             ///< max_context above the model's maximum
    load,                ///< concurrency or context is not positive
    memory_unknown,      ///< nobody published the device's memory
    weights,             ///< weights alone exceed the budget
    runtime,             ///< weights fit, engine and activations do not
    cache,               ///< the load's cache does not
    rate_unknown,        ///< memory fits, but a peak or bandwidth figure is missing
    time_to_first_token, ///< later than a rule allows
    time_per_token,      ///< slower than a rule allows
    throughput,          ///< carries fewer requests than asked for
    devices,             ///< more devices than allowed, or than a scale-up domain holds
    price_unknown,       ///< ranking by cost, and nobody rents it at a known price
};

/// Bytes of the fullest rank. `exact` parts carry no interval.
struct memory_report {
    bytes capacity{}; ///< of one device, as the budget counts it
    bytes budget{};   ///< what the engine lets itself use
    weight_bytes weight_parts{};
    bytes weights{};  ///< includes what an engine derives from them at load
    bytes kv_cache{}; ///< of the whole load
    estimate<bytes> activations{};
    estimate<bytes> runtime{};
    bytes_per_token cache_per_token{};
    tokens cache_tokens{};  ///< that fit beside the rest and the load's windows, on this rank
    tokens tokens_needed{}; ///< by the load, on this rank
    count fullest_stage{};
    constraint broken{constraint::none};
    layout_check layout{};
    provenance capacity_source{provenance::observed};

    [[nodiscard]] constexpr bytes needed() const noexcept {
        return weights + kv_cache + activations.value + runtime.value;
    }
    [[nodiscard]] constexpr bytes headroom() const noexcept { return budget - needed(); }
    [[nodiscard]] constexpr bool fits() const noexcept { return broken == constraint::none; }
    /// Whether it fits also at the upper ends of what is estimated, activations and runtime.
    [[nodiscard]] constexpr bool fits_surely() const noexcept {
        return fits() && weights + kv_cache + activations.high + runtime.high <= budget;
    }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return fits(); }
};

/// What the engine counts as the device's memory: what the driver reports, else what is sold.
template <gpu G> [[nodiscard]] constexpr figure<bytes> capacity_of(G const& g,
                                                                   engine const& e) noexcept {
    if (e.of_nominal_capacity || !g.memory_usable.known()) {
        if (!g.memory.known()) { return unknown; }
        return {g.memory.value(),
                e.of_nominal_capacity ? provenance::datasheet : provenance::assumed};
    }
    return g.memory_usable;
}

namespace detail {

/// One stage's rank, without verdict.
template <class M>
constexpr void fill_stage(memory_report& r, M const& m, recipe const& weights,
                          cache_recipe const& cache, reckon::layout const& l, engine const& e,
                          tokens context, count requests, count stage) noexcept {
    r.fullest_stage = stage;
    r.weight_parts = weights_of(m, weights, l, stage, e.sharding);
    r.weights = r.weight_parts.total();
    if (e.absorbed_copy_bytes > 0) {
        stage_layers const here = layers_of_stage(layer_count(m), l.pipeline, stage);
        // The copy is needed only where the stored up-projection is not 16 bit already.
        bool const narrow = bits_per_weight(weights[tensor_role::latent_up_kv]) < 16;
        m.groups.for_each([&](auto const& group) {
            if (!narrow) { return; }
            group.attention.for_each_tensor(m.hidden, [&](tensor const& t) {
                if (t.role != tensor_role::latent_up_kv) { return; }
                r.weights +=
                    bytes{static_cast<double>(t.parameters()) * local_share(t, e.sharding, l) *
                          static_cast<double>(group.at.size_in(here.first, here.end)) *
                          e.absorbed_copy_bytes};
            });
        });
    }
    r.cache_per_token = reckon::cache_per_token(m, cache, l, stage);
    auto const n = static_cast<double>(requests);
    r.kv_cache = cache_of_request(m, cache, context, l, stage, e.block_tokens) * n;
    r.tokens_needed = in_blocks(context, e.block_tokens) * n;
}

/// How many layers of each group a stage holds. Stages between the first and the last that hold the
/// same are equally full, unless a recipe names layers.
using stage_content = static_vector<count, 8>;

template <class M>
[[nodiscard]] constexpr stage_content content_of(M const& m, stage_layers here) noexcept {
    stage_content held{};
    bool all = true;
    m.groups.for_each([&](auto const& group) {
        all = held.push_back(group.at.size_in(here.first, here.end)) && all;
    });
    if (!all) { held[0] = -1 - here.first; } // too many groups to tell: like no other stage
    return held;
}

/// Replaces the first stage in `r` by the fullest of the others, if one is fuller.
template <class M>
constexpr void fill_fuller_stages(memory_report& r, M const& m, recipe const& weights,
                                  cache_recipe const& cache, reckon::layout const& l,
                                  engine const& e, tokens context, count requests) noexcept {
    static_vector<stage_content, 8> seen{};
    count const all_layers = layer_count(m);
    for (count stage = 1; stage < l.pipeline; ++stage) {
        if (stage + 1 < l.pipeline && weights.exceptions.empty()) {
            stage_content const content =
                content_of(m, layers_of_stage(all_layers, l.pipeline, stage));
            bool known = false;
            for (stage_content const& other : seen) {
                known = known || other == content;
            }
            if (known) { continue; }
            seen.push_back(content);
        }
        memory_report here = r;
        fill_stage(here, m, weights, cache, l, e, context, requests, stage);
        if (here.weights + here.kv_cache > r.weights + r.kv_cache) { r = here; }
    }
}

} // namespace detail

/// The fullest rank of `m` on `g` under these choices; the body of `memory_of`, for callers that hold
/// the parts by reference.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report
memory_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
          reckon::layout const& l, engine const& e, tokens context, count concurrency) noexcept {
    memory_report report{};
    report.layout = check(m, l);
    if (!report.layout.ok()) {
        report.broken = constraint::layout;
        return report;
    }
    if (!(context >= tokens{1}) || concurrency < 1) {
        report.broken = constraint::load;
        return report;
    }
    figure<bytes> const capacity = capacity_of(g, e);
    count const requests = reckon::detail::ceil_div(concurrency, l.data);
    detail::fill_stage(report, m, weights, cache, l, e, context, requests, 0);
    if (l.pipeline > 1) {
        detail::fill_fuller_stages(report, m, weights, cache, l, e, context, requests);
    }
    tokens const in_flight{reckon::detail::min(in_tokens(context) * static_cast<double>(requests),
                                               static_cast<double>(e.batched_tokens))};
    report.activations =
        estimate<bytes>::within(activation_peak(m, e, l, in_flight, static_cast<double>(requests)),
                                e.spread, e.spread > 0 ? provenance::fitted : provenance::exact);
    report.runtime =
        estimate<bytes>::within(l.layer_group() > 1 ? e.runtime + e.collectives : e.runtime,
                                e.spread, e.spread > 0 ? provenance::fitted : provenance::exact);
    if (m.max_context.known() && context > m.max_context.value()) {
        report.broken = constraint::context;
        return report;
    }
    if (!capacity.known()) {
        report.broken = constraint::memory_unknown;
        return report;
    }
    report.capacity = capacity.value();
    report.capacity_source = capacity.source;
    report.budget = report.capacity * e.memory_utilization;
    bytes const beside_cache = report.weights + report.activations.value + report.runtime.value;
    // What the load keeps whatever its length, in windows and fixed states, is no room for tokens.
    bytes const fixed =
        max(bytes{0}, report.kv_cache - report.cache_per_token * report.tokens_needed);
    report.cache_tokens =
        tokens_that_fit(report.budget - beside_cache - fixed, report.cache_per_token);
    report.broken = report.weights > report.budget    ? constraint::weights
                    : beside_cache > report.budget    ? constraint::runtime
                    : report.needed() > report.budget ? constraint::cache
                                                      : constraint::none;
    return report;
}

/// Bytes of the fullest rank of a deployment, by part, and the first rule it breaks.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report memory_of(deployment<M, G> const& d) noexcept {
    return memory_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, d.max_context,
                     d.concurrency);
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::any_deployment;
using serving::deployment;
using serving::memory_of;
} // namespace reckon::inline v0
