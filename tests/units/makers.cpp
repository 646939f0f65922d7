// SPDX-License-Identifier: MIT
// Every function that makes or reads a quantity, at run time: the factor in its name, and back.
#include "support/near.hpp"

#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("prefixes are powers of ten or of two") {
    double const one = 1;
    CHECK(in_bytes(bytes{one}) == 1);
    CHECK(in_bytes(bytes(kilobytes(one))) == 1e3);
    CHECK(in_bytes(bytes(megabytes(one))) == 1e6);
    CHECK(in_bytes(bytes(gigabytes(one))) == 1e9);
    CHECK(in_bytes(bytes(terabytes(one))) == 1e12);
    CHECK(in_bytes(bytes(kibibytes(one))) == 1024.0);
    CHECK(in_bytes(bytes(mebibytes(one))) == 1048576.0);
    CHECK(in_bytes(bytes(gibibytes(one))) == 1073741824.0);
    CHECK(in_bytes(bytes(tebibytes(one))) == 1099511627776.0);
    CHECK(near(gigaflops(1000 * one), teraflops(one)));
    CHECK(near(teraflops(1000 * one), petaflops(one)));
    CHECK(in_tokens(kibitokens(one)) == 1024);
    CHECK(in_tokens(mebitokens(one)) == 1048576);
    CHECK(near(hours(one), seconds{3600}));
    CHECK(near(milliseconds(1000 * one), seconds{one}));
    CHECK(near(microseconds(1000 * one), milliseconds(one)));
    CHECK(near(kilowatts(one), watts_of(1000 * one)));
}

TEST_CASE("what is made in a unit is read in it") {
    for (double const n : {0.0, 1.0, 2.5, 640.0}) {
        CAPTURE(n);
        CHECK(near(in_gigabytes(gigabytes(n)), n));
        CHECK(near(in_gibibytes(gibibytes(n)), n));
        CHECK(near(in_mebibytes(mebibytes(n)), n));
        CHECK(near(in_hours(hours(n)), n));
        CHECK(near(in_per_second(per_second(n)), n));
        CHECK(near(in_usd_per_hour(usd_per_hour(n)), n));
        CHECK(near(in_watts(watts_of(n)), n));
    }
}
