// SPDX-License-Identifier: MIT
// What must be carried, under which rules, and what counts as better.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/serving/deployment.hpp>

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace reckon::inline v0 {

/// The load: either a number of requests in flight or a rate of requests; the other follows.
struct workload {
    tokens context{};                 ///< tokens that a request may grow to
    serving::request_shape request{}; ///< typical lengths; unknown: half of the context each
    count concurrency{};              ///< requests in flight, or 0 where `rate` says it
    request_rate rate{};              ///< requests per second, or 0 where `concurrency` says it
    friend constexpr bool operator==(workload const&, workload const&) noexcept = default;
};

/// What makes a plan the better one.
enum class objective : std::uint8_t {
    cost,        ///< rent for an output token at this load
    hourly_cost, ///< rent for an hour, whatever it produces
    throughput,  ///< output tokens a second of all requests
    latency,     ///< of one request from end to end
    devices,     ///< the number of accelerators
};

[[nodiscard]] constexpr std::string_view name(objective o) noexcept {
    constexpr std::string_view names[] = {"cost", "hourly-cost", "throughput", "latency", "gpus"};
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

/// Limits that a plan must keep.
struct plan_rules {
    count max_devices{64};
    count max_machines{4}; ///< that one replica is spread over; each step then crosses a network
    figure<seconds> time_to_first_token{};
    figure<seconds> time_per_token{};
    objective rank_by{objective::cost};
    engine serving_engine{engines::vllm};
    cache_recipe kv_cache{bf16};
    vendor_set vendors{common_vendors};
    count plans_per_gpu{1}; ///< alternatives kept for one accelerator and precision
};

/// The load with its lengths filled in, or why it makes no sense.
[[nodiscard]] constexpr result<workload> checked(workload load) noexcept {
    constexpr double most =
        1e15; // tokens; far above any machine, far below what a double holds exactly
    double const context = in_tokens(load.context);
    if (!(context >= 1 && context <= most)) {
        return error{errc::out_of_range, sentence("the context is ")
                                             .append_fixed(context, 0)
                                             .append(" tokens; it must be from 1 to 1e15.")};
    }
    if (load.concurrency < 0 || load.concurrency > count{1} << 40) {
        return error{errc::out_of_range, sentence("the concurrency is ")
                                             .append(load.concurrency)
                                             .append("; it must be from 1 to 2^40 requests.")};
    }
    double const rate = in_per_second(load.rate);
    if (!(rate >= 0 && rate <= 1e9)) {
        return error{errc::out_of_range,
                     sentence("the request rate is ")
                         .append_fixed(rate, 3)
                         .append(" per second; it must be above 0 and at most 1e9.")};
    }
    if ((load.concurrency > 0) == (rate > 0)) {
        return error{
            errc::contradiction,
            rate > 0
                ? sentence("both a concurrency and a request rate are given; give one, the other "
                           "follows.")
                : sentence("neither a concurrency nor a request rate is given; give one of them.")};
    }
    if (!load.request.known()) {
        if (load.request.prompt > tokens{0}) {
            load.request.output = max(load.context - load.request.prompt, tokens{1});
        } else if (load.request.output > tokens{0}) {
            load.request.prompt = max(load.context - load.request.output, tokens{1});
        } else {
            load.request = {max(load.context / 2, tokens{1}), max(load.context / 2, tokens{1})};
        }
    }
    if (load.request.prompt + load.request.output > load.context && load.context > tokens{1}) {
        return error{errc::contradiction, sentence("prompt ")
                                              .append_fixed(in_tokens(load.request.prompt), 0)
                                              .append(" and output ")
                                              .append_fixed(in_tokens(load.request.output), 0)
                                              .append(" together exceed the context of ")
                                              .append_fixed(context, 0)
                                              .append(" tokens.")};
    }
    return load;
}

} // namespace reckon::inline v0
