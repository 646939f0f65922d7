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
    CHECK(dense.largest(64, step / 2, 8192) == tokens{0});
    CHECK(dense.largest(64, step * 1e4, 8192) == tokens{8192});
}
