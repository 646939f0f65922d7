// SPDX-License-Identifier: MIT
// What a change of the load does to a plan: whether the same machines still carry it, and whether another
// plan is now the best.
//
//   traffic   C' = C f  (rounded up), or rate' = rate f
//   lengths   prompt' = prompt f, output' = output f, context' = context f; at least one token each
//
// Error:        that of the search; tests/recommend/what_if.cpp.
#pragma once
#include <reckon/recommend/recommend.hpp>

#include <span>

namespace reckon::inline v0 {

/// Factors on what was asked; 1 leaves it as it was. Domain: above 0.
struct change {
    double traffic{1};
    double lengths{1};
};

/// What a change does to a plan: whether its machines still carry the load, and which plan is best
/// now.
struct effect {
    workload load{};       ///< as changed
    bool holds{};          ///< the machines of the plan still carry it within the rules
    plan same{};           ///< they, under the change, where they hold
    refusal broken{};      ///< the rule that they break, where they do not
    bool carried{};        ///< some plan carries it
    plan best{};           ///< the best one now
    bool another_choice{}; ///< which takes another model, accelerator or precision
};

/// The load under a change.
[[nodiscard]] constexpr workload changed(workload load, change const& by) noexcept {
    auto const scaled = [&](tokens t) {
        return t > tokens{0} ? max(tokens{1}, tokens{detail::ceil(in_tokens(t) * by.lengths)}) : t;
    };
    load.context = scaled(load.context);
    load.request = {scaled(load.request.prompt), scaled(load.request.output)};
    if (load.request.prompt + load.request.output > load.context) {
        load.context = load.request.prompt + load.request.output;
    }
    if (load.concurrency > 0) {
        load.concurrency = static_cast<count>(
            detail::min(1e12, detail::ceil(static_cast<double>(load.concurrency) * by.traffic)));
    }
    load.rate = load.rate * by.traffic;
    return load;
}

namespace detail {

/// Keeps the plan of most replicas, and the refusal that is nearest to passing.
struct same_machines {
    plan found{};
    bool any{};
    refusal nearest{};
    constexpr void accept(plan const& p) noexcept {
        found = p;
        any = true;
    }
    constexpr void refuse(refusal const& r) noexcept {
        if (nearest.broken == serving::constraint::none || r.shortfall() < nearest.shortfall()) {
            nearest = r;
        }
    }
};

} // namespace detail

/// `chosen` is a plan of the same question. An error where the changed question makes no sense.
template <model M>
[[nodiscard]] constexpr result<effect>
what_if(std::span<candidate<M> const> models, workload const& load, std::span<any_gpu const> gpus,
        std::span<offer const> offers, plan_rules const& rules, plan const& chosen,
        change const& by) noexcept {
    if (!(by.traffic > 0 && by.lengths > 0 && detail::finite(by.traffic) &&
          detail::finite(by.lengths))) {
        return error{errc::out_of_range,
                     sentence("a change is by a factor of ")
                         .append_fixed(by.traffic > 0 ? by.lengths : by.traffic, 3)
                         .append("; it must be above 0 and finite")};
    }
    if (chosen.model >= models.size() || chosen.gpu >= gpus.size()) {
        return error{errc::out_of_range,
                     "the plan is not one of this question: it takes a model or "
                     "an accelerator that is not among those given"};
    }
    effect out{.load = changed(load, by)};
    auto const found = recommend<1, 1>(models, out.load, gpus, offers, rules);
    if (!found) { return found.error(); }
    out.carried = !found->plans.empty();
    if (out.carried) {
        out.best = found->plans[0];
        out.another_choice = choice(out.best) != choice(chosen);
    }
    candidate<M> const& of = models[chosen.model];
    recipe const& weights =
        of.precisions.empty() ? of.served->published : of.precisions[chosen.precision];
    plan_rules same = rules; // of the machines that one has; their cost and power stay
    same.max_devices = chosen.devices();
    same.budget = unknown;
    same.power = unknown;
    detail::same_machines sink{};
    workload const asked = *checked(out.load);
    any_gpu const& g = gpus[chosen.gpu];
    rental_menu const menu{};
    try_layout(*of.served, g, weights, chosen, chosen.spread, asked, menu, same, sink);
    out.holds = sink.any;
    out.broken = sink.nearest;
    if (out.holds) {
        out.same = sink.found;
        out.same.replicas = chosen.replicas;
        out.same.price = chosen.price;
        out.same.rented = chosen.rented;
        out.same.power = chosen.power;
        if (chosen.price.known()) {
            out.same.per_token = {cost_per_token(chosen.price.value(), out.same.carried),
                                  out.same.speed.output_throughput.source};
        }
    }
    return out;
}

/// What the first may get dearer, or worse by another objective, before a plan of another accelerator takes its place,
/// as a fraction, at least: each of the others is asked alone. One that what decides then would put first wins as soon
/// as the objective does not tell the two apart, any other only where it does. Unknown where there is no other.
template <std::size_t P, std::size_t R>
[[nodiscard]] constexpr figure<double> margin_of(recommendation<P, R> const& found) noexcept {
    if (found.plans.empty()) { return unknown; }
    plan const& first = found.plans[0];
    plan_rules const& rules = found.limits;
    double const own = badness(first, rules.rank_by);
    double const apart = 1 + (is_estimated(rules.rank_by) ? rules.alike : 0);
    figure<double> least = unknown;
    for (plan const& p : found.plans) {
        if (p.gpu == first.gpu) { continue; }
        double const other = badness(p, rules.rank_by);
        double const ratio = own < 0 ? own / other : (own > 0 ? other / own : 1);
        bool const wins = detail::wins_where_alike(p, first, rules);
        double const margin = detail::max(0.0, (wins ? ratio / apart : ratio * apart) - 1);
        if (!least.known() || margin < least.value()) { least = {margin, provenance::exact}; }
    }
    return least;
}

} // namespace reckon::inline v0
