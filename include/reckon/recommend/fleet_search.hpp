// SPDX-License-Identifier: MIT
// The fleets that carry a day of traffic within a promise at a percentile: every model, accelerator, precision and
// layout, each with as many replicas as its hours need, on the machines that cost least.
//
//   for each layout that `search` tries:
//     k  = largest rate of a replica within the promise          (recommend/fleet.hpp)
//     n  = replicas by the hour;   offer = that of least cost     (recommend/fleet_cost.hpp)
//     kept, or refused by the first rule that it breaks
//   what the objective does not tell apart is ordered by recommend/ranking.hpp
//
//   auto const found = recommend_fleets(models, traffic, gpus, offers, {.max_devices = 64}, promise);
//   found->plans[0].range, found->plans[0].cost.least, found->refusals
//
// Nothing is left by a bound: a layout costs microseconds. Times at a percentile are `fleet_rules::limits`; the
// times of `plan_rules`, which are means, and its spare replicas are refused here, not ignored.
// Source:       the laws it is made of.
// Not searched: as recommend/search.hpp. Fleets of two kinds: recommend/pools.hpp.
// Error:        that of the laws; tests/recommend/fleet_search_property.cpp compares with every layout by hand.
#pragma once
#include <reckon/recommend/choices.hpp>
#include <reckon/recommend/fleet_cost.hpp>
#include <reckon/recommend/recommend.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// A fleet of one kind of replica that carries the day.
struct fleet_plan : choice {
    layout spread{};
    request_rate capacity{};           ///< of one replica within the promise
    serving::replica_range range{};    ///< over the day, spares among them
    std::size_t busiest{};             ///< the hour that needs most
    serving::queue_times at_busiest{}; ///< of one replica then
    seconds lead{};                    ///< by which replicas are ordered before they serve
    token_rate mean_output{};          ///< of the whole fleet, over the day
    fleet_cost cost{}; ///< on machines of `rented`; nothing known where nobody quotes one
    figure<std::uint16_t> rented{}; ///< position among the offers; none where owned
    figure<watts> power{};          ///< board limits of the busiest hour

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::multiply(range.most, spread.devices());
    }
};

/// The smaller, the better; unknown prices come last. Latency is that of a request from end to end at `of`, in the
/// busiest hour; throughput what the busiest hour's replicas could carry.
[[nodiscard]] constexpr double badness(fleet_plan const& p, objective o,
                                       serving::percentile of) noexcept {
    constexpr double last = 1e300;
    switch (o) {
    case objective::hourly_cost:
        return p.cost.of[0].known() ? units::access::base(p.cost.least) : last;
    case objective::cost:
        return p.cost.per_token.known() ? units::access::base(p.cost.per_token.value()) : last;
    case objective::throughput:
        return -in_per_second(p.capacity) * static_cast<double>(p.range.most);
    case objective::latency: return in_seconds(serving::at(p.at_busiest.end_to_end, of));
    case objective::devices: return static_cast<double>(p.devices());
    case objective::energy:
        return p.power.known() ? units::access::base(p.power.value() / p.mean_output) : last;
    }
    return last;
}

/// Whether `a` is the better fleet; ties go to fewer devices, then to the one named first.
[[nodiscard]] constexpr bool better(fleet_plan const& a, fleet_plan const& b, objective o,
                                    serving::percentile of) noexcept {
    double const x = badness(a, o, of);
    double const y = badness(b, o, of);
    if (x != y) { return x < y; }
    if (a.devices() != b.devices()) { return a.devices() < b.devices(); }
    if (a.model != b.model) { return a.model < b.model; }
    if (a.gpu != b.gpu) { return a.gpu < b.gpu; }
    if (a.precision != b.precision) { return a.precision < b.precision; }
    return a.spread.devices() < b.spread.devices();
}

