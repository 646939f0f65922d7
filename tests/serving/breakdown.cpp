// SPDX-License-Identifier: MIT
// Where time goes: parts that add up, the roofline, and its kernels.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/roofline.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::cause;

namespace {
constexpr deployment llama{.model = models::llama_3_1_70b,
                           .gpu = gpus::h100_sxm_80gb,
                           .layout = {.tensor = 4},
                           .max_context = 8_Ktok,
                           .concurrency = 32,
                           .request = {.prompt = 2000_tok, .output = 500_tok}};
constexpr calibration server = calibration_for(llama.gpu, llama.engine);
serving::load_passes some_passes() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}
} // namespace

TEST_CASE("the parts are what speed_of says, to the last nanosecond") {
    for (count const concurrency : {1, 32, 500}) {
        deployment d = llama;
        d.concurrency = concurrency;
        serving::speed_report const s = speed_of(d);
        serving::speed_breakdown const b = serving::breakdown_of(d).value();
        CHECK(near(b.time_per_token.total(), s.time_per_token.value));
        CHECK(near(b.time_to_first_token.total(), s.time_to_first_token.value));
        CHECK(near(b.end_to_end.total(), s.end_to_end.value));
        CHECK(near(b.time_per_token.total() - b.time_per_token[cause::queue], s.decode.total));
        CHECK(near(b.decode.of_ceiling, s.decode_bound / s.decode.total));
        CHECK(b.decode.limit == s.decode.bound_by);
        CHECK(b.time_per_token[cause::network] == s.decode.network);
        CHECK(b.time_per_token[cause::overhead] == s.decode.overhead);
        CHECK(b.binds == b.end_to_end.binds());
    }
}

TEST_CASE("alone nobody waits; among many, somebody does") {
    deployment d = llama;
    d.concurrency = 1;
    serving::speed_breakdown const alone = serving::breakdown_of(d).value();
    CHECK(in_seconds(alone.time_to_first_token[cause::queue]) == doctest::Approx(0).epsilon(1e-12));
    d.concurrency = 200;
    serving::speed_breakdown const crowded = serving::breakdown_of(d).value();
    CHECK(crowded.time_to_first_token[cause::queue] > 10_ms);
    CHECK(crowded.time_per_token[cause::queue] > alone.time_per_token[cause::queue]);
}

TEST_CASE("a decode step reads, a prompt multiplies") {
    serving::speed_breakdown const b = serving::breakdown_of(llama).value();
    CHECK(b.decode.intensity < b.decode.ridge);
    CHECK(b.decode.limit == resource::memory);
    CHECK(b.prefill.intensity > b.prefill.ridge);
    CHECK(b.prefill.limit == resource::compute);
    // An H100 in bf16: 989.4 TFLOP/s over 3,350 GB/s.
    CHECK(near(in_flops_per_byte(b.decode.ridge), 989.4 / 3.35, within(0.001)));
    for (serving::roofline_point const& p : {b.decode, b.prefill}) {
        CHECK(p.of_ceiling > 0);
        CHECK(p.of_ceiling <= 1);
        CHECK(p.of_bandwidth <= p.of_ceiling * (1 + 1e-12));
        CHECK(p.of_peak <= p.of_ceiling * (1 + 1e-12));
        CHECK(near(reckon::detail::max(p.of_bandwidth, p.of_peak), p.of_ceiling));
        // The ratio of the two fractions is that of intensity and ridge.
        CHECK(near(p.of_peak / p.of_bandwidth, p.intensity / p.ridge));
    }
    CHECK(name(cause::queue) == "queue");
    CHECK(name(cause::weights) == "weights");
}

TEST_CASE("splits add, scale and name their largest part") {
    serving::time_split s{};
    CHECK(s.total() == seconds{0});
    CHECK(s.share(cause::cache) == 0);
    s[cause::cache] = 2_ms;
    s[cause::network] = 6_ms;
    CHECK(s.binds() == cause::network);
    CHECK(near(s.share(cause::cache), 0.25));
    CHECK(near((s + s * 2).total(), 24_ms));
    pass_time idle{};
    idle.overhead = 1_ms;
    idle.total = 1_ms;
    CHECK(serving::split_of(idle)[cause::overhead] == 1_ms);
}

