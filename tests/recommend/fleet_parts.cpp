// SPDX-License-Identifier: MIT
// The parts of a fleet one by one: an hour's promise, its machines, their price, two fleets together.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/recommend/fleet_pair.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;
using serving::percentile;

namespace {
/// An engine whose step is a straight line, with eight places.
serving::service_curve eight_places() {
    serving::service_curve c{.most = 8, .prompt = 100_ms, .slot = 90_ms, .output = 100};
    c.steps.push_back({1, 20_ms});
    c.steps.push_back({8, 30_ms});
    return c;
}
constexpr length_share prompts[] = {{1000_tok, 1}};
constexpr length_share answers[] = {{100_tok, 1}};
constexpr request_rate rates[] = {per_second(1), per_second(4), per_second(2), per_second(0)};
constexpr traffic day{.prompt = {prompts}, .output = {answers}, .rates = rates};
constexpr date today{2026, 11, 1};

/// A fleet of so many replicas in each hour, each hour with so many requests a second.
fleet<> hours_of(std::vector<count> const& replicas, std::vector<double> const& asked) {
    fleet<> f{.apart = hours(1), .output = 100_tok};
    for (std::size_t h = 0; h < replicas.size(); ++h) {
        f.hours.push_back({.rate = per_second(asked[h]), .replicas = replicas[h]});
    }
    return f;
}
std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
} // namespace

TEST_CASE("an hour takes more replicas until it keeps the promise, three times as many at most") {
    serving::service_curve const curve = eight_places();
    request_rate const each = per_second(2);
    fleet_hour hour{.rate = per_second(21), .replicas = 21};
    // No promise at all: as it was.
    detail::keep_promise(hour, curve, day, {}, each);
    CHECK(hour.replicas == 21);
    CHECK(near(hour.use, 0.5));
    CHECK(hour.queue.stable);
    // One that nothing keeps: by sixteenths, 21 to 32 by ones, to 48 by twos, to 63 by threes.
    detail::keep_promise(hour, curve, day, {.time_per_token = 1_us}, each);
    CHECK(hour.replicas == 63);
    CHECK(near(hour.use, 21.0 / 63 / 2));
    fleet_hour few{.rate = per_second(1), .replicas = 2};
    detail::keep_promise(few, curve, day, {.time_per_token = 1_us}, each);
    CHECK(few.replicas == 6);
    // Nobody comes, or nothing runs: nothing is filled in.
    fleet_hour empty{.rate = per_second(0), .replicas = 2};
    detail::keep_promise(empty, curve, day, {.time_per_token = 1_us}, each);
    CHECK(empty.replicas == 2);
    CHECK_FALSE(empty.queue.stable);
    fleet_hour nothing{.rate = per_second(1)};
    detail::keep_promise(nothing, curve, day, {}, each);
    CHECK(nothing.replicas == 0);
    CHECK(nothing.use == 0);
}

TEST_CASE("the busiest hour and the quietest: of as many replicas, by the rate, then the first") {
    fleet<> f = hours_of({2, 5, 5, 2, 5, 2}, {3, 7, 9, 1, 9, 1});
    detail::find_busiest(f);
    CHECK(f.busiest == 2);
    CHECK(f.quietest == 3);
    CHECK(f.range == serving::replica_range{2, 5});
    CHECK(near(in_tokens_per_second(f.mean_output()), 100 * 30.0 / 6));
    f.busiest = 4; // what was there does not matter
    f.quietest = 4;
    detail::find_busiest(f);
    CHECK(f.busiest == 2);
    CHECK(f.quietest == 3);
}

TEST_CASE("one to spare and one at least, unless somebody says otherwise") {
    CHECK(fleet_rules{}.spare == 1);
    CHECK(fleet_rules{}.least == 1);
    CHECK(fleet_rules{}.planned_use == 1);
}

TEST_CASE("replicas by the hour, of a curve") {
    fleet_rules const rules{.planned_use = 0.5,
                            .spare = 1,
                            .least = 2,
                            .starting = {.start = 60_s, .load = 30_s, .warm_up = 90_s}};
    // 1, 4, 2 and 0 requests a second, half of 2 by each: 1 (2 at least), 4, 2 and 2, and one to spare.
    auto const f = detail::replicas_by_hour<4>(eight_places(), per_second(2), day, rules);
    REQUIRE(f);
    CHECK(f->hours[0].replicas == 3);
    CHECK(f->hours[1].replicas == 5);
    CHECK(f->hours[2].replicas == 3);
    CHECK(f->hours[3].replicas == 3);
    CHECK(f->busiest == 1);
    CHECK(f->quietest == 3);
    CHECK(f->lead == 180_s);
    CHECK(f->apart == hours(1));
    CHECK(f->output == 100_tok);
    CHECK(near(f->hours[1].use, 4.0 / 5 / 2));
    CHECK(f->unforeseen.most >= f->range.most);
    CHECK(f->unforeseen.least >= f->range.least);
    fleet_rules most = rules;
    most.most = count{5};
    CHECK(detail::replicas_by_hour<4>(eight_places(), per_second(2), day, most));
    most.most = count{4};
    CHECK(why(detail::replicas_by_hour<4>(eight_places(), per_second(2), day, most)) ==
          "hour 1 needs 5 replicas, 1 of them spare, and 4 are allowed; allow more, or promise "
          "less.");
    CHECK(why(detail::replicas_by_hour<3>(eight_places(), per_second(2), day, rules)) ==
          "the day has 4 rates, and the answer holds 3; give fewer, or fleet_of more room.");
}

