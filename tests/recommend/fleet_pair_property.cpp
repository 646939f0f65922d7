// SPDX-License-Identifier: MIT
// Pools and mixtures over a day: in each hour no other numbers of the same kinds do it for less.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/fleet_pair.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;
using reckon::test::near;

namespace {
any_model const llama = models::llama_3_1_70b;
recipe const formats[] = {fp8_block128};
candidate<any_model> const list[] = {{&llama, formats}};
std::span<candidate<any_model> const> const only{list};
any_gpu const two[] = {gpus::h200_sxm, gpus::a100_sxm_80gb};
constexpr length_share prompts[] = {{3000_tok, 1}};
constexpr length_share answers[] = {{300_tok, 1}};
constexpr serving::cache_link network{.each_way = link_gigabytes_per_second(50), .overlapped = 1};

count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }
std::vector<request_rate> some_rates() {
    std::vector<request_rate> rates{per_second(0.5 * static_cast<double>(1 + below(24)))};
    for (int i = 0; i < 2; ++i) {
        rates.push_back(per_second(0.5 * static_cast<double>(below(24))));
    }
    return rates;
}
traffic day_of(std::vector<request_rate> const& rates) {
    return {.prompt = {prompts}, .output = {answers}, .rates = rates};
}
double rent_usd(any_gpu const& g, layout const& l, count n) {
    if (n == 0) { return 0; }
    return in_usd_per_hour(rent_of(g.id.view(), n * l.devices(),
                                   std::min(l.devices(), machine_size(g)), catalog::instances)
                               .price.value());
}
fleet_rules const promise{
    .limits = {.time_per_token = 60_ms}, .spare = 1, .starting = {.start = 60_s}};
} // namespace

TEST_CASE("pools over a day") {
    CHECK(holds("an hour's pools keep the promise for least", [] {
        std::vector<request_rate> const rates = some_rates();
        traffic const day = day_of(rates);
        pool_rules const pools{.limits = {.time_to_first_token = 3_s, .time_per_token = 60_ms},
                               .link = network,
                               .spare = below(2)};
        rental_menu menus[2]{};
        auto const plan = recommend_pools(only, day, two, catalog::instances, {}, pools, menus);
        if (!plan) { return; }
        auto const run =
            pools_by_hour(*plan, only, day, two, catalog::instances, {}, pools, promise);
        RC_ASSERT(run.has_value());
        std::size_t const busiest = static_cast<std::size_t>(
            std::ranges::max_element(rates, {}, [](auto r) { return in_per_second(r); }) -
            rates.begin());
        RC_ASSERT(run->first.hours[busiest].replicas == plan->prefill_engines);
        RC_ASSERT(run->second.hours[busiest].replicas == plan->decode_engines);
        any_gpu const& p = two[plan->of_prefill.gpu];
        any_gpu const& d = two[plan->of_decode.gpu];
        auto const deployed = [&](any_gpu const& g, layout const& l) {
            return serving::any_deployment{.model = llama,
                                           .gpu = g,
                                           .layout = l,
                                           .weights = fp8_block128,
                                           .max_context = longest_context(day),
                                           .request = mean_request(day)};
        };
        auto const fill = deployed(p, plan->prefill);
        auto const decode = deployed(d, plan->decode);
        for (std::size_t h = 0; h < rates.size(); ++h) {
            count const x = run->first.hours[h].replicas;
            count const y = run->second.hours[h].replicas;
            double const paid = rent_usd(p, plan->prefill, x) + rent_usd(d, plan->decode, y);
            RC_ASSERT(pools.limits.kept_by(run->first.hours[h].queue));
            // The busiest hour needs most replicas, and of several most requests.
            for (fleet<> const* f : {&run->first, &run->second}) {
                fleet_hour const& most = f->hours[f->busiest];
                RC_ASSERT(f->hours[h].replicas < most.replicas ||
                          (f->hours[h].replicas == most.replicas && f->hours[h].rate <= most.rate));
            }
            if (!(rates[h] > request_rate{})) { continue; }
            // Every other pair of numbers up to those that run costs as much, or breaks the promise.
            for (count a = 1; a <= x; ++a) {
                for (count b = 1; b <= y + 2; ++b) {
                    double const cost = rent_usd(p, plan->prefill, a + pools.spare) +
                                        rent_usd(d, plan->decode, b + pools.spare);
                    if (cost >= paid * (1 - 1e-12)) { continue; }
                    auto const r = serving::disaggregated(
                        fill, a, decode, b, network, arrivals_at(day, rates[h]),
                        calibration_for(p, fill.engine), calibration_for(d, decode.engine));
                    bool const kept = r && r->time_to_first_token.p99.value <= 3_s &&
                                      r->time_per_token.p99.value <= 60_ms;
                    RC_ASSERT_FALSE(kept);
                }
            }
        }
        RC_ASSERT(run->cost.known());
    }));
}

