// SPDX-License-Identifier: MIT
// What llama.cpp allocates: figures that it printed itself, release v0.5.0 (commit 0ad4a86) unless said otherwise.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>
#include <reckon/model/gguf_facts.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using namespace reckon;

namespace {

constexpr recipe q8 = recipe(any_precision(gguf::q8_0))
                          .with(tensor_role::norm, any_precision(gguf::f32))
                          .with(tensor_role::bias, any_precision(gguf::f32))
                          .with(tensor_role::embedding, any_precision(gguf::q8_0))
                          .with(tensor_role::head, any_precision(gguf::q8_0));

template <model M> double cache_bytes(M const& m, llama_cpp_settings const& s) {
    auto const memory = llama_cpp_memory_of(m, q8, s);
    REQUIRE(memory);
    return in_bytes(memory->device.cache.total() + memory->host.cache.total());
}
constexpr double mebibyte = 1048576;

} // namespace

static_assert(std::is_trivially_copyable_v<llama_cpp_settings>);
static_assert(std::is_trivially_copyable_v<llama_cpp_memory>);

TEST_CASE("a context is rounded to 256 cells, of each stream where sequences have their own") {
    constexpr auto one = extent_of({.context = 1000}, 0);
    static_assert(one.cells == 1024 && one.streams == 1 && one.micro_batch == 512);
    // "n_ctx is not divisible by n_seq_max - rounding down to 1536", n_ctx_seq = 512.
    constexpr auto three = extent_of({.context = 1000, .sequences = 3, .unified = false}, 0);
    static_assert(three.cells == 512 && three.streams == 3 && three.context() == 1536);
    constexpr auto shared = extent_of({.context = 1000, .sequences = 3}, 0);
    static_assert(shared.cells == 1024 && shared.streams == 1 && shared.sequences == 3);
    CHECK(extent_of({.context = 300, .sequences = 4, .unified = false}, 0).context() == 1024);
    CHECK(extent_of({}, 131072).cells == 131072);
    CHECK(extent_of({.context = 100}, 0).micro_batch == 256); // no batch is longer than the context
    CHECK(extent_of({.context = 4096, .batch = 64}, 0).micro_batch == 64);
    CHECK(extent_of({.context = 4096}, 0).outputs == 512);
    CHECK(extent_of({.context = 4096, .sequences = 4, .outputs = 1}, 0).outputs == 4);
}

TEST_CASE("key-value caches as the engine reports them, to the byte") {
    CHECK(cache_bytes(models::llama_2_7b, {.context = 4096}) == 2147483648);
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 4096}) == 536870912);
    any_precision const q8_0(gguf::q8_0);
    any_precision const q4_0(gguf::q4_0);
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 16384, .keys = q8_0, .values = q8_0}) ==
          1140850688);
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 16384, .keys = q4_0, .values = q4_0}) ==
          603979776);
    CHECK(cache_bytes(models::llama_3_1_8b,
                      {.context = 8192, .keys = q8_0, .flash_attention = false}) == 822083584);
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 20000, .sequences = 4}) == 2650800128);
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 20000, .sequences = 3, .unified = false}) ==
          2717908992);
}

TEST_CASE(
    "windowed layers keep the window of every sequence and one micro-batch, in steps of 256") {
    // "creating SWA KV cache, size = 4608 cells" for a window of 4096 and micro-batches of 512.
    llama_cpp_settings const s{.context = 8192};
    CHECK(llama_cpp_cells(s, extent_of(s, 0), 4096) == 4608);
    CHECK(llama_cpp_cells(s, extent_of(s, 0), 128) == 768);
    CHECK(llama_cpp_cells(s, extent_of(s, 0), 0) == 8192);
    CHECK(cache_bytes(models::gemma_2_9b, s) == 2202009600);
    CHECK(cache_bytes(models::gemma_3_12b, s) == 1040187392);
    CHECK(cache_bytes(models::gpt_oss_20b, s) == 220200960);
    CHECK(cache_bytes(models::gpt_oss_20b, {.context = 4096, .full_window = true}) == 201326592);
    // One cache for four sequences has room for four windows.
    CHECK(cache_bytes(models::gemma_3_12b, {.context = 20000, .sequences = 4}) == 2835349504);
    CHECK(cache_bytes(models::gemma_3_12b, {.context = 20000, .sequences = 3, .unified = false}) ==
          2868903936);
}

