// SPDX-License-Identifier: MIT
// Activations by closed form: passes in flight, blocks of the square-root scheme, what layers keep of one token.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/remedies.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;

TEST_CASE(
    "passes in flight (Korthikanti 2205.05198, 4.2.3): L (1 + (p - 1) / (p v)) on the first rank") {
    for (count const p : {2, 4, 8}) {
        parallelism l{.pipeline = p};
        for (count stage = 0; stage < p; ++stage) {
            CHECK(in_flight(l, 1000, stage) == static_cast<double>(p - stage));
            CHECK(in_flight(l, 1, stage) == 1); // no more than there are
        }
        for (count const v : {2, 3}) {
            l.virtual_stages = v;
            auto const P = static_cast<double>(p);
            auto const V = static_cast<double>(v);
            CHECK(near(in_flight(l, 1000, 0), P * (1 + (P - 1) / (P * V))));
            // Each later rank holds two pieces fewer.
            CHECK(near(in_flight(l, 1000, 0) - in_flight(l, 1000, 1), 2 / V));
            CHECK(near(in_flight(l, 1, 0), 1));
        }
        l.virtual_stages = 1;
        l.order = schedule::gpipe;
        CHECK(in_flight(l, 37, 0) == 37);
        l.order = schedule::dual_pipe;
        CHECK(in_flight(l, 1000, 0) == static_cast<double>(p + 1));
        CHECK(in_flight(l, 2, 0) == 2);
    }
    CHECK(in_flight(parallelism{}, 64, 0) == 1);
}

TEST_CASE("a block of the square-root scheme has the number whose square is nearest") {
    for (count n = 1; n <= 300; ++n) {
        CAPTURE(n);
        count const k = square_root_of(n);
        auto const off = [&](count i) { return std::abs(i * i - n); };
        CHECK(off(k) <= off(k + 1));
        CHECK((k == 1 || off(k) <= off(k - 1)));
    }
    CHECK(square_root_of(80) == 9);
    CHECK(square_root_of(12) == 3);
}

TEST_CASE("what a layer keeps of one token, by its matrices") {
    constexpr count h = 512;
    SUBCASE("a plain block: queries, keys, values, output, up, down put out 9 h") {
        layers<gqa, plain_ffn> const one{
            .at = layer_set::range(0, 1),
            .attention = {.query_heads = 8, .kv_heads = 8, .head_dim = 64},
            .feed_forward = {4 * h}};
        saved_values const v = values_of(one, h);
        CHECK(v.products == 9 * h);
        CHECK(v.widest == 4 * h);
        // Every second product again: the input (2 bytes), attention's output and half of the rest.
        layer_activations const kept = activations_of(v, parallelism{}, frameworks::on_paper,
                                                      recompute_kind::every_second, 100, 100);
        CHECK(in_bytes(kept.partly) == 100 * (2 * h + 2 * (4.5 * h + h)));
        CHECK(in_bytes(kept.input) == 100 * 2 * h);
    }
    SUBCASE("latent attention: rotated parts are kept beside what the latents unfold to") {
        constexpr count heads = 16;
        constexpr count nope = 128;
        constexpr count rope = 64;
        constexpr count value = 96;
        layers<mla, gated> const one{.at = layer_set::range(0, 1),
                                     .attention = {.query_heads = heads,
                                                   .q_lora_rank = 256,
                                                   .kv_lora_rank = 128,
                                                   .qk_nope_dim = nope,
                                                   .qk_rope_dim = rope,
                                                   .v_dim = value},
                                     .feed_forward = {4 * h}};
        saved_values const v = values_of(one, h);
        count const queries = heads * (nope + rope);
        count const unfolded = heads * (nope + value);
        count const output = heads * value;
        count const rotated_keys = heads * rope;
        CHECK(v.attention == queries + unfolded + output + rotated_keys);
    }
    SUBCASE("a mixture: each of the experts that a token meets, and the shared one") {
        constexpr count i = 256;
        layers<gqa, moe> const one{
            .at = layer_set::range(0, 1),
            .attention = {.query_heads = 8, .kv_heads = 8, .head_dim = 64},
            .feed_forward = {
                .routed = 32, .per_token = 4, .intermediate = i, .shared_intermediate = 3 * i}};
        saved_values const v = values_of(one, h);
        count const attention = 4 * h;
        count const routed = 4 * (i + i + h);
        count const shared = 3 * i + 3 * i + h;
        CHECK(v.products == attention + routed + shared);
        CHECK(v.experts >= 4 * 2 * i); // both halves of the gate
        CHECK(v.router == 4 * 32);
    }
}

