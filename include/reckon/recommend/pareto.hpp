// SPDX-License-Identifier: MIT
// The plans that no other plan beats in everything that is asked for.
//
//   a dominates b  when  badness_o(a) <= badness_o(b) for every objective o, and < for one
//   front          = the plans that none dominates, in the order of the first objective
//
// Error:        0; tests/recommend/pareto_property.cpp compares with a search by pairs.
#pragma once
#include <reckon/recommend/recommend.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// Whether `a` is no worse than `b` by every objective and better by one.
[[nodiscard]] constexpr bool dominates(plan const& a, plan const& b,
                                       std::span<objective const> by) noexcept {
    bool better_once = false;
    for (objective const o : by) {
        double const x = badness(a, o);
        double const y = badness(b, o);
        if (x > y) { return false; }
        better_once = better_once || x < y;
    }
    return better_once;
}

/// A sink of a search that keeps its front. Of plans that are equal by all objectives the one that is
/// `better` by the first stays. Where more than `Plans` are on the front, the worst by the first
/// objective are dropped and counted.
template <std::size_t Plans = 64> struct pareto_front {
    static_vector<objective, 6> by{};
    static_vector<plan, Plans> plans{};
    count plans_tried{};
    count plans_dropped{};
    count refused{};

    [[nodiscard]] constexpr plan const* begin() const noexcept { return plans.begin(); }
    [[nodiscard]] constexpr plan const* end() const noexcept { return plans.end(); }

    constexpr void accept(plan const& p) noexcept {
        ++plans_tried;
        if (is_beaten(p)) { return; }
        std::size_t kept = 0;
        for (std::size_t i = 0; i < plans.size(); ++i) {
            if (!dominates(p, plans[i], objectives()) && !equal(p, plans[i])) {
                if (kept != i) { plans[kept] = plans[i]; }
                ++kept;
            }
        }
        plans.used = kept;
        std::size_t place = kept;
        while (place > 0 && better(p, plans[place - 1], by[0])) {
            --place;
        }
        if (kept == Plans) {
            ++plans_dropped;
            if (place == kept) { return; }
            --kept;
        } else {
            ++plans.used;
        }
        for (std::size_t i = kept; i > place; --i) {
            plans[i] = plans[i - 1];
        }
        plans[place] = p;
    }
    constexpr void refuse(refusal const&) noexcept {
        ++plans_tried;
        ++refused;
    }
    /// Whether a plan that is kept dominates `p`, or equals it and is the better one.
    [[nodiscard]] constexpr bool is_beaten(plan const& p) const noexcept {
        for (plan const& known : plans) {
            if (dominates(known, p, objectives())) { return true; }
            if (equal(known, p) && !better(p, known, by[0])) { return true; }
        }
        return false;
    }

private:
    [[nodiscard]] constexpr std::span<objective const> objectives() const noexcept {
        return {by.begin(), by.size()};
    }
    [[nodiscard]] constexpr bool equal(plan const& a, plan const& b) const noexcept {
        for (objective const o : by) {
            if (badness(a, o) != badness(b, o)) { return false; }
        }
        return true;
    }
};

/// The front of all plans for a load by one to six objectives; `rules.rank_by` is not asked.
/// \returns an error where the load, the rules or the objectives make no sense
template <std::size_t Plans = 64, model M>
[[nodiscard]] constexpr result<pareto_front<Plans>>
front_of(std::span<candidate<M> const> models, workload const& load, std::span<any_gpu const> gpus,
         std::span<offer const> offers, std::span<objective const> by,
         plan_rules const& rules = {}) noexcept {
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return asked.error(); }
    if (possible_error const bad = defect_of(rules, offers)) { return *bad; }
    pareto_front<Plans> front{};
    for (objective const o : by) {
        if (!front.by.push_back(o)) {
            return error{errc::out_of_range, sentence("a front by ")
                                                 .append(static_cast<count>(by.size()))
                                                 .append(" objectives was asked for; there are 6")};
        }
    }
    if (by.empty()) {
        return error{errc::out_of_range,
                     "a front needs an objective; give one to six, as cost and latency"};
    }
    search(models, *asked, gpus, offers, rules, front);
    return front;
}

} // namespace reckon::inline v0
