// SPDX-License-Identifier: MIT
#include "recommend/fleet.hpp"
#include "recommend/progress.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/quantity_text.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::errc;
using reckon::sentence;

/// "500:60%,4000:40%", or one length for all.
std::vector<reckon::length_share> read_lengths_of(reader& r, given const& g,
                                                  std::string_view name) {
    std::vector<reckon::length_share> all;
    auto const parts = g.list(name);
    if (parts.empty()) {
        sentence why{"say how long they are: --"};
        r.fail({errc::missing_field, why.append(name)
                                         .append(" 2000, or as shares --")
                                         .append(name)
                                         .append(" 500:60%,4000:40%")});
        return {};
    }
    for (std::string const& part : parts) {
        std::size_t const colon = part.find(':');
        auto const length = reckon::io::parse_tokens(part.substr(0, colon));
        if (!length) {
            r.about(name, length.error());
            return {};
        }
        double share = 1;
        if (colon != std::string::npos) {
            bool const percent = part.ends_with('%');
            auto const n = r.number_in(name, part.substr(colon + 1),
                                       {.unit = "%",
                                        .example = "500:60%,4000:40%",
                                        .most = percent ? 100.0 : 1.0,
                                        .zero = true});
            if (!n) { return {}; }
            share = percent ? *n / 100 : *n;
        }
        all.push_back({*length, share});
    }
    if (auto const bad = reckon::check(reckon::length_distribution{all}, g.place(name))) {
        r.fail(*bad);
    }
    return all;
}

void read_curve(reader& r, given const& g, fleet_question& q) {
    if (!r.has("curve")) {
        return r.fail(errc::missing_field,
                      "say how many requests come in a second: --curve 20 for a level day, or 24 "
                      "numbers by the hour");
    }
    for (std::string const& part : g.list("curve")) {
        auto const n = r.number_in("curve", part, {.example = "20 or 2,1,1,3", .zero = true});
        if (!n) { return; }
        q.rates.push_back(reckon::per_second(*n));
    }
    bool const any = std::ranges::any_of(
        q.rates, [](reckon::request_rate rate) { return rate > reckon::request_rate{}; });
    if (!any) {
        r.about("curve", {errc::missing_field, "all rates are 0; nobody asks for anything"});
    }
}

void read_promise(reader& r, fleet_question& q) {
    reckon::fleet_rules& p = q.promise;
    p.spare = q.asked.rules.spare;
    if (!r.has("spare")) { p.spare = 1; }
    q.asked.rules.spare = 0;
    // Limits of a fleet hold at a percentile, not on average.
    p.limits.time_to_first_token = q.asked.rules.time_to_first_token;
    p.limits.time_per_token = q.asked.rules.time_per_token;
    p.limits.end_to_end = q.asked.rules.end_to_end;
    q.asked.rules.time_to_first_token = reckon::unknown;
    q.asked.rules.time_per_token = reckon::unknown;
    q.asked.rules.end_to_end = reckon::unknown;
    if (r.has("percentile")) {
        using enum reckon::serving::percentile;
        constexpr std::string_view names[] = {"mean", "p50", "p90", "p99"};
        auto const* const found = std::ranges::find(names, r.text("percentile"));
        if (found == std::end(names)) {
            r.not_one_of("percentile", "mean, p50, p90, p99");
        } else {
            p.limits.of = static_cast<reckon::serving::percentile>(found - names);
        }
    }
    r.share("planned-use", p.planned_use);
    if (r.ok() && !(p.planned_use > 0)) {
        r.about("planned-use", {errc::out_of_range, "is 0; write a share above it, as 80%"});
    }
    r.count("least-replicas", "replicas", p.least);
    q.start_assumed = !r.has("start") || !r.has("warm-up");
    constexpr double assumed_seconds = 60;
    p.starting.start = reckon::seconds{assumed_seconds};
    p.starting.warm_up = reckon::seconds{assumed_seconds};
    r.duration("start", p.starting.start);
    r.duration("warm-up", p.starting.warm_up);
    double storage = 0;
    r.amount("storage", {.unit = "GB/s", .example = "6 (GB/s)", .most = 1e5}, storage);
    if (storage > 0) { p.path.storage = reckon::data_rate_bytes_per_second(storage * 1e9); }
    q.download_assumed = !r.has("storage") && !r.has("download");
    double download = q.download_assumed ? 100 : 0;
    r.amount("download", {.unit = "Gbit/s", .example = "100 (Gbit/s)", .most = 1e6}, download);
    if (download > 0) { p.path.network = reckon::host::network_bandwidth(download); }
}

void read_room(reader& r, fleet_question& q) {
    reckon::host::host_wishes& w = q.wishes;
    r.amount("pue", {.example = "1.3", .most = 100}, w.power_usage_effectiveness);
    if (r.ok() && w.power_usage_effectiveness < 1) {
        r.about("pue",
                {errc::out_of_range, "is below 1; a site draws what its machines do, or more"});
    }
    double rack = reckon::in_watts(w.rack) / 1000;
    r.amount("rack", {.unit = "kW", .example = "40 (kW)"}, rack);
    w.rack = reckon::kilowatts(rack);
    read_commitment(r, q.commitment);
}

} // namespace