TEST_CASE("a lone request names the first limit that it breaks, what it takes and the limit") {
    serving::arrivals const like = arrivals_at(day, per_second(1));
    auto const broken = [&](serving::latency_limits const& limits) {
        return detail::lone_request_of(eight_places(), limits, like);
    };
    CHECK(broken({}).broken == constraint::none);
    CHECK(broken({.time_to_first_token = 10_s}).broken == constraint::none);
    detail::lone_request const first =
        broken({.time_to_first_token = 1_ms, .time_per_token = 1_ms, .end_to_end = 1_ms});
    CHECK(first.broken == constraint::time_to_first_token);
    CHECK(first.limit == 1_ms);
    CHECK(first.took >= 100_ms); // its prompt
    CHECK(broken({.time_per_token = 19_ms, .end_to_end = 1_ms}).broken ==
          constraint::time_per_token);
    CHECK(broken({.time_per_token = 21_ms, .end_to_end = 1_ms}).broken == constraint::end_to_end);
    CHECK(near(broken({.time_per_token = 19_ms}).took, 20_ms, test::within(0.05))); // hardly alone
    CHECK(detail::lone_request_late({constraint::end_to_end, 2500_ms, 2_s}, percentile::p90)
              .message.view() ==
          "even a lone request's end-to-end time, p90, is 2,500.0 ms, and "
          "the limit is 2,000.0 ms; no number of replicas makes one faster.");
}

TEST_CASE("what a day of machines costs, each way by hand") {
    constexpr count machines[] = {2, 2, 6, 2};
    machine_demand const curve{machines, hours(1), {}};
    offer o{.on_demand = price{usd_per_hour(10), today}};
    auto const c = cost_of(curve, o);
    REQUIRE(c);
    CHECK(c->most == 6);
    CHECK(near(c->mean_paid, 3));
    CHECK(near((*c)[fleet_way::fixed].value(), usd_per_hour(60)));
    CHECK(near((*c)[fleet_way::scaled].value(), usd_per_hour(30)));
    CHECK_FALSE((*c)[fleet_way::base_and_peak].known());
    CHECK(c->cheapest == fleet_way::scaled);
    CHECK(near(c->least, usd_per_hour(30)));
    // By commitment at 4: two always for 8, four of an hour in four for 10.
    o.reserved_1y = price{usd_per_hour(4), today};
    o.reserved_3y = price{usd_per_hour(1), today};
    auto const committed = cost_of(curve, o);
    CHECK(committed->base == 2);
    CHECK(near((*committed)[fleet_way::reserved].value(), usd_per_hour(24)));
    CHECK(near((*committed)[fleet_way::base_and_peak].value(), usd_per_hour(18)));
    CHECK(committed->cheapest == fleet_way::base_and_peak);
    CHECK(near(committed->least, usd_per_hour(18)));
    // For three years at 1, all six of them.
    auto const long_ago = cost_of(curve, o, purchase::reserved_3y);
    CHECK(long_ago->base == 6);
    CHECK(near(long_ago->least, usd_per_hour(6)));
    CHECK(long_ago->cheapest == fleet_way::reserved); // as dear as a base of six, and named first
    // An hour in which nothing runs costs nothing on demand.
    constexpr count quiet[] = {0, 4};
    o = {.on_demand = price{usd_per_hour(10), today}};
    CHECK(near((*cost_of(machine_demand{quiet, hours(1), {}}, o))[fleet_way::scaled].value(),
               usd_per_hour(20)));
    // A machine of one, and none; nothing said means nothing sold.
    CHECK(cost_of(hours_of({3}, {1}), 1, o)->most == 3);
    CHECK(cost_of(hours_of({3}, {1}), 1, o)->per_token.known());
    CHECK_FALSE(cost_of(hours_of({3}, {0}), 1, o)->per_token.known());
    o.gpus = 0;
    CHECK(why(cost_of(hours_of({3}, {1}), 1, o)) ==
          "replicas of 1 accelerators on machines of 0 are none; give at least one each.");
    CHECK(machines_for(5, 3, 8) == 3);
    CHECK(machines_for(5, 8, 8) == 5);
    CHECK(machines_for(5, 9, 8) == 10);
}

