// SPDX-License-Identifier: MIT
// Tokens as money: DeepSeek's published fleet, own machines against a list.
#include "support/near.hpp"

#include <reckon/cost/ownership.hpp>
#include <reckon/cost/token_prices.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
// github:deepseek-ai/open-infra-index@56d86855, day 6: 24 hours from 2025-02-27 12:00 Beijing time.
constexpr price_list r1{"DeepSeek-R1", usd_per_million_tokens(0.55), usd_per_million_tokens(0.14),
                        usd_per_million_tokens(2.19), date{2025, 2, 28}};
constexpr token_counts day{megatokens(266e3), megatokens(342e3), megatokens(168e3)};
constexpr usd_per_second node = usd_per_hour(2) * 8;
} // namespace

static_assert(!std::is_default_constructible_v<price_list>);
static_assert(
    !std::is_constructible_v<price_list, label, usd_per_token, usd_per_token, usd_per_token>);

TEST_CASE("AT-25: DeepSeek's fleet costs 87,072 USD a day and earns 545 %") {
    usd const cost = node * 226.75 * days(1);
    CHECK(near(in_usd(cost), 87072));
    CHECK(std::lround(in_usd(cost)) == 87072); // to the dollar
    // 608 B tokens of prompt, 342 B of them cached: published as rounded to billions, and so is the bill.
    usd const revenue = bill_of(day, r1);
    CHECK(near(in_usd(revenue), 562100));
    // "545 %" is the published revenue over the cost, cut after the point.
    CHECK(near(margin(usd{562027}, cost), 5.4547, within(1e-5)));
    CHECK(std::floor(100 * margin(usd{562027}, cost)) == 545);
    CHECK(std::floor(100 * margin(revenue, cost)) == 545);
    // Revenue by kind.
    CHECK(near(in_usd(bill_of({day.input, {}, {}}, r1)), 146300));
    CHECK(near(in_usd(bill_of({{}, day.cached, {}}, r1)), 47880));
    CHECK(near(in_usd(bill_of({{}, {}, day.output}, r1)), 367920));
}

TEST_CASE("DeepSeek's revenue: stated, recomputed, and what rounding to billions allows for") {
    constexpr double stated = 562027;
    constexpr rounded_counts published{megatokens(608e3), megatokens(342e3), megatokens(168e3),
                                       megatokens(1e3)};
    estimate<usd> const revenue = bill_of_rounded(published, r1);
    CHECK(near(revenue.value, bill_of(day, r1)));
    CHECK(std::lround(in_usd(revenue.value)) == 562100);
    CHECK(std::lround(in_usd(revenue.low)) == 560525);
    CHECK(std::lround(in_usd(revenue.high)) == 563675);
    // 73 USD of 562,100 are less than a twentieth of what half a billion of each kind makes.
    CHECK(in_usd(revenue.low) < stated);
    CHECK(stated < in_usd(revenue.high));
    usd const cost = node * 226.75 * days(1);
    CHECK(std::floor(100 * margin(revenue.low, cost)) == 543);
    CHECK(std::floor(100 * margin(usd{stated}, cost)) == 545); // as stated
    CHECK(std::floor(100 * margin(revenue.high, cost)) == 547);
    // No corner of the rounded counts is outside, and two are the ends.
    int ends = 0;
    for (int corner = 0; corner < 8; ++corner) {
        auto const off = [&](int which) {
            return megatokens((corner >> which & 1) != 0 ? 500 : -500);
        };
        tokens const cached = published.cached + off(1);
        usd const bill =
            bill_of({published.prompt + off(0) - cached, cached, published.output + off(2)}, r1);
        CHECK(bill >= revenue.low * (1 - 1e-12));
        CHECK(bill <= revenue.high * (1 + 1e-12));
        ends += near(bill, revenue.low) || near(bill, revenue.high) ? 1 : 0;
    }
    CHECK(ends == 2);
    // Exact counts leave no interval; a cache that costs more than computing turns the sign.
    rounded_counts exact = published;
    exact.unit = {};
    CHECK(bill_of_rounded(exact, r1).low == bill_of_rounded(exact, r1).high);
    price_list dear = r1;
    dear.cached = usd_per_million_tokens(0.75);
    CHECK(near(bill_of_rounded(published, dear).high - bill_of_rounded(published, dear).value,
               usd{500 * (0.55 + 0.20 + 2.19)}));
}

TEST_CASE("AT-25: a node at 16 USD an hour by kind of token") {
    constexpr token_rates rates{.input = tokens_per_second(73700),
                                .cached = tokens_per_second(737000),
                                .output = tokens_per_second(14800)};
    constexpr price_list own = own_prices(node, rates, {2025, 2, 28});
    CHECK(near(in_usd_per_million_tokens(own.output), 0.3003, within(1e-4)));
    CHECK(near(in_usd_per_million_tokens(own.input), 0.0603, within(1e-3)));
    CHECK(near(in_usd_per_million_tokens(own.cached), 0.00603, within(1e-3)));
    CHECK(own.as_of == date{2025, 2, 28});
    // The bill at own prices is the price of the time that the tokens need.
    CHECK(near(in_usd(bill_of(day, own)), in_usd(node * time_for(day, rates))));
    // What they do not process has no price, and no time either.
    CHECK(std::isinf(in_usd_per_million_tokens(own_prices(node, {}, {2025, 1, 1}).input)));
    CHECK(std::isinf(in_seconds(time_for(day, {}))));
    CHECK(in_seconds(time_for({}, {})) == 0);
}

TEST_CASE("own machines against a list") {
    // 1,000 + 3,000 cached + 500 tokens at R1's list: 0.00055 + 0.00042 + 0.001095 USD a request.
    constexpr token_counts request{tokens{1000}, tokens{3000}, tokens{500}};
    CHECK(near(in_usd(bill_of(request, r1)), 0.002065));
    request_rate const even = break_even_requests(node, request, r1);
    CHECK(near(in_per_second(even), 16 / 3600.0 / 0.002065));
    // At that rate both cost the same.
    CHECK(near(in_usd(bill_of(request * (in_per_second(even) * 86400), r1)), 16 * 24));
}

TEST_CASE("AT-25: prices that the articles quote, as rates") {
    // 15,000 USD over three years and 2.1 USD a million: 75.5 tokens a second; 120,000 and 1.8: 704.7.
    CHECK(near(
        in_tokens_per_second(break_even_rate(usd{15000} / years(3), usd_per_million_tokens(2.1))),
        75.5, within(1e-3)));
    CHECK(near(
        in_tokens_per_second(break_even_rate(usd{120000} / years(3), usd_per_million_tokens(1.8))),
        704.7, within(1e-4)));
    // AT-P6: 2.1 USD a million on a p5.48xlarge needs 7,280 tokens a second in every hour.
    CHECK(near(
        in_tokens_per_second(break_even_rate(usd_per_hour(55.04), usd_per_million_tokens(2.1))),
        7280, within(1e-3)));
}
