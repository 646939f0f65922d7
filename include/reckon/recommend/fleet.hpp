// SPDX-License-Identifier: MIT
// From a day of traffic to replicas by the hour: enough to keep a promise at a percentile, ready in time.
//
//   k      = largest rate of one replica whose percentile keeps the limits     (serving/open_loop.hpp)
//   n_h    = max(ceil(q_h / (u k)), least) + spare, more where that breaks it  (serving/replicas.hpp)
//   lead   = start + load + warm-up                                            (host/load_time.hpp)
//
//   symbol | meaning                                                          | unit | domain
//   q_h    | requests a second in hour h                                      | 1/s  | >= 0
//   u      | share of k that is planned with                                  | -    | (0, 1]
//   spare  | replicas that may fail or be updated while the promise holds     | -    | >= 0
//
//   auto const day = fleet_of(deployment, traffic, {.limits = {2_s, 50_ms, percentile::p99}, .spare = 1});
//   day->most, day->busiest, day->hours[h].replicas, day->hours[h].queue.time_to_first_token.p99
//
// `range` is that of a schedule that knows the day and orders replicas `lead` ahead; `unforeseen` is that of a
// scaler that sees only how the rate grows now. What either costs: recommend/fleet_cost.hpp.
// Source:       the laws it is made of.
// Deviations:   requests are dealt to the replicas at random. A rate holds for its whole hour.
// Not modelled: replicas that share a machine and fail together; bursts within an hour.
// Error:        that of the open loop (docs/laws/open_loop.md) and of the times (docs/accuracy.md).
#pragma once
#include <reckon/detail/static_vector.hpp>
#include <reckon/gpu/machine.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/recommend/traffic.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/replicas.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// What is promised, and how carefully it is planned.
struct fleet_rules {
    serving::latency_limits limits{}; ///< none: a replica is planned up to its capacity
    double planned_use{1};            ///< share of a replica's rate that is planned with
    count spare{1};                   ///< 1 is N + 1
    count least{1};                   ///< replicas that always run, spares not counted
    figure<count> most{};             ///< replicas that may run, spares counted
    host::cold_start starting{}; ///< of a replica; its load is calculated where `path` says how
    host::load_path path{}; ///< that weights come through; nothing known: `starting.load` it is
};

/// One hour (or whatever `traffic::apart` is).
struct fleet_hour {
    request_rate rate{};
    count replicas{};             ///< spares among them
    double use{};                 ///< of the rate that all of them keep the promise at
    serving::queue_times queue{}; ///< of one of them, when all are up; of none where nobody comes
};

/// A day of replicas of one kind.
template <std::size_t Hours = 96> struct fleet {
    request_rate capacity{};             ///< of one replica within the promise
    serving::replica_range range{};      ///< of a schedule
    serving::replica_range unforeseen{}; ///< of a scaler that does not know what comes
    std::size_t
        busiest{}; ///< the hour that needs most replicas; of several, the one of most requests
    std::size_t quietest{}; ///< the one that needs fewest; of several, the one of fewest requests
    seconds lead{};         ///< by which replicas are ordered before they serve
    seconds apart{};
    tokens output{}; ///< of a request, on average
    static_vector<fleet_hour, Hours> hours{};

    [[nodiscard]] constexpr count most() const noexcept { return range.most; }
    [[nodiscard]] constexpr token_rate mean_output() const noexcept {
        request_rate sum{};
        for (fleet_hour const& h : hours) {
            sum = sum + h.rate;
        }
        return output * (sum / static_cast<double>(hours.size()));
    }
};

