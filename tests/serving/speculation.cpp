// SPDX-License-Identifier: MIT
// Drafts that are checked in one step.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr serving::request_shape shape{.prompt = 1000_tok, .output = 1000_tok};
constexpr layout eight{.tensor = 8};

constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);
serving::load_passes some_passes() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}

serving::load_times times(double concurrency, serving::speculation const& s) {
    any_model const m = models::deepseek_v3;
    recipe const stored = models::deepseek_v3.published;
    weight_bytes const w = serving::weights_of_all_stages(m, stored, eight, engines::vllm);
    auto const plain = serving::passes_of(m, any_gpu(gpus::h200_sxm), stored, any_precision(bf16),
                                          eight, engines::vllm, shape, concurrency, w);
    return serving::times_of(serving::speculating(plain.value(), m, any_precision(bf16), eight,
                                                  engines::vllm, shape, w, s),
                             calibration_for(gpus::h200_sxm, engines::vllm));
}
} // namespace

TEST_CASE("tokens of a step: a geometric series (2211.17192, equation 1)") {
    CHECK(serving::tokens_a_step({}) == 1);
    CHECK(near(serving::tokens_a_step({.drafted = 1, .acceptance = 0.85}), 1.85));
    CHECK(near(serving::tokens_a_step({.drafted = 4, .acceptance = 0.8}),
               (1 - 0.8 * 0.8 * 0.8 * 0.8 * 0.8) / (1 - 0.8)));
    CHECK(serving::tokens_a_step({.drafted = 3, .acceptance = 1}) == 4);
    CHECK(serving::tokens_a_step({.drafted = 3, .acceptance = 0}) == 1);
}

TEST_CASE(
    "DeepSeek-V3: its own module makes 1.8 times the tokens of a small batch (2412.19437, 5.4.3)") {
    double const gain = times(1, {}).step / times(1, serving::own_module(1)).step;
    CHECK(near(gain, 1.8, within(0.12)));
}

TEST_CASE("speculation pays less the larger the batch, and costs where nothing is accepted") {
    double const small = times(1, {}).step / times(1, serving::own_module(3)).step;
    double const large = times(512, {}).step / times(512, serving::own_module(3)).step;
    CHECK(small > large);
    CHECK(times(64, {.drafted = 3, .acceptance = 0}).step > times(64, {}).step);
    CHECK(times(1, {.drafted = 0, .acceptance = 0.9}).step == times(1, {}).step);
    CHECK(times(1, {.drafted = 1, .acceptance = 0.85, .draft = 1_ms}).step >
          times(1, serving::own_module(1)).step);
}

TEST_CASE("drafts: their time, and steps that bring several tokens") {
    serving::load_passes const p = some_passes();
    any_model const m = models::qwen3_30b_a3b;
    weight_bytes const w = serving::weights_of_all_stages(m, bf16, {}, engines::vllm);
    auto const with = [&](serving::speculation const& s) {
        return serving::speculating(p, m, any_precision(bf16), layout{}, engines::vllm,
                                    {.prompt = 1000_tok, .output = 500_tok}, w, s);
    };
    serving::load_passes const three = with({.drafted = 3, .acceptance = 0.5, .draft = 2_ms});
    CHECK(near(three.draft, 6_ms));
    CHECK(near(three.tokens_per_step, 1 + 0.5 + 0.25 + 0.125));
    CHECK(near(three.step.work.linear, p.step.work.linear * 4.0)); // four queries a request
    CHECK(near(three.step.work.head, p.step.work.head * 4.0));
    CHECK(three.step.sequences == p.step.sequences);
    serving::load_times const t = serving::times_of(three, server);
    CHECK(near(t.step, (t.decode.total + 6_ms) / 1.875));
    CHECK(with({.drafted = 0, .draft = 2_ms}).draft == seconds{});
    // Experts see the tokens of all groups, and a stage at least one request.
    for (layout const& l : {layout{.data = 2, .expert = 2}, layout{.pipeline = 4}}) {
        weight_bytes const on_stage = serving::weights_of_all_stages(m, bf16, l, engines::vllm);
        serving::request_shape const request{.prompt = 1000_tok, .output = 500_tok};
        for (double const requests : {2.0, 16.0}) {
            serving::load_passes const plain =
                serving::passes_of(m, any_gpu(gpus::h100_sxm_80gb), bf16, any_precision(bf16), l,
                                   engines::vllm, request, requests, on_stage)
                    .value();
            serving::load_passes const drafted =
                serving::speculating(plain, m, any_precision(bf16), l, engines::vllm, request,
                                     on_stage, {.drafted = 3, .acceptance = 0.5});
            CHECK(near(drafted.step.work.experts, plain.step.work.experts * 4.0));
            CHECK(near(drafted.step.work.linear, plain.step.work.linear * 4.0));
        }
    }
    CHECK(with({}).tokens_per_step == 1);
    CHECK(serving::own_module(2).acceptance == 0.85);
}
