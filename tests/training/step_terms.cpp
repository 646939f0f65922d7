// SPDX-License-Identifier: MIT
// Each term of a step by hand: a rank of round numbers on a machine on which nothing costs but what is asked.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/step_of.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;
using reckon::training::detail::exchange_of;
using reckon::training::detail::pass_of;
using reckon::training::detail::pass_times;
using reckon::training::detail::rate_between;
using reckon::training::detail::rates;

namespace {

constexpr double free_of_charge = 1e300;

/// All but one rate is free.
constexpr rates only(double rates::* costs, double rate = 1) {
    rates r{};
    for (double rates::* const one :
         {&rates::peak16, &rates::linear, &rates::experts, &rates::attention, &rates::memory,
          &rates::scale_up, &rates::scale_out}) {
        r.*one = free_of_charge;
    }
    r.domain = 8;
    r.*costs = rate;
    return r;
}

/// Three layers on the first rank; by token and layer 700 FLOPs of products, of which 300 are the block's and 200 lift
/// latents, 500 in experts, 110 of scores.
rank_facts facts(bool mixture = false) {
    rank_facts f{};
    f.hidden = 16;
    f.vocabulary = 1024;
    group_facts g{};
    g.layer.work = 700;
    g.layer.block_work = 300;
    g.layer.lifting_work = 200;
    g.layer.expert_work = mixture ? 500 : 0;
    g.scores = 110;
    g.mixture = mixture;
    g.experts_per_token = 4;
    g.experts = 8;
    f.groups.push_back(g);
    f.head.work = 50;
    f.prediction.work = 20;
    f.prediction.expert_work = 7;
    return f;
}
stage_content of_layers(double n, bool last = false) {
    stage_content c{.last = last};
    c.layers.push_back(n);
    return c;
}
/// Two sequences of five tokens a pass.
any_run ten_tokens() {
    any_run r{};
    r.micro_batch = 2;
    r.sequence = 5;
    return r;
}
recompute again(recompute_kind kind, double fraction = 1) {
    return {.kind = kind, .fraction = fraction};
}
adapter lora() { return {.kind = adapter_kind::lora}; }

double products(any_run const& r, rank_facts const& f, stage_content const& c) {
    return pass_of(r, f, c, only(&rates::linear), {}).products;
}
double scores(any_run const& r, rank_facts const& f, stage_content const& c) {
    return pass_of(r, f, c, only(&rates::attention), {}).products;
}
double experts(any_run const& r, rank_facts const& f, stage_content const& c) {
    return pass_of(r, f, c, only(&rates::experts), {}).experts;
}

} // namespace

TEST_CASE("products: once forward, twice back, once back where weights are frozen") {
    any_run r = ten_tokens();
    CHECK(near(products(r, facts(), of_layers(3)), 3 * 10 * 700.0 * 3));
    CHECK(near(experts(r, facts(true), of_layers(3)), 3 * 10 * 500.0 * 3));
    CHECK(
        near(scores(r, facts(), of_layers(3)), 3 * 10 * 110.0 * 3.5)); // its scores are made again
    r.adapter = lora();
    CHECK(near(products(r, facts(), of_layers(3)), 3 * 10 * 700.0 * 2));
    CHECK(near(experts(r, facts(true), of_layers(3)), 3 * 10 * 500.0 * 2));
}

