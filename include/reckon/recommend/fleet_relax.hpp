// SPDX-License-Identifier: MIT
// Which limits of a day's fleet exclude every fleet, alone or in pairs.
//
//   a time alone or with another     the least percentile of a lone request over all layouts that keep the other:
//                                    more replicas make no request faster than one that is alone
//   budget, power, devices           the least of a fleet that keeps the other limit, or none
//
// Source:       recommend/relax.hpp, which asks the same of one load; recommend/fleet_search.hpp.
// Not modelled: the time that a budget would admit: `first_needed` of such a pair is not known.
// Error:        0 given the laws; tests/recommend/fleet_relax.cpp asks again with the limit that is named.
#pragma once
#include <reckon/recommend/fleet_search.hpp>
#include <reckon/recommend/relax.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

namespace detail {

/// Whether a rule limits a time of requests, which a fleet promises at a percentile.
[[nodiscard]] constexpr bool limits_time(serving::constraint rule) noexcept {
    using serving::constraint;
    return rule == constraint::time_per_token || rule == constraint::time_to_first_token ||
           rule == constraint::end_to_end;
}

/// The limit that a promise has for `rule`. Domain: limits_time(rule).
template <class Limits>
[[nodiscard]] constexpr auto& time_limit(Limits& limits, serving::constraint rule) noexcept {
    using serving::constraint;
    return rule == constraint::time_per_token        ? limits.time_per_token
           : rule == constraint::time_to_first_token ? limits.time_to_first_token
                                                     : limits.end_to_end;
}

/// The time that `rule` limits. Domain: limits_time(rule).
[[nodiscard]] constexpr seconds time_of(serving::queue_times const& q, serving::constraint rule,
                                        serving::percentile of) noexcept {
    using serving::constraint;
    return serving::at(rule == constraint::time_per_token        ? q.time_per_token
                       : rule == constraint::time_to_first_token ? q.time_to_first_token
                                                                 : q.end_to_end,
                       of);
}

/// What a fleet takes of that which a limit is for. Domain: not limits_time(rule).
[[nodiscard]] constexpr double taken_by(fleet_plan const& p, serving::constraint rule) noexcept {
    using serving::constraint;
    if (rule == constraint::budget) {
        return p.cost.of[0].known() ? in_usd_per_hour(p.cost.least) : not_published;
    }
    if (rule == constraint::power) {
        return p.power.known() ? in_watts(p.power.value()) : not_published;
    }
    return static_cast<double>(p.devices());
}

/// A sink that keeps the least that any fleet takes of one thing.
struct least_of_fleets {
    serving::constraint rule{};
    double least{not_published};
    constexpr void accept(fleet_plan const& p) noexcept { least = min(least, taken_by(p, rule)); }
    constexpr void refuse(refusal const&) const noexcept {}
};

/// A fleet's question with one of its limits, or none.
struct fleet_limits {
    plan_rules rules{};
    fleet_rules promise{};

    [[nodiscard]] constexpr fleet_limits only(serving::constraint kept) const noexcept {
        fleet_limits few = *this;
        for (serving::constraint const other : relaxable) {
            if (other == kept) { continue; }
            if (limits_time(other)) {
                time_limit(few.promise.limits, other) = unknown;
            } else if (other != serving::constraint::devices || rules.owned.empty()) {
                few.rules = without(few.rules, other);
            }
        }
        if (kept != serving::constraint::devices) { few.promise.most = unknown; }
        return few;
    }
    [[nodiscard]] constexpr figure<double> limit(serving::constraint rule) const noexcept {
        if (!limits_time(rule)) { return limit_of(rules, rule); }
        figure<seconds> const& most = time_limit(promise.limits, rule);
        return most.known() ? figure<double>{in_seconds(most.value()), most.source} : unknown;
    }
};

} // namespace detail

/// Limits that exclude every fleet: alone, and in pairs of those that do not; as conflicts_of. Empty where every pair has
/// a fleet, and for a question that `recommend_fleets` does not accept.
template <std::size_t Hours = 96, model M>
[[nodiscard]] constexpr conflicts
conflicts_of_fleets(std::span<candidate<M> const> models, traffic const& t,
                    std::span<any_gpu const> gpus, std::span<offer const> offers,
                    plan_rules const& rules, fleet_rules const& promise,
                    purchase commitment = purchase::reserved_1y) noexcept {
    using serving::constraint;
    if (check(t) || t.rates.size() > Hours) { return conflicts{}; }
    result<workload> const asked = checked_question(models, busiest_load(t), gpus, rules);
    if (!asked) { return conflicts{}; }
    detail::fleet_limits const all{rules, promise};
    // The least that any fleet takes of `rule`, under one other limit or none. Domain: no time under what is no time.
    auto const least = [&](constraint rule, constraint kept) -> figure<double> {
        detail::fleet_limits const few = all.only(kept);
        detail::least_of_fleets sink{rule};
        for_each_fleet(models, *asked, gpus, few.rules, [&](auto const& d, choice of) {
            if (!detail::limits_time(rule)) {
                try_fleet<Hours>(d, of, t, offers, few.rules, few.promise, commitment, sink);
                return;
            }
            refusal no{of, d.layout};
            auto const kept_at = detail::promised(d, t, few.promise.limits, no);
            if (!kept_at.known()) { return; }
            auto const alone =
                detail::lone_times(kept_at.value().curve, arrivals_at(t, busiest_rate(t)));
            sink.least = detail::min(sink.least,
                                     in_seconds(detail::time_of(alone, rule, promise.limits.of)));
        });
        return sink.least < detail::not_published ? figure<double>{sink.least, provenance::fitted}
                                                  : unknown;
    };
    return detail::conflicts_among(
        [&](constraint rule) { return all.limit(rule); },
        [&](constraint rule) { return least(rule, constraint::none); },
        // Times come first: only of two times, or of neither, is the least of the first under the second known.
        [&](constraint first, constraint second) -> detail::both_limits {
            bool const alike = detail::limits_time(first) == detail::limits_time(second);
            figure<double> const of_second = least(second, first);
            if (of_second.known() && of_second.value() <= all.limit(second).value()) {
                return {true};
            }
            return {false, alike ? least(first, second) : figure<double>(unknown), of_second};
        });
}

} // namespace reckon::inline v0
