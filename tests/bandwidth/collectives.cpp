// SPDX-License-Identifier: MIT
// Bytes sent between ranks (AT-18).
#include "support/near.hpp"
#include "support/one_expert.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/collectives.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("AT-18: a ring all-reduce moves 2 (n - 1) / n of the message") {
    static_assert(ring_all_reduce(bytes{8192 * 2}, 8) == bytes{28672});
    CHECK(ring_all_reduce(bytes{1000}, 2) == bytes{1000});
    CHECK(ring_all_reduce(bytes{1000}, 1) == bytes{0});
    CHECK(ring_all_reduce(bytes{0}, 8) == bytes{0});
}

TEST_CASE("AT-18: LLM-67B on 8 ranks, two a layer: 190 x 28,672 B a token") {
    link_traffic const sent = traffic_of(models::deepseek_llm_67b, {.tensor = 8}, 1);
    CHECK(sent.reduced == bytes{5447680});
    CHECK(sent.collectives == 190);
    CHECK(sent.exchanged == bytes{0});
    CHECK(traffic_of(models::deepseek_llm_67b, {.tensor = 8}, 64).reduced == bytes{64.0 * 5447680});
}

TEST_CASE("one rank sends nothing") {
    CHECK(traffic_of(models::deepseek_llm_67b, {}, 64) == link_traffic{});
    CHECK(traffic_of(models::deepseek_r1, {}, 64) == link_traffic{});
}

TEST_CASE("data-parallel attention dispatches and combines tokens instead") {
    // DeepSeek-V3 (2412.19437) 3.2: 8 experts a token, 1 byte there and 2 back, 7 of 8 elsewhere.
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    link_traffic const sent = traffic_of(models::deepseek_r1, dp8, 1);
    CHECK(sent.reduced == bytes{0});
    CHECK(near(sent.exchanged, bytes{58.0 * 8 * 7168 * 3 * 7 / 8}));
    CHECK(sent.collectives == 2 * 58);
    // Two tensor ranks a group reduce after attention, and after the three dense layers.
    link_traffic const both =
        traffic_of(models::deepseek_r1, {.tensor = 2, .data = 4, .expert = 8}, 1);
    CHECK(both.reduced == bytes{7168.0 * 2 * (58 + 2 * 3)});
    CHECK(near(both.exchanged, sent.exchanged / 2));
}

TEST_CASE("an all-reduce pays its latency once for each level of a tree") {
    static_assert(tree_depth(1) == 0);
    static_assert(tree_depth(2) == 1);
    static_assert(tree_depth(3) == 2);
    static_assert(tree_depth(8) == 3);
    static_assert(tree_depth(72) == 7);
    // Two a layer, 32 layers, three levels among eight ranks.
    link_traffic const sent = traffic_of(models::llama_3_1_8b, layout{.tensor = 8}, 1);
    CHECK(sent.collectives == 64);
    CHECK(sent.hops == 192);
    CHECK(traffic_of(models::llama_3_1_8b, layout{}, 1).hops == 0);
}

TEST_CASE("copies of a token for one domain travel once") {
    CHECK(sent_once(8, 1) == 1);
    CHECK(sent_once(0, 4) == 1);
    // Eight experts in four domains: 3 (1 - 0.75^8) = 2.70 of the others are reached instead of eight copies.
    CHECK(near(sent_once(8, 4), 2.6997 / 8, reckon::test::within(1e-4)));
    CHECK(near(sent_once(1, 4), 0.75));
    double before = 0;
    for (double domains = 2; domains <= 1024; domains *= 2) {
        CHECK(sent_once(8, domains) > before);
        CHECK(sent_once(8, domains) <= 1);
        before = sent_once(8, domains);
    }
}

TEST_CASE("two groups exchange, also where there is but one expert") {
    constexpr auto const& single = reckon::test::one_expert;
    // Three layers, one copy of five tokens of ten values, a byte there and two back, half of it elsewhere.
    link_traffic const sent = traffic_of(single, {.data = 2, .expert = 2}, 5);
    CHECK(near(sent.exchanged, bytes{3.0 * 5 * 10 * 3 / 2}));
    CHECK(sent.collectives == 6);
    CHECK(sent.hops == 6);
    CHECK(sent.reduced == bytes{0});
}
