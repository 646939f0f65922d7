// SPDX-License-Identifier: MIT
// Every way to carry a load: model x accelerator x precision x layout x replicas.
//
//   for each layout (tensor x data x pipeline degrees, powers of two):
//     for replicas r = fewest .. most, each batch b(r) once:
//       b(r) = ceil(C / r)                          C requests in flight
//            = least b with r requests(b) >= rate   a rate of requests
//       kept or refused by the rules
//
//   symbol | meaning                                              | domain
//   r      | replicas that carry the load                         | >= 1
//   b      | requests in flight in one replica                    | data .. what memory holds
//
// More replicas never cost less and never carry a request slower than one request alone is carried, so
// that no larger r can be better once
//
//   badness(price(r), one request alone) > badness(worst plan kept for this accelerator)
//
// which ends the inner loop where the sink says what it keeps (proven against a search without it,
// tests/recommend/recommend_property.cpp).
//
// Not searched: degrees that are not powers of two, layers shared across scale-up domains, pipelines
//               inside a domain with a fabric. Fleets of two kinds: mixed.hpp, pools.hpp.
#pragma once
#include <reckon/cost/offer.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/recommend/choices.hpp>
#include <reckon/recommend/plan.hpp>
#include <reckon/recommend/rack.hpp>

#include <span>

