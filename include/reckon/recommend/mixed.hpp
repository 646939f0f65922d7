// SPDX-License-Identifier: MIT
// A fleet of one or two kinds of replica: what is owned first and rented ones beside it, or large ones and a small
// one for the rest.
//
//   least  c_a(n_a) + c_b(n_b)    with    n_a k_a + n_b k_b - failing >= q
//
//   symbol  | meaning                                                            | unit  | domain
//   n, k    | replicas of a kind; rate of one within the promise                 | -, 1/s| >= 0; > 0
//   c(n)    | price of n replicas, whole machines; what is owned is paid as well | USD/s | grows with n
//   failing | rate of the `spare` largest replicas that run: N + 1 of a mixture  | 1/s   | >= 0
//   q       | the rate of the busiest hour                                       | 1/s   | > 0
//
// For each pair of kinds, also of one with itself on machines of two sizes, every n_a is tried with the fewest n_b
// that carry the rest, so that the answer is exact. A pair is left where even its better kind, without idle machines, would cost more than what is known:
//   cost >= q min(least price of a rate)
// Source:       definition: an integer knapsack with two items.
// Not searched: three kinds and more; different models beside each other. Over the hours of a day:
// recommend/fleet_pair.hpp.
// Error:        0 given the kinds; tests/recommend/mixed_property.cpp compares with every pair of numbers.
#pragma once
#include <reckon/recommend/fleet_search.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reckon::inline v0 {

/// A replica that may be part of a fleet.
struct replica_kind : choice {
    layout spread{};
    request_rate capacity{};        ///< of one, within the promise
    std::uint16_t pool{};           ///< kinds of one pool share its devices
    count together{1};              ///< accelerators that must be in one machine
    rental_menu const* menu{};      ///< what machines of its accelerator cost; none where owned
    figure<usd_per_second> owned{}; ///< of one accelerator that is owned

    /// The price of `n` of them; unknown where nobody quotes one.
    [[nodiscard]] constexpr figure<usd_per_second> price_of(count n) const noexcept {
        count const all = detail::multiply(n, spread.devices());
        if (n < 1) { return {usd_per_second{}, provenance::exact}; }
        if (menu != nullptr) { return rent_of(*menu, all, together).price; }
        if (!owned.known()) { return unknown; }
        return {owned.value() * static_cast<double>(all), owned.source};
    }
};

/// So many of one kind, and so many of another.
struct mixed_plan {
    replica_kind first{};
    replica_kind second{}; ///< meaningless where there are none
    count of_first{};
    count of_second{};
    usd_per_second cost{};
    request_rate carried{}; ///< within the promise, with the spare ones gone

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::add(detail::multiply(of_first, first.spread.devices()),
                           detail::multiply(of_second, second.spread.devices()));
    }
};

/// What such a fleet carries when its `spare` largest replicas have failed.
[[nodiscard]] constexpr request_rate carried_by(request_rate a, count of_a, request_rate b,
                                                count of_b, count spare) noexcept {
    bool const a_larger = a >= b;
    count const large = a_larger ? of_a : of_b;
    count const lost = detail::min(spare, large);
    count const left_small = detail::max(count{0}, (a_larger ? of_b : of_a) - (spare - lost));
    return max(a, b) * static_cast<double>(large - lost) +
           min(a, b) * static_cast<double>(left_small);
}

namespace detail {

/// The least that a rate of one request a second costs with whole machines of a kind.
[[nodiscard]] constexpr figure<usd_per_second> least_price_of_one(replica_kind const& k) noexcept {
    double const rate = in_per_second(k.capacity);
    if (k.menu == nullptr) {
        auto const one = k.price_of(1);
        return one.known() ? figure<usd_per_second>{one.value() / rate, one.source} : unknown;
    }
    figure<usd_per_second> least{};
    for (menu_entry const& o : k.menu->entries) {
        // ceil(n d / g) machines are at least n d / g.
        usd_per_second const each = o.price * (static_cast<double>(k.spread.devices()) /
                                               static_cast<double>(o.gpus) / rate);
        if (!least.known() || each < least.value()) { least = {each, provenance::observed}; }
    }
    return least;
}

} // namespace detail

