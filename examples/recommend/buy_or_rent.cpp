// SPDX-License-Identifier: MIT
#include "recommend/buy_or_rent.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/price_lists.hpp>
#include <reckon/io/read_file.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::errc;
using reckon::purchase;
using reckon::sentence;

void read_money(reader& r, std::string_view name, reckon::usd& into) {
    double dollars = reckon::in_usd(into);
    r.amount(name, {.unit = "USD", .example = "120000 (USD)", .most = 1e12, .zero = true}, dollars);
    into = reckon::usd{dollars};
}

void read_ownership(reader& r, purchase_question& q) {
    reckon::ownership& o = q.own;
    if (!r.has("purchase")) {
        return r.fail(errc::missing_field,
                      "say what the machines cost to buy: --purchase 120000 (USD)");
    }
    read_money(r, "purchase", o.purchase);
    if (r.ok() && !(o.purchase > reckon::usd{})) {
        return r.about("purchase", {errc::out_of_range, "is 0; give what the machines cost"});
    }
    double life = 3;
    r.amount("life", {.unit = "years", .example = "3 (years)", .most = 100}, life);
    o.life = reckon::years(life);
    q.no_electricity = !r.has("power") && !r.has("tariff");
    if (r.has("power") != r.has("tariff")) {
        return r.fail(errc::missing_field, r.has("power")
                                               ? "say what electricity costs: --tariff 0.12 "
                                                 "(USD/kWh); power and tariff are one cost"
                                               : "say what the machines draw: --power 8 (kW); "
                                                 "power and tariff are one cost");
    }
    double power = 0;
    r.amount("power", {.unit = "kW", .example = "8 (kW of all machines)", .zero = true}, power);
    o.power = reckon::kilowatts(power);
    double tariff = 0;
    r.amount("tariff", {.unit = "USD", .example = "0.12 (USD/kWh)", .zero = true}, tariff);
    o.tariff = reckon::usd{tariff} / reckon::kilowatt_hours(1);
    r.share("load", o.load);
    r.amount("pue", {.example = "1.3", .most = 100}, o.power_usage_effectiveness);
    r.share("maintenance", o.maintenance_a_year);
    read_money(r, "staff", o.people_a_year);
    read_money(r, "space", o.space_a_year);
    r.share("residual", o.residual);
    r.share("discount", o.discount_rate);
    if (!r.ok()) { return; }
    if (auto const why = reckon::check(o)) { r.fail(*why); }
}

void read_rented(reader& r, purchase_question& q) {
    if (r.has("instance") == r.has("rent")) {
        return r.fail(errc::missing_field,
                      r.has("rent")
                          ? "--instance and --rent exclude each other: give one"
                          : "say what renting as much costs: --instance p4de.24xlarge, or --rent "
                            "27.447 (USD an hour)");
    }
    if (r.has("rent")) {
        double rent = 0;
        r.amount("rent", {.unit = "USD", .example = "27.447 (USD an hour)"}, rent);
        q.on_demand = reckon::usd_per_hour(rent);
        return;
    }
    std::string const name = r.text("instance");
    auto const found = std::ranges::find_if(
        q.prices.offers, [&](reckon::offer const& o) { return o.instance.view() == name; });
    if (found == q.prices.offers.end()) {
        // For the sentence about names that are near.
        return r.about("instance", reckon::find_instance(name).error());
    }
    if (!found->on_demand.known()) {
        return r.about("instance",
                       {errc::unknown_figure, "nobody quotes it on demand; give --rent instead"});
    }
    q.rented = *found;
    q.on_demand = found->on_demand.value().rate;
}

void read_use(reader& r, purchase_question& q) {
    if (!r.has("utilisation")) {
        return r.fail(errc::missing_field, "say for which share of the time the machines are used: "
                                           "--utilisation 60%");
    }
    r.share("utilisation", q.use.utilisation);
    if (r.ok() && !(q.use.utilisation > 0)) {
        return r.about("utilisation", {errc::out_of_range,
                                       "is 0; machines that nobody uses are not worth a question"});
    }
    q.interruptions_given = r.has("interruptions");
    if (q.interruptions_given != r.has("lost")) {
        return r.fail(errc::missing_field, "--interruptions and --lost belong together: how often "
                                           "a spot machine is taken back in a month, and what each "
                                           "time wastes");
    }
    double a_month = 0;
    r.amount("interruptions", {.example = "4 (a month)", .zero = true}, a_month);
    q.use.interruptions = a_month / reckon::months(1);
    r.duration("lost", q.use.lost);
}

