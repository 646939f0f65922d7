// SPDX-License-Identifier: MIT
// Questions at their bounds: loads, days, changes, and what there is to choose from.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/shared_fleet.hpp>
#include <reckon/recommend/what_if.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {
std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
tokens tok(double n) { return tokens{n}; }
} // namespace

TEST_CASE("a load at its bounds") {
    auto const sound = [](workload const& w) { return checked(w).has_value(); };
    CHECK(sound({.context = tok(1), .concurrency = 1}));
    CHECK(why(checked({.context = tok(0.5), .concurrency = 1})) ==
          "the context is 0.500 tokens; it must be from 1 to 1e15.");
    CHECK(why(checked({.concurrency = 1})) ==
          "the context is 0 tokens; it must be from 1 to 1e15.");
    CHECK(sound({.context = tok(1e15), .concurrency = 1}));
    CHECK_FALSE(sound({.context = tok(1e15 + 1), .concurrency = 1}));
    CHECK(sound({.context = tok(9), .concurrency = count{1} << 40}));
    CHECK_FALSE(sound({.context = tok(9), .concurrency = (count{1} << 40) + 1}));
    CHECK_FALSE(sound({.context = tok(9), .concurrency = -1}));
    CHECK(sound({.context = tok(9), .rate = per_second(1e9)}));
    CHECK_FALSE(sound({.context = tok(9), .rate = per_second(1e9 + 1)}));
    CHECK_FALSE(sound({.context = tok(9), .rate = per_second(-1)}));
    CHECK(sound({.context = tok(9), .rate = per_second(0.5)}));
    CHECK(why(checked({.context = tok(9), .concurrency = 1, .rate = per_second(0.5)})) ==
          "both a concurrency and a request rate are given; give one, the other follows.");
    CHECK(why(checked({.context = tok(9)})) ==
          "neither a concurrency nor a request rate is given; give one of them.");
}

TEST_CASE("lengths that are not given follow from the context") {
    auto const lengths = [](double context, double prompt, double output) {
        auto const w = checked(
            {.context = tok(context), .request = {tok(prompt), tok(output)}, .concurrency = 1});
        return w ? std::vector{in_tokens(w->request.prompt), in_tokens(w->request.output)}
                 : std::vector<double>{};
    };
    using two = std::vector<double>;
    CHECK(lengths(100, 1, 0) == two{1, 99});
    CHECK(lengths(100, 99, 0) == two{99, 1});
    CHECK(lengths(100, 0, 1) == two{99, 1});
    CHECK(lengths(100, 0, 99) == two{1, 99});
    CHECK(lengths(100, 0, 0) == two{50, 50});
    CHECK(lengths(2, 0, 0) == two{1, 1});
    CHECK(lengths(1, 0, 0) == two{1, 1}); // a context of one: the least that there is
    CHECK(lengths(100, 60, 40) == two{60, 40});
    CHECK(lengths(100, 60, 41).empty());
    CHECK(lengths(2, 2, 1).empty());
}

