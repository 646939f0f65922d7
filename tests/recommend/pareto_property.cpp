// SPDX-License-Identifier: MIT
// The front holds what no plan dominates, and nothing else.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/recommend/pareto.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;

namespace {
constexpr any_model small = models::llama_3_1_8b;
constexpr any_model mixture = models::qwen3_30b_a3b;
constexpr any_gpu chosen[] = {gpus::h200_sxm, gpus::h100_sxm_80gb, gpus::l4, gpus::mi300x};
constexpr candidate<any_model> both[] = {{&small, {}, 0.4}, {&mixture, {}, 0.7}};

struct everything {
    std::vector<plan> plans;
    void accept(plan const& p) { plans.push_back(p); }
    void refuse(refusal const&) {}
};

count below(count n) { return *rc::gen::inRange<count>(0, n); }
} // namespace

TEST_CASE("the front") {
    CHECK(holds("is every plan that none dominates", [] {
        workload load{.context = tokens{static_cast<double>(64 + below(6000))}};
        if (below(2) == 0) {
            load.concurrency = 1 + below(400);
        } else {
            load.rate = per_second(static_cast<double>(1 + below(50)));
        }
        std::vector<objective> by;
        for (int i = 0; i < 6; ++i) {
            if (below(2) == 0) { by.push_back(static_cast<objective>(i)); }
        }
        if (by.empty()) { by.push_back(objective::latency); }
        plan_rules const rules{.max_devices = 1 + below(32)};
        std::span<candidate<any_model> const> const models(both);

        auto const front = front_of<512>(models, load, chosen, catalog::instances, by, rules);
        RC_ASSERT(front.has_value());
        RC_ASSERT(front->plans_dropped == 0);
        everything all;
        search(models, *checked(load), std::span<any_gpu const>(chosen), catalog::instances, rules,
               all);
        RC_ASSERT(front->plans.empty() == all.plans.empty());
        for (plan const& p : all.plans) {
            bool const beaten = std::any_of(all.plans.begin(), all.plans.end(),
                                            [&](plan const& q) { return dominates(q, p, by); });
            bool const kept = std::any_of(front->begin(), front->end(), [&](plan const& q) {
                return std::all_of(by.begin(), by.end(),
                                   [&](objective o) { return badness(p, o) == badness(q, o); });
            });
            RC_ASSERT(kept == !beaten);
        }
        RC_ASSERT(std::is_sorted(front->begin(), front->end(), [&](plan const& a, plan const& b) {
            return better(a, b, by[0]);
        }));
    }));
}

TEST_CASE("by one objective the front is the best plan") {
    constexpr objective cheapest[] = {objective::hourly_cost};
    std::span<candidate<any_model> const> const models(both);
    workload const load{.context = 4096_tok, .concurrency = 64};
    auto const front = front_of(models, load, chosen, catalog::instances, cheapest);
    REQUIRE(front);
    REQUIRE(front->plans.size() == 1);
    auto const best =
        recommend(models, load, chosen, catalog::instances, {.rank_by = objective::hourly_cost});
    REQUIRE(best);
    CHECK(front->plans[0].price == best->plans[0].price);
    CHECK(front->plans[0].devices() == best->plans[0].devices());
}

TEST_CASE("a small front keeps the best by the first objective and counts the rest") {
    constexpr objective two[] = {objective::latency, objective::hourly_cost};
    std::span<candidate<any_model> const> const models(both);
    workload const load{.context = 4096_tok, .concurrency = 64};
    auto const all = front_of<512>(models, load, chosen, catalog::instances, two);
    auto const few = front_of<2>(models, load, chosen, catalog::instances, two);
    REQUIRE(all);
    REQUIRE(few);
    REQUIRE(all->plans.size() > 2);
    CHECK(few->plans.size() == 2);
    CHECK(few->plans_dropped > 0);
    CHECK(badness(few->plans[0], two[0]) == badness(all->plans[0], two[0]));
}

TEST_CASE("a front by nothing is refused") {
    std::span<candidate<any_model> const> const models(both);
    auto const none = front_of(models, {.context = 4096_tok, .concurrency = 1}, chosen,
                               std::span<offer const>{}, {});
    REQUIRE_FALSE(none);
    CHECK(std::string(none.error().message.view()) ==
          "a front needs an objective; give one to six, as cost and latency");
}