TEST_CASE("what is computed again, by kind") {
    struct row {
        recompute what;
        double linear; // of 700 and, with experts, of 500
        double in_experts;
        double attention; // of 110
    };
    row const rows[] = {
        {again(recompute_kind::none), 0, 0, 0},
        {again(recompute_kind::scores), 0, 0, 0},
        {again(recompute_kind::blocks), 700, 500, 1},
        {again(recompute_kind::blocks, 0.25), 175, 125, 0.25},
        {again(recompute_kind::square_root), 700, 500, 1},
        {again(recompute_kind::every_second), 350, 250, 0.5},
        {again(recompute_kind::cheap_operations, 0.5), 100, 0, 0},
    };
    for (row const& one : rows) {
        CAPTURE(static_cast<int>(one.what.kind));
        any_run r = ten_tokens();
        r.recompute = one.what;
        CHECK(near(products(r, facts(true), of_layers(2)), 2 * 10 * (700 * 3 + one.linear)));
        CHECK(near(experts(r, facts(true), of_layers(2)), 2 * 10 * (500 * 3 + one.in_experts)));
        CHECK(near(scores(r, facts(true), of_layers(2)), 2 * 10 * 110 * (3.5 + one.attention)));
        pass_times const p = pass_of(r, facts(true), of_layers(2), only(&rates::linear), {});
        CHECK(near(p.forward_work, 2 * 10 * (700 + 500 + 110.0)));
        CHECK(near(p.again_work, 2 * 10 * (one.linear + one.in_experts + 110 * one.attention)));
    }
    // The inside of a block: its matrices, or all experts where it is a mixture.
    any_run r = ten_tokens();
    r.recompute = again(recompute_kind::feed_forward);
    CHECK(near(products(r, facts(), of_layers(2)), 2 * 10 * (700 * 3 + 300.0)));
    CHECK(near(products(r, facts(true), of_layers(2)), 2 * 10 * (700 * 3.0)));
    CHECK(near(experts(r, facts(true), of_layers(2)), 2 * 10 * (500 * 4.0)));
}

TEST_CASE("the head stands on the last rank, and costs a third less where it is frozen") {
    any_run r = ten_tokens();
    double const layers_alone = products(r, facts(), of_layers(3));
    CHECK(near(products(r, facts(), of_layers(3, true)) - layers_alone, 10 * (50 + 20 + 7) * 3.0));
    CHECK(near(pass_of(r, facts(), of_layers(0, true), only(&rates::linear), {}).forward_work,
               10 * 77.0));
    // 16 bytes a logit, by tensor rank.
    CHECK(near(pass_of(r, facts(), of_layers(0, true), only(&rates::memory), {}).element_wise,
               10 * 1024 * 16.0));
    r.parallel.tensor = 4;
    CHECK(near(pass_of(r, facts(), of_layers(0, true), only(&rates::memory), {}).element_wise,
               10 * 1024 * 16.0 / 4));
    r.adapter = lora();
    CHECK(near(products(r, facts(), of_layers(0, true)), 10 * 77.0 * 2));
    r.adapter.embeddings = true;
    CHECK(near(products(r, facts(), of_layers(0, true)), 10 * 77.0 * 3));
}

TEST_CASE("launches: of a layer, of its mixture, and what the host adds") {
    calibration k{};
    k.per_layer = seconds{0.001};
    k.per_mixture = seconds{0.01};
    auto const launched = [&](any_run const& r, rank_facts const& f) {
        return pass_of(r, f, of_layers(3), only(&rates::linear), k).launches;
    };
    any_run r = ten_tokens();
    CHECK(near(launched(r, facts()), 3 * 0.001));
    CHECK(near(launched(r, facts(true)), 3 * 0.011));
    r.recompute = again(recompute_kind::blocks); // a forward pass is a third of both
    CHECK(near(launched(r, facts(true)), 3 * 0.011 * 4 / 3));
    r = ten_tokens();
    r.framework.gathering = seconds{0.1};
    r.framework.adapting = seconds{1};
    r.framework.looping = seconds{10};
    rank_facts f = facts();
    f.groups[0].adapted = 2;
    f.groups[0].experts = 5;
    CHECK(near(launched(r, f), 3 * (0.001 + 2 * 1 + 5 * 10.0)));
    r.sharding.stage = shards::weights; // on one rank there is nothing to gather
    CHECK(near(launched(r, f), 3 * (0.001 + 2 * 1 + 5 * 10.0)));
    r.parallel.data = 2;
    CHECK(near(launched(r, f), 3 * (0.001 + 0.1 + 2 * 1 + 5 * 10.0)));
    r.sharding.stage = shards::gradients;
    CHECK(near(launched(r, f), 3 * (0.001 + 2 * 1 + 5 * 10.0)));
}

