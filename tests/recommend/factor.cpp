// SPDX-License-Identifier: MIT
// How far a limit gives way.
#include "support/near.hpp"

#include <reckon/recommend/relax.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("a limit gives way by what is needed over what is given") {
    relaxation r{};
    r.limit = 4;
    r.needed = 5;
    CHECK(reckon::test::near(r.factor(), 1.25));
}
