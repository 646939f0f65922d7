// SPDX-License-Identifier: MIT
// The value type: one double in base units, with a unit and a kind in its type.
//
// Boost's own quantity is neither trivially copyable nor structural (docs/design.md, "Units"); this
// one is both, and leaves all dimension algebra to Boost's unit types.
#pragma once
#include <reckon/units/dimensions.hpp>

#include <compare>
#include <type_traits>

namespace reckon::inline v0 {

/// What a quantity of the same dimension is *of*. Different kinds never add, compare or convert into
/// each other; multiplying or dividing forgets the kind, except by a plain number.
namespace kinds {
struct plain {};        ///< sustained or exact: the result of a calculation
struct peak_compute {}; ///< a datasheet FLOP rate
struct peak_memory {};  ///< a datasheet bandwidth between an accelerator and its memory
struct link {};         ///< a bandwidth between devices, one direction
struct decimal {};      ///< bytes written as kB, MB, GB, TB (powers of 1000)
struct binary {};       ///< bytes written as KiB, MiB, GiB, TiB (powers of 1024)
} // namespace kinds

template <class Unit, class Kind = kinds::plain> struct quantity;

namespace units {
/// Kinds that are only a way of writing, and so become the plain kind without a cast.
template <class Kind> inline constexpr bool is_notation = false;
template <> inline constexpr bool is_notation<kinds::decimal> = true;
template <> inline constexpr bool is_notation<kinds::binary> = true;

/// Whether values add: the same unit of the same kind, or one is a way of writing the other.
template <class U, class K, class V, class L>
inline constexpr bool adds_up =
    std::is_same_v<U, V> &&
    (std::is_same_v<K, L> || (std::is_same_v<K, kinds::plain> && is_notation<L>) ||
     (is_notation<K> && std::is_same_v<L, kinds::plain>));

/// Units whose alias names them (bytes, tokens, seconds, ...), so that a constructor is unambiguous.
template <class Unit> inline constexpr bool names_itself = false;
template <> inline constexpr bool names_itself<byte> = true;
template <> inline constexpr bool names_itself<flop> = true;
template <> inline constexpr bool names_itself<token> = true;
template <> inline constexpr bool names_itself<second> = true;
template <> inline constexpr bool names_itself<joule> = true;
template <> inline constexpr bool names_itself<usd> = true;

/// The one door for raw numbers, used by makers and accessors; both sides name base units.
struct access {
    template <class Quantity> [[nodiscard]] static constexpr Quantity make(double base) noexcept {
        return Quantity(base, 0);
    }
    template <class Unit, class Kind>
    [[nodiscard]] static constexpr double base(quantity<Unit, Kind> q) noexcept {
        return q.base_value;
    }
};

/// A quantity of that unit in base units; a double where the unit is no unit.
template <class Unit> [[nodiscard]] constexpr auto make_plain(double base) noexcept {
    if constexpr (is_dimensionless<Unit>) {
        return base;
    } else {
        return access::make<quantity<Unit>>(base);
    }
}
} // namespace units

/// A physical value. Trivially copyable, structural, `noexcept`; made by makers and literals.
template <class Unit, class Kind> struct quantity {
    using unit_type = Unit;
    using kind_type = Kind;

    double base_value{}; ///< in base units; public only because template arguments require it

    constexpr quantity() noexcept = default;
    constexpr explicit quantity(double value) noexcept
        requires(units::names_itself<Unit> && std::is_same_v<Kind, kinds::plain>)
        : base_value(value) {}
    /// A way of writing becomes the quantity itself: `bytes capacity = 80_GB;`.
    template <class Notation>
        requires(units::is_notation<Notation> && std::is_same_v<Kind, kinds::plain>)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr quantity(quantity<Unit, Notation> written) noexcept
        : base_value(written.base_value) {}

    friend constexpr bool operator==(quantity, quantity) noexcept = default;
    friend constexpr auto operator<=>(quantity, quantity) noexcept = default;
    // GCC makes three comparisons of doubles of each that it rewrites from the one above.
    friend constexpr bool operator<(quantity a, quantity b) noexcept {
        return a.base_value < b.base_value;
    }
    friend constexpr bool operator>(quantity a, quantity b) noexcept {
        return a.base_value > b.base_value;
    }
    friend constexpr bool operator<=(quantity a, quantity b) noexcept {
        return a.base_value <= b.base_value;
    }
    friend constexpr bool operator>=(quantity a, quantity b) noexcept {
        return a.base_value >= b.base_value;
    }

    friend constexpr quantity operator+(quantity a, quantity b) noexcept {
        return quantity(a.base_value + b.base_value, 0);
    }
    friend constexpr quantity operator-(quantity a, quantity b) noexcept {
        return quantity(a.base_value - b.base_value, 0);
    }
    friend constexpr quantity operator-(quantity a) noexcept { return quantity(-a.base_value, 0); }
    friend constexpr quantity operator*(quantity a, double by) noexcept {
        return quantity(a.base_value * by, 0);
    }
    friend constexpr quantity operator*(double by, quantity a) noexcept {
        return quantity(by * a.base_value, 0);
    }
    friend constexpr quantity operator/(quantity a, double by) noexcept {
        return quantity(a.base_value / by, 0);
    }
    constexpr quantity& operator+=(quantity b) noexcept { return *this = *this + b; }
    constexpr quantity& operator-=(quantity b) noexcept { return *this = *this - b; }
    constexpr quantity& operator*=(double by) noexcept { return *this = *this * by; }
    constexpr quantity& operator/=(double by) noexcept { return *this = *this / by; }

private:
    friend units::access;
    constexpr quantity(double base, int) noexcept : base_value(base) {}
};

template <class U, class K, class V, class L>
[[nodiscard]] constexpr auto operator*(quantity<U, K> a, quantity<V, L> b) noexcept {
    return units::make_plain<units::product<U, V>>(a.base_value * b.base_value);
}
template <class U, class K, class V, class L>
[[nodiscard]] constexpr auto operator/(quantity<U, K> a, quantity<V, L> b) noexcept {
    return units::make_plain<units::quotient<U, V>>(a.base_value / b.base_value);
}
template <class U, class K>
[[nodiscard]] constexpr auto operator/(double a, quantity<U, K> b) noexcept {
    return units::make_plain<units::quotient<units::dimensionless, U>>(a / b.base_value);
}

// What is no sum is deleted by name: a compiler then says so in one line instead of listing every
// candidate.
template <class U, class K, class V, class L>
    requires(!units::adds_up<U, K, V, L>)
void operator+(quantity<U, K>, quantity<V, L>) = delete;
template <class U, class K, class V, class L>
    requires(!units::adds_up<U, K, V, L>)
void operator-(quantity<U, K>, quantity<V, L>) = delete;

// GB and GiB compare (they are both sizes), but do not add: name the result with bytes{...} first.
template <class U, class K, class L>
    requires(!std::is_same_v<K, L> && units::is_notation<K> && units::is_notation<L>)
[[nodiscard]] constexpr bool operator==(quantity<U, K> a, quantity<U, L> b) noexcept {
    return a.base_value == b.base_value;
}
template <class U, class K, class L>
    requires(!std::is_same_v<K, L> && units::is_notation<K> && units::is_notation<L>)
[[nodiscard]] constexpr auto operator<=>(quantity<U, K> a, quantity<U, L> b) noexcept {
    return a.base_value <=> b.base_value;
}

/// The larger one; the first of equals.
template <class U, class K>
[[nodiscard]] constexpr quantity<U, K> max(quantity<U, K> a, quantity<U, K> b) noexcept {
    return a < b ? b : a;
}
/// The smaller one; the first of equals.
template <class U, class K>
[[nodiscard]] constexpr quantity<U, K> min(quantity<U, K> a, quantity<U, K> b) noexcept {
    return b < a ? b : a;
}

} // namespace reckon::inline v0
