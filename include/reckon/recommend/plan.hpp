// SPDX-License-Identifier: MIT
// One way to carry a load, or one way that does not.
#pragma once
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/recommend/rules.hpp>
#include <reckon/recommend/workload.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/speed_of.hpp>

namespace reckon::inline v0 {

/// What a plan is of: positions in the spans that the search was given.
struct choice {
    std::uint16_t model{};
    std::uint16_t gpu{};
    std::uint16_t precision{};
    friend constexpr bool operator==(choice, choice) noexcept = default;
};

/// `replicas` engines of `spread.devices()` accelerators each, which together carry the load, and
/// `spare` more.
struct plan : choice {
    layout spread{};
    count replicas{1};
    count spare{};
    count concurrency{};               ///< requests in flight in one replica
    serving::memory_report memory{};   ///< of the fullest rank
    serving::speed_report speed{};     ///< of one replica
    token_rate carried{};              ///< output tokens of the whole load
    figure<usd_per_second> price{};    ///< of all machines
    rent rented{};                     ///< which machines, and how many; none where owned
    figure<usd_per_token> per_token{}; ///< of an output token at this load
    figure<watts> power{};             ///< board limits of all devices

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::multiply(detail::add(replicas, spare), spread.devices());
    }
    /// What the replicas that carry the load make of it.
    [[nodiscard]] constexpr token_rate output_throughput() const noexcept { return carried; }
};

/// A layout that breaks a rule: which one, by how much, and what would mend it.
struct refusal : choice {
    layout spread{};
    serving::constraint broken{};
    double need{}; ///< in the unit of the rule: bytes, tokens, seconds, devices
    double have{};
    layout_check division{};
    count fitting_requests{}; ///< of this context, in one replica; 0: not even one
    tokens fitting_context{}; ///< at this load; 0: none
    count fitting_devices{};  ///< the fewest of this accelerator that carry the load; 0: none found
    [[nodiscard]] constexpr double shortfall() const noexcept {
        return have > 0 ? need / have : 1e300;
    }
};

/// The smaller, the better, in the unit of the objective; unknown prices come last.
[[nodiscard]] constexpr double badness(plan const& p, objective o) noexcept {
    constexpr double last = 1e300;
    switch (o) {
    case objective::hourly_cost:
        return p.price.known() ? units::access::base(p.price.value()) : last;
    case objective::cost:
        return p.per_token.known() ? units::access::base(p.per_token.value()) : last;
    case objective::throughput: return -in_tokens_per_second(p.output_throughput());
    case objective::latency: return in_seconds(p.speed.end_to_end.value);
    case objective::devices: return static_cast<double>(p.devices());
    case objective::energy:
        return p.power.known() ? units::access::base(p.power.value() / p.output_throughput())
                               : last;
    }
    return last;
}

/// Whether `a` is the better plan; ties go to fewer devices, then to the faster one, then to the one
/// named first, so that an order is stable.
[[nodiscard]] constexpr bool better(plan const& a, plan const& b, objective o) noexcept {
    double const x = badness(a, o);
    double const y = badness(b, o);
    if (x != y) { return x < y; }
    if (a.devices() != b.devices()) { return a.devices() < b.devices(); }
    if (a.speed.end_to_end.value != b.speed.end_to_end.value) {
        return a.speed.end_to_end.value < b.speed.end_to_end.value;
    }
    if (a.model != b.model) { return a.model < b.model; }
    return a.gpu != b.gpu ? a.gpu < b.gpu : a.precision < b.precision;
}

} // namespace reckon::inline v0
