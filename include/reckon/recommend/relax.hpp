// SPDX-License-Identifier: MIT
// What of the rules excludes every plan, and the least that one of them must give way.
//
//   for each limit that is given: the least value of what it limits, over all plans that keep the others
//
// Two limits exclude each other when giving way in either admits a plan. Where no single one does, all
// of them together are too much.
// Error:        0 given the laws; tests/recommend/relax.cpp asks again with the limit that is named.
#pragma once
#include <reckon/recommend/recommend.hpp>

#include <cstdint>
#include <span>

namespace reckon::inline v0 {

/// One limit, let go as far as one plan needs. In the limit's own unit: seconds, USD per hour, watts,
/// devices.
struct relaxation {
    serving::constraint rule{};
    double limit{};  ///< as given
    double needed{}; ///< what the nearest plan takes
    plan instead{};  ///< that plan
    /// How far the limit gives way, as a factor.
    [[nodiscard]] constexpr double factor() const noexcept { return needed / limit; }
};

/// Those that admit a plan alone, the nearest first. Empty where there is none.
using relaxations = static_vector<relaxation, 6>;

namespace detail {

/// A sink that keeps the plan that takes least of one thing.
template <class Measure> struct least_plan {
    Measure const& measure;
    plan best{};
    bool found{};
    constexpr void accept(plan const& p) noexcept {
        if (found && !(measure(p) < measure(best))) { return; }
        best = p;
        found = true;
    }
    constexpr void refuse(refusal const&) const noexcept {}
};

} // namespace detail

/// Single limits that admit a plan if they give way. Domain: a question that `recommend` accepts.
template <model M>
[[nodiscard]] constexpr relaxations
relaxations_of(std::span<candidate<M> const> models, workload const& load,
               std::span<any_gpu const> gpus, std::span<offer const> offers,
               plan_rules const& rules) noexcept {
    using serving::constraint;
    constexpr count most_devices = 4096; // as far as a limit of devices gives way
    relaxations found{};
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return found; }
    auto const without = [&](constraint rule, double limit, plan_rules const& others,
                             auto const& measure) {
        detail::least_plan<decltype(measure)> sink{measure};
        search(models, *asked, gpus, offers, others, sink);
        if (!sink.found) { return; }
        found.push_back({rule, limit, measure(sink.best), sink.best});
        for (std::size_t i = found.size() - 1; i > 0; --i) {
            if (found[i - 1].factor() <= found[i].factor()) { break; }
            relaxation const later = found[i - 1];
            found[i - 1] = found[i];
            found[i] = later;
        }
    };
    auto const time = [&](constraint rule, figure<seconds> plan_rules::* limit,
                          estimate<seconds> serving::speed_report::* taken) {
        if (!(rules.*limit).known()) { return; }
        plan_rules others = rules;
        others.*limit = unknown;
        without(rule, in_seconds((rules.*limit).value()), others,
                [&](plan const& p) { return in_seconds((p.speed.*taken).value); });
    };
    time(constraint::time_per_token, &plan_rules::time_per_token,
         &serving::speed_report::time_per_token);
    time(constraint::time_to_first_token, &plan_rules::time_to_first_token,
         &serving::speed_report::time_to_first_token);
    time(constraint::end_to_end, &plan_rules::end_to_end, &serving::speed_report::end_to_end);
    plan_rules others = rules;
    if (rules.budget.known()) {
        others.budget = unknown;
        without(constraint::budget, in_usd_per_hour(rules.budget.value()), others,
                [](plan const& p) {
                    return p.price.known() ? in_usd_per_hour(p.price.value()) : 1e300;
                });
        others.budget = rules.budget;
    }
    if (rules.power.known()) {
        others.power = unknown;
        without(constraint::power, in_watts(rules.power.value()), others,
                [](plan const& p) { return p.power.known() ? in_watts(p.power.value()) : 1e300; });
        others.power = rules.power;
    }
    if (rules.owned.empty() && rules.max_devices < most_devices) {
        others.max_devices = most_devices;
        without(constraint::devices, static_cast<double>(rules.max_devices), others,
                [](plan const& p) { return static_cast<double>(p.devices()); });
    }
    return found;
}

} // namespace reckon::inline v0
