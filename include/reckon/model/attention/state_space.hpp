// SPDX-License-Identifier: MIT
// State-space layers: Mamba and Mamba-2.
//
//   Mamba    D = inner width;  parameters = 2 D h + D c + D + (R + 2N) D + R D + D + D N + D + h D + (R + 2N)
//            state = D N (recurrent) + D (c - 1) (16 bit)
//   Mamba-2  D = n d;  parameters = (2 D + 2 g N + n) h + (D + 2 g N)(c + 1) + 3 n + D + h D
//            state = n d N (fp32) + (D + 2 g N)(c - 1) (16 bit)
//
//   symbol | meaning
//   N      | width of the state;  R rank of the time step;  c taps of the convolution
//   n, d, g| heads, their width, and groups that share B and C
//
// Ranks share the heads; groups are shared too, or repeated where there are fewer of them than ranks,
// as key-value heads are.
//
// Source: Jamba-1.5-Mini, Nemotron-H, Nemotron-3: published totals reproduced.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// Mamba, with the norms on the time step, B and C that Jamba adds.
struct mamba {
    count inner{};
    count state{};
    count time_rank{};
    count taps{};
    static constexpr count query_heads = 1;

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_width = shard_axis::width;
        count const selected_width = detail::add(time_rank, 2 * state);
        visit(tensor{mixer_in, by_width, 2 * inner, hidden, 1, 1, inner});
        visit(tensor{tensor_role::convolution, by_width, inner, taps, 1, 1, inner});
        visit(tensor{mixer_in, by_width, selected_width, inner, 1, 1, inner});
        visit(tensor{mixer_in, by_width, inner, time_rank, 1, 1, inner});
        visit(tensor{wide, by_width, inner, state, 1, 1, inner});
        visit(tensor{bias, by_width, 3 * inner, 1, 1, 1, inner, true});
        visit(tensor{norm, shard_axis::none, selected_width, 1, 1, 1, 1, true});
        visit(tensor{mixer_out, by_width, hidden, inner, 1, 1, inner});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{inner, state, false, 0, 1, true, state_kind::recurrent});
        visit(cached_state{inner, taps - 1, false, 0, 1, true, state_kind::convolution});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{inner, state, 2 * state, 0, 1, true});
    }
    friend constexpr bool operator==(mamba const&, mamba const&) noexcept = default;
};

/// Mamba-2.
struct mamba2 {
    count query_heads{};
    count head_dim{};
    count groups{};
    count state{};
    count taps{};

    [[nodiscard]] constexpr count inner() const noexcept {
        return detail::multiply(query_heads, head_dim);
    }
    /// B and C, which the heads of a group share.
    [[nodiscard]] constexpr count shared_between_heads() const noexcept {
        return 2 * detail::multiply(groups, state);
    }
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_head = shard_axis::query_heads;
        auto const by_group = shard_axis::kv_heads;
        count const shared = shared_between_heads();
        visit(tensor{mixer_in, by_head, detail::add(2 * inner(), query_heads), hidden, 1, 1,
                     query_heads});
        visit(tensor{mixer_in, by_group, shared, hidden, 1, 1, groups});
        visit(tensor{tensor_role::convolution, by_head, inner(), taps, 1, 1, query_heads});
        visit(tensor{tensor_role::convolution, by_group, shared, taps, 1, 1, groups});
        visit(tensor{bias, by_head, detail::add(inner(), 3 * query_heads), 1, 1, 1, query_heads,
                     true});
        visit(tensor{bias, by_group, shared, 1, 1, 1, groups, true});
        visit(tensor{norm, by_head, inner(), 1, 1, 1, query_heads, true});
        visit(tensor{mixer_out, by_head, hidden, inner(), 1, 1, query_heads});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{query_heads, detail::multiply(head_dim, state), false, 0, 1, true,
                           state_kind::recurrent});
        visit(cached_state{query_heads, head_dim * (taps - 1), false, 0, 1, true,
                           state_kind::convolution});
        visit(cached_state{groups, 2 * state * (taps - 1), false, 0, 1, true,
                           state_kind::convolution});
    }
    constexpr void for_each_score(phase, auto&& visit) const noexcept {
        visit(score_work{query_heads, detail::multiply(head_dim, state),
                         detail::multiply(head_dim, state), 0, 1, true});
    }
    friend constexpr bool operator==(mamba2 const&, mamba2 const&) noexcept = default;
};

} // namespace reckon::inline v0
