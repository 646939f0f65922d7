// SPDX-License-Identifier: MIT
// Models that share machines: as many as filling machine by machine takes, and never more than apart.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/recommend/shared_fleet.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

using namespace reckon;

namespace {
std::vector<fleet_hour> replicas(std::vector<count> const& by_hour) {
    std::vector<fleet_hour> hours;
    for (count const n : by_hour) {
        hours.push_back({.replicas = n});
    }
    return hours;
}
/// First fit, largest first.
count filled(std::vector<count> sizes, count in_machine) {
    std::sort(sizes.rbegin(), sizes.rend());
    std::vector<count> left;
    count machines = 0;
    for (count const size : sizes) {
        if (size > in_machine) {
            machines += (size + in_machine - 1) / in_machine;
            continue;
        }
        auto const place =
            std::find_if(left.begin(), left.end(), [&](count free) { return free >= size; });
        if (place != left.end()) {
            *place -= size;
        } else {
            left.push_back(in_machine - size);
        }
    }
    return machines + static_cast<count>(left.size());
}
std::string why(std::vector<tenant> const& tenants, count in_machine = 8) {
    auto const s = shared_by(gpus::h100_sxm_80gb, tenants, in_machine);
    return s ? "" : std::string(s.error().message.view());
}
} // namespace

TEST_CASE("a model of the day and one of the night") {
    auto const day = replicas({1, 8, 8, 1});
    auto const night = replicas({4, 1, 1, 4});
    std::vector<tenant> const both{{day, 4}, {night, 8}};
    auto const s = shared_by(gpus::h100_sxm_80gb, both, 8);
    REQUIRE(s);
    CHECK(s->alone == 4 + 4);
    CHECK(s->together == 5);
    CHECK(s->busiest == 0);
    CHECK(std::vector<count>(s->machines.begin(), s->machines.end()) ==
          std::vector<count>{5, 5, 5, 5});
    // And it costs what its machines cost.
    constexpr offer eight{.provider = "a cloud",
                          .instance = "eight",
                          .gpus = 8,
                          .on_demand = price{usd_per_hour(32), date{2026, 11, 1}}};
    auto const c = cost_of(machine_demand{s->by_hour()}, eight);
    REQUIRE(c);
    CHECK(test::near(c->least, usd_per_hour(160)));
}

TEST_CASE("small models on divided accelerators") {
    auto const a = replicas({3, 7});
    auto const b = replicas({2, 1});
    std::vector<tenant> const small{{.hours = a, .profile = "1g.10gb"},
                                    {.hours = b, .profile = "3g.40gb"}};
    auto const s = shared_by(gpus::h100_sxm_80gb, small, 1);
    REQUIRE(s);
    // Two halves leave no place; 7 and a half take two as well: 3g beside three of the seven.
    CHECK(std::vector<count>(s->machines.begin(), s->machines.end()) == std::vector<count>{2, 2});
    CHECK(s->alone == 1 + 1);
    std::vector<tenant> const wrong{{.hours = a, .profile = "1g.11gb"}};
    CHECK(why(wrong).find("has no instance '1g.11gb'") != std::string::npos);
}

TEST_CASE("shared_by") {
    CHECK(reckon::test::holds("fills machines without gaps, and never needs more than apart", [] {
        count const in_machine = *rc::gen::element<count>(4, 8, 16);
        std::size_t const hours = *rc::gen::inRange<std::size_t>(1, 5);
        std::size_t const models = *rc::gen::inRange<std::size_t>(1, 5);
        std::vector<std::vector<fleet_hour>> days;
        std::vector<tenant> tenants;
        for (std::size_t m = 0; m < models; ++m) {
            std::vector<count> day;
            for (std::size_t h = 0; h < hours; ++h) {
                day.push_back(*rc::gen::inRange(0, 12));
            }
            days.push_back(replicas(day));
        }
        for (auto const& day : days) {
            tenants.push_back({day, *rc::gen::element<count>(1, 2, 4, 8, 32)});
            if (tenants.back().devices == 8 && in_machine == 4) { tenants.back().devices = 4; }
        }
        auto const s = shared_by(gpus::h100_sxm_80gb, tenants, in_machine);
        RC_ASSERT(s.has_value());
        for (std::size_t h = 0; h < hours; ++h) {
            std::vector<count> sizes;
            for (tenant const& t : tenants) {
                sizes.insert(sizes.end(), static_cast<std::size_t>(t.hours[h].replicas), t.devices);
            }
            RC_ASSERT(s->machines[h] == filled(sizes, in_machine));
        }
        RC_ASSERT(s->together <= s->alone);
    }));
}

TEST_CASE("what makes no sense") {
    auto const two = replicas({1, 2});
    auto const three = replicas({1, 2, 3});
    CHECK(why({}) == "a shared fleet needs models, each with its hours.");
    CHECK(why({{two, 1}, {three, 1}}) ==
          "the models of a shared fleet have 2 and 3 hours; give each the same.");
    CHECK(why({{two, 3}}) == "replicas of 3 and 3 accelerators on machines of 8 leave gaps; give "
                             "sizes that divide each other.");
    CHECK(why({{two, 0}}).starts_with("replicas of 0 and 0 accelerators"));
    CHECK(why({{two, 2}, {two, 0}}).starts_with("replicas of 2 and 0 accelerators"));
    CHECK(why({{two, 2}}, 0).starts_with("replicas of 2 and 2 accelerators on machines of 0"));
    CHECK_FALSE(shared_by<1>(gpus::h100_sxm_80gb, std::vector<tenant>{{two, 1}}, 8).has_value());
}
