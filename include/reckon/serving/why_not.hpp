// SPDX-License-Identifier: MIT
// Why a deployment does not fit, and which single changes would mend it.
//
//   freed = headroom(after) - headroom(before) on the fullest rank
//
// A change is listed only if it frees something. Those that mend alone come first, then what frees more;
// among equals the order of `remedy_kind`, from what costs users least to what costs most.
//
// Source:       memory_of of the changed deployment: nothing is estimated beside it.
// Not modelled: what a change costs in speed or quality; `speed_of` answers the first.
#pragma once
#include <reckon/detail/static_vector.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/limits.hpp>

#include <concepts>
#include <cstdint>

namespace reckon::inline v0::serving {

/// A single change of a deployment.
enum class remedy_kind : std::uint8_t {
    fewer_sequences,  ///< a smaller largest batch: the sampler's share of activations
    smaller_chunks,   ///< fewer tokens in one forward pass
    no_drafting,      ///< without the model's prediction modules
    no_graphs,        ///< decoding is not captured
    utilization,      ///< a larger fraction of the device
    narrow_cache,     ///< an 8 bit cache
    context_parallel, ///< tensor ranks share the tokens of one cache
    data_parallel,    ///< ranks attend to requests of their own
    tensor_parallel,  ///< layers shared by more devices
    pipeline,         ///< layers in turn on more devices
    less_context,
    fewer_requests,
    narrow_weights, ///< a narrower format
    offload,        ///< weights in the host's memory, read over its link
};

[[nodiscard]] constexpr std::string_view name(remedy_kind kind) noexcept {
    constexpr std::string_view names[] = {"fewer sequences",     "smaller chunks",
                                          "no drafting",         "no graphs",
                                          "utilization",         "narrower cache",
                                          "context parallelism", "data-parallel attention",
                                          "tensor parallelism",  "pipeline parallelism",
                                          "shorter context",     "fewer requests",
                                          "narrower weights",    "offload"};
    return names[static_cast<int>(kind)];
}

/// What one change would do.
struct remedy {
    remedy_kind kind{};
    double value{};      ///< the new setting: tokens, requests, degree, fraction, bytes
    precision_name to{}; ///< the new format, where it is one
    bytes freed{};       ///< on the fullest rank
    bool mends{};        ///< whether it is enough
    count devices{};     ///< after the change
    friend constexpr bool operator==(remedy const&, remedy const&) noexcept = default;
};

/// The report of a deployment and what would mend it.
struct refusal_report {
    memory_report memory{};
    static_vector<remedy, 24> remedies{}; ///< the best first; empty where it fits
};

namespace detail {

constexpr void insert_ranked(static_vector<remedy, 24>& list, remedy const& r) noexcept {
    if (!list.push_back(r)) { return; }
    for (std::size_t i = list.size() - 1; i > 0; --i) {
        remedy const& above = list[i - 1];
        bool const better = r.mends != above.mends ? r.mends
                            : r.mends              ? r.kind < above.kind
                                                   : r.freed > above.freed;
        if (!better) { break; }
        list[i] = above;
        list[i - 1] = r;
    }
}

} // namespace detail

namespace detail {

/// Tries changes of one deployment, keeps those that free something and hands each with what it makes to
/// `found`.
template <model M, gpu G, class Found> struct remedy_search {
    deployment<M, G> const& d;
    engine e; ///< settled
    Found found;
    refusal_report report{};

    /// Bytes to spare of what binds: the budget, or the device around it.
    [[nodiscard]] static constexpr bytes spare(memory_report const& m) noexcept {
        return min(m.headroom(), m.capacity - m.budget - m.outside.value);
    }

    /// Lists the change if it frees something; whether it mends. Domain: a layout that divides the model.
    constexpr bool offer(remedy r, deployment<M, G> const& changed) noexcept {
        memory_report const after = memory_of(changed);
        r.freed = spare(after) - spare(report.memory);
        r.mends = after.fits();
        r.devices = changed.layout.devices();
        if (r.freed > bytes{0} || r.mends) {
            insert_ranked(report.remedies, r);
            found(r, changed);
        }
        return r.mends;
    }

    /// The change with `next(n)` after n until it mends, from `from` on; offers the first that does, else
    /// the last that can be asked for. `set(changed, n)` makes it.
    constexpr void step(remedy_kind kind, count from, auto const& next, auto const& allowed,
                        auto const& set) noexcept {
        deployment<M, G> changed = d;
        deployment<M, G> last = d;
        count reached = -1;
        for (count n = next(from); allowed(n); n = next(n)) {
            set(changed, n);
            memory_report const m = memory_of(changed);
            if (m.broken == constraint::layout) { continue; }
            reached = n;
            last = changed;
            if (m.fits()) { break; }
        }
        if (reached >= 0) { offer({.kind = kind, .value = static_cast<double>(reached)}, last); }
    }
    constexpr void halve(remedy_kind kind, count from, count least, auto const& set) noexcept {
        step(kind, from, [](count n) { return n / 2; }, [&](count n) { return n >= least; }, set);
    }
    constexpr void widen(remedy_kind kind, count from, count most, auto const& set) noexcept {
        step(kind, from, [](count n) { return n * 2; }, [&](count n) { return n <= most; }, set);
    }

    /// What the engine is told: the same answers on the same devices.
    constexpr void settings() noexcept {
        constexpr count least_sequences = 8;
        constexpr count least_chunk = 512;
        halve(remedy_kind::fewer_sequences, e.sequences,
              reckon::detail::max(least_sequences, d.requests_per_group()),
              [](auto& changed, count n) { changed.engine.sequences = n; });
        halve(remedy_kind::smaller_chunks, e.batched_tokens, least_chunk,
              [](auto& changed, count n) { changed.engine.batched_tokens = n; });
        deployment<M, G> changed = d;
        if (d.engine.prediction_modules > 0) {
            changed.engine.prediction_modules = 0;
            offer({.kind = remedy_kind::no_drafting}, changed);
        }
        if (e.graphs) {
            changed = d;
            changed.engine.graphs = false;
            changed.engine.memory_utilization = e.memory_utilization;
            offer({.kind = remedy_kind::no_graphs}, changed);
        }
        if (e.cache_bytes == bytes{0}) {
            // As far as what the engine does not count leaves room, to whole percents.
            constexpr double percents = 100;
            memory_report const& m = report.memory;
            double const room = (m.capacity - m.outside.high) / m.capacity;
            double const most = reckon::detail::floor(room * percents) / percents;
            changed = d;
            changed.engine.memory_utilization = most;
            if (most > e.memory_utilization) {
                offer({.kind = remedy_kind::utilization, .value = most}, changed);
            }
        }
        if (bits_per_weight(d.kv_cache[state_kind::cache]) > bits_per_weight(fp8)) {
            changed = d;
            changed.kv_cache = fp8;
            offer({.kind = remedy_kind::narrow_cache,
                   .to = precision_name(std::string_view(fp8.name))},
                  changed);
        }
    }

    /// Other layouts, on the same devices and on more.
    constexpr void layouts(count most_devices) noexcept {
        reckon::layout const& l = d.layout;
        count const group = l.layer_group();
        count const widest = reckon::detail::min(widest_layer(d.gpu), most_devices / l.pipeline);
        widen(remedy_kind::context_parallel, l.context, l.tensor,
              [](auto& changed, count n) { changed.layout.context = n; });
        widen(remedy_kind::data_parallel, l.data, group, [&](auto& changed, count n) {
            changed.layout.tensor = group / n;
            changed.layout.data = n;
            changed.layout.context = 1;
            changed.layout.expert = group;
        });
        widen(remedy_kind::tensor_parallel, l.tensor, widest / l.data, [](auto& changed, count n) {
            changed.layout.tensor = n;
            if (changed.layout.expert > 1) { changed.layout.expert = changed.layout.layer_group(); }
        });
        widen(remedy_kind::pipeline, l.pipeline, most_devices / group,
              [](auto& changed, count n) { changed.layout.pipeline = n; });
    }

    /// Less to carry, as far as it has to be.
    constexpr void load() noexcept {
        if (report.memory.broken != constraint::cache) { return; }
        deployment<M, G> changed = d;
        changed.max_context = largest_context(d);
        if (changed.max_context >= tokens{1}) {
            offer({.kind = remedy_kind::less_context, .value = in_tokens(changed.max_context)},
                  changed);
        }
        changed = d;
        changed.concurrency = largest_concurrency(d);
        if (changed.concurrency >= 1) {
            offer({.kind = remedy_kind::fewer_requests,
                   .value = static_cast<double>(changed.concurrency)},
                  changed);
        }
    }

    /// Narrower weights, until one mends.
    constexpr void formats(std::span<recipe const> narrower) noexcept {
        deployment<M, G> changed = d;
        for (recipe const& weights : narrower) {
            changed.weights = weights;
            if (memory_of(changed).weights >= report.memory.weights) { continue; }
            if (offer({.kind = remedy_kind::narrow_weights, .to = weights.name}, changed)) {
                break;
            }
        }
    }

    /// What is missing, in the whole GiB that engines take.
    constexpr void offload() noexcept {
        bytes const missing = -spare(report.memory);
        if (report.memory.weights <= missing) { return; }
        deployment<M, G> changed = d;
        changed.engine.host_weights =
            d.engine.host_weights + gibibytes(reckon::detail::ceil(in_gibibytes(missing)));
        offer({.kind = remedy_kind::offload, .value = in_bytes(changed.engine.host_weights)},
              changed);
    }
};

} // namespace detail

/// Why `d` does not fit, and the single changes that free memory, ranked. `narrower` are the formats to
/// try for the weights, from the most bytes to the fewest; `most_devices` limits what parallelism may ask
/// for. `found(remedy, changed)` gets each change, in the order tried, and the deployment that it makes.
template <model M, gpu G, std::invocable<remedy const&, deployment<M, G> const&> Found>
[[nodiscard]] constexpr refusal_report why_not(deployment<M, G> const& d,
                                               std::span<recipe const> narrower, count most_devices,
                                               Found const& found) noexcept {
    detail::remedy_search<M, G, Found const&> search{
        .d = d,
        .e = settled(d.engine, d.model, d.gpu, d.layout),
        .found = found,
        .report = {memory_of(d), {}}};
    constraint const broken = search.report.memory.broken;
    if (broken == constraint::weights || broken == constraint::runtime ||
        broken == constraint::cache || broken == constraint::device) {
        search.settings();
        search.layouts(most_devices);
        search.load();
        search.formats(narrower);
        search.offload();
    }
    return search.report;
}

/// The same for who needs no more than the list.
template <model M, gpu G>
[[nodiscard]] constexpr refusal_report
why_not(deployment<M, G> const& d, std::span<recipe const> narrower, count most_devices) noexcept {
    return why_not(d, narrower, most_devices,
                   [](remedy const&, deployment<M, G> const&) noexcept {});
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::why_not;
} // namespace reckon::inline v0
