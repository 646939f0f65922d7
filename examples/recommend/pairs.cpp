// SPDX-License-Identifier: MIT
// Prefill and decode pools, and mixtures of two kinds of replica, over the hours of a day.
#include "recommend/fleet.hpp"

#include <algorithm>

namespace recommend {
namespace {

using reckon::errc;
using candidates_of = std::span<reckon::candidate<reckon::any_model> const>;

/// Accelerators that pairs are looked for among, and where each stands in the question.
struct few_gpus {
    std::vector<reckon::any_gpu> gpus{};
    std::vector<std::uint16_t> places{};
};

/// Those of the best fleets: a pair of worse ones is hardly ever better, and pairs grow with the square.
few_gpus gpus_for_pairs(fleet_answer const& a, bool owned) {
    constexpr std::size_t most = 6;
    question const& q = a.asked.asked;
    few_gpus few;
    auto const add = [&](std::size_t place) {
        auto const p = static_cast<std::uint16_t>(place);
        if (std::ranges::find(few.places, p) != few.places.end()) { return; }
        few.gpus.push_back(q.gpus[place]);
        few.places.push_back(p);
    };
    for (reckon::fleet_plan const& p : a.found->plans) {
        if (few.gpus.size() < most) { add(p.gpu); }
    }
    // Named ones may serve in a pool although no fleet of them alone keeps the promise.
    for (std::size_t i = 0; q.gpus_named && i < q.gpus.size() && few.gpus.size() < most; ++i) {
        add(i);
    }
    for (std::size_t i = 0; owned && i < q.gpus.size(); ++i) {
        bool const own = std::ranges::any_of(a.asked.owned, [&](reckon::stock const& s) {
            return s.gpu.view() == q.gpus[i].id.view();
        });
        if (own) { add(i); }
    }
    return few;
}

/// The answer with positions of the question.
pair_answer placed(reckon::result<reckon::fleet_pair<96>> const& found, few_gpus const& few) {
    pair_answer a;
    if (!found) {
        a.why = found.error().message.view();
        return a;
    }
    a.day = *found;
    for (reckon::fleet_plan* const p : {&a.day->of_first, &a.day->of_second}) {
        p->gpu = few.places[p->gpu];
    }
    return a;
}

pair_answer find_pools(fleet_answer const& a, candidates_of models) {
    few_gpus const few = gpus_for_pairs(a, false);
    question const& q = a.asked.asked;
    reckon::pool_rules const pools{
        .limits = a.asked.promise.limits, .link = a.asked.link, .spare = a.asked.promise.spare};
    std::vector<reckon::rental_menu> menus(few.gpus.size());
    auto const plan = reckon::recommend_pools(models, a.asked.day(), few.gpus, q.prices.offers,
                                              q.rules, pools, menus);
    if (!plan) { return {.why = std::string(plan.error().message.view())}; }
    pair_answer found =
        placed(reckon::pools_by_hour<96>(*plan, models, a.asked.day(), few.gpus, q.prices.offers,
                                         q.rules, pools, a.asked.promise, a.asked.commitment),
               few);
    found.transfer = plan->transfer;
    return found;
}

pair_answer find_mixture(fleet_answer const& a, candidates_of models) {
    few_gpus const few = gpus_for_pairs(a, true);
    question const& q = a.asked.asked;
    std::vector<reckon::mixed_pool> from;
    if (!a.asked.owned.empty()) {
        reckon::plan_rules mine = q.rules;
        mine.owned = a.asked.owned;
        mine.vendors = reckon::vendor_set::all();
        from.push_back({.rules = mine});
    }
    from.push_back({.rules = q.rules, .offers = q.prices.offers});
    std::vector<reckon::rental_menu> menus(few.gpus.size() * from.size());
    auto const plan =
        reckon::recommend_mixed(models, a.asked.day(), few.gpus, from, a.asked.promise, menus);
    if (!plan) { return {.why = std::string(plan.error().message.view())}; }
    return placed(reckon::mixture_by_hour<96>(*plan, models, a.asked.day(), few.gpus, from,
                                              a.asked.promise, a.asked.commitment),
                  few);
}

} // namespace

void read_pairs(reader& r, given const& g, fleet_question& q) {
    q.owned = read_stocks(r, g);
    q.mix = r.has("mix") || !q.owned.empty();
    q.pools = r.has("pools");
    if (r.has("own-cost") && q.owned.empty()) {
        return r.fail(errc::missing_field, "--own-cost says what an hour of what you own costs; "
                                           "say with --own what that is");
    }
    for (char const* const name : {"cache-link", "cache-overlap"}) {
        if (r.has(name) && !q.pools) {
            return r.about(name, {errc::missing_field, "belongs to --pools; give that as well"});
        }
    }
    double each = 0;
    r.amount("own-cost", {.unit = "USD", .example = "0.5 (USD an hour)", .zero = true}, each);
    for (reckon::stock& s : q.owned) {
        s.cost = {reckon::usd_per_hour(each),
                  r.has("own-cost") ? reckon::provenance::exact : reckon::provenance::assumed};
        auto const same = [&](reckon::any_gpu const& one) { return one.id.view() == s.gpu.view(); };
        // So that an answer can name it; the search for fleets of one kind may rent it as well.
        if (std::ranges::none_of(q.asked.gpus, same)) {
            auto const own = reckon::find_gpu(s.gpu.view());
            if (own) { q.asked.gpus.push_back(*own); }
        }
    }
    constexpr double assumed_gigabytes = 50; // 400 Gbit/s for each accelerator, as in a DGX H100
    double link = assumed_gigabytes;
    q.link_assumed = !r.has("cache-link");
    r.amount("cache-link", {.unit = "GB/s", .example = "50 (GB/s)", .most = 1e5}, link);
    q.link.each_way = reckon::link_gigabytes_per_second(link);
    r.share("cache-overlap", q.link.overlapped);
}

void find_pairs(fleet_answer& a) {
    auto const candidates = a.asked.asked.candidates();
    if (a.asked.pools) { a.pools = find_pools(a, candidates); }
    if (a.asked.mix) { a.mixture = find_mixture(a, candidates); }
}

} // namespace recommend