namespace detail {

/// The limit that a lone request breaks, what it takes, and the limit.
struct lone_request {
    serving::constraint broken{};
    seconds took{};
    seconds limit{};
};

/// The times of a request that hardly ever meets another.
[[nodiscard]] constexpr serving::queue_times lone_times(serving::service_curve const& curve,
                                                        serving::arrivals like) noexcept {
    constexpr double hardly_any = 1e-6;
    like.rate = curve.capacity() * (curve.groups * hardly_any);
    return serving::queue_of(curve, like);
}

[[nodiscard]] constexpr lone_request lone_request_of(serving::service_curve const& curve,
                                                     serving::latency_limits const& limits,
                                                     serving::arrivals const& like) noexcept {
    using serving::constraint;
    serving::queue_times const alone = lone_times(curve, like);
    lone_request found{};
    auto const ask = [&](constraint c, figure<seconds> const& most,
                         serving::percentiles<seconds> const& taken) {
        seconds const took = serving::at(taken, limits.of);
        if (found.broken != constraint::none || !most.known() || took <= most.value()) { return; }
        found = {c, took, most.value()};
    };
    ask(constraint::time_to_first_token, limits.time_to_first_token, alone.time_to_first_token);
    ask(constraint::time_per_token, limits.time_per_token, alone.time_per_token);
    ask(constraint::end_to_end, limits.end_to_end, alone.end_to_end);
    return found;
}

/// Why not even a lone request keeps the limits.
[[nodiscard]] constexpr error lone_request_late(lone_request const& r,
                                                serving::percentile of) noexcept {
    constexpr double to_ms = 1e3;
    sentence why{"even a lone request's "};
    why.append(serving::name(r.broken)).append(", ").append(serving::name(of)).append(", is ");
    why.append_fixed(in_seconds(r.took) * to_ms, 1).append(" ms, and the limit is ");
    why.append_fixed(in_seconds(r.limit) * to_ms, 1);
    return {errc::contradiction, why.append(" ms; no number of replicas makes one faster.")};
}

/// A day that a fleet has no room for.
[[nodiscard]] constexpr error too_many_hours(std::size_t hours, std::size_t most) noexcept {
    sentence why{"the day has "};
    why.append(static_cast<count>(hours)).append(" rates, and the answer holds ");
    return {errc::out_of_range,
            why.append(static_cast<count>(most)).append("; give fewer, or fleet_of more room.")};
}

} // namespace detail

namespace detail {

/// Fills in how busy the replicas of an hour are and how long requests wait, with as many more replicas as it takes for
/// their share of the rate to keep the promise. That is none where waiting grows with the rate, as it does but for the
/// approximations of the queue's percentiles; a share of a third is the last that is tried.
constexpr void keep_promise(fleet_hour& hour, serving::service_curve const& curve, traffic const& t,
                            serving::latency_limits const& limits, request_rate capacity) noexcept {
    if (!(hour.rate > request_rate{}) || hour.replicas < 1) { return; }
    constexpr count parts = 16; // a step finer than a sixteenth changes no share much
    count const last = multiply(3, hour.replicas);
    for (;; hour.replicas = add(hour.replicas, max(1, hour.replicas / parts))) {
        request_rate const share = hour.rate / static_cast<double>(hour.replicas);
        hour.use = share / capacity;
        hour.queue = serving::queue_of(curve, arrivals_at(t, share));
        if (limits.kept_by(hour.queue) || hour.replicas >= last) { return; }
    }
}

/// The hours that need most and fewest replicas, and how many those are; of hours that need as many, those of the
/// highest and the lowest rate, of equal rates the first. Domain: hours.
template <std::size_t Hours> constexpr void find_busiest(fleet<Hours>& f) noexcept {
    auto const busier = [](fleet_hour const& a, fleet_hour const& b) {
        return a.replicas != b.replicas ? a.replicas > b.replicas : a.rate > b.rate;
    };
    f.busiest = f.quietest = 0;
    for (std::size_t i = 1; i < f.hours.size(); ++i) {
        if (busier(f.hours[i], f.hours[f.busiest])) { f.busiest = i; }
        if (busier(f.hours[f.quietest], f.hours[i])) { f.quietest = i; }
    }
    f.range = {f.hours[f.quietest].replicas, f.hours[f.busiest].replicas};
}

/// Errors: those of replica rules; more replicas than `rules.most`. Domain: check(t) finds nothing, capacity > 0.
template <std::size_t Hours>
[[nodiscard]] constexpr result<fleet<Hours>>
replicas_by_hour(serving::service_curve const& curve, request_rate capacity, traffic const& t,
                 fleet_rules const& rules) noexcept {
    if (t.rates.size() > Hours) { return too_many_hours(t.rates.size(), Hours); }
    fleet<Hours> f{.capacity = capacity,
                   .lead = rules.starting.total(),
                   .apart = t.apart,
                   .output = t.output.mean()};
    serving::replica_rules planned{capacity, rules.planned_use, rules.spare, {}, rules.least};
    for (std::size_t i = 0; i < t.rates.size(); ++i) {
        result<count> const n = serving::replicas_for(t.rates[i], planned);
        if (!n) { return n.error(); }
        fleet_hour hour{.rate = t.rates[i], .replicas = *n};
        keep_promise(hour, curve, t, rules.limits, capacity);
        if (rules.most.known() && hour.replicas > rules.most.value()) {
            sentence why{"hour "};
            why.append(static_cast<count>(i)).append(" needs ").append(hour.replicas);
            why.append(" replicas, ").append(rules.spare).append(" of them spare, and ");
            return error{errc::contradiction,
                         why.append(rules.most.value())
                             .append(" are allowed; allow more, or promise less.")};
        }
        f.hours.push_back(hour);
    }
    find_busiest(f);
    planned.starting = f.lead;
    auto const seen_late = serving::range_for(t.rates, t.apart, planned);
    if (!seen_late) { return seen_late.error(); }
    f.unforeseen = {max(seen_late->least, f.range.least), max(seen_late->most, f.range.most)};
    return f;
}

} // namespace detail

