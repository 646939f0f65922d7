// SPDX-License-Identifier: MIT
#include "recommend/buy_or_rent.hpp"
#include "recommend/print_json.hpp"
#include "recommend/svg.hpp"
#include "recommend/verbs.hpp"
#include "recommend/words.hpp"

#include <reckon/cost/sensitivity.hpp>
#include <reckon/io/format.hpp>

#include <algorithm>
#include <cmath>

namespace recommend {
namespace {

using json = nlohmann::ordered_json;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;
using row = std::vector<table_cell>;

constexpr double changed_by = 0.2; ///< of the table of what the payback depends on

std::string dollars(reckon::usd amount, int decimals = 0) {
    double const rounded_to = std::round(reckon::in_usd(amount) * 100) / 100;
    return (rounded_to < 0 ? "-$" : "$") + fixed(std::abs(rounded_to), decimals);
}

std::string hourly(reckon::usd_per_second rate) { return dollars(rate * reckon::hours(1), 2); }

std::string payback_text(reckon::payback_time t) {
    return t.never ? "never" : fixed(reckon::in_months(t.after), 1) + " months";
}

struct results {
    purchase_question const& asked;
    std::vector<way> ways;
    reckon::usd_per_second running;
    reckon::payback_time payback;
    double wins_above;
    double roi;
};

results work_out(purchase_question const& q) {
    reckon::usd_per_second const running = reckon::running_rate(q.own);
    return {q,
            ways_of(q),
            running,
            reckon::payback(q.own.purchase, q.on_demand, q.use.utilisation, running),
            reckon::owning_wins_above(q.own, q.on_demand),
            reckon::return_on_investment(q.own.purchase, q.on_demand, q.use.utilisation, running,
                                         q.own.life, q.own.life)};
}

/// What may be chosen: not a spot machine of which nobody said how often it is taken back.
bool is_choice(results const& r, way const& w) {
    return w.key != "spot" || r.asked.interruptions_given;
}

way const& cheapest(results const& r) {
    way const* best = nullptr;
    for (way const& w : r.ways) {
        if (is_choice(r, w) && (best == nullptr || w.used_hour < best->used_hour)) { best = &w; }
    }
    return *best; // owning is always one
}

std::string life_text(results const& r) {
    double const years = reckon::in_years(r.asked.own.life);
    return number_text(years) + (years == 1 ? " year" : " years");
}

std::string use_text(results const& r) {
    return reckon::io::percent(r.asked.use.utilisation, 0) + " of the time";
}

std::string verdict(results const& r) {
    way const& best = cheapest(r);
    std::string s = best.key == "own" ? "Buy"
                    : best.key == "api"
                        ? "Buy tokens of " + std::string(r.asked.api->seller.view())
                        : "Rent " + best.name.substr(std::string("renting ").size());
    s += ": used " + use_text(r) + " over " + life_text(r) + ", " + hourly(best.used_hour) +
         " for an hour of use";
    way const* other = nullptr;
    for (way const& w : r.ways) {
        if (&w != &best && is_choice(r, w) &&
            (other == nullptr || w.used_hour < other->used_hour)) {
            other = &w;
        }
    }
    if (other != nullptr) { s += ", " + hourly(other->used_hour) + " for " + other->name; }
    s += ". Against renting on demand, a purchase ";
    s += r.payback.never ? "never pays back" : "pays back after " + payback_text(r.payback);
    return s + ", and owning wins " +
           (r.wins_above > 1 ? "at no utilisation."
                             : "above " + reckon::io::percent(r.wins_above) + " of use.");
}

section ways_section(results const& r) {
    section s{.heading = "All ways"};
    s.grid.columns = {{"", "", alignment::left},
                      {"quoted, $/h", "", alignment::right},
                      {"$ a used hour", "", alignment::right},
                      {"$ in the first year", "", alignment::right},
                      {"$ in " + life_text(r), "", alignment::right}};
    way const& best = cheapest(r);
    for (way const& w : r.ways) {
        emphasis const look = &w == &best ? emphasis::good : emphasis::none;
        bool const own = w.key == "own";
        reckon::usd const all =
            own ? reckon::cost_of(r.asked.own).total() : w.after * r.asked.own.life;
        s.grid.rows.push_back(row{{w.name, look},
                                  {w.listed.known() ? hourly(w.listed.value()) : "-"},
                                  {(&w == &best ? "* " : "") + hourly(w.used_hour), look},
                                  {dollars(w.until(reckon::years(1)))},
                                  {dollars(all)}});
    }
    std::string note = "*: the cheapest.";
    if (r.asked.rented) { note += " Rented: " + offer_text(r.asked.prices, *r.asked.rented) + "."; }
    if (r.asked.api) {
        note += " " + std::string(r.asked.api->seller.view()) + "'s list is of " +
                date_text(r.asked.api->as_of) +
                (r.asked.prices.today &&
                         reckon::days_between(r.asked.api->as_of, *r.asked.prices.today) >
                             reckon::price_shelf_life.days
                     ? " (stale)."
                     : ".");
    }
    bool const spot = std::ranges::any_of(r.ways, [](way const& w) { return w.key == "spot"; });
    if (spot && !r.asked.interruptions_given) {
        note += " Spot: as if never interrupted, and so not chosen; --interruptions and --lost say "
                "how often.";
    }
    if (r.asked.no_electricity) { note += " Owning: without electricity."; }
    if (r.asked.own.discount_rate > 0) {
        note += " Owning over its life at present value; renting is not discounted.";
    }
    s.notes.push_back(note);
    return s;
}

section ownership_section(results const& r) {
    section s{.heading = "What owning costs over " + life_text(r), .titled = false};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::right}};
    reckon::ownership_cost const c = reckon::cost_of(r.asked.own);
    auto const add = [&](std::string const& what, std::string const& value,
                         emphasis look = emphasis::none) {
        s.grid.rows.push_back(row{{what, look}, {value, look}});
    };
    auto const part = [&](char const* what, reckon::usd amount) {
        if (amount > reckon::usd{}) { add(what, dollars(amount)); }
    };
    part("purchase", c.purchase);
    part("electricity", c.energy);
    part("maintenance", c.maintenance);
    part("people", c.people);
    part("space and network", c.space);
    if (c.residual > reckon::usd{}) { add("left at the end", "-" + dollars(c.residual)); }
    add("in all", dollars(c.total()), emphasis::strong);
    add("an hour, used or not", hourly(c.rate()));
    add("of which running", hourly(r.running));
    add("return on the purchase", reckon::io::percent(r.roi, 0));
    return s;
}

