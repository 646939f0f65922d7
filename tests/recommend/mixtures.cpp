// SPDX-License-Identifier: MIT
// Two kinds of replica, or two pools: few of them, with prices and rates that can be added up by hand.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/fleet_pair.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {
std::string why(auto const& refused) { return std::string(refused.error().message.view()); }

/// One owned accelerator at `usd` an hour that carries `rate` requests a second.
replica_kind owned(double usd, double rate, count devices = 1) {
    replica_kind k{};
    k.spread.tensor = devices;
    k.capacity = per_second(rate);
    k.owned = usd_per_hour(usd);
    return k;
}
constexpr count plenty[] = {1000};
} // namespace

TEST_CASE("what n replicas cost, and the least that one request a second costs") {
    replica_kind k = owned(3, 4, 4);
    CHECK(near(k.price_of(2).value(), usd_per_hour(24)));
    CHECK(k.price_of(0).value() == usd_per_second{});
    CHECK(near(detail::least_price_of_one(k).value(), usd_per_hour(3))); // 12 USD for four
    rental_menu menu{};
    CHECK_FALSE(detail::least_price_of_one({{}, k.spread, k.capacity, 0, 1, &menu}).known());
    menu.entries.push_back({8, usd_per_hour(40), 0});
    menu.entries.push_back({2, usd_per_hour(9), 1});
    menu.entries.push_back({4, usd_per_hour(30), 2});
    k.menu = &menu;
    // Half a machine of eight is 20, two of two 18, one of four 30: for four requests a second.
    CHECK(near(detail::least_price_of_one(k).value(), usd_per_hour(4.5)));
    CHECK(near(k.price_of(1).value(), usd_per_hour(18)));
    k.together = 4;
    CHECK(near(k.price_of(1).value(), usd_per_hour(30)));
    CHECK(near(k.price_of(3).value(), usd_per_hour(80)));
    k.menu = nullptr;
    k.owned = unknown;
    CHECK_FALSE(k.price_of(1).known());
    CHECK_FALSE(detail::least_price_of_one(k).known());
    CHECK(replica_kind{}.together == 1);
}

TEST_CASE("large replicas and a small one for the rest") {
    // Ten requests a second for 10 USD, one for 3.
    std::vector<replica_kind> kinds{owned(10, 10), owned(3, 1)};
    auto const mix = [&](double rate, count spare = 0) {
        return mix_for(kinds, plenty, per_second(rate), spare);
    };
    auto const cost = [&](double rate, count spare = 0) {
        return in_usd_per_hour(mix(rate, spare)->cost);
    };
    CHECK(near(cost(11), 13));
    CHECK(mix(11)->of_first == 1);
    CHECK(mix(11)->of_second == 1);
    CHECK(near(cost(20), 20));
    CHECK(near(cost(1), 3));
    CHECK(near(cost(0.05), 3));
    CHECK(near(cost(13), 19));
    CHECK(near(cost(14), 20));    // a second large one rather than four small ones
    CHECK(near(cost(1, 1), 6));   // two small ones, of which one may fail
    CHECK(near(cost(11, 1), 23)); // a large one fails
    // Different models do not serve each other's requests.
    kinds[1].model = 1;
    CHECK(near(cost(11), 20));
    kinds[1].model = 0;
    // As dear: fewer devices; as many: the kind named first.
    kinds = {owned(5, 10, 2), owned(10, 10, 1), owned(10, 10, 1)};
    CHECK(mix(10)->devices() == 1);
    kinds[1].gpu = 1;
    kinds[2].gpu = 2;
    mixed_plan const tie = *mix(10);
    CHECK((tie.of_first > 0 ? tie.first.gpu : tie.second.gpu) == 1);
}

