// SPDX-License-Identifier: MIT
// What a terminal, a page and a parser make of odd cells: widths of scripts, colours, control characters, marks.
#include <reckon/io/table.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <string>

using reckon::io::detail::display_width;
using reckon::io::detail::harmless;
using reckon::io::detail::wrapped;
using reckon::io::emphasis;

TEST_CASE("columns of a character, by Unicode's East Asian Width") {
    struct row {
        char const* text;
        std::size_t columns;
    };
    constexpr row rows[] = {
        {"", 0},
        {"A", 1},
        {"\xC3\xA9", 1},         // U+00E9, an accented letter
        {"e\xCC\x81", 1},        // U+0301, the accent alone: on the letter before it
        {"\xE2\x80\x8B", 0},     // U+200B, a blank of no width
        {"\xE2\x80\x90", 1},     // U+2010, a hyphen
        {"\xE1\x84\x80", 2},     // U+1100, Hangul Jamo
        {"\xE1\x85\xA0", 1},     // U+1160, which joins the one before
        {"\xE6\xA8\xA1", 2},     // U+6A21, Han
        {"\xEA\x93\x90", 1},     // U+A4D0, Lisu
        {"\xEA\xB0\x80", 2},     // U+AC00, Hangul
        {"\xED\x9F\xBF", 1},     // U+D7FF
        {"\xEF\xA4\x80", 2},     // U+F900, Han for compatibility
        {"\xEF\xAC\x80", 1},     // U+FB00, a ligature
        {"\xEF\xB8\xB0", 2},     // U+FE30, vertical forms
        {"\xEF\xB9\xB0", 1},     // U+FE70, Arabic
        {"\xEF\xBC\xA1", 2},     // U+FF21, full width A
        {"\xEF\xBD\xB1", 1},     // U+FF71, half width
        {"\xF0\x9F\x9A\x80", 2}, // U+1F680, a rocket
        {"\xF0\x9F\xB0\x80", 1}, // U+1FC00
        {"\xF0\xA0\x80\x80", 2}, // U+20000, Han
        {"\xF3\xA0\x80\x81", 1}, // U+E0001
    };
    for (row const& r : rows) {
        CAPTURE(r.text);
        CHECK(display_width(r.text) == r.columns);
    }
    // What is not UTF-8 counts as one column a byte: cut off, without a lead, without what follows.
    CHECK(display_width("\xE6\xA8") == 2);
    CHECK(display_width("\xA8") == 1);
    CHECK(display_width("\xC3"
                        "A") == 2);
}

TEST_CASE("a name cannot move the cursor or ring the bell") {
    CHECK(harmless("a\nb\tc\rd") == "a b c d");
    CHECK(harmless("\x07\x1b[31m\x7f") == "??[31m?");
    CHECK(harmless("\xE6\xA8\xA1") == "\xE6\xA8\xA1");
}

TEST_CASE("lines break at blanks, in a word where there is none, and between characters") {
    CHECK(wrapped("four and five", 8) == std::vector<std::string>{"four and", "five"});
    CHECK(wrapped("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(wrapped("\xE6\xA8\xA1\xE5\x9E\x8B", 3) ==
          std::vector<std::string>{"\xE6\xA8\xA1", "\xE5\x9E\x8B"});
    CHECK(wrapped("ab cd", 0) == std::vector<std::string>{"ab", "cd"}); // at least two columns
    CHECK(wrapped("", 5) == std::vector<std::string>{""});
}

TEST_CASE("colours") {
    reckon::io::table const t{.columns = {{"x"}},
                              .rows = {{{"plain"}},
                                       {{"good", emphasis::good}},
                                       {{"warning", emphasis::warning}},
                                       {{"bad", emphasis::bad}}}};
    CHECK(to_text(t, {.colour = true}) == "\x1b[1mx\x1b[0m\n"
                                          "\x1b[2m-------\x1b[0m\n"
                                          "plain\n"
                                          "\x1b[32mgood\x1b[0m\n"
                                          "\x1b[33mwarning\x1b[0m\n"
                                          "\x1b[31mbad\x1b[0m\n");
    CHECK(to_text(t).find('\x1b') == std::string::npos);
}

TEST_CASE("colours are for terminals whose user has not refused them") {
    unsetenv("NO_COLOR");
    CHECK(reckon::io::wants_colour(true));
    CHECK_FALSE(reckon::io::wants_colour(false));
    setenv("NO_COLOR", "", 1); // empty is unset, by the convention
    CHECK(reckon::io::wants_colour(true));
    setenv("NO_COLOR", "1", 1);
    CHECK_FALSE(reckon::io::wants_colour(true));
    unsetenv("NO_COLOR");
}

TEST_CASE("a table without columns or with too many for the terminal") {
    CHECK(to_text(reckon::io::table{}) == "\n\n");
    reckon::io::table const wide{.columns = {{"aaaaaaaa"}, {"bbbbbbbb"}, {"cccccccc"}}, .rows = {}};
    // No column is made narrower than six: better wide than unreadable.
    CHECK(to_text(wide, {.width = 10}) == "aaaaaa  bbbbbb  cccccc\naa      bb      cc\n"
                                          "------  ------  ------\n");
}

TEST_CASE("Markdown keeps its marks out of cells") {
    reckon::io::table const t{.columns = {{"a|b"}}, .rows = {{{"*x* [y] `z` <b> \\"}}}};
    CHECK(to_markdown(t) == "| a\\|b |\n| --- |\n| \\*x\\* \\[y] \\`z\\` \\<b> \\\\ |\n");
}

TEST_CASE("JSON has numbers where cells have them, and only valid text") {
    reckon::io::table const t{.columns = {{"name"}, {"price", "usd"}},
                              .rows = {{{"bad\xFF"}, {"$2.50", 2.5}}, {{"short"}}}};
    auto const rows = nlohmann::json::parse(to_json(t));
    CHECK(rows[0]["name"] == "bad\xEF\xBF\xBD");
    CHECK(rows[0]["usd"] == 2.5);
    CHECK(rows[1]["usd"] == "");
}
