// SPDX-License-Identifier: MIT
// Out of memory: AT-29 and persona P8.
#include "support/near.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/serving/on_paper.hpp>
#include <reckon/serving/out_of_memory.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::memory_at_failure;
using serving::oom_action;
using serving::oom_phase;
using serving::remedies_for;

namespace {

constexpr auto const& coder = models::deepseek_coder_33b;

bool offered(serving::oom_remedies const& list, oom_action what) {
    for (auto const& remedy : list) {
        if (remedy.what == what) { return true; }
    }
    return false;
}

tokens fit(bytes weights, bytes capacity) {
    return tokens_that_fit(capacity * 0.9 - weights, cache_per_token(coder, bf16));
}

} // namespace

TEST_CASE("AT-29, P8.1: DeepSeek-Coder-33B while loading on an A100 40GB") {
    bytes const weights = weights_of(coder, fp16).total();
    CHECK(near(in_gigabytes(weights), 66.69, within(1e-4)));
    CHECK(weights > bytes{40e9} * 0.9);
    auto const list = remedies_for(oom_phase::loading, {.weights = weights});
    REQUIRE(list.size() == 4);
    CHECK(list[0].what == oom_action::weights_in_host);
    CHECK(list[1] == serving::oom_remedy{oom_action::weights_4_bit, weights * 0.75});
    CHECK(list[2] == serving::oom_remedy{oom_action::more_devices, weights / 2});
    CHECK(list[3] == serving::oom_remedy{oom_action::weights_8_bit, weights / 2});
    // What the persona reads beside them, tokens of cache that each leaves.
    auto const on = [](bytes capacity, count tensor) {
        return serving::on_paper(coder, capacity, fp16, bf16, layout{.tensor = tensor}, 1_tok, 1)
            .value()
            .fit;
    };
    CHECK(on(bytes{40e9}, 2) == 20925_tok);
    CHECK(on(bytes{80e9}, 1) == 20925_tok);
    count const parameters = parameters_of(coder).total;
    CHECK(fit(nominal_storage(int8, parameters), bytes{40e9}) == 10462_tok);
    CHECK(near(in_gigabytes(nominal_storage(int4_g128, parameters)), 17.3, within(2e-3)));
}

TEST_CASE("AT-29, P8.2: under traffic, half the requests free half of the cache and no weight") {
    memory_at_failure const m{
        .weights = 66_GB, .cache = 8_GB, .reserved = 76_GB, .allocated = 74_GB};
    auto const list = remedies_for(oom_phase::decoding, m);
    REQUIRE(list.size() == 4);
    CHECK(list[0] == serving::oom_remedy{oom_action::more_devices, 33_GB});
    for (std::size_t i = 1; i < 4; ++i) {
        CHECK(list[i].frees == bytes{4_GB}); // requests, context, 8 bit cache: 50 % each
    }
    CHECK(offered(list, oom_action::half_requests));
    CHECK(offered(list, oom_action::half_context));
    CHECK(offered(list, oom_action::cache_8_bit));
    CHECK_FALSE(offered(list, oom_action::weights_8_bit)); // weights fitted
    // A cache that has 8 bits already cannot be narrowed so.
    CHECK_FALSE(offered(remedies_for(oom_phase::decoding, {.cache = 8_GB, .cache_bits = 8}),
                        oom_action::cache_8_bit));
}

TEST_CASE("P8.2: nine of seventy GiB are holes") {
    memory_at_failure const m{.cache = 4_GB, .reserved = 70_GiB, .allocated = 61_GiB};
    auto const list = remedies_for(oom_phase::decoding, m);
    CHECK(list[0] == serving::oom_remedy{oom_action::expandable_segments, 9_GiB});
    CHECK_FALSE(
        offered(remedies_for(oom_phase::decoding, m, 0.2), oom_action::expandable_segments));
    CHECK(name(list[0].what) == "set expandable_segments");
}

TEST_CASE("a prefill pass shrinks with its chunk") {
    auto const list = remedies_for(oom_phase::prefill, {.transient = 30_GB});
    REQUIRE(list.size() == 1);
    CHECK(list[0] == serving::oom_remedy{oom_action::half_chunk, 15_GB});
    CHECK(remedies_for(oom_phase::prefill, {}).empty()); // what frees nothing is not listed
}

TEST_CASE("every action has a name, and none of them is of training") {
    for (int a = 0; a <= static_cast<int>(oom_action::cache_8_bit); ++a) {
        std::string_view const said = name(static_cast<oom_action>(a));
        CHECK_FALSE(said.empty());
        CHECK(said.find("checkpoint") == std::string_view::npos);
    }
}
