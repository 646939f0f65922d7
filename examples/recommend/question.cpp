// SPDX-License-Identifier: MIT
#include "recommend/question.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/precision/find_precision.hpp>

#include <algorithm>

namespace recommend {

using reckon::errc;
using reckon::error;
using reckon::sentence;

namespace {

void read_objective(reader& r, reckon::objective& into) {
    using enum reckon::objective;
    if (!r.has("objective")) { return; }
    for (auto const o : {cost, hourly_cost, throughput, latency, devices, energy}) {
        if (r.text("objective") == reckon::name(o)) {
            into = o;
            return;
        }
    }
    r.not_one_of("objective", "cost, hourly-cost, throughput, latency, gpus, energy");
}

void read_engine(reader& r, reckon::engine& into) {
    std::string const name = r.text("engine");
    if (!r.has("engine")) { return; }
    if (name == "vllm") {
        into = reckon::engines::vllm;
    } else if (name == "sglang") {
        into = reckon::engines::sglang;
    } else if (name == "paper") {
        into = reckon::engines::on_paper;
    } else {
        r.not_one_of("engine", "vllm, sglang, paper");
    }
}

/// "h100=16": an accelerator of the catalogue, and how many of it one has.
std::optional<reckon::stock> read_stock(reader& r, std::string const& text) {
    std::size_t const equals = text.find('=');
    if (equals == std::string::npos) {
        sentence why{};
        reckon::detail::append_typed(why, text);
        r.about("own",
                {errc::malformed, why.append(" does not say how many; write it as h100=16")});
        return std::nullopt;
    }
    auto const g = reckon::find_gpu(reckon::io::detail::trimmed(text.substr(0, equals)));
    if (!g) {
        r.about("own", g.error());
        return std::nullopt;
    }
    auto const n = r.count_in("own", text.substr(equals + 1), "GPUs");
    if (!n) { return std::nullopt; }
    return reckon::stock{reckon::label(g->id.view()), *n, reckon::unknown};
}

/// Nothing but what one owns is to be used.
void read_owned(reader& r, given const& g, question& q) {
    q.owned = read_stocks(r, g);
    if (q.owned.empty()) { return; }
    if (q.gpus_named) {
        return r.fail(errc::contradiction, "--own and --gpus exclude each other: what one owns is "
                                           "what there is to choose from");
    }
    q.gpus_named = true;
    std::erase_if(q.gpus, [&](reckon::any_gpu const& one) {
        return std::none_of(q.owned.begin(), q.owned.end(), [&](reckon::stock const& own) {
            return own.gpu.view() == one.id.view();
        });
    });
    // Nothing is bought, so that all of it may be used.
    if (r.has("max-gpus")) { return; }
    q.rules.max_devices = 0;
    for (reckon::stock const& own : q.owned) {
        q.rules.max_devices = std::max(q.rules.max_devices, own.devices);
    }
}

} // namespace

std::vector<reckon::stock> read_stocks(reader& r, given const& g) {
    std::vector<reckon::stock> owned;
    for (std::string const& text : g.list("own")) {
        auto const own = read_stock(r, text);
        if (!own) { return {}; }
        auto const same = [&](auto const& other) { return other.gpu == own->gpu; };
        if (std::any_of(owned.begin(), owned.end(), same)) {
            r.fail(
                {errc::contradiction,
                 sentence("--own names ").append(own->gpu).append(" twice; add the numbers up")});
            return {};
        }
        owned.push_back(*own);
    }
    return owned;
}

bool question::several_models() const {
    return std::ranges::any_of(models, [&](served const& s) { return s.model != models[0].model; });
}

bool question::several_precisions() const {
    auto const& first = models[0].precisions[0];
    return several_models() || std::ranges::any_of(models, [&](served const& s) {
               return std::ranges::any_of(s.precisions, [&](auto const& p) { return p != first; });
           });
}

std::vector<reckon::candidate<reckon::any_model>> question::candidates() const {
    std::vector<reckon::candidate<reckon::any_model>> all;
    for (served const& s : models) {
        all.push_back({&s.model, s.precisions, s.quality, s.terms});
    }
    return all;
}

reckon::plan_rules question::bound_rules() const {
    reckon::plan_rules bound = rules;
    bound.owned = owned;
    bound.licences.only = licences;
    return bound;
}

reckon::possible_error question::exclusion_of(served const& one) const {
    return reckon::check(one.terms, bound_rules().licences, std::string_view(one.model.name));
}

void list_missing(reader& r, given const& g) {
    std::vector<std::string_view> missing;
    auto const need = [&](bool there, std::string_view what) {
        if (!there) { missing.push_back(what); }
    };
    need(g.has("model"), "the model (--model deepseek-r1)");
    if (g.asked == verb::plan) {
        need(g.has("prompt"), "the tokens of a prompt (--prompt 2000)");
        need(g.has("output"), "the tokens of an answer (--output 500)");
        need(g.has("curve"), "the requests of a second (--curve 20, or 24 rates by the hour)");
    } else if (g.has("requests-per-second")) {
        // A rate is no load: what it takes is tokens.
        need(g.has("prompt") || g.has("context"), "the tokens of a prompt (--prompt 2000)");
        need(g.has("output") || g.has("context"), "the tokens of an answer (--output 500)");
    } else {
        need(g.has("context") || (g.has("prompt") && g.has("output")),
             "the tokens of a request (--context 32768, or --prompt and --output)");
        need(g.has("concurrency"),
             "the requests at once (--concurrency 64) or of a second (--requests-per-second 2)");
    }
    if (missing.size() < 2) { return; } // one is asked for by its own sentence
    sentence why{"a question needs more: "};
    for (std::size_t i = 0; i < missing.size(); ++i) {
        why.append(i == 0 ? "" : i + 1 < missing.size() ? "; " : "; and ").append(missing[i]);
    }
    r.fail({errc::missing_field, why});
}

void read_lengths(reader& r, question& q) {
    r.tokens("prompt", q.load.request.prompt);
    r.tokens("output", q.load.request.output);
    r.tokens("context", q.load.context);
    if (!r.has("context")) {
        if (q.load.request.known()) {
            q.load.context = q.load.request.prompt + q.load.request.output;
            q.context_assumed = true;
        } else {
            r.fail(errc::missing_field, "say how many tokens a request may grow to: --context "
                                        "32768, or --prompt and --output");
        }
    }
    q.lengths_assumed = !q.load.request.known();
}

void read_load(reader& r, question& q) {
    read_lengths(r, q);
    constexpr std::string_view rate = "requests-per-second";
    r.count("concurrency", "requests", q.load.concurrency);
    double requests = 0;
    r.amount(rate, {.example = "10 or 0.5"}, requests);
    q.load.rate = reckon::per_second(requests);
    if (r.has("concurrency") && r.has(rate)) {
        r.fail(errc::contradiction, "--concurrency and --requests-per-second exclude each other: "
                                    "give one, the other follows");
    }
    if (!r.has("concurrency") && !r.has(rate)) {
        r.fail(errc::missing_field, "say how much is asked: --concurrency 64 (requests at once) "
                                    "or --requests-per-second 2");
    }
    if (!r.ok()) { return; }
    auto const filled = reckon::checked(q.load);
    if (!filled) { return r.fail(filled.error()); }
    q.filled = *filled;
}

void read_rules(reader& r, given const& g, question& q) {
    q.rules.max_devices = 16;
    q.rules.plans_per_gpu = 1;
    r.count("max-gpus", "GPUs", q.rules.max_devices);
    // What one owns has no rent to rank by; a fleet rents beside it.
    if (g.has("own") && g.asked != verb::plan) { q.rules.rank_by = reckon::objective::devices; }
    read_objective(r, q.rules.rank_by);
    r.share("alike", q.rules.alike);
    read_engine(r, q.rules.serving_engine);
    r.limit("max-ttft", q.rules.time_to_first_token);
    r.limit("max-tpot", q.rules.time_per_token);
    r.limit("max-latency", q.rules.end_to_end);
    double most = 0;
    r.amount("budget", {.unit = "USD", .example = "20 (USD an hour)"}, most);
    if (most > 0) { q.rules.budget = reckon::usd_per_hour(most); }
    most = 0;
    r.amount("max-power", {.unit = "kW", .example = "10 (kW of all boards)"}, most);
    if (most > 0) { q.rules.power = reckon::kilowatts(most); }
    r.count("spare", "replicas", q.rules.spare, 0);
    if (r.has("kv-cache")) {
        r.take("kv-cache", reckon::find_cache_precision(r.text("kv-cache")), q.rules.kv_cache);
    }
}

void read_gpus(reader& r, given const& g, question& q) {
    q.gpus_named = g.has("gpus");
    if (!q.gpus_named) {
        q.gpus.assign(reckon::catalog::gpus.begin(), reckon::catalog::gpus.end());
    }
    for (std::string const& name : g.list("gpus")) {
        auto const row = reckon::find_gpu_index(name);
        if (!row) { return r.about("gpus", row.error()); }
        reckon::any_gpu const& one = reckon::catalog::gpus[*row];
        if (std::find(q.gpus.begin(), q.gpus.end(), one) == q.gpus.end()) { q.gpus.push_back(one); }
    }
    if (g.asked != verb::plan) { read_owned(r, g, q); }
    // Who names an accelerator knows that he can run on it.
    if (q.gpus_named) { q.rules.vendors = reckon::vendor_set::all(); }
}

void read_output(reader& r, output& o) {
    constexpr std::string_view names[] = {"table", "json", "markdown", "csv", "html"};
    if (r.has("format")) {
        auto const* const found = std::ranges::find(names, r.text("format"));
        if (found == std::end(names)) {
            r.not_one_of("format", "table, json, markdown, csv, html");
        } else {
            o.format = static_cast<page_format>(found - names);
        }
    }
    reckon::count top = 8;
    r.count("top", "plans", top);
    o.top = static_cast<std::size_t>(std::min<reckon::count>(top, 1000));
    o.all_refusals = r.has("all-refusals");
    o.depth = r.has("all") || o.format == page_format::html ? page_depth::all
              : r.has("why")                                ? page_depth::why
                                                            : page_depth::answer;
}

reckon::result<question> read_question(given const& g) {
    question q{};
    reader r(g);
    list_missing(r, g);
    if (r.ok()) { read_models(r, g, q); }
    if (r.ok()) { read_load(r, q); }
    if (r.ok()) { read_rules(r, g, q); }
    if (r.ok()) { read_gpus(r, g, q); }
    if (r.ok()) { read_market(r, g, q.prices); }
    if (r.ok()) { read_terms(r, g, q); }
    if (r.ok()) { read_output(r, q.print); }
    if (!r.ok()) { return r.failure(); }
    return q;
}

} // namespace recommend