/// The best fleet of each model, accelerator and precision, best first, and of those without one the refusal that
/// was nearest to passing.
template <std::size_t Plans = 32, std::size_t Refusals = 256> struct fleet_recommendation {
    static_vector<fleet_plan, Plans> plans{};
    static_vector<refusal, Refusals> refusals{};
    count plans_tried{};
    count dropped{}; ///< times that a plan or a refusal was beyond the capacity
    objective rank_by{};
    double alike{};
    serving::percentile of{};

    [[nodiscard]] constexpr fleet_plan const* begin() const noexcept { return plans.begin(); }
    [[nodiscard]] constexpr fleet_plan const* end() const noexcept { return plans.end(); }

    constexpr void accept(fleet_plan const& p) noexcept {
        ++plans_tried;
        remove(refusals, p);
        for (fleet_plan const& known : plans) {
            if (choice(known) == choice(p) && !better(p, known, rank_by, of)) { return; }
        }
        remove(plans, p);
        if (plans.size() == Plans) {
            ++dropped;
            if (!better(p, plans[Plans - 1], rank_by, of)) { return; }
            plans.used = Plans - 1;
        }
        std::size_t place = plans.size();
        plans.push_back(p);
        for (; place > 0 && better(p, plans[place - 1], rank_by, of); --place) {
            plans[place] = plans[place - 1];
        }
        plans[place] = p;
    }
    constexpr void refuse(refusal const& r) noexcept {
        ++plans_tried;
        for (fleet_plan const& known : plans) {
            if (choice(known) == choice(r)) { return; }
        }
        for (refusal& known : refusals) {
            if (choice(known) != choice(r)) { continue; }
            // What got further through the rules tells more; of the same rule, the nearest.
            bool const further = r.broken > known.broken;
            bool const nearer = r.broken == known.broken && r.shortfall() < known.shortfall();
            if (further || nearer) { known = r; }
            return;
        }
        if (!refusals.push_back(r)) { ++dropped; }
    }

    /// After a search: what the objective does not tell apart, by what decides then (ranking.hpp).
    constexpr void put_in_order() noexcept {
        measures const m = measures_for(rank_by);
        detail::put_in_order(std::span<fleet_plan>(plans.items, plans.size()),
                             std::span<objective const>(m.by), alike, badness_here(),
                             better_here());
    }
    /// Why the first of plans in that order is not the one that is best by the objective alone.
    [[nodiscard]] constexpr preference preferred() const noexcept {
        return detail::preference_of(std::span<fleet_plan const>(plans.items, plans.size()),
                                     measures_for(rank_by), alike, badness_here(), better_here());
    }

private:
    [[nodiscard]] constexpr auto badness_here() const noexcept {
        return [at = of](fleet_plan const& p, objective o) { return badness(p, o, at); };
    }
    [[nodiscard]] constexpr auto better_here() const noexcept {
        return [at = of, by = rank_by](fleet_plan const& a, fleet_plan const& b) {
            return better(a, b, by, at);
        };
    }
    template <class List> static constexpr void remove(List& list, choice const& of) noexcept {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (choice(list[i]) == of) { continue; }
            if (kept != i) { list[kept] = list[i]; }
            ++kept;
        }
        list.used = kept;
    }
};

namespace detail {

/// The offer that a fleet costs least on; of machines that hold a replica (or as many as share a fabric) if there are.
template <std::size_t Hours>
constexpr void rent_fleet(fleet_plan& p, fleet<Hours> const& f, std::string_view gpu_id,
                          count together, std::span<offer const> offers, rental_terms terms,
                          purchase commitment) noexcept {
    terms.how = purchase::on_demand;
    bool holds = false;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        offer const& o = offers[i];
        if (!suits(o, gpu_id, terms)) { continue; }
        auto const c = cost_of(f, p.spread.devices(), o, commitment);
        bool const larger = o.gpus >= together;
        if (!c || (holds && !larger)) { continue; }
        if (p.rented.known() && larger == holds && !(c->least < p.cost.least)) { continue; }
        p.cost = *c;
        p.rented = {static_cast<std::uint16_t>(i), provenance::exact};
        holds = larger;
    }
}

