// SPDX-License-Identifier: MIT
// A million deployments at random: none is faster than its bytes over the bandwidth or its FLOPs over the peak.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string_view>

using namespace reckon;

namespace {

class random_choice {
public:
    count below(count n) { return static_cast<count>(bits_() % static_cast<std::uint64_t>(n)); }
    template <class T, std::size_t N> T const& of(T const (&all)[N]) {
        return all[below(static_cast<count>(N))];
    }
    tokens length(count most) { return tokens{static_cast<double>(1 + below(most))}; }

private:
    std::mt19937_64 bits_{20260101};
};

any_model const chosen_models[] = {models::deepseek_r1,     models::deepseek_llm_67b,
                                   models::llama_3_1_8b,    models::llama_3_1_70b,
                                   models::qwen3_235b_a22b, models::gpt_oss_120b,
                                   models::gemma_3_27b,     models::deepseek_v2_lite};
any_gpu const chosen_gpus[] = {gpus::h100_sxm_80gb, gpus::h200_sxm, gpus::b200,
                               gpus::a100_sxm_80gb, gpus::l40s,     gpus::rtx_4090,
                               gpus::mi300x,        gpus::t4};
recipe const chosen_precisions[] = {bf16, fp8_block128, int4_g128};
engine const chosen_engines[] = {engines::vllm, engines::sglang};

/// Every peak at its datasheet value and no overhead: what no machine reaches.
constexpr calibration perfect{.name = "perfect",
                              .weight_streaming = efficiency(1),
                              .cache_streaming = efficiency(1),
                              .decode_matmul = efficiency(1),
                              .prefill_matmul = efficiency(1),
                              .expert_matmul = efficiency(1),
                              .link = efficiency(1),
                              .hidden = 1};

constexpr double slack = 1 - 1e-9; // sums in another order

/// What is wrong with the speed of `d`; empty where nothing is.
std::string_view wrong(any_deployment const& d, weight_bytes const& w, calibration const& c) {
    auto const load = serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine,
                                         d.request, static_cast<double>(d.concurrency), w);
    if (!load.known()) { return "a rate is not known"; }
    serving::load_passes const& p = load.value();
    serving::load_times const t = serving::times_of(p, c);
    // Counted here anew, from bytes and FLOPs, not taken from the bound that the law states.
    for (auto const& [cost, time] : {std::pair{&p.step, &t.decode}, {&p.prompt, &t.prefill}}) {
        bytes const read = cost->weights + cost->cache;
        if (time->total < read / p.rates.memory * slack) {
            return "reads faster than its bandwidth";
        }
        seconds const products =
            cost->work.linear / p.rates.linear + cost->work.experts / p.rates.experts +
            cost->work.head / p.rates.head + cost->work.scores / p.rates.scores;
        if (time->total < products * slack) { return "multiplies faster than its peak"; }
        if (!(time->total < seconds{1e9})) { return "takes for ever"; }
    }
    serving::loop_times const loop = serving::closed_loop(p, t, c, serving::loop_start::warm());
    if (loop.time_per_token < t.decode.bound * slack) { return "a token sooner than its bound"; }
    if (loop.time_to_first_token < t.prefill.bound * slack) {
        return "a first token sooner than its bound";
    }
    serving::load_times const least = serving::times_of(p, perfect);
    if (t.step < least.step * slack || t.prompt < least.prompt * slack) {
        return "faster than a machine without losses";
    }
    return {};
}

} // namespace

TEST_CASE("a million deployments") {
    random_choice random;
    constexpr int wanted = 1'000'000;
    int tried = 0;
    int broken = 0;
    while (tried < wanted) {
        any_deployment d{.model = random.of(chosen_models), .gpu = random.of(chosen_gpus)};
        d.weights = random.of(chosen_precisions);
        d.engine = random.of(chosen_engines);
        d.layout = {count{1} << random.below(4), 1 + random.below(4), 1, 1};
        if (random.below(2) == 0) {
            d.layout.data = count{1} << random.below(5);
            d.layout.expert = d.layout.data > 1 ? d.layout.layer_group() : 1;
        }
        if (!check(d.model, d.layout).ok()) { continue; }
        weight_bytes const w =
            serving::weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
        calibration const c = calibration_for(d.gpu, d.engine);
        // Many loads for each, so that most of the time goes into speed.
        for (int i = 0; i < 20; ++i) {
            d.concurrency = count{1} + random.below(count{1} << random.below(12));
            d.request = {random.length(1 << 15), random.length(1 << 13)};
            std::string_view const why = wrong(d, w, c);
            ++tried;
            if (!why.empty() && ++broken <= 3) {
                CAPTURE(std::string_view(d.model.name));
                CAPTURE(std::string_view(d.gpu.name));
                CAPTURE(d.layout.tensor);
                CAPTURE(d.layout.data);
                CAPTURE(d.concurrency);
                CAPTURE(in_tokens(d.request.prompt));
                FAIL_CHECK(why);
            }
        }
    }
    CHECK(broken == 0);
}
