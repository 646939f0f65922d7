// SPDX-License-Identifier: MIT
// Where a number comes from, and figures that may be unknown.
#pragma once
#include <reckon/detail/math.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// Where a number comes from, from best to worst. A result is as good as its worst input.
enum class provenance : unsigned char {
    exact,     ///< counted from the architecture; no error
    datasheet, ///< published by the vendor, or confirmed by two independent sources
    observed,  ///< read off running hardware by others
    fitted,    ///< estimated from measurements; carries an interval
    assumed,   ///< a convention or a guess by analogy; carries an interval
};

/// The worse of the two.
[[nodiscard]] constexpr provenance worst(provenance a, provenance b) noexcept {
    return a < b ? b : a;
}

[[nodiscard]] constexpr std::string_view name(provenance p) noexcept {
    switch (p) {
    case provenance::exact: return "exact";
    case provenance::datasheet: return "datasheet";
    case provenance::observed: return "observed";
    case provenance::fitted: return "fitted";
    case provenance::assumed: return "assumed";
    }
    return "assumed";
}

namespace detail {
inline void unknown_figure_was_used_without_asking() noexcept {}
} // namespace detail

/// A figure that somebody published, or nobody did. There is no implicit conversion and no default:
/// the reader asks `known()`, or names what to do without it (`value_or`). Structural.
template <class T> struct figure {
    T quoted{};
    bool is_known{};
    reckon::provenance source{provenance::datasheet};

    constexpr figure() noexcept = default; ///< unknown
    // NOLINTNEXTLINE(google-explicit-constructor): a published value is a figure
    constexpr figure(T value, reckon::provenance from = provenance::datasheet) noexcept
        : quoted(value), is_known(true), source(from) {}

    [[nodiscard]] constexpr bool known() const noexcept { return is_known; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return is_known; }
    /// Domain: known(). An unknown figure stops a constant expression and terminates a program.
    [[nodiscard]] constexpr T const& value() const noexcept {
        if (!is_known) {
            detail::unknown_figure_was_used_without_asking();
            __builtin_trap();
        }
        return quoted;
    }
    [[nodiscard]] constexpr T value_or(T other) const noexcept { return is_known ? quoted : other; }

    friend constexpr bool operator==(figure const& a, figure const& b) noexcept {
        return a.is_known == b.is_known && (!a.is_known || a.quoted == b.quoted);
    }
};

/// "Nobody has published this."
struct unknown_t {
    // NOLINTNEXTLINE(google-explicit-constructor)
    template <class T> constexpr operator figure<T>() const noexcept { return {}; }
};
inline constexpr unknown_t unknown{};

} // namespace reckon::inline v0
