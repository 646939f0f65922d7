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

std::string engine_text(reckon::engine const& e) {
    std::string s = std::string(e.name.view()) + ", " +
                    reckon::io::percent(e.memory_utilization, 0) + " of the " +
                    (e.of_nominal_capacity ? "capacity sold" : "memory that the driver reports");
    if (e.batched_tokens > 0) {
        s += ", at most " + with_commas(e.batched_tokens) + " tokens in a pass";
    }
    return s;
}

std::string cache_text(question const& q, reckon::any_model const& m) {
    reckon::bytes_per_token const each = reckon::cache_per_token(m, q.rules.kv_cache);
    std::string cache = with_commas(static_cast<count>(reckon::in_bytes_per_token(each))) +
                        " bytes a token in " +
                        std::string(q.rules.kv_cache[reckon::state_kind::cache].name.view());
    if (q.filled.concurrency > 0) {
        reckon::tokens const all = q.filled.context * static_cast<double>(q.filled.concurrency);
        auto const held = reckon::cache_of_request(m, q.rules.kv_cache, q.filled.context) *
                          static_cast<double>(q.filled.concurrency);
        cache += ", " + gigabytes(held, 2) + " GB for " + tokens_text(all) + " tokens";
    }
    return cache;
}

std::string request_text(question const& q) {
    return tokens_text(q.filled.request.prompt) + " tokens in, " +
           tokens_text(q.filled.request.output) + " out";
}

/// The question in a sentence, for pages that have no section for it.
std::string asked_text(answer const& a) {
    question const& q = a.asked;
    std::string s;
    if (q.several_precisions()) {
        std::size_t candidates = 0;
        std::size_t good = 0;
        for (served const& one : q.models) {
            candidates += one.precisions.size();
            good += one.quality >= q.rules.least_quality ? one.precisions.size() : 0;
        }
        s = std::to_string(candidates) + " candidates" +
            (good < candidates ? ", of which " + std::to_string(good) + " are good enough" : "");
    } else {
        reckon::any_model const& m = q.models[0].model;
        reckon::recipe const& r = q.models[0].precisions[0];
        s = gigabytes(reckon::weights_of(m, r).total(), 2) + " GB of weights in " +
            std::string(r.name.view()) + (r == m.published ? " as published" : "") +
            (q.filled.concurrency > 0
                 ? ", " +
                       gigabytes(reckon::cache_of_request(m, q.rules.kv_cache, q.filled.context) *
                                     static_cast<double>(q.filled.concurrency),
                                 2) +
                       " GB of KV cache in "
                 : ", KV cache in ") +
            std::string(q.rules.kv_cache[reckon::state_kind::cache].name.view());
    }
    return s + "; " + request_text(q) + (q.lengths_assumed ? " (assumed); " : "; ") +
           std::string(q.rules.serving_engine.name.view()) + "; " + vendors_text(a) + ".";
}

