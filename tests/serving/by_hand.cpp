// SPDX-License-Identifier: MIT
// Laws of load in round numbers: curves, overload, streaming, experts on the host, splits and rooflines.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/serving/explain.hpp>
#include <reckon/serving/offload.hpp>
#include <reckon/serving/overload.hpp>
#include <reckon/serving/speculation.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::service_curve;

namespace {

/// One request decodes in 10 ms a step, three in 20 ms, seven in 60 ms; a prompt beside others takes 100 ms.
service_curve bent() {
    service_curve c{};
    c.steps.push_back({1, 10_ms});
    c.steps.push_back({3, 20_ms});
    c.steps.push_back({7, 60_ms});
    c.most = 7;
    c.prompt = 150_ms;
    c.slot = 100_ms;
    c.prompts_per_pass = 4;
    c.output = 50;
    c.per_request = 5_ms;
    return c;
}

serving::load_passes some_passes() {
    return serving::passes_of(any_model(models::qwen3_30b_a3b), any_gpu(gpus::h100_sxm_80gb), bf16,
                              any_precision(bf16), layout{}, engines::vllm,
                              {.prompt = 1000_tok, .output = 500_tok}, 16)
        .value();
}
constexpr calibration server = calibration_for(gpus::h100_sxm_80gb, engines::vllm);

} // namespace

TEST_CASE("a curve: steps between its points on a line, outside of them as at its ends") {
    service_curve const c = bent();
    CHECK(near(c.step(0.5), 10_ms));
    CHECK(near(c.step(1), 10_ms));
    CHECK(near(c.step(2), 15_ms));
    CHECK(near(c.step(3), 20_ms));
    CHECK(near(c.step(4), 30_ms));
    CHECK(near(c.step(7), 60_ms));
    CHECK(near(c.step(70), 60_ms));
    CHECK(service_curve{}.step(3) == seconds{});
    // n / (n slot + step output)
    CHECK(near(in_per_second(c.rate(3)), 3 / (0.3 + 1.0)));
    CHECK(near(in_per_second(c.rate(7)), 7 / (0.7 + 3.0)));
    // What is finished with all places taken: 1.89 a second, below 1 / (100 + 60 / 4 ms).
    CHECK(near(in_per_second(c.capacity()), 7 / 3.7));
    service_curve prompts = c; // short answers: prompts come in no faster than this
    prompts.output = 1;
    CHECK(near(in_per_second(prompts.capacity()), 1 / 0.115));
    prompts.output = 0; // nothing is decoded
    CHECK(near(in_per_second(prompts.capacity()), 1 / 0.1));
}

TEST_CASE("overload by hand: more than places, and arrivals that stretch it") {
    service_curve const c = bent();
    double const n = 27;
    auto const all_at_once = serving::overloaded(c, per_second(0), n);
    double const served = 3.7 / 7; // seconds for each request, with seven in flight
    CHECK(near(in_seconds(all_at_once.time_per_token), 0.060 + 0.100 * 7 / 50));
    // Behind the first seven: half of the last one's wait, and a slot.
    double const last = served * 20;
    CHECK(near(in_seconds(all_at_once.time_to_first_token),
               0.005 + 0.150 + 0.060 + (0.100 * 3.5) * (7 / n) + (last / 2 + 0.100) * (20 / n)));
    CHECK(near(in_seconds(all_at_once.duration), served * 20 + 0.150 + 0.074 * 50));
    CHECK(near(all_at_once.output_throughput * all_at_once.duration, tokens{n * 50}));
    // One every 0.2 s: still slower served than they come.
    auto const arriving = serving::overloaded(c, per_second(5), n);
    CHECK(near(in_seconds(arriving.time_to_first_token),
               0.005 + 0.150 + 0.060 + ((served * 20 - 0.2 * n) / 2 + 0.100) * (20 / n)));
    CHECK(near(in_seconds(arriving.duration), served * 20 + 0.150 + 0.074 * 50));
    // One every second: they come slower than they are served, and the last comes last.
    auto const slow = serving::overloaded(c, per_second(1), n);
    CHECK(near(in_seconds(slow.duration), 1.0 * 20 + 0.150 + 0.074 * 50));
    CHECK(near(in_seconds(slow.time_to_first_token), 0.005 + 0.150 + 0.060 + 0.100 * (20 / n)));
    // Three groups share what comes.
    service_curve three = c;
    three.groups = 3;
    auto const shared = serving::overloaded(three, per_second(15), n * 3);
    CHECK(near(shared.time_to_first_token, arriving.time_to_first_token));
    CHECK(near(shared.output_throughput, arriving.output_throughput * 3.0));
    // Answers of one token: every other prompt is met by one.
    service_curve brief = c;
    brief.output = 1;
    CHECK(near(in_seconds(serving::overloaded(brief, per_second(0), n).time_per_token),
               0.060 + 0.100 * 7));
    // Fewer than places: nobody waits for one.
    auto const few = serving::overloaded(c, per_second(0), 3);
    CHECK(near(in_seconds(few.time_to_first_token), 0.005 + 0.150 + 0.020 + 0.100 * 1.5));
    CHECK(near(in_seconds(few.duration), 0.150 + (0.020 + 0.100 * 3 / 50) * 50));
}