TEST_CASE("speculation is split too") {
    serving::load_passes const p =
        serving::passes_of(llama.model, llama.gpu, llama.weights, llama.kv_cache, llama.layout,
                           llama.engine, llama.request, 8)
            .value();
    serving::load_passes const drafted = serving::speculating(
        p, llama.model, llama.kv_cache, llama.layout, llama.engine, llama.request,
        serving::weights_of_all_stages(llama.model, llama.weights, llama.layout, llama.engine),
        {.drafted = 2, .acceptance = 0.7, .draft = 1_ms});
    serving::speed_breakdown const b = serving::breakdown_of(drafted, server);
    serving::loop_times const loop =
        serving::closed_loop(drafted, server, serving::loop_start::warm());
    CHECK(near(b.time_per_token.total(), loop.time_per_token));
    CHECK(near(b.end_to_end.total(), loop.end_to_end));
    // A step brings 1 + 0.7 + 0.49 tokens, and its drafts are products too.
    CHECK(
        near(b.time_per_token[cause::compute],
             (serving::split_of(serving::times_of(drafted, server).decode)[cause::compute] + 2_ms) /
                 2.19));
    // An answer of one token ends with its first token, and of none too.
    serving::load_passes brief = p;
    for (double const output : {0.0, 1.0}) {
        brief.output = output;
        serving::speed_breakdown const one = serving::breakdown_of(brief, server);
        CHECK(one.end_to_end == one.time_to_first_token);
    }
}

TEST_CASE("kernels: their work and bytes are the pass's, none above its roofline") {
    for (bool const mixture : {false, true}) {
        any_model const m =
            mixture ? any_model(models::qwen3_30b_a3b) : any_model(models::llama_3_1_8b);
        any_gpu const g = gpus::h100_sxm_80gb;
        layout const l{};
        weight_bytes const w = serving::weights_of_all_stages(m, bf16, l, engines::vllm);
        serving::load_passes const p = serving::passes_of(m, g, bf16, any_precision(bf16), l,
                                                          engines::vllm, {2000_tok, 500_tok}, 16)
                                           .value();
        pass const step{16, 16, 16, {}, phase::decode};
        busy_shares const busy = busy_shares_of(m, g, step, l, engines::vllm.sharding);
        serving::kernel_points const all =
            serving::kernels_of(m, w, p.step, 16, p.rates, server, server.decode_matmul, busy);
        CHECK(all.size() == (mixture ? 4 : 3));
        flops work{};
        bytes moved{};
        for (serving::kernel_point const& k : all) {
            CAPTURE(k.name);
            work += k.work;
            moved += k.moved;
            CHECK(k.reached <= k.attainable);
            CHECK(k.busy.known() == (k.name != "attention"));
            CHECK(k.busy.value_or(1) <= 1);
            CHECK(
                near(k.attainable, min(k.work / (k.work / k.peak), k.intensity * p.rates.memory)));
        }
        CHECK(near(work, p.step.work.total()));
        CHECK(near(moved, p.step.weights + p.step.cache));
    }
}

