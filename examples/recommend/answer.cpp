// SPDX-License-Identifier: MIT
#include "recommend/answer.hpp"
#include "recommend/progress.hpp"

#include <algorithm>

namespace recommend {
namespace {

using reckon::count;
using reckon::plan;
using reckon::refusal;
using reckon::serving::constraint;

constexpr count most_devices_ever = 1024; ///< how far a remedy is looked for

/// Whether `r` is nearer to passing than `other`; a layout that cannot be tells least.
bool tells_more(refusal const& r, refusal const* other) {
    if (r.broken == constraint::layout) { return false; }
    return other == nullptr || r.shortfall() < other->shortfall();
}

/// The most telling refusals of one accelerator that carries the load: the same number of devices under
/// another layout, the next smaller number, and one machine where the plan takes several: that is what
/// one would have bought.
void add_neighbours(answer& a, plan const& p, std::size_t place) {
    count const machine = reckon::machine_size(a.gpu(p.gpu));
    refusal const* same = nullptr;
    refusal const* fewer = nullptr;
    refusal const* one_machine = nullptr;
    for (refusal const& r : a.found->refusals) {
        if (reckon::choice(r) != reckon::choice(p) || r.broken == constraint::layout) { continue; }
        count const n = r.spread.devices();
        if (n == p.spread.devices() && r.spread.data == 1) { same = &r; }
        bool const nearer = fewer == nullptr || n > fewer->spread.devices() ||
                            (n == fewer->spread.devices() && tells_more(r, fewer));
        if (n < p.spread.devices() && nearer) { fewer = &r; }
        if (n == machine && n < p.spread.devices() && tells_more(r, one_machine)) {
            one_machine = &r;
        }
    }
    bool const within = p.spread.devices() <= machine;
    constexpr std::size_t first_ones = 4;
    if (same != nullptr && place < first_ones) {
        refused r{.why = *same, .from = within ? page_depth::answer : page_depth::all};
        if (same->spread == p.spread) {
            r.carried_by = p.devices(); // by more of the same
        } else {
            r.instead = p.spread;
        }
        a.refusals.push_back(r);
    }
    if (one_machine != nullptr) {
        a.refusals.push_back({.why = *one_machine, .carried_by = p.devices()});
    }
    if (fewer != nullptr && fewer != one_machine && place < first_ones) {
        a.refusals.push_back({.why = *fewer,
                              .from = place == 0 ? page_depth::answer : page_depth::all,
                              .carried_by = p.devices()});
    }
}

bool rented(answer const& a, reckon::any_gpu const& g) {
    return reckon::cheapest_offer(g.id.view(), std::span(a.asked.prices.offers)).has_value();
}

/// One refusal for each accelerator without a plan: the nearest to passing, with most devices of
/// equals. Unless all are wanted or the accelerators were named, only those that one can rent.
void add_excluded(answer& a) {
    std::vector<refusal> nearest;
    for (refusal const& r : a.found->refusals) {
        auto const has_plan = [&](plan const& p) { return reckon::choice(p) == reckon::choice(r); };
        if (std::any_of(a.found->begin(), a.found->end(), has_plan)) { continue; }
        if (!a.asked.gpus_named && !rented(a, a.gpu(r.gpu))) { continue; }
        auto const known = std::find_if(nearest.begin(), nearest.end(), [&](refusal const& n) {
            return reckon::choice(n) == reckon::choice(r);
        });
        if (known == nearest.end()) {
            nearest.push_back(r);
            continue;
        }
        bool const tells = r.broken != constraint::layout;
        bool const told = known->broken != constraint::layout;
        // A later rule is nearer to passing than an earlier one.
        bool const nearer = r.broken > known->broken ||
                            (r.broken == known->broken && r.shortfall() < known->shortfall());
        if (tells && (!told || nearer)) { *known = r; }
    }
    // A total order (std::stable_sort of GCC 12's library makes Clang complain).
    std::sort(nearest.begin(), nearest.end(), [](refusal const& x, refusal const& y) {
        if (x.broken != y.broken) { return x.broken > y.broken; }
        if (x.shortfall() != y.shortfall()) { return x.shortfall() < y.shortfall(); }
        if (x.gpu != y.gpu) { return x.gpu < y.gpu; }
        return x.model != y.model ? x.model < y.model : x.precision < y.precision;
    });
    // Without a plan, or where they were asked about, the nearest are the answer.
    bool const asked_about = a.asked.gpus_named || !a.carried();
    constexpr std::size_t most_in_answer = 12;
    for (std::size_t i = 0; i < nearest.size(); ++i) {
        a.refusals.push_back(
            {.why = nearest[i],
             .from = asked_about && i < most_in_answer ? page_depth::answer : page_depth::all});
    }
}

/// The fewest devices of one accelerator that carry the load, without a limit; 0: none.
count fewest(answer const& a, reckon::choice of, reckon::recipe const& precision) {
    reckon::any_gpu const& g = a.gpu(of.gpu);
    reckon::plan_rules rules = a.asked.rules;
    rules.max_devices = most_devices_ever;
    rules.owned = {};
    rules.rank_by = reckon::objective::devices;
    rules.vendors = reckon::vendor_set::all();
    auto const found =
        reckon::recommend<1, 1>(a.asked.model_of(of), a.asked.filled, std::span(&g, 1),
                                std::span(&precision, 1), {}, rules);
    return found && !found->plans.empty() ? found->plans[0].devices() : 0;
}

void work_out(answer& a, refused& r) {
    reckon::any_gpu const& g = a.gpu(r.why.gpu);
    reckon::any_model const& m = a.asked.model_of(r.why);
    reckon::recipe const& weights = a.asked.weights_of(r.why);
    count const requests =
        a.asked.filled.concurrency > 0 ? a.asked.filled.concurrency : r.why.spread.data;
    r.memory =
        reckon::serving::memory_of(m, g, weights, a.asked.rules.kv_cache, r.why.spread,
                                   a.asked.rules.serving_engine, a.asked.filled.context, requests);
    bool const all = a.asked.print.all_refusals;
    if (all) { r.carried_by = r.why.fitting_devices; }
    if (all || r.instead || r.carried_by > 0) { return; }
    r.carried_by = fewest(a, r.why, weights);
    bool const narrower =
        reckon::weights_of(m, a.narrow).total() < reckon::weights_of(m, weights).total() * 0.9;
    if (a.narrow_tried && narrower) { r.carried_narrow = fewest(a, r.why, a.narrow); }
}

void add_paper(answer& a, reckon::choice of, reckon::layout const& l) {
    bool const there = std::any_of(a.on_paper.begin(), a.on_paper.end(), [&](paper_row const& row) {
        return row.of.gpu == of.gpu && row.spread == l;
    });
    if (there) { return; }
    auto const check = reckon::serving::on_paper(
        a.asked.model_of(of), a.gpu(of.gpu).memory, a.asked.weights_of(of), a.asked.rules.kv_cache,
        l, a.asked.filled.context, a.asked.filled.concurrency);
    if (check.known()) { a.on_paper.push_back({of, l, check.value()}); }
}

/// The first accelerators on paper: the plan, the same devices with nothing but tensor and nothing but
/// data parallelism in a layer, and the refused with fewer devices.
void check_on_paper(answer& a) {
    constexpr std::size_t accelerators = 4;
    if (a.asked.filled.concurrency == 0) { return; }
    std::size_t shown = 0;
    for (plan const& p : a.found->plans) {
        plan const& first = a.found->plans[0];
        if (p.replicas > 1 || p.model != first.model || p.precision != first.precision) {
            continue;
        }
        count const ranks = p.spread.layer_group();
        reckon::layout const tensor{.tensor = ranks, .pipeline = p.spread.pipeline};
        reckon::layout const data{.pipeline = p.spread.pipeline, .data = ranks, .expert = ranks};
        for (reckon::layout const& l : {tensor, data}) {
            if (reckon::check(a.asked.model_of(p), l).ok()) { add_paper(a, p, l); }
        }
        add_paper(a, p, p.spread);
        for (refused const& r : a.refusals) {
            bool const fewer = r.why.spread.devices() < p.devices();
            if (!a.asked.print.all_refusals && fewer &&
                reckon::choice(r.why) == reckon::choice(p)) {
                add_paper(a, p, r.why.spread);
            }
        }
        if (++shown == accelerators) { break; }
    }
}

/// What becomes of the first plan under a little more, and under shorter and longer requests.
void change_load(answer& a, std::span<reckon::candidate<reckon::any_model> const> models) {
    constexpr struct {
        char const* what;
        reckon::change by;
    } changes[] = {{"10 % more requests", {.traffic = 1.1}},
                   {"half of the context", {.lengths = 0.5}},
                   {"twice the context", {.lengths = 2}}};
    for (auto const& c : changes) {
        auto const then =
            reckon::what_if(models, a.asked.filled, a.asked.gpus, a.asked.prices.offers,
                            a.asked.rules, a.found->plans[0], c.by);
        // A context that the model was not made for is no change that one could make.
        if (then) { a.changes.push_back({c.what, c.by, *then}); }
    }
    a.margin = reckon::margin_of(*a.found);
    a.preferred = reckon::preference_of(
        std::span<plan const>(a.found->begin(), a.found->plans.size()), a.asked.rules);
}

} // namespace

reckon::result<std::shared_ptr<answer const>> find_answer(question const& asked) {
    auto const a = std::make_shared<answer>();
    a->asked = asked;
    question& q = a->asked;
    q.rules = q.bound_rules();
    auto const candidates = q.candidates();
    std::span<reckon::candidate<reckon::any_model> const> const models(candidates);
    auto const load = reckon::checked_question(models, q.load, std::span(q.gpus), q.rules);
    if (!load) { return load.error(); }
    a->found = std::make_unique<findings>();
    a->found->limits = q.rules;
    {
        progress line;
        watched<findings> sink{*a->found, line, q.gpus.size()};
        reckon::search(models, *load, std::span<reckon::any_gpu const>(q.gpus),
                       std::span<reckon::offer const>(q.prices.offers), q.rules, sink);
    }
    a->found->put_in_order();
    reckon::name_remedies(*a->found);
    a->narrow = reckon::recipe(reckon::int4_g128);
    a->narrow_tried = q.as_published;
    output const& print = q.print;
    bool const for_programs = print.format == page_format::json || print.format == page_format::csv;
    // Every refusal is listed anyway when all are wanted.
    for (std::size_t i = 0; !print.all_refusals && i < std::min(a->found->plans.size(), print.top);
         ++i) {
        add_neighbours(*a, a->found->plans[i], i);
    }
    if (print.all_refusals) {
        for (refusal const& r : a->found->refusals) {
            a->refusals.push_back({.why = r});
        }
    } else {
        add_excluded(*a);
    }
    std::erase_if(a->refusals,
                  [&](refused const& r) { return !for_programs && r.from > print.depth; });
    for (refused& r : a->refusals) {
        work_out(*a, r);
    }
    if (a->carried()) {
        if (for_programs || print.depth == page_depth::all) { check_on_paper(*a); }
        change_load(*a, models);
        if (print.format == page_format::html || print.format == page_format::json) {
            constexpr reckon::objective two[] = {reckon::objective::cost,
                                                 reckon::objective::latency};
            auto const best =
                reckon::front_of(models, q.load, std::span<reckon::any_gpu const>(q.gpus),
                                 std::span<reckon::offer const>(q.prices.offers),
                                 std::span<reckon::objective const>(two), q.rules);
            if (best) { a->best_by_two = *best; }
        }
    } else {
        a->excluded =
            reckon::conflicts_of(models, q.load, std::span<reckon::any_gpu const>(q.gpus),
                                 std::span<reckon::offer const>(q.prices.offers), q.rules);
        a->relaxed =
            reckon::relaxations_of(models, q.load, std::span<reckon::any_gpu const>(q.gpus),
                                   std::span<reckon::offer const>(q.prices.offers), q.rules);
    }
    return std::shared_ptr<answer const>(a);
}

} // namespace recommend
