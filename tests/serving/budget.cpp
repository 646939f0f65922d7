// SPDX-License-Identifier: MIT
// A rank's budget in round numbers: what is charged where, the first rule that breaks, and what lies on which stage.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/memory_of.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <utility>

using namespace reckon;
using reckon::test::near;
using serving::constraint;

namespace {

/// A rank of 500 bytes of weights and a cache of 4 bytes a token beside windows: three requests of ten tokens, 60 bytes
/// each in the end and 80 while taken in. 40 bytes of activations.
serving::memory_report by_hand() {
    serving::memory_report r{};
    r.capacity = bytes{1000};
    r.weights = bytes{500};
    r.steady_cache = bytes{60};
    r.request_cache = bytes{80};
    r.cache_per_token = bytes{4} / tokens{1};
    r.activations = estimate<bytes>::within(bytes{40}, 0.5, provenance::fitted);
    serving::detail::fill_requests(r, {}, tokens{10}, 3);
    return r;
}
serving::engine_reserve reserved() {
    auto const of = [](double value) {
        return estimate<bytes>::within(bytes{value}, 0.25, provenance::fitted);
    };
    return {.runtime = of(16), .graphs = of(8), .context = of(4), .exchange = of(2)};
}

} // namespace

TEST_CASE("a budget by hand: parts inside of it, before it and outside of it") {
    serving::memory_report const filled = by_hand();
    CHECK(filled.kv_cache == bytes{60 * 2 + 80});
    CHECK(filled.tokens_needed == tokens{30});
    engine e{};
    e.memory_utilization = 0.75;
    auto const judged = [&](charges const& where) {
        e.charge = where;
        serving::memory_report r = filled;
        serving::detail::judge(r, e, reserved());
        return r;
    };
    using enum charged;
    auto const all = [](charged where) {
        return charges{where, where, where, where, where, where};
    };
    // Inside: 750 less 500, 40, 16, 4, 8 and 2.
    serving::memory_report const in = judged(all(inside));
    CHECK(near(in_bytes(in.cache_pool), 750 - 570));
    CHECK(near(in_bytes(in.budget), 750));
    CHECK(in.activations.value == bytes{40});
    CHECK(in.runtime.value == bytes{16 + 4 + 8 + 2});
    CHECK(in.outside.value == bytes{0});
    CHECK(near(in_bytes(in.runtime.high), 30 * 1.25));
    CHECK(near(in_bytes(in.headroom()), 750 - 500 - 200 - 70));
    CHECK(in.broken == constraint::cache);
    // Before: three quarters of what they leave of 1,000 is the cache's.
    serving::memory_report const ahead = judged(all(before));
    CHECK(near(in_bytes(ahead.cache_pool), 0.75 * 430));
    CHECK(near(in_bytes(ahead.budget), 0.75 * 430 + 570));
    CHECK(ahead.fits());
    // Outside: nothing but weights counts.
    charges beside = all(outside);
    beside.weights = inside;
    serving::memory_report const out = judged(beside);
    CHECK(near(in_bytes(out.cache_pool), 250));
    CHECK(out.runtime.value == bytes{0});
    CHECK(out.activations.value == bytes{0});
    CHECK(near(in_bytes(out.outside.value), 70));
    CHECK(out.fits());
    // Each part alone outside takes its bytes with it.
    struct row {
        charged charges::* part;
        double bytes;
    };
    for (row const& one :
         {row{&charges::activations, 40}, row{&charges::runtime, 16}, row{&charges::context, 4},
          row{&charges::graphs, 8}, row{&charges::exchange, 2}}) {
        charges where = all(inside);
        where.*one.part = outside;
        CHECK(near(in_bytes(judged(where).outside.value), one.bytes));
        CHECK(near(in_bytes(judged(where).cache_pool), 180 + one.bytes));
        where.*one.part = before;
        CHECK(near(in_bytes(judged(where).cache_pool), 180 + one.bytes * 0.25));
    }
    charges where = all(inside);
    where.weights = before;
    CHECK(near(in_bytes(judged(where).cache_pool), 180 + 500 * 0.25));
    e.cache_bytes = bytes{230}; // as told
    CHECK(judged(all(inside)).cache_pool == bytes{230});
    CHECK(judged(all(inside)).budget == bytes{230 + 570});
    e.cache_bytes = bytes{1};
    CHECK(judged(all(inside)).cache_pool == bytes{1});
}

