// SPDX-License-Identifier: MIT
// DeepSeek-V4.1's attention: windows of their own in every layer, compressed entries that a few layers
// make and all read, selections that a few layers make and the next ones follow.
//
//   parameters = those of a window-only layer of DeepSeek-V4 (compressed.hpp)
//              + where it compresses: d h + d (+ d h for a gate at r > 1) + di d + di
//              + where it selects: ni di ql + ni h
//   state      = window entries of d; where it compresses one entry of d and one of di (index format)
//                for r tokens
//
//   symbol | meaning
//   n, d   | query heads and their width, also that of the one key-value head;  h hidden width
//   ql     | rank of the query projection
//   r      | tokens that share an entry: 0 window only, 2 in the first half, 1 in the second
//   ni, di | heads and width of the indexer
//
// Source:        tensor shapes of DeepSeek-V4.1-Flash as converters of its checkpoint claim them one by
//                one; 551.57B of backbone, published as 552B; 890 and 1,650 B a token (fp4, fp8).
// Not modelled:  prefill through the first half of the layers alone, which halves its work; the token
//                that an entry of two still waits for.
#pragma once
#include <reckon/model/attention/compressed.hpp>

namespace reckon::inline v0 {

/// A layer that may read what an earlier one compressed (DeepSeek-V4.1).
struct shared_compressed_attention {
    count query_heads{};
    count head_dim{};
    count q_lora_rank{};
    count o_lora_rank{};
    count o_groups{};
    count window{};
    count ratio{};          ///< tokens for one compressed entry; 0: the window alone
    bool compresses{false}; ///< makes and keeps the entries; else it reads an earlier layer's
    bool selects{false};    ///< has an indexer; else it follows an earlier layer's selection
    count index_heads{};
    count index_dim{};
    count top_k{};

    /// What it shares with DeepSeek-V4: queries, window and grouped output.
    [[nodiscard]] constexpr compressed_attention window_part() const noexcept {
        return {query_heads, head_dim, q_lora_rank, o_lora_rank, o_groups, window};
    }
    /// Prediction modules see the window alone.
    [[nodiscard]] constexpr shared_compressed_attention in_prediction() const noexcept {
        shared_compressed_attention plain = *this;
        plain.ratio = 0;
        plain.compresses = plain.selects = false;
        return plain;
    }
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        window_part().for_each_tensor(hidden, visit);
        if (compresses) {
            visit(
                tensor{compressor, shard_axis::none, ratio > 1 ? 2 * head_dim : head_dim, hidden});
            visit(tensor{norm, shard_axis::none, head_dim, 1, 1, 1, 1, true});
            visit(tensor{indexer, shard_axis::none, index_dim, head_dim});
            visit(tensor{norm, shard_axis::none, index_dim, 1, 1, 1, 1, true});
        }
        if (selects) {
            visit(tensor{indexer, shard_axis::none, detail::multiply(index_heads, index_dim),
                         q_lora_rank});
            visit(tensor{wide, shard_axis::none, index_heads, hidden});
        }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        window_part().for_each_state(visit);
        if (!compresses) { return; }
        visit(cached_state{1, head_dim, true, 0, ratio, false, state_kind::cache, top_k});
        visit(cached_state{1, index_dim, true, 0, ratio, false, state_kind::index});
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        window_part().for_each_score(when, visit);
        if (ratio == 0) { return; }
        visit(score_work{query_heads, head_dim, head_dim, top_k, ratio});
        if (selects) { visit(score_work{index_heads, index_dim, 0, 0, ratio, false, true}); }
    }
    friend constexpr bool operator==(shared_compressed_attention const&,
                                     shared_compressed_attention const&) noexcept = default;
};

} // namespace reckon::inline v0
