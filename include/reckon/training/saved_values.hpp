// SPDX-License-Identifier: MIT
// Values that one layer keeps of a token for its backward pass, from the tensors it is made of.
//
//   whole     = 2 n h + latents before and after their norm      (n norms; what enters the projections)
//   attention = sum of rows of projections that read the layer's input + columns of the output projection
//               + keys that MLA repeats for every head + queries and keys before their norms
//   feed fwd  = sum of rows of gate and up + columns of down
//   experts   = k (rows of gate and up + columns of down) + k (input + output), k experts a token
//   scores    = 5 a s bytes with masks, 2 a s without, where attention is not fused
//
//   symbol  | meaning                              | unit | domain
//   h, a, s | hidden width, query heads, sequence  | -    | > 0
//
// With multi-head attention, a plain block of 4 h, masks and unfused attention this is Korthikanti's
// s b h (34 + 5 a s / h) (2205.05198): 2 B x (4 h + 4 h + 8 h) = 32 h, masks 2 h, scores 5 a s. With grouped
// queries and a gated block it is 8 h + 4 q + 4 kv + 6 f bytes, which measured runs confirm.
//
// Beside adapters, inputs of frozen matrices without one are not kept.
//
// Recurrent layers keep what their projections put out, and move more through memory than they keep:
//   scanned   = 9 inner + 8 states / chunk, where the states of a chunk's end are 4 bytes, written and read twice
//
// Source:       2205.05198, section 4; SimuMax's published runs of Megatron-LM on B200 (17 dense, 6 MoE); the
//               kernels of Mamba-2 (2405.21060, section 6): convolution 2 inner, states of chunks 1, scan 3, gated
//               norm 3; chunks of 128 tokens (Megatron-Core's MambaMixer).
// Deviations:   an activation function's input is kept, not recomputed; routers keep two fp32 scores.
// Not modelled: states that a scan keeps instead of making them again.
// Error:        docs/laws/training_activations.md.
#pragma once
#include <reckon/model/model_spec.hpp>
#include <reckon/training/recipe.hpp>