TEST_CASE("memory: a scan, and what cheap operations write again") {
    any_run r = ten_tokens();
    rank_facts f = facts();
    auto const moved = [&](any_run const& run) {
        return pass_of(run, f, of_layers(3), only(&rates::memory), {}).element_wise;
    };
    double const nothing = moved(r);
    f.groups[0].saved.scanned = 12;
    CHECK(near(moved(r) - nothing, 3 * 10 * 2 * 12 * 3.5));
    r.recompute = again(recompute_kind::blocks);
    CHECK(near(moved(r) - nothing, 3 * 10 * 2 * 12 * 4.5));
    r = ten_tokens();
    f = facts();
    f.groups[0].saved.normed = 32;
    f.groups[0].saved.activated = 64;
    double const kept = moved(r);
    r.recompute = again(recompute_kind::cheap_operations);
    CHECK(near(moved(r) - kept, 3 * 10 * 2 * 2 * (32 + 64.0)));
    // With sequence parallelism norms are divided as activation functions are, without it they are whole.
    for (bool const sequence : {true, false}) {
        any_run divided = ten_tokens();
        divided.parallel.tensor = 4;
        divided.parallel.sequence = sequence;
        double const before = moved(divided);
        divided.recompute = r.recompute;
        CHECK(near(moved(divided) - before, 3 * 10 * 2 * 2 * (sequence ? 8 + 16.0 : 32 + 16.0)));
    }
}

TEST_CASE("tensor ranks: four all-reduces of the hidden values, six with the forward pass again") {
    any_run r = ten_tokens();
    r.parallel.tensor = 4;
    auto const sent = [&] {
        return pass_of(r, facts(), of_layers(3), only(&rates::scale_up), {}).tensor_links;
    };
    double const ring = 2 * (2 * 10 * 16.0) * 3 / 4; // 2 (t - 1) / t of the message
    CHECK(near(sent(), 3 * 4 * ring));
    r.recompute = again(recompute_kind::blocks);
    CHECK(near(sent(), 3 * 6 * ring));
    r.recompute = again(recompute_kind::every_second);
    CHECK(near(sent(), 3 * 5 * ring));
    r.parallel.tensor = 1;
    CHECK(sent() < 1e-200);
}

TEST_CASE("context ranks: keys and values of the others, three times") {
    any_run r = ten_tokens();
    r.parallel.context = 4;
    rank_facts f = facts();
    f.groups[0].saved.attention = 24;
    calibration k{};
    k.hidden = 0.75;
    auto const sent = [&](double rates::* link) {
        return pass_of(r, f, of_layers(3), only(link), k).tensor_links;
    };
    any_run two = ten_tokens(); // of two ranks the one other, five tokens each
    two.parallel.context = 2;
    CHECK(near(pass_of(two, f, of_layers(3), only(&rates::scale_up), k).tensor_links,
               3 * 3 * (2 * 5 * 12.0) * 1 * 0.25));
    // micro_tokens are a rank's own: 2.5.
    double const own = r.micro_tokens();
    CHECK(near(own, 10.0 / 4));
    CHECK(near(sent(&rates::scale_up), 3 * 3 * (2 * own * 12) * 3 * 0.25));
    r.parallel.tensor = 2;
    CHECK(near(sent(&rates::scale_out) + sent(&rates::scale_up),
               sent(&rates::scale_up))); // eight devices are one domain
    r.parallel.tensor = 8;
    CHECK(sent(&rates::scale_out) > 0.1); // and 32 are not
}

TEST_CASE("pipeline ranks: hidden values there and back, in 16 bit, what is not hidden") {
    any_run r = ten_tokens();
    r.parallel.pipeline = 2;
    calibration k{};
    k.hidden = 0.5;
    auto const sent = [&] {
        return pass_of(r, facts(), of_layers(3), only(&rates::scale_out), k).tensor_links;
    };
    CHECK(near(sent(), 4 * (2 * 10 * 16.0) * 0.5));
    r.parallel.tensor = 4; // each rank sends its share
    CHECK(near(sent(), 4 * (2 * 10 * 16.0) / 4 * 0.5));
    r.parallel.pipeline = 1;
    CHECK(sent() < 1e-200);
}

