// SPDX-License-Identifier: MIT
// One table, three ways of writing it.
#include <reckon/io/table.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

namespace {

using reckon::io::alignment;
using reckon::io::emphasis;

reckon::io::table plans() {
    return {.columns = {{"GPU", "gpu"},
                        {"count", "gpus", alignment::right},
                        {"price", "usd_per_hour", alignment::right}},
            .rows = {{{"H200 SXM"}, {"8", 8.0}, {"$31.20/h", 31.2}}, {{"B200"}, {"16", 16.0}}}};
}

std::size_t widest_line(std::string const& text) {
    std::size_t widest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        widest = std::max(widest, reckon::io::detail::display_width(line));
    }
    return widest;
}

} // namespace

TEST_CASE("text: aligned, without trailing blanks") {
    CHECK(reckon::io::to_text(plans()) == "GPU       count     price\n"
                                          "--------  -----  --------\n"
                                          "H200 SXM      8  $31.20/h\n"
                                          "B200         16\n");
}

TEST_CASE("text: long cells wrap at blanks and the table stays in its width") {
    reckon::io::table t = plans();
    t.columns.push_back({"why not"});
    t.rows[0].resize(3);
    t.rows[0].emplace_back("needs 94.1 GB on each of the eight accelerators, and each has 80.0 GB "
                           "of which 72.9 GB are usable; "
                           "try 16 of them, or weights in 4 bit");
    t.rows[1].resize(3);
    t.rows[1].emplace_back(std::string(300, 'x'));
    std::string const text = reckon::io::to_text(t);
    CHECK(widest_line(text) <= 100);
    CHECK(text.find(" \n") == std::string::npos);
    CHECK(text.find("accelerators,") != std::string::npos);
    CHECK(widest_line(reckon::io::to_text(t, {.width = 60})) <= 60);
}

TEST_CASE("text: columns count characters, not bytes") {
    reckon::io::table const t{.columns = {{"name"}, {"n", "", alignment::right}},
                              .rows = {{{"caf\xC3\xA9"}, {"1"}},
                                       {{"\xE6\xA8\xA1\xE5\x9E\x8B"}, {"2"}},
                                       {{"bad\xFF"}, {"3"}}}};
    CHECK(reckon::io::to_text(t) ==
          "name  n\n----  -\ncaf\xC3\xA9  1\n\xE6\xA8\xA1\xE5\x9E\x8B  2\nbad\xFF  3\n");
    CHECK(reckon::io::detail::display_width("e\xCC\x81") ==
          1); // a combining accent takes no column
}

TEST_CASE("text: a cell cannot steer the terminal, and colour is the caller's decision") {
    reckon::io::table t{.columns = {{"name"}}, .rows = {{{"a\x1b[31mb\nc", emphasis::bad}}}};
    std::string const plain = reckon::io::to_text(t);
    CHECK(plain.find('\x1b') == std::string::npos);
    CHECK(plain.find("a?[31mb c") != std::string::npos);
    CHECK(reckon::io::to_text(t, {.colour = true}).find("\x1b[31ma?[31mb c\x1b[0m") !=
          std::string::npos);
    CHECK(!reckon::io::wants_colour(false));
}

TEST_CASE("markdown") {
    reckon::io::table t = plans();
    t.rows[1][0].text = "a|b";
    CHECK(reckon::io::to_markdown(t) == "| GPU | count | price |\n| --- | ---: | ---: |\n| H200 "
                                        "SXM | 8 | $31.20/h |\n| a\\|b | 16 |  |\n");
}

TEST_CASE("json: numbers as numbers, members in order") {
    CHECK(reckon::io::to_json(
              {.columns = {{"GPU", "gpu"}, {"n", "gpus"}}, .rows = {{{"H\"200"}, {"8", 8.0}}}}) ==
          "[\n  {\n    \"gpu\": \"H\\\"200\",\n    \"gpus\": 8.0\n  }\n]\n");
    CHECK(reckon::io::to_json({.columns = {{"a"}}, .rows = {{{"bad\xFF"}}}}).find("bad") !=
          std::string::npos);
    CHECK(reckon::io::to_json({.columns = {{"a"}}, .rows = {}}) == "[]\n");
}
