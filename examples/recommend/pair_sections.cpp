// SPDX-License-Identifier: MIT
#include "recommend/plan_sections.hpp"
#include "recommend/svg.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

#include <algorithm>
#include <cmath>

namespace recommend {
namespace {

using reckon::count;
using reckon::io::alignment;
using reckon::io::table_cell;
using row = std::vector<table_cell>;

/// What a pair is called: its heading, the column of its parts, and the parts.
struct names_of_pair {
    std::string_view heading;
    std::string_view part;
    std::string_view of;
    std::string_view first;
    std::string_view second;
};
constexpr names_of_pair names_of_pools{"Prefill and decode pools", "pool", "engines", "prefill",
                                       "decode"};
constexpr names_of_pair names_of_mixture{"Two kinds of replica", "", "replicas", "first", "second"};

std::string range_text(reckon::serving::replica_range const& r) {
    return r.least == r.most ? std::to_string(r.most)
                             : std::to_string(r.least) + "-" + std::to_string(r.most);
}

/// "$1,234 a day, 12 % more than the first fleet of one kind"
std::string cost_text(fleet_answer const& a, reckon::fleet_pair<96> const& day) {
    if (!day.cost.known()) { return "nobody quotes a price of one of them"; }
    std::string s = dollars(a_day(day.cost.value())) + " a day";
    if (day.per_token.known()) {
        s += ", $" + fixed(reckon::in_usd_per_million_tokens(day.per_token.value()), 2) +
             " a million output tokens";
    }
    if (!a.carried() || !a.found->plans[0].cost.of[0].known()) { return s; }
    double const other = reckon::in_usd(a_day(a.found->plans[0].cost.least));
    double const factor = reckon::in_usd(a_day(day.cost.value())) / other;
    constexpr double as_much = 0.0005;
    if (std::abs(factor - 1) < as_much) { return s + ", as much as the first fleet above"; }
    return s + ", " + fixed(std::abs(factor - 1) * 100, 1) + " % " +
           (factor > 1 ? "more" : "less") + " than the first fleet above";
}

void add_part(section& s, fleet_answer const& a, std::string_view part, reckon::fleet_plan const& p,
              bool owned) {
    if (p.range.most == 0) { return; }
    question const& q = a.asked.asked;
    row cells{{std::string(part)}, {kind_text(a, p)}};
    if (q.several_precisions()) { cells.emplace_back(weights_text(q, p)); }
    cells.emplace_back(range_text(p.range));
    cells.emplace_back(std::to_string(p.devices()));
    cells.emplace_back(owned                  ? "owned"
                       : p.cost.of[0].known() ? std::string(name(p.cost.cheapest))
                                              : "-");
    cells.emplace_back(p.cost.of[0].known() ? dollars(a_day(p.cost.least)).substr(1) : "-");
    s.grid.rows.push_back(std::move(cells));
    if (!owned && p.rented.known()) {
        s.notes.push_back(std::string(part) + ": " +
                          offer_text(q.prices, q.prices.offers[p.rented.value()]) + ".");
    }
}

section pair_section(fleet_answer const& a, pair_answer const& found, names_of_pair const& names) {
    section s{.heading = std::string(names.heading)};
    if (!found.day) {
        s.titled = false;
        s.notes.push_back("None: " + found.why);
        return s;
    }
    reckon::fleet_pair<96> const& day = *found.day;
    bool const several = a.asked.asked.several_precisions();
    s.grid.columns = {{std::string(names.part), "", alignment::left},
                      {"each", "", alignment::left}};
    if (several) { s.grid.columns.push_back({"of", "", alignment::left}); }
    s.grid.columns.push_back({std::string(names.of), "", alignment::right});
    s.grid.columns.push_back({"GPUs", "", alignment::right});
    s.grid.columns.push_back({"way", "", alignment::left});
    s.grid.columns.push_back({"$/day", "", alignment::right});
    auto const owned = [&](reckon::fleet_plan const& p) {
        return p.range.most > 0 && !p.rented.known() && p.cost.of[0].known();
    };
    add_part(s, a, names.first, day.of_first, owned(day.of_first));
    add_part(s, a, names.second, day.of_second, owned(day.of_second));
    s.notes.insert(s.notes.begin(), "At most " + reckon::io::with_commas(day.devices()) +
                                        " GPUs at once: " + cost_text(a, day) + ".");
    return s;
}

/// Hours in a row with as many of both, in one line.
section hours_of_pair(pair_answer const& found, names_of_pair const& names) {
    section s{.heading = std::string(names.heading) + ": the day", .from = page_depth::why};
    reckon::fleet_pair<96> const& day = *found.day;
    s.grid.columns = {{"from", "", alignment::right},
                      {"to", "", alignment::right},
                      {"requests/s at most", "", alignment::right},
                      {std::string(names.first), "", alignment::right},
                      {std::string(names.second), "", alignment::right}};
    auto const& one = day.first.hours;
    auto const& two = day.second.hours;
    curve first{std::string(names.first), {}, {}, true};
    curve second{std::string(names.second), {}, {}, true};
    for (std::size_t begin = 0; begin < one.size();) {
        std::size_t end = begin;
        reckon::request_rate most{};
        while (end < one.size() && one[end].replicas == one[begin].replicas &&
               two[end].replicas == two[begin].replicas) {
            most = reckon::max(most, one[end].rate);
            ++end;
        }
        s.grid.rows.push_back(row{{clock_text(day.first.apart, begin)},
                                  {clock_text(day.first.apart, end)},
                                  {number_text(reckon::in_per_second(most))},
                                  {std::to_string(one[begin].replicas)},
                                  {std::to_string(two[begin].replicas)}});
        begin = end;
    }
    for (std::size_t i = 0; i <= one.size(); ++i) {
        std::size_t const h = std::min(i, one.size() - 1);
        double const at = reckon::in_hours(day.first.apart) * static_cast<double>(i);
        first.x.push_back(at);
        first.y.push_back(static_cast<double>(one[h].replicas));
        second.x.push_back(at);
        second.y.push_back(static_cast<double>(two[h].replicas));
    }
    s.picture = lines({.x = "hour", .y = std::string(names.of)}, {first, second});
    return s;
}

void note_pools(section& s, fleet_answer const& a) {
    if (!a.pools->day) { return; }
    auto const of = a.asked.promise.limits.of;
    auto const& hours = a.pools->day->second;
    reckon::serving::queue_times const& q = hours.hours[hours.busiest].queue;
    s.notes.push_back("Spare engines among them. " + std::string(reckon::serving::name(of)) +
                      " in the busiest hour: first token " +
                      fixed(reckon::in_seconds(reckon::serving::at(q.time_to_first_token, of)), 2) +
                      " s, each further one " +
                      fixed(reckon::in_milliseconds(reckon::serving::at(q.time_per_token, of)), 1) +
                      " ms; sending a prompt's cache delays the first by " +
                      reckon::io::to_text(a.pools->transfer.exposed) + " at " +
                      number_text(reckon::in_gigabytes_per_second(a.asked.link.each_way)) +
                      " GB/s" + (a.asked.link_assumed ? " (assumed)." : "."));
}

void note_mixture(section& s, fleet_answer const& a) {
    if (!a.mixture->day || a.asked.owned.empty()) { return; }
    bool const free = !(a.asked.owned[0].cost.value() > reckon::usd_per_second{});
    s.notes.push_back(std::string("What is owned runs first and is paid whether it runs or not") +
                      (free ? "; its hours were taken to cost nothing (--own-cost)." : "."));
}

} // namespace

std::vector<section> sections_of_pairs(fleet_answer const& a) {
    std::vector<section> all;
    if (a.pools) {
        all.push_back(pair_section(a, *a.pools, names_of_pools));
        note_pools(all.back(), a);
        if (a.pools->day) { all.push_back(hours_of_pair(*a.pools, names_of_pools)); }
    }
    if (a.mixture) {
        all.push_back(pair_section(a, *a.mixture, names_of_mixture));
        note_mixture(all.back(), a);
        if (a.mixture->day) { all.push_back(hours_of_pair(*a.mixture, names_of_mixture)); }
    }
    return all;
}

} // namespace recommend
