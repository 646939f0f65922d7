// SPDX-License-Identifier: MIT
// Resident bytes of a deployment: parts that add up, the budget, and the first rule that breaks.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::constraint;

namespace {
constexpr deployment r1_on_h200{
    .name = "r1-prod",
    .model = models::deepseek_r1,
    .gpu = gpus::h200_sxm,
    .layout = {.tensor = 8},
    .weights = fp8_block128,
    .max_context = 32_Ktok,
    .concurrency = 16,
};
} // namespace

static_assert(fits(r1_on_h200));

TEST_CASE("the parts add up to what is needed, and headroom to the budget") {
    constexpr serving::memory_report r = memory_of(r1_on_h200);
    CHECK(r.needed() == r.weights + r.kv_cache + r.activations.value + r.runtime.value);
    CHECK(near(r.needed() + r.headroom(), r.budget));
    CHECK(r.budget == r.capacity * 0.9);
    CHECK(r.capacity == bytes{mebibytes(143155.2)}); // what CUDA reports of 141 GB
    CHECK(r.capacity_source == provenance::observed);
    CHECK(r.kv_cache == bytes{70272.0 * 32768 * 16});
    CHECK(r.tokens_needed == 32768_tok * 16);
    CHECK(r.cache_per_token == bytes{70272} / 1_tok);
    CHECK(r.weight_parts.total() ==
          weights_of(models::deepseek_r1, fp8_block128, {.tensor = 8}).total());
    // What vLLM logged for these weights: 79.41 GiB.
    CHECK(near(in_gibibytes(r.weights), 79.41, within(0.005)));
    CHECK(r.fullest_stage == 0);
    CHECK(static_cast<bool>(r));
}

TEST_CASE("every number says how sure it is") {
    constexpr serving::memory_report r = memory_of(r1_on_h200);
    for (estimate<bytes> const& part : {r.activations, r.runtime}) {
        CHECK(part.source == provenance::fitted);
        CHECK(part.low < part.value);
        CHECK(part.value < part.high);
    }
    deployment paper = r1_on_h200;
    paper.engine = engines::on_paper;
    serving::memory_report const exact = memory_of(paper);
    CHECK(exact.activations == estimate<bytes>::exactly(bytes{0}));
    CHECK(exact.runtime == estimate<bytes>::exactly(bytes{0}));
    CHECK(exact.capacity == bytes{141_GB});
    CHECK(exact.capacity_source == provenance::datasheet);
}

TEST_CASE("beside their own bytes, weights are copied, rounded and given a table of rotations") {
    constexpr double copy = 2.0 * 61 * 128 * 512 * 256 / 8; // where they are narrow
    auto const beside = [](auto const& d) {
        serving::memory_report const r = memory_of(d);
        engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
        return in_bytes(r.weights - r.weight_parts.total() - rotary_table(d.model, e) -
                        r.weight_parts.rounding);
    };
    CHECK(beside(r1_on_h200) == doctest::Approx(copy));
    deployment wide = r1_on_h200;
    wide.weights = bf16;
    CHECK(beside(wide) == doctest::Approx(0));
    deployment none = r1_on_h200;
    none.engine.absorbed_copy_bytes = 0;
    CHECK(beside(none) == doctest::Approx(0));
    none.engine.allocator = {};
    none.engine.rotary_bytes = 0;
    CHECK(memory_of(none).weights == memory_of(none).weight_parts.total());
}

TEST_CASE(
    "collectives' buffers are there where a layer is shared, smaller ones on the host's bus") {
    deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8_Ktok};
    engine const& e = engines::vllm; // 0.21: graphs are inside the budget
    CHECK(memory_of(d).runtime.value == e.runtime + e.graph_pool);
    CHECK(memory_of(d).outside.value == e.context);
    d.layout.tensor = 2;
    CHECK(memory_of(d).runtime.value == e.runtime + e.collectives + e.graph_pool);
    d.layout = {.pipeline = 2}; // stages share no layer
    CHECK(memory_of(d).runtime.value == e.runtime + e.graph_pool);
    deployment bus{.model = models::llama_3_1_8b,
                   .gpu = gpus::rtx_4090,
                   .layout = {.tensor = 2},
                   .max_context = 8_Ktok};
    CHECK(memory_of(bus).runtime.value == e.runtime + e.bus_collectives + e.graph_pool);
    bus.engine.graphs = false; // --enforce-eager
    CHECK(memory_of(bus).runtime.value == e.runtime + e.bus_collectives);
}

