// SPDX-License-Identifier: MIT
#include "recommend/sections.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::bytes;
using reckon::in_gigabytes;
using reckon::in_milliseconds;
using reckon::in_seconds;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;
using row = std::vector<table_cell>;

constexpr double bar_length = 36; ///< characters for the whole budget

std::string bar(bytes part, bytes budget, char mark) {
    double const length = in_gigabytes(part) / in_gigabytes(budget) * bar_length;
    auto const whole = static_cast<std::size_t>(std::clamp(length + 0.5, 0.0, bar_length));
    return std::string(whole, mark);
}

table_cell source(reckon::provenance p) { return {std::string(reckon::name(p)), emphasis::faint}; }

std::string decoded_at(reckon::resource r) { return std::string(reckon::name(r)); }

} // namespace

section memory_section(answer const& a, reckon::plan const& p) {
    reckon::serving::memory_report const& m = p.memory;
    reckon::weight_bytes const& w = m.weight_parts;
    section s{.heading = p.devices() == 1 ? "Memory of the first plan"
                                          : "Memory of the first plan: one GPU, the fullest of " +
                                                std::to_string(p.devices()),
              .from = page_depth::why};
    s.grid.columns = {{"part", "", alignment::left},
                      {"GB", "", alignment::right},
                      {"", std::string(bar_key), alignment::left},
                      {"from", "", alignment::left}};
    auto const add = [&](std::string const& name, bytes size, char mark, std::string const& from,
                         emphasis look = emphasis::none) {
        s.grid.rows.push_back(row{{name, look},
                                  {gigabytes(size), look},
                                  {bar(size, m.budget, mark), emphasis::faint},
                                  {from, emphasis::faint}});
    };
    add("weights", m.weights, '#', "exact", emphasis::strong);
    auto const part = [&](std::string const& name, bytes size) {
        if (in_gigabytes(size) >= 0.05) { add("  " + name, size, '.', "exact"); }
    };
    part("routed experts", w.routed_experts);
    part("shared experts", w.shared_experts);
    part("dense feed-forward", w.dense_ffn);
    part("attention", w.attention);
    part("embedding and head", w.embedding + w.head);
    part("norms and routers", w.other);
    part("copies, tables and rounding", m.weights - w.total());
    add("KV cache", m.kv_cache, '#', "exact", emphasis::strong);
    auto const fitted = [&](std::string const& name, reckon::estimate<bytes> const& e) {
        if (in_gigabytes(e.value) < 0.05) { return; }
        std::string from(reckon::name(e.source));
        if (e.low < e.high) {
            from += ", " + interval_text(in_gigabytes(e.low), in_gigabytes(e.high), 1);
        }
        add(name, e.value, '#', from, emphasis::strong);
    };
    fitted("activations", m.activations);
    fitted("engine and collectives", m.runtime);
    add("free", m.headroom(), '-', "", emphasis::good);
    std::string used = std::string(a.asked.rules.serving_engine.name.view());
    s.notes.push_back(
        used + " may use " + gigabytes(m.budget) +
        " GB: " + reckon::io::percent(a.asked.rules.serving_engine.memory_utilization, 0) + " of " +
        gigabytes(m.capacity) + " GB (" + std::string(reckon::name(m.capacity_source)) + "). " +
        reckon::io::with_commas(static_cast<reckon::count>(reckon::in_tokens(m.tokens_needed))) +
        " tokens of cache are needed, " +
        reckon::io::with_commas(static_cast<reckon::count>(reckon::in_tokens(m.cache_tokens))) +
        " would fit.");
    return s;
}

