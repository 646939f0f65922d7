// SPDX-License-Identifier: MIT
// On random deployments: nothing that arrives, is sent, streamed or reused is served faster than physics allows,
// and more of it is never served sooner.
#include "support/printing.hpp"
#include "support/random_deployment.hpp"

#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/calibrate.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/serving/offload.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/roofline.hpp>
#include <reckon/units.hpp>

#include <array>
#include <cmath>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using reckon::test::random_deployment;
using serving::any_deployment;

namespace {

constexpr double slack = 1 - 1e-9; // sums in another order

double fraction() { return static_cast<double>(below(1 << 20) + 1) / ((1 << 20) + 2); }

/// A deployment with lengths, and the curve of one of its groups.
struct loaded {
    any_deployment d{};
    calibration c{};
    serving::service_curve curve{};
};
loaded random_load() {
    loaded l{.d = random_deployment()};
    double const longest =
        std::min(4096.0, in_tokens(l.d.model.max_context.value_or(tokens{4096})));
    auto const half = static_cast<count>(longest / 2);
    l.d.request = {tokens{static_cast<double>(1 + below(half))},
                   tokens{static_cast<double>(2 + below(half - 1))}};
    l.c = calibration_for(l.d.gpu, l.d.engine);
    auto const curve = serving::curve_of(l.d, l.c);
    RC_PRE(curve.has_value());
    l.curve = *curve;
    return l;
}
serving::load_passes passes_of(any_deployment const& d) {
    auto const p = serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine,
                                      d.request, static_cast<double>(d.concurrency));
    RC_PRE(p.known());
    return p.value();
}

} // namespace

TEST_CASE("open loops") {
    CHECK(holds(
        "no first token is sooner than the bound of its prompt, no token than that of a step", [] {
            loaded const l = random_load();
            double const utilization = 0.98 * fraction();
            serving::queue_times const q =
                queue_of(l.curve, {.rate = l.curve.capacity() * l.curve.groups * utilization,
                                   .prompt_variation = 2 * fraction(),
                                   .output_variation = 2 * fraction()});
            RC_ASSERT(q.stable);
            serving::load_times const alone = times_of(passes_of([&] {
                                                           any_deployment d = l.d;
                                                           d.concurrency = 1;
                                                           return d;
                                                       }()),
                                                       l.c);
            for (serving::percentile const p :
                 {serving::percentile::mean, serving::percentile::p50, serving::percentile::p90,
                  serving::percentile::p99}) {
                RC_ASSERT(at(q.time_per_token, p) >= alone.decode.bound * slack);
                RC_ASSERT(at(q.time_per_token, p) < seconds{1e9});
                RC_ASSERT(at(q.time_to_first_token, p) < seconds{1e12});
            }
            RC_ASSERT(q.time_to_first_token.p50 <= q.time_to_first_token.p90);
            RC_ASSERT(q.time_to_first_token.p90 <= q.time_to_first_token.p99);
            RC_ASSERT(q.time_per_token.p50 <= q.time_per_token.p90);
            RC_ASSERT(q.time_per_token.p90 <= q.time_per_token.p99);
            // Where all prompts are alike, none is shorter than the mean one.
            serving::queue_times const alike =
                queue_of(l.curve, {.rate = l.curve.capacity() * l.curve.groups * utilization});
            RC_ASSERT(alike.time_to_first_token.p50 >= alone.prefill.bound * slack);
            RC_ASSERT(alike.in_flight <= l.curve.most * l.curve.groups / slack);
            RC_ASSERT(alike.waits >= 0 && alike.waits <= 1);
        }));
    CHECK(holds("a higher rate keeps more in flight, and no token comes sooner on average", [] {
        loaded const l = random_load();
        double const low = 0.95 * fraction();
        double const high = low + (0.98 - low) * fraction();
        auto const at_rate = [&](double utilization) {
            return queue_of(l.curve, {.rate = l.curve.capacity() * l.curve.groups * utilization});
        };
        serving::queue_times const few = at_rate(low);
        serving::queue_times const many = at_rate(high);
        RC_ASSERT(many.in_flight >= few.in_flight * slack);
        RC_ASSERT(many.waits >= few.waits * slack);
        RC_ASSERT(many.time_per_token.mean >= few.time_per_token.mean * slack);
        RC_ASSERT(many.time_to_first_token.mean >= few.time_to_first_token.mean * slack);
    }));
    CHECK(holds("nor, by more than a fiftieth, at a percentile, where steps grow as a line", [] {
        constexpr double little = 0.98; // of those with a handful of places
        serving::service_curve c{};
        c.most = static_cast<double>(2 + below(1023));
        double const step = 1 + 50 * fraction();
        for (double const n : {1.0, c.most}) {
            c.steps.push_back({n, milliseconds(step * (1 + n * fraction()))});
        }
        c.steps[1].step = reckon::max(c.steps[0].step, c.steps[1].step);
        c.slot = milliseconds(300 * fraction());
        c.prompt = c.slot;
        c.prompts_per_pass = 0.5 + 30 * fraction();
        c.output = static_cast<double>(2 + below(2000));
        double const low = 0.99 * fraction();
        double const high = low + (0.999 - low) * fraction();
        double const prompts_vary = 2 * fraction();
        double const answers_vary = 2 * fraction();
        auto const at_rate = [&](double utilization) {
            return queue_of(c, {c.capacity() * utilization, prompts_vary, answers_vary});
        };
        serving::queue_times const few = at_rate(low);
        serving::queue_times const many = at_rate(high);
        for (serving::percentile const p :
             {serving::percentile::p50, serving::percentile::p90, serving::percentile::p99}) {
            RC_ASSERT(at(many.time_per_token, p) >= at(few.time_per_token, p) * little);
        }
    }));
    CHECK(
        holds("above its capacity no queue is stable, and the refusal names the largest rate", [] {
            loaded const l = random_load();
            request_rate const capacity = l.curve.capacity() * l.curve.groups;
            RC_ASSERT(!queue_of(l.curve, {.rate = capacity * (1 + fraction())}).stable);
            RC_ASSERT(queue_of(l.curve, {.rate = capacity * 0.999}).stable);
            RC_ASSERT(!open_loop(l.d, {.rate = capacity * 1.01}, l.c).has_value());
            RC_ASSERT(open_loop(l.d, {.rate = capacity * 0.5}, l.c).has_value());
        }));
    CHECK(holds("a faster machine keeps up with more", [] {
        loaded const l = random_load();
        calibration faster = l.c;
        faster.per_layer = l.c.per_layer * 0.5;
        faster.weight_streaming = efficiency(std::min(1.0, l.c.weight_streaming.fraction * 1.1));
        faster.prefill_matmul = efficiency(std::min(1.0, l.c.prefill_matmul.fraction * 1.1));
        auto const better = serving::curve_of(l.d, faster);
        RC_ASSERT(better.has_value());
        RC_ASSERT(better->capacity() >= l.curve.capacity() * slack);
    }));
}