TEST_CASE("the first rule that breaks, at its edge") {
    serving::memory_report r = by_hand();
    r.runtime.value = bytes{30};
    auto const at = [&](double budget, double outside = 0) {
        serving::memory_report judged = r;
        judged.budget = bytes{budget};
        judged.cache_pool = bytes{budget - 570};
        judged.outside.value = bytes{outside};
        serving::detail::judge_load(judged);
        return judged;
    };
    CHECK(at(499).broken == constraint::weights);
    CHECK(at(500).broken == constraint::runtime);
    CHECK(at(569).broken == constraint::runtime);
    CHECK(at(570).broken == constraint::cache);
    CHECK(at(769).broken == constraint::cache);
    CHECK(at(770).broken == constraint::none);
    CHECK(at(770, 230).broken == constraint::none);
    CHECK(at(770, 231).broken == constraint::device);
    // 200 bytes of cache, of which 30 tokens of 4 bytes are 120: 80 are windows. The rest of a pool of 180 holds 25.
    CHECK(at(750).cache_tokens == tokens{25});
    // Without windows all of it is the tokens': 120 bytes are thirty of them.
    serving::memory_report plain = r;
    plain.kv_cache = bytes{120};
    plain.cache_pool = bytes{120};
    serving::detail::judge_load(plain);
    CHECK(plain.cache_tokens == tokens{30});
    // Requests: the first with what it takes in, each further one as it stays.
    serving::memory_report pool = r;
    for (auto const& [size, requests] : {std::pair{79, 0}, std::pair{80, 1}, std::pair{139, 1},
                                         std::pair{140, 2}, std::pair{200, 3}}) {
        pool.cache_pool = bytes{static_cast<double>(size)};
        CHECK(pool.requests_that_fit(100) == requests);
    }
    CHECK(pool.requests_that_fit(2) == 2);
    pool.cache_pool = bytes{90}; // ten bytes behind the first, one each
    pool.steady_cache = bytes{1};
    CHECK(pool.requests_that_fit(100) == 11);
    pool.steady_cache = bytes{0};
    CHECK(pool.requests_that_fit(100) == 100);
    // At the upper ends: 500 + 200 + 60 + 40 within the budget, and 10 more outside of it within the device.
    serving::memory_report sure = at(800);
    sure.runtime.high = bytes{40};
    sure.outside.high = bytes{200};
    CHECK(sure.fits_surely());
    sure.runtime.high = bytes{41};
    CHECK_FALSE(sure.fits_surely());
    sure.runtime.high = bytes{40};
    sure.outside.high = bytes{201};
    CHECK_FALSE(sure.fits_surely());
    sure.outside.high = bytes{0};
    sure.activations.high = bytes{61};
    CHECK_FALSE(sure.fits_surely());
    sure.broken = constraint::context;
    sure.activations.high = bytes{0};
    CHECK_FALSE(sure.fits_surely());
}

