// SPDX-License-Identifier: MIT
// Resident bytes of the fullest rank of a deployment, by part, against what it may use.
//
//   pool     = u (C - before) - inside          what the engine leaves for the cache
//   budget   = pool + weights + activations + runtime
//   needed   = weights + cache(requests x max_context) + activations + runtime
//   headroom = budget - needed
//   fits     when headroom >= 0 and budget + outside <= C
//
//   symbol           | meaning                                                     | unit
//   C, u             | capacity; utilisation, as told or as the engine works it out | byte, -
//   before, inside,  | parts by where the engine charges them (memory/engine.hpp); | byte
//   outside          | `runtime` are those counted beside weights and activations  |
//
// Ranks differ by pipeline stage: the first holds the embedding, the last the head and prediction
// modules; the answer is the fullest one, and says which.
//
// Source:       the engine's launch identity, closed to 0.003 GiB on 44 launches
//               (docs/laws/engine_reserve.md).
// Error:        weights and cache are exact for the layout; activations and runtime are fitted.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/memory/activations.hpp>
#include <reckon/memory/adapters.hpp>
#include <reckon/memory/cache_layout.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/low_latency_exchange.hpp>
#include <reckon/memory/rotary_table.hpp>
#include <reckon/memory/sparse_prefill.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/serving/deployment.hpp>
#include <reckon/serving/reserve.hpp>

#include <cstdint>

namespace reckon::inline v0::serving {

/// The first rule that a deployment breaks.
enum class constraint : std::uint8_t {
    none,
    layout,         ///< the layout does not divide the model; see `layout_defect`
    context,        ///< max_context above the model's maximum
    load,           ///< concurrency or context is not positive
    memory_unknown, ///< nobody published the device's memory
    weights,        ///< weights alone exceed the budget
    runtime,        ///< weights fit, engine and activations do not
    cache,          ///< the load's cache does not
    device,         ///< the engine's budget fits, what it does not count does not fit beside it
    rate_unknown,   ///< memory fits, but a peak or bandwidth figure is missing
    time_to_first_token, ///< later than a rule allows
    time_per_token,      ///< slower than a rule allows
    throughput,          ///< carries fewer requests than asked for
    devices,             ///< more devices than allowed, or than a scale-up domain holds
    end_to_end,          ///< a request takes longer than a rule allows
    budget,              ///< costs more than a rule allows
    price_unknown,       ///< a rule limits the cost, and nobody rents it at a known price
    power,               ///< takes more power than a rule allows
    power_unknown,       ///< a rule limits the power, and nobody published it
};

/// Bytes of the fullest rank. `exact` parts carry no interval.
struct memory_report {
    bytes capacity{}; ///< of one device, as the budget counts it
    bytes budget{};   ///< what the engine lets itself use
    weight_bytes weight_parts{};
    bytes
        weights{}; ///< on the device; with prediction modules, adapters, derived copies and rounding
    bytes host{};  ///< weights that stay in the host's memory
    bytes kv_cache{};              ///< of the whole load
    bytes steady_cache{};          ///< of one request of the full context
    bytes request_cache{};         ///< the same while its prompt is taken in; no less
    bytes cache_pool{};            ///< what the engine sets aside for the cache
    estimate<bytes> activations{}; ///< 0 where the engine does not count them
    estimate<bytes> runtime{};
    estimate<bytes> outside{}; ///< must fit beside the budget: what the engine does not count
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
    /// Requests of the full context that the pool holds on this rank, as a whole number; `most` where a
    /// request keeps nothing.
    [[nodiscard]] constexpr count requests_that_fit(count most) const noexcept {
        if (cache_pool < request_cache) { return 0; }
        if (!(steady_cache > bytes{0})) { return most; }
        double const more = (cache_pool - request_cache) / steady_cache;
        return more < static_cast<double>(most) ? 1 + static_cast<count>(more) : most;
    }
    /// Whether it fits also at the upper ends of what is estimated, activations and runtime.
    [[nodiscard]] constexpr bool fits_surely() const noexcept {
        return fits() && weights + kv_cache + activations.high + runtime.high <= budget &&
               budget + outside.high <= capacity;
    }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return fits(); }
    friend constexpr bool operator==(memory_report const&, memory_report const&) noexcept = default;
};

