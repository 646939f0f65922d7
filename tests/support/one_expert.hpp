// SPDX-License-Identifier: MIT
// The smallest mixture: three layers of one expert.
#pragma once
#include <reckon/model/model_spec.hpp>

namespace reckon::test {

inline constexpr model_spec<layers<gqa, moe>> one_expert{
    .name = "single",
    .hidden = 10,
    .vocabulary = 100,
    .groups = grouped(layers<gqa, moe>{layer_set::range(0, 3),
                                       {.query_heads = 4, .kv_heads = 2, .head_dim = 4},
                                       {.routed = 1, .per_token = 1, .intermediate = 8}})};

} // namespace reckon::test
