// SPDX-License-Identifier: MIT
// Quoted texts of YAML 1.2.2, 7.3.1 and 7.3.2, and words as a container gets them.
#include <reckon/io/yaml_scalar.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>

using reckon::io::detail::quoted_length;
using reckon::io::detail::unquoted;
using reckon::io::detail::without_blanks;
using reckon::io::detail::without_references;

TEST_CASE("double quotes, with their escapes") {
    CHECK(unquoted(R"("plain")") == "plain");
    CHECK(unquoted(R"("")") == "");
    CHECK(unquoted(R"("a\nb\tc")") == "a\nb\tc");
    CHECK(unquoted(R"("\"\\\/\ ")") == "\"\\/ ");
    CHECK(unquoted(R"("\x41\x7e\x7E\x0a")") == "A~~\n");
    CHECK(unquoted(R"("it's")") == "it's");
    CHECK(unquoted(R"("a" # why)") == "a");
    CHECK(unquoted("\"a\"  \t ") == "a");
}

TEST_CASE("single quotes, where two are one") {
    CHECK(unquoted("'it''s'") == "it's");
    CHECK(unquoted("''") == "");
    CHECK(unquoted("''''") == "'");
    CHECK(unquoted(R"('a\nb')") == R"(a\nb)"); // no escapes
}

TEST_CASE("what is not a quoted text alone is nothing") {
    CHECK_FALSE(unquoted("\"open"));
    CHECK_FALSE(unquoted("'open''"));
    CHECK_FALSE(unquoted("\"open\\\"")); // the last quote is escaped
    CHECK_FALSE(unquoted("\"a\" b"));
    CHECK_FALSE(unquoted(R"("\q")"));
    CHECK_FALSE(unquoted(R"("\x4")"));
    CHECK_FALSE(unquoted(R"("\xg1")"));
    CHECK_FALSE(unquoted(R"("\x1g")"));
    CHECK_FALSE(unquoted(R"("\x80")")); // beyond ASCII
    CHECK_FALSE(unquoted(R"("\u0041")"));
}

TEST_CASE("lengths have their quotes") {
    CHECK(quoted_length("'a'b") == 3);
    CHECK(quoted_length("'a''b'c") == 6);
    CHECK(quoted_length(R"("a\"b"c)") == 6);
    CHECK(quoted_length("'a") == 0);
}

TEST_CASE("blanks") {
    CHECK(without_blanks(" \t a b\t ") == "a b");
    CHECK(without_blanks("\t ") == "");
    CHECK(without_blanks("") == "");
}

TEST_CASE("variables of a container") {
    CHECK(without_references("plain") == "plain");
    CHECK(without_references("$$HOME") == "$HOME");
    CHECK(without_references("$HOME") == "$HOME"); // a shell's, not the container's
    CHECK(without_references("cost: 5$") == "cost: 5$");
    CHECK(without_references("$$(MODEL)") == "$(MODEL)");
    CHECK_FALSE(without_references("--model=$(MODEL)"));
}
