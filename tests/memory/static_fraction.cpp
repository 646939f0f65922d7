// SPDX-License-Identifier: MIT
// SGLang's own choice of --mem-fraction-static.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/memory/engines.hpp>
#include <reckon/memory/static_fraction.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr static_reserve rules = engines::sglang.reserve;
}

TEST_CASE("a device above 60 GiB keeps at least 10 GiB") {
    // Logged for Qwen2.5-3B on a device of the 80 GB class: 0.836.
    constexpr count chunk = 8192;
    constexpr count captured = 256;
    static_assert(512 + 1.5 * chunk + 128 + 2 * captured == 13440);
    CHECK(static_fraction(rules, mebibytes(81920), {}, chunk, captured, false, false) == 0.836);
    // 512 + 3,072 + 128 + 16 = 3,728 MiB are below the floor of 10,240.
    CHECK(static_fraction(rules, mebibytes(81920), {}, 2048, 8, false, false) == 0.875);
}

TEST_CASE("each term of the reserve") {
    bytes const device = mebibytes(40960);
    double const base = static_fraction(rules, device, {}, 4096, 32, false, false);
    CHECK(base == 0.833); // 1 - (512 + 6,144 + 128 + 64) / 40,960
    CHECK(static_fraction(rules, device, {.tensor = 8}, 4096, 32, false, false) == 0.811);
    CHECK(static_fraction(rules, device, {}, 4096, 32, false, true) == 0.783); // drafting: 2 GiB
    CHECK(static_fraction(rules, device, {}, 4096, 32, true, false) == 0.795); // latent prefill
    CHECK(static_fraction(rules, device, {}, 1024, 32, false, false) ==
          static_fraction(rules, device, {}, 2048, 32, false, false));
    CHECK(static_fraction(rules, device, {.data = 2}, 4096, 32, false, false) == 0.825);
    CHECK(static_fraction(rules, device, {.data = 2}, 4096, 301, false, false) == 0.75);
}

TEST_CASE("what does not leave anything is no fraction") {
    CHECK(static_fraction(rules, mebibytes(2048), {}, 8192, 256, false, false) == 0);
    CHECK(static_fraction(rules, bytes{}, {}, 8192, 256, false, false) == 0);
}