TEST_CASE("expert ranks: there in the dispatched format, back in 16 bit, both ways of a pass") {
    any_run r = ten_tokens();
    r.parallel.expert = 8;
    r.numerics.dispatched = 1;
    auto const sent = [&] {
        return pass_of(r, facts(true), of_layers(3), only(&rates::scale_up), {}).expert_links;
    };
    double const one = 10 * 16 * (1 + 2.0) * 4 * 7 / 8; // four copies, one of eight stays
    CHECK(near(sent(), 3 * 2 * one));
    r.recompute = again(recompute_kind::blocks);
    CHECK(near(sent(), 3 * 3 * one));
    r.recompute = {};
    r.parallel.tensor = 2; // a tensor rank sends its half of the tokens
    CHECK(near(sent(), 3 * 2 * one / 2));
    r.parallel.tensor = 1;
    r.parallel.expert = 1;
    CHECK(sent() == 0);
    r.parallel.expert = 8;
    CHECK(pass_of(r, facts(), of_layers(3), only(&rates::scale_up), {}).expert_links == 0);
}

TEST_CASE("DualPipe hides exchange behind work, all of it where there is enough") {
    any_run r = ten_tokens();
    r.parallel.expert = 8;
    r.parallel.order = schedule::dual_pipe;
    rates at = only(&rates::scale_up);
    double const whole = 3 * 2 * 10 * 16 * 4.0 * 4 * 7 / 8;
    CHECK(near(pass_of(r, facts(true), of_layers(3), at, {}).expert_links, whole));
    calibration k{};
    k.per_layer = seconds{100}; // 300 s of anything
    CHECK(near(pass_of(r, facts(true), of_layers(3), at, k).expert_links, whole - 300));
    k.per_layer = seconds{1e9};
    CHECK(pass_of(r, facts(true), of_layers(3), at, k).expert_links == 0);
}

TEST_CASE("gradients and weights between ranks that share them") {
    held h{};
    h.dense = 1000;
    any_run r{};
    r.parallel.data = 4;
    r.accumulation = 6;
    r.numerics = {.weights = 3, .gradients = 5, .gathered = 7};
    rates const at = only(&rates::scale_up);
    auto const sent = [&] { return exchange_of(r, h, at); };
    r.sharding.stage = shards::nothing; // an all-reduce: gradients twice
    CHECK(near(sent(), 1000 * (5 + 5) * 3.0 / 4));
    r.sharding.stage = shards::optimizer; // gradients one way, weights back
    CHECK(near(sent(), 1000 * (5 + 3) * 3.0 / 4));
    r.sharding.stage = shards::gradients;
    CHECK(near(sent(), 1000 * (5 + 3) * 3.0 / 4));
    // Gathered for both directions of every micro-batch, and gradients scattered with each.
    r.sharding = {.stage = shards::weights};
    r.sharding.reshards = true;
    CHECK(near(sent(), 1000 * 7 * 3 * 6 * 3.0 / 4));
    r.sharding.reshards = false;
    CHECK(near(sent(), 1000 * 7 * 3 * 3.0 / 4));
    r.parallel.data = 1;
    CHECK(sent() == 0);
}

TEST_CASE("experts are exchanged among their own ranks, adapters instead of what is frozen") {
    held h{};
    h.dense = 1000;
    h.experts = 300;
    h.adapters = 20;
    h.expert_adapters = 4;
    h.frozen = bytes{500};
    h.frozen_experts = bytes{90};
    any_run r{};
    r.parallel.data = 8;
    r.parallel.expert = 4; // two ranks hold the same experts
    r.numerics = {.weights = 2, .gradients = 2, .gathered = 2};
    rates const at = only(&rates::scale_up);
    CHECK(r.parallel.expert_state_ranks() == 2);
    r.sharding.stage = shards::optimizer;
    CHECK(near(exchange_of(r, h, at), 1000 * 4 * 7.0 / 8 + 300 * 4 * 1.0 / 2));
    r.adapter = lora();
    CHECK(near(exchange_of(r, h, at), 20 * 4 * 7.0 / 8 + 4 * 4 * 1.0 / 2));
    // Frozen weights are gathered both ways in their format, and have no gradients.
    r.sharding = {.stage = shards::weights};
    r.sharding.reshards = false;
    CHECK(near(exchange_of(r, h, at),
               (2 * (20 * 2 + 500.0) + 20 * 2) * 7.0 / 8 + (2 * (4 * 2 + 90.0) + 4 * 2) / 2));
}

