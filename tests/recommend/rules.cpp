// SPDX-License-Identifier: MIT
// Rules that a plan must keep, what one owns, spare replicas, and several models to choose from.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;

namespace {
constexpr any_gpu three[] = {gpus::h100_sxm_80gb, gpus::h200_sxm, gpus::a100_sxm_80gb};
constexpr any_model small = models::llama_3_1_8b;
constexpr any_model large = models::llama_3_1_70b;
constexpr workload chat{.context = 4096_tok, .request = {1000_tok, 500_tok}, .concurrency = 256};
constexpr candidate<any_model> either[] = {{&small, {}, 0.5}, {&large, {}, 0.8}};

recommendation<> ask(plan_rules const& rules, std::span<any_gpu const> gpus = three,
                     std::span<candidate<any_model> const> models = {either, 1}) {
    auto const found = recommend(models, chat, gpus, catalog::instances, rules);
    REQUIRE(found);
    return *found;
}
bool refused_for(recommendation<> const& found, constraint broken) {
    for (refusal const& r : found.refusals) {
        if (r.broken == broken) {
            CHECK(r.need > r.have);
            return true;
        }
    }
    return false;
}
} // namespace

TEST_CASE("a budget, a limit of power, an end-to-end time") {
    recommendation<> const any = ask({.plans_per_gpu = 8});
    REQUIRE(any.plans.size() > 2);
    plan const& cheapest = any.plans[0];

    plan_rules tight{.rank_by = objective::latency, .plans_per_gpu = 8};
    tight.budget = cheapest.price.value();
    recommendation<> const poor = ask(tight);
    REQUIRE_FALSE(poor.plans.empty());
    for (plan const& p : poor.plans) {
        CHECK(p.price.value() <= cheapest.price.value());
    }
    CHECK(refused_for(poor, constraint::budget));

    plan_rules cool{.plans_per_gpu = 8};
    cool.power = 1_kW;
    for (plan const& p : ask(cool).plans) {
        CHECK(p.power.value() <= 1_kW);
    }
    cool.power = watts_of(500);
    CHECK(refused_for(ask(cool), constraint::power));

    plan_rules quick{.plans_per_gpu = 8};
    seconds const usual = cheapest.speed.end_to_end.value;
    quick.end_to_end = usual * 0.5;
    recommendation<> const faster = ask(quick);
    REQUIRE_FALSE(faster.plans.empty()); // more replicas, each with fewer requests
    for (plan const& p : faster.plans) {
        CHECK(p.speed.end_to_end.value <= usual * 0.5);
    }
}

TEST_CASE("a time per token that one replica cannot keep is kept by more of them") {
    recommendation<> const any = ask({.rank_by = objective::devices}, {three, 1});
    plan const& fewest = any.plans[0];
    plan_rules strict{.rank_by = objective::devices};
    strict.time_per_token = fewest.speed.time_per_token.value * 0.6;
    recommendation<> const found = ask(strict, {three, 1});
    REQUIRE_FALSE(found.plans.empty());
    plan const& p = found.plans[0];
    CHECK(p.devices() > fewest.devices());
    CHECK(p.speed.time_per_token.value <= strict.time_per_token.value());
    CHECK(p.replicas * p.concurrency >= 256);
}

TEST_CASE("spare replicas are paid and carry nothing") {
    recommendation<> const none = ask({.rank_by = objective::devices}, {three, 1});
    recommendation<> const one = ask({.spare = 1, .rank_by = objective::devices}, {three, 1});
    REQUIRE_FALSE(one.plans.empty());
    plan const& p = one.plans[0];
    CHECK(p.spare == 1);
    CHECK(p.devices() == (p.replicas + 1) * p.spread.devices());
    CHECK(p.devices() == none.plans[0].devices() + p.spread.devices());
    CHECK(p.carried == none.plans[0].carried);
}

TEST_CASE("only what one owns") {
    constexpr stock mine[] = {{"a100-sxm-80gb", 4, {}}};
    recommendation<> const found = ask({.plans_per_gpu = 8, .owned = mine});
    REQUIRE_FALSE(found.plans.empty());
    for (plan const& p : found.plans) {
        CHECK(p.gpu == 2);
        CHECK(p.devices() <= 4);
        CHECK_FALSE(p.price.known()); // nobody said what they cost
        CHECK(p.rented.machines == 0);
    }
    constexpr stock paid[] = {{"a100-sxm-80gb", 4, {usd_per_hour(0.5), provenance::assumed}}};
    recommendation<> const cheap = ask({.owned = paid});
    REQUIRE_FALSE(cheap.plans.empty());
    plan const& p = cheap.plans[0];
    CHECK(near(in_usd_per_hour(p.price.value()), 0.5 * static_cast<double>(p.devices())));
    CHECK(p.price.source == provenance::assumed);
    static_assert(allowance_for({.owned = paid}, "a100-sxm-80gb").devices == 4);
    static_assert(allowance_for({.owned = paid}, "h100-sxm-80gb").devices == 0);
    static_assert(allowance_for({.max_devices = 9}, "h100-sxm-80gb").devices == 9);
}

