// SPDX-License-Identifier: MIT
// The order of plans that the objective does not tell apart.
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/recommend_into.hpp>
#include <reckon/recommend/what_if.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;

namespace {

/// A plan of so many accelerators that costs so much, and takes so long for a request.
constexpr plan made(std::uint16_t gpu, double usd, double latency, count devices) {
    plan p{};
    p.gpu = gpu;
    p.spread = {.tensor = devices};
    p.per_token = {usd_per_million_tokens(usd), provenance::observed};
    p.price = {usd_per_hour(usd), provenance::observed};
    p.speed.end_to_end = estimate<seconds>::exactly(seconds{latency});
    p.carried = token_rate{tokens{1000 / latency} / seconds{1}};
    p.power = {watts_of(100.0 * static_cast<double>(devices)), provenance::datasheet};
    return p;
}
template <std::size_t N> constexpr std::array<plan, N> ordered(std::array<plan, N> all,
                                                               plan_rules const& rules) {
    put_in_order(all, rules);
    return all;
}

// DeepSeek-R1 of the demonstration: as dear on 16 x A100 as on 8 x B200, which are 2.4 times as fast.
constexpr std::array a100_and_b200 = {made(0, 5.98, 1150, 16), made(1, 6.01, 480, 8)};
static_assert(ordered(a100_and_b200, {})[0].gpu == 1);
static_assert(ordered(a100_and_b200, {.alike = 0})[0].gpu == 0);
static_assert(ordered(a100_and_b200, {.rank_by = objective::hourly_cost})[0].gpu == 0); // quoted
constexpr auto b200_first = ordered(a100_and_b200, {});
constexpr preference why = preference_of(b200_first, {});
static_assert(why.made && why.over == 1 && why.by == objective::latency);
static_assert(why.given_up > 0.0050 && why.given_up < 0.0051);
static_assert(why.times_better > 2.39 && why.times_better < 2.40);

// As dear and about as fast: fewer devices. Clearly dearer: by cost, however fast.
static_assert(ordered(std::array{made(0, 1, 10, 16), made(1, 1.05, 10.5, 8)}, {})[0].gpu == 1);
static_assert(ordered(std::array{made(0, 1, 10, 16), made(1, 1.2, 1, 1)}, {})[0].gpu == 0);
// Where speed is asked for, cost decides.
constexpr std::array fast = {made(0, 9, 10, 8), made(1, 3, 10.5, 8)};
static_assert(ordered(fast, {.rank_by = objective::latency})[0].gpu == 1);
static_assert(ordered(fast, {.rank_by = objective::throughput})[0].gpu == 1);
static_assert(preference_of(ordered(fast, {.rank_by = objective::throughput}),
                            {.rank_by = objective::throughput})
                  .by == objective::cost);

count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }

std::vector<plan> random_plans() {
    std::vector<plan> all;
    auto const many = 1 + below(12);
    for (count i = 0; i < many; ++i) {
        // Coarse steps, so that equal and nearly equal figures occur.
        plan p = made(static_cast<std::uint16_t>(i), 1 + 0.03 * static_cast<double>(below(20)),
                      10 + static_cast<double>(below(20)), count{1} << below(5));
        if (below(8) == 0) { p.per_token = unknown; }
        if (below(8) == 0) { p.price = unknown; }
        all.push_back(p);
    }
    return all;
}
plan_rules random_rules() {
    constexpr double fractions[] = {0, 0.05, 0.1, 0.5};
    return {.rank_by = static_cast<objective>(below(6)), .alike = fractions[below(4)]};
}
/// Whether `x` may stand before `y`: it is no worse, or within the fraction.
bool alike_or_better(double x, double y, double within) {
    constexpr double rounding = 1 + 1e-12;
    return x < 0 ? x <= y / (1 + within) / rounding || x <= y : x <= y * (1 + within) * rounding;
}

} // namespace

