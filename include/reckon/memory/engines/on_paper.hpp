// SPDX-License-Identifier: MIT
// A budget worked out on paper: 90 % of the capacity sold, for weights and cache alone, and weights in
// equal parts on all ranks. The acceptance figures AT-08 and AT-32 are stated in it.
//
// An engine, so that searches, limits and remedies can be asked on paper as under any other. serving/on_paper.hpp is the
// division that articles print: of attention that ranks repeat it leaves the scales of blocks out, which this engine, whose
// weights are those of memory/weights.hpp, counts. Under tensor parallelism alone both say the same.
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0::engines {

inline constexpr engine on_paper{.name = "on paper",
                                 .memory_utilization = 0.9,
                                 .block_tokens = 1,
                                 .of_nominal_capacity = true,
                                 .spread = 0,
                                 .sharding = even_sharding};

} // namespace reckon::inline v0::engines