section sensitivity_section(results const& r) {
    section s{.heading = "Payback against renting on demand, with one input changed"};
    s.grid.columns = {{"input", "", alignment::left},
                      {"20 % less", "", alignment::right},
                      {"20 % more", "", alignment::right}};
    for (reckon::payback_change const& c : reckon::payback_sensitivity(
             r.asked.own, r.asked.on_demand, r.asked.use.utilisation, changed_by)) {
        s.grid.rows.push_back(
            row{{std::string(c.input)}, {payback_text(c.less)}, {payback_text(c.more)}});
    }
    return s;
}

/// When it is looked at what all ways have cost: twelve times in the life.
std::vector<reckon::seconds> looks(results const& r) {
    constexpr int times = 12;
    std::vector<reckon::seconds> all;
    for (int i = 0; i <= times; ++i) {
        all.push_back(r.asked.own.life * (static_cast<double>(i) / times));
    }
    return all;
}

section time_section(results const& r) {
    section s{.heading = "Paid until then, without what is left of own machines"};
    s.grid.columns = {{"months", "", alignment::right}};
    for (way const& w : r.ways) {
        s.grid.columns.push_back({w.name, "", alignment::right});
    }
    std::vector<curve> curves;
    for (way const& w : r.ways) {
        curves.push_back({w.name, {}, {}, false});
    }
    auto const times = looks(r);
    for (std::size_t i = 0; i < times.size(); ++i) {
        row cells{{number_text(reckon::in_months(times[i]))}};
        for (std::size_t k = 0; k < r.ways.size(); ++k) {
            reckon::usd const paid = r.ways[k].until(times[i]);
            cells.emplace_back(dollars(paid));
            curves[k].x.push_back(reckon::in_months(times[i]));
            curves[k].y.push_back(reckon::in_usd(paid));
        }
        constexpr std::size_t every = 2; // of the times, for a table that one reads
        if (i % every == 0 && i > 0) { s.grid.rows.push_back(cells); }
    }
    s.picture = lines({.x = "months", .y = "USD in all"}, curves);
    return s;
}

