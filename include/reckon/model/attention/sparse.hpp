// SPDX-License-Identifier: MIT
// Sparse attention by selection: an indexer scores all tokens cheaply, attention sees the best ones.
//
//   parameters = inner + ni di w (queries) + di h (keys) + key norm (+ ni h head weights)
//   state      = inner + di values a token and layer in the index format, whole on every rank
//   scores     = inner against at most top_k entries, and ni di against all of the context
//
// Top-k bounds the work and what a query reads, not the memory; every rank scores all of it with the indexer.
// Source: DeepSeek-V3.2-Exp inference code: 13,959,424 parameters a layer, 61 of them exactly the
// difference to V3; GLM-5; MiniMax-M3 (sizes from its configuration).
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// The inner attention, which sees at most `top_k` tokens that another layer's indexer selected.
template <attention Inner> struct selected {
    Inner inner{};
    count top_k{};
    count query_heads{inner.query_heads};

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        inner.for_each_state([&](cached_state state) {
            state.selected = top_k;
            visit(state);
        });
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        inner.for_each_score(when, [&](score_work work) {
            work.limit = top_k;
            visit(work);
        });
    }
    friend constexpr bool operator==(selected const&, selected const&) noexcept = default;
};

/// The inner attention with an indexer of its own.
template <attention Inner> struct indexed {
    Inner inner{};
    count index_heads{};
    count index_dim{};
    count top_k{};
    count query_width{};     ///< what indexer queries are projected from: the query latent, or h
    count key_norms{2};      ///< vectors of index_dim: 2 for LayerNorm on keys, or RMSNorm on both
    bool head_weights{true}; ///< learned weights of h values for each indexer head
    count query_heads{inner.query_heads};

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        inner.for_each_tensor(hidden, visit);
        visit(tensor{indexer, shard_axis::none, detail::multiply(index_heads, index_dim),
                     query_width});
        visit(tensor{indexer, shard_axis::none, index_dim, hidden});
        visit(tensor{norm, shard_axis::none, detail::multiply(key_norms, index_dim), 1, 1, 1, 1,
                     true});
        if (head_weights) { visit(tensor{wide, shard_axis::none, index_heads, hidden}); }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        selected<Inner>{inner, top_k}.for_each_state(visit);
        visit(cached_state{1, index_dim, true, 0, 1, false, state_kind::index});
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        selected<Inner>{inner, top_k}.for_each_score(when, visit);
        visit(score_work{index_heads, index_dim, 0, 0, 1, false, true});
    }
    friend constexpr bool operator==(indexed const&, indexed const&) noexcept = default;
};

} // namespace reckon::inline v0
