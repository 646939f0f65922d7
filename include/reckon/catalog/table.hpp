// SPDX-License-Identifier: MIT
// Tables whose rows are made where a program first asks for one: a file that only includes them does not pay for them.
#pragma once
#include <cstddef>

namespace reckon::inline v0::catalog {

/// Constant rows as a contiguous range: `for (offer const& o : instances)`, `instances[row]`, or a `std::span<Row const>`.
/// `Made<Row>::rows` is the array; it is a template, so that a compiler evaluates it for those who read it.
template <class Row, std::size_t Rows, template <class> class Made> struct table {
    using value_type = Row;
    using const_iterator = Row const*;

    [[nodiscard]] static constexpr std::size_t size() noexcept { return Rows; }
    [[nodiscard]] static constexpr bool empty() noexcept { return Rows == 0; }
    [[nodiscard]] static constexpr Row const* data() noexcept { return Made<Row>::rows.data(); }
    [[nodiscard]] static constexpr Row const* begin() noexcept { return data(); }
    [[nodiscard]] static constexpr Row const* end() noexcept { return data() + Rows; }
    [[nodiscard]] static constexpr Row const& front() noexcept { return *begin(); }
    [[nodiscard]] static constexpr Row const& back() noexcept { return *(end() - 1); }
    /// Domain: row < size().
    [[nodiscard]] constexpr Row const& operator[](std::size_t row) const noexcept {
        return Made<Row>::rows[row];
    }
};

} // namespace reckon::inline v0::catalog
