// SPDX-License-Identifier: MIT
// What llama.cpp's graph of one layer is made of, read off a model's families.
#pragma once
#include <reckon/detail/one_of.hpp>
#include <reckon/model/model_spec.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// Widths of one layer, in values a token. A family whose graph is not known leaves `known` false.
struct llama_cpp_layer {
    bool known{};
    count heads{};      ///< query heads; 0: a layer without attention
    count queries{};    ///< heads x width of a key
    count keys{};       ///< values a token in the key cache
    count values{};     ///< and in the value cache; 0 where values are read out of the keys (MLA)
    count attended{};   ///< what attention hands to the output projection
    count key_head{};   ///< width of one head in the key cache; 0 with MLA, which is not rotated
    count value_head{}; ///< and in the value cache
    count window{};     ///< cells seen at most; 0: all
    // MLA
    count latent{};       ///< rank of the key-value latent; 0: no MLA
    count query_latent{}; ///< rank of the query latent; 0: none
    count rotated{};      ///< width of the rotary part
    // Mamba-2, roughly: what it projects to, convolves, scans and keeps
    count mixed_in{};
    count convolved{};
    count inner{};
    count state{};
    // feed-forward
    count width{};   ///< of a dense block
    bool gated{};    ///< three matrices, not two
    count experts{}; ///< routed experts; 0: dense
    count chosen{};  ///< of which a token uses this many
    count expert_width{};
    count shared_width{};
    bool normalised{}; ///< the chosen experts' weights are divided by their sum
    bool
        rows_last{}; ///< the rows asked for are picked after the last layer, not inside it (gpt-oss)
    bool values_last{}; ///< keys are projected before values (gpt-oss)
    bool post_norms{};  ///< attention and feed-forward have norms behind them, too (Gemma)
    bool corrected{};   ///< a bias on the scores chooses the experts (DeepSeek-V3)
    friend constexpr bool operator==(llama_cpp_layer const&,
                                     llama_cpp_layer const&) noexcept = default;
};

namespace detail {

template <class A> constexpr void describe_attention(A const& a, llama_cpp_layer& l) noexcept {
    if constexpr (std::same_as<A, any_attention>) {
        a.family.visit([&](auto const& family) { describe_attention(family, l); });
    } else if constexpr (std::same_as<A, gqa>) {
        l.heads = a.query_heads;
        l.queries = multiply(a.query_heads, a.head_dim);
        l.keys = multiply(a.kv_heads, a.head_dim);
        l.key_head = a.head_dim;
        l.value_head = a.value_width();
        l.values = multiply(a.kv_heads, a.value_width());
        l.attended = multiply(a.query_heads, a.value_width());
        l.known = !a.output_gate && !a.borrowed_keys && !a.keys_as_values && !a.head_gate;
    } else if constexpr (std::same_as<A, windowed<gqa>>) {
        describe_attention(a.inner, l);
        l.window = a.window;
    } else if constexpr (std::same_as<A, mla>) {
        l.heads = a.query_heads;
        l.queries = multiply(a.query_heads, a.qk_nope_dim + a.qk_rope_dim);
        l.keys = add(a.kv_lora_rank, a.qk_rope_dim);
        l.attended = multiply(a.query_heads, a.v_dim);
        l.latent = a.kv_lora_rank;
        l.query_latent = a.q_lora_rank;
        l.rotated = a.qk_rope_dim;
        l.known = !a.output_gate;
    } else if constexpr (std::same_as<A, mamba2>) {
        l.convolved = add(a.inner(), a.shared_between_heads());
        l.inner = a.inner();
        l.mixed_in = add(add(l.convolved, l.inner), a.query_heads);
        l.state = multiply(a.inner(), a.state);
    }
}

template <class F> constexpr void describe_feed_forward(F const& f, llama_cpp_layer& l) noexcept {
    if constexpr (std::same_as<F, any_feed_forward>) {
        f.family.visit([&](auto const& family) { describe_feed_forward(family, l); });
    } else if constexpr (std::same_as<F, gated>) {
        l.width = f.intermediate;
        l.gated = true;
    } else if constexpr (std::same_as<F, moe>) {
        l.experts = f.routed;
        l.chosen = f.per_token;
        l.expert_width = f.intermediate;
        l.shared_width = f.shared_intermediate;
        l.corrected = f.score_correction;
        // DeepSeek-V2 alone takes the scores as they are.
        l.normalised = l.latent == 0 || f.score_correction;
        l.rows_last = f.biases;
        l.values_last = f.biases;
        l.known = l.known && f.gated_experts && f.latent == 0 && !f.gated_shared && !f.router_scale;
    } else {
        l.known = false;
        if constexpr (std::same_as<F, plain_ffn>) { l.width = f.intermediate; }
    }
}

} // namespace detail

/// The facts of the layers of a group.
template <class Group> [[nodiscard]] constexpr llama_cpp_layer
llama_cpp_layer_of(Group const& group) noexcept {
    llama_cpp_layer l{};
    detail::describe_attention(group.attention, l);
    detail::describe_feed_forward(group.feed_forward, l);
    l.post_norms = group.norms.per_layer > 2;
    // Blocks side by side have one norm; norms with a bias and scales of layers are other operations.
    l.known =
        l.known && group.norms.per_layer >= 2 && !group.norms.bias && group.norms.scalars == 0;
    return l;
}

} // namespace reckon::inline v0