/// The mixture of least cost for a rate; ties go to fewer devices, then to kinds named first.
/// \param devices  how many each pool has, by replica_kind::pool
/// Errors: out_of_range for a rate that is not above 0 or a negative spare; contradiction where no pair carries it.
[[nodiscard]] constexpr result<mixed_plan> mix_for(std::span<replica_kind const> kinds,
                                                   std::span<count const> devices,
                                                   request_rate rate, count spare) noexcept {
    if (!(in_per_second(rate) > 0 && in_per_second(rate) <= 1e9) || spare < 0) {
        sentence why{"a mixture is asked for "};
        why.append_fixed(in_per_second(rate), 3).append(" requests a second with ").append(spare);
        return error{errc::out_of_range,
                     why.append(" spare; give a rate above 0, up to 1e9, and 0 or more.")};
    }
    mixed_plan best{};
    bool any = false;
    request_rate most{};
    auto const offer_plan = [&](replica_kind const& a, count n, replica_kind const& b, count m) {
        auto const x = a.price_of(n);
        auto const y = b.price_of(m);
        if (!x.known() || !y.known()) { return; }
        mixed_plan const p{
            a, b, n, m, x.value() + y.value(), carried_by(a.capacity, n, b.capacity, m, spare)};
        bool const better =
            !any || p.cost < best.cost || (p.cost == best.cost && p.devices() < best.devices());
        if (better) { best = p; }
        any = true;
    };
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        replica_kind const& a = kinds[i];
        auto const price_a = detail::least_price_of_one(a);
        if (!price_a.known()) { continue; }
        count const room_a = devices[a.pool] / a.spread.devices();
        for (std::size_t j = i; j < kinds.size(); ++j) {
            replica_kind const& b = kinds[j];
            auto const price_b = detail::least_price_of_one(b);
            if (!price_b.known() || a.model != b.model) { continue; }
            usd_per_second const bound =
                min(price_a.value(), price_b.value()) * in_per_second(rate);
            if (any && bound > best.cost) { continue; }
            for (count n = 0; n <= room_a; ++n) {
                count const left =
                    a.pool == b.pool ? devices[b.pool] - n * a.spread.devices() : devices[b.pool];
                count const room_b = left / b.spread.devices();
                most = max(most, carried_by(a.capacity, n, b.capacity, room_b, spare));
                // The fewest of the second kind: carried_by grows with them.
                count none = -1;
                count enough = room_b + 1;
                while (enough - none > 1) {
                    count const m = none + (enough - none) / 2;
                    (carried_by(a.capacity, n, b.capacity, m, spare) >= rate ? enough : none) = m;
                }
                if (enough > room_b) { continue; }
                offer_plan(a, n, b, enough);
                if (enough == 0) { break; }
            }
        }
    }
    if (any) { return best; }
    sentence why{"no two kinds of replica carry "};
    why.append_fixed(in_per_second(rate), 3).append(" requests a second with ").append(spare);
    why.append(" spare; the most that any carry is ").append_fixed(in_per_second(most), 3);
    return error{errc::contradiction, why.append("; allow more devices, or promise less.")};
}

/// Where the kinds of a mixture come from: accelerators that are owned, or may be rented, under rules of their own.
struct mixed_pool {
    plan_rules rules{};
    std::span<offer const> offers{}; ///< not asked where `rules.owned` says what there is
};

