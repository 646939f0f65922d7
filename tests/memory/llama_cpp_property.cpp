// SPDX-License-Identifier: MIT
// What holds of every launch of llama.cpp, wherever things are put.
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>
#include <reckon/memory/llama_cpp/remedies.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using test::holds;

namespace {

constexpr recipe q8 = recipe(any_precision(gguf::q8_0));

any_model a_model() {
    return *rc::gen::element<any_model>(models::llama_3_1_8b, models::qwen3_30b_a3b,
                                        models::gemma_3_12b, models::deepseek_v2_lite,
                                        models::gpt_oss_20b);
}

llama_cpp_settings a_launch() {
    llama_cpp_settings s{};
    s.context = *rc::gen::inRange<count>(1, 65536);
    s.sequences = *rc::gen::inRange<count>(1, 9);
    s.unified = *rc::gen::arbitrary<bool>();
    s.micro_batch = *rc::gen::element<count>(16, 64, 512, 1024);
    s.flash_attention = *rc::gen::arbitrary<bool>();
    s.full_window = *rc::gen::arbitrary<bool>();
    s.outputs = *rc::gen::element<count>(0, s.sequences);
    s.gpu_layers = *rc::gen::inRange<count>(-1, 60);
    s.idle_device = *rc::gen::arbitrary<bool>();
    s.host_experts = *rc::gen::inRange<count>(0, 60);
    s.cache_on_host = *rc::gen::arbitrary<bool>();
    s.lends = *rc::gen::arbitrary<bool>();
    s.split.devices = *rc::gen::inRange<count>(1, 5);
    for (count d = 0; d < s.split.devices; ++d) {
        s.split.shares[d] = *rc::gen::inRange(0, 100);
    }
    return s;
}

// Everything on the host, or one place: what any placement divides.
bytes weights_alone(any_model const& m, llama_cpp_settings const& s) {
    llama_cpp_settings one = s;
    one.split = {};
    one.host_experts = 0;
    return llama_cpp_weights(m, q8, one).total();
}

} // namespace

TEST_CASE("weights and caches are divided, never lost") {
    CHECK(holds("placement", [] {
        any_model const m = a_model();
        llama_cpp_settings const s = a_launch();
        auto const memory = llama_cpp_memory_of(m, q8, s);
        RC_PRE(memory.has_value());
        bytes weights = memory->host.weights;
        bytes cache = memory->host.cache.total();
        for (llama_cpp_part const& part : memory->devices) {
            RC_ASSERT(part.total() >= bytes{0});
            RC_ASSERT(part.total() <= memory->device.total());
            weights += part.weights;
            cache += part.cache.total();
        }
        RC_ASSERT(weights == weights_alone(m, s));
        RC_ASSERT(cache == llama_cpp_cache_of(m, s, memory->extent).total());
    }));
}

TEST_CASE("devices hold layers one behind the other, and one has the head") {
    CHECK(holds("stages", [] {
        count const layers = *rc::gen::inRange<count>(1, 130);
        llama_cpp_settings const s = a_launch();
        count next = first_device_layer(s, layers);
        count heads = 0;
        for (llama_cpp_stage const& stage : stages_of(s, layers)) {
            RC_ASSERT(stage.first == next);
            RC_ASSERT(stage.end >= stage.first);
            next = stage.end;
            heads += stage.head ? 1 : 0;
        }
        RC_ASSERT(next == layers);
        RC_ASSERT(heads == (head_on_device(s) ? 1 : 0));
    }));
}

TEST_CASE("caches do not shrink when the context grows, and buffers of a pass little") {
    CHECK(holds("context", [] {
        any_model const m = a_model();
        llama_cpp_settings s = a_launch();
        auto const before = llama_cpp_memory_of(m, q8, s);
        RC_PRE(before.has_value());
        s.context += *rc::gen::inRange<count>(0, 65536);
        auto const after = llama_cpp_memory_of(m, q8, s);
        RC_ASSERT(after.has_value());
        for (std::size_t d = 0; d < before->devices.size(); ++d) {
            RC_ASSERT(after->devices[d].cache.total() >= before->devices[d].cache.total());
            // Results are packed into holes: larger ones may happen to fall better.
            RC_ASSERT(after->devices[d].compute >= 0.5 * before->devices[d].compute);
        }
        RC_ASSERT(after->host.cache.total() >= before->host.cache.total());
        RC_ASSERT(after->host.compute >= 0.5 * before->host.compute);
    }));
}

TEST_CASE("every remedy does what it says") {
    CHECK(holds("remedies", [] {
        any_model const m = a_model();
        llama_cpp_settings const s = a_launch();
        auto const memory = llama_cpp_memory_of(m, q8, s);
        RC_PRE(memory.has_value());
        bytes const free = *rc::gen::inRange(1, 120) / 100.0 * memory->device.total();
        auto const list = llama_cpp_remedies_of(m, q8, free, s);
        RC_ASSERT(list.has_value());
        RC_ASSERT(list->empty() || memory->device.total() > free);
        bool mends = true;
        for (llama_cpp_remedy const& r : *list) {
            RC_ASSERT(r.freed > bytes{0});
            RC_ASSERT(r.mends == (memory->device.total() - r.freed <= free));
            RC_ASSERT(mends || !r.mends);
            mends = r.mends;
        }
    }));
}
