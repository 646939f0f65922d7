// SPDX-License-Identifier: MIT
// Prices of use: electricity, tokens and interruptions, whatever the figures are.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/cost/energy_cost.hpp>
#include <reckon/cost/energy_per_token.hpp>
#include <reckon/cost/price_performance.hpp>
#include <reckon/cost/reservation.hpp>
#include <reckon/cost/spot.hpp>
#include <reckon/cost/token_prices.hpp>
#include <reckon/units/makers.hpp>

using namespace reckon;
using reckon::test::holds;

namespace {

double some(int low, int high, double step) { return *rc::gen::inRange(low, high) * step; }
template <class A, class B> bool same(A a, B b) {
    return static_cast<bool>(reckon::test::near(a, b, reckon::test::within(1e-9)));
}
tokens some_tokens() { return tokens{some(0, 1000000, 1000)}; }
token_counts some_counts() { return {some_tokens(), some_tokens(), some_tokens()}; }
token_rates some_rates() {
    auto const rate = [] { return tokens{some(1, 1000000, 1)} / seconds{1}; };
    return {rate(), rate(), rate()};
}
constexpr date day{2026, 11, 22};

} // namespace

TEST_CASE("electricity") {
    CHECK(
        holds("two times of the same power are one, and so are two machines of the same time", [] {
            watts const p = watts_of(some(0, 100000, 1));
            watts const q = watts_of(some(0, 100000, 1));
            seconds const t = hours(some(0, 9000, 1));
            seconds const u = hours(some(0, 9000, 1));
            usd_per_joule const k = usd_per_kilowatt_hour(some(1, 100, 0.01));
            double const pue = 1 + some(0, 100, 0.01);
            RC_ASSERT(same(energy_cost(p, t + u, k, pue),
                           energy_cost(p, t, k, pue) + energy_cost(p, u, k, pue)));
            RC_ASSERT(same(energy_cost(p + q, t, k, pue),
                           energy_cost(p, t, k, pue) + energy_cost(q, t, k, pue)));
            RC_ASSERT(same(energy_cost_rate(p, k, pue) * t, energy_cost(p, t, k, pue)));
            RC_ASSERT(same(energy_used(p, t, pue) * k, energy_cost(p, t, k, pue)));
            RC_ASSERT(energy_used(p, t, pue) >= energy_used(p, t));
        }));
    CHECK(holds("tokens at a rate take what the machines draw in the time", [] {
        watts const p = watts_of(some(1, 100000, 1));
        token_rate const r = tokens{some(1, 1000000, 1)} / seconds{1};
        seconds const t = seconds{some(1, 100000, 1)};
        double const pue = 1 + some(0, 100, 0.01);
        RC_ASSERT(same(energy_per_token(p, r, pue) * (r * t), energy_used(p, t, pue)));
        RC_ASSERT(same(in_kilowatt_hours_per_million_tokens(energy_per_token(p, r, pue)) * 3.6,
                       (energy_per_token(p, r, pue) * tokens{1}).base_value));
    }));
}

TEST_CASE("tokens by kind") {
    CHECK(holds("bills of two times are the bill of both, and of more tokens no less", [] {
        token_counts const a = some_counts();
        token_counts const b = some_counts();
        price_list const list = own_prices(usd_per_hour(some(1, 1000, 0.1)), some_rates(), day);
        token_counts const both{a.input + b.input, a.cached + b.cached, a.output + b.output};
        RC_ASSERT(same(bill_of(both, list), bill_of(a, list) + bill_of(b, list)));
        RC_ASSERT(bill_of(both, list) >= bill_of(a, list));
        RC_ASSERT(same(bill_of(a * 3, list), bill_of(a, list) * 3));
    }));
    CHECK(holds("at their own prices machines earn what they cost, at a margin of nothing", [] {
        usd_per_second const machines = usd_per_hour(some(1, 10000, 0.1));
        token_rates const rates = some_rates();
        token_counts const t = some_counts();
        RC_PRE(t.input + t.cached + t.output > tokens{});
        usd const earned = bill_of(t, own_prices(machines, rates, day));
        usd const paid = machines * time_for(t, rates);
        RC_ASSERT(same(earned, paid));
        RC_ASSERT(margin(earned, paid) < 1e-9);
        RC_ASSERT(margin(earned, paid) > -1e-9);
        RC_ASSERT(same(1 + margin(earned * 2, paid), 2.0));
    }));
    CHECK(holds("at the break-even rate the seller's bill is the machines' price", [] {
        usd_per_second const machines = usd_per_hour(some(1, 10000, 0.1));
        price_list const list = own_prices(usd_per_hour(some(1, 1000, 0.1)), some_rates(), day);
        token_counts const request{tokens{some(1, 10000, 1)}, some_tokens(), some_tokens()};
        RC_ASSERT(
            same(break_even_requests(machines, request, list) * bill_of(request, list), machines));
    }));
    CHECK(holds("a cost of tokens and its break-even rate are inverse", [] {
        usd_per_second const price = usd_per_hour(some(1, 10000, 0.1));
        token_rate const rate = tokens{some(1, 1000000, 1)} / seconds{1};
        RC_ASSERT(same(break_even_rate(price, cost_per_token(price, rate)), rate));
        RC_ASSERT(same(
            tokens_per_dollar(rate, price) * in_usd(cost_per_token(price, rate) * tokens{1}), 1.0));
    }));
}

TEST_CASE("commitments and interruptions") {
    CHECK(holds("a discount and its break-even make one", [] {
        usd_per_second const on_demand = usd_per_hour(some(1, 1000, 0.1));
        usd_per_second const reserved = usd_per_hour(some(0, 1000, 0.1));
        RC_ASSERT(same(break_even_utilisation(reserved, on_demand) +
                           reservation_discount(reserved, on_demand),
                       1.0));
    }));
    CHECK(holds("at the interruptions that are tolerable, both ways cost the same", [] {
        usd_per_second const on_demand = usd_per_hour(some(10, 1000, 0.1));
        usd_per_second const spot = on_demand * some(1, 100, 0.01);
        seconds const lost = seconds{some(1, 3600, 1)};
        request_rate const edge = tolerable_interruptions(spot, on_demand, lost);
        figure<usd_per_second> const there = effective_spot_price(spot, edge, lost);
        RC_ASSERT(there.known());
        RC_ASSERT(same(there.value(), on_demand));
        figure<usd_per_second> const rarer = effective_spot_price(spot, edge * 0.5, lost);
        RC_ASSERT(rarer.known() && rarer.value() <= there.value());
        RC_ASSERT(useful_share(edge * 1e6, lost) >= 0);
        RC_ASSERT(useful_share(edge, lost) <= 1);
    }));
}