TEST_CASE("rates that no mixture carries, and questions that are none") {
    std::vector<replica_kind> const kinds{owned(10, 10, 4), owned(3, 1, 1)};
    constexpr count nine[] = {9};
    CHECK(near(in_usd_per_hour(mix_for(kinds, nine, per_second(21), 0)->cost), 83));
    CHECK(why(mix_for(kinds, nine, per_second(21.5), 0)) ==
          "no two kinds of replica carry 21.500 requests a second with 0 spare; the most that any "
          "carry is 21.000; allow more devices, or promise less.");
    CHECK(why(mix_for(kinds, nine, per_second(11.5), 1)).find("is 11.000;") != std::string::npos);
    CHECK(mix_for(kinds, nine, per_second(1e9), 0).error().code == errc::contradiction);
    CHECK(mix_for(kinds, nine, per_second(1e9 + 1), 0).error().code == errc::out_of_range);
    CHECK(mix_for(kinds, nine, per_second(0), 0).error().code == errc::out_of_range);
    CHECK(mix_for(kinds, nine, per_second(1), -1).error().code == errc::out_of_range);
}

namespace {
any_model const llama = models::llama_3_1_70b;
recipe const formats[] = {fp8_block128};
candidate<any_model> const list[] = {{&llama, formats}};
std::span<candidate<any_model> const> const only{list};
any_gpu const two[] = {gpus::a100_sxm_80gb, gpus::h100_sxm_80gb};
constexpr length_share prompts[] = {{1000_tok, 1}};
constexpr length_share answers[] = {{300_tok, 1}};
constexpr request_rate rates[] = {per_second(30), per_second(5)};
constexpr traffic day{.prompt = {prompts}, .output = {answers}, .rates = rates};
constexpr fleet_rules promise{
    .limits = {.time_per_token = 150_ms}, .spare = 0, .starting = {.start = 60_s}};
stock const own[] = {{.gpu = gpus::a100_sxm_80gb.id, .devices = 24, .cost = usd_per_hour(0.5)}};
} // namespace

TEST_CASE("a day of what is owned and what is rented beside it: each is paid as it is bought") {
    mixed_pool const pools[] = {{.rules = {.owned = own}},
                                {.rules = {}, .offers = catalog::instances}};
    rental_menu menus[4]{};
    auto const plan = recommend_mixed(only, day, two, pools, promise, menus);
    REQUIRE(plan);
    auto const run = mixture_by_hour<2>(*plan, only, day, two, pools, promise);
    REQUIRE(run);
    bool const owns_first = plan->first.menu == nullptr;
    fleet_plan const& mine = owns_first ? run->of_first : run->of_second;
    fleet_plan const& rented = owns_first ? run->of_second : run->of_first;
    fleet<2> const& mine_by_hour = owns_first ? run->first : run->second;
    fleet<2> const& rented_by_hour = owns_first ? run->second : run->first;
    CHECK(mine.gpu == 0);
    CHECK_FALSE(mine.rented.known());
    CHECK(mine.range.most == (owns_first ? plan->of_first : plan->of_second));
    CHECK(near(mine.cost.least, usd_per_hour(0.5 * static_cast<double>(mine.devices()))));
    REQUIRE(rented.rented.known());
    auto const c =
        cost_of(rented_by_hour, rented.spread.devices(), catalog::instances[rented.rented.value()]);
    REQUIRE(c);
    CHECK(near(rented.cost.least, c->least));
    CHECK(near(run->cost.value(), mine.cost.least + rented.cost.least));
    CHECK(near(run->per_token.value() * run->first.mean_output(), run->cost.value()));
    for (fleet<2> const* f : {&run->first, &run->second}) {
        CHECK(f->hours[0].rate == per_second(30));
        CHECK(f->hours[1].rate == per_second(5));
        CHECK(f->lead == 60_s);
        CHECK(near(in_tokens_per_second(f->mean_output()), 300 * 17.5));
    }
    // At night what is left carries the rate, and no more is rented than by day.
    CHECK(carried_by(plan->first.capacity, run->first.hours[1].replicas, plan->second.capacity,
                     run->second.hours[1].replicas, 0) >= per_second(5));
    CHECK(rented_by_hour.hours[1].replicas < rented_by_hour.hours[0].replicas);
    CHECK(mine_by_hour.hours[1].replicas <= mine_by_hour.hours[0].replicas);
    CHECK(near(rented.power.value(),
               two[rented.gpu].power.value() * static_cast<double>(rented.devices())));
    // Only one kind: the second fleet has no hours that anything runs in.
    auto const alone = recommend_mixed(only, day, two, std::span(pools).last(1), promise, menus);
    REQUIRE(alone);
    if (alone->of_second == 0) {
        auto const one =
            mixture_by_hour<2>(*alone, only, day, two, std::span(pools).last(1), promise);
        REQUIRE(one);
        CHECK(one->second.hours[0].replicas == 0);
        CHECK(one->cost.value() == one->of_first.cost.least);
    }
    CHECK(why(mixture_by_hour<1>(*plan, only, day, two, pools, promise)) ==
          "the day has 2 rates, and the answer holds 1; give fewer, or fleet_of more room.");
}

