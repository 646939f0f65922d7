// SPDX-License-Identifier: MIT
// Prefill and decoding apart: the pools, what is sent between them, and what is refused.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/service_curves.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::two_places;
using reckon::test::within;
using serving::service_curve;

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

TEST_CASE("two pools: engines of both, and sentences with their numbers") {
    serving::any_deployment const d{.model = models::llama_3_1_8b,
                                    .gpu = gpus::h100_sxm_80gb,
                                    .request = {.prompt = 2000_tok, .output = 300_tok}};
    serving::cache_link const link{.each_way = link_gigabytes_per_second(50)};
    auto const pools = [&](count x, count y, double rate, serving::cache_link const& over) {
        return serving::disaggregated(d, x, d, y, over, {.rate = per_second(rate)}, server, server);
    };
    CHECK(pools(0, 1, 1, link).error().message.view() ==
          "there are 0 prefill and 1 decode engines; each must be at least 1.");
    CHECK(pools(1, 0, 1, link).error().message.view() ==
          "there are 1 prefill and 0 decode engines; each must be at least 1.");
    CHECK(pools(1, 1, 0, link).error().message.view() ==
          "the request rate is 0.000 per second; it must be above 0.");
    CHECK(says(why(pools(1, 1, std::numeric_limits<double>::infinity(), link)),
               "it must be above 0"));
    REQUIRE(pools(1, 1, 0.5, link).has_value());
    serving::disaggregated_report const two = *pools(2, 3, 0.5, link);
    CHECK(two.prefill.engines == 2);
    CHECK(two.decode.devices == 3);
    CHECK(two.devices() == 5);
    CHECK(near(two.output_throughput, tokens_per_second(150)));
    double const in = in_per_second(two.prefill.queue.capacity);
    double const through = in_per_second(two.decode.queue.capacity);
    CHECK(near(in_per_second(two.capacity), std::min(in * 2, through * 3)));
    CHECK(near(two.balance, through / in));
    CHECK(two.prefill_binds == (in * 2 < through * 3));
    // Each bound of the link is taken, and refused beyond.
    auto const with = [&](auto change) {
        serving::cache_link l = link;
        change(l);
        return pools(1, 1, 0.5, l).has_value();
    };
    CHECK(with([](auto& l) { l.overlapped = 0; }));
    CHECK(with([](auto& l) { l.overlapped = 1; }));
    CHECK_FALSE(with([](auto& l) { l.overlapped = 1.01; }));
    CHECK_FALSE(with([](auto& l) { l.overlapped = -0.01; }));
    CHECK(with([](auto& l) { l.latency = seconds{}; }));
    CHECK_FALSE(with([](auto& l) { l.latency = seconds{-1e-9}; }));
    CHECK_FALSE(with([](auto& l) { l.reached = efficiency(0); }));
    CHECK_FALSE(with([](auto& l) { l.each_way = link_gigabytes_per_second(0); }));
    CHECK(with([](auto& l) { l.each_way = link_gigabytes_per_second(0.5); }));
    // Too many for either: what is kept up with, and which engines are missing.
    char text[300];
    std::snprintf(
        text, sizeof text,
        "requests arrive at 1,234.500 per second, and the %s engines keep up with less than "
        "%.3f; for each decode "
        "engine %.2f prefill engines keep both equally busy.",
        in < through ? "prefill" : "decode", std::min(in, through), through / in);
    CHECK(why(pools(1, 1, 1234.5, link)) == text);
    // The wider of both spreads for what both pools do, and the decode pool's own for its tokens.
    calibration early = server;
    calibration late = server;
    early.spread = {.per_token = 9, .first_token = 0.5};
    for (auto const& [tokens, first] : {std::pair{0.25, 0.75}, std::pair{2.0, 0.125}}) {
        late.spread = {.per_token = tokens, .first_token = first};
        auto const o =
            serving::disaggregated(d, 1, d, 1, link, {.rate = per_second(0.5)}, early, late);
        REQUIRE(o);
        double const widest = std::max(0.5, first);
        CHECK(
            near(o->time_to_first_token.p90.high, o->time_to_first_token.p90.value * (1 + widest)));
        CHECK(near(o->time_per_token.p90.high, o->time_per_token.p90.value * (1 + tokens)));
        CHECK(
            near(o->end_to_end.p90.high, o->end_to_end.p90.value * (1 + std::max(widest, tokens))));
    }
    // 1 GB over two ranks of 10 GB/s at 50 %, 1 ms before it; three of four layers meanwhile, in a prompt of 40 ms.
    serving::cache_link const half{.each_way = link_gigabytes_per_second(10),
                                   .reached = efficiency(0.5),
                                   .latency = 1_ms,
                                   .overlapped = 1};
    serving::cache_transfer const t = serving::transfer_of(1_GB, half, 2, 4, 40_ms);
    CHECK(near(t.time, 101_ms));
    CHECK(near(t.exposed, 101_ms - 40_ms * 0.75));
    CHECK(near(serving::transfer_of(1_GB, half, 2, 4, 1_s).exposed, 101_ms * 0.25));
}