/// The mixture of least cost over everything that the pools allow, for the busiest hour of `t`. Errors: those of
/// recommend_fleets and of mix_for; out_of_range where there are more than `Kinds` replicas to choose from, or more
/// than 64 pools; unsupported for a limit of power; contradiction where it costs more than the smallest budget.
template <std::size_t Kinds = 1024, model M>
[[nodiscard]] constexpr result<mixed_plan>
recommend_mixed(std::span<candidate<M> const> models, traffic const& t,
                std::span<any_gpu const> gpus, std::span<mixed_pool const> from,
                fleet_rules const& promise, std::span<rental_menu> menus) noexcept {
    constexpr std::size_t most_pools = 64;
    if (possible_error const bad = check(t)) { return *bad; }
    if (menus.size() < gpus.size() * from.size()) {
        return error{errc::out_of_range, sentence("there is room for ")
                                             .append(static_cast<count>(menus.size()))
                                             .append(" menus; give one for each accelerator and "
                                                     "pool.")};
    }
    static_vector<replica_kind, Kinds> kinds{};
    static_vector<count, most_pools> devices{};
    figure<usd_per_second> budget{};
    bool room = true;
    for (std::size_t k = 0; k < from.size(); ++k) {
        plan_rules const& rules = from[k].rules;
        if (possible_error const bad = detail::said_twice(rules)) { return *bad; }
        if (rules.power.known()) {
            return error{errc::unsupported,
                         "a mixture is not held to a limit of power; leave it out."};
        }
        auto const asked = checked_question(models, busiest_load(t), gpus, rules);
        if (!asked) { return asked.error(); }
        if (possible_error const bad = defect_of(rules, from[k].offers)) { return *bad; }
        if (rules.budget.known() && (!budget.known() || rules.budget.value() < budget.value())) {
            budget = rules.budget;
        }
        std::size_t const first_pool = devices.size();
        bool const owned = !rules.owned.empty();
        for (std::size_t g = 0; g < gpus.size(); ++g) {
            allowance const a = allowance_for(rules, std::string_view(gpus[g].id));
            menus[k * gpus.size() + g] =
                menu_of(std::string_view(gpus[g].id), from[k].offers, rules.rental);
            if (owned || g == 0) { room = devices.push_back(a.devices) && room; }
        }
        if (!room) {
            return error{errc::out_of_range,
                         "there are more than 64 pools of accelerators; give fewer."};
        }
        serving::deployment<M, any_gpu> d{.kv_cache = rules.kv_cache,
                                          .max_context = asked->context,
                                          .request = asked->request,
                                          .engine = rules.serving_engine};
        detail::for_each_choice(
            models, gpus, rules, [&](choice of, recipe const& weights, layout const& l) {
                d.model = *models[of.model].served;
                d.gpu = gpus[of.gpu];
                d.weights = weights;
                d.layout = l;
                d.concurrency = l.data;
                refusal no{of, l};
                auto const kept = detail::promised(d, t, promise.limits, no);
                if (!kept.known() || detail::too_much_for_rack(d.gpu, rules, no)) { return; }
                replica_kind kind{of, l, kept.value().capacity * promise.planned_use};
                kind.pool = static_cast<std::uint16_t>(first_pool + (owned ? of.gpu : 0U));
                kind.together = detail::min(l.devices(), machine_size(d.gpu));
                if (owned) {
                    kind.owned = allowance_for(rules, std::string_view(d.gpu.id)).cost;
                } else {
                    kind.menu = &menus[k * gpus.size() + of.gpu];
                }
                room = kinds.push_back(kind) && room;
            });
        if (!room) {
            return error{errc::out_of_range,
                         sentence("there are more than ")
                             .append(static_cast<count>(Kinds))
                             .append(" kinds of replica; give fewer accelerators or precisions.")};
        }
    }
    result<mixed_plan> const found =
        mix_for({kinds.begin(), kinds.size()}, {devices.begin(), devices.size()}, busiest_rate(t),
                promise.spare);
    if (found && budget.known() && found->cost > budget.value()) {
        return error{errc::contradiction, sentence("the cheapest mixture costs ")
                                              .append_fixed(in_usd_per_hour(found->cost), 2)
                                              .append(" USD an hour, and the budget is ")
                                              .append_fixed(in_usd_per_hour(budget.value()), 2)
                                              .append("; raise it, or promise less.")};
    }
    return found;
}

} // namespace reckon::inline v0