TEST_CASE("links between ranks: inside a machine, and through the networks of all its members") {
    rates const r{.scale_up = 900, .scale_out = 50, .domain = 8};
    CHECK(rate_between(r, 8, 1) == 900);
    CHECK(rate_between(r, 9, 1) == 400);
    CHECK(rate_between(r, 4, 2) == 900);
    CHECK(rate_between(r, 5, 2) == 200);  // four of them in a machine
    CHECK(rate_between(r, 2, 8) == 50);   // one
    CHECK(rate_between(r, 2, 100) == 50); // and never less than one
    CHECK(rate_between({.scale_up = 100, .scale_out = 50, .domain = 8}, 16, 1) == 100);
}

TEST_CASE("a byte of a token on its way to experts") {
    using reckon::training::detail::seconds_all_to_all;
    rates const r{.scale_up = 10, .scale_out = 1, .domain = 8};
    CHECK(seconds_all_to_all(r, 1, 1, 4, 0) == 0);
    // In one machine: four copies, of which one in eight or in four stays.
    CHECK(near(seconds_all_to_all(r, 8, 1, 4, 0), 4 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 4, 1, 4, 0), 4 * 3.0 / 4 / 10));
    CHECK(near(seconds_all_to_all(r, 4, 2, 4, 0), 4 * 3.0 / 4 / 10));
    // Over two machines: the other one is met by 1 - (1/2)^4; over four, three of them by 1 - (3/4)^4 each.
    CHECK(near(seconds_all_to_all(r, 16, 1, 4, 0), 15.0 / 16 + 4 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 32, 1, 4, 0), 3 * (1 - 81.0 / 256) + 4 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 8, 2, 4, 0), 15.0 / 16 + 4 * 3.0 / 4 / 10));
    CHECK(near(seconds_all_to_all(r, 2, 100, 4, 0), 15.0 / 16)); // each rank a machine of its own
    // Where a router allows two machines, half of them are another; places inside of one machine are its devices.
    CHECK(near(seconds_all_to_all(r, 32, 1, 4, 2), 2 * 3.0 / 4 + 4 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 32, 1, 4, 1), 1 * 3.0 / 4 + 4 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 32, 1, 1, 4), 3.0 / 4 + 1 * 7.0 / 8 / 10)); // it binds nothing
    CHECK(near(seconds_all_to_all(r, 8, 1, 4, 2), 2 * 7.0 / 8 / 10));
    CHECK(near(seconds_all_to_all(r, 8, 1, 4, 5), 4 * 7.0 / 8 / 10));
}