/// What is owned costs what it costs, whether used or not: nothing is scaled.
template <std::size_t Hours>
constexpr void own_fleet(fleet_plan& p, fleet<Hours> const& f,
                         figure<usd_per_second> const& each) noexcept {
    p.cost.most = p.devices();
    p.cost.mean_paid = static_cast<double>(p.devices());
    if (!each.known()) { return; }
    p.cost.least = each.value() * static_cast<double>(p.devices());
    p.cost.of[0] = {p.cost.least, each.source};
    p.cost.per_token = {cost_per_token(p.cost.least, f.mean_output()), each.source};
}

/// The first rule that a fleet breaks. Domain: rules without times, which are the promise's.
constexpr void judge(refusal& r, fleet_plan const& p, count allowed,
                     plan_rules const& rules) noexcept {
    if (p.devices() > allowed) {
        r.broken = serving::constraint::devices;
        r.need = static_cast<double>(p.devices());
        r.have = static_cast<double>(allowed);
        return;
    }
    plan paid{};
    if (p.cost.of[0].known()) { paid.price = {p.cost.least, p.cost.of[0].source}; }
    paid.power = p.power;
    judge(r, paid, rules);
}

/// What the rules of a fleet say twice.
[[nodiscard]] constexpr possible_error said_twice(plan_rules const& rules) noexcept {
    if (rules.time_to_first_token.known() || rules.time_per_token.known() ||
        rules.end_to_end.known()) {
        return error{errc::contradiction,
                     "plan_rules limits a mean time; give a fleet's limits with their percentile, "
                     "in fleet_rules::limits."};
    }
    if (rules.rental.how != purchase::on_demand) {
        return error{errc::contradiction,
                     "plan_rules names a way of buying; a fleet buys its peaks on demand and its "
                     "base by the commitment that recommend_fleets is given."};
    }
    if (rules.spare != 0) {
        return error{errc::contradiction, "plan_rules names spare replicas; give a fleet's in "
                                          "fleet_rules::spare, where 1 is the default."};
    }
    return {};
}

} // namespace detail

namespace detail {

/// A replica's curve and the rate at which it keeps a promise.
struct promised_rate {
    serving::service_curve curve{};
    request_rate capacity{};
};

/// Or nothing, and `no` says which rule is broken: memory of the longest request, rates that nobody published, a
/// lone request that is late. Domain: check(t) finds nothing.
template <model M, gpu G>
[[nodiscard]] constexpr figure<promised_rate>
promised(serving::deployment<M, G> const& d, traffic const& t,
         serving::latency_limits const& limits, refusal& no) noexcept {
    using serving::constraint;
    workload const load = busiest_load(t);
    serving::memory_report const longest = serving::memory_of(d);
    no = refuse(no, d.layout, longest, load, d.concurrency,
                serving::settled(d.engine, d.model, d.gpu, d.layout));
    if (!longest.fits()) { return unknown; }
    calibration const c = calibration_for(d.gpu, d.engine);
    result<serving::service_curve> const curve = serving::curve_of(d, c, t.prefix_hit);
    if (!curve) {
        no.broken = constraint::rate_unknown;
        return unknown;
    }
    serving::arrivals const like = arrivals_at(t, load.rate);
    request_rate const capacity = serving::largest_rate(*curve, limits, like);
    if (capacity > request_rate{}) { return {promised_rate{*curve, capacity}, provenance::fitted}; }
    lone_request const late = lone_request_of(*curve, limits, like);
    no.broken = late.broken;
    no.need = in_seconds(late.took);
    no.have = in_seconds(late.limit);
    return unknown;
}

} // namespace detail

