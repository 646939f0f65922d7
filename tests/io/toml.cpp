// SPDX-License-Identifier: MIT
// TOML as settings need it: values, places, and a sentence for everything else.
#include "support/printing.hpp"

#include <reckon/io/toml.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using reckon::io::parse_toml;
using reckon::io::parse_toml_document;

std::string said(reckon::result<nlohmann::json> const& read) {
    return read ? "accepted" : std::string(read.error().message.view());
}

} // namespace

TEST_CASE("values of TOML") {
    auto const v = parse_toml(R"(
# a comment
text = "a \"b\" \\ \t" # behind a value
plain = 'c:\d'
lines = """
one
two \
    three"""
whole = 1_000_000
negative = -17
hex = 0xFF
octal = 0o17
bits = 0b101
decimal = 2.5e-3
yes = true
list = [ 1, [2, 3], # two
         4, ]
table = { x = 1, "y z" = { w = [] } }
a.b.c = 1
date = 1979-05-27T07:32:00Z
[ section . "with name" ]
x = [
  [],
  [1]]
)",
                              "v.toml");
    REQUIRE(v);
    CHECK((*v)["text"] == "a \"b\" \\ \t");
    CHECK((*v)["plain"] == "c:\\d");
    CHECK((*v)["lines"] == "one\ntwo three");
    CHECK((*v)["whole"] == 1'000'000);
    CHECK((*v)["negative"] == -17);
    CHECK((*v)["hex"] == 255);
    CHECK((*v)["octal"] == 15);
    CHECK((*v)["bits"] == 5);
    CHECK((*v)["decimal"] == 2.5e-3);
    CHECK((*v)["yes"] == true);
    CHECK((*v)["list"].dump() == "[1,[2,3],4]");
    CHECK((*v)["table"]["y z"]["w"].empty());
    CHECK((*v)["a"]["b"]["c"] == 1);
    CHECK((*v)["date"].is_string());
    CHECK((*v)["section"]["with name"]["x"].size() == 2);
    CHECK(parse_toml("\xEF\xBB\xBFx = 1\r\ny = 2\r\n", "bom.toml")->size() == 2);
}

TEST_CASE("what is no TOML is refused with its line and column") {
    auto const why = [](std::string const& text) { return said(parse_toml(text, "v.toml")); };
    CHECK(why("[a]\n [ ]\n") ==
          "v.toml: not valid TOML at line 2, column 4: there is no name where one should be.");
    CHECK(why("x = [}").find("column 6: there is no value") != std::string::npos);
    CHECK(why("x = [1").find("no ',' or ']'") != std::string::npos);
    CHECK(why("x = [").find("no ']'") != std::string::npos);
    CHECK(why("x = {a = 1").find("'}'") != std::string::npos);
    CHECK(why("x").find("no '='") != std::string::npos);
    CHECK(why("x = ").find("no value") != std::string::npos);
    CHECK(why("x = yes").find("no text in quotes") != std::string::npos);
    CHECK(why("x = \"a").find("no quote") != std::string::npos);
    CHECK(why("x = \"\"\"a").find("no quote") != std::string::npos);
    CHECK(why("x = \"\\u0041\"").find("escape") != std::string::npos);
    CHECK(why("x = 1 2").find("one setting a line") != std::string::npos);
    CHECK(why("x = 1\nx = 2").find("line 2") != std::string::npos);
    CHECK(why("[a]\n[a]").find("written twice") != std::string::npos);
    CHECK(why("a = 1\n[a]").find("is a setting already") != std::string::npos);
    CHECK(why("[[a]]").find("a name of its own") != std::string::npos);
    CHECK(why("[a").find("no ']'") != std::string::npos);
    CHECK(why("x = 0b2").find("base") != std::string::npos);
    CHECK(why("x = 0xFFFFFFFFFFFFFFFFFF").find("too large") != std::string::npos);
    CHECK(why("x = " + std::string(100, '[')).find("too deeply") != std::string::npos);
    CHECK(why("na\xC3\xAFve = 1").find("no '='") != std::string::npos);
    CHECK(why("\xff").find("UTF-8") != std::string::npos);
}

TEST_CASE("every member of a file has the line where it begins") {
    auto const d =
        parse_toml_document("# first\nx = 1\n\n[a]\ny = \"\"\"\n\n\"\"\"\n[a.b]\nz = [\n1]\n"
                            "[ c . d ]\n[\"a\".e]\n",
                            "v.toml");
    REQUIRE(d);
    CHECK(d->values.size() == 3);
    REQUIRE(d->lines.size() == 3);
    CHECK(d->lines.at("x") == 2);
    CHECK(d->lines.at("a") == 4);
    CHECK(d->lines.at("c") == 11);
    // A dotted name belongs to its first part.
    auto const dotted = parse_toml_document("\na.b = 1\na.c = 2\n", "v.toml");
    REQUIRE(dotted);
    CHECK(dotted->lines.at("a") == 2);
    CHECK(parse_toml_document("", "v.toml")->lines.empty());
    CHECK(!parse_toml_document("[", "v.toml"));
}