TEST_CASE("what a device sustains: each rate by its own fraction") {
    calibration const c{.matmul = efficiency(0.5),
                        .narrow = efficiency(0.25),
                        .experts = efficiency(0.75),
                        .attention = efficiency(0.125),
                        .memory = efficiency(0.625),
                        .link = efficiency(0.875),
                        .scale_out = link_gigabytes_per_second(40),
                        .network = efficiency(0.375)};
    any_gpu g = gpus::h100_sxm_80gb;
    double const peak = g.peak[arithmetic::bf16].value().base_value;
    double const half = g.peak[arithmetic::fp8].value().base_value;
    auto const of = [&](arithmetic products) {
        return reckon::training::detail::rates_of(g, products, c);
    };
    rates const wide = of(arithmetic::bf16);
    CHECK(wide.peak16 == peak);
    CHECK(near(wide.linear, peak * 0.5));
    CHECK(near(wide.experts, peak * 0.5 * 0.75));
    CHECK(near(wide.attention, peak * 0.125));
    CHECK(near(wide.memory, g.bandwidth.value().base_value * 0.625));
    CHECK(near(wide.scale_up, g.link.each_way.value().base_value * 0.875));
    CHECK(near(wide.scale_out, 40e9 * 0.375));
    CHECK(wide.domain == 8);
    rates const narrow = of(arithmetic::fp8);
    CHECK(narrow.peak16 == peak);
    CHECK(near(narrow.linear, half * 0.25));
    CHECK(near(narrow.experts, half * 0.25 * 0.75));
    CHECK(near(narrow.attention, peak * 0.125));
    rates lent = wide;
    lent.lend(0.25);
    CHECK(near(lent.linear, wide.linear * 0.75));
    CHECK(near(lent.experts, wide.experts * 0.75));
    CHECK(near(lent.attention, wide.attention * 0.75));
    CHECK(lent.memory == wide.memory);
    // Without a link between devices the host's serves; without either the network's.
    g.link.each_way = unknown;
    g.host.each_way = link_gigabytes_per_second(16);
    CHECK(near(of(arithmetic::bf16).scale_up, 16e9 * 0.875));
    g.host.each_way = unknown;
    CHECK(near(of(arithmetic::bf16).scale_up, 40e9 * 0.375));
    for (auto const forget : {0, 1}) {
        any_gpu dark = gpus::h100_sxm_80gb;
        if (forget == 0) { dark.bandwidth = unknown; }
        if (forget == 1) { dark.peak = {}; }
        rates const none = reckon::training::detail::rates_of(dark, arithmetic::bf16, c);
        CHECK(none.peak16 == 0);
        CHECK(none.memory == 0);
    }
}

TEST_CASE("the parts of a step: idle stages, what is hidden, the slowest stage, utilisation") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.pipeline = 4, .data = 2},
              .accumulation = 8};
    calibration const k{.matmul = efficiency(0.5),
                        .attention = efficiency(0.5),
                        .memory = efficiency(0.5),
                        .link = efficiency(0.5),
                        .hidden = 0.75,
                        .per_step = seconds{0.5},
                        .spread = 0.25};
    auto const one = [](step_report const& s,
                        double slow = 1) { // of a micro-batch on the slowest rank
        return (s.products + s.experts + s.element_wise + s.launches + s.tensor_links +
                s.expert_links) /
               (8.0 * slow);
    };
    struct row {
        schedule order;
        count pieces;
        double idle;
    };
    for (row const& o :
         {row{schedule::one_forward_one_backward, 1, 3},
          row{schedule::one_forward_one_backward, 2, 1.5}, row{schedule::gpipe, 1, 3},
          row{schedule::zero_bubble, 1, 1}, row{schedule::dual_pipe, 1, 2.0 / 3}}) {
        r.parallel.order = o.order;
        r.parallel.virtual_stages = o.pieces;
        step_report const s = step_of(r, k);
        REQUIRE(s.valid());
        CHECK(near(s.bubble, one(s) * o.idle));
    }
    r.parallel.order = schedule::one_forward_one_backward;
    r.parallel.virtual_stages = 1;
    step_report const s = step_of(r, k);
    // The slowest stage has the head; its stages are otherwise alike, and the first has fewer parameters to exchange
    // than the last by the norm alone.
    rank_facts const f = facts_of(r);
    rates const at = reckon::training::detail::rates_of(r.gpu, r.numerics.products, k);
    pass_times const last = pass_of(r, f, content_of(f, r.parallel, 3), at, k);
    CHECK(near(one(s), seconds{last.total()}));
    CHECK(pass_of(r, f, content_of(f, r.parallel, 0), at, k).total() < last.total());
    double const exchange = exchange_of(r, held_by(f, content_of(f, r.parallel, 3)), at);
    // Three quarters are hidden, behind one micro-batch at most.
    CHECK(near(in_seconds(s.exchange), std::max(exchange * 0.25, exchange - 0.75 * last.total())));
    any_run sharded = r;
    sharded.parallel = {.data = 8};
    sharded.sharding.stage = shards::weights;
    for (double const network : {50.0, 1.0}) { // behind all of its passes, and behind none
        calibration slow = k;
        slow.link = efficiency(network / 1000);
        step_report const z = step_of(sharded, slow);
        rank_facts const g = facts_of(sharded);
        rates const links =
            reckon::training::detail::rates_of(sharded.gpu, sharded.numerics.products, slow);
        double const whole =
            exchange_of(sharded, held_by(g, content_of(g, sharded.parallel, 0)), links);
        CHECK(near(in_seconds(z.exchange),
                   std::max(whole * 0.25, whole - 0.75 * 8 * in_seconds(one(z)))));
    }
    CHECK(s.fixed == seconds{0.5});
    CHECK(near(s.total.high, s.total.value * 1.25));
    // Work of all stages and data ranks: forward, and twice that back; nothing is done again.
    double forward = 0;
    for (count stage = 0; stage < 4; ++stage) {
        forward += pass_of(r, f, content_of(f, r.parallel, stage), at, k).forward_work;
    }
    CHECK(near(in_flops(s.model_work), 3 * forward * 8 * 2));
    CHECK(s.done_work == s.model_work);
    CHECK(near(s.mfu, 3 * forward * 8 * 2 / (at.peak16 * 8 * in_seconds(s.total.value))));
    r.recompute = full_recompute;
    step_report const again = step_of(r, k);
    double repeated = 0;
    for (count stage = 0; stage < 4; ++stage) {
        repeated += pass_of(r, f, content_of(f, r.parallel, stage), at, k).again_work;
    }
    CHECK(near(in_flops(again.done_work), (3 * forward + repeated) * 8 * 2));
    CHECK(again.model_work == s.model_work);
    // The optimizer of the fullest stage: its parameters' masters and moments twice, gradients and weights once.
    double most = 0;
    for (count stage : {0, 1, 3}) {
        stage_content const c = content_of(f, r.parallel, stage);
        model_state const state =
            state_of(held_by(f, c), 0, r.numerics, r.optimizer, {}, {}, r.parallel);
        most = std::max(most,
                        in_bytes(state.optimizer) * 2 + in_bytes(state.gradients + state.weights));
    }
    CHECK(near(in_seconds(s.optimizer), most / (3.35e12 * 0.5)));
    any_run dark = r;
    dark.gpu.bandwidth = unknown;
    CHECK_FALSE(step_of(dark, k).valid());
    calibration nothing = k;
    nothing.attention = efficiency(0);
    CHECK_FALSE(step_of(r, nothing).valid());
    nothing = k;
    nothing.matmul = efficiency(0);
    CHECK_FALSE(step_of(r, nothing).valid());
}