TEST_CASE("a latent is cached once, without values") {
    CHECK(cache_bytes(models::deepseek_v2_lite, {.context = 8192}) == 254803968);
    auto const e = extent_of({.context = 32768}, 0);
    auto const r1 = llama_cpp_cache_of(models::deepseek_r1, {.context = 32768}, e);
    CHECK(r1.values == bytes{0});
    CHECK(r1.total() == bytes{2302672896});
    // ik_llama.cpp with mla=2 prints the same caches: 72.91 MiB at 2048 and 1166.62 at 32768 in q8_0, and
    // 1098 at 16384 in f16 (ik_llama.cpp discussions 286, issue 450, pull request 492).
    auto const latent = [](count context, any_precision const& format) {
        llama_cpp_settings const s{.context = context, .keys = format, .values = format};
        return in_bytes(llama_cpp_cache_of(models::deepseek_v3, s, extent_of(s, 0)).total()) /
               mebibyte;
    };
    CHECK(latent(2048, gguf::q8_0) == doctest::Approx(72.91).epsilon(1e-4));
    CHECK(latent(32768, gguf::q8_0) == doctest::Approx(1166.62).epsilon(1e-5));
    CHECK(latent(16384, gguf::f16) == 1098);
}

TEST_CASE("recurrent layers keep fp32 states for every sequence") {
    CHECK(cache_bytes(models::jamba_1_5_mini, {.context = 8192}) == 151650304);
    CHECK(cache_bytes(models::granite_4_0_h_small, {.context = 8192}) == 288862208);
    CHECK(cache_bytes(models::nemotron_h_56b,
                      {.context = 8192, .sequences = 3, .unified = false}) == 3103752192);
    CHECK(cache_bytes(models::qwen3_next_80b_a3b,
                      {.context = 8192, .sequences = 3, .unified = false}) == 444727296);
    // R 2.62 MiB and S 14.00 MiB of Jamba, and they do not follow the cache types.
    llama_cpp_settings const s{.context = 8192, .keys = gguf::q8_0, .values = gguf::q8_0};
    auto const jamba = llama_cpp_cache_of(models::jamba_1_5_mini, s, extent_of(s, 0));
    CHECK(jamba.recurrent == bytes{14 * mebibyte});
    CHECK(jamba.convolution == bytes{2752512});
}

TEST_CASE("caches that other builds printed") {
    // SYCL, R1-Distill-Qwen-7B at 4096: 224.00 MiB (intel/ipex-llm issue 13301).
    CHECK(cache_bytes(models::deepseek_r1_distill_qwen_7b, {.context = 4096}) == 224 * mebibyte);
    // CUDA, Llama-3-8B at 8192: 1024.00 MiB (XiongjieDai/GPU-Benchmarks-on-LLM-Inference).
    CHECK(cache_bytes(models::llama_3_1_8b, {.context = 8192}) == 1024 * mebibyte);
    // CUDA, GLM-4-32B-0414 at 32768: 1952.00 MiB (ik_llama.cpp pull request 344).
    CHECK(cache_bytes(models::glm_4_32b_0414, {.context = 32768}) == 1952 * mebibyte);
    // CUDA, Qwen3-235B-A22B at 32768 in f16 and 16384 in q8_0: 6016 and 1598 MiB (discussion 357).
    CHECK(cache_bytes(models::qwen3_235b_a22b, {.context = 32768}) == 6016 * mebibyte);
    CHECK(cache_bytes(models::qwen3_235b_a22b,
                      {.context = 16384, .keys = gguf::q8_0, .values = gguf::q8_0}) ==
          1598 * mebibyte);
}

TEST_CASE("the head is offloaded first, the embedding never") {
    using enum tensor_role;
    constexpr auto m = models::llama_3_1_8b;
    CHECK(first_device_layer({.gpu_layers = 0}, 32) == 32);
    CHECK(first_device_layer({.gpu_layers = 1}, 32) == 32);
    CHECK(first_device_layer({.gpu_layers = 2}, 32) == 31);
    CHECK(first_device_layer({.gpu_layers = 33}, 32) == 0);
    CHECK(first_device_layer({.gpu_layers = 99}, 32) == 0);
    CHECK(first_device_layer({.gpu_layers = -1}, 32) == 0);
    // "CUDA0 buffer size = 4403.49 MiB, CPU buffer 281.81 MiB" of Llama-3-8B in Q4_K_M, all on the device.
    auto const mixed = gguf_recipe_for(m, "Q4_K_M");
    REQUIRE(mixed);
    auto const all = llama_cpp_weights(m, *mixed, {.gpu_layers = 33});
    CHECK(in_bytes(all.device) / mebibyte == doctest::Approx(4403.49).epsilon(2e-6));
    CHECK(in_bytes(all.host) / mebibyte == doctest::Approx(281.81).epsilon(2e-5));
    // Nothing is lost on the way.
    for (count n : {0, 1, 2, 17, 33}) {
        CHECK(llama_cpp_weights(m, *mixed, {.gpu_layers = n}).total() == all.total());
    }
    CHECK(llama_cpp_weights(m, *mixed, {}).device == bytes{0});
}

TEST_CASE("a tied head is a second copy on the device") {
    constexpr auto m = models::gemma_2_9b;
    auto const host = llama_cpp_weights(m, q8, {});
    auto const device = llama_cpp_weights(m, q8, {.gpu_layers = -1});
    CHECK(host.device == bytes{0});
    // 256,000 x 3584 values in q8_0, once on each side.
    CHECK(device.host == bytes{256000.0 * 3584 * 34 / 32});
    CHECK(device.total() == host.total() + device.host);
}