/// How much of the traffic a seller's list would have to cost as much as the machines.
section token_section(results const& r) {
    section s{.heading = "By the token", .titled = false};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::left}};
    auto const add = [&](std::string const& what, std::string const& value) {
        s.grid.rows.push_back(row{{what}, {value}});
    };
    reckon::token_rate const out = r.asked.a_second.output / reckon::seconds{1};
    reckon::ownership_cost const c = reckon::cost_of(r.asked.own);
    if (out > reckon::token_rate{}) {
        auto const per_token = [&](reckon::usd_per_second rate) {
            return "$" +
                   fixed(reckon::in_usd_per_million_tokens(reckon::cost_per_token(rate, out)), 2) +
                   " a million output tokens, all costs on them";
        };
        for (way const& w : r.ways) {
            if (w.key == "api") { continue; }
            add(w.name, per_token(w.used_hour * r.asked.use.utilisation));
        }
    }
    if (r.asked.api) {
        reckon::price_list const& l = *r.asked.api;
        auto const price = [](reckon::usd_per_token p) {
            return "$" + fixed(reckon::in_usd_per_million_tokens(p), 3);
        };
        add(std::string(l.seller.view()), price(l.input) + " input, " + price(l.cached) +
                                              " cached, " + price(l.output) +
                                              " output, a million tokens");
        // Requests are seconds of this traffic: how many a second cost what the machines do.
        double const share =
            reckon::in_per_second(reckon::break_even_requests(c.rate(), r.asked.a_second, l));
        add("owning costs as much", "at " + reckon::io::percent(share, 0) + " of this traffic");
    }
    return s;
}

json payback_of(reckon::payback_time t) {
    return t.never ? json(nullptr) : rounded(reckon::in_months(t.after));
}

json data_of_purchase(results const& r) {
    reckon::ownership_cost const c = reckon::cost_of(r.asked.own);
    auto const money = [](reckon::usd u) { return rounded(reckon::in_usd(u)); };
    json ways = json::array();
    for (way const& w : r.ways) {
        ways.push_back({{"way", w.key},
                        {"name", w.name},
                        {"quoted_usd_per_hour",
                         known_or_null(w.listed.known(), reckon::in_usd_per_hour(w.listed.value_or(
                                                             reckon::usd_per_second{})))},
                        {"usd_per_used_hour", rounded(reckon::in_usd_per_hour(w.used_hour))},
                        {"usd_at_once", money(w.at_once)},
                        {"usd_per_hour_after", rounded(reckon::in_usd_per_hour(w.after))}});
    }
    json sensitivity = json::array();
    for (reckon::payback_change const& change : reckon::payback_sensitivity(
             r.asked.own, r.asked.on_demand, r.asked.use.utilisation, changed_by)) {
        sensitivity.push_back({{"input", std::string(change.input)},
                               {"payback_months_20_percent_less", payback_of(change.less)},
                               {"payback_months_20_percent_more", payback_of(change.more)}});
    }
    json over_time = json::array();
    for (reckon::seconds const t : looks(r)) {
        json at{{"months", rounded(reckon::in_months(t))}};
        for (way const& w : r.ways) {
            at[w.key] = money(w.until(t));
        }
        over_time.push_back(at);
    }
    return {{"utilisation", r.asked.use.utilisation},
            {"life_years", reckon::in_years(r.asked.own.life)},
            {"cheapest", cheapest(r).key},
            {"ways", ways},
            {"ownership_usd",
             {{"purchase", money(c.purchase)},
              {"energy", money(c.energy)},
              {"maintenance", money(c.maintenance)},
              {"people", money(c.people)},
              {"space", money(c.space)},
              {"residual", money(c.residual)},
              {"total", money(c.total())}}},
            {"running_usd_per_hour", rounded(reckon::in_usd_per_hour(r.running))},
            {"payback_months", payback_of(r.payback)},
            {"owning_wins_above_utilisation", rounded(r.wins_above)},
            {"return_on_investment", rounded(r.roi)},
            {"payback_sensitivity", sensitivity},
            {"paid_until", over_time}};
}

} // namespace

reckon::result<report> buy_or_rent_report(given const& g, output& how) {
    auto const asked = read_purchase(g);
    if (!asked) { return asked.error(); }
    how = asked->print;
    results const r = work_out(*asked);
    report out{};
    out.shown.title = "Buy or rent: " + dollars(asked->own.purchase) + " against " +
                      (asked->rented ? std::string(asked->rented->provider.view()) + " " +
                                           std::string(asked->rented->instance.view()) + " at "
                                     : std::string("renting at ")) +
                      hourly(asked->on_demand) + " an hour";
    out.shown.lead = {verdict(r)};
    out.shown.sections = {ways_section(r), ownership_section(r), sensitivity_section(r),
                          time_section(r)};
    section tokens = token_section(r);
    if (!tokens.grid.rows.empty()) { out.shown.sections.push_back(std::move(tokens)); }
    out.data = data_of_purchase(r);
    for (json const& w : out.data["ways"]) {
        out.rows.push_back(w);
    }
    return out;
}

} // namespace recommend