TEST_CASE("under DualPipe a rank works on both ends, with fewer multiprocessors") {
    any_run r{.model = models::deepseek_v2_lite, // 27 layers, the first without experts
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.pipeline = 4, .order = schedule::dual_pipe, .data = 8, .expert = 8},
              .accumulation = 8};
    calibration const k = calibration_for(r.gpu);
    rank_facts const f = facts_of(r);
    rates at = reckon::training::detail::rates_of(r.gpu, r.numerics.products, k);
    at.lend(20.0 / 132); // of an H800's 132 (2412.19437, section 3.2.2)
    auto const stage = [&](count i) { return pass_of(r, f, content_of(f, r.parallel, i), at, k); };
    double const outer = (stage(0).total() + stage(3).total()) / 2;
    double const inner = (stage(1).total() + stage(2).total()) / 2;
    step_report const s = step_of(r, k);
    REQUIRE(s.valid());
    seconds const one =
        s.products + s.experts + s.element_wise + s.launches + s.tensor_links + s.expert_links;
    CHECK(near(in_seconds(one), 8 * std::max(outer, inner) * r.framework.slowdown));
    CHECK(std::abs(outer / inner - 1) > 1e-3);
}

TEST_CASE("weights in the host's memory: what the passes of all micro-batches do not hide") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .sharding = {.stage = shards::weights, .weights_at = state_place::host},
              .accumulation = 4};
    r.gpu.host.each_way = link_gigabytes_per_second(0.5);
    r.framework.slowdown = 2;
    calibration const k = calibration_for(r.gpu);
    step_report const s = step_of(r, k);
    REQUIRE(s.valid());
    seconds const passes =
        (s.products + s.experts + s.element_wise + s.launches + s.tensor_links + s.expert_links) /
        2.0;
    rank_facts const f = facts_of(r);
    state_sharding here = r.sharding;
    here.weights_at = state_place::device;
    model_state const state =
        state_of(held_by(f, content_of(f, r.parallel, 0)), f.embedding.dense + f.head.dense,
                 r.numerics, r.optimizer, {}, here, r.parallel);
    CHECK(near(s.host, copies_of(r, state, {}).shown(passes) * 2.0));
    CHECK(s.host > seconds{});
    CHECK(copies_of(r, state, {}).shown(passes / 4.0) > s.host / 2.0);
}

