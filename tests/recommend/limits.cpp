// SPDX-License-Identifier: MIT
// Limits one by one: their bounds, what each is for, what excludes what, and how that is said.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/recommend/fleet_relax.hpp>
#include <reckon/recommend/relax.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;

namespace {
/// Every limit, each with a value of its own: 2 s, 3 s, 5 s, 7 USD an hour, 11 W, 13 devices.
plan_rules all_limits() {
    plan_rules r{.max_devices = 13};
    r.time_per_token = 2_s;
    r.time_to_first_token = 3_s;
    r.end_to_end = 5_s;
    r.budget = usd_per_hour(7);
    r.power = 11_W;
    return r;
}
constexpr double values[] = {2, 3, 5, 7, 11, 13}; // in the order of `relaxable`
constexpr std::size_t many = std::size(detail::relaxable);
} // namespace

TEST_CASE("limits in their own units; without one, the others stay") {
    plan_rules const rules = all_limits();
    for (std::size_t i = 0; i < many; ++i) {
        CAPTURE(i);
        CHECK(near(detail::limit_of(rules, detail::relaxable[i]).value(), values[i]));
        plan_rules const few = detail::without(rules, detail::relaxable[i]);
        for (std::size_t k = 0; k < many; ++k) {
            auto const left = detail::limit_of(few, detail::relaxable[k]);
            CHECK(left.known() == (k != i));
            if (k != i) { CHECK(near(left.value(), values[k])); }
        }
        bool const counted = detail::relaxable[i] == constraint::devices;
        CHECK(detail::limit_of({}, detail::relaxable[i]).known() == counted);
    }
    CHECK(detail::without({.max_devices = 9}, constraint::devices).max_devices == 4096);
    CHECK(detail::without({.max_devices = 5000}, constraint::devices).max_devices == 5000);
    CHECK(detail::limit_of({.max_devices = 4095}, constraint::devices).known());
    CHECK_FALSE(detail::limit_of({.max_devices = 4096}, constraint::devices).known());
    stock const own[] = {{.gpu = "x", .devices = 8}};
    CHECK_FALSE(detail::limit_of({.max_devices = 9, .owned = own}, constraint::devices).known());
}

TEST_CASE("what a plan and a fleet take of each") {
    plan p{};
    p.spread.tensor = 13;
    p.speed.time_per_token = estimate<seconds>::exactly(2_s);
    p.speed.time_to_first_token = estimate<seconds>::exactly(3_s);
    p.speed.end_to_end = estimate<seconds>::exactly(5_s);
    fleet_plan f{};
    f.spread.tensor = 13;
    f.range.most = 1;
    for (constraint const rule : {constraint::budget, constraint::power}) {
        CHECK(detail::taken_by(p, rule) == 1e300); // nobody published it
        CHECK(detail::taken_by(f, rule) == 1e300);
    }
    p.price = usd_per_hour(7);
    p.power = 11_W;
    f.cost.of[0] = usd_per_hour(8);
    f.cost.least = usd_per_hour(7);
    f.power = 11_W;
    for (std::size_t i = 0; i < many; ++i) {
        CAPTURE(i);
        constraint const rule = detail::relaxable[i];
        CHECK(near(detail::taken_by(p, rule), values[i]));
        if (!detail::limits_time(rule)) { CHECK(near(detail::taken_by(f, rule), values[i])); }
        CHECK(detail::limits_time(rule) == (i < 3));
    }
    detail::least_of_fleets least{constraint::devices};
    least.accept(f);
    f.range.most = 2;
    least.accept(f);
    CHECK(least.least == 13);
    serving::queue_times const q{.time_to_first_token = {.p90 = 3_s, .p99 = 4_s},
                                 .time_per_token = {.p90 = 2_s, .p99 = 6_s},
                                 .end_to_end = {.p90 = 5_s, .p99 = 9_s}};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(near(detail::time_of(q, detail::relaxable[i], serving::percentile::p90),
                   seconds{values[i]}));
    }
    CHECK(detail::time_of(q, constraint::end_to_end, serving::percentile::p99) == 9_s);
}

