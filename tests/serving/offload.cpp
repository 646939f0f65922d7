// SPDX-License-Identifier: MIT
// Weights on the host: streamed over a link, or multiplied where they lie.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/find_precision.hpp>
#include <reckon/serving/offload.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {

/// A Xeon Gold 6454S: eight channels of DDR5-4800 a socket, each socket with a copy. 1.8 TFLOP/s a socket is what
/// its prompts of 500 tokens reach (54.2 and 82.9 tokens a second) beside the device.
serving::host_processor xeons(double sockets) {
    return {.bandwidth = gigabytes_per_second(307.2 * sockets),
            .products = sustained_teraflops_per_second(1.8 * sockets),
            .link = link_gigabytes_per_second(32)};
}
/// What the card reaches; a card of its own, so that this test does not follow the shipped constants.
constexpr calibration card_alone{.name = "RTX 4090",
                                 .weight_streaming = efficiency(0.8),
                                 .cache_streaming = efficiency(0.6),
                                 .decode_matmul = efficiency(0.5),
                                 .prefill_matmul = efficiency(0.5),
                                 .link = efficiency(0.8),
                                 .per_layer = microseconds(60),
                                 .per_mixture = microseconds(30),
                                 .per_step = microseconds(400)};
serving::hybrid_stream deepseek(double sockets, double prompt) {
    static any_model const m = models::deepseek_v3;
    static recipe const q4 = *find_recipe("q4_k_m", gguf_facts_of(m));
    any_gpu const card = gpus::rtx_4090;
    return serving::hybrid_stream_of(m, card, q4, bf16, {tokens{prompt}, 300_tok}, xeons(sockets),
                                     card_alone)
        .value();
}

serving::load_passes llama() {
    return serving::passes_of(any_model(models::llama_3_1_8b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 8)
        .value();
}
serving::load_passes mixture() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}
calibration const server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);

} // namespace

TEST_CASE("ktransformers: DeepSeek-V3 in Q4_K_M, experts in the memory of one and two sockets") {
    // kvcache-ai/ktransformers doc/en/DeepseekR1_V3_tutorial.md @034a116365d4, 8 experts.
    struct row {
        double sockets, prompt, generation;
    };
    // V0.2 on a 4090D, then V0.2.1 on a 4090.
    for (row const r : {row{1, 500, 8.73}, row{2, 500, 12.208}, row{2, 969, 13.5},
                        row{2, 1930, 13.4}, row{2, 3846, 13.2}, row{2, 7678, 12.4}}) {
        CAPTURE(r.sockets);
        CAPTURE(r.prompt);
        serving::hybrid_stream const s = deepseek(r.sockets, r.prompt);
        CHECK(near(in_tokens_per_second(s.generation_rate), r.generation, within(0.15)));
        CHECK(s.step.total > s.step.bound);
    }
    // Decoding with 8 and 6 experts took 115 and 97 ms on one socket, 82 and 73 on two: eight of them 72 and 36.
    CHECK(near(deepseek(1, 500).step.experts, 72_ms, within(0.03)));
    CHECK(near(deepseek(2, 500).step.experts, 36_ms, within(0.03)));
    CHECK(deepseek(2, 500).step.host_binds);
    for (row const r : {row{1, 500, 54.21}, row{2, 500, 82.94}, row{2, 969, 88.2},
                        row{2, 1930, 88.5}, row{2, 3846, 81.9}, row{2, 7678, 80}}) {
        CHECK(near(in_tokens_per_second(deepseek(r.sockets, r.prompt).prompt_rate), r.generation,
                   within(0.25)));
    }
}

TEST_CASE("experts on the host: a faster memory helps, up to the device's part") {
    seconds before{1e9};
    for (double const sockets : {0.5, 1.0, 2.0, 4.0, 1000.0}) {
        serving::hybrid_time const t = deepseek(sockets, 500).step;
        CHECK(t.total < before);
        CHECK(near(t.total, t.device.total + t.experts + t.handover));
        before = t.total;
    }
    CHECK(!deepseek(1000, 500).step.host_binds);
}

TEST_CASE("weights streamed over PCIe: as slow as the link") {
    serving::load_passes const p = llama();
    pass_time const t = time_of(p.step, p.rates, server, server.decode_matmul);
    bytes const held = p.step.weights;
    serving::weight_stream const pcie{.each_way = link_gigabytes_per_second(64)};
    CHECK(serving::streamed(t, p.step, bytes{}, held, pcie) == t);
    pass_time const all = serving::streamed(t, p.step, held, held, pcie);
    seconds const reading = held / (pcie.each_way * pcie.reached);
    CHECK(near(all.total, t.total - t.weights + reading));
    CHECK(near(all.network, t.network + reading));
    CHECK(all.weights == seconds{0});
    CHECK(all.bound_by == resource::network);
    CHECK(near(all.bound, held / pcie.each_way));
    CHECK(dominant(all) == resource::network);
    // Half of them: between.
    pass_time const half = serving::streamed(t, p.step, held / 2, held, pcie);
    CHECK(half.total > t.total);
    CHECK(half.total < all.total);
    // Read ahead, the longer of both remains.
    serving::weight_stream ahead = pcie;
    ahead.hidden = 1;
    CHECK(near(serving::streamed(t, p.step, held, held, ahead).total,
               max(reading, t.total - t.weights)));
    // A disk of 7 GB/s is nine times slower.
    serving::weight_stream const disk{.each_way = link_gigabytes_per_second(7)};
    CHECK(serving::streamed(t, p.step, held, held, disk).total > all.total * 5.0);
}