TEST_CASE("the order of plans") {
    CHECK(holds("does not hang on the order in which they came", [] {
        std::vector<plan> all = random_plans();
        std::vector<plan> other(all.rbegin(), all.rend());
        plan_rules const rules = random_rules();
        put_in_order(all, rules);
        put_in_order(other, rules);
        for (std::size_t i = 0; i < all.size(); ++i) {
            RC_ASSERT(all[i].gpu == other[i].gpu);
        }
    }));
    CHECK(holds("puts nothing before what is better by more than the fraction", [] {
        std::vector<plan> all = random_plans();
        plan_rules const rules = random_rules();
        put_in_order(all, rules);
        double const within = is_estimated(rules.rank_by) ? rules.alike : 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            for (std::size_t k = i + 1; k < all.size(); ++k) {
                RC_ASSERT(alike_or_better(badness(all[i], rules.rank_by),
                                          badness(all[k], rules.rank_by), within));
            }
        }
    }));
    CHECK(holds("puts first what none beats in all that decides", [] {
        std::vector<plan> all = random_plans();
        plan_rules const rules = random_rules();
        put_in_order(all, rules);
        for (plan const& p : all) {
            bool beaten = true;
            for (objective const o : measures_for(rules.rank_by).by) {
                beaten = beaten && badness(p, o) < badness(all[0], o);
            }
            RC_ASSERT_FALSE(beaten);
        }
    }));
    CHECK(holds("says why the first is not the best by the objective alone", [] {
        std::vector<plan> all = random_plans();
        plan_rules const rules = random_rules();
        put_in_order(all, rules);
        preference const said = preference_of(all, rules);
        auto const best =
            std::min_element(all.begin(), all.end(), [&](plan const& a, plan const& b) {
                return better(a, b, rules.rank_by);
            });
        RC_ASSERT(said.made == (best != all.begin()));
        if (!said.made) { return; }
        RC_ASSERT(said.over == static_cast<std::size_t>(best - all.begin()));
        RC_ASSERT(said.by != rules.rank_by);
        RC_ASSERT(said.given_up >= 0);
        RC_ASSERT(said.given_up <= rules.alike + 1e-12);
        RC_ASSERT(badness(all[0], said.by) <= badness(*best, said.by));
        RC_ASSERT(said.times_better >= 1);
    }));
}

TEST_CASE("plans that nobody quotes a price of keep the order of devices, then of speed") {
    std::array unpriced = {made(0, 1, 1, 16), made(1, 1, 9, 2), made(2, 1, 8, 2)};
    for (plan& p : unpriced) {
        p.per_token = unknown;
    }
    put_in_order(unpriced, {});
    CHECK(unpriced[0].gpu == 2);
    CHECK(unpriced[1].gpu == 1);
    CHECK(unpriced[2].gpu == 0);
    CHECK_FALSE(preference_of(unpriced, {}).made);
    // One that has a price stands before them.
    std::array<plan, 4> const with_one =
        ordered(std::array{unpriced[0], unpriced[1], unpriced[2], made(3, 99, 99, 64)}, {});
    CHECK(with_one[0].gpu == 3);
}

TEST_CASE("what is asked for one plan is the first of many") {
    static any_model const r1 = models::deepseek_r1;
    static candidate<any_model> const only[] = {{&r1, {}}};
    constexpr any_gpu chosen[] = {gpus::a100_pcie_80gb, gpus::b200, gpus::h200_sxm};
    constexpr workload asked{.context = 32768_tok, .concurrency = 64};
    std::span<candidate<any_model> const> const models(only);
    auto const all = recommend(models, asked, chosen, catalog::instances, {.max_devices = 16});
    REQUIRE(all);
    REQUIRE(all->plans.size() == 3);
    auto const one =
        recommend<1, 1>(models, asked, chosen, catalog::instances, {.max_devices = 16});
    REQUIRE(one);
    CHECK(one->plans.size() == 1);
    CHECK(choice(one->plans[0]) == choice(all->plans[0]));
    CHECK(one->plans_tried == all->plans_tried);
    plan room[1];
    REQUIRE(recommend_into(room, models, asked, chosen, catalog::instances, {.max_devices = 16}));
    CHECK(choice(room[0]) == choice(all->plans[0]));
    // As dear within a tenth, and more than twice as fast.
    CHECK(all->plans[0].gpu == 1);
    CHECK(all->plans[1].gpu == 0);
    CHECK(all->plans[0].per_token.value() < all->plans[1].per_token.value() * 1.1);
    CHECK(all->plans[0].speed.end_to_end.value * 2 < all->plans[1].speed.end_to_end.value);
    // It may get dearer by what is left of the tenth.
    double const ratio = all->plans[1].per_token.value() / all->plans[0].per_token.value();
    CHECK(margin_of(*all).value() == doctest::Approx(ratio * 1.1 - 1));
}

TEST_CASE("a fraction within which plans are alike is from 0 to 1") {
    for (double const wrong : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
        possible_error const refused = defect_of(plan_rules{.alike = wrong});
        REQUIRE(refused);
        CHECK(std::string(refused->message.view()).find("count as equal is ") != std::string::npos);
    }
    CHECK_FALSE(defect_of(plan_rules{.alike = 0}));
}
