// SPDX-License-Identifier: MIT
// What an allocator hands out for the matrices of a model, as the engine holds them.
//
//   counted(b) = b in whole 512 B where b < 10 MiB, else s = b in whole 2 MiB if s - b <= 1 MiB, else b
//
//   symbol  | meaning                                                             | unit  | domain
//   b       | bytes of one matrix on the rank: queries, keys and values of a layer| byte  | > 0
//           | in one, gate and up in one, all experts of a layer in one           |       |
//
// Source:       PyTorch c10/cuda/CUDACachingAllocator; vLLM logs what is allocated when a model has been
//               loaded: 17 launches of dense models in 16 bit within 0.03 %.
// Not modelled: formats by layer, scale matrices.
// Error:        docs/accuracy.md; tests/memory/allocated.cpp.
#pragma once
#include <reckon/precision/recipe.hpp>
#include <reckon/units/makers.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// How an allocator rounds what it hands out (PyTorch's caching allocator).
struct allocator_rules {
    bytes step{};       ///< sizes below `large` are rounded up to it; 0: nothing is rounded
    bytes large{};      ///< from here on in whole `large_step`, unless that leaves more than
    bytes large_step{}; ///< `split` over, which goes back
    bytes split{};
    friend constexpr bool operator==(allocator_rules const&,
                                     allocator_rules const&) noexcept = default;
};

/// PyTorch's: 512 B, 10 MiB, 2 MiB, 1 MiB. Source: c10/cuda/CUDACachingAllocator.
inline constexpr allocator_rules torch_allocator{bytes{512}, mebibytes(10), mebibytes(2),
                                                 mebibytes(1)};

/// What the allocator hands out for `wanted` bytes.
[[nodiscard]] constexpr bytes counted(allocator_rules const& rules, bytes wanted) noexcept {
    auto const whole = [&](bytes step) { return step * detail::ceil(wanted / step); };
    if (!(rules.step > bytes{0})) { return wanted; }
    if (wanted < rules.large) { return whole(rules.step); }
    bytes const large = whole(rules.large_step);
    return large - wanted <= rules.split ? large : whole(rules.step);
}

/// The matrix that engines hold a role's in, by its first role.
[[nodiscard]] constexpr tensor_role held_with(tensor_role r) noexcept {
    using enum tensor_role;
    switch (r) {
    case attention_k:
    case attention_v: return attention_q;
    case ffn_up: return ffn_gate;
    case shared_up: return shared_gate;
    case expert_up: return expert_gate;
    default: return r;
    }
}

namespace detail {
/// `held_with` of every role.
struct holding_roles {
    std::uint8_t of[tensor_roles]{};
};
inline constexpr holding_roles holding = [] {
    holding_roles with{};
    for (int i = 0; i < tensor_roles; ++i) {
        with.of[i] = static_cast<std::uint8_t>(held_with(static_cast<tensor_role>(i)));
    }
    return with;
}();
} // namespace detail

/// The matrices of one layer, by the role that each is held with.
struct held_matrices {
    bytes of[tensor_roles]{};
    std::uint32_t used{}; ///< a bit for each of them that is not empty
    static_assert(tensor_roles <= 32);

    constexpr void add(tensor_role role, bytes values) noexcept {
        std::uint32_t const with = detail::holding.of[static_cast<int>(role)];
        of[with] += values;
        used |= 1U << with;
    }
    /// What rounding adds to all of them, which are then empty again: for the next layer.
    constexpr bytes take_rounding(allocator_rules const& rules) noexcept {
        bytes sum{};
        for (; used != 0; used &= used - 1) { // the lowest bit goes
            bytes& wanted = of[__builtin_ctz(used)];
            sum += counted(rules, wanted) - wanted;
            wanted = {};
        }
        return sum;
    }
};

} // namespace reckon::inline v0
