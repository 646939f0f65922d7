// SPDX-License-Identifier: MIT
// Prefill and decoding apart: the pools, what is sent between them, and what is refused.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr deployment engine_of{.model = models::llama_3_1_70b,
                               .gpu = gpus::h100_sxm_80gb,
                               .layout = {.tensor = 4},
                               .max_context = 8_Ktok,
                               .request = {.prompt = 4000_tok, .output = 500_tok}};
constexpr calibration server = calibration_for(engine_of.gpu, engine_of.engine);
constexpr serving::cache_link network{.each_way = link_gigabytes_per_second(50)};

auto serve(count prefill, count decode, double rate, serving::cache_link const& link = network) {
    return serving::disaggregated(engine_of, prefill, engine_of, decode, link,
                                  {.rate = per_second(rate)}, server, server);
}
std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
bool says(std::string const& sentence, std::string_view part) {
    return sentence.find(part) != std::string::npos;
}
} // namespace

TEST_CASE("the cache of a prompt, each number once") {
    // 80 layers x 8 heads x 2 x 128 values of two bytes.
    CHECK(near(serving::cache_sent(models::llama_3_1_70b, bf16, 1000_tok), bytes{327'680'000}));
    // A latent that every rank repeats is sent once: 61 x 576 x 2 bytes.
    CHECK(near(serving::cache_sent(models::deepseek_v3, bf16, 1000_tok), bytes{70'272'000}));
}

TEST_CASE("a transfer: bytes over all links, less what is sent while the prompt is computed") {
    serving::cache_link link{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.5), .latency = 1_ms};
    auto const after = serving::transfer_of(bytes{10e9}, link, 4, 80, 400_ms);
    CHECK(near(after.time, 101_ms));
    CHECK(after.exposed == after.time);
    link.overlapped = 1;
    auto const meanwhile = serving::transfer_of(bytes{10e9}, link, 4, 80, 400_ms);
    CHECK(near(meanwhile.exposed, 101_ms / 80)); // the last layer's
    auto const short_prompt = serving::transfer_of(bytes{10e9}, link, 4, 80, 40_ms);
    CHECK(near(short_prompt.exposed, 101_ms - 40_ms * 79 / 80));
}

TEST_CASE("the pool that binds sets the capacity, and the balance says how many engines even out") {
    auto const one = serve(1, 1, 0.1);
    REQUIRE(one);
    double const balance = one->balance;
    CHECK(near(in_per_second(one->prefill.queue.capacity) * balance,
               in_per_second(one->decode.queue.capacity)));
    CHECK(one->prefill_binds == (balance > 1));
    CHECK(one->devices() == 8);
    auto const many = serve(100, 1, 0.1);
    auto const few = serve(1, 100, 0.1);
    REQUIRE(many);
    REQUIRE(few);
    CHECK(!many->prefill_binds);
    CHECK(few->prefill_binds);
    CHECK(near(many->capacity, one->decode.queue.capacity));
    CHECK(near(few->capacity, one->prefill.queue.capacity));
    CHECK(near(serve(2, 2, 0.1)->capacity, one->capacity * 2));
}

TEST_CASE("tokens come without prompts in between: never later than in one engine that does both") {
    auto const curve = serving::curve_of(engine_of, server);
    REQUIRE(curve);
    for (double const rate : {0.2, 0.5, 0.8}) {
        request_rate const each = curve->capacity() * rate;
        auto const apart = serve(10, 1, in_per_second(each));
        REQUIRE(apart);
        serving::queue_times const mixed = serving::queue_of(*curve, {.rate = each});
        CHECK(apart->time_per_token.mean.value < mixed.time_per_token.mean);
        CHECK(apart->time_per_token.p99.value < mixed.time_per_token.p99);
    }
}

TEST_CASE("at hardly any load a first token is a prompt, its transfer and a step") {
    auto const idle = serve(1, 1, 1e-6);
    REQUIRE(idle);
    deployment alone = engine_of;
    alone.concurrency = 1;
    serving::speed_report const one = speed_of(alone);
    seconds const expected =
        server.per_request + one.prefill.total + idle->transfer.time + one.decode.total;
    CHECK(near(idle->time_to_first_token.p50.value, expected, within(0.01)));
    CHECK(near(idle->transfer.sent, bytes{327'680} * 4000.0));
    CHECK(near(idle->transfer.time, seconds{327'680.0 * 4000 / (50e9 * 0.87 * 4)}));
    serving::cache_link streamed = network;
    streamed.overlapped = 1;
    auto const sooner = serve(1, 1, 1e-6, streamed);
    REQUIRE(sooner);
    CHECK(sooner->time_to_first_token.p50.value < idle->time_to_first_token.p50.value);
    CHECK(near(sooner->output_throughput, idle->output_throughput));
}

TEST_CASE("what cannot be answered is refused, with the pool at fault") {
    auto const one = serve(1, 1, 0.1);
    REQUIRE(one);
    auto const above = serve(1, 1, 1.01 * in_per_second(one->capacity));
    REQUIRE(!above);
    CHECK(says(why(above),
               one->prefill_binds ? "prefill engines keep up" : "decode engines keep up"));
    CHECK(says(why(above), "equally busy"));
    CHECK(says(why(serve(0, 1, 1)), "0 prefill"));
    CHECK(says(why(serve(1, 1, 0)), "must be above 0"));
    CHECK(says(why(serve(1, 1, 1, {})), "bandwidth"));
    serving::cache_link odd = network;
    odd.overlapped = 1.5;
    CHECK(says(why(serve(1, 1, 1, odd)), "overlap"));
    deployment small = engine_of;
    small.layout.tensor = 1;
    auto const no_room = serving::disaggregated(small, 1, engine_of, 1, network,
                                                {.rate = per_second(0.1)}, server, server);
    REQUIRE(!no_room);
    CHECK(says(why(no_room), "prefill: not even one request fits"));
    auto const no_room_behind = serving::disaggregated(engine_of, 1, small, 1, network,
                                                       {.rate = per_second(0.1)}, server, server);
    REQUIRE(!no_room_behind);
    CHECK(says(why(no_room_behind), "decode: not even one request fits"));
}
