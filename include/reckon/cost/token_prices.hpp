// SPDX-License-Identifier: MIT
// Tokens by kind: what an API charges for them, and what own machines pay for them.
//
//   bill       = T_in p_in + T_cached p_cached + T_out p_out
//   own price of a kind = m / r_kind           machines that do nothing else in that time
//   margin     = bill / cost - 1
//   bill of rounded counts = bill +- (u / 2) (p_in + |p_cached - p_in| + p_out)
//   API costs the same as own machines at a rate of  c / (f_in p_in + f_cached p_cached + f_out p_out)
//
//   symbol | meaning                                                        | unit    | domain
//   T, p   | tokens and price of a kind: prompt that must be computed, prompt| token, USD/token | >= 0
//          | whose cache was kept, answer                                   |         |
//   m, r   | price of the machines; tokens of the kind that they process    | USD/s, token/s | > 0
//   f      | tokens of each kind of one request                             | token   | >= 0
//   u      | what counts of all prompts, of cached tokens and of answers were rounded to | token | >= 0
//   c      | own machines, paid whether used or not                         | USD/s   | >= 0
//
// Source:       DeepSeek, open-infra-index day 6: 226.75 nodes of 8 H800 at 2 USD an hour cost 87,072 USD
//               a day; 266 B tokens of prompt, 342 B from the cache, 168 B of answers at R1's prices
//               (0.55, 0.14, 2.19 USD a million) are 562,100 USD, a margin of 545 %. The published 562,027 USD
//               come of counts that are not rounded to billions: those allow for 560,525 to 563,675.
// Deviations:   a token from the cache costs what its share of the machines' time costs; storage of the
//               cache is not counted.
// Error:        0 given counts and prices; tests/cost/token_prices.cpp.
#pragma once
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/detail/date.hpp>
#include <reckon/detail/estimate.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// Tokens of a time or a request, by kind.
struct token_counts {
    tokens input{};  ///< of prompts, that had to be computed
    tokens cached{}; ///< of prompts, whose cache was still there
    tokens output{};
    [[nodiscard]] constexpr token_counts operator*(double n) const noexcept {
        return {input * n, cached * n, output * n};
    }
    friend constexpr bool operator==(token_counts const&, token_counts const&) noexcept = default;
};

/// What a seller charges for tokens, as of a day. There is no list without one.
struct price_list {
    label seller{};
    usd_per_token input{};
    usd_per_token cached{};
    usd_per_token output{};
    date as_of{};
    constexpr price_list(label who, usd_per_token in, usd_per_token from_cache, usd_per_token out,
                         date when) noexcept
        : seller(who), input(in), cached(from_cache), output(out), as_of(when) {}
    friend constexpr bool operator==(price_list const&, price_list const&) noexcept = default;
};

/// What those tokens cost at that list.
[[nodiscard]] constexpr usd bill_of(token_counts const& t, price_list const& p) noexcept {
    return t.input * p.input + t.cached * p.cached + t.output * p.output;
}

/// Tokens as somebody publishes them: prompts in all, and each number rounded to `unit`.
struct rounded_counts {
    tokens prompt{}; ///< cached ones among them
    tokens cached{};
    tokens output{};
    tokens unit{};
    friend constexpr bool operator==(rounded_counts const&,
                                     rounded_counts const&) noexcept = default;
};

/// What they cost, and between which bills the one of the exact counts lies: each may be half a unit off.
/// Domain: prompt >= cached + unit, cached and output >= unit / 2.
[[nodiscard]] constexpr estimate<usd> bill_of_rounded(rounded_counts const& r,
                                                      price_list const& p) noexcept {
    usd const bill = bill_of({r.prompt - r.cached, r.cached, r.output}, p);
    usd_per_token const of_cached = max(p.input, p.cached) - min(p.input, p.cached);
    usd const off = r.unit / 2 * (p.input + of_cached + p.output);
    return {bill, bill - off, bill + off, provenance::observed};
}

/// Tokens of each kind that the machines process while they do nothing else. Zero: not at all.
struct token_rates {
    token_rate input{};
    token_rate cached{};
    token_rate output{};
};

/// The time that the machines need for those tokens: the sum of T / r. Infinite where a kind is wanted
/// that they do not process.
[[nodiscard]] constexpr seconds time_for(token_counts const& t, token_rates const& r) noexcept {
    auto const part = [](tokens n, token_rate rate) { return n > tokens{} ? n / rate : seconds{}; };
    return part(t.input, r.input) + part(t.cached, r.cached) + part(t.output, r.output);
}

/// The own price of each kind, as a list that compares with a seller's; infinite for a kind that the
/// machines do not process. `as_of`: the day of the machines' price.
[[nodiscard]] constexpr price_list own_prices(usd_per_second machines, token_rates const& r,
                                              date as_of) noexcept {
    return {"own machines", cost_per_token(machines, r.input), cost_per_token(machines, r.cached),
            cost_per_token(machines, r.output), as_of};
}

/// What is earned beyond the cost, as a fraction of it: 5.45 is 545 %. Domain: cost > 0.
[[nodiscard]] constexpr double margin(usd revenue, usd cost) noexcept { return revenue / cost - 1; }

/// Requests in a time above which own machines at this price cost less than a seller's list.
[[nodiscard]] constexpr request_rate break_even_requests(usd_per_second machines,
                                                         token_counts const& request,
                                                         price_list const& list) noexcept {
    return machines / bill_of(request, list);
}

} // namespace reckon::inline v0