TEST_CASE("a second model lies on the last stage, with a cache of its own") {
    serving::memory_report alone{};
    serving::memory_report beside{};
    serving::resident const other{
        .weights = bytes{1e9},
        .cache = {.growth = bytes{10} / tokens{1}, .steady = bytes{2e6}, .taking_in = bytes{3e6}}};
    engine const e =
        serving::settled(engines::vllm, models::llama_3_1_8b, gpus::h100_sxm_80gb, {.pipeline = 2});
    auto const fill = [&](serving::memory_report& r, count stage, serving::resident const& with) {
        serving::detail::fill_stage(r, models::llama_3_1_8b, recipe(bf16), cache_recipe(bf16),
                                    {.pipeline = 2}, e, tokens{4096}, 5, stage, with);
    };
    fill(alone, 1, {});
    fill(beside, 1, other);
    CHECK(near(beside.weights - alone.weights, bytes{1e9}));
    CHECK(near(beside.steady_cache - alone.steady_cache, bytes{2e6}));
    CHECK(near(beside.request_cache - alone.request_cache, bytes{3e6}));
    CHECK(near(beside.kv_cache - alone.kv_cache, bytes{4 * 2e6 + 3e6}));
    CHECK(near((beside.cache_per_token - alone.cache_per_token) * tokens{1}, bytes{10}));
    fill(alone, 0, {});
    fill(beside, 0, other);
    CHECK(beside.weights == alone.weights);
    CHECK(beside.kv_cache == alone.kv_cache);
    // Weights that lie in the host's memory are not on the device, and no more than there are.
    engine away = e;
    away.host_weights = bytes{4e9};
    serving::memory_report part{};
    serving::detail::fill_stage(part, models::llama_3_1_8b, recipe(bf16), cache_recipe(bf16),
                                {.pipeline = 2}, away, tokens{4096}, 5, 0);
    CHECK(part.host == bytes{4e9});
    CHECK(near(part.weights + bytes{4e9}, alone.weights));
    away.host_weights = bytes{1e12};
    serving::detail::fill_stage(part, models::llama_3_1_8b, recipe(bf16), cache_recipe(bf16),
                                {.pipeline = 2}, away, tokens{4096}, 5, 0);
    CHECK(part.host == alone.weights);
    CHECK(part.weights == bytes{0});
}

TEST_CASE("copies of latents: for absorbed decoding, and for a fused kernel") {
    recipe const narrow = fp8_block128;
    recipe const wide = bf16;
    reckon::layout const l{};
    engine e{};
    auto const copied = [&](recipe const& r) {
        reckon::detail::weight_sum held(r, l, e.sharding, e.allocator);
        held.latent_up_kv = 100;
        held.latent_down = 30;
        return in_bytes(serving::detail::absorbed_copy(held, r, e));
    };
    CHECK(copied(narrow) == 0);
    e.absorbed_copy_bytes = 2;
    CHECK(copied(narrow) == 200);
    CHECK(copied(wide) == 0); // they are in 16 bit already
    e.copies_wide = true;
    CHECK(copied(wide) == 200);
    e.copies_latents = true;
    CHECK(copied(wide) == 200 + 60);
}

TEST_CASE("a pass on each stage: the last samples, the first takes images in") {
    any_model const m = models::gemma_3_27b;
    layout const l{.pipeline = 2};
    engine e = engines::vllm;
    e.reserves_for_images = true;
    e.spread = 0.5;
    e = serving::settled(e, m, any_gpu(gpus::h100_sxm_80gb), l);
    REQUIRE(e.encoder.known());
    auto const activations = [&](count stage) {
        serving::memory_report r{};
        serving::detail::fill_load(r, m, bf16, cache_recipe(bf16), l, e, tokens{4096}, 5, stage);
        return r.activations;
    };
    // Tokens of a pass in 5,376 wide residuals, as many logits as sequences, and the encoder of images.
    tokens const in_flight{static_cast<double>(e.batched_tokens)};
    e.sequences = 100'000; // so that logits are most of it
    CHECK(near(activations(0).value, activation_peak(m, e, l, in_flight, 0)));
    CHECK(near(activations(1).value,
               activation_peak(m, e, l, in_flight, 1e5, {.later_stage = true})));
    CHECK(activations(1).value >= bytes{1e5 * 262'144} * e.sampler_bytes_per_logit);
    CHECK(activations(0).source == provenance::fitted);
    CHECK(near(activations(0).high, activations(0).value * 1.5));
    e.sequences = 0;
    CHECK(activations(1).value < activations(0).value);
    bytes const unsampled = activations(0).value;
    e.sampler_bytes_per_logit = 1e6; // of a single request already too much
    CHECK(activations(0).value == unsampled);
}