TEST_CASE("a fleet's question with one of its limits") {
    detail::fleet_limits asked{all_limits(), {}};
    asked.rules.time_per_token = unknown; // a fleet's times are its promise's
    asked.rules.time_to_first_token = unknown;
    asked.rules.end_to_end = unknown;
    asked.promise.limits = {.time_to_first_token = 3_s, .time_per_token = 2_s, .end_to_end = 5_s};
    asked.promise.most = count{4};
    for (std::size_t i = 0; i < many; ++i) {
        CAPTURE(i);
        CHECK(near(asked.limit(detail::relaxable[i]).value(), values[i]));
        detail::fleet_limits const one = asked.only(detail::relaxable[i]);
        for (std::size_t k = 0; k < many; ++k) {
            CHECK(one.limit(detail::relaxable[k]).known() == (k == i));
        }
        CHECK(one.promise.most.known() == (detail::relaxable[i] == constraint::devices));
    }
    // What is owned is that much, whatever is asked.
    stock const own[] = {{.gpu = "x", .devices = 8}};
    asked.rules.owned = own;
    CHECK(asked.only(constraint::power).rules.max_devices == 13);
}

TEST_CASE("limits that nothing keeps alone, then pairs of the others") {
    auto const limit = [](constraint rule) -> figure<double> {
        switch (rule) {
        case constraint::time_per_token: return 1.0;
        case constraint::time_to_first_token: return 2.0;
        case constraint::budget: return 3.0;
        case constraint::power: return 7.0;
        case constraint::devices: return 9.0;
        default: return unknown;
        }
    };
    auto const alone = [](constraint rule) -> figure<double> {
        switch (rule) {
        case constraint::time_per_token: return 1.0; // just kept
        case constraint::time_to_first_token: return 5.0;
        case constraint::budget: return 2.0;
        case constraint::devices: return 1.0;
        default: return unknown;
        }
    };
    auto const together = [](constraint first, constraint second) -> detail::both_limits {
        bool const exclude = first == constraint::time_per_token && second == constraint::budget;
        if (!exclude) { return {true}; }
        return {false, 4.0, 6.0};
    };
    conflicts const found = detail::conflicts_among(limit, alone, together);
    REQUIRE(found.size() == 3);
    CHECK(found[0].first == constraint::time_to_first_token);
    CHECK(found[0].second == constraint::none);
    CHECK(found[0].first_limit == 2);
    CHECK(found[0].second_limit == 0);
    CHECK(found[0].first_needed.value() == 5);
    CHECK_FALSE(found[0].second_needed.known());
    CHECK(found[1].first == constraint::power);
    CHECK_FALSE(found[1].first_needed.known());
    CHECK(found[2].first == constraint::time_per_token);
    CHECK(found[2].second == constraint::budget);
    CHECK(found[2].first_limit == 1);
    CHECK(found[2].second_limit == 3);
    CHECK(found[2].first_needed.value() == 4);
    CHECK(found[2].second_needed.value() == 6);
}

TEST_CASE("conflicts are said in the words of their limits") {
    auto const said = [](conflict const& c) { return std::string(explain(c).view()); };
    CHECK(said({constraint::time_per_token, constraint::end_to_end, 0.0005, 10, 0.001, 15.2}) ==
          "a time per token of 0.500 ms and an end-to-end time of 10.00 s exclude each other; it "
          "takes a time per token of 1.0 ms, or an end-to-end time of 15.20 s.");
    CHECK(said({constraint::budget, constraint::devices, 26, 2, 54.1, unknown}) ==
          "a budget of 26.00 USD an hour and 2 devices exclude each other; it takes a budget of "
          "54.10 USD an hour.");
    CHECK(said({constraint::power, constraint::devices, 1500, 1, unknown, unknown}) ==
          "a power of 1.50 kW and 1 device exclude each other.");
    CHECK(said({constraint::budget, constraint::none, 1, 0, unknown, unknown}) ==
          "a budget of 1.00 USD an hour excludes every plan, whatever the other limits are; no "
          "plan has a price.");
    CHECK(said({constraint::power, constraint::none, 500, 0, unknown, unknown}) ==
          "a power of 0.50 kW excludes every plan, whatever the other limits are; no plan has a "
          "published power.");
    CHECK(said({constraint::time_to_first_token, constraint::none, 0.002, 0, 0.25, unknown}) ==
          "a time to first token of 2.0 ms excludes every plan, whatever the other limits are; it "
          "takes a time to first token of 250.0 ms.");
}

