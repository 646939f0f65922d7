// SPDX-License-Identifier: MIT
// Bytes of weights that a pass reads.
#include "support/near.hpp"
#include "support/one_expert.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("a dense model is read whole, but for the table of which a token takes one row") {
    constexpr weight_bytes w = weights_of(models::deepseek_coder_33b, fp16);
    static_assert(weights_read(models::deepseek_coder_33b, w, 1) == w.total() - w.embedding);
    CHECK(weights_read(models::deepseek_coder_33b, w, 1) ==
          weights_read(models::deepseek_coder_33b, w, 4096));
}

TEST_CASE("a mixture is read as far as its experts are awake") {
    constexpr auto const& r1 = models::deepseek_r1;
    constexpr weight_bytes w = weights_of(r1, fp8_block128);
    bytes const always = w.total() - w.embedding - w.routed_experts;
    CHECK(weights_read(r1, w, 0) == always);
    CHECK(near(weights_read(r1, w, 1), always + w.routed_experts * (8.0 / 256)));
    CHECK(near(weights_read(r1, w, 64), always + w.routed_experts * (222.44 / 256), within(1e-4)));
    CHECK(near(weights_read(r1, w, 1e6), always + w.routed_experts));
    // The same for who holds the routing, and all of it where there is none.
    CHECK(weights_read(routing{256, 8}, w, 64) == weights_read(r1, w, 64));
    CHECK(weights_streamed(routing{256, 8}, w, 64) == weights_streamed(r1, w, 64));
    CHECK(weights_read(routing{}, w, 64) == w.total() - w.embedding);
}

TEST_CASE("persona P1.2: 64 requests on 8 x H200 under data-parallel attention") {
    // 71.0 GB of experts (222.4 of 256), 11.4 of attention and 5.6 of the rest on a device; the paper
    // sum leaves out the router, the norms and the scales.
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    weight_bytes const w = weights_of(models::deepseek_r1, fp8_block128, dp8);
    bytes const read = weights_read(models::deepseek_r1, w, 64);
    CHECK(near(w.routed_experts * (222.44 / 256), bytes{71.0_GB}, within(2e-3)));
    CHECK(near(w.attention, bytes{11.4_GB}, within(2e-3)));
    CHECK(near(read + bytes{8 * 4096 * 70272.0}, bytes{90.3_GB}, within(5e-3)));
}

TEST_CASE(
    "real routing reads less of a mixture than a sum on paper, and the same of anything else") {
    constexpr auto const& r1 = models::deepseek_r1;
    constexpr weight_bytes w = weights_of(r1, fp8_block128);
    CHECK(near(weights_streamed(r1, w, 1), weights_read(r1, w, 1)));
    for (double const tokens_here : {2.0, 16.0, 64.0, 512.0}) {
        CHECK(weights_streamed(r1, w, tokens_here) < weights_read(r1, w, tokens_here));
        CHECK(weights_streamed(r1, w, tokens_here) > weights_streamed(r1, w, tokens_here / 2));
    }
    constexpr weight_bytes dense = weights_of(models::deepseek_coder_33b, fp16);
    CHECK(weights_streamed(models::deepseek_coder_33b, dense, 64) ==
          weights_read(models::deepseek_coder_33b, dense, 64));
}

TEST_CASE("one expert is a mixture too: half a token reads half of it") {
    constexpr auto const& single = reckon::test::one_expert;
    weight_bytes const w{.routed_experts = bytes{100}, .other = bytes{7}};
    CHECK(weights_read(single, w, 0.5) == bytes{57});
    CHECK(weights_read(single, w, 3) == bytes{107});
}