TEST_CASE("weights that are gathered: the layers at once, and the root, less the own share") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    r.sharding.stage = shards::weights;
    r.numerics = fp32_kept;
    r.framework = frameworks::torchtitan;
    constexpr double embedding = 128256.0 * 4096;
    constexpr double layer = 2.0 * 4096 * 4096 + 2.0 * 4096 * 1024 + 3.0 * 4096 * 14336 + 2 * 4096;
    double const root = r.framework.gathers_root ? 2 * embedding : 0;
    double const values = root + r.framework.gathered_layers * layer;
    CHECK(near(in_bytes(memory_of(r).gathered), values * r.numerics.gathered * 7 / 8,
               reckon::test::within(1e-4)));
    r.sharding.reshards = false; // everything stays whole, with its gradients
    CHECK(near(in_bytes(memory_of(r).gathered),
               8.03e9 * (r.numerics.gathered + r.numerics.gradients) * 7 / 8,
               reckon::test::within(1e-3)));
}

TEST_CASE("factored states of experts are none") {
    held h{};
    h.experts = 1000;
    numerics const k = mixed_16bit;
    CHECK(in_bytes(state_of(h, 0, k, adafactor, {}, {}, {}).optimizer) == 1000 * k.master);
    CHECK(in_bytes(state_of(h, 0, k, adam, {}, {}, {}).optimizer) == 1000 * (k.master + 8));
}

TEST_CASE("what is moved into the host's memory is there, whole") {
    held h{};
    h.dense = 1000;
    h.experts = 500;
    numerics const k = mixed_16bit;
    model_state const here = state_of(h, 0, k, adam, {}, {}, {});
    model_state const moved =
        state_of(h, 0, k, adam, {},
                 {.optimizer_at = state_place::host, .weights_at = state_place::host}, {});
    CHECK(moved.weights == bytes{});
    CHECK(moved.optimizer == bytes{});
    CHECK(near(moved.host, here.weights + here.optimizer));
    CHECK(near(moved.host + moved.total(), here.total()));
}

TEST_CASE("remedies: each applies where it can, and saves what it says") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    r.micro_batch = 2;
    auto const offers = [](any_run const& run, std::string_view name) {
        remedy_list const all = remedies_of(run);
        return std::any_of(all.begin(), all.end(),
                           [&](remedy const& one) { return one.name == name; });
    };
    bytes const now = memory_of(r).on_device.value;
    for (remedy const& one : remedies_of(r)) {
        CAPTURE(std::string(one.name));
        CHECK(near(one.on_device + one.saved, now));
        if (one.slower.known()) { CHECK(one.slower.value() > 0); }
    }
    CHECK(offers(r, "full recompute"));
    CHECK(offers(r, "shard the optimizer (ZeRO-1)"));
    CHECK(offers(r, "shard everything (ZeRO-3, FSDP)"));
    CHECK(offers(r, "half the micro-batch"));
    CHECK(offers(r, "LoRA of rank 16 on all linear layers"));
    CHECK(offers(r, "optimizer in the host's memory"));
    CHECK_FALSE(offers(r, "no recompute"));
    CHECK_FALSE(offers(r, "half the adapter's rank"));

    r.micro_batch = 1;
    r.parallel.data = 1;
    r.recompute = full_recompute;
    r.sharding.optimizer_at = state_place::host;
    CHECK(offers(r, "no recompute"));
    CHECK(offers(r, "recompute in blocks of sqrt(L)"));
    CHECK_FALSE(offers(r, "full recompute"));
    CHECK_FALSE(offers(r, "shard the optimizer (ZeRO-1)")); // nobody to share with
    CHECK_FALSE(offers(r, "shard everything (ZeRO-3, FSDP)"));
    CHECK_FALSE(offers(r, "half the micro-batch"));
    CHECK_FALSE(offers(r, "optimizer in the host's memory"));

    r.sharding.optimizer_at = state_place::device;
    r.adapter = {.kind = adapter_kind::lora, .targets = all_linear};
    CHECK(offers(r, "half the adapter's rank"));
    CHECK(offers(r, "frozen weights in nf4 (QLoRA)"));
    CHECK_FALSE(offers(r, "LoRA of rank 16 on all linear layers"));
    r.adapter.base = nf4_double;
    CHECK_FALSE(offers(r, "frozen weights in nf4 (QLoRA)"));

    r.parallel.tensor = 3; // does not divide: no remedy of a run that is none
    CHECK(remedies_of(r).empty());
}
