// SPDX-License-Identifier: MIT
// Quantities as people read them.
#include <reckon/io/format.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace reckon::literals;
using reckon::io::byte_notation;
using reckon::io::to_text;

TEST_CASE("sizes in powers of 1000 and of 1024") {
    CHECK(to_text(reckon::bytes{94.1e9}) == "94.1 GB");
    CHECK(to_text(reckon::bytes{136'256'552'960.0}, byte_notation::binary) == "126.9 GiB");
    CHECK(to_text(80_GB) == "80.0 GB");
    CHECK(to_text(80_GiB) == "80.0 GiB");
    CHECK(to_text(reckon::bytes{688'574'839'360.0}) == "688.6 GB");
    CHECK(to_text(reckon::bytes{1.53e12}) == "1.53 TB");
    CHECK(to_text(reckon::bytes{656}) == "656 B");
    CHECK(to_text(reckon::bytes{0}) == "0 B");
    CHECK(to_text(reckon::bytes{999.96e9}) == "1.00 TB"); // never 1,000.0 GB
    CHECK(to_text(reckon::bytes{-2e9}) == "-2.00 GB");
}

TEST_CASE("rates, work, time") {
    CHECK(to_text(3.35_TBps) == "3.35 TB/s");
    CHECK(to_text(450_link_GBps) == "450.0 GB/s");
    CHECK(to_text(989_TFLOPps) == "989.0 TFLOP/s");
    CHECK(to_text(1.2_PFLOP) == "1.20 PFLOP");
    CHECK(to_text(reckon::seconds{0.0188}) == "18.8 ms");
    CHECK(to_text(reckon::seconds{0.0000042}) == "4.20 us");
    CHECK(to_text(reckon::seconds{2}) == "2 s");
    CHECK(to_text(reckon::seconds{90}) == "1.50 min");
    CHECK(to_text(reckon::seconds{5400}) == "1.50 h");
    CHECK(to_text(reckon::seconds{10 * 86400}) == "10.0 days");
    CHECK(to_text(700_W) == "700 W");
    CHECK(to_text(reckon::kilowatt_hours(2.5)) == "2.50 kWh");
    CHECK(
        to_text(reckon::seconds{std::numeric_limits<double>::infinity()}).starts_with("infinite"));
}

TEST_CASE("tokens, requests, money, fractions") {
    CHECK(to_text(32_Ktok) == "32,768 tokens");
    CHECK(to_text(reckon::tokens_per_second(1234.6)) == "1,235 tokens/s");
    CHECK(to_text(reckon::tokens_per_second(41.27)) == "41.3 tokens/s");
    CHECK(to_text(reckon::per_second(2.5)) == "2.50 requests/s");
    CHECK(to_text(70272_B / 1_tok) == "70,272 B/token");
    CHECK(to_text(8.62_USD) == "$8.62");
    CHECK(to_text(12345.6_USD) == "$12,346");
    CHECK(to_text(0.0012_USD) == "$0.0012");
    CHECK(to_text(reckon::usd{-3}) == "-$3.00");
    CHECK(to_text(31.2_USD_per_hour) == "$31.20/h");
    CHECK(to_text(reckon::usd_per_million_tokens(0.42)) == "$0.4200 per million tokens");
    CHECK(reckon::io::percent(0.8731) == "87.3 %");
    CHECK(to_text(reckon::efficiency(0.6)) == "60.0 %");
}

TEST_CASE("counts") {
    CHECK(reckon::io::with_commas(671'026'419'200) == "671,026,419,200");
    CHECK(reckon::io::short_count(671'026'419'200) == "671B");
    CHECK(reckon::io::short_count(37'552'297'472) == "37.6B");
    CHECK(reckon::io::short_count(1'026'408'232'448) == "1.03T");
    CHECK(reckon::io::short_count(512) == "512");
    CHECK(reckon::io::short_count(999'885'952) == "1.00B");
}