/// What another model takes beside the first on a rank of the last stage (serving/draft_model.hpp).
struct resident {
    bytes weights{};
    request_cache cache{}; ///< of one request
    friend constexpr bool operator==(resident const&, resident const&) noexcept = default;
};

namespace detail {

/// How a settled engine keeps a cache.
[[nodiscard]] constexpr cache_paging paging_of(engine const& e) noexcept {
    return {e.block_tokens, e.windows_hold_chunks ? e.batched_tokens : 0, e.prediction_modules};
}

/// Bytes of what an engine holds twice on one rank: MLA's up-projections in 16 bit for absorbed decoding, and
/// what a fused kernel reads.
[[nodiscard]] constexpr bytes absorbed_copy(reckon::detail::weight_sum const& held,
                                            recipe const& weights, engine const& e) noexcept {
    bytes copy{};
    bool const narrow = bits_per_weight(weights[tensor_role::latent_up_kv]) < 16;
    if (narrow || e.copies_wide) { copy += bytes{held.latent_up_kv * e.absorbed_copy_bytes}; }
    if (e.copies_latents) {
        copy += bytes{held.latent_down * bits_per_weight(weights[tensor_role::latent_down]) / 8};
    }
    return copy;
}

/// The load's cache on a rank whose requests are known.
constexpr void fill_requests(memory_report& r, engine const& e, tokens context,
                             count requests) noexcept {
    auto const n = static_cast<double>(requests);
    r.kv_cache = r.steady_cache * (n - 1) + r.request_cache;
    r.tokens_needed = in_blocks(context, e.block_tokens) * n;
}

/// The weights of one rank of a stage, which no load changes. Domain: a settled engine.
template <class M>
constexpr void fill_weights(memory_report& r, M const& m, recipe const& weights,
                            reckon::layout const& l, engine const& e, count stage,
                            resident const& beside = {}) noexcept {
    bool const is_last = stage == l.pipeline - 1;
    r.fullest_stage = stage;
    auto const held =
        reckon::detail::weights_on_stage(m, weights, l, stage, e.sharding, e.allocator);
    r.weight_parts = held.w;
    r.weights = held.w.total() + absorbed_copy(held, weights, e);
    r.weights += held.w.rounding + rotary_table(m, e);
    if (is_last && e.prediction_modules > 0) {
        r.weights += mtp_weights_of(m, weights, e.prediction_modules, l, e.sharding);
    }
    if (is_last) { r.weights += beside.weights; }
    r.weights += adapter_slots(m, e, l, stage);
    r.host = min(r.weights, e.host_weights);
    r.weights -= r.host;
}

/// What a load adds on one rank of a stage. Domain: a settled engine, a cache as kept.
template <class M>
constexpr void fill_load(memory_report& r, M const& m, recipe const& weights,
                         cache_recipe const& cache, reckon::layout const& l, engine const& e,
                         tokens context, count requests, count stage,
                         resident const& beside = {}) noexcept {
    bool const is_last = stage == l.pipeline - 1;
    reckon::request_cache each = request_cache_of(m, cache, context, l, stage, paging_of(e));
    if (is_last) {
        each.growth = each.growth + beside.cache.growth;
        each.steady += beside.cache.steady;
        each.taking_in += beside.cache.taking_in;
    }
    r.cache_per_token = each.growth;
    r.steady_cache = each.steady;
    // Chunks share the tokens of one pass, so that all requests together hold one chunk more.
    r.request_cache = each.taking_in;
    fill_requests(r, e, context, requests);
    tokens const in_flight = max(tokens{static_cast<double>(e.batched_tokens)},
                                 min(context, tokens{static_cast<double>(e.unchunked)}));
    r.activations = estimate<bytes>::within(
        activation_peak(m, e, l, in_flight, is_last ? static_cast<double>(e.sequences) : 0.0,
                        {sparse_prefill_buffers(m, cache, e, context),
                         weights[tensor_role::expert_up].operands == arithmetic::fp4, stage > 0}),
        e.spread, e.spread > 0 ? provenance::fitted : provenance::exact);
}

/// One stage's rank, without verdict. Domain: a settled engine, a cache as kept.
template <class M>
constexpr void fill_stage(memory_report& r, M const& m, recipe const& weights,
                          cache_recipe const& cache, reckon::layout const& l, engine const& e,
                          tokens context, count requests, count stage,
                          resident const& beside = {}) noexcept {
    fill_weights(r, m, weights, l, e, stage, beside);
    fill_load(r, m, weights, cache, l, e, context, requests, stage, beside);
}

/// Whether two stages hold as many layers of each group. Those between the first and the last that do are
/// equally full, unless a recipe names layers.
template <class M>
[[nodiscard]] constexpr bool alike(M const& m, stage_layers a, stage_layers b) noexcept {
    bool same = true;
    m.groups.for_each([&](auto const& group) {
        same = same && group.at.size_in(a.first, a.end) == group.at.size_in(b.first, b.end);
    });
    return same;
}

/// Replaces the first stage in `r` by the fullest of the others, if one is fuller.
template <class M>
constexpr void fill_fuller_stages(memory_report& r, M const& m, recipe const& weights,
                                  cache_recipe const& cache, reckon::layout const& l,
                                  engine const& e, tokens context, count requests,
                                  resident const& beside) noexcept {
    static_vector<stage_layers, 8> seen{};
    for (count stage = 1; stage < l.pipeline; ++stage) {
        if (stage + 1 < l.pipeline && weights.exceptions.empty()) {
            stage_layers const layers = layers_of_stage(layer_count(m), l.pipeline, stage);
            bool known = false;
            for (stage_layers const& other : seen) {
                known = known || alike(m, layers, other);
            }
            if (known) { continue; }
            seen.push_back(layers);
        }
        memory_report here = r;
        fill_stage(here, m, weights, cache, l, e, context, requests, stage, beside);
        if (here.needed() > r.needed()) { r = here; }
    }
}

/// The first rule that a load breaks on a rank of a known budget.
constexpr void judge_load(memory_report& r) noexcept {
    // What the load keeps whatever its length, in windows and fixed states, is no room for tokens.
    bytes const fixed = max(bytes{0}, r.kv_cache - r.cache_per_token * r.tokens_needed);
    r.cache_tokens = tokens_that_fit(r.cache_pool - fixed, r.cache_per_token);
    r.broken = r.weights > r.budget                      ? constraint::weights
               : r.needed() - r.kv_cache > r.budget      ? constraint::runtime
               : r.needed() > r.budget                   ? constraint::cache
               : r.budget + r.outside.value > r.capacity ? constraint::device
                                                         : constraint::none;
}

/// The budget of a filled rank, and the first rule that it breaks.
constexpr void judge(memory_report& r, engine const& e, engine_reserve const& reserve) noexcept {
    bytes before{};
    bytes inside{};
    estimate<bytes> const activations = r.activations;
    r.activations = {};
    r.runtime = {};
    r.outside = {};
    auto const charge = [&](charged where, estimate<bytes> const& part, estimate<bytes>& counted) {
        if (where == charged::outside) {
            r.outside = r.outside + part;
            return;
        }
        (where == charged::before ? before : inside) += part.value;
        counted = counted + part;
    };
    charge(e.charge.activations, activations, r.activations);
    charge(e.charge.runtime, reserve.runtime, r.runtime);
    charge(e.charge.context, reserve.context, r.runtime);
    charge(e.charge.graphs, reserve.graphs, r.runtime);
    charge(e.charge.exchange, reserve.exchange, r.runtime);
    (e.charge.weights == charged::before ? before : inside) += r.weights;
    r.cache_pool = e.cache_bytes > bytes{0} ? e.cache_bytes
                                            : (r.capacity - before) * e.memory_utilization - inside;
    r.budget = r.cache_pool + (r.weights + r.activations.value + r.runtime.value);
    judge_load(r);
}

} // namespace detail

