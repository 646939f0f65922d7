// SPDX-License-Identifier: MIT
// Two kinds of replica in one fleet: no other pair of numbers costs less.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/mixed.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::holds;
using reckon::test::near;

namespace {
/// A rate left when the largest of a list fail, one by one.
double left_of(std::vector<double> rates, count spare) {
    std::sort(rates.begin(), rates.end());
    double sum = 0;
    for (std::size_t i = 0; i + static_cast<std::size_t>(spare) < rates.size(); ++i) {
        sum += rates[i];
    }
    return sum;
}
std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
} // namespace

TEST_CASE("what is left when the largest fail") {
    CHECK(near(in_per_second(carried_by(per_second(10), 2, per_second(4), 1, 1)), 14));
    CHECK(near(in_per_second(carried_by(per_second(4), 1, per_second(10), 2, 1)), 14));
    CHECK(near(in_per_second(carried_by(per_second(10), 1, per_second(4), 3, 2)), 8));
    CHECK(in_per_second(carried_by(per_second(10), 1, per_second(4), 1, 5)) == 0);
}

TEST_CASE("mix_for") {
    CHECK(holds("finds what trying every pair of numbers finds", [] {
        rental_menu menus[3]{};
        for (rental_menu& menu : menus) {
            (void)menu.entries.push_back(
                {*rc::gen::element<count>(1, 2, 4, 8), usd_per_hour(*rc::gen::inRange(1, 60)), 0});
            (void)menu.entries.push_back({8, usd_per_hour(*rc::gen::inRange(20, 90)), 1});
        }
        std::vector<count> const devices{*rc::gen::inRange(0, 13), *rc::gen::inRange(1, 40)};
        std::vector<replica_kind> kinds;
        int const n = *rc::gen::inRange(1, 5);
        for (int k = 0; k < n; ++k) {
            replica_kind kind{};
            kind.spread.tensor = *rc::gen::element<count>(1, 2, 4);
            kind.capacity = per_second(*rc::gen::inRange(1, 30));
            kind.pool = static_cast<std::uint16_t>(*rc::gen::inRange(0, 2));
            if (kind.pool == 0) {
                kind.owned = usd_per_hour(*rc::gen::inRange(0, 5));
            } else {
                kind.menu = &menus[*rc::gen::inRange(0, 3)];
            }
            kinds.push_back(kind);
        }
        double const rate = *rc::gen::inRange(1, 100);
        count const spare = *rc::gen::inRange(0, 3);
        double least = std::numeric_limits<double>::infinity();
        for (replica_kind const& a : kinds) {
            for (replica_kind const& b : kinds) {
                for (count i = 0; i <= 40; ++i) {
                    for (count j = 0; j <= 40; ++j) {
                        count const of_a = i * a.spread.devices();
                        count const of_b = j * b.spread.devices();
                        count const in_a = a.pool == b.pool ? of_a + of_b : of_a;
                        if (in_a > devices[a.pool] || of_b > devices[b.pool]) { continue; }
                        std::vector<double> rates(static_cast<std::size_t>(i),
                                                  in_per_second(a.capacity));
                        rates.insert(rates.end(), static_cast<std::size_t>(j),
                                     in_per_second(b.capacity));
                        if (left_of(rates, spare) < rate) { continue; }
                        least = std::min(
                            least, in_usd_per_hour(a.price_of(i).value() + b.price_of(j).value()));
                    }
                }
            }
        }
        auto const found = mix_for(kinds, devices, per_second(rate), spare);
        RC_ASSERT(found.has_value() == (least < 1e300));
        if (!found) { return; }
        RC_ASSERT(std::abs(in_usd_per_hour(found->cost) - least) < 1e-9 * (1 + least));
        RC_ASSERT(in_per_second(found->carried) >= rate);
    }));
}

namespace {
any_model const llama = models::llama_3_1_70b;
recipe const formats[] = {fp8_block128};
candidate<any_model> const only[] = {{&llama, formats}};
any_gpu const two[] = {gpus::a100_sxm_80gb, gpus::h100_sxm_80gb};
constexpr length_share prompts[] = {{1000_tok, 1}};
constexpr length_share answers[] = {{300_tok, 1}};
constexpr request_rate rates[] = {per_second(30), per_second(5)};
constexpr traffic day{.prompt = {prompts}, .output = {answers}, .rates = rates};
constexpr fleet_rules promise{.limits = {.time_per_token = 150_ms}, .spare = 0};
} // namespace

TEST_CASE("what one owns first, the rest rented") {
    stock const own[] = {{.gpu = gpus::a100_sxm_80gb.id, .devices = 24, .cost = usd_per_hour(0.5)}};
    mixed_pool const pools[] = {{.rules = {.owned = own}},
                                {.rules = {}, .offers = catalog::instances}};
    rental_menu menus[4]{};
    auto const both = recommend_mixed(std::span<candidate<any_model> const>(only), day, two, pools,
                                      promise, menus);
    REQUIRE(both);
    auto const rented = recommend_mixed(std::span<candidate<any_model> const>(only), day, two,
                                        std::span(pools).last(1), promise, menus);
    REQUIRE(rented);
    CHECK(both->cost < rented->cost); // half a dollar an hour is less than any rent
    CHECK(both->of_first > 0);
    CHECK(both->of_second > 0);
    CHECK(both->first.owned.known() != both->second.owned.known());
    CHECK(both->carried >= per_second(30));
    // Only what one owns does not carry it, and the sentence says how much it does.
    auto const few = recommend_mixed(std::span<candidate<any_model> const>(only), day, two,
                                     std::span(pools).first(1), promise, menus);
    CHECK(why(few).starts_with("no two kinds of replica carry 30.000 requests a second with 0 "
                               "spare; the most that any carry is "));
}

TEST_CASE("the best single kind is never better, and a budget is kept") {
    rental_menu menus[2]{};
    mixed_pool pools[] = {{.rules = {}, .offers = catalog::instances}};
    auto const ask = [&](std::span<any_gpu const> gpus_of) {
        return recommend_mixed(std::span<candidate<any_model> const>(only), day, gpus_of, pools,
                               promise, menus);
    };
    auto const best = ask(two);
    REQUIRE(best);
    for (std::size_t i = 0; i < 2; ++i) {
        auto const alone = ask(std::span(two).subspan(i, 1));
        REQUIRE(alone);
        CHECK(best->cost <= alone->cost);
    }
    pools[0].rules.budget = usd_per_hour(1);
    CHECK(why(ask(two)).starts_with("the cheapest mixture costs "));
    CHECK(why(ask(two)).ends_with(
        " USD an hour, and the budget is 1.00; raise it, or promise less."));
    pools[0].rules.budget = unknown;
    pools[0].rules.power = kilowatts(10);
    CHECK(why(ask(two)) == "a mixture is not held to a limit of power; leave it out.");
    CHECK(why(mix_for({}, {}, per_second(-1), 0)) ==
          "a mixture is asked for -1.000 requests a second with 0 spare; give a rate above 0, up "
          "to 1e9, and 0 or more.");
    CHECK(why(recommend_mixed(std::span<candidate<any_model> const>(only), day, two, pools, promise,
                              std::span(menus).first(1))) ==
          "there is room for 1 menus; give one for each accelerator and pool.");
}
