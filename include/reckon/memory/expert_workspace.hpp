// SPDX-License-Identifier: MIT
// What the kernels of routed experts write between their two products, on one rank.
//
//   M         = min(T d, c)                                    tokens that the rank's experts see at once
//   workspace = M k a (max(m i / n, l) + i / n)                the first product and what the second reads
//             = M k a (max(m i / n, l) + max(i / n, l))        where the sorted inputs have a buffer too
//
//   symbol | meaning                                                          | unit  | domain
//   T      | tokens of one pass                                               | token | >= 0
//   d      | data-parallel groups whose tokens the experts share; 1 without   | -     | >= 1
//          | expert parallelism                                               |       |
//   c      | tokens that the engine hands to the kernels at once              | token | > 0
//   k, i, l| experts of a token; their width; the width they read and write   | -     | > 0
//   m      | 2 where experts are gated (gate and up), else 1                  | -     | 1, 2
//   n      | ranks that divide each expert's width; 1 where experts lie whole | -     | >= 1
//   a      | bytes of an activation                                           | byte  | > 0
//
// The third product's rows lie in the first's buffer: engines share it, which is why there is a maximum.
//
// Source:       vllm/model_executor/layers/fused_moe: fused_marlin_moe and fused_moe (cache 1 and 3 in one buffer),
//               `workspace_shapes` of the modular kernels (two buffers as wide as the stream), VLLM_FUSED_MOE_CHUNK_SIZE;
//               vllm/v1/worker/workspace.py (the buffers are kept from one layer to the next, and locked after warming
//               up); sglang/srt/layers/moe/fused_moe_triton (the same caches, chunks of 65,536);
//               TensorRT-LLM cpp/tensorrt_llm/kernels/cutlass_kernels moe_kernels getWorkspaceDeviceBufferSizes (inputs
//               of both products overlap, and so do outputs).
// Deviations:   tokens are spread over expert ranks as if all of them were everyone's, the worst case; padding to
//               the kernel's blocks, sorted indices and scales of quantised inputs are left out.
// Not modelled: what experts write in the batched layouts of DeepEP's low-latency exchange, whose own buffers are in
//               memory/low_latency_exchange.hpp; FlashInfer's own buffers for experts in fp4.
// Error:        exact for the shapes above; tests/memory/expert_workspace.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/model/tensor.hpp>

namespace reckon::inline v0 {

/// Routed experts as their kernels see them. All zero: none.
struct expert_shape {
    count per_token{};
    count width{};   ///< of one expert
    count stream{};  ///< values that an expert reads and writes
    count inputs{1}; ///< products before the activation: 2 where experts are gated
    friend constexpr bool operator==(expert_shape const&, expert_shape const&) noexcept = default;
};

/// The shape of the routed experts of a group's feed-forward block.
template <class FeedForward>
[[nodiscard]] constexpr expert_shape experts_of(FeedForward const& block, count hidden) noexcept {
    expert_shape shape{};
    block.for_each_tensor(hidden, [&](tensor const& t) {
        if (t.role == tensor_role::expert_gate) { shape.inputs = 2; }
        if (t.role == tensor_role::expert_up) {
            shape.per_token = t.active;
            shape.width = t.rows;
            shape.stream = t.cols;
        }
    });
    return shape;
}

/// Bytes on one rank; 0 for an engine that hands no tokens over (`experts.chunk` 0).
[[nodiscard]] constexpr bytes expert_workspace_bytes(expert_shape const& shape, engine const& e,
                                                     layout const& l, tokens in_pass) noexcept {
    bool const whole = l.expert > 1;
    double const shared = whole ? static_cast<double>(l.data) : 1;
    double const tokens_at_once =
        detail::min(in_tokens(in_pass) * shared, static_cast<double>(e.experts.chunk));
    double const width =
        static_cast<double>(shape.width) / (whole ? 1 : static_cast<double>(l.layer_group()));
    auto const stream = static_cast<double>(shape.stream);
    double const first = detail::max(static_cast<double>(shape.inputs) * width, stream);
    double const second = e.experts.sorts_inputs ? detail::max(width, stream) : width;
    return bytes{tokens_at_once * static_cast<double>(shape.per_token) * e.activation_bytes *
                 (first + second)};
}

} // namespace reckon::inline v0
