// SPDX-License-Identifier: MIT
// A menu holds the cheapest machine of each size, and nothing that is never the cheapest.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/cost.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
constexpr date day{2026, 11, 1};
constexpr offer table[] = {
    {.gpu_id = "x", .gpus = 8, .on_demand = price{usd_per_hour(50), day}},
    {.gpu_id = "x", .gpus = 1, .on_demand = price{usd_per_hour(3), day}},
    {.gpu_id = "x", .gpus = 8, .on_demand = price{usd_per_hour(40), day}},
    {.gpu_id = "y", .gpus = 2, .on_demand = price{usd_per_hour(1), day}},
};
} // namespace

TEST_CASE("one entry a size, at the least price") {
    constexpr rental_menu x = menu_of("x", table);
    static_assert(x.complete && x.entries.size() == 2);
    CHECK(x.entries[0].gpus == 8);
    CHECK(x.entries[0].offer == 2);
    CHECK(in_usd_per_hour(x.entries[0].price) == doctest::Approx(40));
    CHECK(x.entries[1].gpus == 1);
    CHECK(menu_of("z", table).entries.empty());
    CHECK(menu_of("", table).entries.empty());
    CHECK(menu_of("x", table, {.least_gpus = 2}).entries.size() == 1);
}

TEST_CASE("the menus of the bundled table rent any number as the table does") {
    // Every machine of the table that suits, tried one by one.
    for (any_gpu const& g : catalog::gpus) {
        rental_menu const menu = menu_of(g.id.view(), catalog::instances);
        CHECK(menu.complete);
        for (count n = 1; n <= 24; ++n) {
            rent const found = rent_of(menu, n, 1);
            double least = 0;
            for (offer const& o : catalog::instances) {
                if (!suits(o, g.id.view(), {})) { continue; }
                double const here = in_usd_per_hour(o.on_demand.value().rate) *
                                    static_cast<double>((n + o.gpus - 1) / o.gpus);
                if (least == 0 || here < least) { least = here; }
            }
            CHECK(found.price.known() == (least > 0));
            if (least > 0) {
                CHECK(in_usd_per_hour(found.price.value()) == doctest::Approx(least));
            }
        }
    }
}
