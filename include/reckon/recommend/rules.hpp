// SPDX-License-Identifier: MIT
// The rules that a plan must keep, and what counts as better.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/detail/text.hpp>
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
    count spare{};                   ///< replicas beyond those that carry the load: 1 is N + 1
    double least_quality{}; ///< of a candidate, on the scale that the candidates are given in
    objective rank_by{objective::cost};
    engine serving_engine{engines::vllm};
    cache_recipe kv_cache{bf16};
    vendor_set vendors{common_vendors};
    count plans_per_gpu{1};         ///< alternatives kept for one model, accelerator and precision
    std::span<stock const> owned{}; ///< empty: any number of any accelerator
};

/// What one may use of an accelerator under the rules.
struct allowance {
    count devices{};
    figure<usd_per_second> cost{}; ///< of one device that is owned
    bool owned{};
};

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
    if (rules.max_devices < 1) {
        return error{errc::out_of_range, sentence("at most ")
                                             .append(rules.max_devices)
                                             .append(" devices are allowed; allow at least 1")};
    }
    if (rules.max_machines < 1) {
        return error{errc::out_of_range, sentence("a replica may be spread over at most ")
                                             .append(rules.max_machines)
                                             .append(" machines; allow at least 1")};
    }
    if (rules.spare < 0 || rules.spare >= rules.max_devices) {
        return error{errc::out_of_range, sentence("the spare replicas are ")
                                             .append(rules.spare)
                                             .append("; they must be from 0 to one less than the ")
                                             .append(rules.max_devices)
                                             .append(" devices allowed")};
    }
    if (rules.plans_per_gpu < 1) {
        return error{errc::out_of_range, sentence("the plans kept for one accelerator are ")
                                             .append(rules.plans_per_gpu)
                                             .append("; keep at least 1")};
    }
    struct limit {
        std::string_view what;
        bool given;
        double value;
        std::string_view unit;
    };
    limit const limits[] = {
        {"time to first token", rules.time_to_first_token.known(),
         in_seconds(rules.time_to_first_token.value_or(seconds{1})), " s"},
        {"time per token", rules.time_per_token.known(),
         in_seconds(rules.time_per_token.value_or(seconds{1})), " s"},
        {"end-to-end time", rules.end_to_end.known(),
         in_seconds(rules.end_to_end.value_or(seconds{1})), " s"},
        {"budget", rules.budget.known(), in_usd_per_hour(rules.budget.value_or(usd_per_hour(1))),
         " USD per hour"},
        {"power", rules.power.known(), in_watts(rules.power.value_or(kilowatts(1))), " W"},
    };
    for (limit const& l : limits) {
        if (l.given && !(l.value > 0 && detail::finite(l.value))) {
            return error{errc::out_of_range, sentence("the limit of the ")
                                                 .append(l.what)
                                                 .append(" is ")
                                                 .append_fixed(l.value, 3)
                                                 .append(l.unit)
                                                 .append("; it must be above 0 and finite")};
        }
    }
    for (stock const& s : rules.owned) {
        if (s.devices < 1) {
            return error{errc::out_of_range, sentence("of the accelerators owned, ")
                                                 .append(s.gpu)
                                                 .append(" counts ")
                                                 .append(s.devices)
                                                 .append("; it must be at least 1")};
        }
    }
    return {};
}

} // namespace reckon::inline v0
