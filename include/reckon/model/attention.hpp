// SPDX-License-Identifier: MIT
// Attention families: their weights, what they keep per token, and the work of attending.
//
// Sources: docs/laws/parameters.md; formulas checked against 104 published exact totals.
#pragma once
#include <concepts>
#include <variant>

#include <reckon/model/tensor.hpp>

namespace reckon::inline v0 {

/// What one layer keeps for each token of context.
struct cached_state {
    count heads{};           ///< independent parts that ranks can share
    count values_per_head{}; ///< numbers kept per token in each part
    bool shared_latent{};    ///< one latent that every rank needs whole (MLA)
    count window{};          ///< tokens kept at most; 0 keeps all of the context
    friend constexpr bool operator==(cached_state const&, cached_state const&) noexcept = default;
};

/// The products of queries with keys and of scores with values: FLOPs per pair of a query token and
/// a context token = 2 heads (score_width + value_width).
struct score_work {
    count heads{};
    count score_width{};
    count value_width{};
    friend constexpr bool operator==(score_work const&, score_work const&) noexcept = default;
};

/// A kind of attention. `hidden` is the width of the residual stream.
template <class A>
concept attention = requires(A const& a, count hidden) {
    a.for_each_tensor(hidden, [](tensor const&) {}); // calls it with every weight of a layer
    { a.cache() } -> std::same_as<cached_state>;
    { a.prefill_scores() } -> std::same_as<score_work>; // many query tokens at once
    { a.decode_scores() } -> std::same_as<score_work>;  // one query token a request
    { a.query_heads } -> std::convertible_to<count>;
};

/// Norm weights on queries and keys.
enum class qk_norm : std::uint8_t { none, per_head, all_heads };

/// Grouped-query attention; multi-head attention has kv_heads = query_heads, multi-query has 1.
///
///   parameters = query_heads d h + kv_heads (d + dv) h + h query_heads dv   (+ biases, norms)
///   cache      = kv_heads (d + dv) values a token and layer
///
/// Llama, Qwen, Mistral, Mixtral, DeepSeek-LLM, Falcon, GPT.
struct gqa {
    count query_heads{};
    count kv_heads{};
    count head_dim{};
    count value_dim{};          ///< 0: as head_dim
    bool qkv_bias{false};
    bool output_bias{false};
    qk_norm query_key_norm{qk_norm::none};
    bool output_gate{false};    ///< the query projection carries a gate of its own size (Qwen3-Next)
    bool sinks{false};          ///< one learned logit a head (gpt-oss)

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
        visit(tensor{attention_q, by_query, output_gate ? detail::add(q, q) : q, hidden, 1, 1, query_heads});
        visit(tensor{attention_k, by_kv, k, hidden, 1, 1, kv_heads});
        visit(tensor{attention_v, by_kv, v, hidden, 1, 1, kv_heads});
        visit(tensor{attention_output, by_query, hidden, o, 1, 1, query_heads});
        if (qkv_bias) {
            visit(tensor{bias, by_query, q, 1, 1, 1, query_heads, true});
            visit(tensor{bias, by_kv, detail::add(k, v), 1, 1, 1, kv_heads, true});
        }
        if (output_bias) { visit(tensor{bias, shard_axis::none, hidden, 1, 1, 1, 1, true}); }
        if (query_key_norm == qk_norm::per_head) {
            visit(tensor{tensor_role::norm, shard_axis::none, 2 * head_dim, 1, 1, 1, 1, true});
        }
        if (query_key_norm == qk_norm::all_heads) {
            visit(tensor{tensor_role::norm, by_query, q, 1, 1, 1, query_heads, true});
            visit(tensor{tensor_role::norm, by_kv, k, 1, 1, 1, kv_heads, true});
        }
        if (sinks) { visit(tensor{bias, by_query, query_heads, 1, 1, 1, query_heads, true}); }
    }
    [[nodiscard]] constexpr cached_state cache() const noexcept {
        return {kv_heads, detail::add(head_dim, value_width()), false, 0};
    }
    [[nodiscard]] constexpr score_work prefill_scores() const noexcept {
        return {query_heads, head_dim, value_width()};
    }
    [[nodiscard]] constexpr score_work decode_scores() const noexcept { return prefill_scores(); }
    friend constexpr bool operator==(gqa const&, gqa const&) noexcept = default;
};