TEST_CASE("rules at their bounds, and beyond them") {
    auto const sound = [](auto change) {
        plan_rules r{};
        change(r);
        return !defect_of(r);
    };
    CHECK(sound([](auto& r) { r.max_devices = 1; }));
    CHECK(sound([](auto& r) { r.max_devices = 1'000'000'000'000; }));
    CHECK_FALSE(sound([](auto& r) { r.max_devices = 1'000'000'000'001; }));
    CHECK(sound([](auto& r) { r.max_machines = 1; }));
    CHECK(sound([](auto& r) { r.plans_per_gpu = 1; }));
    CHECK(sound([](auto& r) { r.spare = 63; })); // of 64 devices
    CHECK_FALSE(sound([](auto& r) { r.spare = 64; }));
    CHECK_FALSE(sound([](auto& r) { r.spare = -1; }));
    for (double const least : {1e-9, 1e12}) {
        CHECK(sound([&](auto& r) { r.time_to_first_token = seconds{least}; }));
        CHECK(sound([&](auto& r) { r.time_per_token = seconds{least}; }));
        CHECK(sound([&](auto& r) { r.end_to_end = seconds{least}; }));
        CHECK(sound([&](auto& r) { r.power = watts_of(least); }));
        CHECK(sound([&](auto& r) { r.rack = watts_of(least); }));
    }
    for (double const wrong : {0.9e-9, 1.1e12}) {
        CHECK_FALSE(sound([&](auto& r) { r.time_to_first_token = seconds{wrong}; }));
        CHECK_FALSE(sound([&](auto& r) { r.time_per_token = seconds{wrong}; }));
        CHECK_FALSE(sound([&](auto& r) { r.end_to_end = seconds{wrong}; }));
        CHECK_FALSE(sound([&](auto& r) { r.power = watts_of(wrong); }));
        CHECK_FALSE(sound([&](auto& r) { r.rack = watts_of(wrong); }));
        CHECK_FALSE(sound([&](auto& r) { r.budget = usd_per_hour(wrong); }));
    }
    CHECK(sound([](auto& r) { r.beside = watts_of(0.5); }));
    CHECK(sound([](auto& r) { r.alike = 1; }));
    CHECK_FALSE(sound([](auto& r) { r.alike = 1.5; }));
    CHECK(defect_of(plan_rules{.time_per_token = seconds{2.5e12}})->message.view() ==
          "the time per token allowed, in seconds, is 2,500,000,000,000; it must be from "
          "0.000000001 to 1,000,000,000,000");
    CHECK(defect_of(plan_rules{.alike = 1.25})->message.view() ==
          "the fraction within which estimates count as equal is 1.250; it must be from 0 to 1");
    stock const one[] = {{.gpu = "x", .devices = 1}};
    CHECK(sound([&](auto& r) { r.owned = one; }));
}

TEST_CASE("what one may use of an accelerator") {
    stock const own[] = {{.gpu = "x", .devices = 8, .cost = usd_per_hour(2)},
                         {.gpu = "y", .devices = 3}};
    plan_rules rules{.max_devices = 5};
    allowance const any = allowance_for(rules, "x");
    CHECK(any.devices == 5);
    CHECK_FALSE(any.owned);
    CHECK_FALSE(any.cost.known());
    rules.owned = own;
    CHECK(allowance_for(rules, "x").devices == 5);
    CHECK(allowance_for(rules, "x").owned);
    CHECK(allowance_for(rules, "x").cost.value() == usd_per_hour(2));
    CHECK(allowance_for(rules, "y").devices == 3);
    CHECK_FALSE(allowance_for(rules, "y").cost.known());
    CHECK(allowance_for(rules, "z").devices == 0);
    CHECK(allowance_for(rules, "z").owned);
    vendor_set const two = vendor_set::of({vendor::nvidia, vendor::intel});
    CHECK(two.has(vendor::nvidia));
    CHECK(two.has(vendor::intel));
    CHECK_FALSE(two.has(vendor::amd));
    CHECK(vendor_set::all().has(vendor::apple));
}
