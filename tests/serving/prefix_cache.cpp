// SPDX-License-Identifier: MIT
// Prefixes that are found in the cache: what is computed, how long it takes, and what they occupy.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/prefix_cache.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr deployment chat{.model = models::llama_3_1_70b,
                          .gpu = gpus::h100_sxm_80gb,
                          .layout = {.tensor = 4},
                          .request = {.prompt = 8000_tok, .output = 500_tok}};
constexpr calibration server = calibration_for(chat.gpu, chat.engine);
serving::load_passes plain(double concurrency) {
    return serving::passes_of(chat.model, chat.gpu, chat.weights, chat.kv_cache, chat.layout,
                              chat.engine, chat.request, concurrency)
        .value();
}
serving::load_passes with(double hit, double concurrency = 16) {
    return serving::reusing(
        plain(concurrency), chat.model, chat.gpu, chat.kv_cache, chat.layout, chat.engine,
        chat.request,
        serving::weights_of_all_stages(chat.model, chat.weights, chat.layout, chat.engine), hit);
}
} // namespace

TEST_CASE("DeepSeek's fleet: 73.7k input tokens a second and node are 32.2k computed ones") {
    CHECK(near(342e9 / 608e9, 0.563, within(0.002)));
    CHECK(near(serving::tokens_computed(tokens{73'700}, 342.0 / 608), 32'200, within(0.002)));
    CHECK(serving::tokens_computed(1000_tok, 1) == 1); // the last token's logits are needed
    CHECK(serving::tokens_computed(1000_tok, 0) == 1000);
}

TEST_CASE("without hits nothing changes") {
    serving::load_times const before = serving::times_of(plain(16), server);
    serving::load_times const after = serving::times_of(with(0), server);
    CHECK(after.prompt == before.prompt);
    CHECK(after.slot == before.slot);
    // And hardly any hits hardly change anything.
    serving::load_times const nearly = serving::times_of(with(1e-9), server);
    CHECK(near(nearly.prompt, before.prompt, within(1e-6)));
    CHECK(near(nearly.slot, before.slot, within(1e-6)));
}

TEST_CASE("products shrink with the computed part, scores by what the prefix would have seen") {
    pass_cost const whole = plain(1).prompt;
    pass_cost const half = with(0.5, 1).prompt;
    CHECK(near(half.work.linear, whole.work.linear * 0.5));
    // A causal triangle without the triangle of its first half: three quarters are left.
    CHECK(near(half.work.scores, whole.work.scores * 0.75));
    CHECK(half.weights == whole.weights); // read once a pass, however short
    CHECK(half.work.head == whole.work.head);
}

TEST_CASE("more hits, sooner first tokens; decoding is as it was") {
    seconds before{1e9};
    for (double const hit : {0.0, 0.25, 0.5, 0.75, 0.95, 1.0}) {
        serving::load_passes const p = with(hit);
        serving::load_times const t = serving::times_of(p, server);
        CHECK(t.prompt < before);
        CHECK(t.prompt >= t.prefill.bound);
        before = t.prompt;
        CHECK(t.step == serving::times_of(plain(16), server).step);
        CHECK(p.prompts_per_chunk >= 1);
    }
    auto const none = serving::closed_loop(with(0), server);
    auto const most = serving::closed_loop(with(0.9), server);
    CHECK(most.time_to_first_token < none.time_to_first_token);
    CHECK(most.output_throughput > none.output_throughput);
}

TEST_CASE("a prefix is kept once, and every request has that much less to keep") {
    serving::prefix_room const none = serving::room_for(chat, {});
    CHECK(none.kept == bytes{});
    CHECK(none.hit == 0);
    serving::prefix_room const one = serving::room_for(chat, {.length = 6400_tok});
    CHECK(near(one.hit, 0.8));
    // 80 layers x 2 heads on each of four ranks x 2 x 128 values of two bytes; whole blocks.
    CHECK(near(one.kept, bytes{81'920} * 6400.0));
    CHECK(near(one.each + one.kept, none.each));
    CHECK(one.requests > none.requests);
    serving::prefix_room const ten = serving::room_for(chat, {.length = 6400_tok, .distinct = 10});
    CHECK(near(ten.kept, one.kept * 10));
    CHECK(ten.requests < one.requests);
    CHECK(serving::room_for(chat, {.length = 6400_tok, .distinct = 1'000'000}).requests == 0);
    deployment small = chat;
    small.layout.tensor = 1;
    CHECK(serving::room_for(small, {.length = 6400_tok}).requests == 0);
}

TEST_CASE("whole blocks are shared, and what follows them is a request's own") {
    // vLLM's blocks are 16 tokens: of 100 shared ones 96 are found again, and a request of 112 keeps 16 itself.
    deployment brief = chat;
    brief.request = {.prompt = 110_tok, .output = 2_tok};
    serving::prefix_room const room = serving::room_for(brief, {.length = 100_tok});
    CHECK(near(room.kept, bytes{81'920} * 96.0));
    CHECK(near(room.each, bytes{81'920} * 16.0));
    CHECK(room.requests < 1'000'000);
    // A prefix shorter than a block is shared by nobody.
    serving::prefix_room const none = serving::room_for(brief, {.length = 15_tok});
    CHECK(none.kept == bytes{});
    CHECK(near(none.each, bytes{81'920} * 112.0));
}

TEST_CASE("one request beside its prefix is enough, and what grows with nothing is not shared") {
    // On paper: room for weights, one prefix of 1,000 tokens and 1.5 times the 500 that follow it.
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .request = {.prompt = 1200_tok, .output = 300_tok},
                 .engine = engines::on_paper};
    bytes const weights = weights_of(models::llama_3_1_8b, bf16).total();
    d.gpu.memory = (weights + bytes{131'072} * (1000.0 + 750)) / 0.9;
    serving::prefix_room const one = serving::room_for(d, {.length = 1000_tok});
    CHECK(near(one.pool, bytes{131'072} * 1750.0, within(1e-9)));
    CHECK(one.requests == 1);
    CHECK(near(serving::room_for(d, {.length = 1_tok}).kept,
               bytes{131'072})); // on paper a block is a token
    // States of recurrent layers are every request's own, and nothing is kept for no prefix.
    any_deployment recurrent{.model = models::qwen3_5_27b,
                             .gpu = gpus::h200_sxm,
                             .request = {.prompt = 1200_tok, .output = 300_tok}};
    CHECK(serving::room_for(recurrent, {}).kept == bytes{});
}

TEST_CASE("behind a prefix that fills its windows, a request still has windows of its own") {
    serving::any_deployment windows{.model = models::mistral_7b_v0_1,
                                    .gpu = gpus::h100_sxm_80gb,
                                    .request = {.prompt = 8192_tok, .output = 512_tok}};
    serving::prefix_room const room = serving::room_for(windows, {.length = 8000_tok});
    CHECK(near(room.kept, bytes{131'072} * 4096.0));
    // 8,192 + 512 - 8,000 tokens, below the window of 4,096: 131,072 bytes each.
    CHECK(near(room.each, bytes{131'072} * 704.0));
}