TEST_CASE("a day at its bounds") {
    std::vector<length_share> lengths{{tok(10), 1}};
    std::vector<request_rate> rates{per_second(1), per_second(2)};
    auto const said = [&] {
        possible_error const e =
            check(traffic{.prompt = {lengths}, .output = {lengths}, .rates = rates});
        return e ? std::string(e->message.view()) : std::string();
    };
    CHECK(traffic{}.apart == hours(1));
    CHECK(said().empty());
    lengths[0].length = tok(1);
    CHECK(said().empty());
    lengths[0].length = tok(0.5);
    CHECK(said() == "prompt[0].length is 0.500 tokens; it must be from 1 to 1e15.");
    lengths[0].length = tok(1e15);
    CHECK(said().empty());
    lengths[0].length = tok(1e15 + 2);
    CHECK_FALSE(said().empty());
    lengths = {{tok(10), 0}, {tok(20), 1}};
    CHECK(said().empty());
    lengths = {{tok(10), -0.25}, {tok(20), 1}};
    CHECK(said() == "prompt[0].share is -0.250000; it must be from 0 to 1.");
    lengths = {{tok(10), 0.5}, {tok(20), 0.5000005}};
    CHECK(said().empty());
    lengths[1].share = 0.4999995;
    CHECK(said().empty());
    lengths[1].share = 0.500002;
    CHECK(said() == "the shares of prompt sum to 1.000002; they must sum to 1.");
    lengths[1].share = 0.499998;
    CHECK(said() == "the shares of prompt sum to 0.999998; they must sum to 1.");
    lengths = {{tok(10), 1}};
    rates = {per_second(1e9)};
    CHECK(said().empty());
    rates = {per_second(-1), per_second(2)};
    CHECK(said() == "rates[0] is -1.000 requests a second; it must be from 0 to 1e9.");
    rates = {per_second(1), per_second(1e9 + 1)};
    CHECK(said().starts_with("rates[1] is 1,000,000,001.000 requests"));
    // Half of the requests a quarter as long as the others: mean 25, deviation 15.
    length_share const two[] = {{tok(10), 0.5}, {tok(40), 0.5}, {tok(99), 0}};
    CHECK(near(length_distribution{two}.variation(), 0.6));
    CHECK(length_distribution{two}.longest() == tok(40));
}

TEST_CASE("a load under a change") {
    workload const few{.context = tok(2), .request = {tok(1), tok(1)}, .concurrency = 1};
    workload const shorter = changed(few, {.lengths = 0.25});
    CHECK(shorter.request.prompt == tok(1)); // at least one
    CHECK(shorter.context == tok(2));        // as much as both
    CHECK(changed(few, {.lengths = 3}).request.prompt == tok(3));
    CHECK(changed(few, {.lengths = 3}).context == tok(6));
    CHECK(changed(few, {.traffic = 3}).concurrency == 3);
    workload const odd{.context = tok(3000), .request = {tok(1001), {}}, .rate = per_second(4)};
    workload const half = changed(odd, {.traffic = 0.5, .lengths = 0.5});
    CHECK(half.request.prompt == tok(501)); // 500.5
    CHECK(half.request.output == tokens{}); // not known before, not known now
    CHECK(half.context == tok(1500));
    CHECK(half.concurrency == 0);
    CHECK(half.rate == per_second(2));
    CHECK(changed({.concurrency = count{1} << 40}, {.traffic = 10}).concurrency ==
          1'000'000'000'000);
    auto const asked = [](change const& by, plan const& p) {
        return what_if(std::span<candidate<any_model> const>{}, {}, {}, {}, {}, p, by);
    };
    CHECK(why(asked({.traffic = 0.5, .lengths = 0}, {})) ==
          "a change is by a factor of 0.000; it must be above 0 and finite");
    CHECK(why(asked({.traffic = -2, .lengths = 3}, {})) ==
          "a change is by a factor of -2.000; it must be above 0 and finite");
    CHECK(why(asked({}, {})).starts_with("the plan is not one of this question: "));
}

TEST_CASE("layouts by powers of two") {
    using all = std::vector<layout>;
    auto const layouts = [](any_gpu const& g, count layers, bool mixture, count most) {
        all found;
        detail::for_each_layout(g, layers, mixture, most,
                                [&](layout const& l) { found.push_back(l); });
        return found;
    };
    any_gpu const g = gpus::h100_sxm_80gb; // eight in a fabric
    CHECK(layouts(g, 4, false, 8) == all{{1}, {2}, {4}, {8}});
    CHECK(layouts(g, 4, false, 32) == all{{1}, {2}, {4}, {8}, {8, 2}, {8, 4}});
    CHECK(layouts(g, 3, false, 32) == all{{1}, {2}, {4}, {8}, {8, 2}});
    CHECK(layouts(g, 4, true, 4) == all{{1}, {1, 1, 2, 2}, {1, 1, 4, 4}, {2}, {2, 1, 2, 4}, {4}});
    CHECK(layouts(g, 4, false, 3) == all{{1}, {2}});
    // Without a fabric of their own layers go on in a pipeline before they are divided.
    any_gpu loose = g;
    loose.link.each_way = unknown;
    CHECK(pipelines(loose, 1, 8));
    CHECK_FALSE(pipelines(g, 4, 8));
    CHECK(pipelines(g, 5, 8));
    CHECK_FALSE(detail::has_experts(models::llama_3_1_8b));
    CHECK(detail::has_experts(models::deepseek_r1)); // behind three layers without
    CHECK(candidate<any_model>{}.quality == 1);
    CHECK(plan_rules{}.max_machines == 4);
}