namespace reckon::inline v0 {

namespace detail {

[[nodiscard]] constexpr refusal refuse(choice of, layout const& l, serving::memory_report const& m,
                                       workload const& load, count asked,
                                       engine const& e) noexcept {
    refusal r{of, l, m.broken};
    r.division = m.layout;
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

/// The first rule that a plan breaks, with what it needs and has; `none` where it keeps all.
constexpr void judge(refusal& r, plan const& p, plan_rules const& rules) noexcept {
    using serving::constraint;
    r.broken = constraint::none;
    auto const limit = [&](constraint c, bool given, double value, double most) {
        if (r.broken != constraint::none || !given || !(value > most)) { return; }
        r.broken = c;
        r.need = value;
        r.have = most;
    };
    auto const time = [&](constraint c, figure<seconds> const& most, seconds value) {
        limit(c, most.known(), in_seconds(value), in_seconds(most.value_or(seconds{})));
    };
    // What nobody quotes keeps no limit.
    auto const quoted = [&](constraint c, bool given, bool known) {
        if (r.broken == constraint::none && given && !known) { r.broken = c; }
    };
    time(constraint::time_per_token, rules.time_per_token, p.speed.time_per_token.value);
    time(constraint::time_to_first_token, rules.time_to_first_token,
         p.speed.time_to_first_token.value);
    time(constraint::end_to_end, rules.end_to_end, p.speed.end_to_end.value);
    quoted(constraint::price_unknown, rules.budget.known(), p.price.known());
    limit(constraint::budget, rules.budget.known(),
          in_usd_per_hour(p.price.value_or(usd_per_second{})),
          in_usd_per_hour(rules.budget.value_or(usd_per_second{})));
    quoted(constraint::power_unknown, rules.power.known(), p.power.known());
    limit(constraint::power, rules.power.known(), in_watts(p.power.value_or(watts{})),
          in_watts(rules.power.value_or(watts{})));
}

/// One layout of one model on one accelerator, and what of it does not change with the load it carries.
template <model M, gpu G> struct spread_model {
    M const& m;
    G const& g;
    recipe const& weights;
    choice of;
    layout l;
    workload const& load;
    plan_rules const& rules;
    rental_menu const& menu;
    allowance const& allowed;
    engine e;
    serving::memory_report const& memory; ///< of some number of requests
    weight_bytes held;
    calibration constants;
    serving::shape_passes shape;

    [[nodiscard]] constexpr serving::speed_report speed_at(count in_flight) const noexcept {
        serving::load_passes const passes = serving::passes_of(
            shape, m, g, rules.kv_cache, l, e, load.request, static_cast<double>(in_flight), held);
        return serving::speed_of(passes, load.request, in_flight, constants);
    }
    [[nodiscard]] constexpr serving::memory_report memory_at(count in_flight) const noexcept {
        return l.pipeline == 1
                   ? serving::with_requests(memory, e, load.context, ceil_div(in_flight, l.data))
                   : serving::memory_of(m, g, weights, rules.kv_cache, l, e, load.context,
                                        in_flight);
    }
    [[nodiscard]] constexpr count devices_of(count replicas) const noexcept {
        return multiply(add(replicas, rules.spare), l.devices());
    }
    [[nodiscard]] constexpr bool allows(count replicas) const noexcept {
        return devices_of(replicas) <= allowed.devices;
    }
    /// The plan of so many replicas, each at speed `s`, without its memory. What is paid for and not
    /// asked for is not sold.
    ///
    /// With `s` of one request alone, no plan of as many replicas or more is better.
    [[nodiscard]] constexpr plan plan_of(count replicas, count in_flight,
                                         serving::speed_report const& s) const noexcept {
        plan p{of, l, replicas, rules.spare, in_flight};
        p.speed = s;
        p.carried =
            load.request.output * (load.concurrency > 0
                                       ? static_cast<double>(load.concurrency) / s.end_to_end.value
                                       : load.rate);
        count const all = p.devices();
        auto const n = static_cast<double>(all);
        if (!allowed.owned) {
            p.rented = rent_of(menu, all, min(l.devices(), machine_size(g)));
            p.price = p.rented.price;
        } else if (allowed.cost.known()) {
            p.price = {allowed.cost.value() * n, allowed.cost.source};
        }
        if (p.price.known()) {
            p.per_token = {cost_per_token(p.price.value(), p.carried), s.output_throughput.source};
        }
        if (g.power.known()) { p.power = {g.power.value() * n, provenance::datasheet}; }
        return p;
    }
};

/// Whether the sink keeps enough plans that are better than `p`.
template <class Sink> [[nodiscard]] constexpr bool beaten(Sink const& sink,
                                                          plan const& p) noexcept {
    if constexpr (requires { sink.is_beaten(p); }) {
        return sink.is_beaten(p);
    } else {
        return false;
    }
}

/// Offers a plan to the sink, or the rule that it breaks. False where more replicas would break it too.
template <class Spread, class Sink>
constexpr bool consider(Spread const& s, plan p, refusal no, Sink& sink) noexcept {
    judge(no, p, s.rules);
    if (no.broken == serving::constraint::none && !beaten(sink, p)) {
        p.memory = s.memory_at(p.concurrency);
        if (!p.memory.fits()) { // a later stage of the pipeline is fuller
            no = refuse(p, s.l, p.memory, s.load, p.concurrency, s.e);
        }
    }
    if (no.broken == serving::constraint::none) {
        sink.accept(p);
        return true;
    }
    sink.refuse(no);
    return no.broken < serving::constraint::budget;
}

/// A batch in each group, and how fast it is served.
struct served_batch {
    count in_group{};
    serving::speed_report speed{};
};

/// The fewest requests in each group, at most `most`, that carry `share`. Domain: `most` does.
template <class Spread>
[[nodiscard]] constexpr served_batch least_batch(Spread const& s,
                                                 serving::speed_report const& alone,
                                                 served_batch most, request_rate share) noexcept {
    count few = 0; // requests grow with the batch
    while (most.in_group - few > 1) {
        count const between = few + (most.in_group - few) / 2;
        serving::speed_report const there =
            between == 1 ? alone : s.speed_at(multiply(between, s.l.data));
        if (there.requests >= share) {
            most = {between, there};
        } else {
            few = between;
        }
    }
    return most;
}

/// All plans of one layout for a number of requests in flight: each batch once, by the fewest replicas.
template <class Spread, class Sink>
constexpr void spread_requests(Spread const& s, serving::speed_report const& alone, count fewest,
                               refusal const& no, Sink& sink) noexcept {
    count const all = s.load.concurrency;
    for (count replicas = fewest; s.allows(replicas);) {
        count const batch = ceil_div(all, replicas);
        if (beaten(sink, s.plan_of(replicas, s.l.data, alone))) { return; }
        bool const single = batch <= s.l.data;
        plan const p = s.plan_of(replicas, batch, single ? alone : s.speed_at(batch));
        if (!consider(s, p, no, sink) || single) { return; }
        replicas = ceil_div(all, batch - 1);
    }
}

/// The same for a rate: each replica holds the fewest requests that carry its share of it.
template <class Spread, class Sink>
constexpr void spread_rate(Spread const& s, serving::speed_report const& alone, served_batch batch,
                           count fewest, refusal const& no, Sink& sink) noexcept {
    for (count replicas = fewest; s.allows(replicas); ++replicas) {
        if (beaten(sink, s.plan_of(replicas, s.l.data, alone))) { return; }
        served_batch const enough =
            least_batch(s, alone, batch, s.load.rate / static_cast<double>(replicas));
        // The same batch by fewer replicas was offered before.
        if (enough.in_group == batch.in_group && replicas > fewest) { continue; }
        batch = enough;
        plan const p = s.plan_of(replicas, multiply(batch.in_group, s.l.data), batch.speed);
        if (!consider(s, p, no, sink) || batch.in_group == 1) { return; }
    }
}

} // namespace detail

/// Tries one layout under all numbers of replicas. Calls `sink.accept(plan)` or `sink.refuse(refusal)`;
/// a sink that has `is_beaten(plan)` is not shown what cannot be better than what it keeps.
template <model M, gpu G, class Sink>
constexpr void try_layout(M const& m, G const& g, recipe const& weights, choice of, layout const& l,
                          workload const& load, rental_menu const& menu, plan_rules const& rules,
                          Sink& sink) noexcept {
    using reckon::detail::max;
    using reckon::detail::min;
    using reckon::detail::multiply;
    count const asked = load.concurrency > 0 ? load.concurrency : l.data;
    engine const e = serving::settled(rules.serving_engine, m, g, l);
    serving::memory_report const memory =
        serving::memory_of(m, g, weights, rules.kv_cache, l, e, load.context, asked);
    refusal no = detail::refuse(of, l, memory, load, asked, e);
    // The load may be more than one replica holds; then it takes several, if each holds a request.
    count const holds = no.fitting_requests;
    bool const several = memory.broken == serving::constraint::cache && holds >= l.data;
    if (!memory.fits()) { sink.refuse(no); }
    if (!memory.fits() && !several) { return; }
    if (detail::too_much_for_rack(g, rules, no)) {
        if (memory.fits()) { sink.refuse(no); }
        return;
    }

    weight_bytes const held =
        l.pipeline == 1 ? memory.weight_parts : serving::weights_of_all_stages(m, weights, l, e);
    figure<serving::shape_passes> const shape = serving::shape_passes_of(
        m, rates_of(g, weights, l.layer_group()), rules.kv_cache, l, e, load.request, held);
    if (!shape.known()) {
        no.broken = serving::constraint::rate_unknown;
        if (memory.fits()) { sink.refuse(no); }
        return;
    }
    allowance const allowed = allowance_for(rules, std::string_view(g.id));
    detail::spread_model<M, G> const s{m,
                                       g,
                                       weights,
                                       of,
                                       l,
                                       load,
                                       rules,
                                       menu,
                                       allowed,
                                       e,
                                       memory,
                                       held,
                                       calibration_for(g, e),
                                       shape.value()};
    serving::speed_report const alone = s.speed_at(l.data);
    // Nothing is faster than one request alone.
    refusal slow = no;
    detail::judge(slow, s.plan_of(1, l.data, alone), rules);
    if (slow.broken != serving::constraint::none && slow.broken < serving::constraint::budget) {
        sink.refuse(slow);
        return;
    }
    count const by_engine = e.sequences > 0 ? multiply(e.sequences, l.data) : holds;
    count const in_group = max(count{1}, min(holds, by_engine) / l.data);
    serving::speed_report const fullest =
        load.concurrency > 0 || in_group == 1 ? alone : s.speed_at(multiply(in_group, l.data));
    count const fewest =
        load.concurrency > 0
            ? reckon::detail::ceil_div(load.concurrency, min(holds, load.concurrency))
            : static_cast<count>(reckon::detail::ceil(min(1e12, load.rate / fullest.requests)));
    if (!s.allows(fewest)) {
        no.broken = serving::constraint::devices;
        no.need = static_cast<double>(s.devices_of(fewest));
        no.have = static_cast<double>(allowed.devices);
        if (memory.fits()) { sink.refuse(no); }
        return;
    }
    if (load.concurrency > 0) {
        detail::spread_requests(s, alone, fewest, no, sink);
    } else {
        detail::spread_rate(s, alone, {in_group, fullest}, fewest, no, sink);
    }
}

/// Tries every model, accelerator, precision and layout. The sink decides what is kept.
template <model M, class Sink>
constexpr void search(std::span<candidate<M> const> models, workload const& load,
                      std::span<any_gpu const> gpus, std::span<offer const> offers,
                      plan_rules const& rules, Sink& sink) noexcept {
    rental_menu menu{};
    std::size_t menu_of_gpu = gpus.size(); // none yet
    detail::for_each_choice(
        models, gpus, rules, [&](choice of, recipe const& weights, layout const& l) {
            any_gpu const& g = gpus[of.gpu];
            if (menu_of_gpu != of.gpu) {
                menu = menu_of(std::string_view(g.id), offers, rules.rental);
                menu_of_gpu = of.gpu;
            }
            try_layout(*models[of.model].served, g, weights, of, l, load, menu, rules, sink);
        });
}

/// The same for one model.
template <model M, class Sink>
constexpr void search(M const& m, workload const& load, std::span<any_gpu const> gpus,
                      std::span<recipe const> precisions, std::span<offer const> offers,
                      plan_rules const& rules, Sink& sink) noexcept {
    candidate<M> const only[] = {{&m, precisions}};
    search(std::span<candidate<M> const>(only), load, gpus, offers, rules, sink);
}

} // namespace reckon::inline v0
