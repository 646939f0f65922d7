// SPDX-License-Identifier: MIT
#include "recommend/plan_sections.hpp"
#include "recommend/sections.hpp"
#include "recommend/svg.hpp"
#include "recommend/words.hpp"

#include <reckon/host/software.hpp>
#include <reckon/io/format.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::count;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;
using row = std::vector<table_cell>;

std::string percentile_text(fleet_answer const& a) {
    return std::string(reckon::serving::name(a.asked.promise.limits.of));
}

std::string replicas_text(reckon::serving::replica_range const& r) {
    return r.least == r.most ? std::to_string(r.most)
                             : std::to_string(r.least) + " to " + std::to_string(r.most);
}

std::string rate_text(reckon::request_rate r) { return number_text(reckon::in_per_second(r)); }

std::string verdict(fleet_answer const& a) {
    if (!a.carried()) {
        return "No fleet: none of " + reckon::io::with_commas(a.found->plans_tried) +
               " kinds of replica carries this day within the limits.";
    }
    reckon::fleet_plan const& p = a.found->plans[0];
    std::string s = "Run " + replicas_text(p.range) +
                    (p.range.most == 1 ? " replica of " : " replicas of ") + kind_text(a, p) +
                    ", at most " + reckon::io::with_commas(p.devices()) + " GPUs";
    if (p.cost.of[0].known()) {
        bool const level = p.range.least == p.range.most;
        s += ": " + dollars(a_day(p.cost.least)) + " a day" +
             (level ? "" : ", " + std::string(name(p.cost.cheapest))) +
             (p.cost.per_token.known()
                  ? ", $" + fixed(reckon::in_usd_per_million_tokens(p.cost.per_token.value()), 2) +
                        " a million output tokens"
                  : "");
    }
    return s + ".";
}

/// "prompts of 2,000 tokens": the mean where they differ.
std::string lengths_text(std::string const& of, reckon::length_distribution const& d) {
    if (d.buckets.size() == 1) { return of + " of " + tokens_text(d.mean()) + " tokens"; }
    return of + " of " + tokens_text(d.mean()) + " tokens on average and up to " +
           tokens_text(d.longest());
}

std::string asked_text(fleet_answer const& a) {
    reckon::traffic const t = a.asked.day();
    reckon::fleet_rules const& p = a.asked.promise;
    std::string s =
        "For " + lengths_text("prompts", t.prompt) + ", " + lengths_text("answers", t.output);
    std::string limits;
    auto const limit = [&](char const* what, reckon::figure<reckon::seconds> const& most) {
        if (!most.known()) { return; }
        limits += (limits.empty() ? "" : ", ") + std::string(what) + " within " +
                  reckon::io::to_text(most.value());
    };
    limit("first token", p.limits.time_to_first_token);
    limit("each further one", p.limits.time_per_token);
    limit("a request", p.limits.end_to_end);
    s += limits.empty() ? "; no limits of time, so that replicas run full"
                        : "; " + percentile_text(a) + ": " + limits;
    return s + "; " + std::to_string(p.spare) + " spare; " +
           std::string(a.asked.asked.rules.serving_engine.name.view()) + ".";
}

