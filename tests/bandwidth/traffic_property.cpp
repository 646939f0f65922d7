// SPDX-License-Identifier: MIT
// Bytes that move in a pass, and the rates that follow: more is never less, and inverses are inverse.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/bandwidth/cache_traffic.hpp>
#include <reckon/bandwidth/ceilings.hpp>
#include <reckon/bandwidth/collectives.hpp>
#include <reckon/bandwidth/offload.hpp>
#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/catalog/models.hpp>

#include <utility>

using namespace reckon;
using reckon::test::holds;

namespace {

any_model const models_to_try[] = {models::deepseek_r1, models::llama_3_1_8b, models::qwen3_30b_a3b,
                                   models::gemma_3_12b, models::gpt_oss_20b};

double some(int low, int high, double step = 1) { return *rc::gen::inRange(low, high) * step; }
any_model const& some_model() { return models_to_try[*rc::gen::inRange(0, 5)]; }
template <class A, class B> bool same(A a, B b) {
    return static_cast<bool>(reckon::test::near(a, b, reckon::test::within(1e-9)));
}

} // namespace

TEST_CASE("collectives") {
    CHECK(
        holds("a ring sends less than twice the message, more with every rank, nothing alone", [] {
            bytes const message = megabytes(some(1, 1000));
            count const n = *rc::gen::inRange<count>(2, 1000);
            RC_ASSERT(ring_all_reduce(message, 1) == bytes{});
            RC_ASSERT(ring_all_reduce(message, n) < message * 2);
            RC_ASSERT(ring_all_reduce(message, n) >= message);
            RC_ASSERT(ring_all_reduce(message, n + 1) > ring_all_reduce(message, n));
            RC_ASSERT(same(ring_all_reduce(message * 3, n), ring_all_reduce(message, n) * 3));
            // All ranks together send each part of the message to all others, twice.
            RC_ASSERT(same(ring_all_reduce(message, n) * static_cast<double>(n),
                           message * (2 * static_cast<double>(n - 1))));
        }));
    CHECK(holds("a tree has the fewest levels that reach every rank", [] {
        count const n = *rc::gen::inRange<count>(1, 5000);
        count const depth = tree_depth(n);
        RC_ASSERT((count{1} << depth) >= n);
        if (depth > 0) { RC_ASSERT((count{1} << (depth - 1)) < n); }
    }));
    CHECK(holds("traffic is proportional to tokens, its number of collectives is not", [] {
        any_model const& m = some_model();
        layout l{.tensor = count{1} << *rc::gen::inRange(0, 4), .data = *rc::gen::inRange(1, 4)};
        l.expert = l.data > 1 ? l.layer_group() : 1;
        double const n = some(1, 10000);
        link_traffic const one = traffic_of(m, l, n);
        link_traffic const three = traffic_of(m, l, 3 * n);
        RC_ASSERT(same(three.reduced, one.reduced * 3));
        RC_ASSERT(same(three.exchanged, one.exchanged * 3));
        RC_ASSERT(three.collectives == one.collectives);
        RC_ASSERT(three.hops == one.hops);
        RC_ASSERT((one.reduced > bytes{}) == (l.tensor > 1));
        bool const sends = one.reduced + one.exchanged > bytes{};
        RC_ASSERT((one.collectives > 0) == sends);
    }));
}

TEST_CASE("reading") {
    CHECK(holds("a longer context never reads less cache; half of the ranks never read more", [] {
        any_model const& m = some_model();
        double const n = some(1, 200000);
        double const longer = n + some(0, 100000);
        layout const l{.tensor = count{1} << *rc::gen::inRange(0, 4)};
        layout const twice{.tensor = l.tensor * 2};
        bytes const now = cache_read(m, bf16, l, {n, n});
        RC_ASSERT(cache_read(m, bf16, l, {longer, longer}) >= now * (1 - 1e-12));
        RC_ASSERT(cache_read(m, bf16, twice, {n, n}) <= now);
        RC_ASSERT(cache_read(m, bf16, twice, {n, n}) * 2 >= now * (1 - 1e-12));
        RC_ASSERT(cache_read(m, fp8, l, {n, n}) <= now);
    }));
    CHECK(holds("more tokens wake more experts, never more than there are", [] {
        any_model const& m = some_model();
        weight_bytes const w = weights_of(m, fp8_block128);
        double const n = some(1, 2000);
        bytes const read = weights_read(m, w, n);
        RC_ASSERT(weights_read(m, w, n + 1) >= read);
        RC_ASSERT(read <= w.total());
        RC_ASSERT(read >= w.total() - w.routed_experts - w.embedding);
    }));
}

