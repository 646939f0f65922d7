// SPDX-License-Identifier: MIT
// Two fleets that carry a day together, hour by hour: a prefill and a decode pool, or replicas of two kinds. The
// kinds are those that recommend_pools and recommend_mixed chose for the busiest hour; what changes is how many run.
//
//   pools of an hour    least  c_p(x + spare) + c_d(y + spare)   that keeps the promise     (recommend/pools.hpp)
//   mixture of an hour  least  c_a(n_a) + c_b(n_b)   with  n_a k_a + n_b k_b - failing >= q_h  (recommend/mixed.hpp)
//   cost                of each fleet on its own machines, the cheapest way of paying          (recommend/fleet_cost.hpp)
//
//   auto const plan = recommend_pools(models, day, gpus, offers, rules, pools, menus);
//   auto const run = pools_by_hour(*plan, models, day, gpus, offers, rules, pools, promise);
//   run->first.hours[h].replicas, run->second.hours[h].replicas, run->cost
//
// What is owned is paid whether it runs or not, so that an hour's mixture takes it first. `fleet_hour::use` is not
// filled in: how busy two kinds are depends on how requests are dealt to them.
// Source:       the laws it is made of.
// Not modelled: an engine that moves from one pool to the other; other kinds in other hours.
// Error:        0 given the plan; tests/recommend/fleet_pair_property.cpp compares each hour with every pair of numbers.
#pragma once
#include <reckon/recommend/mixed.hpp>
#include <reckon/recommend/pools.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// Two fleets with the same hours. Replicas count the spare ones.
template <std::size_t Hours = 96> struct fleet_pair {
    fleet<Hours> first{};  ///< prefill; or the first kind of a mixture
    fleet<Hours> second{}; ///< decoding; or the second kind
    fleet_plan of_first{}; ///< its kind, its machines, what they cost
    fleet_plan of_second{};
    figure<usd_per_second> cost{};     ///< of both over the day, each in its cheapest way
    figure<usd_per_token> per_token{}; ///< of an output token

    /// The most accelerators that run in one hour.
    [[nodiscard]] constexpr count devices() const noexcept {
        count most = 0;
        for (std::size_t h = 0; h < first.hours.size(); ++h) {
            count const x = detail::multiply(first.hours[h].replicas, of_first.spread.devices());
            count const y = detail::multiply(second.hours[h].replicas, of_second.spread.devices());
            most = detail::max(most, detail::add(x, y));
        }
        return most;
    }
};

namespace detail {

/// An empty fleet with the day's clock.
template <std::size_t Hours>
[[nodiscard]] constexpr fleet<Hours> empty_fleet(traffic const& t, seconds lead) noexcept {
    return {.lead = lead, .apart = t.apart, .output = t.output.mean()};
}

/// Its busiest and quietest hour, and the plan of its kind.
template <std::size_t Hours>
constexpr void sum_up(fleet<Hours>& f, fleet_plan& p, any_gpu const& g) noexcept {
    find_busiest(f);
    f.unforeseen = f.range;
    p.range = f.range;
    p.busiest = f.busiest;
    p.at_busiest = f.hours[f.busiest].queue;
    p.lead = f.lead;
    p.mean_output = f.mean_output();
    if (g.power.known()) {
        p.power = {g.power.value() * static_cast<double>(p.devices()), provenance::datasheet};
    }
}

/// What both cost together; unknown where one of them is.
template <std::size_t Hours> constexpr void price_of_pair(fleet_pair<Hours>& pair) noexcept {
    auto const known = [](fleet_plan const& p) {
        return p.cost.of[0].known() || p.range.most == 0;
    };
    if (!known(pair.of_first) || !known(pair.of_second)) { return; }
    usd_per_second const both = pair.of_first.cost.least + pair.of_second.cost.least;
    pair.cost = {both, provenance::observed};
    pair.per_token = {cost_per_token(both, pair.first.mean_output()), provenance::fitted};
}

/// The rate that is asked of an hour in which nobody comes: what runs must be able to answer somebody.
[[nodiscard]] constexpr request_rate at_least_somebody(request_rate rate) noexcept {
    constexpr request_rate somebody = per_second(1e-9);
    return max(rate, somebody);
}

/// The number of an hour, in front of what is wrong with it.
[[nodiscard]] constexpr error in_hour(std::size_t hour, error const& why) noexcept {
    sentence s{"hour "};
    return {why.code, s.append(static_cast<count>(hour)).append(": ").append(why.message.view())};
}

} // namespace detail

