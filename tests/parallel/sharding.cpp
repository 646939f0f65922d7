// SPDX-License-Identifier: MIT
// What one rank holds of a tensor and of the cache.
#include <reckon/catalog/models.hpp>
#include <reckon/parallel.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
constexpr layout tp8{.tensor = 8};
constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
constexpr layout mixed{.tensor = 2, .data = 4, .expert = 8};

constexpr tensor of(tensor_role role, shard_axis axis, count units) {
    return {role, axis, 1024, 512, 1, 1, units};
}
constexpr double share(tensor const& t, layout const& l) {
    return local_share(t, megatron_sharding, l);
}
} // namespace

TEST_CASE("projections go by heads of one attention group") {
    constexpr tensor q = of(tensor_role::attention_q, shard_axis::query_heads, 64);
    static_assert(share(q, tp8) == 1.0 / 8);
    static_assert(share(q, dp8) == 1); // data-parallel attention: every group holds all heads
    static_assert(share(q, mixed) == 0.5);
    CHECK(share(q, {}) == 1);
}

TEST_CASE("key-value heads shard, then replicate") {
    constexpr tensor k = of(tensor_role::attention_k, shard_axis::kv_heads, 8);
    static_assert(share(k, tp8) == 1.0 / 8);
    static_assert(share(k, {.tensor = 4}) == 0.25);
    CHECK(share(k, {.tensor = 16}) == 1.0 / 8); // AT-18: 67B on 16 ranks, one head each
    CHECK(share(k, {.tensor = 64}) == 1.0 / 8);
}

TEST_CASE("latents, norms and the router are on every rank") {
    CHECK(share(of(tensor_role::latent_down, shard_axis::none, 1), tp8) == 1);
    CHECK(share(of(tensor_role::norm, shard_axis::none, 1), tp8) == 1);
    CHECK(share(of(tensor_role::router, shard_axis::none, 1), dp8) == 1);
    CHECK(share(of(tensor_role::latent_up_q, shard_axis::query_heads, 128), tp8) == 1.0 / 8);
}

TEST_CASE("experts are divided over all ranks of a layer, whole or by width") {
    constexpr tensor expert = of(tensor_role::expert_up, shard_axis::experts, 256);
    CHECK(share(expert, tp8) == 1.0 / 8);
    CHECK(share(expert, dp8) == 1.0 / 8);
    CHECK(share(expert, mixed) == 1.0 / 8);
    CHECK(share(expert, {.tensor = 2, .data = 4}) == 1.0 / 8);
    // A shared expert and a dense layer belong to one attention group.
    CHECK(share(of(tensor_role::shared_up, shard_axis::width, 2048), dp8) == 1);
    CHECK(share(of(tensor_role::ffn_up, shard_axis::width, 18432), tp8) == 1.0 / 8);
}

TEST_CASE("a vocabulary that does not divide is shared all the same; engines pad it") {
    CHECK(share(of(tensor_role::embedding, shard_axis::vocabulary, 10), {.tensor = 4}) == 0.25);
    CHECK(share(of(tensor_role::embedding, shard_axis::vocabulary, 10), dp8) == 1);
}

TEST_CASE("shares of a layout are those of one tensor after another") {
    constexpr layout redundant{.tensor = 2, .data = 4, .expert = 8, .redundant_experts = 8};
    rank_shares const shares(megatron_sharding, redundant);
    CHECK(shares(of(tensor_role::attention_q, shard_axis::query_heads, 64)) == 1.0 / 2);
    CHECK(shares(of(tensor_role::attention_k, shard_axis::kv_heads, 1)) == 1);
    CHECK(shares(of(tensor_role::expert_up, shard_axis::experts, 64)) == 72.0 / 64 / 8);
    CHECK(shares(of(tensor_role::norm, shard_axis::none, 1)) == 1);
    rank_shares const evenly(even_sharding, redundant);
    CHECK(evenly(of(tensor_role::attention_k, shard_axis::kv_heads, 1)) == 1.0 / 2);
    CHECK(evenly(of(tensor_role::norm, shard_axis::none, 1)) == 1.0 / 8);
}

