// SPDX-License-Identifier: MIT
// A load as times; a static batch, and one that memory does not hold at once.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/engines/vllm.hpp>
#include <reckon/serving/saturated.hpp>
#include <reckon/serving/static_batch.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {

constexpr auto const& m = models::llama_2_7b;
constexpr auto const& g = gpus::a100_sxm_40gb;
constexpr serving::request_shape request{tokens{1024}, tokens{1024}};

constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);
serving::load_passes some_passes() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}

serving::load_passes passes(double requests) {
    return serving::passes_of(m, g, bf16, bf16, {}, engines::vllm, request, requests).value();
}

serving::batch_rounds rounds(double batch, double held) {
    return serving::rounds_of(m, g, rates_of(g, bf16, 1), bf16, {}, engines::vllm, request, batch,
                              held, serving::weights_of_all_stages(m, bf16, {}, engines::vllm))
        .value();
}

} // namespace

TEST_CASE("a batch fills all prompts and decodes to the end") {
    calibration const c = calibration_for(g);
    serving::load_times const t = serving::times_of(passes(16), c);
    serving::batch_times const b = serving::static_batch(passes(16), c);
    CHECK(near(b.first_token, t.slot * 16.0));
    CHECK(near(b.total, t.slot * 16.0 + t.step * 1024.0));
    // One prompt is filled alone.
    CHECK(near(serving::static_batch(passes(1), c).first_token,
               serving::times_of(passes(1), c).prompt));
}

TEST_CASE("what memory holds runs at once") {
    calibration const c = calibration_for(g);
    for (double const held : {16.0, 16.9, 400.0}) {
        serving::batch_rounds const r = rounds(16, held);
        CHECK(r.full == 1);
        CHECK(r.left == 0);
        CHECK(r.requests() == 16);
        CHECK(serving::static_batch(r, c).total == serving::static_batch(passes(16), c).total);
    }
}

TEST_CASE("more runs in rounds of what is held, and the rest") {
    calibration const c = calibration_for(g);
    serving::batch_rounds const r = rounds(64, 21.8);
    CHECK(r.full == 3);
    CHECK(r.left == 1);
    CHECK(r.requests() == 64);
    serving::batch_times const one = serving::static_batch(passes(21), c);
    serving::batch_times const all = serving::static_batch(r, c);
    CHECK(near(all.total, one.total * 3.0 + serving::static_batch(passes(1), c).total));
    CHECK(all.first_token == one.first_token);
    CHECK(near(serving::static_batch(rounds(42, 21), c).total, one.total * 2.0));
}

TEST_CASE("on 40 GB a step of 32 requests of 2,048 tokens takes twice one of 16") {
    // LLM-Inference-Bench, TensorRT-LLM, A100, Llama-2-7B: 22.3 and 43.9 ms for each of 1,024 tokens.
    calibration const c = under(calibration_for(g), factors_of("TensorRT-LLM 2024"));
    double const held = 21; // (0.9 x 42.4 GB - 13.5 GB - 1.6 GB) / (2,048 x 524,288 B)
    double const few = in_milliseconds(serving::static_batch(rounds(16, held), c).total) / 1024;
    double const many = in_milliseconds(serving::static_batch(rounds(32, held), c).total) / 1024;
    CHECK(few == doctest::Approx(22.3).epsilon(0.2));
    CHECK(many == doctest::Approx(43.9).epsilon(0.2));
}

TEST_CASE("a rate that nobody published makes the rounds unknown") {
    figure<device_rates> const none = unknown;
    CHECK_FALSE(serving::rounds_of(m, g, none, bf16, {}, engines::vllm, request, 16, 4,
                                   serving::weights_of_all_stages(m, bf16, {}, engines::vllm))
                    .known());
}

