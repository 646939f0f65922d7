// SPDX-License-Identifier: MIT
// Grouped-query attention and its two ends, multi-head and multi-query.
#pragma once
#include <reckon/model/attention/concept.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// Norm weights on queries and keys.
enum class qk_norm : std::uint8_t { none, per_head, all_heads };

/// Grouped-query attention; multi-head attention has kv_heads = query_heads, multi-query has 1.
///
///   parameters = query_heads d h + kv_heads (d + dv) h + h query_heads dv   (+ biases, norms)
///   cache      = kv_heads (d + dv) values a token and layer
///
/// Where the keys are borrowed, the layer has neither key nor value projections and no state.
/// Llama, Qwen, Mistral, Mixtral, DeepSeek-LLM, Falcon, GPT.
struct gqa {
    count query_heads{};
    count kv_heads{};
    count head_dim{};
    count value_dim{}; ///< 0: as head_dim
    bool qkv_bias{false};
    bool output_bias{false};
    qk_norm query_key_norm{qk_norm::none};
    bool output_gate{false}; ///< the query projection carries a gate of its own size (Qwen3-Next)
    bool sinks{false};       ///< one learned logit a head (gpt-oss)
    bool keys_as_values{
        false}; ///< values are the keys before rotation: one projection, both kept (Gemma 4)
    bool head_gate{false}; ///< one gate a head, of h weights (Step-3.5)
    bool borrowed_keys{
        false}; ///< reads the keys and values that an earlier layer keeps (Gemma 3n, Gemma 4 E2B)
    bool unbiased_keys{false}; ///< of qkv_bias, on queries and values alone (Whisper)

    [[nodiscard]] constexpr count value_width() const noexcept {
        return value_dim > 0 ? value_dim : head_dim;
    }
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        count const q = detail::multiply(query_heads, head_dim);
        count const k = detail::multiply(kv_heads, head_dim);
        count const v = detail::multiply(kv_heads, value_width());
        count const o = detail::multiply(query_heads, value_width());
        auto const by_query = shard_axis::query_heads;
        auto const by_kv = shard_axis::kv_heads;
        visit(tensor{attention_q, by_query, output_gate ? detail::add(q, q) : q, hidden, 1, 1,
                     query_heads});
        if (!borrowed_keys) {
            visit(tensor{attention_k, by_kv, k, hidden, 1, 1, kv_heads});
            if (!keys_as_values) { visit(tensor{attention_v, by_kv, v, hidden, 1, 1, kv_heads}); }
        }
        visit(tensor{attention_output, by_query, hidden, o, 1, 1, query_heads});
        if (head_gate) { visit(tensor{wide, by_query, query_heads, hidden, 1, 1, query_heads}); }
        if (qkv_bias) {
            visit(tensor{bias, by_query, q, 1, 1, 1, query_heads, true});
            if (!borrowed_keys) {
                visit(tensor{bias, by_kv, unbiased_keys ? v : detail::add(k, v), 1, 1, 1, kv_heads,
                             true});
            }
        }
        if (output_bias) { visit(tensor{bias, shard_axis::none, hidden, 1, 1, 1, 1, true}); }
        if (query_key_norm == qk_norm::per_head) {
            count const normed = borrowed_keys ? 1 : 2; // queries, and the layer's own keys
            visit(tensor{tensor_role::norm, shard_axis::none, normed * head_dim, 1, 1, 1, 1, true});
        }
        if (query_key_norm == qk_norm::all_heads) {
            visit(tensor{tensor_role::norm, by_query, q, 1, 1, 1, query_heads, true});
            if (!borrowed_keys) {
                visit(tensor{tensor_role::norm, by_kv, k, 1, 1, 1, kv_heads, true});
            }
        }
        if (sinks) { visit(tensor{bias, by_query, query_heads, 1, 1, 1, query_heads, true}); }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        if (borrowed_keys) { return; }
        visit(cached_state{kv_heads, detail::add(head_dim, value_width())});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{query_heads, head_dim, value_width()});
    }
    friend constexpr bool operator==(gqa const&, gqa const&) noexcept = default;
};

} // namespace reckon::inline v0
