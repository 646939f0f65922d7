// SPDX-License-Identifier: MIT
// What people type, read strictly; what is printed, read back.
#include <reckon/io/quantity_text.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon::literals;
namespace io = reckon::io;

namespace {
template <class T> std::string why(reckon::result<T> const& r) {
    return r ? "accepted" : std::string(r.error().message.view());
}
} // namespace

TEST_CASE("sizes") {
    CHECK(*io::parse_bytes("80 GB") == 80_GB);
    CHECK(*io::parse_bytes("80GB") == 80_GB);
    CHECK(*io::parse_bytes(" 64 GiB ") == 64_GiB);
    CHECK(*io::parse_bytes("1.5TB") == 1.5_TB);
    CHECK(*io::parse_bytes("1,024 B") == 1024_B);
    CHECK(why(io::parse_bytes("80 Gb")) == "\"80 Gb\" has the unit \"Gb\", which is not one of a "
                                           "size; write it as 80 GB (10^9) or 64 GiB (2^30).");
    CHECK(why(io::parse_bytes("80")) ==
          "\"80\" has no unit; write it as 80 GB (10^9) or 64 GiB (2^30).");
    CHECK(why(io::parse_bytes("-1 GB")) ==
          "\"-1 GB\" is negative; write a size from 0 up, as 80 GB (10^9) or 64 GiB (2^30).");
    for (std::string_view const wrong :
         {"", "GB", "1 2 GB", "1..2 GB", "1,2 GB", "12,34 GB", "1,234,5 GB", "0x10 GB", "nan GB",
          "inf GB", "1e999 GB", "1.GB"}) {
        CAPTURE(wrong);
        CHECK(!io::parse_bytes(wrong));
    }
}

TEST_CASE("tokens: 1K is 1,024, as context lengths are written") {
    CHECK(*io::parse_tokens("32K") == 32768_tok);
    CHECK(*io::parse_tokens("128k") == 131072_tok);
    CHECK(*io::parse_tokens("1M") == 1048576_tok);
    CHECK(*io::parse_tokens("32768") == 32768_tok);
    CHECK(*io::parse_tokens("32000") == 32000_tok);
    CHECK(*io::parse_tokens("32,768 tokens") == 32768_tok);
    CHECK(*io::parse_tokens("1.5K") == 1536_tok);
    CHECK(why(io::parse_tokens("1.3")) ==
          "\"1.3\" is not a whole number of tokens; write it as 32768 or 32K (1K is 1,024).");
    CHECK(!io::parse_tokens("9007199254740993000"));
    CHECK(!io::parse_tokens("32KB"));
}

TEST_CASE("rates, durations, money") {
    CHECK(*io::parse_bandwidth("3.35 TB/s") == 3.35_TBps);
    CHECK(*io::parse_link_bandwidth("400 Gbit/s") == 50_link_GBps);
    CHECK(!io::parse_bandwidth("3.35 TB"));
    CHECK(*io::parse_duration("200 ms") == 200_ms);
    CHECK(*io::parse_duration("1.5s") == 1.5_s);
    CHECK(*io::parse_duration("2 h") == 2_h);
    CHECK(!io::parse_duration("5"));
    CHECK(*io::parse_money("$8.62") == 8.62_USD);
    CHECK(*io::parse_money("8.62 USD") == 8.62_USD);
    CHECK(*io::parse_money("USD 1,200") == 1200_USD);
    CHECK(!io::parse_money("8.62"));
    CHECK(!io::parse_money("8.62 EUR"));
    CHECK(*io::parse_hourly_price("$31.20/h") == 31.2_USD_per_hour);
}

TEST_CASE("printed in the shortest exact spelling") {
    CHECK(io::print(reckon::bytes(80_GB)) == "80 GB");
    CHECK(io::print(reckon::bytes(64_GiB)) == "64 GiB");
    CHECK(io::print(32_Ktok) == "32K");
    CHECK(io::print(reckon::tokens{32000}) == "32000");
    CHECK(io::print(3.35_TBps) == "3.35 TB/s");
    CHECK(io::print(reckon::usd{8.62}) == "8.62 USD");
}
