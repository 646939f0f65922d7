// SPDX-License-Identifier: MIT
// Tables of offers at random: what is called cheapest is no dearer than anything that trying them all finds.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/cost/price_of_use.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/units/makers.hpp>

#include <algorithm>
#include <optional>
#include <vector>

using namespace reckon;
using reckon::test::holds;

namespace {

constexpr date day{2026, 11, 22};
int roll(int sides) { return *rc::gen::inRange(0, sides); }

quoted_price some_price() {
    if (roll(4) == 0) { return unknown; }
    return price{usd_per_hour(1 + roll(100)), day};
}
offer some_offer() {
    offer o{};
    o.provider = "cloud";
    o.instance = "machine";
    o.gpu_id = roll(4) == 0 ? "other" : "this";
    o.gpus = 1 + roll(8);
    o.marketplace = roll(4) == 0;
    o.on_demand = some_price();
    o.booked = some_price();
    o.reserved_1y = some_price();
    o.reserved_3y = some_price();
    o.spot = some_price();
    return o;
}
std::vector<offer> some_table() {
    std::vector<offer> table(static_cast<std::size_t>(roll(12)));
    std::generate(table.begin(), table.end(), some_offer);
    return table;
}
rental_terms some_terms() {
    return {.how = static_cast<purchase>(roll(5)), .marketplace = roll(2) == 0};
}

} // namespace

TEST_CASE("the cheapest offer") {
    CHECK(holds("is suitable, and no suitable one costs less for an accelerator", [] {
        std::vector<offer> const table = some_table();
        rental_terms terms = some_terms();
        terms.least_gpus = 1 + roll(8);
        result<offer> const best = cheapest_offer("this", table, terms);
        bool any = false;
        for (offer const& o : table) {
            bool const good = o.gpu_id.view() == "this" && o.gpus >= terms.least_gpus &&
                              (terms.marketplace || !o.marketplace) &&
                              o.price_of(terms.how).known();
            RC_ASSERT(suits(o, "this", terms) == good);
            if (!good) { continue; }
            any = true;
            RC_ASSERT(best.has_value());
            RC_ASSERT(per_gpu(best.value(), terms.how).value() <= per_gpu(o, terms.how).value());
        }
        RC_ASSERT(best.has_value() == any);
        if (any) { RC_ASSERT(suits(best.value(), "this", terms)); }
    }));
}

TEST_CASE("a number of accelerators") {
    CHECK(holds("is rented in whole machines at the least price that trying every offer finds", [] {
        std::vector<offer> const table = some_table();
        rental_terms const terms = some_terms();
        count const wanted = 1 + roll(40);
        count const together = 1 + roll(8);
        rent const got = rent_of("this", wanted, together, table, terms);
        std::optional<double> least[2]; // in machines that are large enough; in smaller ones
        for (offer const& o : table) {
            if (!suits(o, "this", terms)) { continue; }
            auto const machines = static_cast<double>((wanted + o.gpus - 1) / o.gpus);
            double const all = in_usd_per_hour(o.price_of(terms.how).value().rate) * machines;
            std::optional<double>& best = least[o.gpus < together];
            best = std::min(best.value_or(all), all);
        }
        RC_ASSERT(got.price.known() == (least[0] || least[1]));
        if (!got.price.known()) { return; }
        RC_ASSERT(got.from_smaller == !least[0]);
        double const expected = least[0] ? *least[0] : *least[1];
        RC_ASSERT(
            static_cast<bool>(reckon::test::near(in_usd_per_hour(got.price.value()), expected)));
        offer const& chosen = table[got.offer];
        RC_ASSERT(suits(chosen, "this", terms));
        RC_ASSERT(got.machines * chosen.gpus >= wanted);
        RC_ASSERT((got.machines - 1) * chosen.gpus < wanted);
    }));
    CHECK(holds("of one more never costs less", [] {
        std::vector<offer> const table = some_table();
        count const wanted = 1 + roll(40);
        rent const some = rent_of("this", wanted, 1, table);
        rent const more = rent_of("this", wanted + 1, 1, table);
        RC_ASSERT(some.price.known() == more.price.known());
        if (some.price.known()) { RC_ASSERT(more.price.value() >= some.price.value()); }
    }));
}

TEST_CASE("the cheapest way to pay") {
    CHECK(holds("is no dearer than any way, and a machine that idles never makes one cheaper", [] {
        offer const o = some_offer();
        use_of_machine const use{.utilisation = (1 + roll(100)) / 100.0,
                                 .interruptions = per_second(roll(30) / 3600.0),
                                 .lost = seconds{60.0 * roll(10)}};
        use_of_machine busier = use;
        busier.utilisation = std::min(1.0, use.utilisation + 0.05);
        result<way_to_pay> const best = cheapest_way(o, use);
        bool any = false;
        for (purchase const how : {purchase::on_demand, purchase::booked, purchase::reserved_1y,
                                   purchase::reserved_3y, purchase::spot}) {
            figure<usd_per_second> const p = price_of_use(o, how, use);
            if (!p.known()) { continue; }
            any = true;
            RC_ASSERT(p.value() >= o.price_of(how).value().rate);
            RC_ASSERT(price_of_use(o, how, busier).value() <= p.value());
            RC_ASSERT(best.has_value() && best.value().used_hour <= p.value());
        }
        RC_ASSERT(best.has_value() == any);
    }));
}
