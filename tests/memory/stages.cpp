// SPDX-License-Identifier: MIT
// Without a stage, the first one is meant.
#include <reckon/catalog/models.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/unified_pages.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("the default is stage 0, which holds one layer more where they do not divide") {
    auto const& m = models::deepseek_r1; // 61 layers
    layout const l{.pipeline = 2};
    REQUIRE(cache_per_token(m, bf16, l, 0) > cache_per_token(m, bf16, l, 1));
    CHECK(cache_per_token(m, bf16, l) == cache_per_token(m, bf16, l, 0));
    CHECK(cache_per_token_without_windows(m, bf16, l) ==
          cache_per_token_without_windows(m, bf16, l, 0));
    CHECK(request_cache_of(m, bf16, tokens{4096}, l) ==
          request_cache_of(m, bf16, tokens{4096}, l, 0));
    CHECK(cache_of_request(m, bf16, tokens{4096}, l) ==
          cache_of_request(m, bf16, tokens{4096}, l, 0));
    CHECK(weights_of(m, bf16, l).total() == weights_of(m, bf16, l, 0).total());
    // 31 and 30 layers: as many groups of pages, of another size.
    REQUIRE_FALSE(pages_of(m, bf16, tokens{4096}, l, 0) == pages_of(m, bf16, tokens{4096}, l, 1));
    CHECK(pages_of(m, bf16, tokens{4096}, l) == pages_of(m, bf16, tokens{4096}, l, 0));
}
