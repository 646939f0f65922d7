// SPDX-License-Identifier: MIT
// Limits of a day's fleet that exclude each other, or every fleet: asked again with what is named, there is one.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/fleet_relax.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::literals;
using serving::constraint;

namespace {

constexpr any_gpu two[] = {gpus::h100_sxm_80gb, gpus::l40s};
constexpr length_share prompts[] = {{2000_tok, 1}};
constexpr length_share answers[] = {{500_tok, 1}};
constexpr request_rate rates[] = {per_second(5), per_second(20)};
constexpr traffic day{.prompt = {prompts}, .output = {answers}, .rates = rates};

std::span<candidate<any_model> const> qwen() {
    static any_model const served = models::qwen3_32b;
    static candidate<any_model> const only[] = {{&served, {}}};
    return only;
}
plan_rules const wide{.max_devices = 512};

conflicts ask(plan_rules const& rules, fleet_rules const& promise) {
    return conflicts_of_fleets(qwen(), day, two, catalog::instances, rules, promise);
}
bool carried(plan_rules const& rules, fleet_rules const& promise) {
    auto const found = recommend_fleets(qwen(), day, two, catalog::instances, rules, promise);
    REQUIRE(found);
    return !found->plans.empty();
}
fleet_rules within(figure<seconds> each) { return {.limits = {.time_per_token = each}}; }

} // namespace

TEST_CASE("limits that can be kept exclude nothing") {
    fleet_rules const easy = within(200_ms);
    REQUIRE(carried(wide, easy));
    CHECK(ask(wide, easy).empty());
    CHECK(ask(wide, {}).empty());
}

TEST_CASE("a time that no lone request keeps excludes every fleet") {
    conflicts const found = ask(wide, within(1_ms));
    REQUIRE(found.size() == 1);
    CHECK(found[0].first == constraint::time_per_token);
    CHECK(found[0].second == constraint::none);
    REQUIRE(found[0].first_needed.known());
    double const needed = found[0].first_needed.value();
    CHECK(needed > 1e-3);
    CHECK(std::string(explain(found[0]).view())
              .rfind("a time per token of 1.0 ms excludes every plan", 0) == 0);
    plan_rules most = wide;
    most.max_devices = 1 << 20; // hardly any request is let in at the edge
    CHECK(carried(most, within(seconds{needed * 1.01})));
    CHECK_FALSE(carried(most, within(seconds{needed * 0.99})));
}

TEST_CASE("a budget below the cheapest fleet excludes every fleet") {
    plan_rules poor = wide;
    poor.budget = 1_USD_per_hour;
    conflicts const found = ask(poor, {});
    REQUIRE(found.size() == 1);
    CHECK(found[0].first == constraint::budget);
    REQUIRE(found[0].first_needed.known());
    poor.budget = usd_per_hour(found[0].first_needed.value() * 1.001);
    CHECK(carried(poor, {}));
    poor.budget = usd_per_hour(found[0].first_needed.value() * 0.999);
    CHECK_FALSE(carried(poor, {}));
}

TEST_CASE("a fast token and a small budget exclude each other") {
    // What a fleet costs without a promise, and what it costs to keep one.
    auto const cheap =
        recommend_fleets(qwen(), day, two, catalog::instances,
                         plan_rules{.max_devices = 512, .rank_by = objective::hourly_cost}, {});
    REQUIRE(cheap);
    plan_rules tight = wide;
    tight.budget = cheap->plans[0].cost.least * 1.01;
    fleet_rules const fast = within(20_ms);
    REQUIRE(carried(wide, fast));
    REQUIRE_FALSE(carried(tight, fast));
    conflicts const found = ask(tight, fast);
    REQUIRE(found.size() == 1);
    CHECK(found[0].first == constraint::time_per_token);
    CHECK(found[0].second == constraint::budget);
    CHECK_FALSE(found[0].first_needed.known()); // not searched
    REQUIRE(found[0].second_needed.known());
    tight.budget = usd_per_hour(found[0].second_needed.value() * 1.001);
    CHECK(carried(tight, fast));
    tight.budget = usd_per_hour(found[0].second_needed.value() * 0.999);
    CHECK_FALSE(carried(tight, fast));
    CHECK(
        std::string(explain(found[0]).view()).find(" exclude each other; it takes a budget of ") !=
        std::string::npos);
}

TEST_CASE("a question that is refused has no conflicts") {
    traffic nobody = day;
    nobody.rates = {};
    CHECK(conflicts_of_fleets(qwen(), nobody, two, catalog::instances, wide, {}).empty());
}
