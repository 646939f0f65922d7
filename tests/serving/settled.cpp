// SPDX-License-Identifier: MIT
// What an engine decides by itself on a device: batches, kernels, what it reserves.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/serving/reserve.hpp>
#include <reckon/serving/settled.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
engine on(any_gpu const& g, engine const& e = engines::vllm, layout const& l = {}) {
    return serving::settled(e, models::llama_3_1_8b, g, l);
}
/// A user's own device, which says nothing of whose memory it uses.
struct plain_device {
    text<15> name{"own"};
    ampere architecture{};
    figure<bytes> memory{gigabytes(48)};
    figure<bytes> memory_usable{};
    figure<memory_bandwidth> bandwidth{};
    struct {
        constexpr figure<peak_flop_rate> operator[](arithmetic) const noexcept { return unknown; }
    } peak{};
    figure<watts> power{};
    fabric link{};
    host_link host{};
    figure<count> gpus_per_node{};
};
} // namespace

TEST_CASE("vLLM's batches by the device's memory") {
    CHECK(on(gpus::h100_sxm_80gb).batched_tokens == 8192);
    CHECK(on(gpus::h100_sxm_80gb).sequences == 1024);
    CHECK(on(gpus::l4).batched_tokens == 2048);
    CHECK(on(gpus::a100_sxm_80gb).sequences == 256); // by its name
    // No driver tells the size of a memory that is the host's too: 2,048 tokens are logged on GB10.
    CHECK(on(gpus::gb10).batched_tokens == 2048);
    CHECK(on(gpus::gb10).sequences == 256);
    CHECK(on(gpus::gb10, engines::sglang).batched_tokens == 8192);
}

TEST_CASE("small devices load smaller libraries, whatever the release") {
    CHECK(on(gpus::t4).runtime == gibibytes(0.03));
    CHECK(on(gpus::l4).runtime == gibibytes(0.03));
    CHECK(on(gpus::a100_sxm_80gb).runtime == engines::vllm.runtime);
    CHECK(on(gpus::h100_sxm_80gb).runtime == engines::vllm.runtime);
}

TEST_CASE("a shared memory also holds the process") {
    static_assert(serving::shares_memory(gpus::gb10));
    static_assert(!serving::shares_memory(gpus::h100_sxm_80gb));
    static_assert(gpu<plain_device> && !serving::shares_memory(plain_device{}));
    engine const e = on(gpus::gb10);
    auto const shared = serving::reserve_of(e, gpus::gb10, {}).runtime.value;
    any_gpu own = gpus::gb10;
    own.unified_memory = false;
    CHECK(shared - serving::reserve_of(e, own, {}).runtime.value == e.host_process);
    // Gemma-4-26B on GB10: 2.87 GiB beside weights and cache, of which 1 is libraries, graphs and a small pass.
    CHECK(near(in_gibibytes(e.host_process), 2.87 - 1.0, within(0.1)));
}

TEST_CASE("settling twice changes nothing") {
    for (any_gpu const& g : {any_gpu(gpus::gb10), any_gpu(gpus::t4), any_gpu(gpus::h200_sxm),
                             any_gpu(gpus::rtx_pro_6000_server)}) {
        for (engine const& e : {engines::vllm, engines::sglang, engines::tensorrt_llm,
                                engines::on_ascend(engines::sglang)}) {
            layout const groups{.tensor = 2, .data = 4, .expert = 8};
            engine const once = serving::settled(e, models::deepseek_v3_2, g, groups);
            CHECK(serving::settled(once, models::deepseek_v3_2, g, groups) == once);
        }
    }
}

TEST_CASE("NPUs start with all but 0.4 GiB") {
    // 60.8 to 61.1 of 61.27 GiB were free before loading, on 2 to 32 of them.
    constexpr engine npu = engines::on_ascend(engines::sglang);
    auto const reserve = serving::reserve_of(npu, gpus::ascend_910c_die, {.tensor = 16});
    CHECK(near(in_gibibytes(gpus::ascend_910c_die.memory_usable.value() - reserve.context.value -
                            reserve.runtime.value),
               60.9, within(0.004)));
    CHECK_FALSE(npu.packs_indexed_latents);
    CHECK(npu.copies_latents);
}

