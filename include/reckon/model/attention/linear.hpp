// SPDX-License-Identifier: MIT
// Linear attention: a matrix of state for each head instead of a cache.
//
//   gated delta net  parameters = (2 nk dk + 2 nv dv) h + 2 nv h + (2 nk dk + nv dv) c + 2 nv + dv + h nv dv
//                    state      = nv dv dk  (fp32)  +  (2 nk dk + nv dv)(c - 1)  (16 bit)
//   Kimi delta       P = n d;  parameters = 3 P h + 3 P c + n + (g h + P g) + P + n h + gate + d + h P,
//                    gate = g h + P g, or P h where it has full rank
//                    state      = n d d  (fp32)  +  3 P (c - 1)  (16 bit)
//   lightning        P = n d;  parameters = 3 P h + P h + h P + P
//                    state      = n d d  (fp32)
//
//   symbol        | meaning
//   nk, dk, nv, dv| key and value heads and their widths
//   c             | taps of the short convolution
//   g             | rank of the decay and gate projections, one head wide
//
// The state does not grow with the context; neither does the work of a token.
// Source: Qwen3-Next, Qwen3.5, Kimi-Linear, MiniMax-01: published totals reproduced exactly; state
// shapes as vLLM's mamba_utils.py @02d710837549.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// Gated DeltaNet (Qwen3-Next, Qwen3.5).
struct gated_delta_net {
    count key_heads{};
    count key_dim{};
    count value_heads{};
    count value_dim{};
    count taps{};
    count query_heads{value_heads};

    [[nodiscard]] constexpr count keys() const noexcept {
        return detail::multiply(key_heads, key_dim);
    }
    [[nodiscard]] constexpr count values() const noexcept {
        return detail::multiply(value_heads, value_dim);
    }
    [[nodiscard]] constexpr count convolved() const noexcept {
        return detail::add(2 * keys(), values());
    }

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_head = shard_axis::query_heads;
        visit(tensor{mixer_in, by_head, detail::add(2 * keys(), 2 * values()), hidden, 1, 1,
                     key_heads});
        visit(tensor{wide, by_head, 2 * value_heads, hidden, 1, 1, value_heads});
        visit(tensor{tensor_role::convolution, by_head, convolved(), taps, 1, 1, key_heads});
        visit(tensor{bias, by_head, 2 * value_heads, 1, 1, 1, value_heads, true});
        visit(tensor{norm, shard_axis::none, value_dim, 1, 1, 1, 1, true});
        visit(tensor{mixer_out, by_head, hidden, values(), 1, 1, value_heads});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{value_heads, detail::multiply(value_dim, key_dim), false, 0, 1, true,
                           state_kind::recurrent});
        visit(cached_state{key_heads, convolved() / (key_heads > 0 ? key_heads : 1) * (taps - 1),
                           false, 0, 1, true, state_kind::convolution});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{value_heads, detail::multiply(key_dim, value_dim),
                         detail::multiply(key_dim, value_dim), 0, 1, true});
    }
    friend constexpr bool operator==(gated_delta_net const&,
                                     gated_delta_net const&) noexcept = default;
};

/// Kimi delta attention.
struct kimi_delta {
    count query_heads{};
    count head_dim{};
    count taps{};
    bool full_rank_gate{false}; ///< Kimi-K3

    [[nodiscard]] constexpr count width() const noexcept {
        return detail::multiply(query_heads, head_dim);
    }

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_head = shard_axis::query_heads;
        count const p = width();
        visit(tensor{mixer_in, by_head, 3 * p, hidden, 1, 1, query_heads});
        visit(tensor{tensor_role::convolution, by_head, 3 * p, taps, 1, 1, query_heads});
        visit(tensor{mixer_in, shard_axis::none, head_dim, hidden});
        visit(tensor{mixer_in, by_head, p, head_dim, 1, 1, query_heads});
        visit(tensor{bias, by_head, detail::add(p, query_heads), 1, 1, 1, query_heads, true});
        visit(tensor{wide, by_head, query_heads, hidden, 1, 1, query_heads});
        if (full_rank_gate) {
            visit(tensor{mixer_in, by_head, p, hidden, 1, 1, query_heads});
        } else {
            visit(tensor{mixer_in, shard_axis::none, head_dim, hidden});
            visit(tensor{mixer_in, by_head, p, head_dim, 1, 1, query_heads});
        }
        visit(tensor{norm, shard_axis::none, head_dim, 1, 1, 1, 1, true});
        visit(tensor{mixer_out, by_head, hidden, p, 1, 1, query_heads});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{query_heads, detail::multiply(head_dim, head_dim), false, 0, 1, true,
                           state_kind::recurrent});
        visit(cached_state{query_heads, 3 * head_dim * (taps - 1), false, 0, 1, true,
                           state_kind::convolution});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{query_heads, detail::multiply(head_dim, head_dim),
                         detail::multiply(head_dim, head_dim), 0, 1, true});
    }
    friend constexpr bool operator==(kimi_delta const&, kimi_delta const&) noexcept = default;
};

/// Lightning attention (MiniMax-01, M1).
struct lightning {
    count query_heads{};
    count head_dim{};

    [[nodiscard]] constexpr count width() const noexcept {
        return detail::multiply(query_heads, head_dim);
    }

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_head = shard_axis::query_heads;
        visit(tensor{mixer_in, by_head, 4 * width(), hidden, 1, 1, query_heads});
        visit(tensor{norm, by_head, width(), 1, 1, 1, query_heads, true});
        visit(tensor{mixer_out, by_head, hidden, width(), 1, 1, query_heads});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{query_heads, detail::multiply(head_dim, head_dim), false, 0, 1, true,
                           state_kind::recurrent});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{query_heads, detail::multiply(head_dim, head_dim),
                         detail::multiply(head_dim, head_dim), 0, 1, true});
    }
    friend constexpr bool operator==(lightning const&, lightning const&) noexcept = default;
};

} // namespace reckon::inline v0