section fleets_section(fleet_answer const& a, std::size_t most) {
    question const& q = a.asked.asked;
    section s{.heading = "Fleets that carry the day"};
    bool const several = q.several_precisions();
    s.grid.columns = {{"#", "", alignment::right}, {"a replica", "", alignment::left}};
    if (several) { s.grid.columns.push_back({"of", "", alignment::left}); }
    for (char const* const title :
         {"req/s", "replicas", "GPUs", "$/day", "$/Mtok", "first s", "each ms", "kW"}) {
        s.grid.columns.push_back({title, "", alignment::right});
    }
    std::size_t const shown = std::min(most, a.found->plans.size());
    for (std::size_t i = 0; i < shown; ++i) {
        reckon::fleet_plan const& p = a.found->plans[i];
        auto const of = a.asked.promise.limits.of;
        emphasis const look = i == 0 ? emphasis::good : emphasis::none;
        row cells{{std::to_string(i + 1), look}, {kind_text(a, p), look}};
        if (several) { cells.emplace_back(weights_text(q, p)); }
        cells.emplace_back(fixed(reckon::in_per_second(p.capacity), 2));
        cells.emplace_back(p.range.least == p.range.most ? std::to_string(p.range.most)
                                                         : std::to_string(p.range.least) + "-" +
                                                               std::to_string(p.range.most));
        cells.emplace_back(std::to_string(p.devices()));
        cells.emplace_back(
            p.cost.of[0].known()
                ? dollars(a_day(p.cost.least)).substr(1) +
                      (p.rented.known() ? seller_mark(q.prices, p.rented.value()) : "")
                : "-");
        cells.emplace_back(
            p.cost.per_token.known()
                ? fixed(reckon::in_usd_per_million_tokens(p.cost.per_token.value()), 2)
                : "-");
        cells.emplace_back(fixed(
            reckon::in_seconds(reckon::serving::at(p.at_busiest.time_to_first_token, of)), 2));
        cells.emplace_back(fixed(
            reckon::in_milliseconds(reckon::serving::at(p.at_busiest.time_per_token, of)), 1));
        cells.emplace_back(p.power.known() ? fixed(reckon::in_watts(p.power.value()) / 1000, 1)
                                           : "-");
        s.grid.rows.push_back(cells);
    }
    std::string note = "req/s: what one replica carries within the limits. Replicas over the day, "
                       "spares among them; times at " +
                       percentile_text(a) + " in the busiest hour; kW of boards then.";
    if (a.found->plans.size() > shown) {
        note += " " + std::to_string(a.found->plans.size() - shown) + " more; --all lists them.";
    }
    s.notes.push_back(note);
    if (reckon::preference const why = a.found->preferred(); why.made) {
        std::string const over = kind_text(a, a.found->plans[why.over]);
        s.notes.push_back("The first is " +
                          preference_text(why, q.rules.rank_by, q.rules.alike, over) + ".");
    }
    s.notes.emplace_back(seller_note);
    return s;
}

/// How long a replica takes to be there, and what that costs a scaler that does not know the day.
std::string lead_text(fleet_answer const& a) {
    std::string const lead = reckon::io::to_text(a.hours.lead);
    std::string note = "A replica serves " + lead + " after it is ordered (start, weights, warm-up";
    note += a.asked.start_assumed || a.asked.download_assumed ? "; partly assumed)" : ")";
    if (!(a.hours.unforeseen == a.hours.range)) {
        note += "; a scaler that does not know the day keeps " + replicas_text(a.hours.unforeseen) +
                " replicas";
    }
    return note + ".";
}

