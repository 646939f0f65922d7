// SPDX-License-Identifier: MIT
// A rate of requests: how its numbers hang together, where it stops, and what is refused.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::arrivals;
using serving::percentile;

namespace {
constexpr deployment llama{.model = models::llama_3_1_70b,
                           .gpu = gpus::h100_sxm_80gb,
                           .layout = {.tensor = 4},
                           .max_context = 8_Ktok,
                           .request = {.prompt = 2000_tok, .output = 500_tok}};
constexpr calibration server = calibration_for(llama.gpu, llama.engine);

std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
bool says(std::string const& sentence, std::string_view part) {
    return sentence.find(part) != std::string::npos;
}
} // namespace

TEST_CASE("at hardly any load a request is alone") {
    auto const idle = open_loop(llama, {.rate = per_second(1e-6)});
    REQUIRE(idle);
    deployment alone = llama;
    alone.concurrency = 1;
    serving::speed_report const one = speed_of(alone);
    CHECK(near(idle->time_per_token.mean.value, one.decode.total, within(0.03)));
    CHECK(near(idle->time_to_first_token.p99.value, one.time_to_first_token.value, within(0.01)));
    CHECK(near(idle->queue.waits, 0.0));
    CHECK(in_seconds(idle->queue.queued) < 1e-6);
}

TEST_CASE("what is kept up with is what a full machine serves") {
    serving::request_shape const ask = llama.request;
    auto const curve = serving::curve_of(llama, server);
    REQUIRE(curve);
    serving::load_passes const full =
        serving::passes_of(llama.model, llama.gpu, llama.weights, llama.kv_cache, llama.layout,
                           llama.engine, ask, curve->most)
            .value();
    CHECK(near(curve->capacity() * ask.output, serving::saturated_throughput(full, server)));
}

TEST_CASE("requests in flight are the rate times their time (Little's law)") {
    for (double const rate : {0.5, 1.0, 2.0}) {
        auto const o = open_loop(llama, {.rate = per_second(rate)});
        REQUIRE(o);
        CHECK(near(o->queue.in_flight, rate * in_seconds(o->queue.time_per_token.mean) *
                                           in_tokens(llama.request.output)));
        CHECK(near(in_tokens_per_second(o->output_throughput), 500 * rate));
    }
}

TEST_CASE("later percentiles are later, and carry the calibration's interval") {
    auto const o = open_loop(llama, {.rate = per_second(2)});
    REQUIRE(o);
    for (auto const* all : {&o->time_to_first_token, &o->time_per_token}) {
        CHECK(all->p50.value < all->p90.value);
        CHECK(all->p90.value < all->p99.value);
        CHECK(all->p99.source == server.source);
        CHECK(&at(*all, percentile::p90) == &all->p90);
    }
    CHECK(near(o->time_to_first_token.p99.high,
               o->time_to_first_token.p99.value * (1 + server.spread.first_token)));
    CHECK(near(o->end_to_end.p90.high,
               o->end_to_end.p90.value *
                   (1 + std::max(server.spread.first_token, server.spread.per_token))));
    CHECK(near(o->time_per_token.p50.low,
               o->time_per_token.p50.value / (1 + server.spread.per_token)));
    CHECK(name(percentile::p99) == "p99");
}

TEST_CASE("lengths that vary delay the tail more than the middle") {
    auto const alike = open_loop(llama, {.rate = per_second(2)});
    auto const varied =
        open_loop(llama, {.rate = per_second(2), .prompt_variation = 1, .output_variation = 1});
    REQUIRE(alike);
    REQUIRE(varied);
    auto const growth = [&](percentile p) {
        return at(varied->time_to_first_token, p).value / at(alike->time_to_first_token, p).value;
    };
    CHECK(growth(percentile::p99) > 1.2);
    CHECK(growth(percentile::p99) > growth(percentile::p50));
    CHECK(near(varied->queue.in_flight, alike->queue.in_flight)); // insensitive to lengths
}

TEST_CASE("a group of its own for each data-parallel share: twice the groups, twice the rate") {
    deployment mixture{.model = models::qwen3_30b_a3b,
                       .gpu = gpus::h200_sxm,
                       .max_context = 4_Ktok,
                       .request = {.prompt = 1000_tok, .output = 200_tok}};
    auto const one = serving::curve_of(mixture, server);
    mixture.layout = {.data = 2, .expert = 2};
    auto const two = serving::curve_of(mixture, server);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->groups == 1);
    CHECK(two->groups == 2);
    // Four in each of two groups are eight requests.
    serving::request_shape const ask = mixture.request;
    CHECK(two->step(4) ==
          serving::times_of(serving::passes_of(mixture.model, mixture.gpu, mixture.weights,
                                               mixture.kv_cache, mixture.layout, mixture.engine,
                                               ask, 8)
                                .value(),
                            server)
              .step);
    serving::service_curve again = *one;
    again.groups = 2;
    arrivals const a{.rate = one->capacity() * 0.5};
    arrivals const twice{.rate = one->capacity()};
    CHECK(near(serving::queue_of(again, twice).time_to_first_token.p99,
               serving::queue_of(*one, a).time_to_first_token.p99));
    CHECK(
        near(serving::queue_of(again, twice).in_flight, 2 * serving::queue_of(*one, a).in_flight));
}

