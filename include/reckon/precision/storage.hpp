// SPDX-License-Identifier: MIT
// How many bytes a matrix takes in a format.
//
//   bits(rows, cols) = rows cols payload_bits / payload_elements
//                    + B block_bits + ceil(B / group_blocks) group_bits + tensor_bits
//   B = ceil(rows / block.rows) ceil(cols / block.cols)
//
//   symbol           | meaning                                   | unit | domain
//   rows, cols       | output and input features of the matrix   | -    | >= 0
//   payload_bits     | bits of payload_elements values           | bit  | > 0
//   block_bits       | scales and zero points of one block       | bit  | >= 0
//
// Source:       layouts of the formats (OCP MX v1.0; DeepSeek-V3 README_WEIGHTS; ggml-common.h).
// Not modelled: alignment between tensors in a file, metadata.
// Error:        0 for tensors whose shape is known; tests/precision/storage.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/precision/precision.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// Blocks of `block.rows x block.cols` that cover the matrix; edges count as whole blocks.
[[nodiscard]] constexpr count blocks_of(block_shape block, count rows, count cols) noexcept {
    count const down = block.rows <= 0 ? 1 : detail::ceil_div(rows, block.rows);
    count const along = block.cols <= 0 ? 1 : detail::ceil_div(cols, block.cols);
    return detail::multiply(down, along);
}

/// The two parts of what a matrix takes.
struct stored_parts {
    bytes values{};
    bytes scales{}; ///< with zero points and what a tensor has once
    [[nodiscard]] constexpr bytes total() const noexcept { return values + scales; }
    constexpr stored_parts& operator+=(stored_parts const& more) noexcept {
        values += more.values;
        scales += more.scales;
        return *this;
    }
};

/// The law above for one format, its integers turned into bytes: for sums over many matrices.
struct storage_factors {
    double value{};        ///< bytes of a value
    double block_scales{}; ///< of the scales and zero points of a block
    double tensor{};       ///< of what a matrix has once
    double group{};        ///< of the second level of a group of blocks
    count group_blocks{};  ///< 0: no second level
    count elements{1};     ///< values that are packed together
    block_shape block{};
    bool scaled{}; ///< whether the format keeps anything but values

    constexpr storage_factors() noexcept = default;
    template <precision P> constexpr explicit storage_factors(P const& p) noexcept { read(p); }
    /// Fills in those of `p` in place, so that a table of them is not copied together. Domain: nothing was read
    /// into it yet.
    template <precision P> constexpr void read(P const& p) noexcept {
        auto const in_bytes = [](count bits) { return static_cast<double>(bits) / 8; };
        value = in_bytes(p.payload_bits);
        elements = p.payload_elements;
        if (elements != 1) { value /= static_cast<double>(elements); }
        scaled = (p.block_bits | p.group_blocks | p.tensor_bits) != 0;
        if (!scaled) { return; }
        block_scales = in_bytes(p.block_bits);
        tensor = in_bytes(p.tensor_bits);
        group = in_bytes(p.group_bits);
        group_blocks = p.group_blocks;
        block.rows = p.block.rows;
        block.cols = p.block.cols;
    }
    /// Whether rows of that many values are whole packs.
    [[nodiscard]] constexpr bool holds_rows_of(count values) const noexcept {
        return elements <= 1 || values % elements == 0;
    }
    /// Bytes of `how_many` values without their scales: the first term.
    [[nodiscard]] constexpr bytes values(double how_many) const noexcept {
        return bytes{how_many * value};
    }
    /// Bytes of the scales of `blocks` blocks in `tensors` tensors: the other terms.
    [[nodiscard]] constexpr bytes scales(double blocks, double tensors) const noexcept {
        double sum = blocks * block_scales + tensors * tensor;
        if (group_blocks > 0) {
            sum += detail::ceil(blocks / static_cast<double>(group_blocks)) * group;
        }
        return bytes{sum};
    }
};

/// Bytes of `elements` values without their scales: the first term of the law above.
template <precision P> [[nodiscard]] constexpr bytes values_bytes(P const& p,
                                                                  double elements) noexcept {
    return storage_factors(p).values(elements);
}

/// Whether the format keeps anything but values.
template <precision P> [[nodiscard]] constexpr bool has_scales(P const& p) noexcept {
    return storage_factors(p).scaled;
}

/// Bytes of the scales of `blocks` blocks in `tensors` tensors: the other terms.
template <precision P>
[[nodiscard]] constexpr bytes scales_bytes(P const& p, double blocks, double tensors) noexcept {
    return storage_factors(p).scales(blocks, tensors);
}

/// Bytes of `elements` values and `blocks` blocks in `tensors` tensors of the format: the law above.
template <precision P>
[[nodiscard]] constexpr bytes stored_bytes(P const& p, double elements, double blocks,
                                           double tensors) noexcept {
    return values_bytes(p, elements) + scales_bytes(p, blocks, tensors);
}

/// Bytes of one matrix of rows x cols in the format.
template <precision P>
[[nodiscard]] constexpr bytes storage_of(P const& p, count rows, count cols) noexcept {
    return stored_bytes(p, static_cast<double>(detail::multiply(rows, cols)),
                        static_cast<double>(blocks_of(p.block, rows, cols)), 1);
}

/// Bits per weight of a large matrix: what "4.5 bits" means. Per-channel and per-tensor scales
/// vanish in a large matrix.
template <precision P> [[nodiscard]] constexpr double bits_per_weight(P const& p) noexcept {
    double bits = static_cast<double>(p.payload_bits);
    if (p.payload_elements > 1) { bits /= static_cast<double>(p.payload_elements); }
    double const per_block = static_cast<double>(p.block.rows) * static_cast<double>(p.block.cols);
    if (per_block > 0 && p.block_bits + p.group_blocks > 0) {
        bits += static_cast<double>(p.block_bits) / per_block;
        if (p.group_blocks > 0) {
            bits += static_cast<double>(p.group_bits) /
                    (per_block * static_cast<double>(p.group_blocks));
        }
    }
    return bits;
}

/// Bytes of `weights` values at the format's bits per weight, shapes unknown.
template <precision P>
[[nodiscard]] constexpr bytes nominal_storage(P const& p, count weights) noexcept {
    return bytes{static_cast<double>(weights) * bits_per_weight(p) / 8};
}

} // namespace reckon::inline v0