/// Hours in a row with as many replicas, in one line.
section hours_section(fleet_answer const& a) {
    section s{.heading = "The day of the first fleet", .from = page_depth::why};
    s.grid.columns = {{"from", "", alignment::right},         {"to", "", alignment::right},
                      {"requests/s", "", alignment::right},   {"replicas", "", alignment::right},
                      {"busy at most", "", alignment::right}, {"first s", "", alignment::right},
                      {"each ms", "", alignment::right}};
    auto const& hours = a.hours.hours;
    auto const of = a.asked.promise.limits.of;
    curve asked_for{"requests a second", {}, {}, true};
    curve ready{"replicas", {}, {}, true};
    for (std::size_t begin = 0; begin < hours.size();) {
        std::size_t end = begin;
        double use = 0;
        reckon::request_rate least = hours[begin].rate;
        reckon::request_rate most = hours[begin].rate;
        reckon::seconds first{};
        reckon::seconds each{};
        for (; end < hours.size() && hours[end].replicas == hours[begin].replicas; ++end) {
            least = reckon::min(least, hours[end].rate);
            most = reckon::max(most, hours[end].rate);
            use = std::max(use, hours[end].use);
            first =
                reckon::max(first, reckon::serving::at(hours[end].queue.time_to_first_token, of));
            each = reckon::max(each, reckon::serving::at(hours[end].queue.time_per_token, of));
        }
        s.grid.rows.push_back(
            row{{clock_text(a.hours.apart, begin)},
                {clock_text(a.hours.apart, end)},
                {least == most ? rate_text(most) : rate_text(least) + " .. " + rate_text(most)},
                {std::to_string(hours[begin].replicas)},
                {reckon::io::percent(use, 0)},
                {fixed(reckon::in_seconds(first), 2)},
                {fixed(reckon::in_milliseconds(each), 1)}});
        begin = end;
    }
    for (std::size_t i = 0; i <= hours.size(); ++i) {
        auto const& hour = hours[std::min(i, hours.size() - 1)];
        double const at = reckon::in_hours(a.hours.apart) * static_cast<double>(i);
        asked_for.x.push_back(at);
        asked_for.y.push_back(reckon::in_per_second(hour.rate));
        ready.x.push_back(at);
        ready.y.push_back(static_cast<double>(hour.replicas));
    }
    s.picture = lines({.x = "hour", .y = "requests a second, replicas"}, {asked_for, ready});
    s.notes.push_back(lead_text(a));
    return s;
}

/// The day in a few lines, for pages without its table.
section day_section(fleet_answer const& a) {
    section s{.heading = "The day of the first fleet", .titled = false, .to = page_depth::answer};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::left}};
    auto const& hours = a.hours.hours;
    auto const of = a.asked.promise.limits.of;
    std::string replicas;
    for (reckon::fleet_hour const& h : hours) {
        replicas += (replicas.empty() ? "" : " ") + std::to_string(h.replicas);
    }
    if (a.hours.range.least < a.hours.range.most) {
        s.grid.rows.push_back(row{{"replicas"}, {replicas}});
    }
    reckon::fleet_hour const& h = hours[a.hours.busiest];
    s.grid.rows.push_back(
        row{{"busiest"},
            {"from " + clock_text(a.hours.apart, a.hours.busiest) + ": " + rate_text(h.rate) +
             " requests a second, " + reckon::io::percent(h.use, 0) + " busy, " +
             percentile_text(a) + " of the first token " +
             fixed(reckon::in_seconds(reckon::serving::at(h.queue.time_to_first_token, of)), 2) +
             " s, of each further one " +
             fixed(reckon::in_milliseconds(reckon::serving::at(h.queue.time_per_token, of)), 1) +
             " ms"}});
    s.notes.push_back(lead_text(a));
    return s;
}

section cost_section(fleet_answer const& a) {
    section s{.heading = "What the first fleet costs"};
    reckon::fleet_cost const& c = a.found->plans[0].cost;
    s.grid.columns = {{"way", "", alignment::left},
                      {"machines", "", alignment::left},
                      {"$ an hour", "", alignment::right},
                      {"$ a day", "", alignment::right},
                      {"$ a year", "", alignment::right}};
    constexpr double days_a_year = 365;
    bool marked = false;
    for (reckon::fleet_way const w : reckon::fleet_ways) {
        if (!c[w].known()) { continue; }
        using enum reckon::fleet_way;
        std::string const all = std::to_string(c.most);
        std::string const machines =
            w == fixed ? all + " on demand, always"
            : w == scaled
                ? recommend::fixed(c.mean_paid, 1) + " on demand on average, at most " + all
            : w == reserved ? all + " reserved"
                            : std::to_string(c.base) + " reserved, the rest on demand";
        // The first of those that print alike: on a level day nothing is gained by scaling.
        bool const best = !marked && dollars(a_day(c[w].value())) == dollars(a_day(c.least));
        marked = marked || best;
        emphasis const look = best ? emphasis::good : emphasis::none;
        s.grid.rows.push_back(row{{std::string(name(w)) + (best ? " *" : ""), look},
                                  {machines},
                                  {recommend::fixed(reckon::in_usd_per_hour(c[w].value()), 2)},
                                  {dollars(a_day(c[w].value())).substr(1)},
                                  {dollars(a_day(c[w].value()) * days_a_year).substr(1)}});
    }
    question const& q = a.asked.asked;
    reckon::fleet_plan const& p = a.found->plans[0];
    if (p.rented.known()) {
        s.notes.push_back("*: the cheapest. " +
                          offer_text(q.prices, q.prices.offers[p.rented.value()]) + ".");
    } else {
        s.notes.emplace_back("Nobody quotes a price of this accelerator.");
    }
    return s;
}

