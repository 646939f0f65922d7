// SPDX-License-Identifier: MIT
// A gated short convolution in the place of attention (LFM2).
//
//   parameters = 3 h w + w c + w h,   w width, c taps
//   state      = w (c - 1) values a request (16 bit)
//
// The work is in its matrices; nothing depends on the context.
// Source: Lfm2ShortConv of transformers; totals of LFM2-350M, 700M, 1.2B and 8B-A1B reproduced.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// Two gates and what they gate, a convolution over the last `taps` tokens, and a way out.
struct short_convolution {
    count width{};
    count taps{};
    static constexpr count query_heads = 1;

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_width = shard_axis::width;
        visit(tensor{mixer_in, by_width, 3 * width, hidden, 1, 1, width});
        visit(tensor{tensor_role::convolution, by_width, width, taps, 1, 1, width});
        visit(tensor{mixer_out, by_width, hidden, width, 1, 1, width});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(cached_state{width, taps - 1, false, 0, 1, true, state_kind::convolution});
    }
    static constexpr void for_each_score(phase, auto&&) noexcept {}
    friend constexpr bool operator==(short_convolution const&,
                                     short_convolution const&) noexcept = default;
};

} // namespace reckon::inline v0