TEST_CASE("a load as times: prompts together, drafts, stages; and a batch that is filled at once") {
    serving::load_passes p = some_passes();
    CHECK(serving::load_passes{}.in_group == 1);
    CHECK(serving::load_passes{}.prompts_per_chunk == 1);
    CHECK(serving::load_passes{}.stages == 1);
    CHECK(serving::load_passes{}.groups == 1);
    CHECK(serving::load_passes{}.tokens_per_step == 1);
    seconds const step = time_of(p.step, p.rates, server, server.decode_matmul).total;
    seconds const prompt = time_of(p.prompt, p.rates, server, server.prefill_matmul).total;
    seconds const chunk = time_of(p.chunk, p.rates, server, server.prefill_matmul).total;
    CHECK(chunk > prompt);
    CHECK(p.prompt.sent.copies == 8); // of a token's experts, in prompts alone
    CHECK(p.chunk.sent.copies == 8);
    CHECK(p.step.sent.copies == 0);
    p.prompts_per_chunk = 5;
    p.stages = 2;
    p.draft = 3_ms;
    p.tokens_per_step = 4;
    serving::load_times const t = serving::times_of(p, server);
    CHECK(near(t.step, (step + 3_ms) / 4));
    CHECK(near(t.prompt, prompt));
    CHECK(near(t.slot, chunk / 10));
    p.prompts_per_chunk = 1.5;
    CHECK(near(serving::times_of(p, server).slot, chunk / 3));
    p.prompts_per_chunk = 1; // a chunk is one prompt
    CHECK(near(serving::times_of(p, server).slot, prompt / 2));
    p.prompts_per_chunk = 5;
    p.output = 7;
    for (double const requests : {1.0, 2.0, 3.0}) {
        p.in_group = requests;
        auto const batch = serving::static_batch(p, server);
        CHECK(near(batch.first_token, requests > 1 ? chunk / 10 * requests : prompt));
        CHECK(near(batch.total, batch.first_token + (step + 3_ms) / 4 * 7));
        // Kept full: as many prompts as requests, and the steps of their answers.
        p.groups = 3;
        CHECK(near(serving::saturated_throughput(p, server),
                   tokens{requests * 3 * 7} / (chunk / 10 * requests + (step + 3_ms) / 4 * 7)));
    }
}

TEST_CASE("groups share a batch, and each runs rounds of its own") {
    any_model const mixture = models::qwen3_30b_a3b;
    layout const l{.data = 2, .expert = 2};
    any_gpu const h100 = gpus::h100_sxm_80gb;
    weight_bytes const w = serving::weights_of_all_stages(mixture, bf16, l, engines::vllm);
    auto const split = [&](double batch) {
        return serving::rounds_of(mixture, h100, rates_of(h100, bf16, 2), bf16, l, engines::vllm,
                                  request, batch, 4, w)
            .value();
    };
    auto const at = [&](double requests) {
        return serving::passes_of(mixture, h100, bf16, bf16, l, engines::vllm, request, requests, w)
            .value();
    };
    // 22 are eleven in each of two: two rounds of four, and three.
    serving::batch_rounds const r = split(22);
    CHECK(r.full == 2);
    CHECK(r.left == 3);
    CHECK(r.requests() == 11);
    CHECK(r.round.in_group == 4);
    CHECK(r.rest.in_group == 3);
    CHECK(near(r.round.step.work.experts, at(8).step.work.experts));
    CHECK(near(r.rest.step.work.experts, at(6).step.work.experts));
    CHECK(split(2).requests() == 1);
    CHECK(split(1).requests() == 1); // a group has one at least
    CHECK(serving::batch_rounds{}.requests() == 1);
}

TEST_CASE("what memory holds of requests: whole ones, of prompt and answer") {
    // 131,072 bytes a token, in blocks of sixteen: 112 of them for 70 + 30.
    auto const held = [](layout const& l, double room) {
        return serving::requests_that_fit(models::llama_3_1_8b, bf16, l, engines::vllm, bytes{room},
                                          {tokens{70}, tokens{30}});
    };
    double const each = 131'072 * 112;
    CHECK(held({}, each * 5.9) == 5);
    CHECK(held({}, each) == 1);
    CHECK(held({}, each * 0.9) == 0);
    CHECK(held({}, 0) == 0);
    CHECK(held({}, -each) == 0);
    CHECK(held({.pipeline = 2}, each) == 2);   // half of the layers
    CHECK(held({.pipeline = 17}, each) == 32); // one of them on the first stage, two on the second
    // Who keeps nothing is no limit.
    CHECK(serving::requests_that_fit(models::bert_base_uncased, bf16, {}, engines::vllm, bytes{1},
                                     {tokens{70}, tokens{30}}) >= 1e9);
    CHECK(serving::requests_that_fit(models::bert_base_uncased, bf16, {}, engines::vllm, bytes{0},
                                     {tokens{70}, tokens{30}}) == 0);
}
