// SPDX-License-Identifier: MIT
#include "recommend/sections.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

#include <algorithm>
#include <cmath>

namespace recommend {
namespace {

using reckon::count;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;
using reckon::io::with_commas;
using row = std::vector<table_cell>;

std::string whole(reckon::tokens t) {
    return with_commas(static_cast<count>(reckon::in_tokens(t)));
}

std::string load_text(answer const& a) {
    reckon::workload const& w = a.asked.filled;
    std::string const contexts = w.concurrency == 1 ? " of up to " : ", each of up to ";
    if (w.concurrency > 0) {
        return with_commas(w.concurrency) +
               (w.concurrency == 1 ? " request" : " requests at once") + contexts +
               whole(w.context) + " tokens";
    }
    return number_text(reckon::in_per_second(w.rate)) + " requests a second, each of up to " +
           whole(w.context) + " tokens";
}

std::string vendors_text(answer const& a) {
    std::size_t kinds = 0;
    for (auto const& g : a.asked.gpus) {
        kinds += a.asked.rules.vendors.has(g.architecture.maker) ? 1U : 0U;
    }
    std::string const limit =
        ", at most " + std::to_string(a.asked.rules.max_devices) + " of one type";
    if (!a.asked.owned.empty()) {
        std::string own;
        for (reckon::stock const& g : a.asked.owned) {
            own += (own.empty() ? "" : ", ") + std::to_string(g.devices) + " x " +
                   std::string(g.gpu.view());
        }
        return "what is owned: " + own;
    }
    if (a.asked.gpus_named) { return "those named" + limit; }
    return std::to_string(kinds) + " types of NVIDIA, AMD and Intel" + limit;
}

std::string objective_text(reckon::objective o) {
    switch (o) {
    case reckon::objective::cost: return "rent for an output token";
    case reckon::objective::hourly_cost: return "rent for an hour";
    case reckon::objective::throughput: return "output tokens a second";
    case reckon::objective::latency: return "time of one request";
    case reckon::objective::devices: return "number of GPUs";
    case reckon::objective::energy: return "energy of an output token, boards at their limits";
    }
    return "";
}

std::string engine_text(reckon::engine const& e) {
    std::string s = std::string(e.name.view()) + ", " +
                    reckon::io::percent(e.memory_utilization, 0) + " of the " +
                    (e.of_nominal_capacity ? "capacity sold" : "memory that the driver reports");
    if (e.batched_tokens > 0) {
        s += ", at most " + with_commas(e.batched_tokens) + " tokens in a pass";
    }
    return s;
}

section asked_section(answer const& a) {
    question const& q = a.asked;
    section s{.heading = "Asked", .titled = false};
    s.grid.columns = {
        {"", "", alignment::left}, {"", "", alignment::left}, {"", "", alignment::left}};
    auto const add = [&](std::string const& what, std::string const& value,
                         std::string const& from) {
        s.grid.rows.push_back(
            row{{what}, {value}, {from, from == "assumed" ? emphasis::warning : emphasis::faint}});
    };
    auto const n = reckon::parameters_of(q.model);
    add("model",
        with_commas(n.total) + " parameters, " +
            (n.active == n.total ? "all" : with_commas(n.active)) + " active for a token",
        "exact");
    for (reckon::recipe const& r : q.precisions) {
        add("weights",
            gigabytes(reckon::weights_of(q.model, r).total(), 2) + " GB in " +
                std::string(r.name.view()) + (r == q.model.published ? ", as published" : ""),
            "exact");
    }
    reckon::bytes_per_token const each = reckon::cache_per_token(q.model, q.rules.kv_cache);
    std::string cache = with_commas(static_cast<count>(reckon::in_bytes_per_token(each))) +
                        " bytes a token in " +
                        std::string(q.rules.kv_cache[reckon::state_kind::cache].name.view());
    if (q.filled.concurrency > 0) {
        reckon::tokens const all = q.filled.context * static_cast<double>(q.filled.concurrency);
        auto const held = reckon::cache_of_request(q.model, q.rules.kv_cache, q.filled.context) *
                          static_cast<double>(q.filled.concurrency);
        cache += ", " + gigabytes(held, 2) + " GB for " + whole(all) + " tokens";
    }
    add("KV cache", cache, "exact");
    add("a request",
        whole(q.filled.request.prompt) + " tokens in, " + whole(q.filled.request.output) + " out",
        q.lengths_assumed ? "assumed" : "asked");
    add("engine", engine_text(q.rules.serving_engine), "assumed");
    add("GPUs", vendors_text(a), q.gpus_named ? "asked" : "");
    add("ranked by", objective_text(q.rules.rank_by), "");
    if (q.model.mtp.layers > 0) {
        s.notes.push_back("Its module for multi-token prediction, " +
                          reckon::io::short_count(n.mtp) + " parameters more, is not loaded.");
    }
    return s;
}

/// Whether the upper end of what is estimated would not fit.
bool is_tight(reckon::serving::memory_report const& m) {
    reckon::bytes const more =
        m.activations.high - m.activations.value + m.runtime.high - m.runtime.value;
    return m.headroom() < more;
}

section plans_section(answer const& a) {
    section s{.heading = "Plans that carry it"};
    bool const several = a.asked.precisions.size() > 1;
    s.grid.columns = {{"#", "", alignment::right},
                      {"GPUs", "", alignment::left},
                      {"layout", "", alignment::left}};
    if (several) { s.grid.columns.push_back({"weights", "", alignment::left}); }
    for (char const* const title : {"$/h", "$/Mtok", "TTFT s", "TPOT ms", "tok/s", "GB used of"}) {
        s.grid.columns.push_back({title, "", alignment::right});
    }
    std::size_t const shown = std::min(a.asked.top, a.found->plans.size());
    bool assumed = false;
    bool tight_ones = false;
    for (std::size_t i = 0; i < shown; ++i) {
        reckon::plan const& p = a.found->plans[i];
        emphasis const look = i == 0 ? emphasis::good : emphasis::none;
        bool const guess = p.speed.time_per_token.source == reckon::provenance::assumed;
        assumed = assumed || guess;
        row r{{std::to_string(i + 1), look},
              {devices_text(p.devices(), a.gpu(p.gpu)), look},
              {layout_text(p.spread, p.replicas, p.spare)}};
        if (several) { r.emplace_back(std::string(a.asked.precisions[p.precision].name.view())); }
        r.emplace_back(p.price.known() ? fixed(reckon::in_usd_per_hour(p.price.value()), 2) : "-");
        r.emplace_back(p.per_token.known()
                           ? fixed(reckon::in_usd_per_million_tokens(p.per_token.value()), 2)
                           : "-");
        r.emplace_back(fixed(reckon::in_seconds(p.speed.time_to_first_token.value), 2) +
                       (guess ? "*" : ""));
        r.emplace_back(fixed(reckon::in_milliseconds(p.speed.time_per_token.value), 1) +
                       (guess ? "*" : ""));
        r.emplace_back(fixed(reckon::in_tokens_per_second(p.output_throughput()), 0) +
                       (guess ? "*" : ""));
        bool const tight = is_tight(p.memory);
        tight_ones = tight_ones || tight;
        r.emplace_back(gigabytes(p.memory.needed()) + " / " + gigabytes(p.memory.budget) +
                           (tight ? "!" : ""),
                       tight ? emphasis::warning : emphasis::none);
        s.grid.rows.push_back(r);
    }
    if (a.found->plans.size() > shown) {
        s.notes.push_back(std::to_string(a.found->plans.size() - shown) +
                          " more carry it; --top 100 lists them.");
    }
    if (tight_ones) {
        s.notes.emplace_back(
            "! fits, but not if activations and engine take the upper end of their intervals.");
    }
    if (assumed) {
        s.notes.emplace_back("* by analogy: this generation has no measured calibration yet.");
    }
    std::string unpacked;
    for (std::size_t i = 0; i < shown; ++i) {
        reckon::plan const& p = a.found->plans[i];
        reckon::any_gpu const& g = a.gpu(p.gpu);
        auto const wanted =
            a.asked.precisions[p.precision][reckon::tensor_role::attention_output].operands;
        if (executed_as(g.architecture, wanted) == wanted) { continue; }
        unpacked += (unpacked.empty() ? "" : ", ") + std::string(g.name.view());
    }
    if (!unpacked.empty()) {
        s.notes.push_back(
            "Without units for this format, so that weights are unpacked to 16 bit: " + unpacked +
            ".");
    }
    s.notes.emplace_back("Layout: TP ranks divide every layer, DP ranks the requests (each holds "
                         "all of attention), EP means whole experts, PP stages take layers in "
                         "turn. $: rent on demand, per hour and per million output tokens.");
    return s;
}

section refusals_section(answer const& a) {
    section s{.heading = "Refused, and what would mend it"};
    bool const several = a.asked.precisions.size() > 1;
    s.grid.columns = {{"GPUs", "", alignment::left}, {"layout", "", alignment::left}};
    if (several) { s.grid.columns.push_back({"weights", "", alignment::left}); }
    for (char const* const title : {"rule", "needs > has", "would carry it"}) {
        s.grid.columns.push_back({title, "", alignment::left});
    }
    for (refused const& r : a.refusals) {
        // Too many replicas of a layout that would do: say how many.
        bool const too_many = r.why.broken == reckon::serving::constraint::devices;
        count const devices = too_many ? static_cast<count>(r.why.need) : r.why.spread.devices();
        row cells{{devices_text(devices, a.gpu(r.why.gpu))},
                  {layout_text(r.why.spread, devices / r.why.spread.devices())}};
        if (several) {
            cells.emplace_back(std::string(a.asked.precisions[r.why.precision].name.view()));
        }
        cells.emplace_back(rule_text(r), emphasis::bad);
        cells.emplace_back(numbers_text(r));
        cells.emplace_back(remedy_text(a, r));
        s.grid.rows.push_back(cells);
    }
    s.notes.emplace_back("Sizes and tokens are those of one GPU.");
    auto const kept = static_cast<count>(a.found->refusals.size());
    auto const shown = static_cast<count>(a.refusals.size());
    if (kept > shown) {
        s.notes.push_back(with_commas(kept - shown) +
                          (kept - shown == 1 ? " more was" : " more were") +
                          " refused; --all-refusals lists them.");
    }
    return s;
}

section paper_section(answer const& a) {
    section s{.heading = "Checked on paper"};
    s.grid.columns = {{"GPUs", "", alignment::left},
                      {"layout", "", alignment::left},
                      {"0.9 of GB", "", alignment::right},
                      {"weights", "", alignment::right},
                      {"+ KV cache", "", alignment::right},
                      {"tokens needed", "", alignment::right},
                      {"tokens that fit", "", alignment::right}};
    for (paper_row const& r : a.on_paper) {
        auto const& c = r.check;
        emphasis const look = c.fits() ? emphasis::good : emphasis::bad;
        s.grid.rows.push_back(
            row{{devices_text(r.spread.devices(), a.gpu(r.gpu))},
                {layout_text(r.spread)},
                {gigabytes(c.budget)},
                {gigabytes(c.weights), c.weights <= c.budget ? emphasis::none : emphasis::bad},
                {gigabytes(c.cache())},
                {whole(c.needed)},
                {whole(c.fit), look}});
    }
    reckon::any_model const& m = a.asked.model;
    auto const& weights = a.asked.precisions[a.found->plans[0].precision];
    s.notes.push_back("Per GPU, with nothing set aside for the engine: the model's " +
                      gigabytes(reckon::weights_of(m, weights).total(), 2) +
                      " GB divided evenly, but its attention (" +
                      gigabytes(reckon::serving::attention_on_paper(m, weights), 2) +
                      " GB) once for each DP rank; what is left over a token's bytes.");
    return s;
}

/// What a limit must become, as an option.
std::string option_text(reckon::relaxation const& r) {
    using reckon::serving::constraint;
    // Rounded up, so that the option admits the plan.
    auto const up = [](double value, int decimals) {
        double const scale = decimals == 2 ? 100 : 1000;
        return fixed(std::ceil(value * scale * (1 - 1e-12)) / scale, decimals);
    };
    switch (r.rule) {
    case constraint::time_per_token: return "--max-tpot " + up(r.needed * 1000, 2) + "ms";
    case constraint::time_to_first_token: return "--max-ttft " + up(r.needed, 3) + "s";
    case constraint::end_to_end: return "--max-latency " + up(r.needed, 3) + "s";
    case constraint::budget: return "--budget " + up(r.needed, 2);
    case constraint::power: return "--max-power " + up(r.needed / 1000, 3);
    default: return "--max-gpus " + fixed(r.needed, 0);
    }
}

std::string no_plan_text(answer const& a) {
    std::string s = "No plan: none of " + with_commas(a.found->plans_tried) +
                    " ways to spread it over at most " + std::to_string(a.asked.rules.max_devices) +
                    " GPUs carries this load.";
    for (std::size_t i = 0; i < a.relaxed.size(); ++i) {
        reckon::relaxation const& r = a.relaxed[i];
        s += (i == 0                      ? " One would with "
              : i + 1 == a.relaxed.size() ? " or "
                                          : ", ") +
             option_text(r) + " (" + devices_text(r.instead.devices(), a.gpu(r.instead.gpu)) + ")";
    }
    return a.relaxed.empty() ? s : s + ".";
}

std::string verdict(answer const& a) {
    if (!a.carried()) { return no_plan_text(a); }
    reckon::plan const& p = a.found->plans[0];
    std::string s = "Take " + devices_text(p.devices(), a.gpu(p.gpu)) +
                    (p.devices() > 1 ? " as " + layout_text(p.spread, p.replicas, p.spare) : "");
    if (p.price.known()) {
        s += ": $" + fixed(reckon::in_usd_per_hour(p.price.value()), 2) + " an hour, $" +
             fixed(reckon::in_usd_per_million_tokens(p.per_token.value()), 2) +
             " a million output tokens";
    }
    return s + ", " + fixed(reckon::in_milliseconds(p.speed.time_per_token.value), 1) +
           " ms a token.";
}

} // namespace

page page_of(answer const& a) {
    page p{.title = std::string(a.asked.model.name.view()) + ": " + load_text(a),
           .lead = {verdict(a)}};
    p.sections.push_back(asked_section(a));
    if (a.carried()) {
        reckon::plan const& best = a.found->plans[0];
        p.sections.push_back(plans_section(a));
        p.sections.push_back(memory_section(a, best));
        p.sections.push_back(speed_section(best));
        p.sections.push_back(cost_section(best));
    }
    if (!a.refusals.empty()) { p.sections.push_back(refusals_section(a)); }
    if (!a.on_paper.empty()) { p.sections.push_back(paper_section(a)); }
    return p;
}

} // namespace recommend
