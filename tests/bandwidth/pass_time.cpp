// SPDX-License-Identifier: MIT
// The roofline bound and the estimate beside it.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/bandwidth.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr device_rates a100 = rates_of(gpus::a100_sxm_80gb, recipe(fp16), 1).value();
constexpr calibration perfect{.name = "perfect",
                              .weight_streaming = efficiency(1),
                              .cache_streaming = efficiency(1),
                              .decode_matmul = efficiency(1),
                              .prefill_matmul = efficiency(1),
                              .link = efficiency(1)};

constexpr double a_second(bytes read, device_rates const& rates) {
    return 1 / in_seconds(time_of(pass_cost{.weights = read}, rates, perfect, efficiency(1)).bound);
}
} // namespace

TEST_CASE("AT-11: what bandwidth allows at batch 1") {
    CHECK(near(a_second(nominal_storage(fp16, 34000000000), a100), 29.99, within(2e-4)));
    constexpr device_rates t4 = rates_of(gpus::t4, recipe(int8), 1).value();
    CHECK(near(a_second(nominal_storage(int8, 13000000000), t4), 24.6, within(1e-3)));
    // LLM-67B in 16 bit at 20 tokens/s needs 2,697 GB/s; at 536 GB/s it makes 3.97.
    bytes const all = weights_of(models::deepseek_llm_67b, fp16).total();
    CHECK(near(in_gigabytes_per_second(all * (1 / 0.05_s)), 2697.0, within(1e-4)));
    CHECK(near(in_per_second(536_GBps / all), 3.97, within(2e-3)));
}

TEST_CASE("AT-12: the ridge, dense 16 bit FLOPs a byte") {
    auto const ridge = [](auto const& g) {
        return in_flops_per_byte(peak_for(g, arithmetic::fp16).value() / g.bandwidth.value());
    };
    CHECK(near(ridge(gpus::a100_sxm_80gb), 153.0, within(1e-3)));
    CHECK(near(ridge(gpus::h100_sxm_80gb), 295.3, within(1e-3)));
    CHECK(near(ridge(gpus::h200_sxm), 206.1, within(1e-3)));
    CHECK(near(ridge(gpus::rtx_4090), 163.9, within(1e-3)));
    CHECK(near(ridge(gpus::t4), 203.1, within(1e-3)));
}

TEST_CASE("the bound is the largest of the three, and says which") {
    device_rates const rates{2000_GBps,   300_TFLOPps, 300_TFLOPps,
                             300_TFLOPps, 300_TFLOPps, 100_link_GBps};
    pass_cost const reads{.weights = bytes{100_GB}, .cache = bytes{100_GB}};      // 100 ms
    pass_cost const multiplies{.work = {.linear = 30_TFLOP, .scores = 30_TFLOP}}; // 200 ms
    pass_cost const sends{
        .sent = {.reduced = bytes{20_GB}, .exchanged = bytes{10_GB}, .collectives = 1}}; // 300 ms
    auto const bound = [&](pass_cost const& c) {
        return time_of(c, rates, perfect, efficiency(1));
    };
    CHECK(near(bound(reads).bound, 100_ms));
    CHECK(bound(reads).bound_by == resource::memory);
    CHECK(near(bound(multiplies).bound, 200_ms));
    CHECK(bound(multiplies).bound_by == resource::compute);
    CHECK(near(bound(sends).bound, 300_ms));
    CHECK(bound(sends).bound_by == resource::network);
    pass_cost const all{reads.weights, reads.cache, multiplies.work, sends.sent, 0};
    CHECK(near(bound(all).bound, 300_ms));
    CHECK(bound(all).bound_by == resource::network);
}