TEST_CASE("prefixes, pools, streams") {
    CHECK(holds("more of a prompt found, never a later one; and never sooner than its bound", [] {
        loaded const l = random_load();
        any_deployment const& d = l.d;
        serving::load_passes const p = passes_of(d);
        weight_bytes const w =
            serving::weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
        double const less = fraction();
        double const more = less + (1 - less) * fraction();
        auto const with = [&](double hit) {
            return times_of(serving::reusing(p, d.model, d.gpu, d.kv_cache, d.layout, d.engine,
                                             d.request, w, hit),
                            l.c);
        };
        serving::load_times const a = with(less);
        serving::load_times const b = with(more);
        RC_ASSERT(b.prompt <= a.prompt / slack);
        RC_ASSERT(b.prefill.total >= b.prefill.bound * slack);
        RC_ASSERT(b.step == a.step);
    }));
    CHECK(holds("a cache that is sent is never there sooner than its bytes", [] {
        loaded const l = random_load();
        bytes const sent = serving::cache_sent(l.d.model, l.d.kv_cache, l.d.request.prompt);
        serving::cache_link const link{.each_way = link_gigabytes_per_second(1 + 400 * fraction()),
                                       .reached = efficiency(fraction()),
                                       .latency = milliseconds(fraction()),
                                       .overlapped = fraction()};
        serving::cache_transfer const t = serving::transfer_of(
            sent, link, 1 + below(16), layer_count(l.d.model), seconds{fraction()});
        RC_ASSERT(t.exposed <= t.time);
        RC_ASSERT(t.exposed >= seconds{0});
        RC_ASSERT(t.time >= sent / link.each_way / 16.0);
    }));
    CHECK(holds(
        "weights read over a link: no pass sooner than they come, more of them never sooner", [] {
            loaded const l = random_load();
            serving::load_passes const p = passes_of(l.d);
            pass_time const t = times_of(p, l.c).decode;
            bytes const held = p.step.weights;
            serving::weight_stream const link{.each_way =
                                                  link_gigabytes_per_second(1 + 60 * fraction()),
                                              .reached = efficiency(fraction()),
                                              .hidden = fraction()};
            double const less = fraction();
            double const more = less + (1 - less) * fraction();
            pass_time const a = serving::streamed(t, p.step, held * less, held, link);
            pass_time const b = serving::streamed(t, p.step, held * more, held, link);
            RC_ASSERT(b.total >= p.step.weights * more / link.each_way * slack);
            RC_ASSERT(b.total >= b.bound * slack);
            RC_ASSERT(a.bound <= b.bound);
            if (link.each_way * link.reached < p.rates.memory * l.c.weight_streaming &&
                link.hidden < 0.5) {
                RC_ASSERT(b.total * (1 + 1e-9) >= a.total * (1 - link.hidden));
            }
        }));
    CHECK(holds("experts on the host: never sooner than the bandwidth of its memory", [] {
        loaded l = random_load();
        RC_PRE(parameters_of(l.d.model).routed_experts > 0);
        serving::host_processor host{.bandwidth = gigabytes_per_second(20 + 800 * fraction()),
                                     .products = sustained_teraflops_per_second(10 * fraction()),
                                     .link = link_gigabytes_per_second(1 + 60 * fraction())};
        auto const slow = serving::hybrid_stream_of(l.d.model, l.d.gpu, l.d.weights, l.d.kv_cache,
                                                    l.d.request, host, l.c);
        RC_PRE(slow.known());
        RC_ASSERT(slow.value().step.total >= slow.value().step.bound * slack);
        RC_ASSERT(slow.value().prompt.total >= slow.value().prompt.bound * slack);
        host.bandwidth = host.bandwidth * 1.5;
        auto const fast = serving::hybrid_stream_of(l.d.model, l.d.gpu, l.d.weights, l.d.kv_cache,
                                                    l.d.request, host, l.c);
        RC_ASSERT(fast.value().step.total <= slow.value().step.total / slack);
    }));
}

