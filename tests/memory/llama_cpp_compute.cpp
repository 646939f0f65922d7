// SPDX-License-Identifier: MIT
// llama.cpp's compute buffers, as release v0.5.0 (commit 0ad4a86) says it would allocate them, and what fits.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

namespace {

constexpr recipe q8 = recipe(any_precision(gguf::q8_0));
constexpr any_precision q8_0(gguf::q8_0);
constexpr any_precision q4_0(gguf::q4_0);
constexpr double mebibyte = 1048576;

template <model M> double host_buffer(M const& m, llama_cpp_settings const& s) {
    auto const buffers = llama_cpp_compute_of(m, q8, s, extent_of(s, 0));
    CHECK(buffers.exact);
    CHECK(buffers.devices[0] == bytes{0});
    return in_bytes(buffers.host);
}

} // namespace

TEST_CASE("results are packed into the smallest hole that holds them, the last of equals") {
    graph_allocator a(32);
    auto const first = a.take(100); // 128
    auto const second = a.take(32);
    auto const third = a.take(64);
    auto const fourth = a.take(64);
    CHECK(a.peak() == 288);
    CHECK(second.first == 128);
    a.give(first);
    a.give(third);
    CHECK(a.take(64).first == 160); // the hole of 64, not that of 128
    CHECK(a.take(96).first == 0);
    a.give(fourth);
    CHECK(a.take(1000).first == 224); // joined with the open end
    CHECK(a.peak() == 224 + 1024);

    graph_allocator equal(32);
    auto const left = equal.take(32);
    auto const middle = equal.take(32);
    auto const right = equal.take(32);
    auto const end = equal.take(32);
    equal.give(left);
    equal.give(right);
    auto const again = equal.take(32);
    CHECK(again.first == right.first);
    equal.give(again);
    equal.give(middle); // three neighbours become one hole
    CHECK(equal.take(96).first == 0);
    CHECK(end.first == 96);
    CHECK(graph_allocator(128).take(0).size == 0);
}

TEST_CASE("the whole model on the host, every row of logits") {
    CHECK(host_buffer(models::llama_2_7b, {.context = 4096}) == 105396224);
    CHECK(host_buffer(models::llama_3_1_8b, {.context = 4096}) == 279447552);
    CHECK(host_buffer(models::qwen2_5_7b, {.context = 4096}) == 326109184);
    CHECK(host_buffer(models::qwen3_8b, {.context = 4096}) == 327944192);
    CHECK(host_buffer(models::gemma_2_9b, {.context = 4096}) == 538970112);
    CHECK(host_buffer(models::gemma_3_12b, {.context = 4096}) == 552732672);
    CHECK(host_buffer(models::qwen3_30b_a3b, {.context = 4096}) == 319555584);
    CHECK(host_buffer(models::deepseek_v2_lite, {.context = 4096}) == 251934720);
    CHECK(host_buffer(models::deepseek_r1, {.context = 4096}) == 432023552);
}

TEST_CASE("the same as llama-server asks for it: one row a sequence") {
    CHECK(host_buffer(models::llama_3_1_8b, {.context = 32768, .outputs = 1}) == 155201568);
    CHECK(host_buffer(models::gemma_3_12b, {.context = 32768, .outputs = 1}) == 161501216);
    CHECK(host_buffer(models::gpt_oss_20b, {.context = 32768, .outputs = 1}) == 131223584);
    CHECK(host_buffer(models::deepseek_r1, {.context = 32768, .outputs = 1}) == 461381664);
    CHECK(host_buffer(models::llama_3_1_8b, {.context = 20000, .sequences = 4, .outputs = 4}) ==
          142356512);
    CHECK(host_buffer(models::llama_3_1_8b,
                      {.context = 20000, .sequences = 3, .unified = false, .outputs = 3}) ==
          128976544);
}

