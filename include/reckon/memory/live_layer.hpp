// SPDX-License-Identifier: MIT
// What one layer of a forward pass keeps at once, on paper.
//
//   live        = T b (2 h + w)                   two copies of the stream, and the feed-forward block
//   projections = T b d (a + 2 k)                 queries, keys and values of one layer
//   scores      = b a T S                         only where kernels write the score matrix down
//
//   symbol | meaning                                                     | unit  | domain
//   T, S   | tokens of the pass; tokens that each of them attends to     | token | >= 0
//   h, w   | width of the stream; live values of the feed-forward block, | -     | >= 1
//          | its width() (3 i where it is gated: gate, up, their product)|       |
//   a, k, d| query heads, key-value heads, values of a head              | -     | >= 1
//   b      | bytes of a value                                            | byte  | > 0
//
// Fused attention (FlashAttention) writes no score matrix. In chunks, S is all that came before and the
// chunk; chunks that do not see each other have S = T = the chunk, and are another model.
// Source:       AT-04: LLM-67B, 1,024 tokens, 168,820,736 B. AT-13: Coder-33B, 16,384 tokens: 30.06 GB of
//               scores a layer, 7.52 in chunks of 4,096, 1.88 in chunks that are blind for each other.
// Deviations:   from activation_peak, which is fitted to what vLLM reserves: that has a third copy of the
//               stream, and logits.
// Error:        0 as a sum; tests/memory/live_layer.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/model/attention/gqa.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// T b (2 h + w). `live_values`: width() of the feed-forward block.
[[nodiscard]] constexpr bytes live_layer(count hidden, count live_values, tokens in_pass,
                                         double value_bytes) noexcept {
    return bytes{in_tokens(in_pass) * value_bytes *
                 (2 * static_cast<double>(hidden) + static_cast<double>(live_values))};
}

/// T b d (a + 2 k): queries, keys and values of one layer.
[[nodiscard]] constexpr bytes projections_of(gqa const& attention, tokens in_pass,
                                             double value_bytes) noexcept {
    auto const queries = static_cast<double>(attention.query_heads);
    auto const keys = static_cast<double>(attention.kv_heads);
    auto const width = static_cast<double>(attention.head_dim);
    auto const values = static_cast<double>(attention.value_width());
    return bytes{in_tokens(in_pass) * value_bytes * (queries * width + keys * (width + values))};
}

/// b a T S: the score matrix of one layer, where it is written down.
[[nodiscard]] constexpr bytes score_matrix(count query_heads, tokens queries, tokens attended,
                                           double value_bytes) noexcept {
    return bytes{static_cast<double>(query_heads) * in_tokens(queries) * in_tokens(attended) *
                 value_bytes};
}

} // namespace reckon::inline v0