namespace detail {

/// Whether a load can be asked for under a layout that was checked; fills in why not.
[[nodiscard]] constexpr bool makes_sense(memory_report& r, tokens context,
                                         count concurrency) noexcept {
    r.broken = !r.layout.ok()                               ? constraint::layout
               : !(context >= tokens{1}) || concurrency < 1 ? constraint::load
                                                            : constraint::none;
    return r.broken == constraint::none;
}
/// Whether these can be asked for together at all.
template <class M>
[[nodiscard]] constexpr bool makes_sense(memory_report& r, M const& m, reckon::layout const& l,
                                         tokens context, count concurrency) noexcept {
    r.layout = check(m, l);
    return makes_sense(r, context, concurrency);
}

/// The verdict on a filled rank of a device.
template <class M, class G>
constexpr void judge_on(memory_report& r, M const& m, G const& g, reckon::layout const& l,
                        engine const& e, tokens context) noexcept {
    if (m.max_context.known() && context > m.max_context.value()) {
        r.broken = constraint::context;
        return;
    }
    figure<bytes> const capacity = capacity_of(g, e);
    if (!capacity.known()) {
        r.broken = constraint::memory_unknown;
        return;
    }
    r.capacity = capacity.value();
    r.capacity_source = capacity.source;
    engine_reserve reserve = reserve_of(e, g, l);
    reserve.exchange = estimate<bytes>::within(exchange_buffers(m, e, l), 0, provenance::exact);
    judge(r, e, reserve);
}

} // namespace detail