TEST_CASE("of several pools the smallest budget counts, and each has its menus") {
    mixed_pool pools[] = {{.rules = {}, .offers = catalog::instances},
                          {.rules = {}, .offers = catalog::instances}};
    rental_menu menus[4]{};
    auto const ask = [&](fleet_rules const& promised = promise) {
        return recommend_mixed(only, day, two, pools, promised, menus);
    };
    auto const best = ask();
    REQUIRE(best);
    fleet_rules half = promise;
    half.planned_use = 0.5;
    auto const halved = ask(half);
    REQUIRE(halved);
    replica_kind const& kind = halved->of_first > 0 ? halved->first : halved->second;
    refusal no{};
    auto const alone = detail::promised(
        detail::pool_deployment(list[0], two[kind.gpu], kind, kind.spread, busiest_load(day), {}),
        day, promise.limits, no);
    REQUIRE(alone.known());
    CHECK(near(kind.capacity, alone.value().capacity * 0.5));
    sentence costs{"the cheapest mixture costs "};
    costs.append_fixed(in_usd_per_hour(best->cost), 2).append(" USD an hour, and the budget is ");
    for (bool const first : {true, false}) {
        pools[first ? 0 : 1].rules.budget = usd_per_hour(5);
        pools[first ? 1 : 0].rules.budget = usd_per_hour(1000);
        CHECK(why(ask()) == std::string(costs.view()) + "5.00; raise it, or promise less.");
    }
    pools[0].rules.budget = pools[1].rules.budget = best->cost; // exactly enough
    CHECK(ask());
    CHECK(why(recommend_mixed(only, day, two, pools, promise, std::span(menus).first(3))) ==
          "there is room for 3 menus; give one for each accelerator and pool.");
}

namespace {
/// Steps from 20 to 30 ms for one to eight requests of 100 tokens, a tenth of a second for a prompt.
serving::service_curve eight_places() {
    serving::service_curve c{.most = 8, .prompt = 100_ms, .slot = 90_ms, .output = 100};
    c.steps.push_back({1, 20_ms});
    c.steps.push_back({8, 30_ms});
    return c;
}
} // namespace

TEST_CASE("the fewest engines of a pool, at least so many, one more than the most where none do") {
    auto const fewest = [](count least, count most, double used) {
        serving::service_curve const curve = eight_places();
        // Five times what one engine carries.
        serving::arrivals const all{.rate = curve.capacity() * 5};
        return detail::fewest_engines(curve, all, least, most, [&](serving::queue_times const& q) {
            return q.stable && q.utilization < used;
        });
    };
    CHECK(fewest(1, 20, 0.51) == 10); // each at half of its capacity
    CHECK(fewest(10, 20, 0.51) == 10);
    CHECK(fewest(12, 20, 0.51) == 12);
    CHECK(fewest(1, 10, 0.51) == 10);
    CHECK(fewest(1, 9, 0.51) == 10);
    CHECK(fewest(1, 9, 0.1) == 10);
    CHECK(fewest(3, 20, 2) == 6); // five would be full
}

