// SPDX-License-Identifier: MIT
// A vector of fixed capacity, usable in constant expressions and as a template argument.
#pragma once
#include <cstddef>

namespace reckon::inline v0 {

/// Up to `Capacity` values in place. `push_back` past the end is refused by returning false: callers
/// that can overflow must ask, callers that cannot have sized it.
template <class T, std::size_t Capacity> struct static_vector {
    T items[Capacity]{};
    std::size_t used{};

    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return used; }
    [[nodiscard]] constexpr bool empty() const noexcept { return used == 0; }
    [[nodiscard]] constexpr T const* begin() const noexcept { return items; }
    [[nodiscard]] constexpr T const* end() const noexcept { return items + used; }
    [[nodiscard]] constexpr T* begin() noexcept { return items; }
    [[nodiscard]] constexpr T* end() noexcept { return items + used; }
    [[nodiscard]] constexpr T const& operator[](std::size_t i) const noexcept { return items[i]; }
    [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return items[i]; }

    constexpr bool push_back(T const& item) noexcept {
        if (used == Capacity) { return false; }
        items[used++] = item;
        return true;
    }

    friend constexpr bool operator==(static_vector const& a, static_vector const& b) noexcept {
        if (a.used != b.used) { return false; }
        for (std::size_t i = 0; i < a.used; ++i) {
            if (!(a.items[i] == b.items[i])) { return false; }
        }
        return true;
    }
};

} // namespace reckon::inline v0