TEST_CASE("models that share machines, and sizes that leave gaps") {
    using by_hour = std::vector<count>;
    any_gpu const g = gpus::h100_sxm_80gb;
    auto const hours_of = [](by_hour const& n) {
        std::vector<fleet_hour> all;
        for (count const replicas : n) {
            all.push_back({.replicas = replicas});
        }
        return all;
    };
    std::vector<fleet_hour> const first = hours_of({5, 1});
    std::vector<fleet_hour> const second = hours_of({1, 7});
    std::vector<fleet_hour> const none = hours_of({0, 0});
    auto const shared = [&](count a, count b, count in_machine) {
        tenant const both[] = {{.hours = first, .devices = a}, {.hours = second, .devices = b}};
        return shared_by<2>(g, both, in_machine);
    };
    // 5 x 2 + 1 x 4 and 1 x 2 + 7 x 4 accelerators; alone 10 and 28.
    auto const s = shared(2, 4, 8);
    REQUIRE(s);
    CHECK(by_hour(s->by_hour().begin(), s->by_hour().end()) == by_hour{2, 4});
    CHECK(s->busiest == 1);
    CHECK(s->together == 4);
    CHECK(s->alone == 2 + 4);
    // A replica of three machines of six, beside some of three accelerators: 5 x 3 + 1 and 3 + 4.
    auto const large = shared(18, 3, 6);
    REQUIRE(large);
    CHECK(by_hour(large->by_hour().begin(), large->by_hour().end()) == by_hour{16, 7});
    CHECK(shared(3, 8, 6)); // eight take two of six
    CHECK(why(shared(2, 3, 6)) == "replicas of 2 and 3 accelerators on machines of 6 leave gaps; "
                                  "give sizes that divide each other.");
    CHECK(why(shared(8, 3, 8)).starts_with("replicas of 8 and 3 accelerators"));
    CHECK(why(shared(3, 3, 8)).starts_with("replicas of 3 and 3 accelerators"));
    CHECK_FALSE(shared(0, 1, 8));
    CHECK_FALSE(shared(1, 1, 0));
    tenant const idle[] = {{.hours = none}};
    CHECK(shared_by<2>(g, idle, 8)->alone == 0);
    CHECK(idle[0].devices == 1);
    tenant const empty[] = {{}};
    CHECK(why(shared_by<2>(g, empty, 8)) == "a shared fleet needs models, each with its hours.");
    CHECK(why(shared_by<1>(g, idle, 8)) ==
          "the day has 2 rates, and the answer holds 1; give fewer, or fleet_of more room.");
}

TEST_CASE("one request in flight is a load too") {
    any_model const small = models::llama_3_1_8b;
    any_gpu const one[] = {gpus::h100_sxm_80gb};
    workload const load{.context = tok(4096), .request = {tok(1000), tok(500)}, .concurrency = 1};
    auto const found = recommend(small, load, one, {}, {}, {.rank_by = objective::devices});
    REQUIRE(found);
    REQUIRE_FALSE(found->plans.empty());
    plan const& p = found->plans[0];
    CHECK(p.replicas == 1);
    CHECK(p.concurrency == 1);
    CHECK(p.devices() == 1);
    CHECK(near(p.carried * p.speed.end_to_end.value, tok(500)));
    // A card that is too small says what it needs and has.
    any_gpu tiny[] = {one[0]};
    tiny[0].memory = bytes{gigabytes(17.5)};
    tiny[0].memory_usable = bytes{gigabytes(17.5)};
    auto const none = recommend(small, load, tiny, {}, {}, {.max_devices = 1});
    REQUIRE(none);
    REQUIRE(none->plans.empty());
    REQUIRE_FALSE(none->refusals.empty());
    CHECK(none->refusals[0].need > none->refusals[0].have);
}
