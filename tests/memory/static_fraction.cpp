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
    CHECK(static_fraction(rules, device, {.data = 2}, 4096, 300, false, false) == 0.773);
    CHECK(static_fraction(rules, device, {.data = 2}, 4096, 301, false, false) == 0.75);
}

TEST_CASE("encoders of images keep memory of their own") {
    bytes const device = gibibytes(288);
    double const text = static_fraction(rules, device, {.tensor = 8}, 16384, 512, false, false);
    auto const with = [&](count tower) {
        return static_fraction(rules, device, {.tensor = 8}, 16384, 512, false, false, tower);
    };
    // ViT-L/14 is the measure: 24 layers of width 1,024.
    CHECK(near(with(12LL * 24 * 1024 * 1024), 0.95 * text));
    // Kimi-K2.5's has 27 layers of width 1,152; it kept 0.826 of 283.6 GiB.
    CHECK(near(with(12LL * 27 * 1152 * 1152), 0.826, within(0.004)));
    CHECK(near(with(1), 0.95 * 1.05 * text));
    CHECK(near(with(count{1} << 40), 0.95 * 0.8 * text));
    CHECK(with(0) == text);
    // Two of that size keep a tenth less of it all, ten no less than eight tenths.
    CHECK(near(with(2 * 12LL * 24 * 1024 * 1024), 0.95 * 0.9 * text));
    CHECK(near(with(10 * 12LL * 24 * 1024 * 1024), 0.95 * 0.8 * text));
    // The rules of the release themselves, as the program works them out.
    static_reserve const made = engines::sglang_release({0, 6}).reserve;
    CHECK(near(static_fraction(made, device, {.tensor = 8}, 16384, 512, false, false,
                               2 * 12LL * 24 * 1024 * 1024),
               0.95 * 0.9 * text));
    // An engine without a rule for them keeps all of it.
    static_reserve none = rules;
    none.tower = 0;
    CHECK(static_fraction(none, device, {.tensor = 8}, 16384, 512, false, false, 1000) == text);
}

TEST_CASE("large groups reserve more from 0.5.4 on") {
    // Logged for DeepSeek-V3.2 in October 2025, eight groups on B200: 37.71 GiB of about 175 were left.
    constexpr static_reserve before = engines::sglang_release({0, 5, 3}).reserve;
    layout const groups{.data = 8};
    bytes const b200 = mebibytes(183359);
    CHECK(static_fraction(before, b200, groups, 16384, 512, false, false) == 0.785);
    CHECK(static_fraction(rules, b200, groups, 16384, 512, false, false) == 0.751);
}

TEST_CASE("what does not leave anything is no fraction") {
    CHECK(static_fraction(rules, mebibytes(2048), {}, 8192, 256, false, false) == 0);
    CHECK(static_fraction(rules, bytes{}, {}, 8192, 256, false, false) == 0);
}
