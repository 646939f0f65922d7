// SPDX-License-Identifier: MIT
// Comma-separated values as RFC 4180 has them.
#include <reckon/io/csv.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using io::csv_field;
using io::read_csv;

TEST_CASE("fields, quotes, lines") {
    auto const t = *read_csv("\xEF\xBB\xBF"
                             "a,b,c\r\n1,\"x, \"\"y\"\"\",\n\n\"two\nlines\",,3");
    CHECK(t.columns == std::vector<std::string>{"a", "b", "c"});
    REQUIRE(t.rows.size() == 2);
    CHECK(t.rows[0].line == 2);
    CHECK(t.rows[0].fields == std::vector<std::string>{"1", "x, \"y\"", ""});
    CHECK(t.rows[1].line == 4);
    CHECK(t.rows[1].fields == std::vector<std::string>{"two\nlines", "", "3"});
    CHECK(t.column("b") == 1);
    CHECK_FALSE(t.column("d").has_value());
    CHECK(read_csv("a\n1\n")->rows.size() == 1);
    CHECK(read_csv("a,b")->rows.empty());
}

TEST_CASE("lines are counted through quoted ones") {
    auto const t = *read_csv("a\n\"1\n2\n3\"\n4\n");
    CHECK(t.rows[1].line == 5);
}

TEST_CASE("what is no table is refused with its line") {
    auto const said = [](char const* text) { return read_csv(text).error().message; };
    CHECK(said("").view() == "line 1: there is no row of column names; begin with one.");
    CHECK(said("a,a\n").view() == "line 1: the column 'a' is there twice; name each column once.");
    CHECK(said("a,\n").view() == "line 1: a column has no name; name every column.");
    CHECK(said("a,b\n1\n").view() ==
          "line 2: there are 1 fields for 2 columns; quote a field that has a comma in it.");
    CHECK(said("a\n\"1\n2\n").view() ==
          "line 2: a quoted field is never closed; end it with a double quote.");
    CHECK(said("a\n\"1\"2\n").view() ==
          "line 2: text follows a closing quote; put a comma between fields.");
    CHECK(
        said("a\n1\"2\n").view() ==
        "line 2: a quote stands inside a field; put the whole field in quotes and write each quote "
        "in it twice.");
}

TEST_CASE("a field is written so that it is read back") {
    for (char const* const field : {"", "plain", "a,b", "say \"x\"", "two\nlines", "\r\n", " "}) {
        std::string const text = "x,y\n" + csv_field(field) + ",z\n";
        CHECK(read_csv(text)->rows.at(0).fields.at(0) == field);
    }
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("a\"b") == "\"a\"\"b\"");
}
