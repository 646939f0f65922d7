// SPDX-License-Identifier: MIT
// What of the rules excludes every plan, and the least that one of them must give way.
//
//   for each limit that is given: the least value of what it limits, over all plans that keep the others
//
// Two limits exclude each other where each alone has plans and both together have none, whatever the others
// are: `conflicts_of` names all such pairs, and limits that exclude every plan alone.
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

/// The limits that can give way, in the order in which they are judged.
inline constexpr serving::constraint relaxable[] = {
    serving::constraint::time_per_token, serving::constraint::time_to_first_token,
    serving::constraint::end_to_end,     serving::constraint::budget,
    serving::constraint::power,          serving::constraint::devices};

/// As far as a limit of devices gives way.
inline constexpr count most_devices_relaxed = 4096;

/// The value of a limit in its own unit; unknown where it is not given, or cannot give way: what one owns is that much.
[[nodiscard]] constexpr figure<double> limit_of(plan_rules const& rules,
                                                serving::constraint rule) noexcept {
    using serving::constraint;
    auto const given = [](auto const& limit, auto in) {
        return limit.known() ? figure<double>{in(limit.value()), limit.source} : unknown;
    };
    switch (rule) {
    case constraint::time_per_token: return given(rules.time_per_token, in_seconds);
    case constraint::time_to_first_token: return given(rules.time_to_first_token, in_seconds);
    case constraint::end_to_end: return given(rules.end_to_end, in_seconds);
    case constraint::budget: return given(rules.budget, in_usd_per_hour);
    case constraint::power: return given(rules.power, in_watts);
    default:
        if (!rules.owned.empty() || rules.max_devices >= most_devices_relaxed) { return unknown; }
        return {static_cast<double>(rules.max_devices), provenance::exact};
    }
}

/// The rules without a limit.
[[nodiscard]] constexpr plan_rules without(plan_rules rules, serving::constraint rule) noexcept {
    using serving::constraint;
    switch (rule) {
    case constraint::time_per_token: rules.time_per_token = unknown; break;
    case constraint::time_to_first_token: rules.time_to_first_token = unknown; break;
    case constraint::end_to_end: rules.end_to_end = unknown; break;
    case constraint::budget: rules.budget = unknown; break;
    case constraint::power: rules.power = unknown; break;
    default: rules.max_devices = max(rules.max_devices, most_devices_relaxed);
    }
    return rules;
}

/// Stands for a price or a power that nobody published: more than any limit.
inline constexpr double not_published = 1e300;

/// What a plan takes of that which a limit is for.
[[nodiscard]] constexpr double taken_by(plan const& p, serving::constraint rule) noexcept {
    using serving::constraint;
    switch (rule) {
    case constraint::time_per_token: return in_seconds(p.speed.time_per_token.value);
    case constraint::time_to_first_token: return in_seconds(p.speed.time_to_first_token.value);
    case constraint::end_to_end: return in_seconds(p.speed.end_to_end.value);
    case constraint::budget:
        return p.price.known() ? in_usd_per_hour(p.price.value()) : not_published;
    case constraint::power: return p.power.known() ? in_watts(p.power.value()) : not_published;
    default: return static_cast<double>(p.devices());
    }
}

} // namespace detail

/// Single limits that admit a plan if they give way. Domain: a question that `recommend` accepts.
template <model M>
[[nodiscard]] constexpr relaxations
relaxations_of(std::span<candidate<M> const> models, workload const& load,
               std::span<any_gpu const> gpus, std::span<offer const> offers,
               plan_rules const& rules) noexcept {
    relaxations found{};
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return found; }
    for (serving::constraint const rule : detail::relaxable) {
        figure<double> const limit = detail::limit_of(rules, rule);
        if (!limit.known()) { continue; }
        auto const measure = [rule](plan const& p) { return detail::taken_by(p, rule); };
        detail::least_plan<decltype(measure)> sink{measure};
        search(models, *asked, gpus, offers, detail::without(rules, rule), sink);
        if (!sink.found || measure(sink.best) >= detail::not_published) { continue; }
        found.push_back({rule, limit.value(), measure(sink.best), sink.best});
        for (std::size_t i = found.size() - 1; i > 0; --i) {
            if (found[i - 1].factor() <= found[i].factor()) { break; }
            relaxation const later = found[i - 1];
            found[i - 1] = found[i];
            found[i] = later;
        }
    }
    return found;
}

/// Two limits that no plan keeps together, or one that none keeps at all.
struct conflict {
    serving::constraint first{};
    serving::constraint second{}; ///< none: the first alone excludes every plan
    double first_limit{};
    double second_limit{};
    figure<double> first_needed{};  ///< the least that keeps the second; unknown: no plan at all
    figure<double> second_needed{}; ///< the least that keeps the first
};
/// At most every pair of rules.
using conflicts = static_vector<conflict, 15>;

