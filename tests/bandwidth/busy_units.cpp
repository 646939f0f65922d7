// SPDX-License-Identifier: MIT
// The share of a device that the products of a pass keep busy, matrix by matrix.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth/busy_units.hpp>
#include <reckon/catalog/gpus.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

namespace {
constexpr gpu_spec<hopper> with_units(count units) {
    gpu_spec<hopper> g = gpus::h100_sxm_80gb;
    g.compute_units = units;
    return g;
}
constexpr gpu_spec<hopper> four = with_units(4);

/// The law, over products as they are listed.
struct listed {
    double useful{};
    double worked{};
    listed& add(double work, output_shape const& o) {
        useful += work;
        worked += work / best_tiling(o, 4).busy;
        return *this;
    }
    [[nodiscard]] double busy() const { return useful / worked; }
};
} // namespace

TEST_CASE("what a routed expert writes: rows by experts awake, columns by ranks") {
    constexpr tensor up{tensor_role::expert_up, shard_axis::experts, 96, 100, 8, 2, 8};
    constexpr tensor down{tensor_role::expert_down, shard_axis::experts, 100, 96, 8, 2, 8};
    constexpr routing two_of_eight{8, 2};
    constexpr pass p{.tokens = 20, .expert_tokens = 2};
    double const awake = 8 * (1 - 0.75 * 0.75); // 3.5 experts of two tokens that choose two
    output_shape const whole = detail::output_of(up, 0.5, true, two_of_eight, p);
    CHECK(near(whole.rows, 4 / awake));
    CHECK(whole.columns == 96);
    CHECK(near(whole.products, awake / 2));
    output_shape const divided = detail::output_of(up, 0.25, false, two_of_eight, p);
    CHECK(near(divided.rows, 4 / awake));
    CHECK(divided.columns == 24);
    CHECK(near(divided.products, awake));
    CHECK(detail::output_of(down, 0.25, false, two_of_eight, p).columns == 100); // a sum over ranks
    // Two tokens that choose one of eight: 1.875 experts, of more than a row each.
    CHECK(near(detail::output_of(up, 1, true, {8, 1}, p).rows, 2 / 1.875));
}

TEST_CASE("never less than a row, a column, a product") {
    constexpr tensor up{tensor_role::expert_up, shard_axis::experts, 3, 100, 8, 2, 8};
    // A quarter of a token wakes half an expert.
    output_shape const o =
        detail::output_of(up, 0.125, true, {8, 2}, {.tokens = 1, .expert_tokens = 0.25});
    CHECK(o.rows == 1);
    CHECK(o.products == 1);
    CHECK(detail::output_of(up, 0.125, false, {8, 2}, {.tokens = 1, .expert_tokens = 1}).columns ==
          1);
    constexpr tensor gate{tensor_role::ffn_gate, shard_axis::width, 3, 100, 1, 1, 3};
    output_shape const narrow = detail::output_of(gate, 0.125, false, {}, {.tokens = 7});
    CHECK(narrow.rows == 7);
    CHECK(narrow.columns == 1);
    CHECK(narrow.products == 1);
}

