// SPDX-License-Identifier: MIT
// What searches keep of what they are offered: lists with little room, by hand.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/recommend/fleet_search.hpp>
#include <reckon/recommend/recommend_into.hpp>
#include <reckon/recommend/what_if.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;

namespace {
plan made(std::uint16_t gpu, double usd, count devices = 1) {
    plan p{};
    p.gpu = gpu;
    p.spread.tensor = devices;
    p.per_token = usd_per_million_tokens(usd);
    return p;
}
refusal refused(std::uint16_t gpu, constraint broken, double shortfall, count devices = 1) {
    refusal r{};
    r.gpu = gpu;
    r.spread.tensor = devices;
    r.broken = broken;
    r.need = shortfall;
    r.have = 1;
    return r;
}
/// Accelerator and price in USD a million tokens.
struct seen {
    int gpu;
    int usd;
    bool operator==(seen const&) const = default;
};
std::vector<seen> prices(auto const& plans) {
    std::vector<seen> all;
    for (plan const& p : plans) {
        all.push_back({p.gpu, static_cast<int>(badness(p, objective::cost) * 1e6 + 0.5)});
    }
    return all;
}
using list = std::vector<seen>;
} // namespace

TEST_CASE("room for three, one plan of each accelerator") {
    plan room[3]{};
    plan_rules const rules{};
    detail::plans_in_room kept{{room}, rules};
    auto const offered = [&](plan const& p) {
        bool const beaten = kept.is_beaten(p);
        kept.accept(p);
        return beaten;
    };
    CHECK_FALSE(offered(made(0, 5)));
    CHECK_FALSE(offered(made(1, 3)));
    CHECK(prices(kept.plans) == list{{1, 3}, {0, 5}});
    CHECK(offered(made(0, 6))); // one of its kind is better
    CHECK_FALSE(offered(made(0, 4)));
    CHECK(prices(kept.plans) == list{{1, 3}, {0, 4}});
    CHECK_FALSE(offered(made(2, 6)));
    CHECK(offered(made(3, 7))); // full, and no better than the last
    CHECK(prices(kept.plans) == list{{1, 3}, {0, 4}, {2, 6}});
    CHECK_FALSE(kept.is_beaten(made(3, 5))); // better than the last alone
    CHECK_FALSE(offered(made(3, 1)));
    CHECK(prices(kept.plans) == list{{3, 1}, {1, 3}, {0, 4}});
    CHECK_FALSE(offered(made(0, 2)));
    CHECK(prices(kept.plans) == list{{3, 1}, {0, 2}, {1, 3}});
    CHECK(kept.plans.capacity() == 3);
    CHECK_FALSE(kept.plans.push_back(made(9, 9)));
    plan one[1]{};
    span_list<plan> single{one};
    CHECK(single.push_back(made(9, 9)));
    CHECK_FALSE(single.push_back(made(9, 9)));
    // In no room all is beaten, and nothing is kept.
    detail::plans_in_room none{{}, rules};
    CHECK(none.is_beaten(made(0, 1)));
    none.accept(made(0, 1));
    CHECK(none.plans.size() == 0);
}

TEST_CASE("two plans of each accelerator") {
    plan room[4]{};
    plan_rules const rules{.plans_per_gpu = 2};
    detail::plans_in_room kept{{room}, rules};
    kept.accept(made(0, 5));
    CHECK_FALSE(kept.is_beaten(made(0, 6))); // one better is not two
    kept.accept(made(0, 6));
    kept.accept(made(1, 1));
    CHECK(prices(kept.plans) == list{{1, 1}, {0, 5}, {0, 6}});
    CHECK(kept.is_beaten(made(0, 7)));
    kept.accept(made(0, 7));
    CHECK(prices(kept.plans) == list{{1, 1}, {0, 5}, {0, 6}});
    kept.accept(made(0, 4)); // the worse of its two makes room
    CHECK(prices(kept.plans) == list{{1, 1}, {0, 4}, {0, 5}});
    kept.accept(made(1, 2));
    CHECK(prices(kept.plans) == list{{1, 1}, {1, 2}, {0, 4}, {0, 5}});
    kept.accept(made(2, 3)); // full: the last goes
    CHECK(prices(kept.plans) == list{{1, 1}, {1, 2}, {2, 3}, {0, 4}});
}

