// SPDX-License-Identifier: MIT
// What is kept of a search is the best of everything that it tried, and nothing outside it is better.
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

using namespace reckon;
using reckon::test::holds;
using serving::constraint;

namespace {
any_model const chosen_models[] = {models::deepseek_r1,  models::llama_3_1_70b,
                                   models::llama_3_1_8b, models::qwen3_30b_a3b,
                                   models::gpt_oss_120b, models::mistral_7b_v0_1};
any_gpu const chosen_gpus[] = {gpus::h200_sxm, gpus::h100_sxm_80gb, gpus::a100_sxm_80gb,
                               gpus::rtx_4090, gpus::l4};
recipe const chosen_precisions[] = {bf16, fp8_block128};

template <class T, std::size_t N> T const& one_of(T const (&all)[N]) {
    return all[*rc::gen::arbitrary<std::uint32_t>() % N];
}
count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }

struct question {
    any_model model = one_of(chosen_models);
    workload load{};
    plan_rules rules{};
};
question random_question() {
    question q{};
    q.load.context = tokens{static_cast<double>(2 + below(8000))};
    if (below(2) == 0) {
        q.load.concurrency = 1 + below(300);
    } else {
        q.load.rate = per_second(0.01 * static_cast<double>(1 + below(2000)));
    }
    q.rules.max_devices = 1 + below(64);
    q.rules.rank_by = static_cast<objective>(below(6));
    q.rules.plans_per_gpu = 1 + below(4);
    if (below(3) == 0) {
        q.rules.time_per_token = milliseconds(static_cast<double>(5 + below(100)));
    }
    if (below(4) == 0) { q.rules.end_to_end = seconds{static_cast<double>(1 + below(300))}; }
    if (below(4) == 0) { q.rules.budget = usd_per_hour(static_cast<double>(1 + below(200))); }
    if (below(4) == 0) { q.rules.power = kilowatts(static_cast<double>(1 + below(40))); }
    if (below(3) == 0) { q.rules.spare = below(std::min<count>(q.rules.max_devices, 3)); }
    return q;
}

/// Keeps everything.
struct everything {
    std::vector<plan> plans;
    std::vector<refusal> refusals;
    void accept(plan const& p) { plans.push_back(p); }
    void refuse(refusal const& r) { refusals.push_back(r); }
};
everything all_of(question const& q) {
    everything all;
    auto const load = checked(q.load);
    RC_ASSERT(load.has_value());
    search(q.model, *load, chosen_gpus, chosen_precisions, catalog::instances, q.rules, all);
    return all;
}
auto answer(question const& q) {
    auto found = std::make_unique<result<recommendation<64, 256>>>(recommend<64, 256>(
        q.model, q.load, chosen_gpus, chosen_precisions, catalog::instances, q.rules));
    RC_ASSERT(found->has_value());
    return found;
}
} // namespace

TEST_CASE("what is kept") {
    CHECK(holds("is the best few of each accelerator and precision, in order", [] {
        question const q = random_question();
        auto const found = answer(q);
        std::map<std::pair<int, int>, std::vector<plan>> expected;
        for (plan const& p : all_of(q).plans) {
            expected[{p.gpu, p.precision}].push_back(p);
        }
        auto const in_order = [&](plan const& a, plan const& b) {
            return better(a, b, q.rules.rank_by);
        };
        std::size_t kept = 0;
        for (auto& [which, plans] : expected) {
            std::sort(plans.begin(), plans.end(), in_order);
            auto const most =
                std::min(plans.size(), static_cast<std::size_t>(q.rules.plans_per_gpu));
            std::vector<plan> same;
            for (plan const& p : **found) {
                if (p.gpu == which.first && p.precision == which.second) { same.push_back(p); }
            }
            RC_ASSERT(same.size() == most);
            std::sort(same.begin(), same.end(), in_order); // ranking.hpp orders them otherwise
            for (std::size_t i = 0; i < most; ++i) {
                RC_ASSERT(badness(same[i], q.rules.rank_by) == badness(plans[i], q.rules.rank_by));
                RC_ASSERT(same[i].devices() == plans[i].devices());
            }
            kept += most;
        }
        RC_ASSERT((*found)->plans.size() == kept);
        std::vector<plan> ordered((*found)->begin(), (*found)->end());
        std::sort(ordered.begin(), ordered.end(), in_order);
        put_in_order(ordered, q.rules);
        for (std::size_t i = 0; i < ordered.size(); ++i) {
            RC_ASSERT(choice(ordered[i]) == choice((*found)->plans[i]));
            RC_ASSERT(ordered[i].spread == (*found)->plans[i].spread);
        }
    }));
}

