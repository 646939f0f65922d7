// SPDX-License-Identifier: MIT
#include "recommend/plan_sections.hpp"
#include "recommend/print_json.hpp"
#include "recommend/share.hpp"
#include "recommend/svg.hpp"
#include "recommend/verbs.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

namespace recommend {
namespace {

using json = nlohmann::ordered_json;
using reckon::io::alignment;
using reckon::io::table_cell;
using row = std::vector<table_cell>;

std::string each_text(shared_answer const& a, sharing_service const& s) {
    if (!s.profile.empty()) { return "an instance " + std::string(s.profile.view()); }
    return devices_text(s.best.spread.devices(), a.gpu) +
           (s.best.spread.devices() > 1 ? " as " + layout_text(s.best.spread) : "");
}

std::string machines_text(reckon::count n) {
    return reckon::io::with_commas(n) + (n == 1 ? " machine" : " machines");
}

std::string verdict(shared_answer const& a) {
    if (!a.carried()) { return "No fleet: " + a.none_because; }
    std::string s = "Run at most " + machines_text(a.together.together) + " of " +
                    devices_text(a.in_machine, a.gpu);
    if (a.rented.known()) {
        s += ": " + dollars(a_day(a.cost.least)) + " a day, " + std::string(name(a.cost.cheapest));
    }
    s += "; each on machines of its own would take " + machines_text(a.together.alone);
    if (a.rented.known()) { s += " and " + dollars(a_day(a.cost_alone)) + " a day"; }
    return s + ".";
}

section services_section(shared_answer const& a) {
    section s{.heading = "What runs on them"};
    s.grid.columns = {{"service", "", alignment::left},   {"model", "", alignment::left},
                      {"a replica", "", alignment::left}, {"req/s", "", alignment::right},
                      {"replicas", "", alignment::right}, {"alone", "", alignment::right}};
    for (sharing_service const& one : a.services) {
        question const& q = one.asked.asked;
        auto const& range = one.day.range;
        s.grid.rows.push_back(row{{one.name()},
                                  {std::string(q.model_of(one.best).name.view()) + " " +
                                   std::string(q.weights_of(one.best).name.view())},
                                  {each_text(a, one)},
                                  {fixed(reckon::in_per_second(one.best.capacity), 2)},
                                  {range.least == range.most ? std::to_string(range.most)
                                                             : std::to_string(range.least) + "-" +
                                                                   std::to_string(range.most)},
                                  {std::to_string(one.machines_alone)}});
    }
    s.notes.emplace_back(
        "req/s: what one replica carries within its limits. Replicas over the day, "
        "spares among them; alone: machines, on machines of its own.");
    if (a.rented.known()) {
        s.notes.push_back(offer_text(a.prices, a.prices.offers[a.rented.value()]) + ".");
    } else {
        s.notes.emplace_back("Nobody quotes a price of such machines.");
    }
    return s;
}

section hours_section(shared_answer const& a) {
    section s{.heading = "Machines over the day", .from = page_depth::why};
    s.grid.columns = {{"from", "", alignment::right}, {"to", "", alignment::right}};
    for (sharing_service const& one : a.services) {
        s.grid.columns.push_back({one.name(), "", alignment::right});
    }
    s.grid.columns.push_back({"machines", "", alignment::right});
    reckon::seconds const apart = a.services[0].day.apart;
    std::size_t const hours = a.together.machines.size();
    curve machines{"machines", {}, {}, true};
    auto const same = [&](std::size_t x, std::size_t y) {
        for (sharing_service const& one : a.services) {
            if (one.day.hours[x].replicas != one.day.hours[y].replicas) { return false; }
        }
        return true;
    };
    for (std::size_t begin = 0; begin < hours;) {
        std::size_t end = begin;
        while (end < hours && same(begin, end)) {
            ++end;
        }
        row cells{{clock_text(apart, begin)}, {clock_text(apart, end)}};
        for (sharing_service const& one : a.services) {
            cells.emplace_back(std::to_string(one.day.hours[begin].replicas));
        }
        cells.emplace_back(std::to_string(a.together.machines[begin]));
        s.grid.rows.push_back(std::move(cells));
        begin = end;
    }
    for (std::size_t i = 0; i <= hours; ++i) {
        machines.x.push_back(reckon::in_hours(apart) * static_cast<double>(i));
        machines.y.push_back(static_cast<double>(a.together.machines[std::min(i, hours - 1)]));
    }
    s.picture = lines({.x = "hour", .y = "machines"}, {machines});
    return s;
}

json data_of(shared_answer const& a) {
    json services = json::array();
    for (sharing_service const& one : a.services) {
        question const& q = one.asked.asked;
        services.push_back(
            {{"service", one.file},
             {"model", std::string(q.model_of(one.best).name.view())},
             {"precision", std::string(q.weights_of(one.best).name.view())},
             {"gpus_per_replica", one.best.spread.devices()},
             {"instance_profile",
              one.profile.empty() ? json(nullptr) : json(std::string(one.profile.view()))},
             {"replicas_least", one.day.range.least},
             {"replicas_most", one.day.range.most},
             {"machines_alone", one.machines_alone}});
    }
    json machines = json::array();
    for (reckon::count const n : a.together.by_hour()) {
        machines.push_back(n);
    }
    bool const priced = a.rented.known();
    reckon::offer const* const o = priced ? &a.prices.offers[a.rented.value()] : nullptr;
    auto const text = [](std::string_view s) { return json(std::string(s)); };
    return {{"gpu", std::string(a.gpu.id.view())},
            {"gpus_per_machine", a.in_machine},
            {"services", a.carried() ? services : json::array()},
            {"machines_by_hour", machines},
            {"machines_together", a.together.together},
            {"machines_alone", a.together.alone},
            {"provider", priced ? text(o->provider.view()) : json(nullptr)},
            {"instance", priced ? text(o->instance.view()) : json(nullptr)},
            {"seller", priced ? text(reckon::name(reckon::seller_of(*o))) : json(nullptr)},
            {"cheapest_way", priced ? text(name(a.cost.cheapest)) : json(nullptr)},
            {"usd_per_day", known_or_null(priced, reckon::in_usd(a_day(a.cost.least)))},
            {"usd_per_day_alone", known_or_null(priced, reckon::in_usd(a_day(a.cost_alone)))}};
}

page page_of(shared_answer const& a) {
    page p{.title = std::to_string(a.services.size()) + " services on one fleet of " +
                    std::string(a.gpu.name.view()),
           .lead = {verdict(a)}};
    if (!a.carried()) { return p; }
    p.sections = {services_section(a), hours_section(a)};
    return p;
}

} // namespace

reckon::result<report> share_report(given const& g, output& how) {
    auto const found = find_shared(g);
    if (!found) { return found.error(); }
    how = found->print;
    json data = data_of(*found);
    std::vector<json> rows(data["services"].begin(), data["services"].end());
    return report{page_of(*found), std::move(data), std::move(rows), found->carried()};
}

} // namespace recommend
