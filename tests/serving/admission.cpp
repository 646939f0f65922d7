// SPDX-License-Identifier: MIT
// Who is taken into the next pass: AT-15.
#include <reckon/serving/admission.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using reckon::count;
using namespace reckon::literals;
using reckon::serving::admitted;
using reckon::serving::threshold_rule;

TEST_CASE("AT-15: never more than wait, nor than fit") {
    constexpr count expected[][2] = {{0, 0},   {8, 8},   {9, 9},   {12, 12},
                                     {15, 15}, {16, 16}, {17, 17}, {40, 32}};
    for (auto const& [waiting, taken] : expected) {
        CHECK(admitted(waiting, 32) == taken);
    }
    static_assert(admitted(12, 8) == 8);
    static_assert(admitted(40, 32, 20'480_tok, 4'096_tok) == 5); // the cache holds five of 4,096
    static_assert(admitted(40, 32, 4'095_tok, 4'096_tok) == 0);
    static_assert(admitted(-3, 32) == 0);
    for (count waiting = 0; waiting < 64; ++waiting) {
        for (count most = 0; most < 40; ++most) {
            CHECK(admitted(waiting, most) <= waiting);
            CHECK(admitted(waiting, most) <= most);
        }
    }
}

TEST_CASE("AT-15: the article's rule takes requests that are not there") {
    constexpr count printed[][2] = {{0, 4},   {8, 4},   {9, 12},  {12, 14},
                                    {15, 15}, {16, 16}, {17, 17}, {40, 32}};
    for (auto const& [waiting, taken] : printed) {
        CHECK(threshold_rule(waiting, 32) == taken);
    }
    static_assert(threshold_rule(12, 8) == 14);
    for (count q = 0; q < 64; ++q) {
        bool const over = q <= 3 || (q >= 9 && q <= 14);
        CHECK((threshold_rule(q, 32) > q) == over);
    }
}

TEST_CASE("AT-15: as many as the cache holds whole") {
    struct row {
        count waiting, most;
        double cache, context;
        count taken;
    };
    for (row const& r :
         {row{40, 32, 20480, 4096, 5}, row{40, 32, 20479, 4096, 4}, row{40, 3, 20480, 4096, 3},
          row{2, 32, 20480, 4096, 2}, row{40, 32, 4095, 4096, 0}, row{-3, 32, 20480, 4096, 0},
          row{40, -1, 20480, 4096, 0}, row{40, 32, 1e300, 1, 32}}) {
        CAPTURE(r.cache);
        CHECK(admitted(r.waiting, r.most, reckon::tokens{r.cache}, reckon::tokens{r.context}) ==
              r.taken);
    }
}