/// Tries one layout. Calls `sink.accept(fleet_plan)` or `sink.refuse(refusal)`.
/// Domain: check(t) finds nothing, t.rates.size() <= Hours.
template <std::size_t Hours, model M, gpu G, class Sink>
constexpr void try_fleet(serving::deployment<M, G> const& d, choice of, traffic const& t,
                         std::span<offer const> offers, plan_rules const& rules,
                         fleet_rules const& promise, purchase commitment, Sink& sink) noexcept {
    layout const& l = d.layout;
    refusal no{of, l};
    auto const kept = detail::promised(d, t, promise.limits, no);
    if (!kept.known()) { return sink.refuse(no); }
    if (detail::too_much_for_rack(d.gpu, rules, no)) { return sink.refuse(no); }
    request_rate const capacity = kept.value().capacity;
    allowance const allowed = allowance_for(rules, std::string_view(d.gpu.id));
    auto const f = detail::replicas_by_hour<Hours>(kept.value().curve, capacity, t,
                                                   detail::with_load(promise, d));
    if (!f) { // more replicas than are allowed, or than can be counted
        no.broken = serving::constraint::devices;
        no.need = static_cast<double>(l.devices()) * (busiest_rate(t) / capacity);
        no.have = static_cast<double>(
            detail::multiply(promise.most.value_or(allowed.devices), l.devices()));
        return sink.refuse(no);
    }
    fleet_plan p{of,         l,
                 capacity,   f->range,
                 f->busiest, f->hours[f->busiest].queue,
                 f->lead,    f->mean_output()};
    if (d.gpu.power.known()) {
        p.power = {d.gpu.power.value() * static_cast<double>(p.devices()), provenance::datasheet};
    }
    if (allowed.owned) {
        detail::own_fleet(p, *f, allowed.cost);
    } else {
        detail::rent_fleet(p, *f, std::string_view(d.gpu.id),
                           detail::min(l.devices(), machine_size(d.gpu)), offers, rules.rental,
                           commitment);
    }
    detail::judge(no, p, allowed.devices, rules);
    if (no.broken != serving::constraint::none) { return sink.refuse(no); }
    sink.accept(p);
}

/// Tries every model, accelerator, precision and layout: attempt(deployment, choice) with a request in each group.
template <model M>
constexpr void for_each_fleet(std::span<candidate<M> const> models, workload const& busiest,
                              std::span<any_gpu const> gpus, plan_rules const& rules,
                              auto&& attempt) noexcept {
    serving::deployment<M, any_gpu> d{.kv_cache = rules.kv_cache,
                                      .max_context = busiest.context,
                                      .request = busiest.request,
                                      .engine = rules.serving_engine};
    choice of_d{};
    bool none_yet = true;
    detail::for_each_choice(
        models, gpus, rules, [&](choice of, recipe const& weights, layout const& l) {
            if (none_yet || of != of_d) { // a model is large: it is copied once for all its layouts
                d.model = *models[of.model].served;
                d.gpu = gpus[of.gpu];
                d.weights = weights;
                of_d = of;
                none_yet = false;
            }
            d.layout = l;
            d.concurrency = l.data;
            attempt(d, of);
        });
}

/// The best fleets for a day of traffic. Errors: those of check(traffic), of the rules and of `recommend`.
/// \param commitment  how a base is bought: reserved_1y or reserved_3y
template <std::size_t Hours = 96, std::size_t Plans = 32, std::size_t Refusals = 256, model M>
[[nodiscard]] constexpr result<fleet_recommendation<Plans, Refusals>>
recommend_fleets(std::span<candidate<M> const> models, traffic const& t,
                 std::span<any_gpu const> gpus, std::span<offer const> offers,
                 plan_rules const& rules, fleet_rules const& promise,
                 purchase commitment = purchase::reserved_1y) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    if (t.rates.size() > Hours) { return detail::too_many_hours(t.rates.size(), Hours); }
    if (possible_error const bad = detail::said_twice(rules)) { return *bad; }
    result<workload> const asked = checked_question(models, busiest_load(t), gpus, rules);
    if (!asked) { return asked.error(); }
    if (possible_error const bad = defect_of(rules, offers)) { return *bad; }
    serving::replica_rules const planned{per_second(1), promise.planned_use, promise.spare,
                                         promise.starting.total(), promise.least};
    if (possible_error const bad = serving::check(planned)) { return *bad; }
    fleet_recommendation<Plans, Refusals> found{
        .rank_by = rules.rank_by, .alike = rules.alike, .of = promise.limits.of};
    for_each_fleet(models, *asked, gpus, rules, [&](auto const& d, choice of) {
        try_fleet<Hours>(d, of, t, offers, rules, promise, commitment, found);
    });
    found.put_in_order();
    return found;
}

} // namespace reckon::inline v0