TEST_CASE("the estimate names its parts") {
    device_rates const rates{2000_GBps,   300_TFLOPps, 300_TFLOPps,
                             300_TFLOPps, 300_TFLOPps, 100_link_GBps};
    calibration const c{.name = "half",
                        .weight_streaming = efficiency(0.5),
                        .cache_streaming = efficiency(0.25),
                        .decode_matmul = efficiency(0.5),
                        .prefill_matmul = efficiency(0.5),
                        .link = efficiency(0.5),
                        .per_layer = 10_us,
                        .per_collective = 20_us,
                        .per_step = 1_ms};
    pass_cost const cost{.weights = bytes{100_GB},
                         .cache = bytes{10_GB},
                         .work = {.linear = 3_TFLOP},
                         .sent = {.reduced = bytes{1_GB}, .collectives = 50, .hops = 100},
                         .layers = 50};
    pass_time const t = time_of(cost, rates, c, c.decode_matmul);
    CHECK(near(t.weights, 100_ms));
    CHECK(near(t.cache, 20_ms));
    CHECK(near(t.compute, 20_ms));
    CHECK(near(t.network, 22_ms));   // 1 GB over 50 GB/s, and 100 hops of 20 us
    CHECK(near(t.overhead, 1.5_ms)); // 50 x 10 us, and 1 ms
    CHECK(near(t.total, 149.5_ms));  // 0.7 of the products run while weights stream
    CHECK(dominant(t) == resource::memory);
}

TEST_CASE("a format that is not native has the bytes of the narrow and the rate of the wide one") {
    // FP8 on an A100: weight-only, 312 TFLOP/s; on an H100: 1,979.
    constexpr device_rates a = rates_of(gpus::a100_sxm_80gb, recipe(fp8_block128), 1).value();
    static_assert(a.linear == 312_TFLOPps);
    constexpr device_rates h = rates_of(gpus::h100_sxm_80gb, recipe(fp8_block128), 1).value();
    static_assert(h.linear == 1979_TFLOPps && h.head == 989_TFLOPps && h.scores == 989_TFLOPps);
    CHECK(h.memory == 3350_GBps);
}

TEST_CASE("AT-11: a layer's ranks use the fabric inside its domain and the host link beyond") {
    CHECK(link_between(gpus::h100_sxm_80gb, 8).value() == 450_link_GBps);
    CHECK(link_between(gpus::h100_sxm_80gb, 16) == gpus::h100_sxm_80gb.host.each_way);
    CHECK(rates_of(gpus::h100_sxm_80gb, recipe(fp16), 8).value().link == 450_link_GBps);
}

TEST_CASE("a figure that nobody published makes the rates unknown, not zero") {
    any_gpu half_known = gpus::h100_sxm_80gb;
    half_known.bandwidth = unknown;
    CHECK_FALSE(rates_of(half_known, recipe(fp16), 1).known());
    half_known = gpus::h100_sxm_80gb;
    half_known.peak = {};
    CHECK_FALSE(rates_of(half_known, recipe(fp16), 1).known());
    half_known = gpus::h100_sxm_80gb;
    half_known.link = {};
    half_known.host = {};
    CHECK(rates_of(half_known, recipe(fp16), 1).known()); // one device needs no link
    CHECK_FALSE(rates_of(half_known, recipe(fp16), 2).known());
}

TEST_CASE("activations stream beside the weights, requests cost the host time") {
    device_rates const rates{2000_GBps,   300_TFLOPps, 300_TFLOPps,
                             300_TFLOPps, 300_TFLOPps, 100_link_GBps};
    calibration c = perfect;
    c.per_sequence = 10_us;
    pass_cost cost{.weights = bytes{100_GB}};
    pass_time const alone = time_of(cost, rates, c, c.decode_matmul);
    cost.work.moved = bytes{20_GB};
    cost.sequences = 100;
    pass_time const t = time_of(cost, rates, c, c.decode_matmul);
    CHECK(near(t.activations, 10_ms));
    CHECK(t.weights == alone.weights);
    CHECK(near(t.overhead, 1_ms));
    CHECK(near(t.total, alone.total + 11_ms));
    CHECK(t.network == 0_s);       // nothing is sent
    CHECK(t.bound == alone.bound); // caches may hold activations: no bound counts them
}

