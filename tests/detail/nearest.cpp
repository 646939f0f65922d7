// SPDX-License-Identifier: MIT
// Suggestions for mistyped names, and how what was typed is shown.
#include <reckon/detail/nearest.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;

static_assert(detail::edit_distance("kitten", "sitting") == 3);
static_assert(detail::edit_distance("", "abc") == 3);
static_assert(detail::edit_distance("abc", "abc") == 0);
static_assert(detail::edit_distance("h020", "h200") == 1); // neighbours swapped

static_assert(detail::edit_distance("kitten", "sitting", 3) == 3);
static_assert(detail::edit_distance("kitten", "sitting", 2) > 2);
static_assert(detail::edit_distance("h020", "h200", 1) ==
              1); // a swap, whose rows lie above it in between
static_assert(detail::edit_distance("abcdefgh", "zyxwvuts", 2) > 2);
static_assert(detail::edit_distance("a", "abcdef", 3) > 3);

namespace {

constexpr std::string_view names[] = {"llama-3.1-8b", "llama-3.1-70b", "qwen3-8b", "qwen3-32b",
                                      "phi-4"};

std::string suggested(std::string_view wanted) {
    text<200> said{};
    detail::append_nearest(said, wanted, names);
    return std::string(said.view());
}

std::string shown(std::string_view typed) {
    text<200> said{};
    detail::append_typed(said, typed);
    return std::string(said.view());
}

} // namespace

TEST_CASE("at most three names, nearest first") {
    CHECK(suggested("lama-3.1-8b") == "; the nearest names are llama-3.1-8b, llama-3.1-70b");
    CHECK(suggested("phi4") == "; the nearest name is phi-4");
    CHECK(suggested("entirely-different").empty());
    CHECK(suggested("").empty());
}

TEST_CASE("what was typed is shown whole if short, and never breaks a line or a character") {
    CHECK(shown("r1") == "'r1'");
    CHECK(shown("a\nb\x7F") == "'a?b?'");
    CHECK(shown(std::string(41, 'x')) == "'" + std::string(40, 'x') + "...'");
    CHECK(shown("\xFF\xC3") == "'?"
                               "?'"); // no UTF-8: a stray byte, half a character
    CHECK(shown("\xC2\x9B"
                "1m") == "'??1m'"); // U+009B begins a terminal's command
    CHECK(shown("\xE4\xB8\xAD") == "'\xE4\xB8\xAD'");
    CHECK(shown("\xF0\x9F\x98\x80") == "'\xF0\x9F\x98\x80'");
    CHECK(shown("\xC0\xAF") == "'?"
                               "?'"); // an overlong '/'
    // 20 times two bytes and one more: the cut falls between characters.
    std::string const cyrillic = "x" + [] {
        std::string s;
        for (int i = 0; i < 20; ++i) {
            s += "\xD0\xB6";
        }
        return s;
    }();
    CHECK(shown(cyrillic) == "'" + cyrillic.substr(0, 39) + "...'");
}