void read_api(reader& r, given const& g, purchase_question& q) {
    bool const rates = r.has("input-rate") || r.has("cached-rate") || r.has("output-rate");
    if (r.has("api") != r.has("api-prices")) {
        return r.fail(errc::missing_field, "--api and --api-prices belong together: a seller, and "
                                           "the file that lists it, as data/api_prices.csv");
    }
    if (r.has("api") && !rates) {
        return r.fail(errc::missing_field, "say how many tokens are processed: --input-rate 2000 "
                                           "--output-rate 500 (a second, over all hours)");
    }
    auto const rate = [&](std::string_view name) {
        double n = 0;
        r.amount(name, {.example = "2000 (tokens a second)", .zero = true}, n);
        return reckon::tokens{n};
    };
    q.a_second = {rate("input-rate"), rate("cached-rate"), rate("output-rate")};
    if (!r.ok() || !r.has("api")) { return; }
    std::string const path = r.text("api-prices");
    auto const text = reckon::io::read_text_file(path);
    if (!text) { return r.about("api-prices", text.error()); }
    auto const lists = reckon::io::read_price_lists(*text, reckon::io::detail::shown_path(path),
                                                    day_of_question(q.prices), read_rates(r, g));
    if (!lists) { return r.fail(lists.error()); }
    for (reckon::price_list const& one : *lists) {
        if (one.seller.view() == r.text("api")) { q.api = one; }
    }
    if (q.api) { return; }
    sentence why{};
    reckon::detail::append_typed(why, r.text("api"));
    why.append(" is no seller of that file; it has");
    for (reckon::price_list const& one : *lists) {
        why.append(&one == lists->data() ? " " : ", ").append(one.seller.view());
    }
    r.about("api", {errc::unknown_name, why});
}

} // namespace

reckon::result<purchase_question> read_purchase(given const& g) {
    purchase_question q{};
    reader r(g);
    read_market(r, g, q.prices);
    if (r.ok()) { read_ownership(r, q); }
    if (r.ok()) { read_rented(r, q); }
    if (r.ok()) { read_use(r, q); }
    if (r.ok()) { read_api(r, g, q); }
    if (r.ok()) { read_output(r, q.print); }
    if (!r.ok()) { return r.failure(); }
    return q;
}

std::vector<way> ways_of(purchase_question const& q) {
    double const used = q.use.utilisation;
    std::vector<way> all;
    all.push_back({.name = "owning",
                   .key = "own",
                   .used_hour = reckon::cost_of(q.own).rate() / used,
                   .at_once = q.own.purchase,
                   .after = reckon::running_rate(q.own)});
    reckon::offer stated{}; // where only a price was given
    stated.instance = "as stated";
    stated.on_demand = reckon::price{q.on_demand, day_of_question(q.prices)};
    reckon::offer const& o = q.rented ? *q.rented : stated;
    constexpr std::pair<purchase, char const*> renting[] = {{purchase::on_demand, "on_demand"},
                                                            {purchase::booked, "booked"},
                                                            {purchase::reserved_1y, "reserved_1y"},
                                                            {purchase::reserved_3y, "reserved_3y"},
                                                            {purchase::spot, "spot"}};
    for (auto const& [how, key] : renting) {
        auto const hour = reckon::price_of_use(o, how, q.use);
        if (!hour.known()) { continue; }
        all.push_back({.name = "renting " + std::string(reckon::name(how)),
                       .key = key,
                       .listed = o.price_of(how).figure_of_rate(),
                       .used_hour = hour.value(),
                       .after = hour.value() * used});
    }
    if (q.api) {
        reckon::usd_per_second const bill =
            reckon::bill_of(q.a_second, *q.api) / reckon::seconds{1};
        all.push_back({.name = std::string(q.api->seller.view()) + " by the token",
                       .key = "api",
                       .used_hour = bill / used,
                       .after = bill});
    }
    return all;
}

} // namespace recommend
