// SPDX-License-Identifier: MIT
// What a matrix unit multiplies in, as opposed to what is stored.
#pragma once
#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// The type of the operands of a matrix product, with the accumulator that datasheets assume (fp32
/// for 16 and 8 bit floats).
enum class arithmetic : std::uint8_t { fp64, fp32, tf32, fp16, bf16, fp8, fp6, fp4, int8, int4 };
inline constexpr int arithmetic_kinds = 10;

[[nodiscard]] constexpr std::string_view name(arithmetic a) noexcept {
    constexpr std::string_view names[] = {"fp64", "fp32", "tf32", "fp16", "bf16",
                                          "fp8",  "fp6",  "fp4",  "int8", "int4"};
    return names[static_cast<int>(a)];
}

/// Bytes of a value between two products: engines keep activations in 16 bit, whatever weights are stored in.
inline constexpr double activation_value_bytes = 2;

/// A set of arithmetics, e.g. those that an architecture has matrix units for.
struct arithmetic_set {
    std::uint16_t bits{};
    [[nodiscard]] constexpr bool has(arithmetic a) const noexcept {
        return (bits >> static_cast<unsigned>(a) & 1U) != 0;
    }
    [[nodiscard]] constexpr arithmetic_set with(arithmetic a) const noexcept {
        return {static_cast<std::uint16_t>(bits | (1U << static_cast<unsigned>(a)))};
    }
    friend constexpr bool operator==(arithmetic_set, arithmetic_set) noexcept = default;
};

/// The set of these.
template <class... Arithmetics>
[[nodiscard]] constexpr arithmetic_set set_of(Arithmetics... a) noexcept {
    arithmetic_set all{};
    ((all = all.with(a)), ...);
    return all;
}

} // namespace reckon::inline v0
