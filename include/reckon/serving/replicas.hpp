// SPDX-License-Identifier: MIT
// From requests a second to replicas: enough for the rate, ready before it comes, and one that may fail.
//
//   n     = ceil((q + g s) / (u k)) + r
//   range = n at the smallest and at the largest rate of a day, never below `least`
//
//   symbol | meaning                                                          | unit   | domain
//   q      | requests a second                                                | 1/s    | >= 0
//   k      | capacity of one replica: the rate at which it still keeps its    | 1/s    | > 0
//          | promises (serving/queueing.hpp says where waiting begins)        |        |
//   u      | share of k that is planned with                                  | -      | (0, 1]
//   g, s   | growth of the rate; time until a new replica serves              | 1/s2, s| >= 0
//   r      | replicas that may fail or be updated: 1 is N + 1                 | -      | >= 0
//
// Source:       definition.
// Not modelled: replicas that share a machine and fail together.
// Error:        0 given k, in which all the error is; tests/serving/replicas.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0::serving {

/// How replicas are planned.
struct replica_rules {
    request_rate capacity{}; ///< of one replica
    double planned_use{1};   ///< share of it that is planned with
    count spare{1};          ///< N + 1
    seconds starting{};      ///< until a new one serves: host/load_time.hpp
    count least{1};          ///< that always run, spares not counted
};

/// What makes no sense in the rules, by field.
[[nodiscard]] constexpr possible_error check(replica_rules const& r) noexcept {
    double const capacity = in_per_second(r.capacity);
    double const starting = in_seconds(r.starting);
    sentence why{};
    if (!(capacity > 0) || !reckon::detail::finite(capacity)) {
        why.append("a replica's capacity is ").append_fixed(capacity, 3);
        return error{errc::out_of_range, why.append(" requests a second; give one above 0.")};
    }
    if (!(r.planned_use > 0 && r.planned_use <= 1)) {
        why.append("planned_use is ").append_fixed(r.planned_use, 3);
        return error{errc::out_of_range, why.append("; give a share above 0, up to 1.")};
    }
    if (r.spare < 0 || r.least < 0) {
        bool const spare = r.spare < 0;
        why.append(spare ? "spare is " : "least is ").append(spare ? r.spare : r.least);
        return error{errc::out_of_range, why.append("; give 0 or more replicas.")};
    }
    if (!(starting >= 0) || !reckon::detail::finite(starting)) {
        why.append("starting is ").append_fixed(starting, 3);
        return error{errc::out_of_range, why.append(" s; give a time from 0 up.")};
    }
    return {};
}

/// Replicas for `rate`, which grows by `growth` (requests a second, each second) while new ones start.
/// Errors: those of check; out_of_range for a rate that is negative, not finite or beyond counting.
[[nodiscard]] constexpr result<count> replicas_for(request_rate rate, replica_rules const& r,
                                                   double growth = 0) noexcept {
    if (possible_error const why = check(r)) { return *why; }
    double const ahead = in_per_second(rate) + growth * in_seconds(r.starting);
    constexpr double most = 1e12;
    double const busy = ahead / (in_per_second(r.capacity) * r.planned_use);
    if (!(in_per_second(rate) >= 0) || !(growth >= 0) || !(busy <= most)) {
        sentence why{"a rate of "};
        why.append_fixed(in_per_second(rate), 3).append(" requests a second, growing by ");
        why.append_fixed(growth, 3);
        return error{errc::out_of_range,
                     why.append(", is none to plan for; give finite ones from 0 up.")};
    }
    count const serving = static_cast<count>(reckon::detail::ceil(busy));
    return reckon::detail::max(serving, r.least) + r.spare;
}

/// The fewest and the most replicas of a day.
struct replica_range {
    count least{};
    count most{};
    friend constexpr bool operator==(replica_range const&, replica_range const&) noexcept = default;
};

namespace detail {

/// The largest rate until `ahead` after rate `i`, on the line through the day. Domain: i < day.size().
[[nodiscard]] constexpr request_rate rate_ahead(std::span<request_rate const> day, std::size_t i,
                                                seconds apart, seconds ahead) noexcept {
    std::size_t const n = day.size();
    double const steps =
        reckon::detail::min(ahead / apart, static_cast<double>(n)); // then it repeats
    auto const whole = static_cast<std::size_t>(steps);
    request_rate most = day[i];
    for (std::size_t j = 1; j <= whole; ++j) {
        most = max(most, day[(i + j) % n]);
    }
    request_rate const from = day[(i + whole) % n];
    request_rate const to = day[(i + whole + 1) % n];
    return max(most, from + (to - from) * (steps - static_cast<double>(whole)));
}

} // namespace detail

/// Over a curve of rates, a time `apart`: each hour needs what the next ones bring before replicas could start.
/// Error: out_of_range without rates or time between them.
[[nodiscard]] constexpr result<replica_range>
range_for(std::span<request_rate const> day, seconds apart, replica_rules const& r) noexcept {
    if (day.empty() || !(apart > seconds{})) {
        return error{errc::out_of_range,
                     "a day without rates or time between them needs no replicas; give both."};
    }
    if (possible_error const why = check(r)) { return *why; }
    replica_range found{};
    for (std::size_t i = 0; i < day.size(); ++i) {
        auto const now = replicas_for(day[i], r);
        if (!now) { return now.error(); }
        auto const n = replicas_for(detail::rate_ahead(day, i, apart, r.starting), r);
        if (!n) { return n.error(); }
        found.least = i == 0 ? *n : reckon::detail::min(found.least, *n);
        found.most = reckon::detail::max(found.most, *n);
    }
    return found;
}

} // namespace reckon::inline v0::serving
