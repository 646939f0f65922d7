// SPDX-License-Identifier: MIT
// The fleets that are kept are the best of all that a person would try one by one.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/fleet_search.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;
using reckon::test::near;
using serving::constraint;
using serving::percentile;

namespace {
any_model const llama = models::llama_3_1_70b;
any_model const mixture = models::qwen3_30b_a3b;
any_gpu const three[] = {gpus::h200_sxm, gpus::a100_sxm_80gb, gpus::l4};
recipe const two[] = {bf16, fp8_block128};

count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }

struct question {
    candidate<any_model> model{&llama, two};
    std::vector<length_share> prompts;
    std::vector<length_share> answers{{200_tok, 0.5}, {400_tok, 0.5}};
    std::vector<request_rate> rates;
    plan_rules rules{};
    fleet_rules promise{};
    [[nodiscard]] traffic asked() const {
        return {.prompt = {prompts}, .output = {answers}, .rates = rates};
    }
    [[nodiscard]] std::span<candidate<any_model> const> models() const { return {&model, 1}; }
};
question random_question() {
    question q;
    q.model.served = below(2) == 0 ? &llama : &mixture;
    q.prompts = {{tokens{static_cast<double>(100 + below(3000))}, 0.75},
                 {tokens{static_cast<double>(100 + below(9000))}, 0.25}};
    for (int h = 0; h < 4; ++h) {
        q.rates.push_back(per_second(0.5 * static_cast<double>(below(80))));
    }
    q.rates.push_back(per_second(1));
    q.rules.max_devices = 1 + below(64);
    q.rules.rank_by = static_cast<objective>(below(6));
    if (below(3) == 0) { q.rules.budget = usd_per_hour(static_cast<double>(1 + below(200))); }
    if (below(3) == 0) { q.rules.power = kilowatts(static_cast<double>(1 + below(40))); }
    q.promise.limits.of = static_cast<percentile>(below(4));
    if (below(2) == 0) {
        q.promise.limits.time_per_token = milliseconds(static_cast<double>(10 + below(100)));
    }
    if (below(3) == 0) {
        q.promise.limits.end_to_end = seconds{static_cast<double>(2 + below(60))};
    }
    q.promise.spare = below(3);
    q.promise.starting.start = seconds{static_cast<double>(below(7200))};
    return q;
}
auto answer(question const& q) {
    auto found = std::make_unique<result<fleet_recommendation<>>>(
        recommend_fleets(q.models(), q.asked(), three, catalog::instances, q.rules, q.promise));
    RC_ASSERT(found->has_value());
    return found;
}

/// Least cost of every way to rent a fleet: all offers, machines that hold a replica first.
figure<usd_per_second> least_rent(fleet<> const& f, any_gpu const& g, count devices) {
    figure<usd_per_second> least{};
    for (bool const large : {true, false}) {
        for (offer const& o : catalog::instances) {
            bool const holds_one = o.gpus >= std::min(devices, machine_size(g));
            if (o.marketplace || o.gpu_id.view() != g.id.view() || holds_one != large) { continue; }
            auto const c = cost_of(f, devices, o);
            if (c && (!least.known() || c->least < least.value())) {
                least = {c->least, provenance::observed};
            }
        }
        if (least.known()) { return least; }
    }
    return least;
}

/// What a person would write: every layout by powers of two, one fleet each.
std::map<std::pair<int, int>, double> by_hand(question const& q) {
    std::map<std::pair<int, int>, double> best;
    traffic const t = q.asked();
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 2; ++k) {
            any_gpu const& g = three[i];
            for (count tensor = 1; tensor <= 8; tensor *= 2) {
                for (count data = 1; tensor * data <= 8; data *= 2) {
                    for (count pipeline = 1; pipeline <= 32; pipeline *= 2) {
                        bool const moe = q.model.served == &mixture;
                        if (data > 1 && !moe) { continue; }
                        if (pipeline > 1 && !pipelines(g, tensor * data, widest_layer(g))) {
                            continue;
                        }
                        serving::any_deployment const d{
                            .model = *q.model.served,
                            .gpu = g,
                            .layout = {tensor, pipeline, data, data > 1 ? tensor * data : 1},
                            .weights = two[k]};
                        count const devices = d.layout.devices();
                        if (devices > q.rules.max_devices || devices > 4 * machine_size(g)) {
                            continue;
                        }
                        auto const f = fleet_of(d, t, q.promise);
                        if (!f || f->most() * devices > q.rules.max_devices) { continue; }
                        auto const rent = least_rent(*f, g, devices);
                        auto const n = static_cast<double>(f->most() * devices);
                        if (q.rules.budget.known() &&
                            !(rent.known() && in_usd_per_hour(rent.value()) <=
                                                  in_usd_per_hour(q.rules.budget.value()))) {
                            continue;
                        }
                        if (q.rules.power.known() && g.power.value() * n > q.rules.power.value()) {
                            continue;
                        }
                        double worth = 1e300;
                        switch (q.rules.rank_by) {
                        case objective::cost:
                            if (rent.known()) {
                                worth = in_usd_per_hour(rent.value()) / 3600 /
                                        in_tokens_per_second(f->mean_output());
                            }
                            break;
                        case objective::hourly_cost:
                            if (rent.known()) { worth = in_usd_per_hour(rent.value()) / 3600; }
                            break;
                        case objective::throughput:
                            worth = -in_per_second(f->capacity) * static_cast<double>(f->most());
                            break;
                        case objective::latency:
                            worth = in_seconds(
                                at(f->hours[f->busiest].queue.end_to_end, q.promise.limits.of));
                            break;
                        case objective::devices: worth = n; break;
                        case objective::energy:
                            worth = in_watts(g.power.value() * n) /
                                    in_tokens_per_second(f->mean_output());
                        }
                        auto const place = best.try_emplace({i, k}, worth).first;
                        place->second = std::min(place->second, worth);
                    }
                }
            }
        }
    }
    return best;
}
} // namespace

