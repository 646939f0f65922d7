// SPDX-License-Identifier: MIT
// Renting n accelerators: whole machines, large enough where accelerators must be together.
#include <reckon/catalog/instances.hpp>
#include <reckon/cost.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
constexpr date day{2026, 11, 1};
constexpr offer table[] = {
    {.provider = "single", .gpu_id = "x", .gpus = 1, .on_demand = price{usd_per_hour(3), day}},
    {.provider = "pair", .gpu_id = "x", .gpus = 2, .on_demand = price{usd_per_hour(8), day}},
    {.provider = "node", .gpu_id = "x", .gpus = 8, .on_demand = price{usd_per_hour(40), day}},
    {.provider = "dear node", .gpu_id = "x", .gpus = 8, .on_demand = price{usd_per_hour(50), day}},
    {.provider = "other", .gpu_id = "y", .gpus = 8, .on_demand = price{usd_per_hour(1), day}},
};
} // namespace

TEST_CASE("whole machines that are large enough") {
    constexpr rent alone = rent_of("x", 3, 1, table);
    static_assert(alone.offer == 0 && alone.machines == 3 && !alone.from_smaller);
    CHECK(in_usd_per_hour(alone.price.value()) == doctest::Approx(9));
    // Two together: 2 x 8 against a node for 40.
    rent const pairs = rent_of("x", 4, 2, table);
    CHECK(pairs.offer == 1);
    CHECK(pairs.machines == 2);
    // Four of a node cost the node.
    rent const part = rent_of("x", 4, 4, table);
    CHECK(part.offer == 2);
    CHECK(in_usd_per_hour(part.price.value()) == doctest::Approx(40));
    CHECK(rent_of("x", 16, 8, table).machines == 2);
}

TEST_CASE("smaller quotes stand in and say so") {
    rent const nothing_so_large = rent_of("x", 16, 16, table);
    CHECK(nothing_so_large.from_smaller);
    CHECK(in_usd_per_hour(nothing_so_large.price.value()) == doctest::Approx(48)); // 16 x 3
    CHECK_FALSE(rent_of("z", 1, 1, table).price.known());
    CHECK_FALSE(rent_of("", 1, 1, table).price.known());
    CHECK_FALSE(rent_of("x", 0, 1, table).price.known());
}

TEST_CASE("of offers that cost the same the first of the table is taken") {
    rental_menu menu{};
    // Four of a machine of one, two of a machine of two, one of a machine of four: 12 USD each.
    menu.entries.push_back({1, usd_per_hour(3), 7});
    menu.entries.push_back({2, usd_per_hour(6), 3});
    menu.entries.push_back({4, usd_per_hour(12), 5});
    CHECK(rent_of(menu, 4, 1).offer == 3);
    CHECK(rent_of(menu, 4, 1).machines == 2);
    CHECK(rent_of(menu, 4, 4).offer == 5); // together first
}

TEST_CASE("eight H200 in one machine are a p5en.48xlarge") {
    // Persona P1.2: 63.296 USD an hour, 2026-07-20.
    rent const node = rent_of("h200-sxm", 8, 8, catalog::instances);
    CHECK(catalog::instances[node.offer].gpus == 8);
    CHECK(in_usd_per_hour(node.price.value()) <= 63.296 + 1e-9);
}
