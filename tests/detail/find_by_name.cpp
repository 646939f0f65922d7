// SPDX-License-Identifier: MIT
// A table sorted by name, asked for every entry and for what lies between.
#include <reckon/detail/find_by_name.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace {
struct row {
    std::string_view name;
    int value;
};
constexpr row table[] = {{"a", 1}, {"b", 2}, {"bb", 3}, {"d", 4}};
using reckon::detail::find_by_name;
} // namespace

static_assert(find_by_name(table, "bb")->value == 3);
static_assert(find_by_name(table, "c") == nullptr);

TEST_CASE("every entry is found, nothing else is") {
    for (row const& r : table) {
        CHECK(find_by_name(table, r.name) == &r);
        CHECK(find_by_name(table, std::string(r.name) + "\x01") == nullptr);
    }
    for (std::string_view const other : {"", "A", "ba", "z"}) {
        CHECK(find_by_name(table, other) == nullptr);
    }
    CHECK(find_by_name(std::array<row, 0>{}, "a") == nullptr);
}