TEST_CASE("quantised caches rotate queries and keys, and need the matrices for it") {
    CHECK(host_buffer(models::llama_3_1_8b,
                      {.context = 16384, .keys = q8_0, .values = q8_0, .outputs = 1}) == 130117664);
    CHECK(host_buffer(models::llama_3_1_8b, {.context = 16384, .keys = q4_0, .values = q4_0}) ==
          287836160);
    CHECK(host_buffer(models::deepseek_r1,
                      {.context = 16384, .keys = q8_0, .values = q8_0, .outputs = 1}) == 444604448);
    static_assert(detail::key_rotation(64) == 64 && detail::key_rotation(128) == 128);
    static_assert(detail::key_rotation(192) == 64 && detail::key_rotation(256) == 256);
    static_assert(!detail::rotates(true, 80) && !detail::rotates(false, 128));
}

TEST_CASE("without flash attention the scores of all heads over all cells are kept") {
    CHECK(host_buffer(models::llama_3_1_8b, {.context = 4096, .flash_attention = false}) ==
          322971648);
    CHECK(host_buffer(models::llama_3_1_8b,
                      {.context = 8192, .keys = q8_0, .flash_attention = false, .outputs = 1}) ==
          591470624);
    CHECK(host_buffer(models::deepseek_r1, {.context = 4096, .flash_attention = false}) ==
          1509959680);
    // One more cell costs 512 tokens x 32 heads x 4 bytes of scores and 4 bytes of mask a token.
    auto const at = [](count context) {
        return host_buffer(models::llama_3_1_8b,
                           {.context = context, .flash_attention = false, .outputs = 1});
    };
    CHECK(at(65536) - at(32768) == 32768.0 * 512 * (32 + 1) * 4);
}

TEST_CASE("everything on one device: the engine on a software Vulkan device, as it is aligned") {
    // 16 bytes on that device and 64 in its host memory.
    constexpr llama_cpp_alignment vulkan{64, 16};
    constexpr model_spec<layers<gqa, gated>> dense{
        .name = "dense",
        .hidden = 2048,
        .vocabulary = 32000,
        .groups = {{layer_set::range(0, 4),
                    {.query_heads = 16, .kv_heads = 16, .head_dim = 128},
                    {.intermediate = 5632}}}};
    auto const at = [&](llama_cpp_settings s) {
        s.gpu_layers = -1;
        return llama_cpp_compute_of(dense, q8, s, extent_of(s, 0), vulkan);
    };
    auto const all = at({.context = 4096});
    CHECK(all.exact);
    CHECK(all.devices[0] == bytes{69730304}); // 512 (V + h) 4
    CHECK(all.host == bytes{12597248});
    CHECK(at({.context = 4096, .outputs = 1}).devices[0] == bytes{51390480});
    CHECK(at({.context = 4096, .outputs = 1}).host == bytes{12595264});
    CHECK(at({.context = 4096, .flash_attention = false}).devices[0] == bytes{167780352});
    CHECK(at({.context = 4096, .flash_attention = false}).host == bytes{25176064});
}

TEST_CASE("compute buffers that other builds printed") {
    auto const on_device = [](auto const& m, llama_cpp_settings s) {
        s.gpu_layers = -1;
        return in_bytes(llama_cpp_compute_of(m, q8, s, extent_of(s, 0)).devices[0]) / mebibyte;
    };
    // SYCL, R1-Distill-Qwen-7B: 304.00 MiB (intel/ipex-llm issue 13301); CUDA, Qwen3-235B-A22B, the device
    // with the head: 304.75 MiB (ik_llama.cpp discussion 357). Both are n_ubatch (V + h) 4.
    CHECK(on_device(models::deepseek_r1_distill_qwen_7b, {.context = 4096}) == 304.0);
    CHECK(on_device(models::qwen3_235b_a22b, {.context = 16384}) == 304.75);
    // CUDA, May 2024, Llama-3-8B at 8192 without flash attention: 560.00 MiB; that build had no lists of
    // places in the cache (XiongjieDai/GPU-Benchmarks-on-LLM-Inference).
    CHECK(on_device(models::llama_3_1_8b, {.context = 8192, .flash_attention = false}) ==
          doctest::Approx(560.0).epsilon(0.008));
    // CUDA, early 2025, GLM-4-32B-0414 on llama.cpp: 353.00 MiB; the law
    // says 308.00, which is what ik_llama.cpp printed for the same model (ik_llama.cpp pull request 344).
    CHECK(on_device(models::glm_4_32b_0414, {.context = 32768}) == 308.0);
}