namespace detail {

/// What two limits leave of each other.
struct both_limits {
    bool kept{};                   ///< something keeps both
    figure<double> first_needed{}; ///< as of a conflict
    figure<double> second_needed{};
};

/// Limits that exclude everything, and pairs of those that do not.
/// \param limit_of  limit_of(rule): unknown where there is none
/// \param alone     alone(rule): the least that anything takes of it, whatever it takes of the others
/// \param together  together(first, second), in the order of `relaxable`: both_limits
[[nodiscard]] constexpr conflicts conflicts_among(auto const& limit_of, auto const& alone,
                                                  auto const& together) noexcept {
    using serving::constraint;
    conflicts found{};
    static_vector<constraint, 6> possible{};
    for (constraint const rule : relaxable) {
        figure<double> const limit = limit_of(rule);
        if (!limit.known()) { continue; }
        figure<double> const least = alone(rule);
        if (least.known() && least.value() <= limit.value()) {
            possible.push_back(rule);
        } else {
            found.push_back({rule, constraint::none, limit.value(), 0, least, unknown});
        }
    }
    for (std::size_t i = 0; i < possible.size(); ++i) {
        for (std::size_t j = i + 1; j < possible.size(); ++j) {
            both_limits const both = together(possible[i], possible[j]);
            if (both.kept) { continue; }
            found.push_back({possible[i], possible[j], limit_of(possible[i]).value(),
                             limit_of(possible[j]).value(), both.first_needed, both.second_needed});
        }
    }
    return found;
}

} // namespace detail

/// Which limits exclude every plan: alone, and in pairs of those that do not. Empty where every pair has a plan; where
/// there still is none, it takes three of them. Domain: a question that `recommend` accepts.
template <model M>
[[nodiscard]] constexpr conflicts conflicts_of(std::span<candidate<M> const> models,
                                               workload const& load, std::span<any_gpu const> gpus,
                                               std::span<offer const> offers,
                                               plan_rules const& rules) noexcept {
    using serving::constraint;
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return conflicts{}; }
    // The least that any plan takes of `rule`, under one other limit or none.
    auto const least = [&](constraint rule, constraint kept) -> figure<double> {
        plan_rules few = rules;
        for (constraint const other : detail::relaxable) {
            bool const owned = other == constraint::devices && !rules.owned.empty();
            if (other != kept && !owned) { few = detail::without(few, other); }
        }
        auto const measure = [rule](plan const& p) { return detail::taken_by(p, rule); };
        detail::least_plan<decltype(measure)> sink{measure};
        search(models, *asked, gpus, offers, few, sink);
        bool const known = sink.found && measure(sink.best) < detail::not_published;
        return known ? figure<double>{measure(sink.best), provenance::fitted} : unknown;
    };
    auto const limit = [&](constraint rule) { return detail::limit_of(rules, rule); };
    return detail::conflicts_among(
        limit, [&](constraint rule) { return least(rule, constraint::none); },
        [&](constraint first, constraint second) -> detail::both_limits {
            figure<double> const needed = least(first, second);
            if (needed.known() && needed.value() <= limit(first).value()) { return {true}; }
            return {false, needed, least(second, first)};
        });
}

namespace detail {

/// "a budget of 26.00 USD an hour"
constexpr void append_limit(sentence& to, serving::constraint rule, double value) noexcept {
    using serving::constraint;
    constexpr double to_ms = 1e3;
    constexpr double to_kw = 1e-3;
    switch (rule) {
    case constraint::time_per_token:
        to.append("a time per token of ").append_fixed(value * to_ms, value * to_ms < 1 ? 3 : 1);
        to.append(" ms");
        return;
    case constraint::time_to_first_token:
        to.append("a time to first token of ").append_fixed(value * to_ms, 1).append(" ms");
        return;
    case constraint::end_to_end:
        to.append("an end-to-end time of ").append_fixed(value, 2).append(" s");
        return;
    case constraint::budget:
        to.append("a budget of ").append_fixed(value, 2).append(" USD an hour");
        return;
    case constraint::power:
        to.append("a power of ").append_fixed(value * to_kw, 2).append(" kW");
        return;
    default: to.append_fixed(value, 0).append(value == 1 ? " device" : " devices");
    }
}

} // namespace detail

/// "an end-to-end time of 10.00 s and a budget of 26.00 USD an hour exclude each other; it takes an end-to-end time
/// of 15.20 s, or a budget of 54.10 USD an hour."
[[nodiscard]] constexpr sentence explain(conflict const& c) noexcept {
    sentence s{};
    detail::append_limit(s, c.first, c.first_limit);
    if (c.second == serving::constraint::none) {
        s.append(" excludes every plan, whatever the other limits are; ");
        if (!c.first_needed.known()) {
            using serving::constraint;
            return s.append(c.first == constraint::budget  ? "no plan has a price."
                            : c.first == constraint::power ? "no plan has a published power."
                                                           : "no plan is without one.");
        }
        s.append("it takes ");
        detail::append_limit(s, c.first, c.first_needed.value());
        return s.append(".");
    }
    s.append(" and ");
    detail::append_limit(s, c.second, c.second_limit);
    s.append(" exclude each other");
    if (c.first_needed.known()) {
        s.append("; it takes ");
        detail::append_limit(s, c.first, c.first_needed.value());
    }
    if (c.second_needed.known()) {
        s.append(c.first_needed.known() ? ", or " : "; it takes ");
        detail::append_limit(s, c.second, c.second_needed.value());
    }
    return s.append(".");
}

} // namespace reckon::inline v0