TEST_CASE("narrow operands keep less of the achieved fraction, and never of the bound") {
    constexpr device_rates wide = rates_of(gpus::h100_sxm_80gb, recipe(bf16), 1).value();
    constexpr device_rates narrow = rates_of(gpus::h100_sxm_80gb, recipe(fp8_block128), 1).value();
    pass_cost const cost{.work = {.linear = 100_TFLOP}};
    pass_time const in_16_bit = time_of(cost, wide, perfect, efficiency(1));
    pass_time const in_8_bit = time_of(cost, narrow, perfect, efficiency(1));
    CHECK(near(in_16_bit.bound / in_8_bit.bound, 1979.0 / 989.0));
    CHECK(near(in_8_bit.compute, in_8_bit.bound * (1 / 0.76)));
    CHECK(in_8_bit.total < in_16_bit.total);
}

TEST_CASE("every part of a pass, by hand") {
    device_rates const rates{.memory = 1000_GBps,
                             .linear = 100_TFLOPps,
                             .experts = 200_TFLOPps,
                             .head = 50_TFLOPps,
                             .scores = 25_TFLOPps,
                             .link = 10_link_GBps,
                             .domains = 2,
                             .linear_kept = 0.5,
                             .experts_kept = 0.25};
    calibration const c{.name = "by hand",
                        .weight_streaming = efficiency(0.5),
                        .cache_streaming = efficiency(0.25),
                        .expert_matmul = efficiency(0.5),
                        .link = efficiency(0.5),
                        .hidden = 0.75,
                        .per_layer = 1_ms,
                        .per_mixture = 2_ms,
                        .per_collective = 3_ms,
                        .per_step = 5_ms,
                        .per_sequence = 7_ms};
    pass_cost cost{.weights = bytes{50_GB},
                   .cache = bytes{10_GB},
                   .work = {.linear = 1_TFLOP,
                            .experts = 2_TFLOP,
                            .head = 3_TFLOP,
                            .scores = 4_TFLOP,
                            .moved = bytes{5_GB}},
                   // Two copies, of which with two domains 1 x (1 - 1/4) / 2 = 3/8 cross.
                   .sent = {.reduced = bytes{1_GB},
                            .exchanged = bytes{8_GB},
                            .collectives = 1,
                            .hops = 11,
                            .copies = 2},
                   .layers = 13,
                   .mixtures = 3,
                   .sequences = 2,
                   .spared = bytes{10_GB},
                   .latents = 4,
                   .again = bytes{5_GB}};
    pass_time const t = time_of(cost, rates, c, efficiency(0.8));
    CHECK(near(t.weights, 80_ms));     // 40 GB at 500 GB/s
    CHECK(near(t.activations, 10_ms)); // 5 GB
    CHECK(near(t.cache, 60_ms));       // 15 GB at 250 GB/s
    // (10 ms / 0.5 + 60 ms + 10 ms / 0.125) / 0.8, and scores of 160 ms / 0.8
    CHECK(near(t.compute, 200_ms + 200_ms));
    CHECK(near(t.network, 800_ms + 33_ms)); // 1 + 3 GB at 5 GB/s, 11 hops
    CHECK(near(t.overhead, 17_ms + 6_ms + 5_ms + 14_ms));
    // Products of 200 ms, a quarter of the 90 ms of streaming, scores of 200 ms rather than the cache.
    CHECK(near(t.total, 200_ms + 22.5_ms + 200_ms + 833_ms + 42_ms));
    CHECK(near(t.bound, 400_ms)); // 4 GB at 10 GB/s; memory 60 ms, compute 80 + 160 ms
    CHECK(t.bound_by == resource::network);
    CHECK(dominant(t) == resource::network);

    // Rates that nobody says are narrow are whole, in one domain.
    device_rates const plain{.experts = 200_TFLOPps};
    CHECK(plain.domains == 1);
    CHECK(plain.linear_kept == 1);
    CHECK(plain.experts_kept == 1);
}

