// SPDX-License-Identifier: MIT
// A value with its origin and, where it is not exact, the interval it is expected in.
#pragma once
#include <reckon/detail/provenance.hpp>

namespace reckon::inline v0 {

/// `value` lies between `low` and `high` in about 80 % of cases; equal bounds mean that it is exact.
template <class Quantity> struct estimate {
    Quantity value{};
    Quantity low{};
    Quantity high{};
    provenance source{provenance::exact};

    [[nodiscard]] static constexpr estimate exactly(Quantity v,
                                                    provenance from = provenance::exact) noexcept {
        return {v, v, v, from};
    }
    /// `v` within a factor: v / (1 + spread) .. v (1 + spread). Domain: spread >= 0.
    [[nodiscard]] static constexpr estimate within(Quantity v, double spread,
                                                   provenance from) noexcept {
        return {v, v / (1 + spread), v * (1 + spread), from};
    }
    friend constexpr estimate operator+(estimate const& a, estimate const& b) noexcept {
        return {a.value + b.value, a.low + b.low, a.high + b.high, worst(a.source, b.source)};
    }
    friend constexpr bool operator==(estimate const&, estimate const&) noexcept = default;
};

} // namespace reckon::inline v0
