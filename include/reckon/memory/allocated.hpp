// SPDX-License-Identifier: MIT
// What weights take of a device beyond their own bytes: an allocator's rounding, and the table of rotary
// embeddings that an engine computes.
//
//   slack = sum over matrices as the engine holds them: counted(b) - b
//   counted(b) = b in whole 512 B where b < 10 MiB, else s = b in whole 2 MiB if s - b <= 1 MiB, else b
//   table = context r c
//
//   symbol  | meaning                                                             | unit  | domain
//   b       | bytes of one matrix on the rank: queries, keys and values of a layer| byte  | > 0
//           | in one, gate and up in one, all experts of a layer in one           |       |
//   context | longest context of the model                                        | token | > 0
//   r, c    | rotated values of a head; bytes of a value                          | -, B  | >= 0
//
// Source:       PyTorch c10/cuda/CUDACachingAllocator; vLLM logs what is allocated when a model has been
//               loaded: 17 launches of dense models in 16 bit within 0.03 %.
// Deviations:   models that rotate part of a head are taken to rotate all; one table where layers differ.
// Not modelled: formats by layer, scale matrices, tables of more than one base.
// Error:        docs/accuracy.md; tests/memory/allocated.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/rotary.hpp>

namespace reckon::inline v0 {

/// What the allocator hands out for `wanted` bytes.
[[nodiscard]] constexpr bytes counted(allocator_rules const& rules, bytes wanted) noexcept {
    auto const whole = [&](bytes step) { return step * detail::ceil(wanted / step); };
    if (!(rules.step > bytes{0})) { return wanted; }
    if (wanted < rules.large) { return whole(rules.step); }
    bytes const large = whole(rules.large_step);
    return large - wanted <= rules.split ? large : whole(rules.step);
}

/// The matrix that engines hold a role's in, by its first role.
[[nodiscard]] constexpr tensor_role held_with(tensor_role r) noexcept {
    using enum tensor_role;
    switch (r) {
    case attention_k:
    case attention_v: return attention_q;
    case ffn_up: return ffn_gate;
    case shared_up: return shared_gate;
    case expert_up: return expert_gate;
    default: return r;
    }
}

/// What rounding adds on one rank of `stage`.
template <model M>
[[nodiscard]] constexpr bytes allocation_slack(M const& m, recipe const& r, layout const& l,
                                               count stage, engine const& e) noexcept {
    if (!(e.allocator.step > bytes{0})) { return {}; }
    stage_layers const here = layers_of_stage(layer_count(m), l.pipeline, stage);
    bytes slack{};
    auto const values = [&](tensor const& t) {
        any_precision const& f = r[t.role];
        return bytes{static_cast<double>(t.parameters()) * local_share(t, e.sharding, l) *
                     static_cast<double>(f.payload_bits) /
                     (8 * static_cast<double>(f.payload_elements))};
    };
    auto const rounded = [&](bytes held) { return counted(e.allocator, held) - held; };
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size_in(here.first, here.end));
        if (n == 0) { return; }
        bytes of_role[tensor_roles]{};
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            if (is_linear(t.role) && !t.vector) {
                of_role[static_cast<int>(held_with(t.role))] += values(t);
            }
        });
        for (bytes const held : of_role) {
            if (held > bytes{0}) { slack += rounded(held) * n; }
        }
    });
    auto const table = [&](tensor_role role) {
        return rounded(
            values({role, shard_axis::vocabulary, m.vocabulary, m.hidden, 1, 1, m.vocabulary}));
    };
    if (stage == 0) { slack += table(tensor_role::embedding); }
    if (stage == l.pipeline - 1 && !m.tied_embeddings) { slack += table(tensor_role::head); }
    return slack;
}

/// Bytes of the rotary table on each rank; 0 where nobody published the longest context.
template <model M> [[nodiscard]] constexpr bytes rotary_table(M const& m,
                                                              engine const& e) noexcept {
    if (!(e.rotary_bytes > 0) || !m.max_context.known()) { return {}; }
    return bytes{in_tokens(m.max_context.value()) * static_cast<double>(rotary_values_of(m)) *
                 e.rotary_bytes};
}

} // namespace reckon::inline v0