section asked_section(answer const& a) {
    question const& q = a.asked;
    section s{.heading = "Asked", .titled = false, .from = page_depth::why};
    s.grid.columns = {
        {"", "", alignment::left}, {"", "", alignment::left}, {"", "", alignment::left}};
    auto const add = [&](std::string const& what, std::string const& value,
                         std::string const& from) {
        s.grid.rows.push_back(
            row{{what}, {value}, {from, from == "assumed" ? emphasis::warning : emphasis::faint}});
    };
    for (served const& one : q.models) {
        auto const n = reckon::parameters_of(one.model);
        std::string const name =
            q.several_models() ? std::string(one.model.name.view()) : std::string("model");
        add(name,
            with_commas(n.total) + " parameters, " +
                (n.active == n.total ? "all" : with_commas(n.active)) + " active for a token" +
                (q.quality_stated ? ", quality " + number_text(one.quality) : ""),
            "exact");
        add(q.several_models() ? "  licence" : "licence", licence_text(one.terms),
            one.terms.name.empty() ? "" : "observed");
        for (reckon::recipe const& r : one.precisions) {
            add(q.several_models() ? "  weights" : "weights",
                gigabytes(reckon::weights_of(one.model, r).total(), 2) + " GB in " +
                    std::string(r.name.view()) + (r == one.model.published ? ", as published" : ""),
                "exact");
        }
        add(q.several_models() ? "  KV cache" : "KV cache", cache_text(q, one.model), "exact");
    }
    add("a request", request_text(q), q.lengths_assumed ? "assumed" : "asked");
    add("engine", engine_text(q.rules.serving_engine), "assumed");
    add("GPUs", vendors_text(a), q.gpus_named ? "asked" : "");
    if (q.prices.own > 0) {
        add("prices", std::to_string(q.prices.own) + " of your own beside the catalogue's", "");
    }
    if (q.quality_stated) { add("quality", "at least " + number_text(q.rules.least_quality), ""); }
    for (served const& one : q.models) {
        if (one.model.mtp.layers == 0) { continue; }
        s.notes.push_back("The module for multi-token prediction of " +
                          std::string(one.model.name.view()) + ", " +
                          reckon::io::short_count(reckon::parameters_of(one.model).mtp) +
                          " parameters more, is not loaded.");
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
    section s{.heading = "Plans that carry it, by " + objective_text(a.asked.rules.rank_by)};
    bool const several = a.asked.several_precisions();
    s.grid.columns = {{"#", "", alignment::right},
                      {"GPUs", "", alignment::left},
                      {"layout", "", alignment::left}};
    if (several) {
        s.grid.columns.push_back(
            {a.asked.several_models() ? "model" : "weights", "", alignment::left});
    }
    for (char const* const title : {"$/h", "$/Mtok", "TTFT s", "TPOT ms", "tok/s", "GB used of"}) {
        s.grid.columns.push_back({title, "", alignment::right});
    }
    std::size_t const shown = std::min(a.asked.print.top, a.found->plans.size());
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
        if (several) { r.emplace_back(weights_text(a.asked, p)); }
        r.emplace_back(
            p.price.known()
                ? fixed(reckon::in_usd_per_hour(p.price.value()), 2) +
                      (p.rented.machines > 0 ? seller_mark(a.asked.prices, p.rented.offer) : "")
                : "-");
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
        auto const wanted = a.asked.weights_of(p)[reckon::tensor_role::attention_output].operands;
        if (executed_as(g.architecture, wanted) == wanted) { continue; }
        unpacked += (unpacked.empty() ? "" : ", ") + std::string(g.name.view());
    }
    if (!unpacked.empty() && a.asked.print.depth != page_depth::answer) {
        s.notes.push_back(
            "Without units for this format, so that weights are unpacked to 16 bit: " + unpacked +
            ".");
    }
    if (a.preferred.made) {
        s.notes.push_back(alike_text(a.asked.rules.rank_by, a.asked.rules.alike));
    }
    s.picture = memory_picture(a);
    s.notes.emplace_back(
        "TP divides layers, DP requests, EP experts; PP takes layers in stages. $: "
        "rent on demand.");
    if (a.asked.owned.empty()) { s.notes.emplace_back(seller_note); }
    return s;
}

std::string verdict(answer const& a) {
    if (!a.carried()) { return no_plan_text(a); }
    reckon::plan const& p = a.found->plans[0];
    std::string s = (a.asked.several_precisions() ? "Take " + weights_text(a.asked, p) + " on "
                                                  : std::string("Take ")) +
                    devices_text(p.devices(), a.gpu(p.gpu)) +
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
    question const& q = a.asked;
    std::string name(q.models[0].model.name.view());
    std::size_t const names = distinct_models(q);
    if (names > 1) { name += " or " + std::to_string(names - 1) + " more"; }
    page p{.title = name + ": " + load_text(q.filled), .lead = {verdict(a)}};
    if (q.print.depth == page_depth::answer) { p.lead.push_back(asked_text(a)); }
    for (served const& one : q.models) {
        if (auto const why = q.exclusion_of(one)) { p.lead.push_back(left_out_text(*why)); }
    }
    p.sections.push_back(asked_section(a));
    if (a.carried()) {
        reckon::plan const& best = a.found->plans[0];
        p.sections.push_back(plans_section(a));
        p.sections.push_back(summary_section(a, best));
        if (a.best_by_two) { p.sections.push_back(front_section(a)); }
        p.sections.push_back(memory_section(a, best));
        p.sections.push_back(speed_section(best));
        p.sections.push_back(cost_section(a, best));
        p.sections.push_back(changes_section(a));
    }
    if (!a.excluded.empty()) { p.sections.push_back(conflicts_section(a.excluded)); }
    if (!a.refusals.empty()) { p.sections.push_back(refusals_section(a)); }
    if (!a.on_paper.empty()) { p.sections.push_back(paper_section(a)); }
    if (q.print.depth == page_depth::answer) {
        p.end.emplace_back(a.carried()
                               ? "--why explains the first plan, --all prints everything; --format "
                                 "html, json, markdown and csv."
                               : "--all prints everything.");
    }
    return p;
}

} // namespace recommend
