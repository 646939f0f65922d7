// SPDX-License-Identifier: MIT
// DeepSeek-V4's attention: one shared key-value head, a window of exact entries, and compressed
// entries beyond it.
//
//   parameters = h ql + ql + ql n d + h d + d + n d ol + h og ol + n
//              + compressor: 2 k d h + r k d + d,   k = 2 overlapping halves at r = 4, else 1
//              + index compressor and indexer at r = 4: 4 di h + 8 di + di + ni di ql + ni h
//   state      = window entries of d, one entry of d for r tokens, of di in the index format (r = 4),
//                and the compressor's fp32 running state 2 r k d (+ 2 r k di)
//
//   symbol | meaning
//   n, d   | query heads and their width, also that of the one key-value head
//   ql, ol, og | ranks of the query and the grouped output projection, its groups
//   r      | tokens that share an entry: 0 window only, 4 (CSA, with top-k selection), 128 (HCA)
//   ni, di | heads and width of the indexer
//
// Source: DeepSeek-V4 repositories; totals of V4-Flash and V4-Pro reproduced to the parameter.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// Heads and widths as in the table above, in values; `window` and `ratio` in tokens.
struct compressed_attention {
    count query_heads{};
    count head_dim{};
    count q_lora_rank{};
    count o_lora_rank{};
    count o_groups{};
    count window{};
    count ratio{};       ///< tokens for one compressed entry; 0: the window alone
    count index_heads{}; ///< 0: no selection, all compressed entries are seen
    count index_dim{};
    count top_k{};

    /// Compressed entries overlap where they are also selected.
    [[nodiscard]] constexpr count halves() const noexcept { return index_heads > 0 ? 2 : 1; }
    /// Prediction modules see the window alone, whatever the layer does that they are shaped as.
    [[nodiscard]] constexpr compressed_attention in_prediction() const noexcept {
        compressed_attention plain = *this;
        plain.ratio = 0;
        return plain;
    }

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_head = shard_axis::query_heads;
        count const queries = detail::multiply(query_heads, head_dim);
        visit(tensor{latent_down, shard_axis::none, q_lora_rank, hidden});
        visit(tensor{norm, shard_axis::none, q_lora_rank, 1, 1, 1, 1, true});
        visit(tensor{latent_up_q, by_head, queries, q_lora_rank, 1, 1, query_heads});
        visit(tensor{latent_down, shard_axis::none, head_dim, hidden});
        visit(tensor{norm, shard_axis::none, head_dim, 1, 1, 1, 1, true});
        // Each group of heads is projected for itself, so ranks share whole groups.
        visit(tensor{attention_output, by_head, detail::multiply(o_groups, o_lora_rank),
                     o_groups > 0 ? queries / o_groups : 0, 1, 1, o_groups});
        visit(tensor{attention_output, by_head, hidden, detail::multiply(o_groups, o_lora_rank), 1,
                     1, o_groups});
        visit(tensor{bias, by_head, query_heads, 1, 1, 1, query_heads, true});
        if (ratio == 0) { return; }
        auto const compress = [&](count width) {
            count const wide_entry = detail::multiply(halves(), width);
            visit(tensor{compressor, shard_axis::none, 2 * wide_entry, hidden});
            visit(tensor{bias, shard_axis::none, detail::multiply(ratio, wide_entry), 1, 1, 1, 1,
                         true});
            visit(tensor{norm, shard_axis::none, width, 1, 1, 1, 1, true});
        };
        compress(head_dim);
        if (index_heads > 0) {
            compress(index_dim);
            visit(tensor{indexer, shard_axis::none, detail::multiply(index_heads, index_dim),
                         q_lora_rank});
            visit(tensor{wide, shard_axis::none, index_heads, hidden});
        }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{1, head_dim, true, window});
        if (ratio == 0) { return; }
        visit(cached_state{1, head_dim, true, 0, ratio, false, state_kind::cache, top_k});
        visit(cached_state{1, 2 * ratio * halves() * head_dim, true, 0, 1, true,
                           state_kind::recurrent});
        if (index_heads > 0) {
            visit(cached_state{1, index_dim, true, 0, ratio, false, state_kind::index});
            visit(cached_state{1, 2 * ratio * halves() * index_dim, true, 0, 1, true,
                               state_kind::recurrent});
        }
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{query_heads, head_dim, head_dim, window});
        if (ratio == 0) { return; }
        visit(score_work{query_heads, head_dim, head_dim, top_k, ratio});
        if (index_heads > 0) {
            visit(score_work{index_heads, index_dim, 0, 0, ratio, false, true});
        }
    }
    friend constexpr bool operator==(compressed_attention const&,
                                     compressed_attention const&) noexcept = default;
};

/// A layer whose residual stream is `streams` wide and mixed by learned connections around attention
/// and feed-forward: 2 ((2 + s) s s h + (2 + s) s + 3) parameters more (DeepSeek-V4).
template <attention Inner> struct hyper_connected {
    Inner inner{};
    count streams{};
    count query_heads{inner.query_heads};

    [[nodiscard]] constexpr hyper_connected in_prediction() const noexcept
        requires requires(Inner const& a) { a.in_prediction(); }
    {
        return {inner.in_prediction(), streams, query_heads};
    }
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
        count const mixes = detail::multiply(count{2} + streams, streams);
        visit(tensor{tensor_role::mixing, shard_axis::none, 2 * mixes,
                     detail::multiply(streams, hidden)});
        visit(tensor{tensor_role::mixing, shard_axis::none, 2 * (mixes + 3), 1, 1, 1, 1, true});
    }
    constexpr void for_each_state(auto&& visit) const noexcept { inner.for_each_state(visit); }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        inner.for_each_score(when, visit);
    }
    friend constexpr bool operator==(hyper_connected const&,
                                     hyper_connected const&) noexcept = default;
};

} // namespace reckon::inline v0
