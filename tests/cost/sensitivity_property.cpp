// SPDX-License-Identifier: MIT
// Each row of the sensitivity of a payback is the payback with that one input changed, and nothing else.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/cost/price_of_use.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/cost/sensitivity.hpp>
#include <reckon/units/makers.hpp>

#include <algorithm>

using namespace reckon;
using reckon::test::holds;

namespace {
double some(int low, int high, double step = 1) { return *rc::gen::inRange(low, high) * step; }
bool same(payback_time const& a, payback_time const& b) {
    if (a.never || b.never) { return a.never == b.never; }
    return static_cast<bool>(reckon::test::near(a.after, b.after, reckon::test::within(1e-9)));
}
} // namespace

TEST_CASE("sensitivity") {
    CHECK(holds("is the payback with one input smaller and larger", [] {
        ownership const own{.purchase = usd{some(1, 1000, 1000)},
                            .life = years(5),
                            .power = kilowatts(some(1, 100, 0.1)),
                            .power_usage_effectiveness = 1.3,
                            .tariff = usd_per_kilowatt_hour(some(1, 40, 0.01)),
                            .maintenance_a_year = some(0, 20, 0.01),
                            .people_a_year = usd{some(0, 50, 1000)},
                            .space_a_year = usd{some(0, 50, 100)}};
        usd_per_second const rent = usd_per_hour(some(1, 500, 0.5));
        double const use = some(1, 100, 0.01);
        double const change = some(1, 90, 0.01);
        auto const rows = payback_sensitivity(own, rent, use, change);
        for (double const by : {1 - change, 1 + change}) {
            auto const& at = [&](std::size_t i) { return by < 1 ? rows[i].less : rows[i].more; };
            ownership cheaper = own;
            cheaper.purchase = own.purchase * by;
            // Maintenance is paid on the old price.
            cheaper.maintenance_a_year = own.maintenance_a_year / by;
            RC_ASSERT(same(at(0), payback(cheaper.purchase, rent, use, running_rate(cheaper))));
            RC_ASSERT(same(at(1), payback(own.purchase, rent * by, use, running_rate(own))));
            RC_ASSERT(same(
                at(2), payback(own.purchase, rent, std::min(1.0, use * by), running_rate(own))));
            ownership other = own;
            other.tariff = own.tariff * by;
            RC_ASSERT(same(at(3), payback(own.purchase, rent, use, running_rate(other))));
            other = own;
            other.maintenance_a_year *= by;
            RC_ASSERT(same(at(4), payback(own.purchase, rent, use, running_rate(other))));
            other = own;
            other.people_a_year = own.people_a_year * by;
            other.space_a_year = own.space_a_year * by;
            RC_ASSERT(same(at(5), payback(own.purchase, rent, use, running_rate(other))));
        }
        RC_ASSERT(rows[0].input == "purchase");
        RC_ASSERT(rows[5].input == "people and space");
    }));
}

TEST_CASE("the first of equals") {
    constexpr date day{2026, 11, 22};
    offer o{};
    o.gpu_id = "this";
    o.gpus = 8;
    o.on_demand = price{usd_per_hour(10), day};
    o.booked = price{usd_per_hour(10), day};
    o.reserved_1y = price{usd_per_hour(10), day};
    CHECK(cheapest_way(o, {})->how == purchase::on_demand);
    // Of two offers at one price, the one that stands first; also where the sizes differ.
    offer half = o;
    half.gpus = 4;
    half.on_demand = price{usd_per_hour(5), day};
    offer const table[] = {half, o, o};
    CHECK(rent_of("this", 8, 1, table).offer == 0);
    offer const turned[] = {o, half, o};
    CHECK(rent_of("this", 8, 1, turned).offer == 0);
    CHECK(rent_of("this", 8, 8, table).offer == 1);
}