TEST_CASE("a mixture over a day") {
    CHECK(holds("an hour rents the least beside what is owned", [] {
        std::vector<request_rate> const rates = some_rates();
        traffic const day = day_of(rates);
        stock const own[] = {{.gpu = gpus::a100_sxm_80gb.id,
                              .devices = 4 * (1 + below(6)),
                              .cost = usd_per_hour(0.5)}};
        bool const owns = below(3) > 0;
        std::vector<mixed_pool> from;
        if (owns) { from.push_back({.rules = {.owned = own}}); }
        from.push_back({.rules = {}, .offers = catalog::instances});
        std::vector<rental_menu> menus(2 * from.size());
        fleet_rules ask = promise;
        ask.spare = below(2);
        auto const plan = recommend_mixed(only, day, two, from, ask, menus);
        if (!plan) { return; }
        auto const run = mixture_by_hour(*plan, only, day, two, from, ask);
        RC_ASSERT(run.has_value());
        auto const rent = [&](replica_kind const& k, count n) {
            return k.menu == nullptr || n == 0 ? 0.0 : rent_usd(two[k.gpu], k.spread, n);
        };
        bool const alike = plan->of_second > 0 && choice(plan->first) == choice(plan->second) &&
                           plan->first.spread == plan->second.spread &&
                           plan->first.menu == plan->second.menu;
        for (std::size_t h = 0; h < rates.size(); ++h) {
            count const n = run->first.hours[h].replicas;
            count const m = run->second.hours[h].replicas;
            if (alike) { // one fleet: the fewest that carry the hour
                request_rate const one = plan->first.capacity;
                RC_ASSERT(m == 0);
                RC_ASSERT(carried_by(one, n, one, 0, ask.spare) >= rates[h]);
                RC_ASSERT(carried_by(one, n - 1, one, 0, ask.spare) < rates[h] ||
                          n <= 1 + ask.spare);
                continue;
            }
            RC_ASSERT(n <= plan->of_first);
            RC_ASSERT(m <= plan->of_second);
            double least = std::numeric_limits<double>::infinity();
            for (count a = 0; a <= plan->of_first; ++a) {
                for (count b = 0; b <= plan->of_second; ++b) {
                    request_rate const carried =
                        carried_by(plan->first.capacity, a, plan->second.capacity, b, ask.spare);
                    if (carried > request_rate{} && carried >= rates[h]) {
                        least = std::min(least, rent(plan->first, a) + rent(plan->second, b));
                    }
                }
            }
            double const paid = rent(plan->first, n) + rent(plan->second, m);
            RC_ASSERT(paid <= least * (1 + 1e-9) + 1e-9);
            RC_ASSERT(carried_by(plan->first.capacity, n, plan->second.capacity, m, ask.spare) >=
                      rates[h]);
        }
        if (owns && !alike && run->of_first.range.most > 0 && plan->first.owned.known()) {
            RC_ASSERT(run->of_first.range.most == plan->of_first); // paid, whether it runs or not
        }
    }));
}

TEST_CASE("a day that makes no sense") {
    std::vector<request_rate> const rates{per_second(2)};
    traffic day = day_of(rates);
    pool_rules const pools{.link = network};
    rental_menu menus[2]{};
    auto const plan = recommend_pools(only, day, two, catalog::instances, {}, pools, menus);
    REQUIRE(plan);
    auto const why = [&](traffic const& t, pool_rules const& held) {
        auto const run =
            pools_by_hour<4>(*plan, only, t, two, catalog::instances, {}, held, promise);
        return run ? std::string() : std::string(run.error().message.view());
    };
    CHECK(why(day, pools).empty());
    // Room for one hour is enough for one; how busy two kinds are is not said.
    auto const hour =
        pools_by_hour<1>(*plan, only, day, two, catalog::instances, {}, pools, promise);
    REQUIRE(hour);
    CHECK(hour->first.hours[0].use == 0);
    CHECK(hour->second.hours[0].use == 0);
    pool_rules strict = pools;
    strict.limits.time_per_token = 1_ms;
    CHECK(why(day, strict) ==
          "hour 0: these pools do not keep the promise at 2.000 requests a second.");
    std::vector<request_rate> const five(5, per_second(1));
    day.rates = five;
    CHECK(why(day, pools) ==
          "the day has 5 rates, and the answer holds 4; give fewer, or fleet_of more room.");
    day.rates = {};
    CHECK(why(day, pools) == "rates are missing; give at least one.");
}
