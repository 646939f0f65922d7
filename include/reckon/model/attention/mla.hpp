// SPDX-License-Identifier: MIT
// Multi-head latent attention.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// Multi-head latent attention (DeepSeek-V2, 2405.04434, section 2.1).
///
///   parameters = h ql + ql + ql n (nope + rope)  [or h n (nope + rope) without a query latent]
///              + h (kvl + rope) + kvl + kvl n (nope + v) + n v h (+ h n v with an output gate)
///   cache      = kvl + rope values a token and layer, whatever the number of heads
///
/// In decoding the key and value up-projections are absorbed, so that scores are taken against the
/// latent itself: widths kvl + rope and kvl instead of nope + rope and v.
struct mla {
    count query_heads{};
    count q_lora_rank{}; ///< 0: no query latent (V2-Lite)
    count kv_lora_rank{};
    count qk_nope_dim{};
    count qk_rope_dim{};
    count v_dim{};
    bool output_gate{
        false}; ///< the output of every head is gated by a projection of its own (Kimi-K3)

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_query = shard_axis::query_heads;
        count const queries = detail::multiply(query_heads, qk_nope_dim + qk_rope_dim);
        if (q_lora_rank > 0) {
            visit(tensor{latent_down, shard_axis::none, q_lora_rank, hidden});
            visit(tensor{norm, shard_axis::none, q_lora_rank, 1, 1, 1, 1, true});
            visit(tensor{latent_up_q, by_query, queries, q_lora_rank, 1, 1, query_heads});
        } else {
            visit(tensor{latent_up_q, by_query, queries, hidden, 1, 1, query_heads});
        }
        visit(
            tensor{latent_down, shard_axis::none, detail::add(kv_lora_rank, qk_rope_dim), hidden});
        visit(tensor{norm, shard_axis::none, kv_lora_rank, 1, 1, 1, 1, true});
        visit(tensor{latent_up_kv, by_query, detail::multiply(query_heads, qk_nope_dim + v_dim),
                     kv_lora_rank, 1, 1, query_heads});
        visit(tensor{attention_output, by_query, hidden, detail::multiply(query_heads, v_dim), 1, 1,
                     query_heads});
        if (output_gate) {
            visit(tensor{attention_q, by_query, detail::multiply(query_heads, v_dim), hidden, 1, 1,
                         query_heads});
        }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{1, detail::add(kv_lora_rank, qk_rope_dim), true});
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        if (when == phase::prefill) {
            visit(score_work{query_heads, qk_nope_dim + qk_rope_dim, v_dim});
        } else {
            visit(score_work{query_heads, kv_lora_rank + qk_rope_dim, kv_lora_rank});
        }
    }
    friend constexpr bool operator==(mla const&, mla const&) noexcept = default;
};

} // namespace reckon::inline v0