/// The fullest rank of `m` on `g` under these choices; the body of `memory_of`, for callers that hold
/// the parts by reference.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report
memory_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
          reckon::layout const& l, engine const& told, tokens context, count concurrency,
          resident const& beside = {}) noexcept {
    memory_report report{};
    if (!detail::makes_sense(report, m, l, context, concurrency)) { return report; }
    engine const e = settled(told, m, g, l);
    cache_recipe const kept = cache_as_kept(m, cache, e);
    count const requests = reckon::detail::ceil_div(concurrency, l.data);
    detail::fill_stage(report, m, weights, kept, l, e, context, requests, 0, beside);
    detail::fill_fuller_stages(report, m, weights, kept, l, e, context, requests, beside);
    detail::judge_on(report, m, g, l, e, context);
    return report;
}

/// Bytes of the fullest rank of a deployment, by part, and the first rule it breaks.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report memory_of(deployment<M, G> const& d) noexcept {
    return memory_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, d.max_context,
                     d.concurrency);
}

/// `r` under another number of requests in each data-parallel group, for callers that ask for many.
/// Domain: one pipeline stage (another may be the fullest); `r` has a budget; `e` is settled.
[[nodiscard]] constexpr memory_report with_requests(memory_report r, engine const& e,
                                                    tokens context, count requests) noexcept {
    detail::fill_requests(r, e, context, requests);
    detail::judge_load(r);
    return r;
}

/// The same of one rank of pipeline stage `stage`, which need not be the fullest.
/// Domain: 0 <= stage < d.layout.pipeline.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report memory_of_stage(deployment<M, G> const& d,
                                                      count stage) noexcept {
    memory_report report{};
    if (!detail::makes_sense(report, d.model, d.layout, d.max_context, d.concurrency)) {
        return report;
    }
    engine const e = settled(d.engine, d.model, d.gpu, d.layout);
    detail::fill_stage(report, d.model, d.weights, cache_as_kept(d.model, d.kv_cache, e), d.layout,
                       e, d.max_context, d.requests_per_group(), stage);
    detail::judge_on(report, d.model, d.gpu, d.layout, e, d.max_context);
    return report;
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::any_deployment;
using serving::deployment;
using serving::memory_of;
using serving::memory_of_stage;
} // namespace reckon::inline v0
