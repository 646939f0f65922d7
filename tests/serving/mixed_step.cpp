// SPDX-License-Identifier: MIT
// Decoding and a piece of a prompt in one pass.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/mixed_step.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);
constexpr serving::request_shape ask{4000_tok, 500_tok};

/// One model on one device with so many requests in flight.
struct machine {
    any_model m;
    layout l{};
    weight_bytes w = serving::weights_of_all_stages(m, bf16, l, engines::vllm);
    [[nodiscard]] serving::load_passes load(double in_flight) const {
        return serving::passes_of(m, any_gpu(gpus::h100_sxm_80gb), bf16, any_precision(bf16), l,
                                  engines::vllm, ask, in_flight, w)
            .value();
    }
    [[nodiscard]] serving::mixed_step with(double in_flight, double piece) const {
        return serving::mixed_step_of(load(in_flight), m, any_precision(bf16), l, engines::vllm,
                                      ask, w, tokens{piece}, server);
    }
    [[nodiscard]] tokens largest(double in_flight, seconds limit, count most) const {
        return serving::largest_piece(load(in_flight), m, any_precision(bf16), l, engines::vllm,
                                      ask, w, limit, most, server);
    }
};
machine const dense{.m = models::llama_3_1_8b};
machine const mixture{.m = models::qwen3_30b_a3b};
} // namespace

TEST_CASE("without a piece it is a step") {
    for (machine const* on : {&dense, &mixture}) {
        serving::mixed_step const s = on->with(32, 0);
        CHECK(s.time ==
              time_of(on->load(32).step, on->load(32).rates, server, server.decode_matmul));
        CHECK(s.stall == seconds{0});
        CHECK(s.filled == tokens_per_second(0));
    }
}

TEST_CASE("one pass for both takes less than one for each, and longer than either") {
    for (machine const* on : {&dense, &mixture}) {
        for (double const in_flight : {1.0, 32.0, 200.0}) {
            CAPTURE(in_flight);
            serving::load_passes const p = on->load(in_flight);
            serving::mixed_step const whole = on->with(in_flight, 4000);
            seconds const prompt = serving::times_of(p, server).prompt;
            CHECK(whole.time.total < whole.step + prompt);
            CHECK(whole.time.total > whole.step);
            CHECK(whole.time.total > prompt * 0.999);
            CHECK(whole.time.total >= whole.time.bound);
            CHECK(near(whole.stall, whole.time.total - whole.step));
            CHECK(near(whole.filled * whole.time.total, 4000_tok));
        }
    }
}

TEST_CASE("larger pieces stall longer and fill faster") {
    seconds stall{};
    token_rate filled = tokens_per_second(0);
    for (double piece = 64; piece <= 4096; piece *= 2) {
        serving::mixed_step const s = dense.with(64, piece);
        CHECK(s.stall > stall);
        CHECK(s.filled > filled);
        stall = s.stall;
        filled = s.filled;
    }
}

TEST_CASE("weights are read once for both") {
    serving::mixed_step const s = dense.with(32, 512);
    serving::mixed_step const none = dense.with(32, 0);
    CHECK(near(s.time.weights, none.time.weights));
    CHECK(s.time.overhead == none.time.overhead);
    // Of a mixture more experts are awake, at most all of them.
    serving::mixed_step const few = mixture.with(1, 0);
    serving::mixed_step const many = mixture.with(1, 512);
    CHECK(many.time.weights > few.time.weights);
}

TEST_CASE("the largest piece within a limit: one token more breaks it") {
    seconds const step = dense.with(64, 0).step;
    for (double const times : {1.5, 3.0, 10.0}) {
        seconds const limit = step * times;
        tokens const n = dense.largest(64, limit, 1 << 20);
        CAPTURE(in_tokens(n));
        CHECK(n > tokens{0});
        CHECK(dense.with(64, in_tokens(n)).time.total <= limit);
        CHECK(dense.with(64, in_tokens(n) + 1).time.total > limit);
    }
    // As long as the limit is not longer.
    CHECK(dense.largest(64, dense.with(64, 512).time.total, 8192) == tokens{512});
    CHECK(dense.largest(64, step / 2, 8192) == tokens{0});
    CHECK(dense.largest(64, step * 1e4, 8192) == tokens{8192});
}

TEST_CASE("a pass of a step and a piece: what adds up, what is read once, and what is reached") {
    any_model const m = models::qwen3_30b_a3b;
    constexpr serving::request_shape request{.prompt = 1000_tok, .output = 500_tok};
    struct machine_load {
        layout l;
        double requests, b; // of a step
    };
    for (auto const& [l, requests, b] :
         {machine_load{{}, 16, 16}, machine_load{{.tensor = 2, .data = 2, .expert = 4}, 16, 8},
          machine_load{{.pipeline = 2}, 16, 8}, machine_load{{.pipeline = 2}, 1, 1}}) {
        weight_bytes const w = serving::weights_of_all_stages(m, bf16, l, engines::vllm);
        serving::load_passes const p =
            serving::passes_of(m, any_gpu(gpus::h100_sxm_80gb), bf16, any_precision(bf16), l,
                               engines::vllm, request, requests, w)
                .value();
        auto const with = [&](double piece) {
            return serving::mixed_step_of(p, m, any_precision(bf16), l, engines::vllm, request, w,
                                          tokens{piece}, server);
        };
        // So many requests in a step, which see 1,250 tokens each; a quarter of a prompt, whose tokens see 500 of 1,000.
        auto const groups = static_cast<double>(l.data);
        double const more = (b + 250) / b;
        pass_cost both = p.step;
        both.work.linear = both.work.linear * more;
        both.work.experts = both.work.experts * more;
        both.work.moved = both.work.moved * more;
        both.sent.reduced = both.sent.reduced * more;
        both.sent.exchanged = both.sent.exchanged * more;
        both.work.head = both.work.head * ((b + 0.25) / b);
        both.work.scores = both.work.scores * ((b * 1250 + 250 * 500) / (b * 1250));
        both.cache = both.cache * ((b * 1250 + 0.25 * 500) / (b * 1250));
        both.weights = weights_read(m, w, (b + 250) * groups);
        both.spared = both.weights - weights_streamed(m, w, (b + 250) * groups);
        double const decoding = in_flops(p.step.work.total());
        double const all = in_flops(both.work.total());
        double const reached = all / (decoding / server.decode_matmul.fraction +
                                      (all - decoding) / server.prefill_matmul.fraction);
        pass_time const t = time_of(both, p.rates, server, efficiency(reached));
        serving::mixed_step const s = with(250);
        CHECK(near(s.time.total, t.total));
        CHECK(near(s.time.weights, t.weights));
        CHECK(near(s.time.cache, t.cache));
        CHECK(near(s.time.compute, t.compute));
        CHECK(near(s.time.network, t.network));
        CHECK(near(s.time.activations, t.activations));
        CHECK(near(s.time.bound, t.bound));
        CHECK(near(s.filled, tokens{250} / t.total));
        CHECK(near(s.step, time_of(p.step, p.rates, server, server.decode_matmul).total));
        CHECK(near(s.stall, t.total - s.step, within(1e-9)));
        // A token of a prompt is a piece too.
        CHECK(with(0.5).stall > seconds{0});
    }
}