TEST_CASE("of causes that take as long, memory is named first, then compute, then the network") {
    device_rates const rates{1000_GBps, 1_TFLOPps, 1_TFLOPps, 1_TFLOPps, 1_TFLOPps, 1_link_GBps};
    auto const bound_by = [&](bytes read, flops work, bytes sent) {
        return time_of({.weights = read,
                        .work = {.linear = work},
                        .sent = {.reduced = sent, .collectives = 1}},
                       rates, perfect, efficiency(1))
            .bound_by;
    };
    CHECK(bound_by(bytes{1000_GB}, 1_TFLOP, bytes{1_GB}) == resource::memory);
    CHECK(bound_by(bytes{1_GB}, 1_TFLOP, bytes{1_GB}) == resource::compute);
    CHECK(bound_by(bytes{1_GB}, 1_TFLOP, bytes{2_GB}) == resource::network);
    CHECK(dominant({.weights = 1_s, .cache = 1_s, .compute = 3_s, .activations = 1_s}) ==
          resource::memory);
    CHECK(dominant({.weights = 1_s, .compute = 3_s, .network = 3_s}) == resource::compute);
    CHECK(dominant({.compute = 1_s, .network = 3_s, .overhead = 3_s}) == resource::network);
    CHECK(dominant({.compute = 1_s, .network = 3_s, .overhead = 4_s}) == resource::overhead);
}

TEST_CASE("a rate that one kind of product lacks makes all unknown") {
    // Hopper, with its 16 bit peak alone: fp8 has no rate.
    any_gpu wide = gpus::h100_sxm_80gb;
    wide.peak = peak_rates{}.with(arithmetic::bf16, 989_TFLOPps);
    CHECK(rates_of(wide, recipe(bf16), 1).known());
    for (tensor_role const role :
         {tensor_role::attention_output, tensor_role::expert_up, tensor_role::head}) {
        CAPTURE(static_cast<int>(role));
        CHECK_FALSE(rates_of(wide, recipe(bf16).with(role, fp8), 1).known());
    }
    wide.peak = peak_rates{}.with(arithmetic::fp8, 1979_TFLOPps);
    CHECK_FALSE(rates_of(wide, recipe(fp8).with(tensor_role::head, fp8), 1).known()); // scores
}

TEST_CASE("domains of a layer's ranks, and the link between them") {
    any_gpu g = gpus::h100_sxm_80gb;
    g.link.scale_up = count{8};
    CHECK(rates_of(g, recipe(bf16), 8).value().domains == 1);
    CHECK(rates_of(g, recipe(bf16), 9).value().domains == 2);
    CHECK(rates_of(g, recipe(bf16), 16).value().domains == 2);
    g.link.scale_up = count{1};
    CHECK(rates_of(g, recipe(bf16), 4).value().domains == 4);
    g.link.scale_up = unknown;
    CHECK(rates_of(g, recipe(bf16), 4).value().domains == 1);
    // A fabric that nobody published a rate of: the host's link is what is known.
    g.link.scale_up = count{8};
    g.link.each_way = unknown;
    CHECK(link_between(g, 8) == g.host.each_way);
}

TEST_CASE("experts in native 4 bit fuse, in floating point and in integers") {
    any_precision integers = int4_g128;
    integers.operands = arithmetic::int4;
    any_gpu g = gpus::a100_sxm_80gb; // units for int4
    g.peak = g.peak.with(arithmetic::int4, 1248_TFLOPps);
    CHECK(rates_of(g, recipe(bf16).with(tensor_role::expert_up, integers), 1).value().fuses);
    CHECK_FALSE(rates_of(g, recipe(bf16).with(tensor_role::expert_up, int8), 1).value().fuses);
}
