// SPDX-License-Identifier: MIT
// What ranks share where attention is data-parallel, held against DeepSeek-R1 in w8a8 on NPUs.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/attention_groups.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/serving/settled.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr layout groups_of(count tensor, count data) {
    return {.tensor = tensor, .data = data, .expert = tensor * data};
}
} // namespace

TEST_CASE("without groups nothing changes") {
    constexpr layout plain{.tensor = 8, .expert = 8};
    static_assert(in_attention_groups(megatron_sharding, plain) == megatron_sharding);
}

TEST_CASE("groups look up tokens alone, and share routed experts with all") {
    constexpr sharding_rules rules = in_attention_groups(megatron_sharding, groups_of(4, 4));
    static_assert(rules[tensor_role::embedding] == divided::by_nothing);
    static_assert(rules[tensor_role::shared_up] == divided::by_nothing);
    static_assert(rules[tensor_role::ffn_up] == divided::by_tensor);
    static_assert(rules[tensor_role::attention_output] == divided::by_tensor);
    static_assert(rules[tensor_role::head] == divided::by_tensor);
    static_assert(rules[tensor_role::expert_up] == divided::by_all);
    // Every other role stays as it is.
    for (int i = 0; i < tensor_roles; ++i) {
        auto const role = static_cast<tensor_role>(i);
        CAPTURE(i);
        bool const alone = role == tensor_role::embedding || is_shared_expert(role);
        sharding_rules const in = in_attention_groups(megatron_sharding, groups_of(4, 4));
        CHECK(in[role] == (alone ? divided::by_nothing : megatron_sharding[role]));
    }
    // Experts divided by width: shared ones are divided alike.
    sharding_rules const wide = in_attention_groups(megatron_sharding, {.tensor = 4, .data = 4});
    CHECK(wide[tensor_role::shared_up] == divided::by_tensor);
    CHECK(wide[tensor_role::embedding] == divided::by_nothing);
    // Two groups are groups, and two ranks deal out experts.
    sharding_rules const two = in_attention_groups(megatron_sharding, groups_of(1, 2));
    CHECK(two[tensor_role::embedding] == divided::by_nothing);
    CHECK(two[tensor_role::shared_down] == divided::by_nothing);
    CHECK(two[tensor_role::ffn_down] == divided::by_tensor);
}

TEST_CASE("R1 in w8a8 on 32 NPUs: ranks differ by what a group shares") {
    // Logged with 32, 16 and 8 groups: 41.00, 33.84 and 30.18 GiB, so that attention and head are 14.3 GiB.
    recipe const w8a8 = recipe(int8).with(tensor_role::latent_up_kv, bf16);
    constexpr any_gpu none{};
    auto const held = [&](count tensor, count data) {
        layout const l = groups_of(tensor, data);
        engine const e =
            serving::settled(engines::on_ascend(engines::sglang), models::deepseek_r1, none, l);
        return in_gibibytes(weights_of(models::deepseek_r1, w8a8, l, 0, e.sharding).total());
    };
    double const shared = 2 * (held(1, 32) - held(2, 16));
    // With the copies of absorbed projections, without the dense layers that those launches held whole.
    CHECK(near(shared + 1.9 - 1.1, 14.3, within(0.02)));
    CHECK(near(held(1, 32) - held(4, 8), 0.75 * shared, within(0.001)));
    CHECK(held(1, 32) > held(32, 1) + 15);
}