namespace reckon::inline v0::training {

/// Values of one token and one layer, whole: sharding comes later.
struct saved_values {
    double whole{};        ///< hidden wide: divided by tensor ranks only with their tokens
    double hidden{};       ///< h
    double attention{};    ///< divided by heads
    double feed_forward{}; ///< divided by width
    double experts{};      ///< divided by width inside experts
    double dispatched{};   ///< copies of a token that meet experts, in and out
    double router{};
    double heads{};      ///< query heads: rows of scores
    double widest{};     ///< values of the feed-forward width a token meets: gate or up
    double products{};   ///< outputs of all matrix products
    double scanned{};    ///< that a recurrent layer's kernels move through memory, forward
    double normed{};     ///< of `whole`, what norms put out
    double activated{};  ///< of `experts`, what their activation functions put out
    double attended{};   ///< of `attention`, what it puts out
    double multiplied{}; ///< of `feed_forward` and `experts`, what enters their last matrices
    double returned{};   ///< of `dispatched`, what experts put out
    double
        lifted{}; ///< of `attention`, what MLA's up-projections put out, keys repeated for every head
    double eager{}; ///< more, where kernels are not fused: norms, rotations, gates
};

/// The values that a group's layer keeps.
template <class Group>
[[nodiscard]] constexpr saved_values values_of(Group const& group, count hidden,
                                               adapter const& a = {}) noexcept {
    saved_values v{};
    v.hidden = static_cast<double>(hidden);
    v.normed = v.hidden * static_cast<double>(reckon::detail::max(count{1}, group.norms.per_layer));
    v.whole = 2 * v.normed;
    // A frozen matrix needs its input for no gradient of its own: only one with an adapter keeps it.
    auto const keeps_input = [&](tensor_role r) { return !a.frozen_base() || a.targets.has(r); };
    bool attention_input = false;
    bool block_input = false;
    bool has_block = false;
    bool gated_block = false;
    double queries_and_keys = 0;
    double up_kv = 0;
    bool latent = false;
    bool normed = false;
    group.attention.for_each_tensor(hidden, [&](tensor const& t) {
        using enum tensor_role;
        auto const rows = static_cast<double>(t.rows) * static_cast<double>(t.copies);
        auto const cols = static_cast<double>(t.cols) * static_cast<double>(t.copies);
        if (t.vector) {
            normed = normed || t.role == norm;
            return;
        }
        if (t.role == latent_down) {
            v.whole += 2 * rows;
            v.normed += rows;
            latent = true;
            attention_input = attention_input || keeps_input(t.role);
        } else if (t.role == attention_output || t.role == mixer_out) {
            v.attention += cols;
            v.attended += cols;
            v.products += v.hidden;
            if (t.role == mixer_out) { v.scanned += 9 * cols; }
        } else {
            v.attention += rows;
            v.products += rows;
            attention_input = attention_input || keeps_input(t.role);
            if (t.role == attention_q || t.role == attention_k) { queries_and_keys += rows; }
            if (t.role == latent_up_kv) { up_kv += rows; }
            if (t.role == latent_up_q || t.role == latent_up_kv) { v.lifted += rows; }
        }
    });
    if (normed && !latent) { v.attention += queries_and_keys; }
    group.attention.for_each_state([&](cached_state const& state) {
        if (state.kind != state_kind::recurrent) { return; }
        constexpr double chunk = 128;
        v.scanned += 8 * static_cast<double>(state.heads) *
                     static_cast<double>(state.values_per_head) / chunk;
    });
    double keys_and_values = 0;
    group.attention.for_each_score(phase::prefill, [&](score_work const& work) {
        auto const n = static_cast<double>(work.heads);
        v.heads += n;
        keys_and_values += n * static_cast<double>(work.score_width + work.value_width);
    });
    if (up_kv > 0) {
        double const repeated = reckon::detail::max(0.0, keys_and_values - up_kv);
        v.attention += repeated;
        v.lifted += repeated;
    }
    group.feed_forward.for_each_tensor(hidden, [&](tensor const& t) {
        using enum tensor_role;
        if (t.vector) { return; }
        auto const rows = static_cast<double>(t.rows);
        auto const cols = static_cast<double>(t.cols);
        auto const used = static_cast<double>(t.active);
        has_block = true;
        gated_block = gated_block || t.role == ffn_gate || t.role == expert_gate;
        if (t.role == ffn_gate || t.role == ffn_up || t.role == expert_up ||
            t.role == expert_gate || t.role == shared_up) {
            block_input = block_input || keeps_input(t.role);
        }
        switch (t.role) {
        case ffn_down:
        case shared_down:
            if (keeps_input(t.role)) {
                v.feed_forward += cols;
                v.multiplied += cols;
            }
            v.products += rows;
            break;
        case expert_down:
            if (keeps_input(t.role)) {
                v.experts += used * cols;
                v.activated += used * cols;
                v.multiplied += used * cols;
            }
            v.dispatched += used * rows;
            v.returned += used * rows;
            v.products += used * rows;
            break;
        case expert_up:
            if (keeps_input(t.role)) { v.dispatched += used * cols; }
            v.widest += used * rows;
            [[fallthrough]];
        case expert_gate:
            v.experts += used * rows;
            v.products += used * rows;
            break;
        case router: v.router += 4 * rows; break;
        case ffn_up:
        case shared_up: v.widest += rows; [[fallthrough]];
        default: v.feed_forward += rows; v.products += rows;
        }
    });
    // A norm without bias is written out: its input in fp32 (two values of 16 bit), scaled (two), cast (one); a gate's
    // activation is kept beside its input; rotated queries and keys beside theirs.
    constexpr double written_out = 5;
    if (!group.norms.bias) {
        v.eager += written_out * v.hidden * static_cast<double>(group.norms.per_layer);
    }
    if (gated_block) { v.eager += v.widest; }
    v.eager += queries_and_keys;
    if (a.frozen_base()) {
        for (bool const unread : {!attention_input, has_block && !block_input}) {
            if (!unread) { continue; }
            v.whole -= v.hidden;
            v.normed -= v.hidden;
        }
    }
    return v;
}

} // namespace reckon::inline v0::training
