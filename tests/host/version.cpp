// SPDX-License-Identifier: MIT
#include <reckon/host/version.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using host::parse_version;
using host::version;

TEST_CASE("AT-28: numbers are compared, not letters") {
    static_assert(*parse_version("535.104.05") > *parse_version("535.86.09"));
    static_assert(*parse_version("12.2") == *parse_version("12.2.0"));
    static_assert(*parse_version("535.54.03") == version{{535, 54, 3}});
    static_assert(*parse_version("6.0.2-115") == *parse_version("6.0.2"));
    static_assert(*parse_version("2.9.0+cu128") == *parse_version("2.9"));
    static_assert(*parse_version("1.2.3.4") > *parse_version("1.2.3"));
    static_assert(*parse_version("9.10") > *parse_version("9.9"));
    CHECK(version_text(*parse_version("535.054.03")).view() == "535.54.3");
    CHECK(version_text(*parse_version("12")).view() == "12.0");
    CHECK(version_text(*parse_version("1.2.3.4")).view() == "1.2.3.4");
}

TEST_CASE("what is no version") {
    CHECK(parse_version("latest").error().message.view() ==
          "'latest' is no version; write it as numbers between points: 535.54.03.");
    for (char const* const text :
         {"", ".", "12.", ".2", "1..2", "1.2.3.4.5", "v12", "12 2", "-1", "99999999999"}) {
        CHECK_FALSE(parse_version(text).has_value());
    }
}