/// The fleet of replicas that serve as `curve` says. Errors: those of check(traffic) and of replica rules; a promise
/// that even a lone request breaks; more replicas than `rules.most`, with the hour that needs them.
template <std::size_t Hours = 96>
[[nodiscard]] constexpr result<fleet<Hours>>
fleet_of(serving::service_curve const& curve, traffic const& t, fleet_rules const& rules) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    serving::arrivals const like = arrivals_at(t, busiest_rate(t));
    request_rate const capacity = serving::largest_rate(curve, rules.limits, like);
    if (!(capacity > request_rate{})) {
        return detail::lone_request_late(detail::lone_request_of(curve, rules.limits, like),
                                         rules.limits.of);
    }
    return detail::replicas_by_hour<Hours>(curve, capacity, t, rules);
}

/// What a replica of `d` takes to start, when its weights come over `path`: what the ranks of one machine hold,
/// each copying its own part. `path.link` and `path.accelerators` are those of `d` where they are unknown.
template <model M, gpu G>
[[nodiscard]] constexpr host::cold_start cold_start_of(serving::deployment<M, G> const& d,
                                                       host::load_path path, seconds start,
                                                       seconds warm_up) noexcept {
    if (!path.link.known()) {
        path.link = d.gpu.host.each_way;
        path.accelerators = detail::min(d.layout.devices(), machine_size(d.gpu));
    }
    bytes const weights = serving::memory_of(d).weights * static_cast<double>(path.accelerators);
    return {start, host::loading_of(weights, path).streamed(), warm_up};
}

namespace detail {

/// The rules with the time in which this deployment loads.
template <model M, gpu G>
[[nodiscard]] constexpr fleet_rules with_load(fleet_rules rules,
                                              serving::deployment<M, G> const& d) noexcept {
    host::load_path const& p = rules.path;
    if (p.storage.known() || p.network.known() || p.link.known()) {
        rules.starting = cold_start_of(d, p, rules.starting.start, rules.starting.warm_up);
    }
    return rules;
}

} // namespace detail

/// The fleet of a deployment. Its context and lengths are those of the traffic: the longest request must fit, and as
/// many are held at once as have room at their mean lengths.
template <std::size_t Hours = 96, model M, gpu G>
[[nodiscard]] constexpr result<fleet<Hours>> fleet_of(serving::deployment<M, G> d, traffic const& t,
                                                      fleet_rules const& rules,
                                                      calibration const& c) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    d.max_context = longest_context(t);
    d.request = mean_request(t);
    d.concurrency = d.layout.data < 1 ? 1 : d.layout.data;
    serving::memory_report const longest = serving::memory_of(d);
    if (!longest.fits()) {
        return error{errc::contradiction, sentence("the longest request does not fit: ")
                                              .append(serving::explain(d, longest).view())
                                              .append(".")};
    }
    result<serving::service_curve> const curve = serving::curve_of(d, c, t.prefix_hit);
    if (!curve) { return curve.error(); }
    return fleet_of<Hours>(*curve, t, detail::with_load(rules, d));
}

/// The same with the calibration of its accelerator and engine.
template <std::size_t Hours = 96, model M, gpu G>
[[nodiscard]] constexpr result<fleet<Hours>>
fleet_of(serving::deployment<M, G> const& d, traffic const& t, fleet_rules const& rules) noexcept {
    return fleet_of<Hours>(d, t, rules, calibration_for(d.gpu, d.engine));
}

} // namespace reckon::inline v0