TEST_CASE("several models, and the least quality that is acceptable") {
    recommendation<> const both = ask({.rank_by = objective::hourly_cost}, three, either);
    REQUIRE(both.plans.size() > 1);
    CHECK(both.plans[0].model == 0); // the small one costs less
    bool seen = false;
    for (plan const& p : both.plans) {
        seen = seen || p.model == 1;
    }
    CHECK(seen);
    recommendation<> const good =
        ask({.least_quality = 0.6, .rank_by = objective::hourly_cost}, three, either);
    REQUIRE_FALSE(good.plans.empty());
    for (plan const& p : good.plans) {
        CHECK(p.model == 1);
    }
    CHECK(ask({.least_quality = 0.9}, three, either).plans.empty());
}

TEST_CASE("joules for a token: all boards at their limits") {
    recommendation<> const found = ask({.rank_by = objective::energy, .plans_per_gpu = 4});
    REQUIRE(found.plans.size() > 1);
    for (plan const& p : found.plans) {
        CHECK(near(badness(p, objective::energy),
                   in_joules_per_token(p.power.value() / p.output_throughput())));
        CHECK(badness(found.plans[0], objective::energy) <=
              badness(p, objective::energy) * (1 + found.limits.alike));
    }
}

TEST_CASE("rules that no plan could keep") {
    auto const said = [](plan_rules const& rules) {
        possible_error const wrong = defect_of(rules);
        REQUIRE(wrong);
        auto const found = recommend(small, chat, three, {}, {}, rules);
        REQUIRE_FALSE(found);
        CHECK(found.error().message == wrong->message);
        return std::string(wrong->message.view());
    };
    CHECK_FALSE(defect_of({}));
    CHECK(said({.max_devices = 0}) ==
          "the number of devices allowed is 0; it must be from 1 to 1,000,000,000,000");
    CHECK(said({.max_machines = 0}).find("machines allowed for a replica is 0") !=
          std::string::npos);
    CHECK(said({.max_devices = 2, .spare = 2}) ==
          "the number of spare replicas is 2; it must be from 0 to 1");
    CHECK(said({.plans_per_gpu = 0}).find("plans kept for one accelerator is 0") !=
          std::string::npos);
    CHECK(said({.time_per_token = seconds{0}}) ==
          "the time per token allowed, in seconds, is 0; it must be from 0.000000001 to "
          "1,000,000,000,000");
    CHECK(said({.end_to_end = seconds{std::numeric_limits<double>::quiet_NaN()}})
              .find("the end-to-end time allowed") == 0);
    CHECK(said({.budget = usd_per_hour(-1)}).find("the budget, in USD per hour, is -1;") == 0);
    CHECK(said({.power = kilowatts(std::numeric_limits<double>::infinity())})
              .find("the power allowed, in watts,") == 0);
    constexpr stock none[] = {{"a100-sxm-80gb", 0, {}}};
    CHECK(said({.owned = none}) ==
          "the number owned of a100-sxm-80gb is 0; it must be from 1 to 1,000,000,000,000");
    constexpr stock other[] = {{"b200", 8, {}}};
    auto const found = recommend(small, chat, three, {}, {}, {.owned = other});
    REQUIRE_FALSE(found);
    CHECK(std::string(found.error().message.view()) ==
          "of the accelerators owned, \"b200\" is not among those given to choose from");
}

TEST_CASE("a limit of what nobody published is not kept") {
    any_gpu mute = gpus::h100_sxm_80gb;
    mute.power = unknown;
    mute.id = "nobody's";
    any_gpu const only[] = {mute};
    auto const broken = [&](plan_rules const& rules) {
        recommendation<> const found = ask(rules, only);
        CHECK(found.plans.empty());
        for (refusal const& r : found.refusals) {
            if (r.broken == constraint::power_unknown || r.broken == constraint::price_unknown) {
                return r.broken;
            }
        }
        return constraint::none;
    };
    CHECK(broken({.power = 1_kW}) == constraint::power_unknown);
    CHECK(broken({.budget = usd_per_hour(100)}) == constraint::price_unknown);
}