TEST_CASE("what binds") {
    CHECK(holds("parts add up, none is negative, no fraction is above one", [] {
        loaded const l = random_load();
        auto const b = serving::breakdown_of(l.d, l.c);
        RC_PRE(b.known());
        serving::speed_report const s = speed_of(l.d, l.c);
        double const whole = in_seconds(s.time_to_first_token.value);
        RC_ASSERT(std::abs(in_seconds(b.value().time_to_first_token.total()) / whole - 1) < 1e-9);
        for (std::size_t i = 0; i < serving::causes; ++i) {
            RC_ASSERT(in_seconds(b.value().time_to_first_token.of[i]) >= -1e-9 * whole);
            RC_ASSERT(in_seconds(b.value().time_per_token.of[i]) >= -1e-9 * whole);
        }
        for (serving::roofline_point const& p : {b.value().decode, b.value().prefill}) {
            RC_ASSERT(p.of_ceiling > 0 && p.of_ceiling <= 1 / slack);
            RC_ASSERT(p.of_bandwidth <= p.of_ceiling / slack);
            RC_ASSERT(p.of_peak <= p.of_ceiling / slack);
        }
    }));
    CHECK(holds("a fit to rows that can be is never further from them", [] {
        loaded l = random_load();
        l.d.concurrency = std::max(l.d.concurrency, l.d.layout.data);
        std::array<serving::measurement, 3> rows{};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            any_deployment d = l.d;
            d.concurrency *= 1 + below(8);
            auto const row =
                i == 2
                    ? serving::measured(d, tokens_per_second(1))
                    : serving::measured(d, static_cast<serving::measured_quantity>(i), seconds{1});
            RC_PRE(row.has_value());
            rows[i] = *row;
            double const as_shipped = serving::predicted(rows[i], l.c);
            double const other = as_shipped * (0.5 + 2 * fraction());
            double const bound = serving::bound_of(rows[i]);
            rows[i].value = i == 2 ? std::min(other, bound) : std::max(other, bound);
        }
        auto const own = calibrate(rows, l.c);
        RC_ASSERT(own.has_value());
        RC_ASSERT(own->error_after <= own->error_before / slack);
        for (double const e :
             {own->fitted.weight_streaming.fraction, own->fitted.prefill_matmul.fraction,
              own->fitted.cache_streaming.fraction}) {
            RC_ASSERT(e > 0 && e <= 1);
        }
        RC_ASSERT(own->fitted.spread.per_token >= 0 && own->fitted.spread.per_token < 1e6);
    }));
}