TEST_CASE("of a kind of refusal the nearest to passing is kept") {
    recommendation<4, 2> found{};
    auto const kept = [&] {
        std::vector<double> all;
        for (refusal const& r : found.refusals) {
            all.push_back(r.shortfall());
        }
        return all;
    };
    using all = std::vector<double>;
    found.refuse(refused(0, constraint::cache, 5));
    found.refuse(refused(0, constraint::weights, 7)); // further
    CHECK(kept() == all{5});
    found.refuse(refused(0, constraint::cache, 5));
    found.refuse(refused(0, constraint::weights, 4));
    CHECK(kept() == all{4});
    CHECK(found.refusals[0].broken == constraint::weights);
    found.refuse(refused(0, constraint::layout, 1)); // tells less
    CHECK(kept() == all{4});
    // Another number of devices is another kind, as is data-parallel attention.
    found.refuse(refused(0, constraint::layout, 9, 2));
    CHECK(kept() == all{4, 9});
    found.refuse(refused(0, constraint::layout, 8, 2)); // nor this
    CHECK(kept() == all{4, 9});
    found.refuse(refused(0, constraint::cache, 20, 2)); // anything tells more than a layout
    CHECK(kept() == all{4, 20});
    CHECK(found.refusals_dropped == 0);
    // Full: what is furthest makes room for what is nearer, and for nothing else.
    refusal grouped = refused(0, constraint::cache, 20, 1);
    grouped.spread = {.data = 2};
    found.refuse(grouped);
    CHECK(kept() == all{4, 20});
    CHECK(found.refusals[1].spread.data == 1);
    CHECK(found.refusals_dropped == 1);
    grouped.need = 3;
    found.refuse(grouped);
    CHECK(kept() == all{4, 3});
    CHECK(found.refusals[1].spread.data == 2);
    CHECK(found.refusals_dropped == 2);
    found.refuse(refused(1, constraint::cache, 3.5));
    CHECK(kept() == all{3.5, 3});
    CHECK(found.plans_tried == 11);
    // A rule of which nothing is left is the furthest.
    refusal nothing = refused(2, constraint::cache, 1);
    nothing.have = 0;
    CHECK(nothing.shortfall() == 1e300);
}

TEST_CASE("remedies: the fewest devices of a kept plan of its kind") {
    recommendation<4, 4> found{};
    found.accept(made(0, 5, 4));
    found.limits.plans_per_gpu = 2;
    found.accept(made(0, 6, 8));
    found.accept(made(1, 1, 2));
    found.refuse(refused(0, constraint::cache, 2));
    found.refuse(refused(2, constraint::cache, 2));
    name_remedies(found);
    CHECK(found.refusals[0].fitting_devices == 4);
    CHECK(found.refusals[1].fitting_devices == 0);
    recommendation<2, 4> const first = found.first<2>();
    CHECK(prices(first.plans) == list{{1, 1}, {0, 5}});
    CHECK(first.plans_tried == 5);
    CHECK(first.refusals.size() == 2);
    CHECK(prices(found.first<8>().plans) == list{{1, 1}, {0, 5}, {0, 6}});
}

namespace {
fleet_plan kind(std::uint16_t gpu, double usd, count devices = 1) {
    fleet_plan p{};
    p.gpu = gpu;
    p.spread.tensor = devices;
    p.range = {1, 1};
    p.cost.per_token = usd_per_million_tokens(usd);
    return p;
}
std::vector<int> fleets_of(auto const& found) {
    std::vector<int> all;
    for (fleet_plan const& p : found.plans) {
        all.push_back(p.gpu * 100 +
                      static_cast<int>(in_usd(p.cost.per_token.value() * megatokens(1)) + 0.5));
    }
    return all;
}
} // namespace