TEST_CASE("one cloud, one region, one way to buy") {
    recommendation<> const any = ask({.max_devices = 16});
    REQUIRE_FALSE(any.plans.empty());
    plan_rules azure{.max_devices = 16, .rental = {.provider = "Azure"}};
    bool priced = false;
    for (plan const& p : ask(azure)) {
        if (!p.price.known()) { continue; } // nobody there rents it: it ranks last
        priced = true;
        CHECK(catalog::instances[p.rented.offer].provider.view() == "Azure");
    }
    CHECK(priced);
    plan_rules eastern{.max_devices = 16, .rental = {.region = "us-east-1"}};
    for (plan const& p : ask(eastern)) {
        if (p.price.known()) {
            CHECK(catalog::instances[p.rented.offer].region.view() == "us-east-1");
        }
    }
    // A year's commitment costs less than no commitment, where both are quoted by the same seller.
    plan_rules aws{.max_devices = 8, .rental = {.provider = "AWS"}};
    plan_rules committed = aws;
    committed.rental.how = purchase::reserved_1y;
    figure<usd_per_second> const now = ask(aws).plans[0].price;
    figure<usd_per_second> const later = ask(committed).plans[0].price;
    REQUIRE(now.known());
    if (later.known()) { CHECK(later.value() < now.value()); }
    // Under a budget, what nobody rents there is refused.
    azure.budget = usd_per_hour(1000);
    for (plan const& p : ask(azure)) {
        CHECK(p.price.known());
    }
}

TEST_CASE("providers and regions that no offer has, and a budget without offers") {
    auto const why = [&](plan_rules const& rules, std::span<offer const> offers) {
        auto const found = recommend(small, chat, three, {}, offers, rules);
        return found ? std::string() : std::string(found.error().message.view());
    };
    CHECK(why({.rental = {.provider = "Azur"}}, catalog::instances) ==
          "no offer is of the provider 'Azur'; the nearest name is Azure.");
    CHECK(why({.rental = {.region = "us-east-7"}}, catalog::instances)
              .starts_with("no offer is in the region 'us-east-7'; the nearest names are us-east"));
    CHECK(why({.rental = {.region = "the moon"}}, catalog::instances) ==
          "no offer is in the region 'the moon'.");
    plan_rules rules{};
    rules.budget = usd_per_hour(10);
    CHECK(why(rules, {}) ==
          "a budget is given and no offers to rent from; give offers, or what you own.");
    stock const own[] = {{.gpu = three[0].id, .devices = 8, .cost = usd_per_hour(1)}};
    rules.owned = own;
    CHECK(why(rules, {}).empty()); // what is owned has its price
    CHECK(why({}, {}).empty());    // without a limit, unknown prices rank last
}

TEST_CASE("what a rack feeds") {
    // Eight H100 or H200 are 5.6 kW, eight A100 3.2, and a DGX draws 4.6 beside them.
    plan_rules narrow{.rack = kilowatts(5)};
    recommendation<> const only_a100 = ask(narrow);
    REQUIRE_FALSE(only_a100.plans.empty());
    for (plan const& p : only_a100) {
        CHECK(three[p.gpu].id.view() == gpus::a100_sxm_80gb.id.view());
    }
    CHECK(refused_for(only_a100, constraint::power));
    for (refusal const& r : only_a100.refusals) {
        if (r.broken != constraint::power) { continue; }
        CHECK(near(r.need, 5600));
        CHECK(near(r.have, 5000));
    }
    narrow.beside = kilowatts(4.6);
    CHECK(ask(narrow).plans.empty());
    narrow.rack = kilowatts(10.2);
    CHECK(ask(narrow).plans.size() == ask({}).plans.size());
    // Where nobody published a board's limit, it cannot be kept.
    any_gpu nameless[] = {three[0]};
    nameless[0].power = unknown;
    recommendation<> const unsaid = ask(narrow, nameless);
    CHECK(unsaid.plans.empty());
    bool unknown_power = false;
    for (refusal const& r : unsaid.refusals) {
        unknown_power = unknown_power || r.broken == constraint::power_unknown;
    }
    CHECK(unknown_power);
    plan_rules wrong{.beside = watts_of(-1)};
    auto const found = recommend(small, chat, three, {}, catalog::instances, wrong);
    REQUIRE_FALSE(found);
    CHECK(found.error().message.view().starts_with(
        "the power beside the accelerators of a machine, in watts, is -1; it must be from 0 to "));
}
