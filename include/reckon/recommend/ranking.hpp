// SPDX-License-Identifier: MIT
// The order of plans: those that the objective cannot tell apart are ordered by the next thing that one cares about.
//
//   sorted by x, and cut into ranks of plans that are alike; a rank reaches from its first, x_1, to
//       x <= x_1 (1 + t)      of a cost, a time, an energy
//       T >= T_1 / (1 + t)    of a throughput
//   each rank is sorted by the next measure, and cut likewise:
//       cost, energy, cost of an hour -> latency -> devices
//       devices                       -> latency -> cost
//       throughput, latency           -> cost    -> devices
//   what is alike in all of them keeps the order of `better`
//
//   symbol | meaning                                             | unit | domain
//   x, T   | badness by a measure; throughput                    | -    |
//   t      | plan_rules::alike for what rests on an estimate of  | -    | 0 .. 1
//          | speed; 0 for what is quoted or counted              |      |
//
// "Within a fraction" is not transitive, so that no comparison of two plans can say it; ranks are, and the order is the
// same whatever order the plans came in. Prices that nobody quotes make no rank: those plans keep the order of `better`.
//
// Source:       of 1,453 pairs of accelerators measured under one load, the order of predicted throughput per device
//               was the measured one in 71 % of those predicted within 10 % of each other and in 96 % of the others
//               (bench/accuracy/ranking.py prints both).
// Not modelled: that errors of two plans on one accelerator are mostly shared, so that less than t tells them apart.
// Error:        0; tests/recommend/ranking_property.cpp.
#pragma once
#include <reckon/recommend/plan.hpp>
#include <reckon/recommend/rules.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// What decides between plans: the objective, what decides where it does not, and what decides then.
struct measures {
    objective by[3]{};
};

/// Those of an objective, by the table above.
[[nodiscard]] constexpr measures measures_for(objective o) noexcept {
    switch (o) {
    case objective::cost:
    case objective::hourly_cost:
    case objective::energy: return {{o, objective::latency, objective::devices}};
    case objective::devices: return {{o, objective::latency, objective::cost}};
    case objective::throughput:
    case objective::latency: return {{o, objective::cost, objective::devices}};
    }
    return {{o, objective::latency, objective::devices}};
}

/// Whether a measure rests on an estimate of speed; an hour's price is quoted, devices are counted.
[[nodiscard]] constexpr bool is_estimated(objective o) noexcept {
    return o != objective::hourly_cost && o != objective::devices;
}

namespace detail {

inline constexpr double unknown_badness = 1e300; ///< of a plan whose price nobody quotes

/// Whether `x`, which is no better than `first`, is in its rank.
[[nodiscard]] constexpr bool alike(double first, double x, objective o, double within) noexcept {
    double const t = is_estimated(o) ? 1 + within : 1;
    return first < 0 ? x <= first / t : x <= first * t;
}

/// Sorts `plans` by `by[0]`, ties by `before`, and each rank by what follows.
/// \param measure  measure(plan, objective): the smaller, the better
/// \param before   a total order
template <class Plan>
constexpr void put_in_order(std::span<Plan> plans, std::span<objective const> by, double within,
                            auto const& measure, auto const& before) noexcept {
    if (by.empty()) { return; }
    objective const o = by[0];
    auto const sooner = [&](Plan const& a, Plan const& b) {
        double const x = measure(a, o);
        double const y = measure(b, o);
        return x != y ? x < y : before(a, b);
    };
    for (std::size_t i = 1; i < plans.size(); ++i) {
        if (!sooner(plans[i], plans[i - 1])) { continue; }
        Plan const moved = plans[i];
        std::size_t place = i;
        for (; place > 0 && sooner(moved, plans[place - 1]); --place) {
            plans[place] = plans[place - 1];
        }
        plans[place] = moved;
    }
    for (std::size_t first = 0; first < plans.size();) {
        double const x = measure(plans[first], o);
        std::size_t last = first + 1;
        while (last < plans.size() && alike(x, measure(plans[last], o), o, within)) {
            ++last;
        }
        if (x < unknown_badness) {
            put_in_order(plans.subspan(first, last - first), by.subspan(1), within, measure,
                         before);
        }
        first = last;
    }
}

} // namespace detail

/// Puts plans of one question in order, best first.
constexpr void put_in_order(std::span<plan> plans, plan_rules const& rules) noexcept {
    measures const m = measures_for(rules.rank_by);
    detail::put_in_order(
        plans, std::span<objective const>(m.by), rules.alike,
        [](plan const& p, objective o) { return badness(p, o); },
        [&](plan const& a, plan const& b) { return better(a, b, rules.rank_by); });
}

namespace detail {

/// Whether `a` would stand before `b` if the objective did not tell them apart.
[[nodiscard]] constexpr bool wins_where_alike(plan const& a, plan const& b,
                                              plan_rules const& rules) noexcept {
    measures const m = measures_for(rules.rank_by);
    for (objective const o : std::span<objective const>(m.by).subspan(1)) {
        double const x = badness(a, o);
        double const y = badness(b, o);
        if (!alike(min(x, y), max(x, y), o, rules.alike)) { return x < y; }
    }
    return better(a, b, rules.rank_by);
}

} // namespace detail

/// Why the first of several plans is not the one that is best by the objective alone.
struct preference {
    bool made{};           ///< false: it is that one
    std::size_t over{};    ///< the position of that one
    objective by{};        ///< what decided
    double given_up{};     ///< what the first is worse by in the objective, as a fraction
    double times_better{}; ///< the other's badness by `by` over the first's
};

namespace detail {

/// Of plans in the order that put_in_order gives with the same arguments.
template <class Plan>
[[nodiscard]] constexpr preference preference_of(std::span<Plan const> plans, measures const& m,
                                                 double within, auto const& measure,
                                                 auto const& before) noexcept {
    auto const is_better = [&](Plan const& a, Plan const& b) {
        double const x = measure(a, m.by[0]);
        double const y = measure(b, m.by[0]);
        return x != y ? x < y : before(a, b);
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < plans.size(); ++i) {
        if (is_better(plans[i], plans[best])) { best = i; }
    }
    if (best == 0) { return {}; }
    auto const ratio = [&](Plan const& over, Plan const& under, objective o) {
        double const x = measure(over, o);
        double const y = measure(under, o);
        // Of throughputs, which are negative, the larger is the better one.
        return x < 0 ? y / x : (y > 0 ? x / y : 1);
    };
    double const objective_of_best = measure(plans[best], m.by[0]);
    double next = measure(plans[0], m.by[1]);
    for (Plan const& p : plans) {
        bool const in_rank = alike(objective_of_best, measure(p, m.by[0]), m.by[0], within);
        if (in_rank) { next = min(next, measure(p, m.by[1])); }
    }
    bool const told_apart = !alike(next, measure(plans[best], m.by[1]), m.by[1], within);
    preference why{true, best, told_apart ? m.by[1] : m.by[2]};
    why.given_up = ratio(plans[0], plans[best], m.by[0]) - 1;
    why.times_better = ratio(plans[best], plans[0], why.by);
    return why;
}

} // namespace detail

/// Of plans in the order that put_in_order gives.
[[nodiscard]] constexpr preference preference_of(std::span<plan const> plans,
                                                 plan_rules const& rules) noexcept {
    return detail::preference_of(
        plans, measures_for(rules.rank_by), rules.alike,
        [](plan const& p, objective o) { return badness(p, o); },
        [&](plan const& a, plan const& b) { return better(a, b, rules.rank_by); });
}

} // namespace reckon::inline v0