section room_section(fleet_answer const& a) {
    section s{.heading = "Host and room of the busiest hour", .titled = false};
    s.grid.columns = {
        {"", "", alignment::left}, {"", "", alignment::left}, {"", "", alignment::left}};
    auto const add = [&](char const* what, std::string const& value, reckon::provenance from) {
        s.grid.rows.push_back(
            row{{what}, {value}, {std::string(reckon::name(from)), emphasis::faint}});
    };
    using enum reckon::provenance;
    reckon::any_gpu const& g = a.asked.asked.gpu_of(a.found->plans[0]);
    if (!a.room) {
        s.notes.push_back("Nobody published the power of " + std::string(g.name.view()) +
                          ", so that nothing can be said about the room.");
        return s;
    }
    reckon::host::host_plan const& h = *a.room;
    reckon::provenance const from = a.machine.source;
    add("machines",
        std::to_string(h.machines) + " of " + std::to_string(a.in_machine) +
            (a.in_machine == 1 ? " GPU" : " GPUs") + ", built as a " +
            std::string(a.machine.name.view()),
        from);
    add("each",
        std::to_string(h.cores) + " cores, " + reckon::io::to_text(h.memory) + " of memory, " +
            reckon::io::to_text(h.disk) + " of disk, " +
            number_text(reckon::in_gigabytes_per_second(h.network) * 8) + " Gbit/s of network",
        h.source);
    add("power",
        reckon::io::to_text(h.power) + " a machine, " + std::to_string(h.supplies) +
            (h.supplies == 1 ? " supply of " : " supplies of ") +
            reckon::io::to_text(a.machine.supply) +
            (a.machine.spare_supplies > 0
                 ? ", " + std::to_string(a.machine.spare_supplies) + " of them spare"
                 : ""),
        from);
    add("room",
        (h.racks > 0
             ? std::to_string(h.racks) + (h.racks == 1 ? " rack of " : " racks of ") +
                   reckon::io::to_text(a.asked.wishes.rack)
             : "a machine is too much for a rack of " + reckon::io::to_text(a.asked.wishes.rack)) +
            ", " + reckon::io::to_text(h.site_power) + " with cooling (PUE " +
            number_text(a.asked.wishes.power_usage_effectiveness) + "), " +
            reckon::io::with_commas(static_cast<count>(h.heat_btu_per_hour)) + " BTU/h of heat",
        assumed);
    std::string software;
    using enum reckon::host::component;
    for (auto const of : {cuda, driver, rocm}) {
        auto const* const least = reckon::host::find_minimum(g, of);
        if (least == nullptr) { continue; }
        software += (software.empty() ? "" : ", ") + std::string(reckon::host::name(of)) + " " +
                    std::string(reckon::host::version_text(least->least).view()) + " or newer";
    }
    if (!software.empty()) { add("software", software, observed); }
    auto const units = reckon::host::check_operands(
        g, a.asked.asked.weights_of(a.found->plans[0])[reckon::tensor_role::attention_output]
               .operands);
    if (!units.passes) { s.notes.emplace_back(units.why.view()); }
    return s;
}

