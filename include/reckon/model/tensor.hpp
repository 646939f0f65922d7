// SPDX-License-Identifier: MIT
// One weight tensor of a layer. Everything the library knows about a model's size
// and work is a sum over these.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/precision/recipe.hpp>

namespace reckon::inline v0 {

/// What a tensor can be divided along when ranks share a layer.
enum class shard_axis : std::uint8_t {
    none,        ///< every rank holds all of it
    query_heads, ///< whole heads to a rank
    kv_heads,    ///< whole key-value heads; fewer heads than ranks are replicated
    width,       ///< columns of the intermediate width
    experts,     ///< whole experts, or the width of each
    vocabulary,  ///< rows of the vocabulary
};

/// `copies` matrices of rows x cols (output x input features), `active` of which a token uses.
struct tensor {
    tensor_role role{};
    shard_axis axis{shard_axis::none};
    count rows{};
    count cols{1};
    count copies{1};
    count active{1};
    count units{1};     ///< how many indivisible parts the axis has: heads, width, experts
    bool vector{false}; ///< a norm or bias: never quantised, no matrix product

    /// Parameters in all copies.
    [[nodiscard]] constexpr count parameters() const noexcept {
        return detail::multiply(rows, cols, copies);
    }
    /// Parameters that one token uses.
    [[nodiscard]] constexpr count active_parameters() const noexcept {
        return detail::multiply(rows, cols, active);
    }
    friend constexpr bool operator==(tensor const&, tensor const&) noexcept = default;
};

} // namespace reckon::inline v0
