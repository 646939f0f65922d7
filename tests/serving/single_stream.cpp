// SPDX-License-Identifier: MIT
// One stream on one's own machine: micro-batches through devices that hold different layers.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/single_stream.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);

serving::stream_times times(any_gpu const& g, recipe const& weights,
                            serving::stream_shape const& ask) {
    auto const p = serving::passes_of_stream(any_model(models::llama_3_1_8b), g, weights,
                                             any_precision(bf16), ask);
    REQUIRE(p.known());
    return serving::times_of_stream(p.value(), local_calibration_for(g));
}
} // namespace

TEST_CASE("generation is the weights over the bandwidth, and no faster") {
    serving::stream_times const t =
        times(gpus::rtx_4090, bf16, {.prompt = 1_tok, .output = 128_tok});
    // 15.0 GB without the embedding over 1,008 GB/s: 67 tokens/s. Measured: 54 (XiongjieDai).
    CHECK(in_tokens_per_second(t.generation_rate) < 67.2);
    CHECK(near(in_tokens_per_second(t.generation_rate), 54.0, within(0.2)));
}

TEST_CASE("devices overlap micro-batches of a prompt, and nothing of a token") {
    serving::stream_shape ask{.prompt = 4096_tok, .output = 128_tok};
    serving::stream_times const one = times(gpus::rtx_3090, bf16, ask);
    ask.devices = 4;
    serving::stream_times const four = times(gpus::rtx_3090, bf16, ask);
    // Eight micro-batches through four stages that never wait would take (8 + 3) / 4 of the eight; 0.42 of that gain is
    // reached. Measured: 4,789 and 3,410 tokens/s on two cards and one, 6,596 on four (XiongjieDai).
    CHECK(near(one.prompt / four.prompt, 1 + 0.42 * (8.0 * 4 / 11 - 1)));
    CHECK(near(one.prompt / four.prompt, 6596.0 / 3410, within(0.1)));
    CHECK(four.step == one.step);
    // A prompt of one micro-batch has nothing to overlap.
    ask.prompt = 512_tok;
    serving::stream_times const short_four = times(gpus::rtx_3090, bf16, ask);
    ask.devices = 1;
    CHECK(near(short_four.prompt, times(gpus::rtx_3090, bf16, ask).prompt));
}

TEST_CASE("smaller micro-batches read the weights more often") {
    serving::stream_shape ask{.prompt = 1024_tok, .output = 1_tok};
    seconds const usual = times(gpus::rtx_4090, int4_g128, ask).prompt;
    ask.micro_batch = 16_tok;
    CHECK(times(gpus::rtx_4090, int4_g128, ask).prompt > usual * 2);
}

TEST_CASE("what was there before costs scores and cache") {
    serving::stream_shape ask{.prompt = 512_tok, .output = 32_tok};
    serving::stream_times const empty = times(gpus::rtx_4090, bf16, ask);
    ask.depth = 32768_tok;
    serving::stream_times const deep = times(gpus::rtx_4090, bf16, ask);
    CHECK(deep.prompt > empty.prompt);
    CHECK(deep.step > empty.step);
}

TEST_CASE("cards of one chip are alike, whatever 16 bit rate their datasheets state") {
    figure<device_rates> const consumer = local_rates_of(any_gpu(gpus::rtx_4090), recipe(bf16));
    figure<device_rates> const workstation =
        local_rates_of(any_gpu(gpus::rtx_6000_ada), recipe(bf16));
    // But for their power: 450 and 300 W.
    CHECK(consumer.value().linear > workstation.value().linear);
    CHECK(near(consumer.value().linear, workstation.value().linear, within(0.25)));
    CHECK(peak_for(gpus::rtx_6000_ada, arithmetic::fp16).value() >
          peak_for(gpus::rtx_4090, arithmetic::fp16).value() * 2);
    // Unpacking quantised weights costs some of it.
    CHECK(local_rates_of(any_gpu(gpus::rtx_4090), recipe(int4_g128)).value().linear <
          consumer.value().linear);
}

TEST_CASE("without flash attention scores go through memory, and cost by bandwidth") {
    serving::stream_shape ask{.prompt = 8192_tok, .output = 1_tok};
    auto const added = [&](any_gpu const& g) {
        ask.score_traffic = 0;
        seconds const fused = times(g, bf16, ask).prompt;
        ask.score_traffic = llama_cpp_kernels.score_traffic;
        return times(g, bf16, ask).prompt - fused;
    };
    CHECK(added(gpus::l40s) > 0_s);
    // By bandwidth, 360 and 1,008 GB/s, and not by products, of which the two do as many a watt.
    CHECK(added(gpus::rtx_4000_ada) > added(gpus::rtx_4090) * 2);
    // A short prompt has few scores.
    ask.prompt = 512_tok;
    CHECK(added(gpus::l40s) < 0.1_s);
}

