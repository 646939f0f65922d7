// SPDX-License-Identifier: MIT
// Each term of a step by hand: a rank of round numbers on a machine on which nothing costs but what is asked.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/step_of.hpp>

#include <doctest/doctest.h>

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
