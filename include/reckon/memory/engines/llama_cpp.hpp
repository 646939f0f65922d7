// SPDX-License-Identifier: MIT
// llama.cpp as an engine beside the others: all of the device is its own, cells are allocated in steps of 256,
// passes take 512 tokens.
//
// The compute buffers are assumed, not fitted: memory/llama_cpp/ counts what it allocates, part by part.
//
// Sources: ggml-org/llama.cpp tools/server/README.md (defaults).
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0::engines {

inline constexpr engine llama_cpp{.name = "llama.cpp",
                                  .memory_utilization = 1,
                                  .batched_tokens = 512,
                                  .sequences = 4,
                                  .block_tokens = 256,
                                  .graphs = false,
                                  .charge = {.context = charged::before},
                                  .activation_bytes = 4,
                                  .context = gibibytes(0.5),
                                  .spread = 0.5};

} // namespace reckon::inline v0::engines