TEST_CASE("every plan") {
    CHECK(holds("fits, keeps the rules and carries the load", [] {
        question const q = random_question();
        for (plan const& p : all_of(q).plans) {
            auto const& g = chosen_gpus[p.gpu];
            auto const& weights = chosen_precisions[p.precision];
            RC_ASSERT(p.memory.fits());
            RC_ASSERT(serving::memory_of(q.model, g, weights, bf16, p.spread,
                                         q.rules.serving_engine, q.load.context, p.concurrency)
                          .fits());
            RC_ASSERT(p.devices() <= q.rules.max_devices);
            RC_ASSERT(p.speed.known);
            if (q.rules.time_per_token.known()) {
                RC_ASSERT(p.speed.time_per_token.value <= q.rules.time_per_token.value());
            }
            RC_ASSERT(p.spare == q.rules.spare);
            RC_ASSERT(p.speed.end_to_end.value <= q.rules.end_to_end.value_or(seconds{1e12}));
            if (q.rules.budget.known()) {
                RC_ASSERT(p.price.known());
                // By the hour, as prices and budgets are written: 26 times 2.50 is 65.
                RC_ASSERT(in_usd_per_hour(p.price.value()) <=
                          in_usd_per_hour(q.rules.budget.value()));
            }
            if (q.rules.power.known()) { RC_ASSERT(p.power.value() <= q.rules.power.value()); }
            if (q.load.concurrency > 0) {
                RC_ASSERT(p.replicas * p.concurrency >= q.load.concurrency);
            } else {
                RC_ASSERT(in_per_second(p.speed.requests) * static_cast<double>(p.replicas) >=
                          in_per_second(q.load.rate) * (1 - 1e-9));
            }
        }
    }));
}

namespace {
/// What a person would write: every number of replicas of every layout, each asked for memory and speed.
void by_hand(question const& q, std::uint16_t i, std::uint16_t k, std::vector<plan>& plans) {
    any_gpu const& g = chosen_gpus[i];
    recipe const& weights = chosen_precisions[k];
    workload const load = *checked(q.load);
    engine const& e = q.rules.serving_engine;
    bool const mixture = parameters_of(q.model).routed_experts > 0;
    reckon::detail::for_each_layout(
        g, layer_count(q.model), mixture,
        std::min(q.rules.max_devices, q.rules.max_machines * machine_size(g)),
        [&](layout const& l) {
            for (count r = 1; (r + q.rules.spare) * l.devices() <= q.rules.max_devices; ++r) {
                count const batch = (load.concurrency + r - 1) / r;
                plan p{{0, i, k}, l, r, q.rules.spare, batch};
                p.memory = serving::memory_of(q.model, g, weights, bf16, l, e, load.context, batch);
                if (!p.memory.fits()) { continue; }
                p.speed = serving::speed_of(q.model, g, weights, bf16, l,
                                            serving::settled(e, q.model, g, l), load.request,
                                            std::max(batch, l.data), calibration_for(g, e));
                if (!p.speed.known) { continue; }
                p.carried = load.request.output *
                            (static_cast<double>(load.concurrency) / p.speed.end_to_end.value);
                p.rented = rent_of(g.id.view(), p.devices(), std::min(l.devices(), machine_size(g)),
                                   catalog::instances);
                p.price = p.rented.price;
                if (p.price.known()) { p.per_token = cost_per_token(p.price.value(), p.carried); }
                p.power = g.power.value() * static_cast<double>(p.devices());
                auto const above = [](auto const& value, auto const& most) {
                    return most.known() && (!value.known() || value.value() > most.value());
                };
                if (above(figure(p.speed.time_per_token.value), q.rules.time_per_token) ||
                    above(figure(p.speed.end_to_end.value), q.rules.end_to_end) ||
                    (q.rules.budget.known() &&
                     (!p.price.known() || in_usd_per_hour(p.price.value()) >
                                              in_usd_per_hour(q.rules.budget.value()))) ||
                    above(p.power, q.rules.power)) {
                    continue;
                }
                plans.push_back(p);
            }
        });
}
} // namespace

