// SPDX-License-Identifier: MIT
// Every plan of a question: more than `recommend`'s default room, in the same order.
#include <reckon/catalog.hpp>
#include <reckon/io/all_plans.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

TEST_CASE("all plans are those of a recommendation with room for all") {
    any_model const served = models::qwen3_32b;
    candidate<any_model> const only[] = {{&served, {}}};
    std::span<candidate<any_model> const> const models(only);
    workload const asked{.context = 8_Ktok, .concurrency = 32};
    auto const all = io::all_plans(models, asked, catalog::gpus, catalog::instances);
    auto const kept = recommend<256>(models, asked, catalog::gpus, catalog::instances);
    REQUIRE(all);
    REQUIRE(kept);
    CHECK(all->size() > 32);
    REQUIRE(all->size() == kept->plans.size());
    for (std::size_t i = 0; i < all->size(); ++i) {
        CHECK(choice((*all)[i]) == choice(kept->plans[i]));
        CHECK((*all)[i].spread == kept->plans[i].spread);
    }
    CHECK_FALSE(io::all_plans(models, workload{}, catalog::gpus, catalog::instances));
}