TEST_CASE("weights that are streamed: the link for their share, the rest as it was") {
    pass_time const t{.weights = 80_ms,
                      .cache = 5_ms,
                      .compute = 20_ms,
                      .network = 3_ms,
                      .overhead = 2_ms,
                      .total = 100_ms,
                      .bound = 60_ms,
                      .bound_by = resource::memory};
    pass_cost cost{};
    cost.weights = 40_GB;
    serving::weight_stream from{
        .each_way = link_gigabytes_per_second(50), .reached = efficiency(0.8), .hidden = 0};
    pass_time const quarter = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quarter.weights, 60_ms));
    CHECK(near(quarter.network, 3_ms + 250_ms)); // 10 GB at 40 GB/s
    CHECK(near(quarter.total, 80_ms + 250_ms));
    CHECK(near(quarter.bound, 200_ms)); // 10 GB at 50 GB/s
    CHECK(quarter.bound_by == resource::network);
    CHECK(quarter.cache == t.cache);
    from.hidden = 0.5; // of the shorter of the two
    CHECK(near(serving::streamed(t, cost, 15_GB, 60_GB, from).total, 80_ms + 250_ms - 40_ms));
    from.each_way = link_gigabytes_per_second(1000);
    pass_time const quick = serving::streamed(t, cost, 15_GB, 60_GB, from);
    CHECK(near(quick.total, 80_ms + 12.5_ms - 6.25_ms));
    CHECK(near(quick.bound, 60_ms)); // 10 ms of link are none
    CHECK(quick.bound_by == resource::memory);
    CHECK(serving::streamed(t, cost, bytes{}, 60_GB, from) == t);
    CHECK(serving::weight_stream{}.reached.fraction == 0.8);
}

TEST_CASE(
    "experts on the host: its memory or its products, and a hand-over in each layer of experts") {
    serving::load_passes const p = some_passes();
    serving::host_processor host{.bandwidth = gigabytes_per_second(500),
                                 .reached = efficiency(0.5),
                                 .products = sustained_teraflops_per_second(2),
                                 .link = link_gigabytes_per_second(40),
                                 .hop = 300_us};
    bytes const experts = 10_GB;
    auto const run = [&] {
        return serving::on_host(p.step, experts, 16, 2048, host, p.rates, server,
                                server.decode_matmul);
    };
    serving::hybrid_time const t = run();
    CHECK(near(t.experts, 40_ms)); // 10 GB at 250 GB/s
    // There and back, 16 tokens of 2,048 values of two bytes, in each of 48 layers.
    CHECK(near(in_seconds(t.handover), 48 * (300e-6 + 2 * 16 * 2048 * 2 / 40e9)));
    CHECK(near(t.total, t.device.total + t.experts + t.handover));
    CHECK(near(t.bound, t.device.bound + 20_ms));
    CHECK(t.host_binds);
    CHECK(t.device.weights < time_of(p.step, p.rates, server, server.decode_matmul).weights);
    host.products = sustained_teraflops_per_second(1e-3);
    CHECK(near(run().experts, p.step.work.experts / host.products));
    host.products = sustained_teraflops_per_second(1e6);
    host.bandwidth = gigabytes_per_second(1e9);
    CHECK_FALSE(run().host_binds);
}

TEST_CASE("a pass by cause, and under its roofline") {
    pass_time const t{.weights = 30_ms,
                      .cache = 20_ms,
                      .compute = 40_ms,
                      .network = 7_ms,
                      .overhead = 3_ms,
                      .activations = 10_ms,
                      .total = 60_ms,
                      .bound = 45_ms,
                      .bound_by = resource::compute};
    serving::time_split const s = serving::split_of(t);
    using serving::cause;
    CHECK(near(s[cause::network], 7_ms));
    CHECK(near(s[cause::overhead], 3_ms));
    CHECK(near(s[cause::weights], 50_ms * 0.4)); // 30 + 10 of 100 ms, in 50
    CHECK(near(s[cause::cache], 50_ms * 0.2));
    CHECK(near(s[cause::compute], 50_ms * 0.4));
    CHECK(s[cause::queue] == seconds{});
    CHECK(near(s.total(), 60_ms));
    CHECK(near(s.share(cause::cache), 10.0 / 60));
    CHECK(serving::time_split{}.share(cause::cache) == 0);
    CHECK((s + s)[cause::network] == 14_ms);
    CHECK(near((s * 3)[cause::cache], 30_ms));
    serving::time_split even{};
    CHECK(even.binds() == cause::weights); // the first of equals
    even[cause::network] = 1_ms;
    CHECK(even.binds() == cause::network);
    // Nothing but waiting for others: overhead.
    CHECK(near(
        serving::split_of({.network = 1_ms, .overhead = 2_ms, .total = 10_ms})[cause::overhead],
        9_ms));

    serving::load_passes const p = some_passes();
    serving::roofline_point const at = serving::point_of(p.step, t, p.rates);
    bytes const read = p.step.weights + p.step.cache;
    CHECK(near(at.intensity, p.step.work.total() / read));
    CHECK(near(at.of_ceiling, 45.0 / 60));
    CHECK(near(at.of_bandwidth, read / p.rates.memory / 60_ms));
    // The H100's dense 16 bit peak is 989.4 TFLOP/s, 3.35 TB/s: 295 FLOP a byte.
    CHECK(near(in_flops_per_byte(at.ridge), 989.4e12 / 3.35e12, reckon::test::within(1e-3)));
    CHECK(near(at.of_peak, in_flops(p.step.work.total()) / 989.4e12 / 0.060,
               reckon::test::within(1e-3)));
    CHECK(at.limit == resource::compute);
    serving::roofline_point const none = serving::point_of({}, {}, p.rates);
    CHECK(none.of_ceiling == 0);
    CHECK(none.of_bandwidth == 0);
    CHECK(none.of_peak == 0);
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
    CHECK(with({}).tokens_per_step == 1);
    CHECK(serving::own_module(2).acceptance == 0.85);
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

TEST_CASE("sentences show their numbers as they are") {
    serving::any_deployment d{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = tokens{0.5}};
    CHECK(serving::explain(d, memory_of(d)).view() ==
          "context and concurrency must be at least 1 (context is 0 tokens)");
}