TEST_CASE("defaults by memory: the last that the device reaches, the first where it is small") {
    engine e{};
    e.defaults.push_back({.batched_tokens = 10, .sequences = 1, .captured = 3, .captured_wide = 4});
    e.defaults.push_back({.from = bytes{100},
                          .batched_tokens = 20,
                          .sequences = 2,
                          .captured = 5,
                          .captured_wide = 6,
                          .runtime = bytes{1}});
    e.defaults.push_back({.from = bytes{200}, .batched_tokens = 30, .sequences = 3});
    e.of_nominal_capacity = true;
    e.memory_utilization = 0.5;
    any_gpu g = gpus::h100_sxm_80gb;
    auto const at = [&](double memory, layout const& l = {}) {
        g.memory = bytes{memory};
        return serving::settled(e, models::llama_3_1_8b, g, l);
    };
    CHECK(at(99).batched_tokens == 10);
    CHECK(at(100).batched_tokens == 20);
    CHECK(at(199).sequences == 2);
    CHECK(at(200).sequences == 3);
    CHECK(at(100).runtime == bytes{1});
    CHECK(at(100).captured == 5);
    CHECK(at(100, {.tensor = 3}).captured == 5);
    CHECK(at(100, {.tensor = 4}).captured == 6); // wide from four ranks on
    CHECK(serving::batched_tokens_on(e, g) == 20);
    e.small_batches_on = "H100"; // batches of the least, all else of its memory
    CHECK(at(100).batched_tokens == 10);
    CHECK(at(100).sequences == 1);
    CHECK(at(100).captured == 5);
    e.small_batches_on = "H200";
    CHECK(at(100).batched_tokens == 20);
    e.batched_tokens = 77; // what is told stays
    e.sequences = 78;
    e.captured = 79;
    CHECK(at(100).batched_tokens == 77);
    CHECK(at(100).sequences == 78);
    CHECK(at(100).captured == 79);
    CHECK(serving::batched_tokens_on(e, g) == 77);
    e.batched_tokens = 1;
    CHECK(serving::batched_tokens_on(e, g) == 1);
    // Sold, reported, or neither.
    g.memory_usable = bytes{90};
    CHECK(serving::capacity_of(g, e).value() == bytes{100});
    CHECK(serving::capacity_of(g, e).source == provenance::datasheet);
    e.of_nominal_capacity = false;
    CHECK(serving::capacity_of(g, e).value() == bytes{90});
    g.memory_usable = unknown;
    CHECK(serving::capacity_of(g, e).value() == bytes{100});
    CHECK(serving::capacity_of(g, e).source == provenance::assumed);
    g.memory = unknown;
    CHECK_FALSE(serving::capacity_of(g, e).known());
}

TEST_CASE("what an engine reserves: libraries, collectives, graphs for each module") {
    engine e{};
    e.runtime = bytes{100};
    e.collectives = bytes{10};
    e.bus_collectives = bytes{20};
    e.host_process = bytes{40};
    e.context = bytes{5};
    e.graph_pool = bytes{7};
    e.graph_pool_per_module = bytes{3};
    e.spread = 0.5;
    any_gpu g = gpus::h100_sxm_80gb;
    auto const of = [&](layout const& l = {}) { return serving::reserve_of(e, g, l); };
    CHECK(of().runtime.value == bytes{100});
    CHECK(of({.tensor = 2}).runtime.value == bytes{110});
    CHECK(of({.pipeline = 2}).runtime.value == bytes{100}); // stages share no layer
    CHECK(near(in_bytes(of().runtime.high), 150));
    CHECK(of().runtime.source == provenance::fitted);
    CHECK(of().context.value == bytes{5});
    CHECK(of().graphs.value == bytes{7});
    e.prediction_modules = 2;
    CHECK(of().graphs.value == bytes{13});
    e.graphs = false;
    CHECK(of().graphs.value == bytes{0});
    g.link.scale_up = 2; // one is enough
    CHECK(of({.tensor = 2}).runtime.value == bytes{110});
    g.link.scale_up = unknown;
    CHECK(of({.tensor = 2}).runtime.value == bytes{120});
    g.link.scale_up = 1; // nobody to share a fabric with
    CHECK(of({.tensor = 2}).runtime.value == bytes{120});
    g.link.scale_up = 8;
    g.link.each_way = unknown;
    CHECK(of({.tensor = 2}).runtime.value == bytes{120});
    g.unified_memory = true;
    CHECK(of().runtime.value == bytes{140});
    e.spread = 0;
    CHECK(of().runtime.source == provenance::exact);
}

