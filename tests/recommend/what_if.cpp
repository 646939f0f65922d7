// SPDX-License-Identifier: MIT
// More traffic, longer requests: whether the same machines hold, and whether another plan is better.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/recommend/what_if.hpp>
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
constexpr any_model large = models::llama_3_1_70b;
constexpr candidate<any_model> only[] = {{&large}};
constexpr std::span<candidate<any_model> const> models_asked(only);
constexpr workload chat{.context = 4096_tok, .request = {1000_tok, 500_tok}, .concurrency = 64};
constexpr workload stream{.context = 4096_tok, .request = {1000_tok, 500_tok}, .rate = 5_rps};

plan best(workload const& load, plan_rules const& rules = {}) {
    auto const found = recommend(models_asked, load, three, catalog::instances, rules);
    REQUIRE(found);
    REQUIRE_FALSE(found->plans.empty());
    return found->plans[0];
}
effect after(workload const& load, change const& by, plan_rules const& rules = {}) {
    auto const e =
        what_if(models_asked, load, three, catalog::instances, rules, best(load, rules), by);
    REQUIRE(e);
    return *e;
}
} // namespace

TEST_CASE("no change changes nothing") {
    for (workload const& load : {chat, stream}) {
        effect const e = after(load, {});
        plan const p = best(load);
        CHECK(e.holds);
        CHECK(e.carried);
        CHECK_FALSE(e.another_choice);
        CHECK(e.same.speed.end_to_end == p.speed.end_to_end);
        CHECK(e.same.price == p.price);
        CHECK(e.same.per_token == p.per_token);
        CHECK(e.best.devices() == p.devices());
    }
}

TEST_CASE("a tenth more traffic") {
    effect const e = after(chat, {.traffic = 1.1});
    CHECK(e.load.concurrency == 71); // 70.4, rounded up
    REQUIRE(e.holds);
    plan const p = best(chat);
    CHECK(e.same.devices() == p.devices());
    CHECK(e.same.speed.time_per_token.value >= p.speed.time_per_token.value);
    CHECK(e.same.per_token.value() < p.per_token.value()); // the same rent makes more
    CHECK(near(in_per_second(after(stream, {.traffic = 1.1}).load.rate), 5.5));
}

TEST_CASE("too much for the same machines") {
    effect const e = after(chat, {.traffic = 100}, {.max_devices = 256});
    CHECK_FALSE(e.holds);
    CHECK((e.broken.broken == constraint::cache || e.broken.broken == constraint::devices));
    CHECK(e.broken.need > e.broken.have);
    REQUIRE(e.carried);
    CHECK(e.best.devices() > best(chat).devices());
    // A limit of latency is broken before memory is full.
    plan_rules strict{};
    strict.time_per_token = best(chat).speed.time_per_token.value * 1.01;
    effect const slow = after(chat, {.traffic = 3}, strict);
    CHECK_FALSE(slow.holds);
}

TEST_CASE("half the lengths") {
    effect const e = after(chat, {.lengths = 0.5});
    CHECK(e.load.context == 2048_tok);
    CHECK(e.load.request.prompt == 500_tok);
    REQUIRE(e.holds);
    CHECK(e.same.speed.end_to_end.value < best(chat).speed.end_to_end.value);
    CHECK(e.same.memory.needed() < best(chat).memory.needed());
}

TEST_CASE("changes and plans that make no sense") {
    auto const said = [](change const& by, plan const& p) {
        auto const e = what_if(models_asked, chat, three, catalog::instances, {}, p, by);
        REQUIRE_FALSE(e);
        return std::string(e.error().message.view());
    };
    CHECK(said({.traffic = 0}, best(chat)) ==
          "a change is by a factor of 0.000; it must be above 0 and finite");
    CHECK(said({.lengths = std::numeric_limits<double>::infinity()}, best(chat)).find("factor") !=
          std::string::npos);
    plan foreign = best(chat);
    foreign.gpu = 77;
    CHECK(said({}, foreign).find("not one of this question") != std::string::npos);
    CHECK(said({.lengths = 1000}, best(chat)).find("above the 131,072") != std::string::npos);
}

TEST_CASE("the margin before another accelerator wins") {
    auto const found = recommend(models_asked, chat, three, catalog::instances);
    REQUIRE(found);
    figure<double> const margin = margin_of(*found);
    REQUIRE(margin.known());
    CHECK(margin.value() > 0);
    auto const alone =
        recommend(models_asked, chat, std::span<any_gpu const>(three, 1), catalog::instances);
    REQUIRE(alone);
    CHECK_FALSE(margin_of(*alone).known());
}
