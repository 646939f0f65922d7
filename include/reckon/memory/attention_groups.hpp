// SPDX-License-Identifier: MIT
// How ranks share layers where attention runs in data-parallel groups.
//
//   embedding             whole on every rank            each group looks its own tokens up
//   shared experts        whole, where routed experts    tokens travel to routed experts, not to these
//                         are dealt out to the ranks
//   all else              divided within a group         as without groups
//
// Source:       sgl-project/sglang models/deepseek_v2 (VocabParallelEmbedding without tensor parallelism,
//               shared experts of one rank under DeepEP); docs/platforms/ascend_npu_best_practice. Logs of
//               R1 in w8a8 on 32 NPUs: 41.00, 33.84 and 30.18 GiB with 32, 16 and 8 groups, whose differences
//               are attention and head alone.
// Deviations:   --moe-dense-tp-size 1 holds leading dense layers whole, and without it all ranks divide them; within a
//               group is between the two (1.1 GiB of R1 whole). A head without --enable-dp-lm-head is divided by all
//               ranks.
// Error:        docs/accuracy.md, serving_memory.weights of SGLang.
#pragma once
#include <reckon/parallel/sharding.hpp>

namespace reckon::inline v0 {

/// `rules` as ranks of `l` follow them; unchanged where attention is not data-parallel.
[[nodiscard]] constexpr sharding_rules in_attention_groups(sharding_rules rules,
                                                           layout const& l) noexcept {
    if (l.data <= 1) { return rules; }
    auto const set = [&](tensor_role role, divided by) { rules.of[static_cast<int>(role)] = by; };
    set(tensor_role::embedding, divided::by_nothing);
    for (int i = 0; i < tensor_roles; ++i) {
        auto const role = static_cast<tensor_role>(i);
        if (is_shared_expert(role) && l.expert > 1) { set(role, divided::by_nothing); }
    }
    return rules;
}

} // namespace reckon::inline v0
