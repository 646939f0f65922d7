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