TEST_CASE("recommend_fleets") {
    CHECK(holds("keeps the best of all layouts, by every objective", [] {
        question q = random_question();
        q.rules.alike = 0;
        auto const found = answer(q);
        auto const expected = by_hand(q);
        RC_ASSERT((*found)->plans.size() == expected.size());
        double before = -1e301;
        for (fleet_plan const& p : **found) {
            double const worth = badness(p, q.rules.rank_by, q.promise.limits.of);
            auto const other = expected.find({p.gpu, p.precision});
            RC_ASSERT(other != expected.end());
            RC_ASSERT(static_cast<bool>(near(worth, other->second, test::within(1e-9))));
            RC_ASSERT(worth >= before);
            before = worth;
            RC_ASSERT(p.devices() <= q.rules.max_devices);
            RC_ASSERT(q.promise.limits.kept_by(p.at_busiest));
        }
        // Whatever has no plan has its refusal.
        RC_ASSERT((*found)->plans.size() + (*found)->refusals.size() == 6);
        RC_ASSERT((*found)->dropped == 0);
    }));
}

TEST_CASE("fleets that are alike by the objective") {
    CHECK(holds("are ordered by what decides then, and no other is", [] {
        question q = random_question();
        q.rules.alike = 0.3;
        auto const found = answer(q);
        auto const of = q.promise.limits.of;
        double const within = is_estimated(q.rules.rank_by) ? 1.3 : 1;
        fleet_recommendation<> const& kept = **found;
        for (std::size_t i = 0; i < kept.plans.size(); ++i) {
            double const x = badness(kept.plans[i], q.rules.rank_by, of);
            for (std::size_t k = i + 1; k < kept.plans.size(); ++k) {
                double const y = badness(kept.plans[k], q.rules.rank_by, of);
                RC_ASSERT(x <= (y < 0 ? y / within : y * within));
            }
        }
        preference const why = kept.preferred();
        if (!why.made) { return; }
        RC_ASSERT(better(kept.plans[why.over], kept.plans[0], q.rules.rank_by, of));
        RC_ASSERT(badness(kept.plans[0], why.by, of) <= badness(kept.plans[why.over], why.by, of));
    }));
}

TEST_CASE("a day of chat on rented machines") {
    question q;
    q.prompts = {{500_tok, 0.6}, {2000_tok, 0.3}, {8000_tok, 0.1}};
    q.rates = {per_second(5), per_second(60), per_second(40), per_second(15)};
    q.promise.limits = {.time_to_first_token = 2_s, .time_per_token = 50_ms};
    q.promise.path.network = host::network_bandwidth(100);
    auto const found = answer(q);
    REQUIRE_FALSE((*found)->plans.empty());
    fleet_plan const& best = (*found)->plans[0];
    CHECK(three[best.gpu].id.view() == gpus::h200_sxm.id.view());
    CHECK(best.busiest == 1);
    CHECK(best.range.least < best.range.most);
    CHECK(best.rented.known());
    CHECK(best.lead > 5_s);
    // L4s are no machines for a model of 70 billion parameters and 50 ms at the 99th percentile.
    bool refused = false;
    for (refusal const& r : (*found)->refusals) {
        refused = refused ||
                  (three[r.gpu].id.view() == gpus::l4.id.view() && r.broken != constraint::none);
    }
    CHECK(refused);
}

TEST_CASE("what is owned is paid always and not exceeded") {
    question q;
    q.prompts = {{500_tok, 1}};
    q.rates = {per_second(20), per_second(2)};
    stock const own[] = {{.gpu = gpus::h200_sxm.id, .devices = 8, .cost = usd_per_hour(2)}};
    q.rules.owned = own;
    auto const found = answer(q);
    REQUIRE_FALSE((*found)->plans.empty());
    for (fleet_plan const& p : **found) {
        CHECK(p.gpu == 0);
        CHECK(p.devices() <= 8);
        CHECK_FALSE(p.rented.known());
        CHECK(near(p.cost.least, usd_per_hour(2.0 * static_cast<double>(p.devices()))));
    }
}

TEST_CASE("rules that say a thing twice, and days that make no sense") {
    question q;
    q.prompts = {{500_tok, 1}};
    q.rates = {per_second(20)};
    auto const why = [&](plan_rules const& rules, traffic const& t) {
        auto const found =
            recommend_fleets(q.models(), t, three, catalog::instances, rules, q.promise);
        return found ? std::string() : std::string(found.error().message.view());
    };
    plan_rules rules{};
    rules.time_per_token = 50_ms;
    CHECK(why(rules, q.asked()) ==
          "plan_rules limits a mean time; give a fleet's limits with their percentile, in "
          "fleet_rules::limits.");
    rules = {.spare = 1};
    CHECK(why(rules, q.asked()).starts_with("plan_rules names spare replicas; "));
    rules = {.rental = {.how = purchase::spot}};
    CHECK(why(rules, q.asked()).starts_with("plan_rules names a way of buying; "));
    rules = {.rental = {.provider = "Lambada"}};
    CHECK(why(rules, q.asked()) ==
          "no offer is of the provider 'Lambada'; the nearest name is Lambda.");
    std::vector<length_share> const half{{500_tok, 0.5}};
    traffic t = q.asked();
    t.prompt = {half};
    CHECK(why({}, t) == "the shares of prompt sum to 0.500000; they must sum to 1.");
    q.promise.planned_use = 2;
    CHECK(why({}, q.asked()) == "planned_use is 2.000; give a share above 0, up to 1.");
}
