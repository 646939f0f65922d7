// SPDX-License-Identifier: MIT
// What one layer keeps at once: AT-04 and AT-13.
#include "support/near.hpp"

#include <reckon/memory/live_layer.hpp>
#include <reckon/model/feed_forward.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-04: DeepSeek-LLM-67B, 1,024 tokens") {
    static_assert(live_layer(8192, gated{22016}.width(), tokens{1024}, 2) == bytes{168820736});
    // Linear in tokens, and in bytes of a value.
    static_assert(live_layer(8192, 66048, tokens{2048}, 2) == bytes{2.0 * 168820736});
    static_assert(live_layer(8192, 66048, tokens{0}, 2) == bytes{});
}

TEST_CASE("AT-04: queries, keys and values of 16 x 1,024 tokens") {
    static_assert(projections_of({.query_heads = 1, .kv_heads = 1, .head_dim = 64}, tokens{16384},
                                 2) == bytes{6291456});
    static_assert(projections_of({.query_heads = 32, .kv_heads = 32, .head_dim = 64}, tokens{16384},
                                 2) == bytes{201326592});
    // 12 MiB only at 4 bytes; grouped heads keep h + 2 h_kv; values may be narrower than keys.
    static_assert(projections_of({.query_heads = 1, .kv_heads = 1, .head_dim = 64}, tokens{16384},
                                 4) == 12_MiB);
    static_assert(projections_of({.query_heads = 64, .kv_heads = 8, .head_dim = 128}, tokens{1},
                                 1) == bytes{80 * 128.0});
    static_assert(projections_of({.query_heads = 4, .kv_heads = 2, .head_dim = 64, .value_dim = 32},
                                 tokens{1}, 1) == bytes{4 * 64 + 2 * (64 + 32.0)});
}

TEST_CASE("AT-13: the score matrix of DeepSeek-Coder-33B at 16,384 tokens") {
    constexpr count heads = 56;
    constexpr bytes whole = score_matrix(heads, 16_Ktok, 16_Ktok, 2);
    constexpr bytes chunk = score_matrix(heads, 4_Ktok, 16_Ktok, 2);
    constexpr bytes blind = score_matrix(heads, 4_Ktok, 4_Ktok, 2);
    static_assert(whole == bytes{30064771072.0});
    static_assert(chunk == bytes{7516192768.0});
    static_assert(blind == bytes{1879048192.0});
    CHECK(near(1 - chunk / whole, 0.75));
    CHECK(near(1 - blind / whole, 0.9375)); // the squared law holds here and nowhere else
}