TEST_CASE("a framework that is twice as slow is so in every part but what is fixed") {
    any_run r{.model = models::qwen3_30b_a3b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.tensor = 2, .pipeline = 2, .data = 8, .expert = 4},
              .sharding = {.stage = shards::optimizer},
              .recompute = full_recompute,
              .accumulation = 8};
    calibration const k = calibration_for(r.gpu);
    for (state_place const place : {state_place::device, state_place::host}) {
        r.sharding.optimizer_at = place;
        r.framework.slowdown = 1;
        step_report const once = step_of(r, k);
        REQUIRE(once.valid());
        r.framework.slowdown = 2;
        step_report const twice = step_of(r, k);
        seconds step_report::* const parts[] = {
            &step_report::products, &step_report::experts,      &step_report::element_wise,
            &step_report::launches, &step_report::tensor_links, &step_report::expert_links,
            &step_report::bubble,   &step_report::exchange};
        seconds sum = once.optimizer + once.host + once.fixed;
        for (auto const part : parts) {
            CHECK(once.*part > seconds{});
            CHECK(near(twice.*part, once.*part * 2.0));
            sum += once.*part;
        }
        CHECK(near(once.total.value, sum));
        CHECK((once.optimizer > seconds{}) == (place == state_place::device));
        CHECK((once.host > seconds{}) == (place == state_place::host));
        CHECK(near(twice.optimizer, once.optimizer * 2.0));
        CHECK(near(twice.host, once.host * 2.0));
        CHECK(twice.fixed == once.fixed);
        CHECK(near(once.all, once.batch / once.total.value));
        CHECK(near(once.per_device * 32.0, once.all)); // tensor 2, pipeline 2, data 8
        CHECK(near(once.hfu / once.mfu, once.done_work / once.model_work));
        // Full recompute: four forward passes for three, but for the head, which is not computed again.
        CHECK(once.done_work < once.model_work * (4.0 / 3));
        CHECK(once.done_work > once.model_work * 1.28);
    }
}

TEST_CASE("micro-batches add up, and leave bubble, optimizer and what is fixed as they are") {
    any_run r{.model = models::llama_3_1_8b,
              .gpu = gpus::h100_sxm_80gb,
              .parallel = {.tensor = 2, .pipeline = 4, .data = 2},
              .sharding = {.stage = shards::optimizer},
              .accumulation = 8};
    step_report const once = step_of(r);
    r.accumulation = 24;
    step_report const thrice = step_of(r);
    for (auto const part : {&step_report::products, &step_report::element_wise,
                            &step_report::launches, &step_report::tensor_links}) {
        CHECK(near(thrice.*part, once.*part * 3.0));
    }
    CHECK(near(thrice.bubble, once.bubble));
    CHECK(near(thrice.optimizer, once.optimizer));
    CHECK(near(thrice.exchange, once.exchange));
    CHECK(thrice.fixed == once.fixed);
    CHECK(near(thrice.model_work, once.model_work * 3.0));
    CHECK(near(in_tokens(thrice.batch), 24 * 2 * 4096.0));
}

TEST_CASE("the optimizer reads and writes its states, and passes over gradients and weights") {
    // One rank: 4 master + 8 of Adam read and written, 2 + 2 once, at the memory's rate.
    any_run const r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    calibration k = calibration_for(r.gpu);
    k.memory = efficiency(1);
    auto const n = static_cast<double>(parameters_of(models::llama_3_1_8b).total);
    step_report const s = step_of(r, k);
    CHECK(near(s.optimizer, seconds{n * (2 * 12 + 4) / 3.35e12} * r.framework.slowdown,
               within(1e-9)));
}