TEST_CASE("a curve is a straight line between powers of two") {
    serving::service_curve c{};
    CHECK(c.step(3) == seconds{});
    c.steps.push_back({1, 10_ms});
    c.steps.push_back({2, 12_ms});
    c.steps.push_back({4, 20_ms});
    CHECK(near(c.step(0.5), 10_ms));
    CHECK(near(c.step(1.5), 11_ms));
    CHECK(near(c.step(3), 16_ms));
    CHECK(near(c.step(9), 20_ms));
    c.slot = 10_ms;
    c.output = 100;
    // Two in flight: two prompts and a hundred steps for the two.
    CHECK(near(in_per_second(c.rate(2)), 2 / 1.22));
}

TEST_CASE("the largest rate within limits: one more part in a thousand breaks them") {
    auto const curve = serving::curve_of(llama, server);
    REQUIRE(curve);
    serving::queue_times const half = serving::queue_of(*curve, {.rate = curve->capacity() * 0.5});
    for (percentile const p :
         {percentile::mean, percentile::p50, percentile::p90, percentile::p99}) {
        serving::latency_limits const limits{.time_to_first_token = at(half.time_to_first_token, p),
                                             .of = p};
        request_rate const most = serving::largest_rate(*curve, limits);
        CHECK(near(most / curve->capacity(), 0.5, within(0.005)));
    }
    serving::latency_limits const tokens_only{.time_per_token = half.time_per_token.p90,
                                              .of = percentile::p90};
    CHECK(near(serving::largest_rate(*curve, tokens_only) / curve->capacity(), 0.5, within(0.005)));
    CHECK(near(serving::largest_rate(*curve, {}) / curve->capacity(), 0.999));
    serving::service_curve three = *curve;
    three.groups = 3;
    CHECK(near(serving::largest_rate(three, tokens_only),
               serving::largest_rate(*curve, tokens_only) * 3.0));
    CHECK(serving::largest_rate(*curve, {.time_to_first_token = 1_ms}) == per_second(0));
    auto const whole = serving::largest_rate(llama, tokens_only, server);
    REQUIRE(whole);
    CHECK(*whole == serving::largest_rate(*curve, tokens_only));
}

TEST_CASE("prompts that are found in the cache raise what is kept up with") {
    request_rate before{};
    for (double const hit : {0.0, 0.5, 0.9, 1.0}) {
        auto const curve = serving::curve_of(llama, server, hit);
        REQUIRE(curve);
        CHECK(curve->capacity() > before);
        before = curve->capacity();
    }
    auto const none = open_loop(llama, {.rate = per_second(1)});
    auto const most = open_loop(llama, {.rate = per_second(1), .prefix_hit = 0.9});
    REQUIRE(none);
    REQUIRE(most);
    CHECK(most->time_to_first_token.p99.value < none->time_to_first_token.p99.value);
    CHECK(most->queue.utilization < none->queue.utilization);
    CHECK(says(why(open_loop(llama, {.rate = per_second(1), .prefix_hit = 1.5})), "1.50"));
}