TEST_CASE(
    "busy units of a pass: narrow shares and few rows leave units idle, long prompts do not") {
    auto const busy = [](auto const& m, auto const& g, layout l, double tokens) {
        pass const p{tokens, tokens * static_cast<double>(l.data), tokens, {}, phase::decode};
        return busy_shares_of(m, g, p, l, megatron_sharding);
    };
    using gpus::h100_sxm_80gb;
    auto const& dense = models::llama_3_1_70b;
    double const alone = busy(dense, h100_sxm_80gb, {}, 64).linear.value();
    double const divided = busy(dense, h100_sxm_80gb, {.tensor = 8}, 64).linear.value();
    CHECK(alone > 0.9);
    CHECK(divided < 0.75);
    CHECK(busy(dense, h100_sxm_80gb, {.tensor = 8}, 8192).linear.value() > 0.99);
    CHECK(busy(dense, h100_sxm_80gb, {.tensor = 8}, 1).linear.value() < 0.05);
    CHECK(busy(dense, h100_sxm_80gb, {}, 64).experts.value() == 1); // none: nothing is lost
    CHECK(
        near(busy(dense, h100_sxm_80gb, {}, 64).head.value(), best_tiling({64, 128256}, 132).busy));

    // Experts share the rows of a pass: of few, tiles are mostly empty.
    auto const& mixture = models::deepseek_r1;
    layout const wide{.data = 8, .expert = 8};
    double const few = busy(mixture, gpus::h200_sxm, wide, 8).experts.value();
    double const many = busy(mixture, gpus::h200_sxm, wide, 4096).experts.value();
    CHECK(few < many);
    CHECK(many > 0.95);

    busy_shares const none = busy(dense, gpus::gaudi_3, {}, 64);
    CHECK(!none.linear.known());
    CHECK(!none.experts.known());
    CHECK(!none.head.known());
}

TEST_CASE("what nobody published is not broken down") {
    any_deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    d.gpu.bandwidth = unknown;
    d.request = {100_tok, 100_tok};
    CHECK(!serving::breakdown_of(d).known());
}

TEST_CASE("a pass by cause, and under its roofline") {
    pass_time const t{.weights = 30_ms,
                      .cache = 20_ms,
                      .compute = 40_ms,
                      .network = 7_ms,
                      .overhead = 3_ms,
                      .activations = 10_ms,
                      .total = 60_ms,
                      .bound = 45_ms,
                      .bound_by = resource::compute};
    serving::time_split const s = serving::split_of(t);
    CHECK(near(s[cause::network], 7_ms));
    CHECK(near(s[cause::overhead], 3_ms));
    CHECK(near(s[cause::weights], 50_ms * 0.4)); // 30 + 10 of 100 ms, in 50
    CHECK(near(s[cause::cache], 50_ms * 0.2));
    CHECK(near(s[cause::compute], 50_ms * 0.4));
    CHECK(s[cause::queue] == seconds{});
    CHECK(near(s.total(), 60_ms));
    CHECK(near(s.share(cause::cache), 10.0 / 60));
    CHECK(serving::time_split{}.share(cause::cache) == 0);
    CHECK((s + s)[cause::network] == 14_ms);
    CHECK(near((s * 3)[cause::cache], 30_ms));
    serving::time_split even{};
    CHECK(even.binds() == cause::weights); // the first of equals
    even[cause::cache] = 1_ms;
    CHECK(even.binds() == cause::cache);
    even[cause::network] = 2_ms;
    CHECK(even.binds() == cause::network);
    // Nothing but waiting for others: overhead.
    CHECK(near(
        serving::split_of({.network = 1_ms, .overhead = 2_ms, .total = 10_ms})[cause::overhead],
        9_ms));

    serving::load_passes const p = some_passes();
    serving::roofline_point const at = serving::point_of(p.step, t, p.rates);
    bytes const read = p.step.weights + p.step.cache;
    CHECK(near(at.intensity, p.step.work.total() / read));
    CHECK(near(at.of_ceiling, 45.0 / 60));
    CHECK(near(at.of_bandwidth, read / p.rates.memory / 60_ms));
    // The H100's dense 16 bit peak is 989.4 TFLOP/s, 3.35 TB/s: 295 FLOP a byte.
    CHECK(near(in_flops_per_byte(at.ridge), 989.4e12 / 3.35e12, reckon::test::within(1e-3)));
    CHECK(near(at.of_peak, in_flops(p.step.work.total()) / 989.4e12 / 0.060,
               reckon::test::within(1e-3)));
    CHECK(at.limit == resource::compute);
    pass_cost little{}; // two FLOPs on a byte
    little.weights = bytes{1};
    little.work.linear = flops{2};
    CHECK(near(in_flops_per_byte(serving::point_of(little, t, p.rates).intensity), 2));
    serving::roofline_point const none = serving::point_of({}, {}, p.rates);
    CHECK(in_flops_per_byte(none.ridge) == 0);
    CHECK(in_flops_per_byte(none.intensity) == 0);
    CHECK(none.of_ceiling == 0);
    CHECK(none.of_bandwidth == 0);
    CHECK(none.of_peak == 0);
}

