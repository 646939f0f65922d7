// SPDX-License-Identifier: MIT
// Where no plan keeps all rules: which limit must give way, and how far; asked again, it is enough and
// anything less is not.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/recommend/relax.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace reckon;
using namespace reckon::literals;
using serving::constraint;

namespace {
constexpr any_gpu three[] = {gpus::h100_sxm_80gb, gpus::h200_sxm, gpus::a100_sxm_80gb};
constexpr any_model large = models::llama_3_1_70b;
constexpr candidate<any_model> only[] = {{&large}};
constexpr workload chat{.context = 4096_tok, .request = {1000_tok, 500_tok}, .concurrency = 64};

bool has_plan(plan_rules const& rules) {
    auto const found = recommend(std::span<candidate<any_model> const>(only), chat, three,
                                 catalog::instances, rules);
    REQUIRE(found);
    return !found->plans.empty();
}
relaxations relaxed(plan_rules const& rules) {
    return relaxations_of(std::span<candidate<any_model> const>(only), chat, three,
                          catalog::instances, rules);
}
/// The rules with the limit of `rule` at `value`.
plan_rules with(plan_rules rules, constraint rule, double value) {
    switch (rule) {
    case constraint::time_per_token: rules.time_per_token = seconds{value}; break;
    case constraint::time_to_first_token: rules.time_to_first_token = seconds{value}; break;
    case constraint::end_to_end: rules.end_to_end = seconds{value}; break;
    case constraint::budget: rules.budget = usd_per_hour(value); break;
    case constraint::power: rules.power = watts_of(value); break;
    default: rules.max_devices = static_cast<count>(value);
    }
    return rules;
}
} // namespace

TEST_CASE("a budget and a latency that exclude each other") {
    plan_rules rules{.max_devices = 64};
    rules.end_to_end = 10_s;
    rules.budget = usd_per_hour(26);
    rules.power = 100_kW;
    REQUIRE_FALSE(has_plan(rules));
    relaxations const ways = relaxed(rules);
    REQUIRE(ways.size() == 2); // power and devices are not in the way
    for (relaxation const& way : ways) {
        CAPTURE(serving::name(way.rule));
        CHECK((way.rule == constraint::end_to_end || way.rule == constraint::budget));
        CHECK(way.factor() > 1);
        CHECK(has_plan(with(rules, way.rule, way.needed * (1 + 1e-9))));
        CHECK_FALSE(has_plan(with(rules, way.rule, way.needed * 0.999)));
        CHECK(way.instead.memory.fits());
    }
    CHECK(ways[0].factor() <= ways[1].factor());
}

TEST_CASE("each limit alone") {
    struct tight {
        constraint rule;
        double limit;
    };
    for (tight const t :
         {tight{constraint::time_per_token, 0.001}, tight{constraint::time_to_first_token, 0.001},
          tight{constraint::end_to_end, 0.1}, tight{constraint::budget, 0.5},
          tight{constraint::power, 100}, tight{constraint::devices, 1}}) {
        CAPTURE(serving::name(t.rule));
        plan_rules const rules = with({}, t.rule, t.limit);
        REQUIRE_FALSE(has_plan(rules));
        relaxations const ways = relaxed(rules);
        REQUIRE_FALSE(ways.empty());
        auto const own = std::find_if(ways.begin(), ways.end(),
                                      [&](relaxation const& way) { return way.rule == t.rule; });
        REQUIRE(own != ways.end());
        CHECK(own->limit == doctest::Approx(t.limit));
        CHECK(has_plan(with({}, t.rule, own->needed * (1 + 1e-9))));
    }
}

TEST_CASE("nothing helps where two limits are impossible apart") {
    plan_rules rules{};
    rules.end_to_end = 1_us;
    rules.budget = usd_per_hour(0.01);
    CHECK(relaxed(rules).empty());
    CHECK(relaxations_of(std::span<candidate<any_model> const>(only), workload{}, three,
                         catalog::instances, rules)
              .empty()); // no question
}
