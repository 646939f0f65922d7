// SPDX-License-Identifier: MIT
// Architectures: what a generation of accelerators multiplies in natively, and what it does instead.
//
// Sources: shared by all devices of a generation; vLLM's quantization support matrix (v0.14.0),
// vendor whitepapers, AWS Neuron and Intel Gaudi documentation, torch_npu's list of SoCs without bf16.
#pragma once
#include <reckon/detail/text.hpp>
#include <reckon/precision/precision.hpp>

#include <concepts>
#include <string_view>

namespace reckon::inline v0 {

/// Who makes an accelerator.
enum class vendor : std::uint8_t { nvidia, amd, intel, apple, google, aws, huawei, other };

[[nodiscard]] constexpr std::string_view name(vendor v) noexcept {
    constexpr std::string_view names[] = {"NVIDIA", "AMD", "Intel",  "Apple",
                                          "Google", "AWS", "Huawei", "other"};
    return names[static_cast<int>(v)];
}

/// Facts of a generation. `native` lists the operand types with matrix units (or, where there are
/// none, vector units); everything else is stored narrow and multiplied in 16 bit.
template <class A>
concept architecture = requires(A const& a) {
    { a.name } -> std::convertible_to<std::string_view>;
    { a.maker } -> std::convertible_to<vendor>;
    { a.native } -> std::convertible_to<arithmetic_set>;
};

/// Any architecture, filled at run time or converted from a static one: its name, its maker, and
/// what its units multiply.
struct any_architecture {
    text<31> name{};
    vendor maker{vendor::other};
    arithmetic_set native{};

    constexpr any_architecture() noexcept = default;
    constexpr any_architecture(std::string_view n, vendor m, arithmetic_set s) noexcept
        : name(n), maker(m), native(s) {}
    template <class A>
        requires(!std::same_as<A, any_architecture> && architecture<A>)
    // NOLINTNEXTLINE(google-explicit-constructor): a static architecture is an architecture
    constexpr any_architecture(A const& a) noexcept
        : name(std::string_view(a.name)), maker(a.maker), native(a.native) {}
    friend constexpr bool operator==(any_architecture const&,
                                     any_architecture const&) noexcept = default;
};

/// The operands that a product of `wanted` type really runs in on architecture `a`:
/// `wanted` where it is native, else bf16, fp16, fp32 in that order (weight-only execution: the bytes
/// of the narrow format, the rate of the wide one).
template <architecture A>
[[nodiscard]] constexpr arithmetic executed_as(A const& a, arithmetic wanted) noexcept {
    if (a.native.has(wanted)) { return wanted; }
    if (a.native.has(arithmetic::bf16)) { return arithmetic::bf16; }
    if (a.native.has(arithmetic::fp16)) { return arithmetic::fp16; }
    return arithmetic::fp32;
}

} // namespace reckon::inline v0