/// Multi-head latent attention (DeepSeek-V2, 2405.04434, section 2.1).
///
///   parameters = h ql + ql + ql n (nope + rope)  [or h n (nope + rope) without a query latent]
///              + h (kvl + rope) + kvl + kvl n (nope + v) + n v h
///   cache      = kvl + rope values a token and layer, whatever the number of heads
///
/// In decoding the key and value up-projections are absorbed, so that scores are taken against the
/// latent itself: widths kvl + rope and kvl instead of nope + rope and v.
struct mla {
    count query_heads{};
    count q_lora_rank{};  ///< 0: no query latent (V2-Lite)
    count kv_lora_rank{};
    count qk_nope_dim{};
    count qk_rope_dim{};
    count v_dim{};

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
        visit(tensor{latent_down, shard_axis::none, detail::add(kv_lora_rank, qk_rope_dim), hidden});
        visit(tensor{norm, shard_axis::none, kv_lora_rank, 1, 1, 1, 1, true});
        visit(tensor{latent_up_kv, by_query, detail::multiply(query_heads, qk_nope_dim + v_dim),
                       kv_lora_rank, 1, 1, query_heads});
        visit(tensor{attention_output, by_query, hidden, detail::multiply(query_heads, v_dim), 1, 1,
                       query_heads});
    }
    [[nodiscard]] constexpr cached_state cache() const noexcept {
        return {1, detail::add(kv_lora_rank, qk_rope_dim), true, 0};
    }
    [[nodiscard]] constexpr score_work prefill_scores() const noexcept {
        return {query_heads, qk_nope_dim + qk_rope_dim, v_dim};
    }
    [[nodiscard]] constexpr score_work decode_scores() const noexcept {
        return {query_heads, kv_lora_rank + qk_rope_dim, kv_lora_rank};
    }
    friend constexpr bool operator==(mla const&, mla const&) noexcept = default;
};

/// Attention that sees only the last `window` tokens: the same weights, a cache that stops growing.
template <attention Inner> struct windowed {
    Inner inner{};
    count window{};
    count query_heads{inner.query_heads};

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
    }
    [[nodiscard]] constexpr cached_state cache() const noexcept {
        cached_state state = inner.cache();
        state.window = window;
        return state;
    }
    [[nodiscard]] constexpr score_work prefill_scores() const noexcept { return inner.prefill_scores(); }
    [[nodiscard]] constexpr score_work decode_scores() const noexcept { return inner.decode_scores(); }
    friend constexpr bool operator==(windowed const&, windowed const&) noexcept = default;
};

/// Any of the shipped families, chosen at run time.
struct any_attention {
    std::variant<gqa, mla, windowed<gqa>> family{};
    count query_heads{};

    constexpr any_attention() noexcept = default;
    template <class A>
        requires(!std::same_as<A, any_attention> && attention<A>)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr any_attention(A const& a) noexcept : family(a), query_heads(a.query_heads) {}

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        std::visit([&](auto const& a) { a.for_each_tensor(hidden, visit); }, family);
    }
    [[nodiscard]] constexpr cached_state cache() const noexcept {
        return std::visit([](auto const& a) { return a.cache(); }, family);
    }
    [[nodiscard]] constexpr score_work prefill_scores() const noexcept {
        return std::visit([](auto const& a) { return a.prefill_scores(); }, family);
    }
    [[nodiscard]] constexpr score_work decode_scores() const noexcept {
        return std::visit([](auto const& a) { return a.decode_scores(); }, family);
    }
    friend constexpr bool operator==(any_attention const&, any_attention const&) noexcept = default;
};

} // namespace reckon::inline v0