section speed_section(reckon::plan const& p) {
    reckon::serving::speed_report const& v = p.speed;
    section s{.heading = "Speed of the first plan", .from = page_depth::why};
    s.grid.columns = {{"", "", alignment::left},
                      {"estimate", "", alignment::right},
                      {"80 % interval", "", alignment::right},
                      {"roofline", "", alignment::right},
                      {"most time on", "", alignment::left},
                      {"from", "", alignment::left}};
    auto const add = [&](std::string const& name, std::string const& value,
                         std::string const& interval, std::string const& limit,
                         std::string const& binds, reckon::provenance from) {
        s.grid.rows.push_back(
            row{{name}, {value, emphasis::strong}, {interval}, {limit}, {binds}, source(from)});
    };
    auto const ms = [](reckon::seconds t) { return reckon::in_milliseconds(t); };
    auto const sec = [](reckon::seconds t) { return reckon::in_seconds(t); };
    auto const rate = [](reckon::token_rate r) { return reckon::in_tokens_per_second(r); };
    auto const n = static_cast<double>(p.replicas);
    auto const& first = v.time_to_first_token;
    bool const long_wait = sec(first.value) >= 1;
    auto const wait = [&](reckon::seconds t) {
        return long_wait ? fixed(sec(t), 2) : fixed(ms(t), 0);
    };
    std::string const unit = long_wait ? " s" : " ms";
    add("first token (TTFT)", wait(first.value) + unit, wait(first.low) + " .. " + wait(first.high),
        wait(v.prefill_bound) + unit, decoded_at(reckon::dominant(v.prefill)), first.source);
    auto const& next = v.time_per_token;
    add("each further one (TPOT)", fixed(ms(next.value), 1) + " ms",
        interval_text(ms(next.low), ms(next.high), 1), fixed(ms(v.decode_bound), 1) + " ms",
        decoded_at(v.bound_by), next.source);
    auto const& all = v.output_throughput;
    double const ceiling = static_cast<double>(p.concurrency) / sec(v.decode_bound) * n;
    add("output of all requests", fixed(rate(all.value) * n, 0) + " tok/s",
        interval_text(rate(all.low) * n, rate(all.high) * n, 0), fixed(ceiling, 0) + " tok/s",
        decoded_at(v.bound_by), all.source);
    s.grid.rows.push_back(row{
        {"requests"}, {fixed(reckon::in_per_second(v.requests) * n, 3) + " /s", emphasis::strong}});
    s.notes.push_back(
        reckon::io::with_commas(p.concurrency) + " requests at once" +
        (p.replicas > 1 ? " in each of " + std::to_string(p.replicas) + " replicas" : "") +
        ", each of " + reckon::io::to_text(v.request.prompt) + " in and " +
        reckon::io::to_text(v.request.output) + " out.");
    reckon::pass_time const& d = v.decode;
    s.notes.push_back("A decode step of " + fixed(ms(d.total), 1) + " ms: weights " +
                      fixed(ms(d.weights), 1) + ", cache " + fixed(ms(d.cache), 1) + ", compute " +
                      fixed(ms(d.compute), 1) + " (beside the weights), network " +
                      fixed(ms(d.network), 1) + ", overhead " + fixed(ms(d.overhead), 1) +
                      ". Prompts of other requests add the rest of TPOT.");
    s.notes.emplace_back(
        "Roofline: bytes and FLOPs over the datasheet's rates; nothing is faster than that.");
    return s;
}

section cost_section(answer const& a, reckon::plan const& p) {
    section s{
        .heading = "Cost and power of the first plan", .titled = false, .from = page_depth::why};
    s.grid.columns = {
        {"", "", alignment::left}, {"", "", alignment::left}, {"", "", alignment::left}};
    if (p.price.known()) {
        reckon::offer const& offer = a.asked.prices.offers[p.rented.offer];
        double const machines = static_cast<double>(p.rented.machines);
        double const each = reckon::in_usd_per_hour(p.price.value()) / machines;
        s.grid.rows.push_back(row{{"rent"},
                                  {"$" + fixed(each * machines, 2) + " an hour: " +
                                       std::to_string(p.rented.machines) + " x $" + fixed(each, 2),
                                   emphasis::strong},
                                  {"observed", emphasis::faint}});
        auto const& v = p.speed.output_throughput;
        double const per_token = reckon::in_usd_per_million_tokens(p.per_token.value());
        double const rate = reckon::in_tokens_per_second(v.value);
        s.grid.rows.push_back(
            row{{"a million output tokens"},
                {"$" + fixed(per_token, 2) + " (" +
                     interval_text(per_token * rate / reckon::in_tokens_per_second(v.high),
                                   per_token * rate / reckon::in_tokens_per_second(v.low), 2) +
                     ")",
                 emphasis::strong},
                source(v.source)});
        s.grid.rows.push_back(
            row{{"price"},
                {offer_text(a.asked.prices, offer) +
                 (offer.gpus > 1 ? ", " + std::to_string(offer.gpus) + " GPUs in a machine"
                                 : ", quoted for one GPU") +
                 (p.rented.from_smaller ? "; nobody quotes a machine of this size" : "")},
                {""}});
    } else {
        s.grid.rows.push_back(row{{"rent"}, {"unknown: no offer has this accelerator"}, {""}});
    }
    if (p.power.known()) {
        s.grid.rows.push_back(
            row{{"power"},
                {reckon::io::to_text(p.power.value()) + " at most, the boards alone"},
                {"datasheet", emphasis::faint}});
    }
    return s;
}

