// SPDX-License-Identifier: MIT
// Which plan is the better one, what of several is alike, and what the front keeps: small lists, by hand.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/recommend/fleet_search.hpp>
#include <reckon/recommend/pareto.hpp>
#include <reckon/recommend/what_if.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::percentile;

namespace {
/// One replica of so many accelerators at `usd` an hour and per million tokens, a request in `seconds_long`.
plan made(std::uint16_t gpu, double usd, double seconds_long, count devices) {
    plan p{};
    p.gpu = gpu;
    p.spread.tensor = devices;
    p.price = {usd_per_hour(usd), provenance::observed};
    p.per_token = {usd_per_million_tokens(usd), provenance::observed};
    p.speed.end_to_end = estimate<seconds>::exactly(seconds{seconds_long});
    p.carried = tokens{1000 / seconds_long} / 1_s;
    p.power = {watts_of(100.0 * static_cast<double>(devices)), provenance::datasheet};
    return p;
}
std::vector<int> gpus_of(auto const& plans) {
    std::vector<int> all;
    for (auto const& p : plans) {
        all.push_back(p.gpu);
    }
    return all;
}
constexpr objective every[] = {objective::cost,    objective::hourly_cost, objective::throughput,
                               objective::latency, objective::devices,     objective::energy};
} // namespace

TEST_CASE("the badness of a plan by every objective") {
    plan p = made(0, 36, 3, 2);
    p.replicas = 2;
    p.spare = 1;
    p.carried = tokens{200} / 1_s;
    p.power = 1_kW;
    CHECK(near(badness(p, objective::hourly_cost), 0.01)); // USD a second
    CHECK(near(badness(p, objective::cost), 36e-6));
    CHECK(near(badness(p, objective::throughput), -200));
    CHECK(near(badness(p, objective::latency), 3));
    CHECK(badness(p, objective::devices) == 6);
    CHECK(near(badness(p, objective::energy), 5)); // J a token
    p.price = unknown;
    p.per_token = unknown;
    p.power = unknown;
    for (objective const o : {objective::cost, objective::hourly_cost, objective::energy}) {
        CHECK(badness(p, o) == 1e300);
    }
}

TEST_CASE("ties go to fewer devices, then to the faster plan, then to the one named first") {
    plan const p = made(3, 5, 10, 4);
    plan worse[6] = {p, p, p, p, p, p};
    worse[0].per_token = usd_per_million_tokens(6); // whatever else is better:
    worse[0].spread.tensor = 1;
    worse[1].spread.tensor = 8;
    worse[1].speed.end_to_end = estimate<seconds>::exactly(1_s);
    worse[2].speed.end_to_end = estimate<seconds>::exactly(11_s);
    worse[2].gpu = 0;
    worse[3].model = 1;
    worse[3].gpu = 0;
    worse[4].gpu = 4;
    worse[5].precision = 1;
    for (plan const& w : worse) {
        CAPTURE(&w - worse);
        CHECK(better(p, w, objective::cost));
        CHECK_FALSE(better(w, p, objective::cost));
    }
    CHECK_FALSE(better(p, p, objective::cost));
}

TEST_CASE("the same of fleets") {
    fleet_plan p{};
    p.gpu = 3;
    p.spread.tensor = 4;
    p.capacity = per_second(5);
    p.range = {1, 2};
    p.at_busiest.end_to_end = {.mean = 1_s, .p50 = 2_s, .p90 = 3_s, .p99 = 4_s};
    p.mean_output = tokens{200} / 1_s;
    p.cost.least = usd_per_hour(36);
    auto const bad = [](fleet_plan const& f, objective o) {
        return badness(f, o, percentile::p90);
    };
    for (objective const o : {objective::cost, objective::hourly_cost, objective::energy}) {
        CHECK(bad(p, o) == 1e300); // nobody quotes it
    }
    p.cost.of[0] = usd_per_hour(40);
    p.cost.per_token = usd_per_million_tokens(7);
    p.power = 1_kW;
    CHECK(near(bad(p, objective::hourly_cost), 0.01));
    CHECK(near(bad(p, objective::cost), 7e-6));
    CHECK(near(bad(p, objective::throughput), -10));
    CHECK(near(bad(p, objective::latency), 3));
    CHECK(bad(p, objective::devices) == 8);
    CHECK(near(bad(p, objective::energy), 5));

    fleet_plan worse[6] = {p, p, p, p, p, p};
    worse[0].cost.per_token = usd_per_million_tokens(8);
    worse[0].range.most = 1;
    worse[1].range.most = 3;
    worse[1].model = 0;
    worse[1].gpu = 0;
    worse[2].model = 1;
    worse[2].gpu = 0;
    worse[3].gpu = 4;
    worse[4].precision = 1;
    worse[5].spread.tensor = 8; // one large replica rather than two
    worse[5].range.most = 1;
    for (fleet_plan const& w : worse) {
        CAPTURE(&w - worse);
        CHECK(better(p, w, objective::cost, percentile::p99));
        CHECK_FALSE(better(w, p, objective::cost, percentile::p99));
    }
    CHECK_FALSE(better(p, p, objective::cost, percentile::p99));
}

