// SPDX-License-Identifier: MIT
// Every literal and every maker means what its suffix says.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

TEST_CASE("bandwidths and rates") {
    CHECK(in_gigabytes_per_second(3350_GBps) == 3350);
    CHECK(near(in_terabytes_per_second(3.35_TBps), 3.35));
    CHECK(near(3.35_TBps, 3350_GBps));
    CHECK(near(in_terabytes_per_second(link_terabytes_per_second(1.8)), 1.8));
    CHECK(near(megabytes_per_second(1000), 1_GBps));
    CHECK(near(link_megabytes_per_second(1000), 1_link_GBps));
    CHECK(in_gigabytes_per_second(data_rate_bytes_per_second(2e9)) == 2);
    CHECK(in_tokens_per_second(14800_tokps) == 14800);
    CHECK(in_per_second(2.5_rps) == 2.5);
    CHECK(in_bytes_per_token(bytes{70272} / 1_tok) == 70272);
}

TEST_CASE("work") {
    CHECK(in_flops(1_GFLOP) == 1e9);
    CHECK(in_gigaflops(1_TFLOP) == 1000);
    CHECK(in_teraflops(1_PFLOP) == 1000);
    CHECK(in_petaflops(1.5_PFLOP) == 1.5);
    CHECK(in_teraflops_per_second(989_TFLOPps) == 989);
    CHECK(near(in_teraflops_per_second(1.979_PFLOPps), 1979.0));
    CHECK(in_teraflops_per_second(sustained_teraflops_per_second(298)) == 298);
    CHECK(in_gigaflops_per_token(250_GFLOP / 1_tok) == 250);
}

TEST_CASE("tokens: K is 1,024 as in a 32K context, M is a million as in a price") {
    CHECK(32_Ktok == 32768_tok);
    CHECK(128_Ktok == tokens{131072});
    CHECK(1_Mtok == tokens{1048576});
    CHECK(in_tokens(0.5_Ktok) == 512);
}

TEST_CASE("time") {
    CHECK(in_seconds(1_h) == 3600);
    CHECK(in_hours(7200_s) == 2);
    CHECK(near(in_milliseconds(23.1_ms), 23.1));
    CHECK(near(in_microseconds(5_us), 5.0));
    CHECK(near(1000_us, 1_ms));
    CHECK(near(nanoseconds(1000), 1_us));
    CHECK(minutes(60) == 1_h);
    CHECK(days(1) == 24_h);
    CHECK(in_days(48_h) == 2);
}

TEST_CASE("energy, power and money") {
    CHECK(in_joules(1_kWh) == 3.6e6);
    CHECK(in_kilowatt_hours(7.2e6_J) == 2);
    CHECK(700_W == watts_of(700));
    CHECK(in_kilowatts(8000_W) == 8);
    CHECK(in_watts(8_kW) == 8000);
    CHECK(in_usd(2.5_USD) == 2.5);
    CHECK(near(in_usd_per_hour(63.296_USD_per_hour), 63.296));
    CHECK(near(in_usd_per_million_tokens(usd_per_million_tokens(2.19)), 2.19));
}