TEST_CASE("where engines charge what: the pools of one device") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .weights = bf16,
                 .max_context = 8_Ktok};
    auto const gib = [](bytes b) { return in_gibibytes(b); };
    double const c = gib(memory_of(d).capacity);
    double const w = gib(memory_of(d).weights);
    d.engine = engines::vllm_release({0, 16}); // graphs and context outside
    serving::memory_report r = memory_of(d);
    CHECK(gib(r.cache_pool) ==
          doctest::Approx(c * 0.9 - w - gib(r.activations.value) - 0.13).epsilon(1e-9));
    CHECK(gib(r.outside.value) == doctest::Approx(0.45 + 0.6));
    d.engine = engines::sglang; // the fraction is of what is free before loading
    d.engine.memory_utilization = 0.836;
    r = memory_of(d);
    CHECK(gib(r.cache_pool) == doctest::Approx((c - 0.6) * 0.836 - w).epsilon(1e-9));
    CHECK(r.activations.value == bytes{0});
    CHECK(r.outside.value > gibibytes(0.6)); // activations and graphs live in the rest
    d.engine = engines::tensorrt_llm;        // and of what is free after it
    r = memory_of(d);
    CHECK(
        gib(r.cache_pool) ==
        doctest::Approx(0.9 * (c - gib(r.weights) - gib(r.activations.value) - 1.0)).epsilon(1e-9));
    d.engine.cache_bytes = gibibytes(10); // told a size, every engine takes that
    CHECK(memory_of(d).cache_pool == bytes{gibibytes(10)});
}

TEST_CASE("all requests together hold one chunk on top of their windows") {
    deployment d{.model = models::gpt_oss_20b,
                 .gpu = gpus::h100_sxm_80gb,
                 .weights = models::gpt_oss_20b.published,
                 .max_context = 16_Ktok,
                 .concurrency = 4};
    serving::memory_report const r = memory_of(d);
    CHECK(r.request_cache > r.steady_cache);
    CHECK(r.kv_cache == r.steady_cache * 3 + r.request_cache);
    count const most = r.requests_that_fit(1 << 20);
    d.concurrency = most;
    CHECK(fits(d));
    d.concurrency = most + 1;
    CHECK_FALSE(fits(d));
    d.engine = engines::sglang; // a pool of its own
    CHECK(memory_of(d).request_cache == memory_of(d).steady_cache);
}

TEST_CASE("a budget that leaves the device no room for what it does not count") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::l4,
                 .weights = fp8_per_tensor,
                 .max_context = 8_Ktok};
    CHECK(memory_of(d).fits());
    d.engine.memory_utilization = 0.99;
    CHECK(memory_of(d).broken == constraint::device);
}

TEST_CASE("prediction modules are weights and cache of the last stage") {
    deployment d = r1_on_h200;
    serving::memory_report const without = memory_of(d);
    d.engine.prediction_modules = 1;
    serving::memory_report const with = memory_of(d);
    CHECK(with.weights - without.weights ==
          mtp_weights_of(models::deepseek_r1, fp8_block128, 1, d.layout));
    CHECK(with.cache_per_token == bytes{62.0 * 576 * 2} / 1_tok);
    d.layout = {.tensor = 8, .pipeline = 2};
    d.engine.prediction_modules = 0;
    bytes const first = memory_of_stage(d, 0).weights;
    d.engine.prediction_modules = 1;
    CHECK(memory_of_stage(d, 0).weights == first);
}