TEST_CASE("alike within a tenth: estimates, and not what is quoted or counted") {
    using detail::alike;
    CHECK(alike(10, 11, objective::cost, 0.1));
    CHECK_FALSE(alike(10, 11.01, objective::cost, 0.1));
    CHECK(alike(-11, -10, objective::throughput, 0.1));
    CHECK_FALSE(alike(-11.01, -10, objective::throughput, 0.1));
    CHECK(alike(10, 10, objective::hourly_cost, 0.1));
    CHECK_FALSE(alike(10, 10.001, objective::hourly_cost, 0.1));
    CHECK_FALSE(alike(4, 5, objective::devices, 0.5));
    CHECK(alike(0, 0, objective::latency, 0.1));
    for (objective const o : every) {
        CHECK(is_estimated(o) == (o != objective::hourly_cost && o != objective::devices));
        measures const m = measures_for(o);
        CHECK(m.by[0] == o);
        bool const speed = o == objective::throughput || o == objective::latency;
        CHECK(m.by[1] == (speed ? objective::cost : objective::latency));
        CHECK(m.by[2] == (o == objective::devices ? objective::cost : objective::devices));
    }
}

TEST_CASE("ranks: the next measure decides within one, and never between two") {
    // By cost within a tenth: {10, 10.5, 11} and {11.5}. In the first, 20 and 21 s are alike, and 8 devices more
    // than 4.
    std::vector<plan> plans{made(0, 10, 30, 1), made(1, 10.5, 21, 4), made(2, 11, 20, 8),
                            made(3, 11.5, 1, 1)};
    put_in_order(plans, {});
    CHECK(gpus_of(plans) == std::vector{1, 2, 0, 3});
    preference const why = preference_of(plans, {});
    CHECK(why.made);
    CHECK(why.over == 2);
    CHECK(why.by == objective::latency);
    CHECK(near(why.given_up, 10.5 / 10 - 1));
    CHECK(near(why.times_better, 30.0 / 21));
    // Nothing is alike within nothing.
    put_in_order(plans, {.alike = 0});
    CHECK(gpus_of(plans) == std::vector{0, 1, 2, 3});
    CHECK_FALSE(preference_of(plans, {.alike = 0}).made);

    // As fast: fewer devices.
    std::vector<plan> small{made(0, 10, 20, 8), made(1, 10.5, 21, 2)};
    put_in_order(small, {});
    CHECK(gpus_of(small) == std::vector{1, 0});
    CHECK(preference_of(small, {}).by == objective::devices);
    CHECK(near(preference_of(small, {}).times_better, 4));
    // Of throughputs the larger is the better: 1000 / 20 and 1000 / 21 tokens a second are alike, the price is not.
    std::vector<plan> fast{made(0, 9, 20, 8), made(1, 3, 21, 8)};
    plan_rules const by_throughput{.rank_by = objective::throughput};
    put_in_order(fast, by_throughput);
    CHECK(gpus_of(fast) == std::vector{1, 0});
    preference const cheap = preference_of(fast, by_throughput);
    CHECK(cheap.by == objective::cost);
    CHECK(near(cheap.given_up, 21.0 / 20 - 1));
    CHECK(near(cheap.times_better, 3));
    // Prices that nobody quotes make no rank.
    for (plan& p : fast) {
        p.per_token = unknown;
    }
    put_in_order(fast, {});
    CHECK(gpus_of(fast) == std::vector{0, 1}); // the faster
}

