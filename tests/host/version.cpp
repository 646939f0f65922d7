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

TEST_CASE("every part counts, the first that differs decides") {
    version const v{{1, 2, 3, 4}};
    CHECK(v == version{{1, 2, 3, 4}});
    for (int part = 0; part < 4; ++part) {
        CAPTURE(part);
        version less = v;
        --less.part[part];
        version more = v;
        ++more.part[part];
        for (int later = part + 1; later < 4; ++later) {
            less.part[later] = 100; // does not matter any more
        }
        CHECK(less < v);
        CHECK(more > v);
        CHECK_FALSE(less >= v);
        CHECK_FALSE(more == v);
    }
}

TEST_CASE("versions as they are read and written") {
    struct row {
        char const* written;
        version read;
        char const* shown;
    };
    row const rows[] = {{"0.0", {}, "0.0"},
                        {"0", {}, "0.0"},
                        {"12.0.0.1", {{12, 0, 0, 1}}, "12.0.0.1"},
                        {"12.0.7", {{12, 0, 7}}, "12.0.7"},
                        {"12.9", {{12, 9}}, "12.9"},
                        {"100000000", {{100'000'000}}, "100000000.0"},
                        {"535.104.05-1ubuntu2", {{535, 104, 5}}, "535.104.5"},
                        {"2.9.0+cu128", {{2, 9}}, "2.9"}};
    for (row const& r : rows) {
        CAPTURE(r.written);
        CHECK(*parse_version(r.written) == r.read);
        CHECK(version_text(r.read).view() == r.shown);
    }
    CHECK_FALSE(parse_version("100000001").has_value());
    CHECK_FALSE(parse_version("1.2.3.4.").has_value());
    CHECK_FALSE(parse_version("-1.2").has_value());
    CHECK_FALSE(parse_version("1:2").has_value()); // behind '9'
    CHECK_FALSE(parse_version("1/2").has_value()); // before '0'
}
