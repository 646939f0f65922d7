// SPDX-License-Identifier: MIT
// The precision concept, the composing templates that model it, and the run-time type.
//
// A format stores a matrix [rows x cols] (output x input features) in blocks of block.rows x
// block.cols elements. Each block carries scales and zero points; a number of blocks may share a
// second-level scale; a tensor may carry one more.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/precision/arithmetic.hpp>
#include <reckon/precision/element.hpp>

#include <concepts>
#include <string_view>

namespace reckon::inline v0 {

/// The elements that share one scale. One number n is a run of n elements along the input features
/// (group quantisation); rows x cols is a tile (DeepSeek's 128 x 128). cols = 0 is a whole row.
struct block_shape {
    count rows{1};
    count cols{1};
    // NOLINTNEXTLINE(google-explicit-constructor): block_scaled<e2m1, 16, e4m3>
    constexpr block_shape(int along_input) noexcept : cols(along_input) {}
    constexpr block_shape(int down, int along_input) noexcept : rows(down), cols(along_input) {}
    constexpr block_shape() noexcept = default;
    friend constexpr bool operator==(block_shape const&, block_shape const&) noexcept = default;
};

/// A scale for every output row (per-channel quantisation).
inline constexpr block_shape per_channel{1, 0};
/// One scale for the tensor.
inline constexpr block_shape per_tensor{0, 0};

/// How values are stored. Every member is a fact of the format; the laws are in
/// precision/storage.hpp.
template <class P>
concept precision = requires(P const& p) {
    { p.block } -> std::convertible_to<block_shape>;  // elements that share a scale
    { p.payload_bits } -> std::convertible_to<count>; // bits of `payload_elements` values
    { p.payload_elements } -> std::convertible_to<count>;
    { p.block_bits } -> std::convertible_to<count>;   // scales and zero points, a block
    { p.group_blocks } -> std::convertible_to<count>; // blocks that share a second level
    { p.group_bits } -> std::convertible_to<count>;
    { p.tensor_bits } -> std::convertible_to<count>;   // a tensor's own scale
    { p.operands } -> std::convertible_to<arithmetic>; // what it multiplies in natively
    { p.name } -> std::convertible_to<std::string_view>;
};

/// "fp8-block128", "Q4_K"
using precision_name = text<23>;

/// Any format, filled at run time or converted from a static one. Structural.
struct any_precision {
    precision_name name{};
    block_shape block{};
    count payload_bits{};
    count payload_elements{1};
    count block_bits{};
    count group_blocks{};
    count group_bits{};
    count tensor_bits{};
    arithmetic operands{arithmetic::bf16};

    constexpr any_precision() noexcept = default;
    template <class P>
        requires(!std::same_as<P, any_precision> && precision<P>)
    // NOLINTNEXTLINE(google-explicit-constructor): a static precision is a precision
    constexpr any_precision(P const& p) noexcept
        : name(std::string_view(p.name)), block(p.block), payload_bits(p.payload_bits),
          payload_elements(p.payload_elements), block_bits(p.block_bits),
          group_blocks(p.group_blocks), group_bits(p.group_bits), tensor_bits(p.tensor_bits),
          operands(p.operands) {}

    friend constexpr bool operator==(any_precision const&, any_precision const&) noexcept = default;
};

/// Values stored one by one, without scales: fp32, bf16, fp16.
template <element Element> struct unscaled {
    precision_name name{};
    static constexpr block_shape block{};
    static constexpr count payload_bits = Element::bits;
    static constexpr count payload_elements = 1;
    static constexpr count block_bits = 0;
    static constexpr count group_blocks = 0;
    static constexpr count group_bits = 0;
    static constexpr count tensor_bits = 0;
    static constexpr arithmetic operands = native_arithmetic<Element>;
};

/// Two's complement or float elements in blocks, each with a scale and, for asymmetric formats, a
/// zero point: `block_scaled<e2m1, 16, e4m3>` is NVFP4's inner part, `block_scaled<e4m3, {128, 128},
/// e8m23>` is DeepSeek's FP8, `block_scaled<integer<4>, 128, e5m10, integer<4>>` is AWQ.
///
/// \tparam Group, GroupBlocks  a second-level scale shared by `GroupBlocks` blocks (double
///                             quantisation); \tparam Tensor one more scale for the whole tensor.
template <element Element, block_shape Block, element Scale, element ZeroPoint = absent,
          element Group = absent, count GroupBlocks = 0, element Tensor = absent>
struct block_scaled {
    precision_name name{};
    /// What is multiplied: the element where hardware takes it with these scales, else 16 bit
    /// (weight-only formats set it).
    arithmetic operands{native_arithmetic<Element>};
    static constexpr block_shape block = Block;
    static constexpr count payload_bits = Element::bits;
    static constexpr count payload_elements = 1;
    static constexpr count block_bits = Scale::bits + ZeroPoint::bits;
    static constexpr count group_blocks = GroupBlocks;
    static constexpr count group_bits = Group::bits;
    static constexpr count tensor_bits = Tensor::bits;
};

/// `Fields` of a packed block: `Count` values of `Bits` bits.
template <count Count, count Bits> struct field {
    static constexpr count bits = Count * Bits;
};

/// A block of `Weights` weights that is stored as one struct (the GGUF types): its bits are the sum
/// of its fields, so bits per weight follow from the layout.
template <count Weights, class... Fields> struct packed_block {
    precision_name name{};
    static constexpr block_shape block{1, static_cast<int>(Weights)};
    static constexpr count payload_bits = (count{0} + ... + Fields::bits);
    static constexpr count payload_elements = Weights;
    static constexpr count block_bits = 0;
    static constexpr count group_blocks = 0;
    static constexpr count group_bits = 0;
    static constexpr count tensor_bits = 0;
    /// llama.cpp multiplies quantised weights as int8 or dequantises to 16 bit.
    static constexpr arithmetic operands = arithmetic::fp16;
};

} // namespace reckon::inline v0
