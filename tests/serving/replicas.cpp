// SPDX-License-Identifier: MIT
// From a rate to replicas: enough, early enough, and one more.
#include <reckon/serving/replicas.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::serving::range_for;
using reckon::serving::replica_rules;
using reckon::serving::replicas_for;

namespace {
constexpr replica_rules rules{.capacity = per_second(10)};
}

TEST_CASE("N + 1") {
    static_assert(*replicas_for(per_second(35), rules) == 5); // 4 and a spare
    static_assert(*replicas_for(per_second(40), rules) == 5);
    static_assert(*replicas_for(per_second(41), rules) == 6);
    static_assert(*replicas_for(per_second(0), rules) == 2); // one that always runs, and a spare
    replica_rules none = rules;
    none.spare = 0;
    none.least = 0;
    CHECK(*replicas_for(per_second(0), none) == 0); // scaled to zero
    replica_rules const told{
        .capacity = per_second(10)}; // when the program runs: one spare, one that always runs
    CHECK(*replicas_for(per_second(35), told) == 5);
    CHECK(*replicas_for(per_second(0), told) == 2);
    none.least = 3;
    CHECK(*replicas_for(per_second(0), none) == 3);
    CHECK(*replicas_for(per_second(1e13), none) == 1'000'000'000'000);
    CHECK_FALSE(replicas_for(per_second(1.1e13), none));
    replica_rules careful = rules;
    careful.planned_use = 0.7;
    CHECK(*replicas_for(per_second(35), careful) == 6); // ceil(5) + 1
}

TEST_CASE("a rate that grows is served by what starts early enough") {
    replica_rules slow = rules;
    slow.starting = 300_s;
    // 20 a second now, 0.1 a second more each second: 50 when a new replica serves.
    CHECK(*replicas_for(per_second(20), slow, 0.1) == 6);
    CHECK(*replicas_for(per_second(20), rules, 0.1) == 3);
}

TEST_CASE("over a day, the fewest and the most") {
    std::vector<request_rate> const day{per_second(5), per_second(20), per_second(80),
                                        per_second(30)};
    auto const r = range_for(day, hours(6), rules);
    CHECK(*r == serving::replica_range{2, 9});
    CHECK(range_for({}, hours(1), rules).error().message.view() ==
          "a day without rates or time between them needs no replicas; give both.");
    CHECK_FALSE(range_for(day, {}, rules).has_value());
    // Who takes nine hours to start runs what comes within nine hours: half way from 20 to 80, from 5.
    replica_rules slow = rules;
    slow.starting = hours(9);
    CHECK(*range_for(day, hours(6), slow) == serving::replica_range{4, 9});
    std::vector<request_rate> const quiet{per_second(5), per_second(20)};
    CHECK(*range_for(quiet, hours(6), slow) == serving::replica_range{3, 3});
    // Three hours: half way as well, but to the next hour only.
    slow.starting = hours(3);
    CHECK(*range_for(day, hours(6), slow) == serving::replica_range{3, 9});
    // Far ahead lies the whole day, however far.
    slow.starting = hours(1e9);
    CHECK(*range_for(day, hours(6), slow) == serving::replica_range{9, 9});
}

TEST_CASE("what makes no sense is named") {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    CHECK(replicas_for(per_second(1), {.capacity = per_second(0)}).error().message.view() ==
          "a replica's capacity is 0.000 requests a second; give one above 0.");
    replica_rules r = rules;
    r.planned_use = 1.5;
    CHECK(check(r)->message.view() == "planned_use is 1.500; give a share above 0, up to 1.");
    r = rules;
    r.spare = -1;
    CHECK(check(r)->message.view() == "spare is -1; give 0 or more replicas.");
    r.least = -2;
    CHECK(check(r)->message.view() == "spare is -1; give 0 or more replicas.");
    r.spare = 0;
    CHECK(check(r)->message.view() == "least is -2; give 0 or more replicas.");
    r = rules;
    r.starting = seconds{-1};
    CHECK(check(r)->message.view() == "starting is -1.000 s; give a time from 0 up.");
    for (double const rate : {-1.0, infinite, std::numeric_limits<double>::quiet_NaN(), 1e300}) {
        CHECK(replicas_for(per_second(rate), rules).error().code == errc::out_of_range);
    }
    CHECK(replicas_for(per_second(1), rules, -1).error().code == errc::out_of_range);
    CHECK(replicas_for(per_second(-1.5), rules, 0.25).error().message.view() ==
          "a rate of -1.500 requests a second, growing by 0.250, is none to plan for; give finite "
          "ones from 0 up.");
    CHECK(range_for(std::vector{per_second(-1)}, hours(1), rules).error().code ==
          errc::out_of_range);
}