TEST_CASE("the best plan") {
    CHECK(holds("is that of a search by hand over every number of replicas", [] {
        question q = random_question();
        q.load.rate = {};
        q.load.concurrency = 1 + below(300);
        q.rules.plans_per_gpu = 1; // of several, what decides between them puts another first
        auto const found = answer(q);
        for (std::uint16_t i = 0; i < 5; ++i) {
            for (std::uint16_t k = 0; k < 2; ++k) {
                std::vector<plan> plans;
                by_hand(q, i, k, plans);
                auto const best =
                    std::min_element(plans.begin(), plans.end(), [&](plan const& a, plan const& b) {
                        return better(a, b, q.rules.rank_by);
                    });
                auto const kept =
                    std::find_if((*found)->begin(), (*found)->end(),
                                 [&](plan const& p) { return p.gpu == i && p.precision == k; });
                RC_ASSERT((best == plans.end()) == (kept == (*found)->end()));
                if (best == plans.end()) { continue; }
                RC_ASSERT(badness(*best, q.rules.rank_by) == badness(*kept, q.rules.rank_by));
                RC_ASSERT(best->devices() == kept->devices());
            }
        }
    }));
}

TEST_CASE("a list of three plans") {
    CHECK(holds("is the first three of a list with room for all", [] {
        question q = random_question();
        q.rules.plans_per_gpu = 1 + below(3); // of ten choices: no more than are ranked together
        auto const all = answer(q);
        auto const few = recommend<3>(q.model, q.load, chosen_gpus, chosen_precisions,
                                      catalog::instances, q.rules);
        std::size_t const kept = std::min<std::size_t>(3, (*all)->plans.size());
        RC_ASSERT((*few).plans.size() == kept);
        for (std::size_t i = 0; i < kept; ++i) {
            plan const& mine = (*few).plans[i];
            plan const& theirs = (*all)->plans[i];
            RC_ASSERT(choice(mine) == choice(theirs));
            RC_ASSERT(mine.spread == theirs.spread);
            RC_ASSERT(mine.replicas == theirs.replicas);
            RC_ASSERT(mine.concurrency == theirs.concurrency);
        }
    }));
}

TEST_CASE("no layout that a person writes down") {
    CHECK(holds("needs fewer devices than the plan with the fewest", [] {
        question q = random_question();
        q.load.rate = {};
        q.load.concurrency = 1 + below(64);
        q.rules = {.rank_by = objective::devices};
        auto const found = answer(q);
        auto const mine = static_cast<std::uint16_t>(below(5));
        auto const in = static_cast<std::uint16_t>(below(2));
        any_gpu const& g = chosen_gpus[mine];
        count const widest = g.link.scale_up.value_or(8);
        layout l{.tensor = count{1} << below(4)};
        if (parameters_of(q.model).routed_experts > 0 && below(2) == 0) {
            l.data = count{1} << below(4);
            l.expert = l.data > 1 ? l.layer_group() : 1;
        }
        RC_PRE(l.devices() <= widest);
        RC_PRE(serving::memory_of(q.model, g, chosen_precisions[in], bf16, l,
                                  q.rules.serving_engine, q.load.context, q.load.concurrency)
                   .fits());
        bool reached = false;
        for (plan const& p : **found) {
            reached = reached || (p.gpu == mine && p.precision == in && p.devices() <= l.devices());
        }
        RC_ASSERT(reached);
    }));
}

TEST_CASE("every refusal") {
    CHECK(holds("says by how much, and what would fit does", [] {
        question const q = random_question();
        for (refusal const& r : all_of(q).refusals) {
            RC_ASSERT(r.broken != constraint::none);
            if (r.broken == constraint::weights || r.broken == constraint::runtime ||
                r.broken == constraint::cache || r.broken == constraint::time_per_token ||
                r.broken == constraint::time_to_first_token || r.broken == constraint::devices) {
                RC_ASSERT(r.need > r.have);
            }
            auto const fits_with = [&](tokens context, count requests) {
                return serving::memory_of(q.model, chosen_gpus[r.gpu],
                                          chosen_precisions[r.precision], bf16, r.spread,
                                          q.rules.serving_engine, context, requests)
                    .fits();
            };
            if (r.broken != constraint::cache) { continue; }
            if (r.fitting_requests > 0) {
                RC_ASSERT(fits_with(q.load.context, r.fitting_requests));
            }
            if (q.load.concurrency > 0 && r.fitting_context > tokens{0}) {
                RC_ASSERT(fits_with(r.fitting_context, q.load.concurrency));
            }
        }
    }));
}
