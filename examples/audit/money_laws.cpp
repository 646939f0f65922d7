// SPDX-License-Identifier: MIT
// Rent, purchase, energy, tokens as money.
#include "audit/laws.hpp"

#include <reckon/cost/buy_or_rent.hpp>
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/cost/energy_cost.hpp>
#include <reckon/cost/ownership.hpp>
#include <reckon/cost/price_performance.hpp>
#include <reckon/cost/reservation.hpp>

namespace audit {

namespace {

using namespace reckon;

usd_per_second hourly(arguments& a, std::string_view name) { return usd_per_hour(a.number(name)); }
usd purchase_in(arguments& a) { return usd{a.number("purchase")}; }

usd_per_second rent_in(arguments& a) {
    quoted_price const quoted = a.instance().on_demand;
    return a.known(quoted.figure_of_rate(), "its price");
}

constexpr law laws[] = {
    {"rent", "catalog/instances.hpp", [](arguments& a) { return of(rent_in(a)); }},
    {"rent_of_one", "cost/offer.hpp",
     [](arguments& a) { return of(a.known(per_gpu(a.instance()), "its price")); }},
    {"gpus_of", "catalog/instances.hpp",
     [](arguments& a) { return plain(static_cast<double>(a.instance().gpus)); }},
    {"reservation_discount", "cost/reservation.hpp",
     [](arguments& a) {
         return plain(reservation_discount(hourly(a, "reserved"), hourly(a, "on_demand")));
     }},
    {"break_even_rate", "cost/cost_per_token.hpp",
     [](arguments& a) {
         usd_per_second const machines = a.has("usd_per_hour")
                                             ? hourly(a, "usd_per_hour")
                                             : purchase_in(a) / years(a.number("years"));
         return of(break_even_rate(machines, usd_per_million_tokens(a.number("usd_per_million"))));
     }},
    {"energy_used", "cost/energy_cost.hpp",
     [](arguments& a) {
         return of(energy_used(kilowatts(a.number("kilowatts")), years(a.number("years"))));
     }},
    {"energy_cost", "cost/energy_cost.hpp",
     [](arguments& a) {
         return of(energy_cost(kilowatts(a.number("kilowatts")), years(a.number("years")),
                               usd_per_kilowatt_hour(a.number("tariff"))));
     }},
    {"ownership", "cost/ownership.hpp",
     [](arguments& a) {
         return of(cost_of({.purchase = purchase_in(a),
                            .life = years(a.number("years")),
                            .power = kilowatts(a.number("kilowatts")),
                            .tariff = usd_per_kilowatt_hour(a.number("tariff")),
                            .maintenance_a_year = a.number_or("maintenance", 0)})
                       .total());
     }},
    {"payback", "cost/buy_or_rent.hpp",
     [](arguments& a) {
         payback_time const back = payback(purchase_in(a), hourly(a, "rent"), 1);
         if (back.never) { a.fail("it never pays back"); }
         return of(back.after);
     }},
    {"utilisation_for_payback", "cost/buy_or_rent.hpp",
     [](arguments& a) {
         return plain(utilisation_for_payback(purchase_in(a), hourly(a, "rent"),
                                              months(a.number("months"))));
     }},
    {"running_for_payback", "cost/buy_or_rent.hpp",
     [](arguments& a) {
         return of(
             running_for_payback(purchase_in(a), hourly(a, "rent"), 1, months(a.number("months"))));
     }},
    {"return_on_investment", "cost/buy_or_rent.hpp",
     [](arguments& a) {
         return plain(return_on_investment(purchase_in(a), hourly(a, "rent"), 1, {},
                                           years(a.number("years")), months(a.number("months"))));
     }},
    {"teraflops_per_watt", "cost/price_performance.hpp",
     [](arguments& a) {
         any_gpu const g = a.gpu();
         return plain(teraflops_per_watt(a.known(g.peak[a.operands()], "its peak"),
                                         a.known(g.power, "its power")));
     }},
    {"price_of_petaflops", "cost/price_performance.hpp",
     [](arguments& a) {
         any_gpu const g = a.gpu();
         return of(price_of_petaflops(purchase_in(a), a.known(g.peak[a.operands()], "its peak") *
                                                          a.number("count")));
     }},
};

} // namespace

std::span<law const> money_laws() { return laws; }

} // namespace audit
