// SPDX-License-Identifier: MIT
// Prefill and decode pools: no other engines, and no other numbers of them, keep the promise for less.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/pools.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;
using reckon::test::near;
using serving::percentile;

namespace {
any_model const llama = models::llama_3_1_70b;
recipe const formats[] = {fp8_block128};
candidate<any_model> const only[] = {{&llama, formats}};
any_gpu const two[] = {gpus::h200_sxm, gpus::a100_sxm_80gb};
constexpr length_share answers[] = {{200_tok, 0.5}, {400_tok, 0.5}};
constexpr serving::cache_link network{.each_way = link_gigabytes_per_second(50), .overlapped = 1};

struct question {
    std::vector<length_share> prompts{{4000_tok, 1}};
    std::vector<request_rate> rates{per_second(10)};
    plan_rules rules{};
    pool_rules pools{.link = network};
    [[nodiscard]] traffic asked() const {
        return {.prompt = {prompts}, .output = {answers}, .rates = rates};
    }
};
auto answer(question const& q) {
    rental_menu menus[2]{};
    return recommend_pools(std::span<candidate<any_model> const>(only), q.asked(), two,
                           catalog::instances, q.rules, q.pools, menus);
}
std::string why(question const& q) {
    auto const found = answer(q);
    return found ? "" : std::string(found.error().message.view());
}
count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }

/// Layouts that a person would try on two machines.
std::vector<serving::any_deployment> deployments(question const& q) {
    std::vector<serving::any_deployment> all;
    traffic const t = q.asked();
    for (any_gpu const& g : two) {
        for (count tensor = 1; tensor <= 8; tensor *= 2) {
            for (count stages = 1; stages <= (tensor == 8 ? 4 : 1); stages *= 2) {
                serving::any_deployment const d{.model = llama,
                                                .gpu = g,
                                                .layout = {tensor, stages},
                                                .weights = fp8_block128,
                                                .max_context = longest_context(t),
                                                .request = mean_request(t)};
                if (tensor * stages <= q.rules.max_devices && serving::memory_of(d).fits()) {
                    all.push_back(d);
                }
            }
        }
    }
    return all;
}
/// Both pools by the law of serving, all numbers of engines up to `most`.
double least_cost(question const& q, count most) {
    double least = std::numeric_limits<double>::infinity();
    traffic const t = q.asked();
    serving::arrivals const come = arrivals_at(t, busiest_rate(t));
    auto const all = deployments(q);
    auto const price = [](serving::any_deployment const& d, count n) {
        return in_usd_per_hour(rent_of(d.gpu.id.view(), n * d.layout.devices(),
                                       std::min(d.layout.devices(), machine_size(d.gpu)),
                                       catalog::instances)
                                   .price.value());
    };
    for (auto const& p : all) {
        for (auto const& d : all) {
            for (count x = 1; x <= most; ++x) {
                for (count y = 1; y <= most; ++y) {
                    count const spare = q.pools.spare;
                    count const devices =
                        (x + spare) * p.layout.devices() + (y + spare) * d.layout.devices();
                    if (devices > q.rules.max_devices) { continue; }
                    double const cost = price(p, x + spare) + price(d, y + spare);
                    if (cost >= least) { continue; }
                    auto const r = serving::disaggregated(p, x, d, y, q.pools.link, come,
                                                          calibration_for(p.gpu, p.engine),
                                                          calibration_for(d.gpu, d.engine));
                    if (!r) { continue; }
                    auto const within = [&](auto const& limit, auto const& of) {
                        return !limit.known() || at(of, q.pools.limits.of).value <= limit.value();
                    };
                    if (within(q.pools.limits.time_to_first_token, r->time_to_first_token) &&
                        within(q.pools.limits.time_per_token, r->time_per_token) &&
                        within(q.pools.limits.end_to_end, r->end_to_end)) {
                        least = cost;
                    }
                }
            }
        }
    }
    return least;
}
} // namespace

TEST_CASE("recommend_pools") {
    CHECK(holds("finds what trying all engines and numbers finds", [] {
        question q;
        q.prompts = {{tokens{static_cast<double>(500 + below(6000))}, 0.7},
                     {tokens{static_cast<double>(500 + below(6000))}, 0.3}};
        q.rates = {per_second(0.5 * static_cast<double>(1 + below(16)))};
        q.rules.max_devices = 4 + below(36);
        q.pools.spare = below(2);
        q.pools.max_engines = 5;
        q.pools.limits.of = static_cast<percentile>(below(4));
        if (below(2) == 0) {
            q.pools.limits.time_to_first_token =
                milliseconds(static_cast<double>(100 + below(2000)));
        }
        if (below(2) == 0) {
            q.pools.limits.time_per_token = milliseconds(static_cast<double>(8 + below(40)));
        }
        if (below(3) == 0) {
            q.pools.limits.end_to_end = seconds{static_cast<double>(3 + below(20))};
        }
        double const least = least_cost(q, 5);
        auto const found = answer(q);
        RC_ASSERT(found.has_value() == std::isfinite(least));
        if (!found) { return; }
        RC_ASSERT(static_cast<bool>(near(in_usd_per_hour(found->cost), least, test::within(1e-9))));
        RC_ASSERT(q.pools.limits.kept_by(found->queue));
        RC_ASSERT(found->devices() <= q.rules.max_devices);
    }));
}

TEST_CASE("what pools promise") {
    question q;
    q.pools.limits = {.time_to_first_token = 2_s, .time_per_token = 30_ms};
    auto const found = answer(q);
    REQUIRE(found);
    CHECK(found->prefill_engines >= 2); // one that serves, one that may fail
    CHECK(found->decode_engines >= 2);
    CHECK(found->transfer.exposed < found->transfer.time);
    CHECK(found->queue.time_per_token.p99 <= 30_ms);
    CHECK(found->cost > usd_per_second{});
}

TEST_CASE("what makes no sense") {
    question q;
    q.pools.limits.time_per_token = milliseconds(1);
    CHECK(why(q) == "no two pools of at most 64 rented accelerators keep the promise at 10.000 "
                    "requests a second; allow more, or promise less.");
    q = {};
    q.rules.budget = usd_per_hour(1);
    CHECK(why(q).ends_with(" USD an hour, and the budget is 1.00; raise it, or promise less."));
    q = {};
    q.pools.link = {};
    CHECK(why(q).starts_with("the link between the pools needs a bandwidth"));
    q = {};
    q.pools.spare = -1;
    CHECK(why(q) == "pools of 512 engines with -1 spare; give 1 to 2^20 engines, and 0 or more "
                    "spare ones.");
    q = {};
    q.rules.power = kilowatts(1);
    CHECK(why(q).starts_with("pools are planned of rented accelerators without a limit of power"));
    q = {};
    q.prompts = {{100_tok, 0.2}};
    CHECK(why(q) == "the shares of prompt sum to 0.200000; they must sum to 1.");
}