TEST_CASE("rules of pools at their bounds") {
    auto const sound = [](count engines, count spare) {
        return !detail::check(pool_rules{.link = {.each_way = link_gigabytes_per_second(50)},
                                         .spare = spare,
                                         .max_engines = engines});
    };
    CHECK(sound(1, 0));
    CHECK(sound(count{1} << 20, 5));
    CHECK_FALSE(sound((count{1} << 20) + 1, 0));
    CHECK_FALSE(sound(0, 0));
    CHECK_FALSE(sound(5, -1));
    CHECK(detail::check(pool_rules{}).has_value()); // a link of no rate
    CHECK(pool_rules{}.spare == 1);
    CHECK(pool_engine{}.together == 1);
}

TEST_CASE("two pools: no other numbers within the limits cost less, nor as much on fewer devices") {
    rental_menu fill_menu{};
    fill_menu.entries.push_back({1, usd_per_hour(2), 0});
    fill_menu.entries.push_back({8, usd_per_hour(10), 1});
    rental_menu decode_menu{};
    decode_menu.entries.push_back({2, usd_per_hour(3), 2});
    decode_menu.entries.push_back({4, usd_per_hour(5), 3});
    pool_engine fill{};
    fill.spread.tensor = 2;
    fill.curve = serving::detail::prompts_of(eight_places());
    fill.menu = &fill_menu;
    pool_engine decode{};
    decode.curve = serving::detail::decoding_of(eight_places());
    decode.menu = &decode_menu;
    int answered = 0;
    for (double const rate : {2.0, 5.0}) {
        for (count spare = 0; spare < 2; ++spare) {
            for (count most = 1; most <= 18; ++most) {
                CAPTURE(rate);
                CAPTURE(spare);
                CAPTURE(most);
                pool_rules const rules{
                    .limits = {.time_to_first_token = 500_ms, .time_per_token = 28_ms},
                    .spare = spare,
                    .max_engines = 6};
                serving::arrivals const come{.rate = per_second(rate)};
                detail::pool_pair const pair{fill, decode, {}, come, rules};
                count const least_x = detail::fewest_engines(
                    fill.curve, come, 1, 6, [](serving::queue_times const& q) { return q.stable; });
                count const least_y = detail::fewest_engines(
                    decode.curve, come, 1, 6, [](serving::queue_times const& q) {
                        return q.stable && q.time_per_token.p99 <= 28_ms;
                    });
                pool_plan best{};
                bool any = false;
                REQUIRE(least_x <= 6);
                REQUIRE(least_y <= 6);
                pair.improve(best, any, least_x, least_y, most);
                double cost = 1e300;
                count devices = 0;
                for (count x = 1; x <= 6; ++x) {
                    for (count y = 1; y <= 6; ++y) {
                        count const taken = 2 * (x + spare) + y + spare;
                        if (taken > most || !rules.limits.kept_by(pair.queue_of(x, y))) {
                            continue;
                        }
                        double const paid = in_usd_per_hour(fill.price_of(x + spare).value()) +
                                            in_usd_per_hour(decode.price_of(y + spare).value());
                        bool const as_dear = paid < cost + 1e-9 && paid > cost - 1e-9;
                        if (as_dear ? taken < devices : paid < cost) {
                            cost = paid;
                            devices = taken;
                        }
                    }
                }
                CHECK(any == (cost < 1e300));
                if (!any) { continue; }
                ++answered;
                CHECK(near(in_usd_per_hour(best.cost), cost));
                CHECK(best.devices() == devices);
                CHECK(best.devices() <= most);
                CHECK(rules.limits.kept_by(best.queue));
                CHECK(best.prefill.devices() == 2);
                // What is known to be cheaper stays.
                pool_plan kept = best;
                kept.cost = usd_per_hour(0.01);
                pair.improve(kept, any, least_x, least_y, most);
                CHECK(near(in_usd_per_hour(kept.cost), 0.01));
            }
        }
    }
    CHECK(answered > 20);
}