TEST_CASE("a prompt of few tokens an expert multiplies padding") {
    serving::stream_shape const ask{.prompt = 2048_tok, .output = 1_tok};
    serving::stream_shape small = ask;
    serving::stream_shape large = ask;
    large.micro_batch = 2048_tok;
    auto const work = [](serving::stream_shape const& shape) {
        auto const p =
            serving::passes_of_stream(any_model(models::qwen3_30b_a3b), any_gpu(gpus::rtx_4090),
                                      recipe(int4_g128), any_precision(bf16), shape);
        REQUIRE(p.known());
        return p.value().micro_batch.work.experts * p.value().batches;
    };
    // 32 and 128 rows an expert: 1 + 32/32 and 1 + 32/128.
    CHECK(near(work(small) / work(large), 2.0 / 1.25, within(0.01)));
}

TEST_CASE("a device without any published rate is refused, not guessed") {
    any_gpu unknown_rates = gpus::rtx_4090;
    unknown_rates.peak = {};
    CHECK_FALSE(local_rates_of(unknown_rates, recipe(bf16)).known());
    unknown_rates = gpus::rtx_4090;
    unknown_rates.bandwidth = unknown;
    CHECK_FALSE(local_rates_of(unknown_rates, recipe(bf16)).known());
    CHECK_FALSE(serving::passes_of_stream(models::llama_3_1_8b, unknown_rates, bf16,
                                          any_precision(bf16), {.prompt = 1_tok, .output = 1_tok})
                    .known());
}

TEST_CASE("one stream: its passes, and micro-batches through several devices") {
    any_model const m =
        models::llama_3_1_8b; // 32 layers of 32 heads, 131,072 bytes of cache a token
    serving::stream_shape ask{.prompt = 1000_tok, .output = 128_tok, .micro_batch = 400_tok};
    auto const of = [&] {
        return serving::passes_of_stream(m, any_gpu(gpus::rtx_4090), recipe(bf16),
                                         any_precision(bf16), ask)
            .value();
    };
    serving::stream_passes p = of();
    CHECK(p.batches == 2.5);
    CHECK(p.prompt == 1000);
    CHECK(near(p.step.cache, bytes{131'072} * (1000 + 64.0)));
    CHECK(near(p.micro_batch.cache, bytes{131'072} * 500.0));
    flops const each = p.step.work.linear;
    CHECK(near(p.micro_batch.work.linear, each * 400.0));
    CHECK(near(p.micro_batch.work.head, p.step.work.head));
    ask.score_traffic = 6; // 32 x 32 x 500 scores of each of 400 tokens
    CHECK(near(of().micro_batch.cache, bytes{131'072} * 500.0 + bytes{32 * 32 * 500.0 * 400 * 6}));
    ask.score_traffic = 0;
    ask.depth = 3000_tok;
    CHECK(near(of().step.cache, bytes{131'072} * (3000 + 64.0)));
    CHECK(near(of().micro_batch.cache, bytes{131'072} * 3500.0));
    ask.depth = 1_tok;
    CHECK(near(of().step.cache, bytes{131'072} * (1 + 64.0)));
    ask.depth = 3000_tok;
    ask.micro_batch = 5000_tok; // no more than the prompt
    CHECK(of().batches == 1);
    CHECK(near(of().micro_batch.work.linear, each * 1000.0));
    CHECK(serving::stream_passes{}.batches == 1);
    CHECK(serving::stream_passes{}.devices == 1);
    // Six micro-batches through three devices: 6 x 3 / 8 as fast, of which gain half is reached.
    p.batches = 6;
    p.devices = 3;
    p.staged = 0.5;
    serving::stream_times const t = serving::times_of_stream(p, server);
    seconds const micro = time_of(p.micro_batch, p.rates, server, server.prefill_matmul).total;
    CHECK(near(t.prompt, micro * (6 / (1 + 0.5 * (18.0 / 8 - 1)))));
    CHECK(near(t.prompt_rate, tokens{1000} / t.prompt));
    CHECK(near(t.generation_rate, tokens{1} / t.step));
    CHECK(near(t.step, time_of(p.step, p.rates, server, server.decode_matmul).total));
}
