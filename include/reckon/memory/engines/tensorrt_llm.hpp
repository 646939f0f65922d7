// SPDX-License-Identifier: MIT
// TensorRT-LLM with its PyTorch backend (trtllm-serve).
//
//   pool = u (C - weights - activations - runtime),   u = kv_cache_free_gpu_memory_fraction
//
// Not modelled: encoders of images, for which no rule is known.
// Sources: TensorRT-LLM llmapi KvCacheConfig (fraction 0.9 of what is free after loading), BuildConfig
// defaults (max_batch_size 2048, max_num_tokens 8192, tokens_per_block 32); a launch log: 0.9 x 85.57 =
// 77.02 GiB.
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0::engines {

/// moe_max_num_tokens is, unless told, what all groups hand over: no pass is cut.
inline constexpr count most_expert_tokens = count{1} << 40;

inline constexpr engine tensorrt_llm = [] {
    engine e{.name = "TensorRT-LLM",
             .version = {1, 0},
             .memory_utilization = 0.9,
             .block_tokens = 32,
             .charge = {.weights = charged::before,
                        .activations = charged::before,
                        .runtime = charged::before,
                        .context = charged::before,
                        .graphs = charged::outside},
             .sampler_bytes_per_logit = 0,
             .activation_bytes = 2,
             .context = gibibytes(0.5),
             .runtime = gibibytes(0.5),
             .collectives = gibibytes(1.0),
             .bus_collectives = gibibytes(0.3),
             .graph_pool = gibibytes(0.6),
             .graph_pool_per_module = gibibytes(0.5),
             .absorbed_copy_bytes = 2,
             .experts = {.chunk = most_expert_tokens, .sorts_inputs = true},
             .spread = 0.7};
    e.defaults.push_back({.from = bytes{}, .batched_tokens = 8192, .sequences = 2048});
    return e;
}();

} // namespace reckon::inline v0::engines
