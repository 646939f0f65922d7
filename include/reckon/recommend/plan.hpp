// SPDX-License-Identifier: MIT
// One way to carry a load, or one way that does not.
#pragma once
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/recommend/workload.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/speed_of.hpp>

namespace reckon::inline v0 {

/// `replicas` engines of `layout.devices()` accelerators each, which together carry the load. The
/// indices point into the spans that the search was given.
struct plan {
    std::uint16_t gpu{};
    std::uint16_t precision{};
    layout spread{};
    count replicas{1};
    count concurrency{};               ///< requests in flight in one replica
    serving::memory_report memory{};   ///< of the fullest rank
    serving::speed_report speed{};     ///< of one replica
    figure<usd_per_second> price{};    ///< of all machines, rented
    rent rented{};                     ///< which machines, and how many
    figure<usd_per_token> per_token{}; ///< of an output token at this load
    figure<watts> power{};             ///< board limits of all devices

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::multiply(replicas, spread.devices());
    }
    [[nodiscard]] constexpr token_rate output_throughput() const noexcept {
        return speed.output_throughput.value * static_cast<double>(replicas);
    }
};

/// A layout that breaks a rule: which one, by how much, and what would mend it.
struct refusal {
    std::uint16_t gpu{};
    std::uint16_t precision{};
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
    return a.gpu != b.gpu ? a.gpu < b.gpu : a.precision < b.precision;
}

} // namespace reckon::inline v0