TEST_CASE(
    "two pools: prompts one after the other, decoding without prompts, and both after each other") {
    service_curve c = two_places();
    c.groups = 3;
    service_curve const filling = serving::detail::prompts_of(c);
    CHECK(filling.most == 65536);
    CHECK(filling.prompt == 700_ms);
    CHECK(filling.slot == 500_ms);
    CHECK(filling.per_request == 40_ms);
    CHECK(filling.groups == 3);
    CHECK(filling.output == 0);
    CHECK(near(in_per_second(filling.capacity()), 2.0)); // a slot each
    service_curve const decoding = serving::detail::decoding_of(c);
    CHECK(decoding.prompt == seconds{});
    CHECK(decoding.slot == seconds{});
    CHECK(decoding.per_request == seconds{});
    CHECK(decoding.groups == 3);
    CHECK(near(in_per_second(decoding.capacity()), 2 / 3.0)); // two of two steps of 1.5 s
    serving::queue_times first{
        .stable = true, .queued = 1_s, .time_to_first_token = {3_s, 2_s, 6_s, 9_s}};
    serving::queue_times const second{.stable = true,
                                      .in_flight = 7,
                                      .queued = 2_s,
                                      .time_to_first_token = {1_s, 1_s, 5_s, 5_s},
                                      .time_per_token = {4_s, 4_s, 4_s, 4_s},
                                      .end_to_end = {10_s, 10_s, 14_s, 10_s}};
    serving::queue_times const both = serving::detail::joined(first, second, 0.5_s);
    CHECK(both.stable);
    CHECK(both.in_flight == 7);
    CHECK(both.queued == 3_s);
    CHECK(both.time_to_first_token.mean == 4.5_s);
    CHECK(near(both.time_to_first_token.p50, 3.5_s));
    CHECK(near(both.time_to_first_token.p90, 4.5_s + 5_s)); // 3 and 4 s above their means
    CHECK(both.end_to_end.mean == 13.5_s);
    CHECK(near(both.end_to_end.p90, 13.5_s + 5_s));
    CHECK(near(both.end_to_end.p99, 13.5_s + 6_s));
    CHECK(both.time_per_token.mean == 4_s);
    first.stable = false;
    CHECK_FALSE(serving::detail::joined(first, second, {}).stable);
    CHECK_FALSE(serving::detail::joined(second, first, {}).stable);
    // As many links as the smaller of the two has ranks: 131,072 bytes of 1,000 tokens at 40 GB/s each.
    serving::any_deployment d{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    serving::cache_link const link{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.8), .latency = 1_ms};
    for (auto const& [from, to, ranks] :
         {std::tuple{layout{.tensor = 4}, layout{.tensor = 2, .pipeline = 4}, 4.0},
          std::tuple{layout{.pipeline = 2}, layout{.tensor = 2, .pipeline = 4}, 2.0},
          std::tuple{layout{.tensor = 2, .pipeline = 3}, layout{.tensor = 2}, 2.0}}) {
        d.layout = to;
        auto const t = serving::transfer_to(d, from, link, 1000_tok, 1_s);
        CHECK(near(t.sent, bytes{131'072'000}));
        CHECK(near(in_seconds(t.time), 1e-3 + 131'072'000 / 40e9 / ranks));
    }
}