section refusals_section_of(fleet_answer const& a) {
    question const& q = a.asked.asked;
    section s{.heading = "Refused: the replica of each that was nearest to passing",
              .from = a.carried() && !q.gpus_named ? page_depth::all : page_depth::answer};
    s.grid.columns = {{"a replica", "", alignment::left},
                      {"of", "", alignment::left},
                      {"rule", "", alignment::left},
                      {"needs > has", "", alignment::left}};
    constexpr std::size_t most = 12;
    std::size_t left_out = 0;
    for (reckon::refusal const& r : a.found->refusals) {
        if (q.print.depth != page_depth::all && s.grid.rows.size() == most) {
            ++left_out;
            continue;
        }
        refused one{.why = r};
        one.memory = reckon::serving::memory_of(
            q.model_of(r), q.gpu_of(r), q.weights_of(r), q.rules.kv_cache, r.spread,
            q.rules.serving_engine, reckon::longest_context(a.asked.day()), r.spread.data);
        s.grid.rows.push_back(row{{devices_text(r.spread.devices(), q.gpu_of(r)) +
                                   (r.spread.devices() > 1 ? " as " + layout_text(r.spread) : "")},
                                  {weights_text(q, r)},
                                  {rule_text(one), emphasis::bad},
                                  {numbers_text(one)}});
    }
    if (left_out > 0) {
        s.notes.push_back(std::to_string(left_out) + " more were refused; --all lists them.");
    }
    return s;
}

/// "Qwen3-32B: a day of 15.4 requests a second, 27 in the busiest hour"
std::string title(fleet_answer const& a) {
    question const& q = a.asked.asked;
    reckon::traffic const t = a.asked.day();
    std::string s(q.models[0].model.name.view());
    std::size_t const models = distinct_models(q);
    if (models > 1) { s += " or " + std::to_string(models - 1) + " more"; }
    std::string const busiest = rate_text(reckon::busiest_rate(t));
    bool const level = std::ranges::all_of(
        a.asked.rates, [&](reckon::request_rate r) { return r == a.asked.rates[0]; });
    if (level) { return s + ": " + busiest + " requests a second all day"; }
    return s + ": a day of " + fixed(reckon::in_per_second(reckon::mean_rate(t)), 1) +
           " requests a second, " + busiest + " in the busiest hour";
}

} // namespace

std::string dollars(reckon::usd amount) {
    return "$" + reckon::io::with_commas(static_cast<count>(reckon::in_usd(amount) + 0.5));
}

std::string kind_text(fleet_answer const& a, reckon::fleet_plan const& p) {
    question const& q = a.asked.asked;
    return devices_text(p.spread.devices(), q.gpu_of(p)) +
           (p.spread.devices() > 1 ? " as " + layout_text(p.spread) : "");
}

std::string clock_text(reckon::seconds apart, std::size_t hour) {
    double const minutes = reckon::in_seconds(apart) * static_cast<double>(hour) / 60;
    auto const whole = static_cast<int>(minutes + 0.5);
    std::string const m = std::to_string(whole % 60);
    return std::to_string(whole / 60) + (m.size() == 1 ? ":0" : ":") + m;
}

page page_of(fleet_answer const& a) {
    question const& q = a.asked.asked;
    page p{.title = title(a), .lead = {verdict(a), asked_text(a)}};
    if (a.carried()) {
        constexpr std::size_t in_answer = 6;
        bool const all = q.print.depth == page_depth::all;
        p.sections = {fleets_section(a, all ? a.found->plans.size() : in_answer), day_section(a),
                      hours_section(a), cost_section(a), room_section(a)};
    }
    for (section& s : sections_of_pairs(a)) {
        p.sections.push_back(std::move(s));
    }
    for (served const& one : q.models) {
        if (auto const why = q.exclusion_of(one)) { p.lead.push_back(left_out_text(*why)); }
    }
    if (!a.excluded.empty()) {
        p.sections.push_back(conflicts_section(a.excluded));
        p.sections.back().notes.push_back("Times are at " + percentile_text(a) + ".");
    }
    if (!a.found->refusals.empty()) { p.sections.push_back(refusals_section_of(a)); }
    return p;
}

} // namespace recommend
