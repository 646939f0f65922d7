// SPDX-License-Identifier: MIT
// A draft model beside the model: its weights and its cache are the same laws once more.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/draft_model.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace reckon;
using serving::draft_model;

namespace {
constexpr serving::deployment<decltype(models::llama_3_1_70b), decltype(gpus::h200_sxm)>
on_ranks(count tensor, count pipeline = 1) {
    return {.model = models::llama_3_1_70b,
            .gpu = gpus::h200_sxm,
            .layout = {.tensor = tensor, .pipeline = pipeline},
            .weights = fp8_per_channel,
            .max_context = tokens{16384},
            .concurrency = 8};
}
} // namespace

TEST_CASE("Llama-3.2-1B drafts for Llama-3.1-70B: both weights, both caches") {
    auto const d = on_ranks(4);
    draft_model const draft{.model = models::llama_3_2_1b};
    auto const alone = memory_of(d);
    auto const both = serving::memory_of(d, draft);
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    weight_bytes const w =
        weights_of(models::llama_3_2_1b, bf16, {.tensor = 4}, 0, e.sharding, e.allocator);
    CHECK(
        in_bytes(both.weights - alone.weights) ==
        doctest::Approx(in_bytes(w.total() + w.rounding + rotary_table(models::llama_3_2_1b, e))));
    // 80 layers of 2 heads of a rank x 256 values, and 16 layers of 2 x 128 values, in 16 bit.
    CHECK(alone.cache_per_token == bytes{80.0 * 2 * 256 * 2} / tokens{1});
    CHECK(both.cache_per_token == bytes{80.0 * 2 * 256 * 2 + 16.0 * 2 * 128 * 2} / tokens{1});
    CHECK(both.kv_cache > alone.kv_cache);
    CHECK(both.budget == alone.budget);
    CHECK(both.headroom() < alone.headroom());
    CHECK(both.cache_tokens < alone.cache_tokens);
}

TEST_CASE(
    "a draft on fewer ranks is held whole, and what it shares with the model is not held twice") {
    auto const d = on_ranks(4);
    auto const divided = serving::memory_of(d, draft_model{.model = models::llama_3_2_1b});
    auto const whole =
        serving::memory_of(d, draft_model{.model = models::llama_3_2_1b, .tensor = 1});
    CHECK(whole.weights > divided.weights);
    CHECK(whole.cache_per_token > divided.cache_per_token);
    draft_model borrowing{.model = models::llama_3_1_8b};
    auto const with_tables = serving::memory_of(d, borrowing);
    borrowing.own_embedding = false;
    borrowing.own_head = false;
    auto const without = serving::memory_of(d, borrowing);
    double const table = 128256.0 * 4096 * 2 / 4;
    CHECK(in_bytes(with_tables.weights - without.weights) == doctest::Approx(2 * table));
    CHECK(with_tables.cache_per_token == without.cache_per_token);
}

TEST_CASE("it lies on the last stage, and static and run-time types agree") {
    draft_model const draft{.model = models::llama_3_1_8b};
    auto const d = on_ranks(2, 2);
    auto const both = serving::memory_of(d, draft);
    CHECK(both.fullest_stage == 1);
    any_model const chosen = models::llama_3_1_8b;
    auto const again = serving::memory_of(d, draft_model<any_model>{.model = chosen});
    CHECK(again.weights == both.weights);
    CHECK(again.kv_cache == both.kv_cache);
    static_assert(memory_of(on_ranks(4), draft_model{.model = models::llama_3_2_1b}).fits());
}

TEST_CASE("a block of the pool holds a block of either's cache") {
    auto const d = on_ranks(4);
    draft_model const draft{.model = models::llama_3_2_1b};
    auto const both = serving::memory_of(d, draft);
    serving::launch_figures const f = serving::launch_figures_of(d, draft);
    CHECK(f.pool == both.cache_pool);
    CHECK(f.weights == both.weights);
    CHECK(f.activations == both.activations.value);
    // Requests of both caches; tokens in blocks of sixteen.
    CHECK(f.concurrency == doctest::Approx(both.cache_pool / both.steady_cache));
    CHECK(in_tokens(f.cache_tokens) ==
          16 * std::floor(in_bytes(both.cache_pool) / in_bytes(both.cache_per_token * tokens{1}) /
                          16));
    auto none = d;
    none.layout.tensor = 3;
    CHECK(serving::launch_figures_of(none, draft) == serving::launch_figures{});
}

TEST_CASE("a layout that does not divide the draft is refused") {
    auto const d = on_ranks(4);
    auto const r = serving::memory_of(d, draft_model{.model = models::llama_3_2_1b, .tensor = 5});
    CHECK(r.broken == serving::constraint::layout);
    CHECK(r.layout.have == 5);
}

TEST_CASE("the largest context at which both fit is shorter, and one token more is too much") {
    auto d = on_ranks(4);
    draft_model const draft{.model = models::llama_3_1_8b};
    d.concurrency = 64;
    tokens const most = serving::largest_context(d, draft);
    CHECK(most > tokens{1});
    CHECK(most < serving::largest_context(d));
    d.max_context = most;
    CHECK(serving::memory_of(d, draft).fits());
    d.max_context = most + tokens{1};
    CHECK_FALSE(serving::memory_of(d, draft).fits());
}
