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
#include <string>

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

TEST_CASE("the limit that gives way least is named first") {
    plan_rules rules{.max_devices = 64};
    rules.end_to_end = 10_s;
    rules.budget = usd_per_hour(26);
    relaxations const far = relaxed(rules);
    auto const budget = std::find_if(far.begin(), far.end(), [](relaxation const& way) {
        return way.rule == constraint::budget;
    });
    REQUIRE(budget != far.end());
    rules.budget = usd_per_hour(budget->needed * 0.9999);
    relaxations const close = relaxed(rules);
    REQUIRE(close.size() == 2);
    CHECK(close[0].rule == constraint::budget);
    CHECK(close[0].needed == doctest::Approx(budget->needed));
    CHECK(close[1].rule == constraint::end_to_end);
    CHECK(close[0].factor() < close[1].factor());
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

namespace {
conflicts conflicting(plan_rules const& rules) {
    return conflicts_of(std::span<candidate<any_model> const>(only), chat, three,
                        catalog::instances, rules);
}
std::string said(conflict const& c) { return std::string(explain(c).view()); }
} // namespace

TEST_CASE("the pair that excludes each other is named, and what either takes") {
    plan_rules rules{.max_devices = 64};
    rules.end_to_end = 10_s;
    rules.budget = usd_per_hour(26);
    rules.power = 100_kW;
    conflicts const found = conflicting(rules);
    REQUIRE(found.size() == 1);
    conflict const& pair = found[0];
    CHECK(pair.first == constraint::end_to_end);
    CHECK(pair.second == constraint::budget);
    CHECK(said(pair).starts_with("an end-to-end time of 10.00 s and a budget of 26.00 USD an hour "
                                 "exclude each other; it takes an end-to-end time of "));
    // Either way out is one, and a thousandth less is none.
    plan_rules two{.max_devices = 4096};
    two.end_to_end = rules.end_to_end;
    two.budget = rules.budget;
    CHECK(has_plan(with(two, pair.first, pair.first_needed.value() * (1 + 1e-9))));
    CHECK_FALSE(has_plan(with(two, pair.first, pair.first_needed.value() * 0.999)));
    CHECK(has_plan(with(two, pair.second, pair.second_needed.value() * (1 + 1e-9))));
    CHECK_FALSE(has_plan(with(two, pair.second, pair.second_needed.value() * 0.999)));
}

TEST_CASE("a limit that excludes every plan alone is not blamed on another") {
    plan_rules rules{};
    rules.time_per_token = 1_us;
    rules.budget = usd_per_hour(0.01);
    conflicts const found = conflicting(rules);
    REQUIRE(found.size() == 2);
    for (conflict const& c : found) {
        CHECK(c.second == constraint::none);
        REQUIRE(c.first_needed.known());
        CHECK(has_plan(with({.max_devices = 4096}, c.first, c.first_needed.value() * (1 + 1e-9))));
        CHECK_FALSE(has_plan(with({.max_devices = 4096}, c.first, c.first_needed.value() * 0.999)));
    }
    CHECK(said(found[0]).starts_with("a time per token of 0.001 ms excludes every plan, whatever "
                                     "the other limits are; it takes a time per token of "));
    CHECK(said(found[1]).starts_with("a budget of 0.01 USD an hour excludes every plan, "));
}

TEST_CASE("rules that have a plan have no conflict, and a question that is none has none either") {
    CHECK(conflicting({}).empty());
    plan_rules rules{};
    rules.budget = usd_per_hour(1000);
    rules.end_to_end = 100_s;
    CHECK(conflicting(rules).empty());
    CHECK(conflicts_of(std::span<candidate<any_model> const>(only), workload{}, three,
                       catalog::instances, rules)
              .empty());
    CHECK(said({constraint::devices, constraint::power, 1, 500, unknown, 9000.0}) ==
          "1 device and a power of 0.50 kW exclude each other; it takes a power of 9.00 kW.");
    CHECK(
        said({constraint::time_to_first_token, constraint::none, 0.5, 0, unknown, unknown}) ==
        "a time to first token of 500.0 ms excludes every plan, whatever the other limits are; no "
        "plan is without one.");
}