namespace {

/// What becomes of the plan, and what is the best one then.
std::string effect_text(answer const& a, changed_load const& c) {
    reckon::effect const& e = c.then;
    reckon::any_gpu const& first = a.gpu(a.found->plans[0].gpu);
    std::string s = e.holds ? "these machines still carry it"
                            : "too much for these machines (" +
                                  std::string(reckon::serving::name(e.broken.broken)) + ")";
    if (!e.carried) { return s + ", and nothing else carries it"; }
    reckon::plan const& best = e.best;
    std::string const what =
        devices_text(best.devices(), a.gpu(best.gpu)) +
        (best.devices() > 1 ? " as " + layout_text(best.spread, best.replicas, best.spare) : "");
    std::string const price =
        best.per_token.known()
            ? " at $" + fixed(reckon::in_usd_per_million_tokens(best.per_token.value()), 2) +
                  " a million"
            : "";
    bool const same = a.gpu(best.gpu) == first && best.spread == a.found->plans[0].spread &&
                      best.devices() == a.found->plans[0].devices() && !e.another_choice;
    return s + (same ? ", and are the best" + price : "; best then: " + what + price);
}

/// What the first plan may get dearer says something where plans are ranked by what they cost.
bool ranked_by_money(answer const& a) {
    reckon::objective const by = a.asked.rules.rank_by;
    return by == reckon::objective::cost || by == reckon::objective::hourly_cost;
}

/// Why it is this one and not the best by the objective alone.
std::string preferred_text(answer const& a) {
    reckon::plan const& over = a.found->plans[a.preferred.over];
    return preference_text(a.preferred, a.asked.rules.rank_by, a.asked.rules.alike,
                           devices_text(over.devices(), a.gpu(over.gpu)) + " (" +
                               std::to_string(a.preferred.over + 1) + ")");
}

std::string margin_text(answer const& a) {
    std::string const by = "before another accelerator is the best";
    return reckon::io::percent(a.margin.value(), 0) + " " + by;
}

} // namespace

section summary_section(answer const& a, reckon::plan const& p) {
    section s{.heading = "The first plan", .titled = false, .to = page_depth::answer};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::left}};
    auto const add = [&](char const* what, std::string const& value) {
        s.grid.rows.push_back(row{{what}, {value}});
    };
    if (a.preferred.made) { add("chosen", preferred_text(a)); }
    reckon::serving::memory_report const& m = p.memory;
    add("each GPU", gigabytes(m.weights) + " GB of weights, " + gigabytes(m.kv_cache) +
                        " KV cache, " + gigabytes(m.activations.value) + " activations, " +
                        gigabytes(m.runtime.value) + " engine; " + gigabytes(m.headroom()) +
                        " free of " + gigabytes(m.budget));
    auto const& v = p.speed;
    auto const& first = v.time_to_first_token;
    auto const& next = v.time_per_token;
    add("speed", "first token in " + fixed(in_seconds(first.value), 2) + " s (" +
                     interval_text(in_seconds(first.low), in_seconds(first.high), 2) +
                     "), each further in " + fixed(in_milliseconds(next.value), 1) + " ms (" +
                     interval_text(in_milliseconds(next.low), in_milliseconds(next.high), 1) +
                     "), bound by " + decoded_at(v.bound_by));
    std::string const power =
        p.power.known() ? reckon::io::to_text(p.power.value()) + " of boards" : "unknown power";
    if (p.rented.machines > 0) {
        reckon::offer const& offer = a.asked.prices.offers[p.rented.offer];
        add("price", offer_text(a.asked.prices, offer) +
                         (p.rented.from_smaller ? "; nobody quotes a machine of this size" : "") +
                         "; " + power);
    } else {
        add("power", power);
    }
    if (!a.changes.empty()) { add("if", a.changes[0].what + ": " + effect_text(a, a.changes[0])); }
    if (ranked_by_money(a) && a.margin.known()) { add("margin", "dearer by " + margin_text(a)); }
    return s;
}

section changes_section(answer const& a) {
    section s{.heading = "What would change the answer", .titled = false, .from = page_depth::why};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::left}};
    for (changed_load const& c : a.changes) {
        s.grid.rows.push_back(row{{c.what}, {effect_text(a, c)}});
    }
    if (a.preferred.made) { s.notes.push_back("Why it is the first: " + preferred_text(a) + "."); }
    if (ranked_by_money(a) && a.margin.known()) {
        s.grid.rows.push_back(row{{"its price"}, {"may rise by " + margin_text(a)}});
    }
    return s;
}

} // namespace recommend