TEST_CASE(
    "kernels by hand: what each reads and multiplies, and what the calibration leaves of it") {
    // A token wakes eight of 128 experts, 4 of their 64 GB, beside 6 GB of attention and 2 GB of head.
    any_model const m = models::qwen3_30b_a3b;
    weight_bytes w{};
    w.attention = 6_GB;
    w.routed_experts = 64_GB;
    w.head = 2_GB;
    pass_cost cost{};
    cost.weights = 6_GB + 4_GB + 2_GB;
    cost.cache = 3_GB;
    cost.work.linear = flops{6e12};
    cost.work.experts = flops{4e12};
    cost.work.head = flops{2e12};
    cost.work.scores = flops{1e12};
    device_rates const rates{.memory = gigabytes_per_second(1000),
                             .linear = teraflops_per_second(1000),
                             .experts = teraflops_per_second(2000),
                             .head = teraflops_per_second(500),
                             .scores = teraflops_per_second(250),
                             .linear_kept = 0.8,
                             .experts_kept = 0.9};
    calibration c{};
    c.weight_streaming = efficiency(0.5);
    c.cache_streaming = efficiency(0.25);
    c.expert_matmul = efficiency(0.7);
    busy_shares busy{};
    busy.linear = {0.6, provenance::exact};
    busy.experts = {0.4, provenance::exact};
    busy.head = unknown; // taken as all
    auto const kernels = [&](double matmul) {
        return serving::kernels_of(m, w, cost, 1, rates, c, efficiency(matmul), busy);
    };
    // What reading takes at these fractions, and what products take where 0.002 of the peak is reached.
    struct row {
        std::string_view name;
        double work, moved, peak, reading, multiplying;
    };
    row const rows[] = {{"linear", 6e12, 6e9, 1000e12, 12e-3, 6e-3 / (0.002 * 0.8 * 0.6)},
                        {"experts", 4e12, 4e9, 2000e12, 8e-3, 2e-3 / (0.002 * 0.7 * 0.9 * 0.4)},
                        {"attention", 1e12, 3e9, 250e12, 12e-3, 4e-3 / 0.002},
                        {"head", 2e12, 2e9, 500e12, 4e-3, 4e-3 / 0.002}};
    for (double const matmul : {0.002, 1.0}) {
        serving::kernel_points const all = kernels(matmul);
        REQUIRE(all.size() == 4);
        for (std::size_t i = 0; i < 4; ++i) {
            row const& r = rows[i];
            serving::kernel_point const& k = all[i];
            CAPTURE(r.name);
            CHECK(k.name == r.name);
            CHECK(near(in_bytes(k.moved), r.moved));
            CHECK(near(in_flops(k.work), r.work));
            CHECK(near(in_flops_per_byte(k.intensity), r.work / r.moved));
            double const least =
                r.moved / 1e12 > r.work / r.peak ? r.moved / 1e12 : r.work / r.peak;
            CHECK(near(k.attainable, flops{r.work} / seconds{least}));
            double const products = r.multiplying * 0.002 / matmul;
            CHECK(near(k.reached,
                       flops{r.work} / seconds{products > r.reading ? products : r.reading}));
            CHECK(k.limit ==
                  (r.moved / 1e12 > r.work / r.peak ? resource::memory : resource::compute));
        }
    }
    // What does nothing, or reads nothing, is no kernel.
    cost.work.scores = {};
    CHECK(kernels(1).size() == 3);
    w.head = {};
    cost.weights = 6_GB + 4_GB;
    CHECK(kernels(1).size() == 2);
}