TEST_CASE("a fleet is rented where it costs least, on machines that hold a replica if there are") {
    fleet<> const f = hours_of({2, 4}, {1, 3});
    auto const of = [](count gpus, double usd) {
        return offer{.provider = "a cloud",
                     .gpu_id = "x",
                     .gpus = gpus,
                     .on_demand = price{usd_per_hour(usd), today}};
    };
    fleet_plan p{};
    p.spread.tensor = 4;
    p.range = {2, 4};
    auto const rent = [&](std::vector<offer> const& offers, count together) {
        fleet_plan q = p;
        detail::rent_fleet(q, f, "x", together, offers, {}, purchase::reserved_1y);
        return q;
    };
    // Two and four replicas of four: 2 and 4 machines of four; 1 and 2 of eight; 8 and 16 of one.
    std::vector<offer> offers{of(4, 9), of(8, 30), of(1, 1), of(4, 10), of(8, 16)};
    CHECK(rent(offers, 4).rented.value() == 4);
    CHECK(near(rent(offers, 4).cost.least, usd_per_hour(1.5 * 16)));
    CHECK(rent(offers, 1).rented.value() == 2); // nothing must be together: 12 USD
    CHECK(rent(offers, 8).rented.value() == 4);
    // None holds a replica: the least of what there is.
    CHECK(rent({of(2, 9), of(1, 2), of(2, 3)}, 4).rented.value() == 2);
    CHECK_FALSE(rent({}, 4).rented.known());
    CHECK(rent({of(4, 9), of(4, 9)}, 4).rented.value() == 0); // of equals the first
    offer elsewhere = of(4, 1);
    elsewhere.gpu_id = "y";
    CHECK_FALSE(rent({elsewhere}, 4).rented.known());

    detail::own_fleet(p, f, usd_per_hour(2));
    CHECK(p.cost.most == 16);
    CHECK(p.cost.mean_paid == 16);
    CHECK(near(p.cost.least, usd_per_hour(32)));
    CHECK(near(p.cost.of[0].value(), usd_per_hour(32)));
    CHECK(near(p.cost.per_token.value() * tokens{200}, usd{32.0 / 3600})); // 200 tokens a second
    fleet_plan free{};
    detail::own_fleet(free, f, unknown);
    CHECK_FALSE(free.cost.of[0].known());
}

TEST_CASE("the first rule that a fleet breaks") {
    fleet_plan p{};
    p.spread.tensor = 4;
    p.range.most = 2;
    p.cost.of[0] = usd_per_hour(20);
    p.cost.least = usd_per_hour(10);
    p.power = 3_kW;
    plan_rules rules{};
    auto const judged = [&](count allowed) {
        refusal r{};
        detail::judge(r, p, allowed, rules);
        return r;
    };
    CHECK(judged(8).broken == constraint::none);
    CHECK(judged(7).broken == constraint::devices);
    CHECK(judged(7).need == 8);
    CHECK(judged(7).have == 7);
    rules.budget = usd_per_hour(9);
    rules.power = 2_kW;
    CHECK(judged(8).broken == constraint::budget);
    CHECK(near(judged(8).need, 10));
    rules.budget = usd_per_hour(10.5);
    CHECK(judged(8).broken == constraint::power);
    CHECK(near(judged(8).need, 3000));
    CHECK(near(judged(8).have, 2000));
    p.cost.of[0] = unknown;
    CHECK(judged(8).broken == constraint::price_unknown);
}

TEST_CASE("two fleets together: the hour of most accelerators, and the price of both") {
    fleet_pair<> pair{.first = hours_of({4, 1, 2}, {1, 2, 3}),
                      .second = hours_of({1, 4, 3}, {1, 2, 3})};
    CHECK(fleet_pair<>{}.devices() == 0);
    pair.of_first.spread.tensor = 4;
    pair.of_second.spread.tensor = 2;
    CHECK(pair.devices() == 18); // 16 + 2, 4 + 8, 8 + 6
    any_gpu g = gpus::h100_sxm_80gb;
    g.power = 700_W;
    pair.first.lead = 180_s;
    detail::sum_up(pair.first, pair.of_first, g);
    CHECK(pair.of_first.range == serving::replica_range{1, 4});
    CHECK(pair.of_first.busiest == 0);
    CHECK(pair.first.unforeseen == pair.first.range);
    CHECK(pair.of_first.lead == 180_s);
    CHECK(near(in_tokens_per_second(pair.of_first.mean_output), 200));
    CHECK(near(in_watts(pair.of_first.power.value()), 11200));
    pair.of_first.cost.of[0] = usd_per_hour(9);
    pair.of_first.cost.least = usd_per_hour(5);
    pair.of_second.range.most = 4;
    pair.of_second.cost.least = usd_per_hour(6);
    detail::price_of_pair(pair);
    CHECK_FALSE(pair.cost.known()); // nobody quotes the second
    pair.of_second.cost.of[0] = usd_per_hour(6);
    detail::price_of_pair(pair);
    CHECK(near(pair.cost.value(), usd_per_hour(11)));
    CHECK(near(pair.per_token.value() * tokens{200}, usd{11.0 / 3600}));
    // A second kind that never runs needs no price.
    pair.cost = unknown;
    pair.of_second.range.most = 0;
    pair.of_second.cost = {};
    detail::price_of_pair(pair);
    CHECK(near(pair.cost.value(), usd_per_hour(5)));
    CHECK(in_per_second(detail::at_least_somebody(per_second(0))) == 1e-9);
    CHECK(in_per_second(detail::at_least_somebody(per_second(3))) == 3);
}
