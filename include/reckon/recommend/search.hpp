// SPDX-License-Identifier: MIT
// Every way to spread a model over accelerators, tried against a load.
//
//   for each accelerator x precision x tensor x data x pipeline degree (powers of two):
//     replicas = ceil(load / what one replica carries),   refused if a rule breaks
//
// A replica carries what its cache holds: floor(cache tokens / context) requests in each group; for a
// request rate, the largest batch within memory and the latency rules.
//
// Not searched: degrees that are not powers of two, layers shared across scale-up domains, pipelines
//               inside a domain with a fabric, heterogeneous fleets.
#pragma once
#include <reckon/cost/offer.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/gpu/machine.hpp>
#include <reckon/recommend/plan.hpp>

#include <span>

namespace reckon::inline v0 {

/// Whether layers shared by `ranks` devices go on in a pipeline: only beyond what can share a layer,
/// or where devices have no fabric of their own, and splitting a layer is dear.
template <gpu G> [[nodiscard]] constexpr bool pipelines(G const& g, count ranks,
                                                        count widest) noexcept {
    return ranks * 2 > widest || !g.link.each_way.known();
}

namespace detail {

[[nodiscard]] constexpr refusal refuse(std::uint16_t device, std::uint16_t precision,
                                       layout const& l, serving::memory_report const& m,
                                       workload const& load, count asked,
                                       engine const& e) noexcept {
    refusal r{.gpu = device,
              .precision = precision,
              .spread = l,
              .broken = m.broken,
              .division = m.layout};
    r.need = in_bytes(m.needed());
    r.have = in_bytes(m.budget);
    if (m.broken == serving::constraint::weights) { r.need = in_bytes(m.weights); }
    if (m.broken == serving::constraint::runtime) { r.need = in_bytes(m.needed() - m.kv_cache); }
    if (m.broken == serving::constraint::device) {
        r.need = in_bytes(m.budget + m.outside.value);
        r.have = in_bytes(m.capacity);
    }
    if (m.broken == serving::constraint::cache) {
        r.need = in_tokens(m.tokens_needed);
        r.have = in_tokens(m.cache_tokens);
    }
    if (m.broken == serving::constraint::layout) {
        r.need = static_cast<double>(m.layout.need);
        r.have = static_cast<double>(m.layout.have);
        return r;
    }
    count const in_group = ceil_div(asked, l.data);
    constexpr count most = count{1} << 40; // where a request keeps nothing
    r.fitting_requests = multiply(m.requests_that_fit(most), l.data);
    if (load.concurrency > 0) {
        auto const block = static_cast<double>(max(e.block_tokens, count{1}));
        r.fitting_context = tokens{
            floor(in_tokens(m.cache_tokens) / static_cast<double>(in_group) / block) * block};
    }
    return r;
}

/// Whether the plan keeps the latency rules; fills `broken` with the first that it breaks.
[[nodiscard]] constexpr bool keeps(plan_rules const& limits, serving::speed_report const& s,
                                   refusal& broken) noexcept {
    if (limits.time_per_token.known() && s.time_per_token.value > limits.time_per_token.value()) {
        broken.broken = serving::constraint::time_per_token;
        broken.need = in_seconds(s.time_per_token.value);
        broken.have = in_seconds(limits.time_per_token.value());
        return false;
    }
    if (limits.time_to_first_token.known() &&
        s.time_to_first_token.value > limits.time_to_first_token.value()) {
        broken.broken = serving::constraint::time_to_first_token;
        broken.need = in_seconds(s.time_to_first_token.value);
        broken.have = in_seconds(limits.time_to_first_token.value());
        return false;
    }
    return true;
}

} // namespace detail

/// Tries one layout. Calls `sink.accept(plan)` or `sink.refuse(refusal)`.
template <model M, gpu G, class Sink>
constexpr void try_layout(M const& m, G const& g, std::uint16_t gpu_index, recipe const& weights,
                          std::uint16_t precision_index, layout const& l, workload const& load,
                          std::span<offer const> offers, plan_rules const& limits,
                          Sink& sink) noexcept {
    count const asked = load.concurrency > 0 ? load.concurrency : l.data;
    engine const e = serving::settled(limits.serving_engine, m, g, l);
    serving::memory_report memory =
        serving::memory_of(m, g, weights, limits.kv_cache, l, e, load.context, asked);
    refusal no = detail::refuse(gpu_index, precision_index, l, memory, load, asked, e);
    // The load may be more than one replica holds; then it takes several, if each holds a request.
    count const holds = no.fitting_requests;
    bool const several = memory.broken == serving::constraint::cache && holds >= l.data;
    if (!memory.fits()) { sink.refuse(no); }
    if (!memory.fits() && !several) { return; }

    plan p{.gpu = gpu_index, .precision = precision_index, .spread = l};
    weight_bytes const w =
        l.pipeline == 1 ? memory.weight_parts : serving::weights_of_all_stages(m, weights, l, e);
    calibration const c = calibration_for(g, e);
    auto const speed_at = [&](count in_flight) {
        return serving::speed_of(m, g, weights, limits.kv_cache, l, e, load.request, in_flight, c,
                                 w);
    };
    if (load.concurrency > 0) {
        p.replicas = several ? reckon::detail::ceil_div(load.concurrency, holds) : 1;
        p.concurrency = reckon::detail::ceil_div(load.concurrency, p.replicas);
        p.speed = speed_at(p.concurrency);
    } else {
        // Throughput grows with the batch: double it while memory and the rules allow.
        count const most =
            e.sequences > 0
                ? reckon::detail::min(holds, reckon::detail::multiply(e.sequences, l.data))
                : holds;
        for (count in_flight = l.data; in_flight <= most; in_flight *= 2) {
            serving::memory_report const filled =
                serving::memory_of(m, g, weights, limits.kv_cache, l, e, load.context, in_flight);
            if (!filled.fits()) { break; }
            serving::speed_report const s = speed_at(in_flight);
            refusal unused{};
            if (s.known && p.speed.known && !detail::keeps(limits, s, unused)) { break; }
            memory = filled;
            p.speed = s;
            p.concurrency = in_flight;
            if (s.requests >= load.rate) { break; }
        }
        if (p.speed.known) {
            p.replicas = static_cast<count>(
                reckon::detail::ceil(reckon::detail::min(1e12, load.rate / p.speed.requests)));
        }
    }
    if (!p.speed.known) {
        no.broken = serving::constraint::rate_unknown;
        if (memory.fits()) { sink.refuse(no); }
        return;
    }
    no.need = static_cast<double>(p.devices());
    no.have = static_cast<double>(limits.max_devices);
    if (p.devices() > limits.max_devices) {
        no.broken = serving::constraint::devices;
        if (memory.fits()) { sink.refuse(no); }
        return;
    }
    if (!detail::keeps(limits, p.speed, no)) {
        sink.refuse(no);
        return;
    }
    p.memory = several ? serving::memory_of(m, g, weights, limits.kv_cache, l, e, load.context,
                                            p.concurrency)
                       : memory;
    auto const n = static_cast<double>(p.devices());
    count const machine = machine_size(g);
    p.rented = rent_of(std::string_view(g.id), p.devices(),
                       reckon::detail::min(l.devices(), machine), offers);
    p.price = p.rented.price;
    if (p.price.known()) {
        // What is paid for and not asked for is not sold: a request rate sets how many tokens there are.
        token_rate const made = p.output_throughput();
        token_rate const sold =
            load.concurrency > 0 ? made : min(made, load.request.output * load.rate);
        p.per_token = {cost_per_token(p.price.value(), sold), p.speed.output_throughput.source};
    }
    if (g.power.known()) { p.power = {g.power.value() * n, provenance::datasheet}; }
    sink.accept(p);
}

/// Tries every accelerator, precision and layout. The sink decides what is kept.
template <model M, class Sink>
constexpr void search(M const& m, workload const& load, std::span<any_gpu const> gpus,
                      std::span<recipe const> precisions, std::span<offer const> offers,
                      plan_rules const& limits, Sink& sink) noexcept {
    bool mixture = false;
    m.groups.for_each(
        [&](auto const& group) { mixture = mixture || group.feed_forward.experts().experts > 0; });
    count const all_layers = layer_count(m);
    for (std::size_t i = 0; i < gpus.size(); ++i) {
        any_gpu const& g = gpus[i];
        if (!limits.vendors.has(g.architecture.maker)) { continue; }
        count const widest = widest_layer(g);
        for (std::size_t k = 0; k < precisions.size(); ++k) {
            for (count tensor = 1; tensor <= widest; tensor *= 2) {
                for (count data = 1; tensor * data <= widest && (data == 1 || mixture); data *= 2) {
                    count const stages = pipelines(g, tensor * data, widest) ? all_layers : 1;
                    for (count pipeline = 1; pipeline <= stages; pipeline *= 2) {
                        layout const l{tensor, pipeline, data, data > 1 ? tensor * data : 1};
                        if (l.devices() > limits.max_devices) { break; }
                        if (l.devices() > limits.max_machines * machine_size(g)) { break; }
                        try_layout(m, g, static_cast<std::uint16_t>(i), precisions[k],
                                   static_cast<std::uint16_t>(k), l, load, offers, limits, sink);
                    }
                }
            }
        }
    }
}

} // namespace reckon::inline v0
