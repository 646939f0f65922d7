// SPDX-License-Identifier: MIT
// The table of rotary embeddings that an engine computes when it loads a model.
//
//   table = context r c
//
//   symbol  | meaning                                    | unit  | domain
//   context | longest context of the model               | token | > 0
//   r, c    | rotated values of a head; bytes of a value | -, B  | >= 0
//
// Source:       vLLM's and SGLang's rotary_embedding: cosines and sines of half the dimensions each, whole
//               on every rank, one table for all layers that rotate alike.
// Deviations:   models that rotate part of a head are taken to rotate all; one table where layers differ.
// Error:        within the rounding of the logs in tests/memory/allocated.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/model/rotary.hpp>

namespace reckon::inline v0 {

/// Bytes of the rotary table on each rank; 0 where nobody published the longest context.
template <model M> [[nodiscard]] constexpr bytes rotary_table(M const& m,
                                                              engine const& e) noexcept {
    if (!m.max_context.known()) { return {}; }
    return bytes{in_tokens(m.max_context.value()) * static_cast<double>(rotary_values_of(m)) *
                 e.rotary_bytes};
}

} // namespace reckon::inline v0
