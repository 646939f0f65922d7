// SPDX-License-Identifier: MIT
#include "recommend/answer.hpp"

#include <algorithm>

namespace recommend {
namespace {

using reckon::count;
using reckon::plan;
using reckon::refusal;
using reckon::serving::constraint;

constexpr count most_devices_ever = 1024; ///< how far a remedy is looked for

/// The most telling refusals of one accelerator that carries the load: the same number of devices
/// under another layout, and the next smaller number.
void add_neighbours(answer& a, plan const& p) {
    refusal const* same = nullptr;
    refusal const* fewer = nullptr;
    for (refusal const& r : a.found->refusals) {
        if (r.gpu != p.gpu || r.precision != p.precision || r.broken == constraint::layout) {
            continue;
        }
        count const n = r.spread.devices();
        if (n == p.spread.devices() && r.spread.data == 1) { same = &r; }
        bool const nearer = fewer == nullptr || n > fewer->spread.devices() ||
                            (n == fewer->spread.devices() && r.shortfall() < fewer->shortfall());
        if (n < p.spread.devices() && nearer) { fewer = &r; }
    }
    if (same != nullptr) { a.refusals.push_back({.why = *same, .instead = p.spread}); }
    if (fewer != nullptr) { a.refusals.push_back({.why = *fewer, .carried_by = p.devices()}); }
}

bool rented(reckon::any_gpu const& g) { return reckon::cheapest_offer(g.id.view()).has_value(); }

/// One refusal for each accelerator without a plan: the nearest to passing, with most devices of
/// equals. Unless all are wanted or the accelerators were named, only those that one can rent.
void add_excluded(answer& a) {
    std::vector<refusal> nearest;
    for (refusal const& r : a.found->refusals) {
        auto const has_plan = [&](plan const& p) {
            return p.gpu == r.gpu && p.precision == r.precision;
        };
        if (std::any_of(a.found->begin(), a.found->end(), has_plan)) { continue; }
        if (!a.asked.gpus_named && !rented(a.gpu(r.gpu))) { continue; }
        auto const known = std::find_if(nearest.begin(), nearest.end(), [&](refusal const& n) {
            return n.gpu == r.gpu && n.precision == r.precision;
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
        return x.gpu != y.gpu ? x.gpu < y.gpu : x.precision < y.precision;
    });
    for (refusal const& r : nearest) {
        a.refusals.push_back({.why = r});
    }
}

/// The fewest devices of one accelerator that carry the load, without a limit; 0: none.
count fewest(answer const& a, reckon::any_gpu const& g, reckon::recipe const& precision) {
    reckon::plan_rules rules = a.asked.rules;
    rules.max_devices = most_devices_ever;
    rules.owned = {};
    rules.rank_by = reckon::objective::devices;
    rules.vendors = reckon::vendor_set::all();
    auto const found = reckon::recommend<1, 1>(a.asked.model, a.asked.filled, std::span(&g, 1),
                                               std::span(&precision, 1), {}, rules);
    return found && !found->plans.empty() ? found->plans[0].devices() : 0;
}

void work_out(answer& a, refused& r) {
    reckon::any_gpu const& g = a.gpu(r.why.gpu);
    reckon::recipe const& weights = a.asked.precisions[r.why.precision];
    count const requests =
        a.asked.filled.concurrency > 0 ? a.asked.filled.concurrency : r.why.spread.data;
    r.memory =
        reckon::serving::memory_of(a.asked.model, g, weights, a.asked.rules.kv_cache, r.why.spread,
                                   a.asked.rules.serving_engine, a.asked.filled.context, requests);
    if (a.asked.all_refusals) { r.carried_by = r.why.fitting_devices; }
    if (a.asked.all_refusals || r.instead || r.carried_by > 0) { return; }
    r.carried_by = fewest(a, g, weights);
    bool const narrower = reckon::weights_of(a.asked.model, a.narrow).total() <
                          reckon::weights_of(a.asked.model, weights).total() * 0.9;
    if (a.narrow_tried && narrower) { r.carried_narrow = fewest(a, g, a.narrow); }
}

void add_paper(answer& a, std::uint16_t gpu, std::uint16_t precision, reckon::layout const& l) {
    bool const there = std::any_of(a.on_paper.begin(), a.on_paper.end(), [&](paper_row const& row) {
        return row.gpu == gpu && row.spread == l;
    });
    if (there) { return; }
    count const requests = a.asked.filled.concurrency;
    auto const check =
        reckon::serving::on_paper(a.asked.model, a.gpu(gpu).memory, a.asked.precisions[precision],
                                  a.asked.rules.kv_cache, l, a.asked.filled.context, requests);
    if (check.known()) { a.on_paper.push_back({gpu, l, check.value()}); }
}

/// The first accelerators on paper: the plan, the same devices with nothing but tensor and nothing but
/// data parallelism in a layer, and the refused with fewer devices.
void check_on_paper(answer& a) {
    constexpr std::size_t accelerators = 4;
    if (a.asked.filled.concurrency == 0) { return; }
    std::size_t shown = 0;
    for (plan const& p : a.found->plans) {
        if (p.replicas > 1 || p.precision != a.found->plans[0].precision) { continue; }
        count const ranks = p.spread.layer_group();
        reckon::layout const tensor{.tensor = ranks, .pipeline = p.spread.pipeline};
        reckon::layout const data{.pipeline = p.spread.pipeline, .data = ranks, .expert = ranks};
        for (reckon::layout const& l : {tensor, data}) {
            if (reckon::check(a.asked.model, l).ok()) { add_paper(a, p.gpu, p.precision, l); }
        }
        add_paper(a, p.gpu, p.precision, p.spread);
        for (refused const& r : a.refusals) {
            bool const fewer = r.why.spread.devices() < p.devices();
            if (!a.asked.all_refusals && fewer && r.why.gpu == p.gpu &&
                r.why.precision == p.precision) {
                add_paper(a, p.gpu, p.precision, r.why.spread);
            }
        }
        if (++shown == accelerators) { break; }
    }
}

} // namespace

reckon::result<std::shared_ptr<answer const>> find_answer(question const& asked) {
    auto const a = std::make_shared<answer>();
    a->asked = asked;
    a->asked.rules.owned = a->asked.owned;
    auto const found =
        reckon::recommend<256, 4096>(asked.model, asked.load, asked.gpus, asked.precisions,
                                     reckon::catalog::instances, a->asked.rules);
    if (!found) { return found.error(); }
    a->found = std::make_unique<findings>(*found);
    a->narrow = reckon::recipe(reckon::int4_g128);
    a->narrow_tried = asked.as_published;
    constexpr std::size_t neighbours = 4;
    // Every refusal is listed anyway when all are wanted.
    for (std::size_t i = 0;
         !asked.all_refusals && i < std::min({a->found->plans.size(), asked.top, neighbours});
         ++i) {
        add_neighbours(*a, a->found->plans[i]);
    }
    if (asked.all_refusals) {
        for (refusal const& r : a->found->refusals) {
            a->refusals.push_back({.why = r});
        }
    } else {
        add_excluded(*a);
    }
    for (refused& r : a->refusals) {
        work_out(*a, r);
    }
    check_on_paper(*a);
    if (!a->carried()) {
        reckon::candidate<reckon::any_model> const only[] = {
            {&a->asked.model, a->asked.precisions}};
        a->relaxed = reckon::relaxations_of(
            std::span<reckon::candidate<reckon::any_model> const>(only), a->asked.load,
            a->asked.gpus, reckon::catalog::instances, a->asked.rules);
    }
    return std::shared_ptr<answer const>(a);
}

} // namespace recommend
