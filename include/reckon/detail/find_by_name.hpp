// SPDX-License-Identifier: MIT
// An entry of a table that is sorted by name.
#pragma once
#include <cstddef>
#include <string_view>

namespace reckon::inline v0::detail {

/// The entry whose `.name` is exactly this, or nullptr. Domain: a table in ascending order of `.name`.
// By `compare`: who imports the module sees no operators of std::string_view.
[[nodiscard]] constexpr auto const* find_by_name(auto const& table,
                                                 std::string_view name) noexcept {
    std::size_t low = 0;
    std::size_t high = std::size(table);
    while (low < high) {
        std::size_t const middle = low + (high - low) / 2;
        if (table[middle].name.compare(name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < std::size(table) && table[low].name.compare(name) == 0 ? &table[low] : nullptr;
}

} // namespace reckon::inline v0::detail