TEST_CASE("the order in which groups of layers are listed changes nothing") {
    for (any_model const& m : models_to_try) {
        any_model turned = m;
        auto& list = turned.groups.list;
        if (list.size() < 2) { continue; }
        std::swap(list[0], list[1]);
        weight_bytes const w = weights_of(m, fp8_block128);
        for (double const n : {1.0, 16.0, 500.0}) {
            CHECK(same(weights_read(turned, w, n), weights_read(m, w, n)));
            CHECK(same(cache_read(turned, bf16, {}, {n, n}), cache_read(m, bf16, {}, {n, n})));
            CHECK(same(traffic_of(turned, {.tensor = 4}, n).reduced,
                       traffic_of(m, {.tensor = 4}, n).reduced));
        }
    }
}

TEST_CASE("ceilings") {
    CHECK(holds("rates and what they need are inverse, and a second token never halves them", [] {
        memory_bandwidth const b = gigabytes_per_second(some(100, 8000));
        bytes const w = gigabytes(some(1, 1000));
        bytes const c = megabytes(some(0, 1000));
        double const n = some(1, 300);
        RC_ASSERT(same(bandwidth_for(w, steps_by_memory(b, w)).base_value, b.base_value));
        RC_ASSERT(tokens_by_memory(b, w, n + 1, c) >= tokens_by_memory(b, w, n, c) * (1 - 1e-12));
        RC_ASSERT(tokens_by_memory(b, w, n, c) <= tokens_by_memory(b, w, n));
        RC_ASSERT(same(tokens_by_memory(b, w, n), tokens_by_memory(b, w) * n));
    }));
    CHECK(holds("at the ridge both ceilings meet; a rate and its time are inverse", [] {
        peak_flop_rate const p = teraflops_per_second(some(10, 5000));
        memory_bandwidth const b = gigabytes_per_second(some(100, 8000));
        double const parameters = some(1, 1000, 1e9);
        RC_ASSERT(
            same((ridge_point(p, b) * gigabytes(1) / p).base_value, (gigabytes(1) / b).base_value));
        tokens const done{some(1, 100000)};
        seconds const t{some(1, 1000, 0.01)};
        flop_rate const reached = achieved_rate(parameters, done, t);
        RC_ASSERT(same(time_at(reached, parameters, done), t));
        RC_ASSERT(same(tokens_by_compute(p, efficiency(0.5), parameters) * 2,
                       tokens_by_compute(p, efficiency(1), parameters)));
    }));
}

TEST_CASE("weights behind a link") {
    CHECK(holds("cost more the more of them there are, and nothing where there are none", [] {
        memory_bandwidth const b = gigabytes_per_second(some(100, 8000));
        link_bandwidth const l = link_gigabytes_per_second(some(1, 90));
        efficiency const e(some(1, 100, 0.01));
        bytes const all = gigabytes(some(2, 500));
        double const share = some(1, 99, 0.01);
        bytes const behind = all * share;
        double const slower = offload_slowdown(all - behind, behind, b, l, e);
        double const more =
            offload_slowdown((all - behind) * 0.5, behind + (all - behind) * 0.5, b, l, e);
        RC_ASSERT(slower > 1);
        RC_ASSERT(more > slower);
        RC_ASSERT(same(offload_slowdown(all, bytes{}, b, l, e), 1.0));
        RC_ASSERT(same(pass_with_offload(all - behind, behind, b, l, e),
                       (all - behind) / b + behind / (l * e)));
    }));
}