TEST_CASE("on paper everything is divided, attention by its group and the rest by all") {
    auto const even = [](tensor const& t, layout const& l) {
        return local_share(t, even_sharding, l);
    };
    CHECK(even(of(tensor_role::norm, shard_axis::none, 1), tp8) == 1.0 / 8);
    CHECK(even(of(tensor_role::latent_down, shard_axis::none, 1), tp8) == 1.0 / 8);
    CHECK(even(of(tensor_role::latent_down, shard_axis::none, 1), dp8) == 1);
    CHECK(even(of(tensor_role::embedding, shard_axis::vocabulary, 129280), dp8) == 1.0 / 8);
    CHECK(even(of(tensor_role::expert_up, shard_axis::experts, 256), mixed) == 1.0 / 8);
    CHECK(even(of(tensor_role::attention_k, shard_axis::kv_heads, 8), {.tensor = 16}) == 1.0 / 16);
}

TEST_CASE("what has no axis is whole on every rank, whatever its role") {
    CHECK(share(of(tensor_role::attention_q, shard_axis::none, 1), tp8) == 1);
    CHECK(share(of(tensor_role::expert_up, shard_axis::none, 1), dp8) == 1);
    CHECK(share(of(tensor_role::router, shard_axis::width, 8), tp8) ==
          1); // nor what no ranks divide
}

TEST_CASE("second copies of experts lie on the ranks like first ones") {
    // 63 + 1 experts, eight to a rank.
    constexpr layout one_more{.tensor = 2, .data = 4, .expert = 8, .redundant_experts = 1};
    constexpr tensor expert = of(tensor_role::expert_up, shard_axis::experts, 63);
    CHECK(share(expert, one_more) == 64.0 / 63 / 8);
    CHECK(local_share(expert, even_sharding, one_more) == 1.0 / 8); // on paper there are none
    // A single rank holds an expert once.
    CHECK(share(expert, {.redundant_experts = 1}) == 1);
}

TEST_CASE("roles by the ranks that divide them, and those that are divided along their depth") {
    for (int r = 0; r < tensor_roles; ++r) {
        auto const role = static_cast<tensor_role>(r);
        CAPTURE(r);
        using enum tensor_role;
        bool const expert = role == expert_gate || role == expert_up || role == expert_down;
        bool const whole =
            role == latent_down || role == norm || role == router || role == router_bias;
        CHECK(megatron_sharding[role] == (expert  ? divided::by_all
                                          : whole ? divided::by_nothing
                                                  : divided::by_tensor));
        CHECK(even_sharding[role] == (is_attention(role) ? divided::by_tensor : divided::by_all));
        CHECK(divides_input(role) == (role == attention_output || role == ffn_down ||
                                      role == shared_down || role == expert_down ||
                                      role == mixer_out));
    }
    CHECK_FALSE(megatron_sharding.evenly);
    CHECK(even_sharding.evenly);
    constexpr layout six{.tensor = 2, .data = 3};
    CHECK(degree(divided::by_nothing, six) == 1);
    CHECK(degree(divided::by_tensor, six) == 2);
    CHECK(degree(divided::by_all, six) == 6);
}

TEST_CASE("nothing is padded unless an engine says so") {
    CHECK(expert_padding{} == expert_padding{1, 1, 1, true});
    CHECK(megatron_sharding.mxfp4 == expert_padding{});
}

TEST_CASE("tokens of a context on one of its ranks: a whole number, the fullest rank's") {
    CHECK(local_tokens(10, {.context = 3}) == 4);
    CHECK(local_tokens(9, {.context = 3}) == 3);
    CHECK(local_tokens(7, {.context = 2}) == 4);
    CHECK(local_tokens(7.5, {}) == 7.5);
}

TEST_CASE("cached heads of a rank") {
    constexpr cached_state grouped_heads{8, 256, false, 0};
    static_assert(local_heads(grouped_heads, tp8) == 1);
    static_assert(local_heads(grouped_heads, {.tensor = 2}) == 4);
    static_assert(local_heads(grouped_heads, {.tensor = 16}) == 1);
    constexpr cached_state latent{1, 576, true, 0}; // MLA: whole on every rank
    CHECK(local_heads(latent, tp8) == 1);
    CHECK(local_heads(latent, dp8) == 1);
}