TEST_CASE("what nobody published stays unknown") {
    any_gpu g = gpus::rtx_4090;
    g.bandwidth = unknown;
    CHECK(!serving::hybrid_stream_of(any_model(models::deepseek_v3), g, bf16, bf16,
                                     {100_tok, 100_tok}, xeons(1), server)
               .known());
}

TEST_CASE("weights that are streamed: the link for their share, the rest as it was") {
    pass_time const t{.weights = 80_ms,
                      .cache = 5_ms,
                      .compute = 20_ms,
                      .network = 3_ms,
                      .overhead = 2_ms,
                      .total = 100_ms,
                      .bound = 60_ms,
                      .bound_by = resource::memory};
    pass_cost cost{};
    cost.weights = 40_GB;
    serving::weight_stream from{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.8), .hidden = 0};
    pass_time const quarter = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quarter.weights, 60_ms));
    CHECK(near(quarter.network, 3_ms + 250_ms)); // 10 GB at 40 GB/s
    CHECK(near(quarter.total, 80_ms + 250_ms));
    CHECK(near(quarter.bound, 200_ms)); // 10 GB at 50 GB/s
    CHECK(quarter.bound_by == resource::network);
    CHECK(quarter.cache == t.cache);
    from.hidden = 0.5; // of the shorter of the two
    CHECK(near(serving::streamed(t, cost, 15_GB, 60_GB, from).total, 80_ms + 250_ms - 40_ms));
    from.each_way = link_gigabytes_per_second(1000);
    pass_time const quick = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quick.total, 80_ms + 12.5_ms - 6.25_ms));
    CHECK(near(quick.bound, 60_ms)); // 10 ms of link are none
    CHECK(quick.bound_by == resource::memory);
    CHECK(serving::streamed(t, cost, bytes{}, 60_GB, from) == t);
    CHECK(serving::weight_stream{}.reached.fraction == 0.8);
}

TEST_CASE(
    "experts on the host: its memory or its products, and a hand-over in each layer of experts") {
    serving::load_passes const p = mixture();
    CHECK(serving::host_processor{}.hop == 500_us);
    serving::host_processor host{.bandwidth = gigabytes_per_second(500),
                                 .reached = efficiency(0.5),
                                 .products = sustained_teraflops_per_second(2),
                                 .link = link_gigabytes_per_second(40),
                                 .hop = 300_us};
    bytes const experts = 10_GB;
    auto const run = [&] {
        return serving::on_host(p.step, experts, 16, 2048, host, p.rates, server,
                                server.decode_matmul);
    };
    serving::hybrid_time const t = run();
    CHECK(near(t.experts, 40_ms)); // 10 GB at 250 GB/s
    // There and back, 16 tokens of 2,048 values of two bytes, in each of 48 layers.
    CHECK(near(in_seconds(t.handover), 48 * (300e-6 + 2 * 16 * 2048 * 2 / 40e9)));
    CHECK(near(t.total, t.device.total + t.experts + t.handover));
    CHECK(near(t.bound, t.device.bound + 20_ms));
    CHECK(t.host_binds);
    CHECK(t.device.weights < time_of(p.step, p.rates, server, server.decode_matmul).weights);
    host.products = sustained_teraflops_per_second(1e-3);
    CHECK(near(run().experts, p.step.work.experts / host.products));
    host.products = sustained_teraflops_per_second(1e6);
    host.bandwidth = gigabytes_per_second(1e9);
    CHECK_FALSE(run().host_binds);
}

TEST_CASE("without a link, experts on the host still have their time") {
    // One device sends nothing: no link has to be known.
    any_gpu alone = gpus::h100_sxm_80gb;
    alone.link = {};
    alone.host = {};
    serving::host_processor const host{.bandwidth = gigabytes_per_second(300),
                                       .products = sustained_teraflops_per_second(5),
                                       .link = link_gigabytes_per_second(25)};
    CHECK(serving::hybrid_stream_of(any_model(models::deepseek_v3), alone, bf16, bf16,
                                    {tokens{1000}, tokens{100}}, host, calibration_for(alone))
              .known());
}

TEST_CASE("a stream of one: its step sees the prompt and what is written behind it") {
    // Qwen3-30B-A3B keeps 48 layers of four heads of 128 keys and values: 98,304 bytes a token.
    any_model const m = models::qwen3_30b_a3b;
    serving::hybrid_stream const s =
        serving::hybrid_stream_of(m, any_gpu(gpus::rtx_4090), bf16, bf16, {1000_tok, 300_tok},
                                  xeons(1), card_alone)
            .value();
    double const cache = 98'304 / (1008e9 * 0.6);
    CHECK(near(in_seconds(s.step.device.cache), cache * (1000 + 150)));
    CHECK(near(in_seconds(s.prompt.device.cache), cache * 500));
    CHECK(near(s.generation_rate, 1_tok / s.step.total));
    CHECK(near(s.prompt_rate, 1000_tok / s.prompt.total));
}