TEST_CASE("what is not followed to the byte says so") {
    auto const exact = [](auto const& m, llama_cpp_settings const& s) {
        return llama_cpp_compute_of(m, q8, s, extent_of(s, 0)).exact;
    };
    constexpr auto llama = models::llama_3_1_8b;
    CHECK(exact(llama, {.context = 4096}));
    CHECK(exact(llama, {.context = 4096, .gpu_layers = 33}));
    CHECK(exact(llama, {.context = 4096, .gpu_layers = 32}));
    CHECK(exact(llama, {.context = 4096, .outputs = 1, .gpu_layers = 33, .cache_on_host = true}));
    CHECK(exact(models::qwen3_30b_a3b,
                {.context = 4096, .outputs = 1, .gpu_layers = -1, .host_experts = 1}));
    CHECK_FALSE(exact(llama, {.context = 4096, .gpu_layers = 33, .cache_on_host = true}));
    // Experts that are computed where they lie, and biases that are copied.
    CHECK_FALSE(exact(
        models::qwen3_30b_a3b,
        {.context = 4096, .outputs = 1, .gpu_layers = -1, .host_experts = 1, .lends = false}));
    CHECK_FALSE(exact(
        models::qwen3_30b_a3b,
        {.context = 4096, .micro_batch = 16, .outputs = 1, .gpu_layers = -1, .host_experts = 1}));
    CHECK(exact(models::deepseek_v2_lite, {.context = 4096, .gpu_layers = 5}));
    CHECK_FALSE(exact(models::qwen2_5_7b, {.context = 4096, .gpu_layers = 5}));
    CHECK(exact(models::gemma_3_12b, {.context = 4096, .gpu_layers = 5}));
    CHECK(exact(models::gemma_3_12b, {.context = 4096, .gpu_layers = -1}));
    CHECK_FALSE(exact(models::jamba_1_5_mini, {.context = 4096}));
    CHECK_FALSE(exact(models::falcon_7b, {.context = 2048})); // blocks side by side
    CHECK_FALSE(exact(models::qwen3_next_80b_a3b, {.context = 4096}));
    CHECK_FALSE(exact(models::gpt_oss_20b, {.context = 4096}));
    CHECK(exact(models::gpt_oss_20b, {.context = 4096, .outputs = 1}));
    // Rows that are picked behind the last layer, where its cache is copied.
    CHECK_FALSE(exact(models::gpt_oss_20b,
                      {.context = 4096, .outputs = 1, .gpu_layers = -1, .cache_on_host = true}));
    // From 32 tokens on the device computes what lies on the host; more layers than there are, are all.
    auto const kept = [&](count tokens_at_once, count layers) {
        return exact(models::qwen3_30b_a3b, {.context = 4096,
                                             .micro_batch = tokens_at_once,
                                             .outputs = 1,
                                             .gpu_layers = -1,
                                             .host_experts = layers});
    };
    CHECK(kept(32, 1));
    CHECK_FALSE(kept(31, 1));
    CHECK(kept(512, 99));
    // A dense model has no experts to keep.
    CHECK(exact(llama, {.context = 4096, .gpu_layers = 33, .host_experts = 1}));
    // One layer with biases on the host is enough; none is not.
    CHECK_FALSE(exact(models::qwen2_5_7b, {.context = 4096, .gpu_layers = 28}));
    CHECK(exact(models::qwen2_5_7b, {.context = 4096, .gpu_layers = 29}));
    // Nothing is copied where layers of the host are computed there.
    CHECK(exact(models::qwen2_5_7b, {.context = 4096, .gpu_layers = 5, .lends = false}));
    // Tables of positions, norms behind the embedding and biases on the head are other operations.
    any_model other = llama;
    CHECK(exact(other, {.context = 4096}));
    other.learned_positions = 1;
    CHECK_FALSE(exact(other, {.context = 4096}));
    other = llama;
    other.embedding_norm = true;
    CHECK_FALSE(exact(other, {.context = 4096}));
    other = llama;
    other.head_bias = true;
    CHECK_FALSE(exact(other, {.context = 4096}));
}