/// The pools of `plan` over the day. Errors: check(t); no room for the hours; an hour whose promise these engines do
/// not keep (none, where recommend_pools made the plan for the same day).
/// \param promise     its `starting` and `path` say how long an engine takes to be there
/// \param commitment  how a base is bought: reserved_1y or reserved_3y
template <std::size_t Hours = 96, model M>
[[nodiscard]] constexpr result<fleet_pair<Hours>>
pools_by_hour(pool_plan const& plan, std::span<candidate<M> const> models, traffic const& t,
              std::span<any_gpu const> gpus, std::span<offer const> offers, plan_rules const& rules,
              pool_rules const& pools, fleet_rules const& promise,
              purchase commitment = purchase::reserved_1y) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    if (t.rates.size() > Hours) { return detail::too_many_hours(t.rates.size(), Hours); }
    workload const load = busiest_load(t);
    choice const of[] = {plan.of_prefill, plan.of_decode};
    layout const spread[] = {plan.prefill, plan.decode};
    rental_menu menus[2]{};
    fleet_pair<Hours> day{};
    fleet<Hours>* const fleets[] = {&day.first, &day.second};
    fleet_plan* const kinds[] = {&day.of_first, &day.of_second};
    pool_engine engines[2]{};
    for (std::size_t i = 0; i < 2; ++i) {
        any_gpu const& g = gpus[of[i].gpu];
        auto d = detail::pool_deployment(models[of[i].model], g, of[i], spread[i], load, rules);
        menus[i] = menu_of(std::string_view(g.id), offers, rules.rental);
        detail::engine_curves const curves = detail::curves_of(d, t);
        auto const& curve = i == 0 ? curves.filling : curves.decoding;
        if (!curve.known()) {
            return error{errc::unknown_figure,
                         sentence("nobody published the rates of ").append(g.name).append(".")};
        }
        engines[i] = {of[i], spread[i], curve.value(), &menus[i],
                      detail::min(spread[i].devices(), machine_size(g))};
        *fleets[i] = detail::empty_fleet<Hours>(t, detail::with_load(promise, d).starting.total());
        *kinds[i] = fleet_plan{of[i], spread[i]};
    }
    serving::latency_limits const tokens_only{.time_per_token = pools.limits.time_per_token,
                                              .of = pools.limits.of};
    for (std::size_t h = 0; h < t.rates.size(); ++h) {
        serving::arrivals const come = arrivals_at(t, detail::at_least_somebody(t.rates[h]));
        count const least_x =
            detail::fewest_engines(engines[0].curve, come, 1, pools.max_engines,
                                   [](serving::queue_times const& q) { return q.stable; });
        count const least_y = detail::fewest_engines(
            engines[1].curve, come, 1, pools.max_engines,
            [&](serving::queue_times const& q) { return tokens_only.kept_by(q); });
        pool_plan best{};
        bool any = false;
        detail::pool_pair const pair{engines[0], engines[1], plan.transfer, come, pools};
        if (least_x <= pools.max_engines && least_y <= pools.max_engines) {
            pair.improve(best, any, least_x, least_y, rules.max_devices);
        }
        if (!any) {
            sentence why{"these pools do not keep the promise at "};
            why.append_fixed(in_per_second(t.rates[h]), 3).append(" requests a second.");
            return detail::in_hour(h, {errc::contradiction, why});
        }
        day.first.hours.push_back({t.rates[h], best.prefill_engines, 0, best.queue});
        day.second.hours.push_back({t.rates[h], best.decode_engines, 0, best.queue});
    }
    for (std::size_t i = 0; i < 2; ++i) {
        any_gpu const& g = gpus[of[i].gpu];
        detail::sum_up(*fleets[i], *kinds[i], g);
        detail::rent_fleet(*kinds[i], *fleets[i], std::string_view(g.id), engines[i].together,
                           offers, rules.rental, commitment);
    }
    detail::price_of_pair(day);
    return day;
}