TEST_CASE("what cannot be answered is refused with the number and the remedy") {
    auto const curve = serving::curve_of(llama, server);
    REQUIRE(curve);
    auto const above = open_loop(llama, {.rate = curve->capacity() * 1.01});
    REQUIRE(!above);
    CHECK(above.error().code == errc::out_of_range);
    CHECK(says(why(above), "keeps up with less than"));
    CHECK(says(why(above), "add replicas"));
    sentence largest{};
    largest.append_fixed(in_per_second(curve->capacity()), 3);
    CHECK(says(why(above), largest.view()));

    CHECK(says(why(open_loop(llama, {.rate = per_second(0)})), "must be above 0"));
    CHECK(says(why(open_loop(llama, {.rate = per_second(-3)})), "-3.000"));
    CHECK(says(why(open_loop(llama, {.rate = per_second(1), .prompt_variation = -1})), "-1.00"));
    CHECK(says(why(serving::largest_rate(llama, {}, server, {.output_variation = 1000})),
               "1,000.00"));

    deployment d = llama;
    d.layout.tensor = 3;
    auto const indivisible = open_loop(d, {.rate = per_second(1)});
    REQUIRE(!indivisible);
    CHECK(indivisible.error().code == errc::indivisible_layout);
    d = llama;
    d.layout.tensor = 1;
    CHECK(says(why(open_loop(d, {.rate = per_second(1)})), "not even one request fits"));
    d = llama;
    d.request = {};
    d.max_context = tokens{0};
    CHECK(says(why(open_loop(d, {.rate = per_second(1)})), "lengths"));
    any_deployment unpublished{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    unpublished.gpu.bandwidth = unknown;
    unpublished.request = llama.request;
    auto const unmeasured = open_loop(unpublished, {.rate = per_second(1)});
    REQUIRE(!unmeasured);
    CHECK(unmeasured.error().code == errc::unknown_figure);
}

TEST_CASE("lengths that are not given are half of the context each, and it says so") {
    deployment d = llama;
    d.request = {};
    auto const o = open_loop(d, {.rate = per_second(0.1)});
    REQUIRE(o);
    CHECK(o->request_assumed);
    CHECK(o->request == serving::request_shape{4_Ktok, 4_Ktok});
    CHECK(o->places > 0);
}

TEST_CASE("a rate that is refused is shown as it is, and one place is enough to answer") {
    serving::any_deployment const busy{.model = models::llama_3_1_8b,
                                       .gpu = gpus::h100_sxm_80gb,
                                       .request = {.prompt = 2000_tok, .output = 300_tok}};
    auto const said = [&](double rate) {
        auto const o = serving::open_loop(busy, {.rate = per_second(rate)}, server);
        REQUIRE(!o);
        return why(o);
    };
    CHECK(said(-1.5) == "the request rate is -1.500 per second; it must be above 0.");
    CHECK(said(1e6).starts_with("requests arrive at 1,000,000.000 per second, and this deployment "
                                "keeps up with less than "));
    // One place is enough to answer, and none is not: 0.9 of the memory for weights and 2,300 tokens of 131,072 bytes.
    serving::any_deployment narrow = busy;
    narrow.engine = engines::on_paper;
    bytes const weights = weights_of(models::llama_3_1_8b, bf16).total();
    narrow.gpu.memory = (weights + bytes{131'072} * 2310.0) / 0.9;
    auto const single = serving::open_loop(narrow, {.rate = per_second(0.01)}, server);
    REQUIRE(single);
    CHECK(single->places == 1);
    narrow.gpu.memory = (weights + bytes{131'072} * 2290.0) / 0.9;
    auto const none = serving::open_loop(narrow, {.rate = per_second(0.01)}, server);
    REQUIRE(!none);
    CHECK(says(
        why(none),
        "the KV cache of 2,300 tokens does not fit beside the weights, 2,290 would")); // of one
    // One sequence at once, one token in a pass: that many places, and a prompt of 2,000 passes.
    serving::any_deployment single_file = busy;
    single_file.engine.sequences = 1;
    single_file.engine.batched_tokens = 1;
    auto const curve = serving::curve_of(single_file, server);
    REQUIRE(curve);
    CHECK(curve->most == 1);
    CHECK(near(curve->prompts_per_pass, 1.0 / 2000));
    // Without a word about hits there are none.
    CHECK(serving::curve_of(busy.model, busy.gpu, busy.weights, busy.kv_cache, busy.layout,
                            single_file.engine, busy.request, 1, server)
              .value()
              .slot == curve->slot);
    CHECK(serving::service_curve{}.prompts_per_pass == 1);
}

TEST_CASE("traffic is checked to its bounds") {
    auto const said = [](arrivals const& a) {
        auto const bad = serving::detail::check_traffic(a);
        return bad ? std::string(bad->message.view()) : std::string();
    };
    CHECK(said({.prompt_variation = 0, .output_variation = 100, .prefix_hit = 0}).empty());
    CHECK(said({.prompt_variation = 100, .prefix_hit = 1}).empty());
    CHECK(said({.output_variation = 100.25}) == "a coefficient of variation of the lengths is "
                                                "100.25; it must be from 0 (all alike) to 100.");
    CHECK(said({.prompt_variation = -0.5}).find("is -0.50;") != std::string::npos);
    CHECK(said({.prefix_hit = 1.25}) ==
          "the fraction of prompts that is found in the cache is 1.25; it must be from 0 to 1.");
    CHECK(said({.prefix_hit = -0.5}).find("is -0.50;") != std::string::npos);
}

TEST_CASE("limits are kept to the last moment, each by itself") {
    serving::queue_times const q{.stable = true,
                                 .time_to_first_token = {1_s, 2_s, 3_s, 4_s},
                                 .time_per_token = {10_s, 20_s, 30_s, 40_s},
                                 .end_to_end = {100_s, 200_s, 300_s, 400_s}};
    for (auto const& [p, times] :
         {std::pair{percentile::mean, 1.0}, std::pair{percentile::p50, 2.0},
          std::pair{percentile::p90, 3.0}, std::pair{percentile::p99, 4.0}}) {
        serving::latency_limits const none{.of = p};
        CHECK(none.kept_by(q));
        for (double const more : {1.0, 0.999}) {
            bool const kept = more >= 1;
            serving::latency_limits first = none;
            first.time_to_first_token = seconds{times * more};
            CHECK(first.kept_by(q) == kept);
            serving::latency_limits token = none;
            token.time_per_token = seconds{10 * times * more};
            CHECK(token.kept_by(q) == kept);
            serving::latency_limits end = none;
            end.end_to_end = seconds{100 * times * more};
            CHECK(end.kept_by(q) == kept);
        }
        CHECK_FALSE(none.kept_by({}));
    }
}

// In a constant expression too.
static_assert(open_loop(llama, {.rate = per_second(1)})->queue.stable);