TEST_CASE("decode context parallelism deals out the tokens of one latent") {
    // GLM-5.1 on 8 devices: 341,504 / 680,192 / 1,360,384 / 2,720,768 tokens at 1, 2, 4 and 8.
    deployment d = r1_on_h200;
    double const alone = in_tokens(memory_of(d).cache_tokens);
    for (count const c : {2, 4, 8}) {
        d.layout.context = c;
        CHECK(in_tokens(memory_of(d).cache_tokens) ==
              doctest::Approx(alone * static_cast<double>(c)).epsilon(1e-5));
    }
    d.layout.context = 3;
    CHECK(memory_of(d).layout.defect == layout_defect::context_ranks);
}

TEST_CASE("redundant experts are held by whole ranks") {
    // SGLang, 8 x H20, DP8 EP8 with 32 redundant experts: 105.59 GiB logged.
    deployment d = r1_on_h200;
    d.engine = engines::sglang;
    d.layout = {.data = 8, .expert = 8, .redundant_experts = 32};
    CHECK(near(in_gibibytes(memory_of(d).weights), 105.59, within(0.005)));
    d.layout.redundant_experts = 3;
    CHECK(memory_of(d).layout.defect == layout_defect::experts);
    d.layout = {.tensor = 8, .redundant_experts = 8};
    CHECK(memory_of(d).layout.defect == layout_defect::redundant_experts);
}

TEST_CASE("data-parallel attention divides the requests, and rounds them up") {
    deployment d = r1_on_h200;
    d.layout = {.tensor = 1, .data = 8, .expert = 8};
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * 32768 * 2});
    CHECK(d.requests_per_group() == 2);
    d.concurrency = 17; // one group has three
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * 32768 * 3});
    CHECK(d.requests_per_group() == 3);
}

TEST_CASE("contexts are kept in the engine's blocks") {
    deployment d = r1_on_h200;
    d.max_context = 32769_tok;
    CHECK(memory_of(d).kv_cache == bytes{70272.0 * (32768 + 16) * 16});
    CHECK(memory_of(d).tokens_needed == tokens{(32768.0 + 16) * 16});
}

TEST_CASE("the first rule that breaks, from the device's size to the load's") {
    deployment d = r1_on_h200;
    // The gap between weights and weights with the engine's reserve is the runtime's.
    d.gpu.memory_usable = bytes{memory_of(d).weights / 0.9 * 0.999};
    CHECK(memory_of(d).broken == constraint::weights);
    CHECK_FALSE(fits(d));
    d.gpu.memory_usable = bytes{memory_of(d).weights / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::runtime);
    serving::memory_report const big = memory_of(r1_on_h200);
    d.gpu.memory_usable = bytes{(big.needed() - big.kv_cache) / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::cache);
    d.gpu.memory_usable = bytes{big.needed() / 0.9 * 1.001};
    CHECK(memory_of(d).broken == constraint::none);
}

TEST_CASE("a device whose memory nobody published is asked, not assumed") {
    deployment d = r1_on_h200;
    d.gpu.memory_usable = unknown; // then what is sold counts, and says so
    CHECK(memory_of(d).capacity == bytes{141_GB});
    CHECK(memory_of(d).capacity_source == provenance::assumed);
    d.gpu.memory = unknown;
    CHECK(memory_of(d).broken == constraint::memory_unknown);
    CHECK_FALSE(memory_of(d).fits());
}

TEST_CASE("the fullest stage decides") {
    // Stage 1 of two holds 30 layers, all of them mixtures, and the head; stage 0 three dense ones.
    deployment d = r1_on_h200;
    d.layout = {.tensor = 8, .pipeline = 2};
    serving::memory_report const r = memory_of(d);
    CHECK(r.fullest_stage == 1);
    CHECK(r.weight_parts.total() ==
          weights_of(models::deepseek_r1, fp8_block128, d.layout, 1).total());
    CHECK(r.kv_cache == bytes{30.0 * 576 * 2 * 32768 * 16});
}

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
    // Requests: the first with what it takes in, each further one as it stays.
    serving::memory_report pool = r;
    for (auto const& [size, requests] : {std::pair{79, 0}, std::pair{80, 1}, std::pair{139, 1},
                                         std::pair{140, 2}, std::pair{200, 3}}) {
        pool.cache_pool = bytes{static_cast<double>(size)};
        CHECK(pool.requests_that_fit(100) == requests);
    }
    CHECK(pool.requests_that_fit(2) == 2);
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