TEST_CASE("a dense model on two ranks") {
    constexpr model_spec<layers<gqa, gated>, layers<gqa, gated>> two_widths{
        .name = "two widths",
        .hidden = 100,
        .vocabulary = 300,
        .groups = grouped(layers<gqa, gated>{layer_set::range(0, 3),
                                             {.query_heads = 2, .kv_heads = 2, .head_dim = 64},
                                             {.intermediate = 300}},
                          layers<gqa, gated>{layer_set::range(3, 4),
                                             {.query_heads = 2, .kv_heads = 2, .head_dim = 64},
                                             {.intermediate = 500}})};
    constexpr pass p{.tokens = 40, .logit_rows = 5, .when = phase::decode};
    busy_shares const busy = busy_shares_of(two_widths, four, p, {.tensor = 2}, megatron_sharding);
    listed all{};
    // Query, key and value of one head each, their output in all 100 features; gate, up and down.
    for (int layer = 0; layer < 4; ++layer) {
        double const half_width = layer < 3 ? 150 : 250;
        for (int qkv = 0; qkv < 3; ++qkv) {
            all.add(64 * 100, {40, 64});
        }
        all.add(64 * 100, {40, 100});
        all.add(half_width * 100, {40, half_width}).add(half_width * 100, {40, half_width});
        all.add(half_width * 100, {40, 100});
    }
    CHECK(near(busy.linear.value(), all.busy()));
    CHECK(busy.experts.value() == 1); // none
    CHECK(near(busy.head.value(), best_tiling({5, 150}, 4).busy));
    pass silent = p;
    silent.logit_rows = 0;
    CHECK(busy_shares_of(two_widths, four, silent, {.tensor = 2}, megatron_sharding).head.value() ==
          1);
    silent.logit_rows = 1;
    CHECK(near(
        busy_shares_of(two_widths, four, silent, {.tensor = 2}, megatron_sharding).head.value(),
        best_tiling({1, 150}, 4).busy));
    // One unit is a device; none is nobody's count.
    CHECK(busy_shares_of(two_widths, with_units(1), p, {}, megatron_sharding).linear.known());
    CHECK_FALSE(busy_shares_of(two_widths, with_units(0), p, {}, megatron_sharding).linear.known());
}

TEST_CASE("experts, whole on four ranks or divided among them") {
    constexpr model_spec<layers<gqa, moe>> mixture{
        .name = "mixture",
        .hidden = 100,
        .vocabulary = 300,
        .groups = grouped(layers<gqa, moe>{layer_set::range(0, 2),
                                           {.query_heads = 4, .kv_heads = 4, .head_dim = 32},
                                           {.routed = 8, .per_token = 2, .intermediate = 96}})};
    constexpr pass p{.tokens = 1, .expert_tokens = 2, .logit_rows = 1, .when = phase::decode};
    double const awake = 8 * (1 - 0.75 * 0.75);
    double const rows = 4 / awake;
    auto const experts = [&](layout const& l) {
        return busy_shares_of(mixture, four, p, l, megatron_sharding).experts.value();
    };
    // Of 3.5 experts awake, no rank has less than one. Gate and up write the width, down the stream; as much work each.
    listed whole{};
    whole.add(1, {rows, 96, 1}).add(1, {rows, 96, 1});
    whole.add(1, {rows, 100, 1});
    CHECK(near(experts({.data = 4, .expert = 4}), whole.busy()));
    // On two of them 1.75 each, on a device of eight units.
    double const gate = best_tiling({rows, 96, awake / 2}, 8).busy;
    double const down = best_tiling({rows, 100, awake / 2}, 8).busy;
    CHECK(
        near(busy_shares_of(mixture, with_units(8), p, {.data = 2, .expert = 2}, megatron_sharding)
                 .experts.value(),
             3 / (2 / gate + 1 / down)));
    listed divided{};
    divided.add(1, {rows, 24, awake}).add(1, {rows, 24, awake}).add(1, {rows, 100, awake});
    CHECK(near(experts({.tensor = 4}), divided.busy()));
    CHECK_FALSE(near(whole.busy(), divided.busy(), reckon::test::within(0.01)));
    // Four ranks have a head of each projection, and all of the router.
    listed linear{};
    linear.add(3 * 32 * 100, {1, 32}).add(32 * 100, {1, 100}).add(8 * 100, {1, 8});
    CHECK(near(busy_shares_of(mixture, four, p, {.tensor = 4}, megatron_sharding).linear.value(),
               linear.busy()));
}

TEST_CASE("little work is weighed as much work is") {
    detail::tiled_work half{};
    half.add({64, 16}, 0.25, 4); // one tile for four units
    CHECK(near(half.busy(), 0.25));
    half.add({64, 16}, 0, 4);
    CHECK(near(half.useful, 0.25));
}
