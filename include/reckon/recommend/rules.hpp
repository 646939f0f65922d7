// SPDX-License-Identifier: MIT
// The rules that a plan must keep, and what counts as better.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/model/licence.hpp>
#include <reckon/serving/deployment.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// What makes a plan the better one.
enum class objective : std::uint8_t {
    cost,        ///< rent for an output token at this load
    hourly_cost, ///< rent for an hour, whatever it produces
    throughput,  ///< output tokens a second of all requests
    latency,     ///< of one request from end to end
    devices,     ///< the number of accelerators
    energy,      ///< of all boards at their limits, for an output token at this load
};

[[nodiscard]] constexpr std::string_view name(objective o) noexcept {
    constexpr std::string_view names[] = {"cost",    "hourly-cost", "throughput",
                                          "latency", "gpus",        "energy"};
    return names[static_cast<int>(o)];
}

/// Makers of accelerators, as a set.
struct vendor_set {
    std::uint16_t bits{};
    [[nodiscard]] constexpr bool has(vendor v) const noexcept {
        return (bits >> static_cast<unsigned>(v) & 1U) != 0;
    }
    [[nodiscard]] static constexpr vendor_set of(std::initializer_list<vendor> makers) noexcept {
        vendor_set set{};
        for (vendor const v : makers) {
            set.bits = static_cast<std::uint16_t>(set.bits | 1U << static_cast<unsigned>(v));
        }
        return set;
    }
    [[nodiscard]] static constexpr vendor_set all() noexcept { return {0xffff}; }
    friend constexpr bool operator==(vendor_set, vendor_set) noexcept = default;
};
/// Those that vLLM and SGLang run on without a fork.
inline constexpr vendor_set common_vendors =
    vendor_set::of({vendor::nvidia, vendor::amd, vendor::intel});

/// Accelerators that one has, and nothing else is to be used.
struct stock {
    label gpu{}; ///< its id
    count devices{};
    figure<usd_per_second> cost{}; ///< of one of them; unknown: plans rank last by cost
};

/// Limits that a plan must keep. An unknown figure is no limit.
struct plan_rules {
    count max_devices{64};
    count max_machines{4}; ///< that one replica is spread over; each step then crosses a network
    figure<seconds> time_to_first_token{};
    figure<seconds> time_per_token{};
    figure<seconds> end_to_end{};    ///< of one request
    figure<usd_per_second> budget{}; ///< rent of all machines
    figure<watts> power{};           ///< board limits of all devices
    figure<watts> rack{};            ///< that one rack feeds: a whole machine must stay below it
    watts beside{}; ///< what a machine draws beside its accelerators; host/plan.hpp has a DGX's
    count spare{};  ///< replicas beyond those that carry the load: 1 is N + 1
    double least_quality{}; ///< of a candidate, on the scale that the candidates are given in
    objective rank_by{objective::cost};
    double alike{
        0.1}; ///< estimates so near to each other, as a fraction, count as equal (ranking.hpp)
    engine serving_engine{engines::vllm};
    cache_recipe kv_cache{bf16};
    vendor_set vendors{common_vendors};
    rental_terms rental{};          ///< how machines are bought, of which provider, in which region
    count plans_per_gpu{1};         ///< alternatives kept for one model, accelerator and precision
    std::span<stock const> owned{}; ///< empty: any number of any accelerator
    licence_rules licences{};       ///< of the candidates
};

/// What one may use of an accelerator under the rules.
struct allowance {
    count devices{};
    figure<usd_per_second> cost{}; ///< of one device that is owned
    bool owned{};
};

/// By the rules; where machines are owned, an accelerator that is not among them is allowed none.
[[nodiscard]] constexpr allowance allowance_for(plan_rules const& rules,
                                                std::string_view gpu_id) noexcept {
    if (rules.owned.empty()) { return {rules.max_devices, unknown, false}; }
    for (stock const& s : rules.owned) {
        if (s.gpu.view() == gpu_id) {
            return {detail::min(rules.max_devices, s.devices), s.cost, true};
        }
    }
    return {0, unknown, true};
}

/// Why no plan could keep these rules, whatever the load; nothing where they make sense.
[[nodiscard]] constexpr possible_error defect_of(plan_rules const& rules) noexcept {
    constexpr double most = 1e12;
    struct limit {
        std::string_view what;
        double value;
        double least;
        double most;
    };
    constexpr double smallest = 1e-9;
    // What is not limited is in order.
    auto const time = [](figure<seconds> const& t) { return in_seconds(t.value_or(seconds{1})); };
    limit const limits[] = {
        {"number of devices allowed", static_cast<double>(rules.max_devices), 1, most},
        {"number of machines allowed for a replica", static_cast<double>(rules.max_machines), 1,
         most},
        {"number of spare replicas", static_cast<double>(rules.spare), 0,
         static_cast<double>(rules.max_devices - 1)},
        {"number of plans kept for one accelerator", static_cast<double>(rules.plans_per_gpu), 1,
         most},
        {"time to first token allowed, in seconds,", time(rules.time_to_first_token), smallest,
         most},
        {"time per token allowed, in seconds,", time(rules.time_per_token), smallest, most},
        {"end-to-end time allowed, in seconds,", time(rules.end_to_end), smallest, most},
        {"budget, in USD per hour,", in_usd_per_hour(rules.budget.value_or(usd_per_hour(1))),
         smallest, most},
        {"power allowed, in watts,", in_watts(rules.power.value_or(kilowatts(1))), smallest, most},
        {"power of a rack, in watts,", in_watts(rules.rack.value_or(kilowatts(1))), smallest, most},
        {"power beside the accelerators of a machine, in watts,", in_watts(rules.beside), 0, most},
        {"fraction within which estimates count as equal", rules.alike, 0, 1},
    };
    auto const wrong = [](std::string_view what, std::string_view of, double value, double least,
                          double largest) {
        sentence why{"the "};
        why.append(what).append(of).append(" is ");
        why.append_fixed(value, value == detail::floor(value) ? 0 : 3).append("; it must be from ");
        why.append_fixed(least, least < 1 && least > 0 ? 9 : 0).append(" to ");
        return error{errc::out_of_range, why.append_fixed(largest, 0)};
    };
    for (limit const& l : limits) {
        if (!(l.value >= l.least && l.value <= l.most)) {
            return wrong(l.what, "", l.value, l.least, l.most);
        }
    }
    for (stock const& s : rules.owned) {
        if (s.devices < 1) {
            return wrong("number owned of ", s.gpu, static_cast<double>(s.devices), 1, most);
        }
    }
    return {};
}

/// Why no plan could have a price although one is asked for: no offers at all, a provider or a region that none of
/// them has. What is owned needs none.
[[nodiscard]] constexpr possible_error defect_of(plan_rules const& rules,
                                                 std::span<offer const> offers) noexcept {
    if (!rules.owned.empty()) { return {}; }
    if (possible_error const bad = check(rules.rental, offers)) { return *bad; }
    if (offers.empty() && rules.budget.known()) {
        return error{errc::missing_field,
                     "a budget is given and no offers to rent from; give offers, or what you own."};
    }
    return {};
}

} // namespace reckon::inline v0