void read_commitment(reader& r, reckon::purchase& into) {
    double years = 1;
    r.amount("commitment", {.unit = "years", .example = "1 or 3 (years)"}, years);
    if (years != 1 && years != 3) {
        r.about("commitment", {errc::out_of_range, "nobody quotes that; write 1 or 3 years"});
    }
    into = years == 3 ? reckon::purchase::reserved_3y : reckon::purchase::reserved_1y;
}

reckon::result<fleet_question> read_fleet_question(given const& g) {
    fleet_question q{};
    reader r(g);
    list_missing(r, g);
    if (r.ok()) { read_models(r, g, q.asked); }
    if (r.ok()) { q.prompts = read_lengths_of(r, g, "prompt"); }
    if (r.ok()) { q.outputs = read_lengths_of(r, g, "output"); }
    if (r.ok()) { read_curve(r, g, q); }
    if (r.ok()) { read_rules(r, g, q.asked); }
    if (!r.has("max-gpus")) { q.asked.rules.max_devices = 1024; }
    if (r.ok()) { read_gpus(r, g, q.asked); }
    if (r.ok()) { read_market(r, g, q.asked.prices); }
    if (r.ok()) { read_terms(r, g, q.asked); }
    if (r.ok()) { read_promise(r, q); }
    r.share("prefix-hit", q.prefix_hit);
    if (r.ok()) { read_pairs(r, g, q); }
    if (r.ok()) { read_room(r, q); }
    if (r.ok()) { read_output(r, q.asked.print); }
    if (!r.ok()) { return r.failure(); }
    return q;
}

namespace {

/// The fleet of the first plan by the hour, and the machines around it.
reckon::possible_error work_out(fleet_answer& a) {
    question const& q = a.asked.asked;
    reckon::fleet_plan const& best = a.found->plans[0];
    reckon::any_gpu const& g = q.gpu_of(best);
    reckon::any_deployment const d{.model = q.model_of(best),
                                   .gpu = g,
                                   .layout = best.spread,
                                   .weights = q.weights_of(best),
                                   .kv_cache = q.rules.kv_cache,
                                   .engine = q.rules.serving_engine};
    auto const hours = reckon::fleet_of<96>(d, a.asked.day(), a.asked.promise);
    if (!hours) { return hours.error(); }
    a.hours = *hours;
    // As machines are built, whatever part of one is rented.
    a.in_machine = reckon::machine_size(g);
    // Few cards stand in a workstation; the figures of a server are those of the one that is published.
    constexpr reckon::count of_a_workstation = 2;
    a.machine =
        a.in_machine <= of_a_workstation ? reckon::host::workstation : reckon::host::dgx_h100;
    a.machine.accelerators = a.in_machine;
    reckon::host::host_wishes wishes = a.asked.wishes;
    wishes.weights = reckon::weights_of(q.model_of(best), q.weights_of(best)).total();
    reckon::count const machines =
        reckon::machines_for(best.range.most, best.spread.devices(), a.in_machine);
    auto const room = reckon::host::host_for(g, reckon::detail::multiply(machines, a.in_machine),
                                             wishes, a.machine);
    if (room) { a.room = *room; }
    return {};
}

} // namespace

reckon::traffic fleet_question::day() const {
    constexpr double hours_a_day = 24;
    return {.prompt = {prompts},
            .output = {outputs},
            .prefix_hit = prefix_hit,
            .rates = rates,
            .apart = reckon::hours(hours_a_day / static_cast<double>(rates.size()))};
}

reckon::result<std::unique_ptr<fleet_answer>> find_fleet(given const& g) {
    auto const read = read_fleet_question(g);
    if (!read) { return read.error(); }
    auto a = std::make_unique<fleet_answer>();
    reckon::count tried = 0;
    a->asked = *read;
    question& q = a->asked.asked;
    q.rules = q.bound_rules();
    auto const candidates = q.candidates();
    a->found = std::make_unique<fleet_findings>();
    a->found->rank_by = q.rules.rank_by;
    a->found->alike = q.rules.alike;
    a->found->of = a->asked.promise.limits.of;
    // One accelerator at a time, so that a long search can say how far it is.
    progress line;
    for (std::size_t i = 0; i < q.gpus.size(); ++i) {
        auto const found = reckon::recommend_fleets<96, 32, 128>(
            std::span<reckon::candidate<reckon::any_model> const>(candidates), a->asked.day(),
            std::span<reckon::any_gpu const>(&q.gpus[i], 1),
            std::span<reckon::offer const>(q.prices.offers), q.rules, a->asked.promise,
            a->asked.commitment);
        if (!found) { return found.error(); }
        for (reckon::fleet_plan p : found->plans) {
            p.gpu = static_cast<std::uint16_t>(i);
            a->found->accept(p);
        }
        for (reckon::refusal r : found->refusals) {
            r.gpu = static_cast<std::uint16_t>(i);
            a->found->refuse(r);
        }
        tried += found->plans_tried;
        line.now(tried, i, q.gpus.size());
    }
    line.clear();
    a->found->plans_tried = tried;
    a->found->put_in_order();
    if (a->carried()) {
        if (auto const why = work_out(*a)) { return *why; }
    } else {
        a->excluded = reckon::conflicts_of_fleets(
            std::span<reckon::candidate<reckon::any_model> const>(candidates), a->asked.day(),
            std::span<reckon::any_gpu const>(q.gpus),
            std::span<reckon::offer const>(q.prices.offers), q.rules, a->asked.promise,
            a->asked.commitment);
    }
    find_pairs(*a);
    return a;
}

} // namespace recommend