TEST_CASE("a share of the memory that nobody told: what captured batches, latents, drafts and "
          "encoders take") {
    engine e{};
    e.of_nominal_capacity = true;
    e.captured = 20;
    e.graphs = true;
    e.reserve = {.constant = 10'000,
                 .per_captured = 1'000,
                 .latent_prefill = 15'000,
                 .per_prediction = 5'000,
                 .tower = 0.5,
                 .tower_parameters = 1,
                 .tower_least = 1,
                 .tower_most = 1};
    any_gpu g = gpus::h100_sxm_80gb;
    g.memory = bytes{mebibytes(100'000)};
    auto const share = [&](any_model const& m) {
        return serving::settled(e, m, g, {}).memory_utilization;
    };
    any_model const text = models::llama_3_1_8b;
    CHECK(near(share(text), 0.7)); // 100 less 10 and 20
    e.graphs = false;
    CHECK(near(share(text), 0.9));
    e.prediction_modules = 1;
    CHECK(near(share(text), 0.85));
    CHECK(near(share(models::deepseek_r1), 0.7));        // 15 for latents
    CHECK(near(share(models::gemma_3_27b), 0.425));      // half of it where images are encoded too
    CHECK(near(share(models::bert_base_uncased), 0.85)); // whose pooler encodes none
    e.memory_utilization = 0.3;                          // as told
    CHECK(share(text) == 0.3);
}

TEST_CASE("encoders of images: who has one, what is told of it, and when nothing counts its pass") {
    any_model const sees = models::gemma_3_27b;
    any_model const reads = models::llama_3_1_8b;
    any_model const pools =
        models::bert_base_uncased; // with a part beside its layers that is no encoder
    CHECK(serving::encodes_images(sees));
    CHECK_FALSE(serving::encodes_images(reads));
    CHECK_FALSE(serving::encodes_images(pools));
    engine e{};
    e.memory_utilization = 0.5;
    e.images_allowed = 5;
    auto const settle = [&](any_model const& m) {
        return serving::settled(e, m, gpus::h100_sxm_80gb, {});
    };
    CHECK(settle(sees).encoder == image_encoder_of(sees));
    CHECK_FALSE(settle(reads).encoder.known());
    any_model shape_alone = reads; // without weights that encode
    shape_alone.images = image_encoder_of(sees);
    CHECK_FALSE(settle(shape_alone).encoder.known());
    CHECK(settle(sees).images == 5);
    e.images = 1;
    CHECK(settle(sees).images == 1);
    e.encoder = image_encoder_of(sees);
    e.encoder.patches += 1;
    CHECK(settle(sees).encoder == e.encoder);
    // Its pass is left out where nobody reserves for it, or nobody knows its shape.
    e.activation_bytes = 1;
    CHECK(serving::encoder_left_out(sees, e));
    e.reserves_for_images = true;
    CHECK_FALSE(serving::encoder_left_out(sees, e));
    e.encoder = {};
    CHECK(serving::encoder_left_out(sees, e));
    CHECK_FALSE(serving::encoder_left_out(reads, e));
    e.activation_bytes = 0; // on paper no pass is counted
    CHECK_FALSE(serving::encoder_left_out(sees, e));
}

TEST_CASE("kernels by architecture and fabric: the first that applies") {
    engine e{};
    e.memory_utilization = 0.5;
    e.sparse = {1, 2, bytes{3}};
    e.expert_kernels.push_back({"Hopper", true, {.width = 11}});
    e.expert_kernels.push_back({"Hopper", false, {.width = 12}});
    e.expert_kernels.push_back({"", false, {.width = 13}});
    e.expert_kernels.push_back({"Ada", false, {.width = 14}});
    any_gpu g = gpus::h100_sxm_80gb;
    CHECK(on(g, e).sharding.mxfp4.width == 11);
    CHECK(on(g, e).sparse == e.sparse);
    g.link.each_way = unknown;
    CHECK(on(g, e).sharding.mxfp4.width == 12);
    CHECK(on(g, e).sparse == whole_scores);
    CHECK(on(gpus::rtx_4090, e).sharding.mxfp4.width == 13);
    e.sparse = {};
    CHECK(on(g, e).sparse == sparse_prefill{});
}
