// SPDX-License-Identifier: MIT
// Parameter counts as people write them (AT-01), and the slip between 亿 and B.
#include <reckon/model/parameter_text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;

static_assert(*parse_parameter_count("670亿") == 67'000'000'000);
static_assert(*parse_parameter_count("6.7亿") == 670'000'000);
static_assert(*agreeing_parameter_count("670亿", "67B") == 67'000'000'000);

TEST_CASE("every way of writing a count") {
    struct row {
        std::string_view text;
        count parameters;
    };
    for (row const r : {row{"67B", 67'000'000'000},
                        {"6.7B", 6'700'000'000},
                        {"671 B", 671'000'000'000},
                        {"1.5T", 1'500'000'000'000},
                        {"350M", 350'000'000},
                        {"350m", 350'000'000},
                        {"7k", 7'000},
                        {"7000000000", 7'000'000'000},
                        {"7,000,000,000", 7'000'000'000},
                        {"  8B ", 8'000'000'000},
                        {"1.5万亿", 1'500'000'000'000},
                        {"70 亿", 7'000'000'000},
                        {"3万", 30'000},
                        {"67 billion", 67'000'000'000},
                        {"0.5B", 500'000'000},
                        {"1.0", 1},
                        {"1,234B", 1'234'000'000'000},
                        {"9.2T", 9'200'000'000'000},
                        {"1.123456789B", 1'123'456'789}}) {
        CAPTURE(r.text);
        auto const read = parse_parameter_count(r.text);
        REQUIRE(read.has_value());
        CHECK(*read == r.parameters);
    }
}

TEST_CASE("what is no count is refused in one sentence with the text and the remedy") {
    for (std::string_view const text :
         {"",       " ",    "B",    "-3B",         "0B",
          "0",      "8x7B", "1,5B", "12,34",       ",123",
          "1,2345", "1.B",  ".5B",  "1.2.3B",      "1.2345678901B",
          "0.5",    "abc",  "7BB",  "9999999999T", "99999999999999999999",
          "nan",    "1e9",  "67B!", "\xE4\xBA"}) {
        CAPTURE(text);
        auto const read = parse_parameter_count(text);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == errc::malformed);
        CHECK(read.error().message.view().find("write it like 67B") != std::string_view::npos);
    }
    std::string const endless(100'000, '9');
    CHECK(parse_parameter_count(endless).error().message.view().size() < 200);
}

TEST_CASE("two writings of one model") {
    auto const slip = agreeing_parameter_count("670亿", "670B");
    REQUIRE_FALSE(slip.has_value());
    CHECK(slip.error().code == errc::contradiction);
    CHECK(slip.error().message.view().substr(0, 13) == "10x mismatch:");
    CHECK(slip.error().message.view().find("67,000,000,000") != std::string_view::npos);
    CHECK(slip.error().message.view().find("670,000,000,000") != std::string_view::npos);
    CHECK(slip.error().message.view().find("亿 is 10^8") != std::string_view::npos);
    CHECK(agreeing_parameter_count("6.7亿", "67B").error().message.view().substr(0, 14) ==
          "100x mismatch:");
    // Rounded and exact agree, and the exact one is kept; two different models do not.
    CHECK(*agreeing_parameter_count("671B", "671026419200") == 671'026'419'200);
    CHECK(*agreeing_parameter_count("671026419200", "671B") == 671'026'419'200);
    CHECK(agreeing_parameter_count("671B", "685B").error().message.view().find("亿 is") ==
          std::string_view::npos);
    CHECK(agreeing_parameter_count("7B", "x").error().code == errc::malformed);
    CHECK(agreeing_parameter_count("x", "7B").error().code == errc::malformed);
}