TEST_CASE(
    "the host beside a device that has all layers: inputs, and what goes to caches on the host") {
    // 512 tokens of 10 values: ids of 4 bytes, the embedded tokens, room for embeddings given instead, which is kept;
    // positions 4, places in the cache 8 for keys and for values, a mask of 4,096 cells of 2 bytes, one row asked for.
    constexpr double inputs = 4 + 4 * 10 + 4 + 8 + 8 + 2 * 4096;
    constexpr double row = 32; // in steps of 32 bytes
    gqa const wide{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
    gqa const thin{.query_heads = 4, .kv_heads = 1, .head_dim = 4};
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 1), wide, gated{20}, {}});
    m.groups.list.push_back({layer_set::range(1, 2), thin, gated{20}, {}});
    llama_cpp_settings s{.context = 4096, .outputs = 1, .gpu_layers = -1};
    auto const host = [&] { return llama_cpp_compute_of(m, bf16, s, extent_of(s, 0)).host; };
    CHECK(host() == bytes{512 * (inputs + 4 * 10) + row});
    // Layer 0 hands over 16 and 10 values a token, more than the stream; layer 1 four and four.
    s.cache_on_host = true;
    CHECK(host() == bytes{512 * (inputs + 4 * 26) + row});
    // One cache of windows alone: of 512 + 40 cells, 768.
    m.groups.list[0].attention = any_attention(windowed<gqa>{wide, 40});
    m.groups.list[1].attention = any_attention(windowed<gqa>{wide, 40});
    CHECK(host() == bytes{512 * (inputs - 2 * 4096 + 2 * 768 + 4 * 26) + row});
}

TEST_CASE(
    "values of latents are read out of the keys, turned around: as many bytes as they have there") {
    mla const one_head{
        .query_heads = 1, .kv_lora_rank = 512, .qk_nope_dim = 8, .qk_rope_dim = 4, .v_dim = 8};
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 2), one_head, gated{20}, {}});
    auto const with = [&](any_precision const& format) {
        return host_buffer(m, {.context = 65536,
                               .micro_batch = 8,
                               .keys = format,
                               .values = format,
                               .flash_attention = false,
                               .outputs = 1});
    };
    double const values = 65536.0 * 512;
    CHECK(with(any_precision(gguf::f32)) - with(any_precision(gguf::f16)) == values * 2);
    CHECK(with(any_precision(gguf::f16)) - with(any_precision(fp8)) == values);
}

TEST_CASE("hybrids are estimated") {
    auto const host = [](auto const& m, llama_cpp_settings const& s) {
        return in_bytes(llama_cpp_compute_of(m, q8, s, extent_of(s, 0)).host);
    };
    llama_cpp_settings const server{.context = 32768, .outputs = 1};
    CHECK(host(models::nemotron_h_56b, server) == doctest::Approx(294627392).epsilon(0.01));
    CHECK(host(models::granite_4_0_h_small, server) == doctest::Approx(190851136).epsilon(0.01));
    CHECK(host(models::jamba_1_5_mini, server) == doctest::Approx(234960960).epsilon(0.01));
    CHECK(host(models::qwen3_next_80b_a3b, server) == doctest::Approx(123744320).epsilon(0.03));
}