TEST_CASE("fleets: the best of each accelerator, in room for two") {
    fleet_recommendation<2, 2> found{.rank_by = objective::cost};
    using all = std::vector<int>;
    found.accept(kind(1, 5));
    found.accept(kind(1, 6));
    CHECK(fleets_of(found) == all{105});
    found.accept(kind(1, 4));
    found.accept(kind(2, 3));
    CHECK(fleets_of(found) == all{203, 104});
    CHECK(found.dropped == 0);
    found.accept(kind(3, 9)); // no room, and worse
    CHECK(fleets_of(found) == all{203, 104});
    CHECK(found.dropped == 1);
    found.accept(kind(3, 2));
    CHECK(fleets_of(found) == all{302, 203});
    CHECK(found.dropped == 2);
    found.accept(kind(4, 1));
    found.accept(kind(5, 2)); // as good as the last, and named later
    CHECK(fleets_of(found) == all{401, 302});
    CHECK(found.plans_tried == 8);
    fleet_recommendation<3, 1> more{.rank_by = objective::cost};
    more.accept(kind(1, 3));
    more.accept(kind(2, 7));
    more.accept(kind(3, 5)); // between
    CHECK(fleets_of(more) == all{103, 305, 207});
    more.accept(kind(4, 6)); // better than the last alone
    CHECK(fleets_of(more) == all{103, 305, 406});
}

TEST_CASE(
    "fleets: of refusals what got further, then what is nearer, and none of what has a plan") {
    fleet_recommendation<2, 2> found{.rank_by = objective::cost};
    found.refuse(refused(1, constraint::cache, 5));
    found.refuse(refused(1, constraint::weights, 1)); // an earlier rule
    CHECK(found.refusals[0].broken == constraint::cache);
    found.refuse(refused(1, constraint::cache, 6));
    CHECK(found.refusals[0].need == 5);
    found.refuse(refused(1, constraint::cache, 4));
    CHECK(found.refusals[0].need == 4);
    found.refuse(refused(1, constraint::cache, 4, 2)); // no nearer
    CHECK(found.refusals[0].spread.tensor == 1);
    found.refuse(refused(1, constraint::budget, 9));
    CHECK(found.refusals[0].broken == constraint::budget);
    CHECK(found.refusals.size() == 1);
    found.refuse(refused(2, constraint::cache, 5));
    found.refuse(refused(3, constraint::cache, 5)); // no room
    CHECK(found.refusals.size() == 2);
    CHECK(found.dropped == 1);
    found.accept(kind(1, 5));
    CHECK(found.refusals.size() == 1);
    CHECK(found.refusals[0].gpu == 2);
    found.refuse(refused(1, constraint::cache, 1));
    CHECK(found.refusals.size() == 1);
    CHECK(found.plans_tried == 10);
}

TEST_CASE("fleets that are alike stand by what decides then, and the reason is known") {
    fleet_recommendation<4, 1> found{
        .rank_by = objective::cost, .alike = 0.1, .of = serving::percentile::p50};
    auto const timed = [](std::uint16_t gpu, double usd, seconds p50, seconds p99) {
        fleet_plan p = kind(gpu, usd);
        p.at_busiest.end_to_end = {.mean = p50, .p50 = p50, .p90 = p99, .p99 = p99};
        return p;
    };
    found.accept(timed(1, 100, 9_s, 10_s));
    found.accept(timed(2, 105, 3_s, 20_s));
    found.put_in_order();
    CHECK(fleets_of(found) == std::vector{305, 200});
    preference const why = found.preferred();
    CHECK(why.made);
    CHECK(why.over == 1);
    CHECK(why.by == objective::latency);
    CHECK(near(why.times_better, 3));
    CHECK(near(why.given_up, 0.05));
}

TEST_CASE("what a fleet's rules say twice") {
    plan_rules rules{};
    CHECK_FALSE(detail::said_twice(rules));
    rules.time_to_first_token = 1_s;
    CHECK(detail::said_twice(rules));
    rules = {};
    rules.time_per_token = 1_s;
    CHECK(detail::said_twice(rules));
    rules = {};
    rules.end_to_end = 1_s;
    CHECK(detail::said_twice(rules));
}

TEST_CASE(
    "of the same machines under another load the last plan, and the refusal that is nearest") {
    detail::same_machines sink{};
    sink.refuse(refused(0, constraint::cache, 5));
    sink.refuse(refused(0, constraint::cache, 7));
    CHECK(sink.nearest.need == 5);
    sink.refuse(refused(0, constraint::devices, 3));
    CHECK(sink.nearest.need == 3);
    CHECK_FALSE(sink.any);
    sink.accept(made(4, 1));
    CHECK(sink.any);
    CHECK(sink.found.gpu == 4);
}