/// The mixture of `plan` over the day. Errors: check(t); no room for the hours; an hour that these kinds do not carry
/// (none, where recommend_mixed made the plan for the same day).
/// \param from  the pools that the plan was made of; the offers of the first that rents are those of its machines
template <std::size_t Hours = 96, model M>
[[nodiscard]] constexpr result<fleet_pair<Hours>>
mixture_by_hour(mixed_plan const& plan, std::span<candidate<M> const> models, traffic const& t,
                std::span<any_gpu const> gpus, std::span<mixed_pool const> from,
                fleet_rules const& promise, purchase commitment = purchase::reserved_1y) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    if (t.rates.size() > Hours) { return detail::too_many_hours(t.rates.size(), Hours); }
    mixed_pool const* renting = nullptr;
    for (mixed_pool const& p : from) {
        if (renting == nullptr && p.rules.owned.empty()) { renting = &p; }
    }
    workload const load = busiest_load(t);
    replica_kind kinds[] = {plan.first, plan.second};
    // Twice the same kind, on machines of two sizes, is one fleet.
    bool const alike = choice(plan.first) == choice(plan.second) &&
                       plan.first.spread == plan.second.spread &&
                       plan.first.menu == plan.second.menu;
    count const most[] = {alike ? detail::add(plan.of_first, plan.of_second) : plan.of_first,
                          alike ? 0 : plan.of_second};
    count devices[2]{};
    std::size_t const used = most[1] > 0 ? 2 : 1;
    fleet_pair<Hours> day{};
    fleet<Hours>* const fleets[] = {&day.first, &day.second};
    fleet_plan* const plans[] = {&day.of_first, &day.of_second};
    for (std::size_t i = 0; i < used; ++i) {
        replica_kind& k = kinds[i];
        // Paid already: an hour takes it before it rents.
        if (k.menu == nullptr) { k.owned = {usd_per_second{}, provenance::exact}; }
        k.pool = static_cast<std::uint16_t>(i);
        devices[i] = detail::multiply(most[i], k.spread.devices());
        auto const& rules =
            k.menu == nullptr || renting == nullptr ? from[0].rules : renting->rules;
        auto const d =
            detail::pool_deployment(models[k.model], gpus[k.gpu], k, k.spread, load, rules);
        *fleets[i] = detail::empty_fleet<Hours>(t, detail::with_load(promise, d).starting.total());
        *plans[i] = fleet_plan{k, k.spread, k.capacity};
    }
    for (std::size_t h = 0; h < t.rates.size(); ++h) {
        auto const best = mix_for({kinds, used}, {devices, used},
                                  detail::at_least_somebody(t.rates[h]), promise.spare);
        if (!best) { return detail::in_hour(h, best.error()); }
        count n[2]{};
        n[best->first.pool] += best->of_first;
        n[best->second.pool] += best->of_second;
        for (std::size_t i = 0; i < 2; ++i) {
            fleets[i]->hours.push_back({.rate = t.rates[h], .replicas = n[i]});
        }
    }
    for (std::size_t i = 0; i < used; ++i) {
        any_gpu const& g = gpus[kinds[i].gpu];
        detail::sum_up(*fleets[i], *plans[i], g);
        bool const owned = kinds[i].menu == nullptr;
        if (owned) {
            plans[i]->range.most = most[i]; // all of it is paid
            detail::own_fleet(*plans[i], *fleets[i], i == 0 ? plan.first.owned : plan.second.owned);
        } else if (renting != nullptr) {
            detail::rent_fleet(*plans[i], *fleets[i], std::string_view(g.id), kinds[i].together,
                               renting->offers, renting->rules.rental, commitment);
        }
    }
    detail::price_of_pair(day);
    return day;
}

} // namespace reckon::inline v0