TEST_CASE("one layer more than fits does not fit") {
    constexpr auto m = models::llama_3_1_8b;
    constexpr llama_cpp_settings s{.context = 8192, .outputs = 1};
    auto const needed = [&](count n) {
        llama_cpp_settings with = s;
        with.gpu_layers = n;
        auto const memory = llama_cpp_memory_of(m, q8, with);
        REQUIRE(memory);
        return memory->device.total();
    };
    for (count const n : {1, 2, 17, 31, 32, 33}) {
        CAPTURE(n);
        auto const exactly = layers_on_device(m, q8, needed(n), s);
        REQUIRE(exactly);
        CHECK(*exactly == n);
        auto const less = layers_on_device(m, q8, needed(n) - bytes{1}, s);
        REQUIRE(less);
        CHECK(*less == n - 1);
    }
    CHECK(*layers_on_device(m, q8, gibibytes(80), s) == 33);
    CHECK(*layers_on_device(m, q8, bytes{0}, s) == 0);
    // The same bytes for each of two devices: the fuller one decides.
    llama_cpp_settings two = s;
    two.gpu_layers = -1;
    two.split.devices = 2;
    bytes const fuller = llama_cpp_memory_of(m, q8, two)->device.total();
    CHECK(*layers_on_device(m, q8, fuller, two) == 33);
    CHECK(*layers_on_device(m, q8, fuller - bytes{1}, two) < 33);
    CHECK(*largest_context(m, q8, fuller, gibibytes(64), two) == 8192);
    auto const refused = layers_on_device(
        m, q8, gibibytes(80), {.context = 4096, .values = q8_0, .flash_attention = false});
    REQUIRE_FALSE(refused);
    CHECK(std::string(refused.error().message.view()).starts_with("--cache-type-v"));
}

TEST_CASE("256 cells more than fit do not fit") {
    constexpr auto m = models::llama_3_1_8b;
    llama_cpp_settings const s{.outputs = 1, .gpu_layers = -1};
    auto const needed = [&](count context) {
        llama_cpp_settings with = s;
        with.context = context;
        auto const memory = llama_cpp_memory_of(m, q8, with);
        REQUIRE(memory);
        return memory->device.total();
    };
    for (count const context : {256, 4096, 40960, 131072}) {
        CAPTURE(context);
        auto const exactly = largest_context(m, q8, needed(context), gibibytes(64), s);
        REQUIRE(exactly);
        CHECK(*exactly == context);
        auto const less = largest_context(m, q8, needed(context) - bytes{1}, gibibytes(64), s);
        REQUIRE(less);
        CHECK(*less == context - 256);
    }
    CHECK(*largest_context(m, q8, gibibytes(1000), gibibytes(1000), s) == 131072);
    CHECK(*largest_context(m, q8, gibibytes(1), gibibytes(64), s) == 0);
    // The host can be what binds: 512 MiB of caches do not fit there with the weights.
    llama_cpp_settings const on_host{.outputs = 1};
    auto const bound = largest_context(m, q8, bytes{0}, gibibytes(10), on_host);
    REQUIRE(bound);
    auto const at = [&](count context) {
        return llama_cpp_memory_of(m, q8, {.context = context, .outputs = 1})->host.total();
    };
    CHECK(at(*bound) <= gibibytes(10));
    CHECK(at(*bound + 256) > gibibytes(10));
    // Streams grow together.
    llama_cpp_settings const streams{
        .sequences = 3, .unified = false, .outputs = 3, .gpu_layers = -1};
    auto const three = largest_context(m, q8, gibibytes(16), gibibytes(64), streams);
    REQUIRE(three);
    CHECK(*three % (3 * 256) == 0);
    any_model short_one = m;
    short_one.max_context = tokens{256};
    CHECK(*largest_context(short_one, q8, gibibytes(16), gibibytes(64), s) == 256);
    short_one.max_context = tokens{255};
    CHECK_FALSE(largest_context(short_one, q8, gibibytes(16), gibibytes(64), s));
    any_model nameless = m;
    nameless.max_context = {};
    CHECK_FALSE(largest_context(nameless, q8, gibibytes(16), gibibytes(64), s));
}

TEST_CASE("a launch is an answer of the compiler") {
    constexpr auto memory = llama_cpp_memory_of(models::qwen3_8b, q8,
                                                {.context = 4096, .outputs = 1, .gpu_layers = -1});
    static_assert(memory.has_value() && memory->exact);
    static_assert(memory->device.cache.total() == bytes{603979776});
    static_assert(memory->device.total() <= gibibytes(24));
}