TEST_CASE("--n-cpu-moe keeps the routed experts of the first layers on the host") {
    constexpr auto m = models::qwen3_30b_a3b;
    auto const all = llama_cpp_weights(m, q8, {.gpu_layers = -1});
    auto const some = llama_cpp_weights(m, q8, {.gpu_layers = -1, .host_experts = 10});
    // 10 layers x 128 experts x 3 matrices of 2048 x 768 in q8_0.
    CHECK(all.device - some.device == bytes{10.0 * 128 * 3 * 2048 * 768 * 34 / 32});
    CHECK(some.total() == all.total());
    // More layers than there are: all experts.
    auto const none = llama_cpp_weights(m, q8, {.gpu_layers = -1, .host_experts = 1000});
    CHECK(none == llama_cpp_weights(m, q8, {.gpu_layers = -1, .host_experts = 48}));
    // Experts of layers that are on the host anyway are not counted twice.
    CHECK(llama_cpp_weights(m, q8, {.gpu_layers = 4, .host_experts = 10}) ==
          llama_cpp_weights(m, q8, {.gpu_layers = 4}));
}

TEST_CASE("a launch's parts add up, and caches go where their layers are") {
    constexpr auto m = models::llama_3_1_8b;
    auto const half = llama_cpp_memory_of(m, q8, {.context = 8192, .gpu_layers = 17});
    REQUIRE(half);
    CHECK(half->device.cache.total() == bytes{512 * mebibyte}); // 16 of 32 layers
    CHECK(half->host.cache.total() == half->device.cache.total());
    CHECK(half->host.logits == bytes{128256.0 * 4});
    CHECK(half->exact);
    CHECK(half->devices.size() == 1);
    CHECK(half->devices[0] == half->device);
    auto const kept =
        llama_cpp_memory_of(m, q8, {.context = 8192, .gpu_layers = 17, .cache_on_host = true});
    REQUIRE(kept);
    CHECK(kept->device.cache.total() == bytes{0});
    CHECK(kept->host.cache.total() == bytes{1024 * mebibyte});
    auto const four = llama_cpp_memory_of(m, q8, {.context = 8192, .sequences = 4});
    REQUIRE(four);
    CHECK(four->host.logits == bytes{128256.0 * 4 * 4}); // "output buffer size = 1.96 MiB"
}

TEST_CASE("what the engine refuses is refused, in one sentence with the remedy") {
    auto const why = [](auto const& m, llama_cpp_settings const& s) {
        auto const found = check_llama_cpp(m, s);
        REQUIRE(found);
        CHECK_FALSE(llama_cpp_memory_of(m, q8, s));
        return std::string(found->message.view());
    };
    constexpr auto llama = models::llama_3_1_8b;
    CHECK(why(llama, {.context = 4096, .values = gguf::q8_0, .flash_attention = false}) ==
          "--cache-type-v Q8_0 needs flash attention; add -fa on, or keep values in f16.");
    CHECK(why(models::deepseek_r1, {.context = 4096, .keys = gguf::q8_0}) ==
          "a latent cache is one for keys and values: --cache-type-k Q8_0 and --cache-type-v F16 "
          "must be the same.");
    CHECK(why(llama, {.context = 4096, .keys = gguf::q4_k}) ==
          "--cache-type-k Q4_K is stored in blocks of 256, which do not divide a head of 128 "
          "values; use f16.");
    CHECK(why(llama, {.context = 4096, .sequences = 0}) ==
          "-np 0: llama.cpp serves 1 to 256 sequences at once.");
    CHECK(why(llama, {.context = 4096, .sequences = 257}) ==
          "-np 257: llama.cpp serves 1 to 256 sequences at once.");
    CHECK(why(llama, {.context = -1}) ==
          "-c -1 is negative; 0 stands for the model's own context.");
    CHECK(why(llama, {.context = 4096, .batch = 0}) == "-b 0 is not above zero.");
    CHECK(why(llama, {.context = 4096, .micro_batch = -5}) == "-ub -5 is not above zero.");
    CHECK(why(llama, {.context = 4096, .host_experts = -1}) == "--n-cpu-moe -1 is negative.");
    CHECK(why(llama, {.context = 4096, .outputs = -1}) == "rows of logits: -1 is negative.");
    any_model nameless = llama;
    nameless.max_context = {};
    CHECK(why(nameless, {}) == "the model does not say how long its context is; name one with -c.");
    CHECK(why(models::deepseek_v3_2_exp, {.context = 4096})
              .starts_with("how llama.cpp keeps indexed and compressed caches is not known here"));
    CHECK_FALSE(check_llama_cpp(llama, {}));
}

TEST_CASE("absurd settings saturate, they do not wrap") {
    auto const memory =
        llama_cpp_memory_of(models::llama_3_1_8b, q8, {.context = count{1} << 50, .outputs = 1});
    REQUIRE(memory);
    CHECK(memory->host.total() > bytes{1e15});
}
