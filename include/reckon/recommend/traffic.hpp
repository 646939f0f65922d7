// SPDX-License-Identifier: MIT
// What a service is asked in a day: lengths as distributions, rates by the hour, a shared prefix.
//
//   mean      = sum of share x length                     work, cache and money are linear in lengths
//   variation = sqrt(sum of share x length^2 / mean^2 - 1)     what waits, waits longer for it
//   context   = longest prompt + longest answer           a limit is broken by the longest request
//
//   symbol | meaning                                          | unit  | domain
//   length | tokens of the requests of one bucket             | token | 1 .. 1e15
//   share  | of all requests that are so long                 | -     | 0 .. 1, sum 1 within 1e-6
//
// Source:       definitions.
// Deviations:   the products of a prompt with itself grow with the square of its length and are taken at the
//               mean: a factor 1 + variation^2 too few, on what is a few percent of a prompt below 10,000
//               tokens and most of it above 100,000.
// Not modelled: prompts and answers whose lengths hang together.
// Error:        0 given the buckets; tests/recommend/traffic_property.cpp.
#pragma once
#include <reckon/detail/elementary.hpp>
#include <reckon/recommend/workload.hpp>
#include <reckon/serving/queueing.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// Requests of one length, as a share of all.
struct length_share {
    tokens length{};
    double share{};
    friend constexpr bool operator==(length_share const&, length_share const&) noexcept = default;
};

/// Lengths in buckets, in any order. One bucket of share 1: all alike.
struct length_distribution {
    std::span<length_share const> buckets{};

    [[nodiscard]] constexpr tokens mean() const noexcept {
        tokens sum{};
        for (length_share const& b : buckets) {
            sum = sum + b.length * b.share;
        }
        return sum;
    }
    /// Standard deviation over mean. Domain: a mean above 0.
    [[nodiscard]] constexpr double variation() const noexcept {
        double const middle = in_tokens(mean());
        double square = 0;
        for (length_share const& b : buckets) {
            double const off = in_tokens(b.length) - middle;
            square += b.share * off * off;
        }
        return detail::sqrt(square) / middle;
    }
    /// The longest that occurs at all.
    [[nodiscard]] constexpr tokens longest() const noexcept {
        tokens most{};
        for (length_share const& b : buckets) {
            if (b.share > 0) { most = max(most, b.length); }
        }
        return most;
    }
};

/// A day of a service. What it points to must outlive it.
struct traffic {
    length_distribution prompt{};
    length_distribution output{};
    double prefix_hit{};                   ///< part of the prompts that is found in the cache
    std::span<request_rate const> rates{}; ///< of equal times in a row, after which they repeat
    seconds apart{hours(1)};               ///< the length of one of them
};

/// The busiest rate of the day. Domain: rates.
[[nodiscard]] constexpr request_rate busiest_rate(traffic const& t) noexcept {
    request_rate most{};
    for (request_rate const r : t.rates) {
        most = max(most, r);
    }
    return most;
}

/// The mean rate of the day. Domain: rates.
[[nodiscard]] constexpr request_rate mean_rate(traffic const& t) noexcept {
    request_rate sum{};
    for (request_rate const r : t.rates) {
        sum = sum + r;
    }
    return t.rates.empty() ? sum : sum / static_cast<double>(t.rates.size());
}

/// The request that is linear in what all of them are: mean lengths.
[[nodiscard]] constexpr serving::request_shape mean_request(traffic const& t) noexcept {
    return {t.prompt.mean(), t.output.mean()};
}

/// The context that the longest request needs.
[[nodiscard]] constexpr tokens longest_context(traffic const& t) noexcept {
    return t.prompt.longest() + t.output.longest();
}

/// Who comes at one of the rates.
[[nodiscard]] constexpr serving::arrivals arrivals_at(traffic const& t,
                                                      request_rate rate) noexcept {
    return {rate, t.prompt.variation(), t.output.variation(), t.prefix_hit};
}

/// The busiest hour as a load of `recommend`: every request may grow to the longest context.
[[nodiscard]] constexpr workload busiest_load(traffic const& t) noexcept {
    return {.context = longest_context(t), .request = mean_request(t), .rate = busiest_rate(t)};
}

/// What is wrong with a distribution, with the field by name ("prompt").
[[nodiscard]] constexpr possible_error check(length_distribution const& d,
                                             std::string_view field) noexcept {
    constexpr double longest = 1e15; // tokens, as workload.hpp
    constexpr double tolerance = 1e-6;
    sentence why{};
    if (d.buckets.empty()) {
        why.append(field).append(" has no lengths");
        return error{errc::missing_field,
                     why.append("; give at least one, with the share of requests that have it.")};
    }
    auto const at = [&](std::size_t i, std::string_view part, double value, int decimals) {
        why.append(field).append("[").append(static_cast<count>(i)).append("].").append(part);
        why.append(" is ").append_fixed(value, decimals);
    };
    double sum = 0;
    for (std::size_t i = 0; i < d.buckets.size(); ++i) {
        double const length = in_tokens(d.buckets[i].length);
        double const share = d.buckets[i].share;
        if (!(length >= 1 && length <= longest)) {
            at(i, "length", length, length == detail::floor(length) ? 0 : 3);
            return error{errc::out_of_range, why.append(" tokens; it must be from 1 to 1e15.")};
        }
        if (!(share >= 0 && share <= 1)) {
            at(i, "share", share, 6);
            return error{errc::out_of_range, why.append("; it must be from 0 to 1.")};
        }
        sum += share;
    }
    if (!(sum >= 1 - tolerance && sum <= 1 + tolerance)) {
        why.append("the shares of ").append(field).append(" sum to ").append_fixed(sum, 6);
        return error{errc::contradiction, why.append("; they must sum to 1.")};
    }
    return {};
}

/// What of a day makes no sense, by field.
[[nodiscard]] constexpr possible_error check(traffic const& t) noexcept {
    constexpr double fastest = 1e9; // requests a second, as workload.hpp
    if (possible_error const bad = check(t.prompt, "prompt")) { return *bad; }
    if (possible_error const bad = check(t.output, "output")) { return *bad; }
    sentence why{};
    if (!(t.prefix_hit >= 0 && t.prefix_hit <= 1)) {
        why.append("prefix_hit is ").append_fixed(t.prefix_hit, 3);
        return error{errc::out_of_range, why.append("; it must be from 0 to 1.")};
    }
    if (!(t.apart > seconds{}) || !detail::finite(in_seconds(t.apart))) {
        why.append("apart is ").append_fixed(in_seconds(t.apart), 3);
        return error{errc::out_of_range, why.append(" s; give the length of one rate, above 0.")};
    }
    for (std::size_t i = 0; i < t.rates.size(); ++i) {
        double const rate = in_per_second(t.rates[i]);
        if (rate >= 0 && rate <= fastest) { continue; }
        why.append("rates[").append(static_cast<count>(i)).append("] is ").append_fixed(rate, 3);
        return error{errc::out_of_range,
                     why.append(" requests a second; it must be from 0 to 1e9.")};
    }
    if (!(busiest_rate(t) > request_rate{})) {
        return error{errc::missing_field, t.rates.empty()
                                              ? "rates are missing; give at least one."
                                              : "all rates are 0; nobody asks for anything."};
    }
    return {};
}

} // namespace reckon::inline v0
