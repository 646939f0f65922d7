// SPDX-License-Identifier: MIT
// Plans in a caller's room are those of `recommend`, as many as it holds.
#include <reckon/catalog.hpp>
#include <reckon/recommend/recommend_into.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr any_gpu chosen[] = {gpus::h200_sxm, gpus::h100_sxm_80gb, gpus::mi300x};
constexpr workload asked{.context = 8_Ktok, .concurrency = 32};

std::span<candidate<any_model> const> one_model() {
    static any_model const served = models::qwen3_32b;
    static candidate<any_model> const only[] = {{&served, {}}};
    return only;
}

} // namespace

TEST_CASE("a caller's room holds the plans of recommend, best first") {
    plan_rules const rules{.plans_per_gpu = 3};
    auto const all = recommend(one_model(), asked, chosen, catalog::instances, rules);
    REQUIRE(all);
    REQUIRE(all->plans.size() > 4);
    std::array<plan, 16> room{};
    auto const found = recommend_into(room, one_model(), asked, chosen, catalog::instances, rules);
    REQUIRE(found);
    REQUIRE(*found == all->plans.size());
    for (std::size_t i = 0; i < *found; ++i) {
        CHECK(choice(room[i]) == choice(all->plans[i]));
        CHECK(room[i].spread == all->plans[i].spread);
        CHECK(room[i].replicas == all->plans[i].replicas);
    }

    // Less room: the first of them.
    std::array<plan, 2> small{};
    auto const few = recommend_into(small, one_model(), asked, chosen, catalog::instances, rules);
    REQUIRE(few);
    REQUIRE(*few == 2);
    CHECK(small[0].spread == room[0].spread);
    CHECK(choice(small[1]) == choice(room[1]));

    // No room at all is no error: nothing is kept.
    auto const none =
        recommend_into(std::span<plan>{}, one_model(), asked, chosen, catalog::instances, rules);
    REQUIRE(none);
    CHECK(*none == 0);
}

TEST_CASE("a question that makes no sense is refused before anything is written") {
    std::array<plan, 4> room{};
    auto const refused =
        recommend_into(room, one_model(), workload{.context = 8_Ktok}, chosen, catalog::instances);
    REQUIRE_FALSE(refused);
    auto const same =
        recommend(one_model(), workload{.context = 8_Ktok}, chosen, catalog::instances);
    CHECK(std::string(refused.error().message.view()) == std::string(same.error().message.view()));
    CHECK(room[0].replicas == plan{}.replicas);
}
