// SPDX-License-Identifier: MIT
// On random deployments: no estimate beats the roofline, and more load is never served faster.
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;
using serving::any_deployment;

namespace {
any_model const chosen_models[] = {models::deepseek_r1,  models::deepseek_llm_67b,
                                   models::llama_3_1_8b, models::qwen3_235b_a22b,
                                   models::gpt_oss_120b, models::gemma_3_27b};
any_gpu const chosen_gpus[] = {gpus::h200_sxm, gpus::b200, gpus::a100_sxm_80gb, gpus::rtx_4090,
                               gpus::mi300x};
recipe const chosen_precisions[] = {bf16, fp8_block128, int4_g128};

template <class T, std::size_t N> T const& one_of(T const (&all)[N]) {
    return all[*rc::gen::arbitrary<std::uint32_t>() % N];
}
count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }
tokens some(count most) { return tokens{static_cast<double>(1 + below(most))}; }

any_deployment random_deployment() {
    any_deployment d{.model = one_of(chosen_models), .gpu = one_of(chosen_gpus)};
    d.weights = one_of(chosen_precisions);
    d.layout = {count{1} << below(4), 1 + below(4), 1, 1};
    if (parameters_of(d.model).routed_experts > 0 && below(2) == 0) {
        d.layout.data = count{1} << below(4);
        d.layout.expert = d.layout.layer_group();
    }
    RC_PRE(check(d.model, d.layout).ok());
    d.max_context = tokens{65536};
    d.concurrency = 1 + below(512);
    d.request = {some(8192), some(4096)};
    return d;
}
serving::speed_report known(any_deployment const& d) {
    serving::speed_report const s = speed_of(d);
    RC_ASSERT(s.known);
    return s;
}
constexpr double slack = 1 - 1e-9; // sums in another order
} // namespace

TEST_CASE("the roofline") {
    CHECK(holds("no decode step and no prefill is faster than its bound", [] {
        serving::speed_report const s = known(random_deployment());
        RC_ASSERT(s.decode.total >= s.decode.bound * slack);
        RC_ASSERT(s.prefill.total >= s.prefill.bound * slack);
        RC_ASSERT(s.decode_bound == s.decode.bound);
        RC_ASSERT(s.decode.bound > seconds{0});
        RC_ASSERT(s.time_per_token.value >= s.decode_bound * slack);
        RC_ASSERT(s.time_to_first_token.value >= s.prefill_bound * slack);
    }));
    CHECK(holds("every time is positive, finite and inside its interval", [] {
        serving::speed_report const s = known(random_deployment());
        for (estimate<seconds> const& t : {s.time_per_token, s.time_to_first_token, s.end_to_end}) {
            RC_ASSERT(t.value > seconds{0});
            RC_ASSERT(t.value < seconds{1e9});
            RC_ASSERT(t.low <= t.value);
            RC_ASSERT(t.value <= t.high);
        }
    }));
}

TEST_CASE("one request alone") {
    CHECK(holds("is never slower from end to end than one among many", [] {
        any_deployment d = random_deployment();
        serving::speed_report const among = known(d);
        d.concurrency = d.layout.data;
        RC_ASSERT(known(d).end_to_end.value <= among.end_to_end.value / slack);
    }));
    CHECK(holds("has a shape whose passes are those of any load", [] {
        any_deployment const d = random_deployment();
        engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
        weight_bytes const w = serving::weights_of_all_stages(d.model, d.weights, d.layout, e);
        auto const shape =
            serving::shape_passes_of(d.model, rates_of(d.gpu, d.weights, d.layout.layer_group()),
                                     d.kv_cache, d.layout, e, d.request, w);
        RC_ASSERT(shape.known());
        serving::load_passes const passes =
            serving::passes_of(shape.value(), d.model, d.gpu, d.kv_cache, d.layout, e, d.request,
                               static_cast<double>(d.concurrency), w);
        serving::speed_report const s =
            serving::speed_of(passes, d.request, d.concurrency, calibration_for(d.gpu, e));
        RC_ASSERT(s.end_to_end == known(d).end_to_end);
        RC_ASSERT(s.time_per_token == known(d).time_per_token);
    }));
}

TEST_CASE("monotony") {
    CHECK(holds("more requests at once never make one of them faster", [] {
        any_deployment d = random_deployment();
        serving::speed_report const now = known(d);
        d.concurrency += 1 + below(512);
        serving::speed_report const then = known(d);
        RC_ASSERT(then.decode.total >= now.decode.total * slack);
        RC_ASSERT(then.time_per_token.value >= now.time_per_token.value * slack);
        // Not the first token: prompts share a pass, and together each is cheaper than alone.
    }));
    CHECK(holds("a longer prompt never makes a request faster", [] {
        any_deployment d = random_deployment();
        serving::speed_report const now = known(d);
        d.request.prompt += some(8192);
        serving::speed_report const then = known(d);
        RC_ASSERT(then.decode.total >= now.decode.total * slack);
        RC_ASSERT(then.prefill.total >= now.prefill.total * slack);
        // Not the first token: in a closed loop slower steps let fewer prompts queue before it.
        RC_ASSERT(then.end_to_end.value >= now.end_to_end.value * slack);
    }));
    CHECK(holds("a device that is faster in everything is never slower", [] {
        any_deployment const d = random_deployment();
        any_deployment faster = d;
        faster.gpu.bandwidth = d.gpu.bandwidth.value() * 1.5;
        for (figure<peak_flop_rate>& peak : faster.gpu.peak.of) {
            if (peak.known()) { peak = peak.value() * 1.5; }
        }
        RC_ASSERT(known(faster).end_to_end.value <= known(d).end_to_end.value / slack);
    }));
}