TEST_CASE("which would stand first if the objective did not tell two apart") {
    using detail::wins_where_alike;
    CHECK(wins_where_alike(made(0, 99, 10, 8), made(1, 1, 12, 1), {})); // latency
    CHECK_FALSE(wins_where_alike(made(1, 1, 12, 1), made(0, 99, 10, 8), {}));
    CHECK(wins_where_alike(made(0, 99, 10.5, 1), made(1, 1, 10, 8), {})); // devices
    CHECK_FALSE(wins_where_alike(made(1, 1, 10, 8), made(0, 99, 10.5, 1), {}));
    CHECK(wins_where_alike(made(1, 1, 10.5, 8), made(0, 99, 10, 8), {})); // the better plan
    CHECK_FALSE(wins_where_alike(made(0, 99, 10, 8), made(1, 1, 10.5, 8), {}));
}

TEST_CASE("the margin before another accelerator is first") {
    auto const margin = [](std::vector<plan> const& plans, plan_rules const& rules = {}) {
        recommendation<8, 1> found{.limits = rules};
        for (plan const& p : plans) {
            found.plans.push_back(p);
        }
        return margin_of(found);
    };
    // As fast and as many devices: the other, 1.5 times as dear, must come within a tenth; it is not the better one.
    CHECK(near(margin({made(0, 10, 10, 8), made(1, 15, 10, 8)}).value(), 1.5 * 1.1 - 1));
    // Twice as fast: it wins as soon as it is alike.
    CHECK(near(margin({made(0, 10, 10, 8), made(1, 15, 5, 8)}).value(), 1.5 / 1.1 - 1));
    // The least of several; the same accelerator does not count; never below 0.
    CHECK(near(margin({made(0, 10, 10, 8), made(1, 20, 10, 8), made(2, 12, 10, 8)}).value(),
               1.2 * 1.1 - 1));
    CHECK_FALSE(margin({made(0, 10, 10, 8), made(0, 15, 5, 8)}).known());
    CHECK(margin({made(0, 10, 10, 8), made(1, 10.1, 5, 8)}).value() == 0);
    CHECK_FALSE(margin({}).known());
    // What is quoted is not alike within a fraction; of throughputs, the larger first.
    CHECK(near(margin({made(0, 10, 10, 8), made(1, 15, 5, 8)}, {.rank_by = objective::hourly_cost})
                   .value(),
               0.5));
    CHECK(near(
        margin({made(0, 1, 10, 8), made(1, 9, 20, 8)}, {.rank_by = objective::throughput}).value(),
        2 * 1.1 - 1));
    // What costs nothing has no margin but that of the fraction.
    CHECK(near(margin({made(0, 0, 10, 8), made(1, 9, 10, 8)}).value(), 0.1));
}

TEST_CASE("a front of two: what is dominated goes, what does not fit is counted") {
    pareto_front<2> front{};
    front.by.push_back(objective::hourly_cost);
    front.by.push_back(objective::latency);
    auto const kept = [&] { return gpus_of(front); };
    front.accept(made(0, 10, 10, 8));
    front.accept(made(1, 12, 10, 8)); // dearer, as fast
    CHECK(kept() == std::vector{0});
    front.accept(made(2, 20, 5, 8)); // dearer, faster
    CHECK(kept() == std::vector{0, 2});
    front.accept(made(3, 10, 10, 8)); // equal: the one named first stays
    CHECK(kept() == std::vector{0, 2});
    front.accept(made(4, 10, 10, 4)); // equal by both, of fewer devices
    CHECK(kept() == std::vector{4, 2});
    front.accept(made(5, 15, 7, 8)); // between: the dearest goes
    CHECK(kept() == std::vector{4, 5});
    CHECK(front.plans_dropped == 1);
    front.accept(made(6, 30, 1, 8)); // the dearest of three
    CHECK(kept() == std::vector{4, 5});
    CHECK(front.plans_dropped == 2);
    front.accept(made(7, 14, 7, 8)); // dominates one
    CHECK(kept() == std::vector{4, 7});
    front.accept(made(8, 9, 6, 8)); // dominates all
    CHECK(kept() == std::vector{8});
    front.refuse({});
    CHECK(front.plans_tried == 10);
    CHECK(front.refused == 1);
    CHECK(front.plans_dropped == 2);
    CHECK(front.is_beaten(made(9, 9, 6, 8)));
    CHECK_FALSE(front.is_beaten(made(9, 9, 6, 1)));
    CHECK_FALSE(front.is_beaten(made(9, 8, 7, 8)));
    constexpr objective price[] = {objective::hourly_cost};
    CHECK_FALSE(dominates(made(0, 1, 1, 1), made(1, 1, 2, 1), price));
    CHECK(dominates(made(0, 1, 2, 1), made(1, 2, 1, 1), price));
}
