// SPDX-License-Identifier: MIT
// Out-of-memory messages as users pasted them. Sources: the issues named with each.
#include <reckon/io/out_of_memory.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace reckon;
using io::memory_phase;
using io::memory_speaker;

namespace {

io::out_of_memory read(std::string_view text) {
    auto const message = io::read_out_of_memory(text);
    CAPTURE(std::string(text));
    if (!message) { FAIL(std::string(message.error().message.view())); }
    return *message;
}
double gib(figure<bytes> const& f) {
    REQUIRE(f.known());
    return in_gibibytes(f.value());
}
doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9); }

} // namespace

TEST_CASE("vLLM: the pool is smaller than one request") {
    // vllm-project/vllm issue 34076.
    auto const m = read(
        "(EngineCore_DP0 pid=1094) ValueError: To serve at least one request with the models's "
        "max seq len (262144), (24.0 GiB KV cache is needed, which is larger than the available KV "
        "cache memory (3.18 GiB). Based on the available memory, the estimated maximum model "
        "length is 34736. Try increasing `gpu_memory_utilization` or decreasing");
    CHECK(m.speaker == memory_speaker::vllm);
    CHECK(m.phase == memory_phase::cache);
    CHECK(in_tokens(m.context.value()) == 262144);
    CHECK(gib(m.cache_needed) == near(24));
    CHECK(gib(m.cache_available) == near(3.18));
    CHECK(in_tokens(m.longest.value()) == 34736);
    CHECK_FALSE(m.requested.known());
    // kaito-project/kaito issue 2132: no bracket in front of the bytes, and lines between the words.
    auto const wrapped =
        read("ValueError: To serve at least one request with the model's max seq len (1048576),\n"
             "22.5 GiB KV cache is needed, which is larger than the available KV cache memory "
             "(17.39 GiB).\nBased on the available memory, the estimated maximum model\n  length "
             "is 810208.");
    CHECK(gib(wrapped.cache_needed) == near(22.5));
    CHECK(in_tokens(wrapped.longest.value()) == 810208);
    // Without the estimate, as until April 2025 (issue 16118).
    auto const before =
        read("To serve at least one request with the models's max seq len (1048576), (24.00 GiB KV "
             "cache is needed, which is larger than the available KV cache memory (9.97 GiB). Try");
    CHECK(gib(before.cache_available) == near(9.97));
    CHECK_FALSE(before.longest.known());
}

TEST_CASE(
    "vLLM: fewer tokens than one request, nothing left, too little free at start, the sampler") {
    // Issue 2418.
    auto const tokens_short =
        read("ValueError: The model's max seq len (4096) is larger than the maximum number of "
             "tokens that can be stored in KV cache (3664). Try increasing");
    CHECK(in_tokens(tokens_short.context.value()) == 4096);
    CHECK(in_tokens(tokens_short.stored.value()) == 3664);
    CHECK(tokens_short.phase == memory_phase::cache);
    // Issue 2248.
    CHECK(read("ValueError: No available memory for the cache blocks. Try increasing").phase ==
          memory_phase::cache);
    // Issue 23192, and pytorch/pytorch issue 175666 with the device's name.
    auto const little = read(
        "ValueError: Free memory on device (7.34/139.72 GiB) on startup is less than desired GPU "
        "memory utilization (0.9, 125.75 GiB). Decrease GPU memory utilization");
    CHECK(little.phase == memory_phase::start);
    CHECK(gib(little.free) == near(7.34));
    CHECK(gib(little.total) == near(139.72));
    CHECK(little.utilization.value() == near(0.9));
    CHECK(gib(little.wanted) == near(125.75));
    CHECK(gib(read("Free memory on device cuda:0 (19.77/22.05 GiB) on startup is less than desired "
                   "GPU memory "
                   "utilization (0.9, 19.84 GiB)")
                  .total) == near(22.05));
    // Issue 17939.
    auto const sampler = read("RuntimeError: CUDA out of memory occurred when warming up sampler "
                              "with 256 dummy requests. "
                              "Please try lowering `max_num_seqs`");
    CHECK(sampler.sequences.value() == 256);
    CHECK(sampler.phase == memory_phase::profile);
}

TEST_CASE("SGLang: the pool, graphs, and requests") {
    // gpustack/gpustack issue 3831.
    auto const pool = read("RuntimeError: Not enough memory. Please try to increase "
                           "--mem-fraction-static. Current value: "
                           "self.server_args.mem_fraction_static=0.2");
    CHECK(pool.speaker == memory_speaker::sglang);
    CHECK(pool.phase == memory_phase::cache);
    CHECK(pool.utilization.value() == near(0.2));
    CHECK_FALSE(read("Not enough memory. Please try to increase --mem-fraction-static.")
                    .utilization.known());
    // Issue 5285.
    auto const graphs = read("Exception: Capture cuda graph failed: CUDA out of memory. Tried to "
                             "allocate 448.00 MiB. GPU 7 "
                             "has a total capacity of 95.00 GiB of which 12.00 MiB is free.");
    CHECK(graphs.phase == memory_phase::graphs);
    CHECK(gib(graphs.requested) == near(448.0 / 1024));
    CHECK(graphs.device.value() == 7);
    CHECK(read("Prefill out of memory. Try to lower your batch size.").phase ==
          memory_phase::serving);
    // Issue 10408.
    CHECK(read("RuntimeError: alloc_req_slots runs out of memory. Please set").speaker ==
          memory_speaker::sglang);
}

TEST_CASE("PyTorch, in its two forms, and what the traceback says") {
    // vllm-project/vllm issue 17835.
    constexpr std::string_view modern = "torch.OutOfMemoryError: CUDA out of memory. Tried to "
                                        "allocate 270.00 MiB. GPU 1 has a total capacity of 21.98 "
                                        "GiB of which 156.94 MiB is free. Including non-PyTorch "
                                        "memory, this process has 21.80 GiB memory in use. Of the "
                                        "allocated memory 21.42 GiB is allocated by PyTorch, and "
                                        "24.12 MiB is reserved by PyTorch but unallocated.";
    auto const m = read(modern);
    CHECK(m.speaker == memory_speaker::pytorch);
    CHECK(m.phase == memory_phase::unknown);
    CHECK(gib(m.requested) == near(270.0 / 1024));
    CHECK(m.device.value() == 1);
    CHECK(gib(m.total) == near(21.98));
    CHECK(gib(m.free) == near(156.94 / 1024));
    CHECK(gib(m.in_use) == near(21.8));
    CHECK(gib(m.allocated) == near(21.42));
    CHECK(gib(m.reserved) == near(24.12 / 1024));
    // "capacty", as PyTorch 2.1 wrote it (vLLM issue 2140), and units below a MiB.
    auto const misspelt = read(
        "CUDA out of memory. Tried to allocate 3.50 GiB. GPU 0 has a total capacty of 23.69 GiB of "
        "which 0 bytes is free. Including non-PyTorch memory, this process has 20.57 GiB memory in "
        "use. Of the allocated memory 20.13 GiB is allocated by PyTorch, and 755.50 KiB is "
        "reserved");
    CHECK(gib(misspelt.total) == near(23.69));
    CHECK(gib(misspelt.free) == 0);
    CHECK(gib(misspelt.reserved) == near(755.5 / 1048576));
    // Before 2.1 (vLLM issue 783).
    auto const old = read("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.63 "
                          "GiB (GPU 0; 44.56 GiB "
                          "total capacity; 27.91 GiB already allocated; 565.31 MiB free; 27.93 GiB "
                          "reserved in total by "
                          "PyTorch)");
    CHECK(gib(old.requested) == near(1.63));
    CHECK(gib(old.total) == near(44.56));
    CHECK(gib(old.allocated) == near(27.91));
    CHECK(gib(old.free) == near(565.31 / 1024));
    // ROCm says HIP.
    CHECK(gib(read("HIP out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of "
                   "191.98 GiB of which "
                   "1.00 GiB is free.")
                  .total) == near(191.98));
    // The functions around it say when, and whose they are.
    std::string const trace(modern);
    CHECK(read("  File \"vllm/v1/worker/gpu_model_runner.py\", in profile_run\n" + trace).phase ==
          memory_phase::profile);
    CHECK(read("  File \"vllm/v1/worker/gpu_worker.py\", in load_model\n  File "
               "\"vllm/model_executor/model_loader/loader.py\"\n" +
               trace)
              .phase == memory_phase::weights);
    CHECK(read("in capture_model\n in _dummy_run\n in execute_model\n" + trace).phase ==
          memory_phase::graphs);
    CHECK(read("sglang/srt/managers/scheduler.py in forward_extend\n" + trace).speaker ==
          memory_speaker::sglang);
}

TEST_CASE("llama.cpp: which buffer it was") {
    // ggml-org/llama.cpp issue 20431.
    auto const weights = read(
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 144817.04 MiB on device 0: "
        "cudaMalloc "
        "failed: out of memory\nalloc_tensor_range: failed to allocate CUDA0 buffer of size "
        "151851674624\nllama_model_load: error loading model: unable to allocate CUDA0 buffer\n");
    CHECK(weights.speaker == memory_speaker::llama_cpp);
    CHECK(weights.phase == memory_phase::weights);
    CHECK(gib(weights.requested) == near(144817.04 / 1024));
    CHECK(weights.device.value() == 0);
    // abetlen/llama-cpp-python issue 1944.
    auto const cache = read(
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 204800.00 MiB on device 0: "
        "cudaMalloc "
        "failed: out of memory\nllama_kv_cache_init: failed to allocate buffer for kv cache\n");
    CHECK(cache.phase == memory_phase::cache);
    CHECK(gib(cache.requested) == near(200));
    // Issue 8101: on the host, in bytes.
    auto const host = read("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer "
                           "of size 137438953504\n"
                           "llama_kv_cache_init: failed to allocate buffer for kv cache\n");
    CHECK(in_bytes(host.requested.value()) == 137438953504.0);
    CHECK_FALSE(host.device.known());
    // Issue 11476.
    auto const compute = read(
        "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9866.00 MiB on device 1: "
        "cudaMalloc "
        "failed: out of memory\nggml_gallocr_reserve_n: failed to allocate CUDA1 buffer of size "
        "10345253120\nllama_kv_cache_update_impl: failed to allocate compute buffers\n");
    CHECK(compute.phase == memory_phase::compute);
    CHECK(compute.device.value() == 1);
    CHECK(read("allocating 10.00 MiB on device 3: cudaMalloc failed: out of memory").phase ==
          memory_phase::unknown);
}

TEST_CASE("TensorRT-LLM: which component it was") {
    // NVIDIA/TensorRT-LLM issue 5950.
    auto const m = read("RuntimeError: Executor creation failed due to insufficient GPU "
                        "memory.\n\nThe following component "
                        "could not be created: Additional executor resources\nTotal GPU memory "
                        "(GiB): 95.00\nFree GPU memory "
                        "before component creation attempt (GiB): 16.95\n");
    CHECK(m.speaker == memory_speaker::tensorrt_llm);
    CHECK(m.component.view() == "Additional executor resources");
    CHECK(m.phase == memory_phase::profile);
    CHECK(gib(m.total) == near(95));
    CHECK(gib(m.free) == near(16.95));
    // Issue 5872.
    CHECK(read("Executor creation failed due to insufficient GPU memory.\n\nThe following "
               "component could not be created: KV "
               "cache\nTotal GPU memory (GiB): 140.06\n")
              .phase == memory_phase::cache);
    // guidance-ai/llgtrt issue 7.
    auto const file = read("[TensorRT-LLM][WARNING] Requested amount of GPU memory (69568823808 "
                           "bytes) could not be allocated.");
    CHECK(in_bytes(file.requested.value()) == 69568823808.0);
    CHECK(file.phase == memory_phase::weights);
}

TEST_CASE("every form is found by its own words, and none shadows another") {
    std::set<std::string> seen;
    for (io::detail::memory_form const& form : io::detail::memory_forms) {
        CAPTURE(std::string(form.says));
        CHECK(seen.insert(std::string(form.says)).second);
        CHECK_FALSE(form.says.empty());
        for (io::detail::memory_form const& before : io::detail::memory_forms) {
            if (&before == &form) { break; }
            // A later form that contains an earlier one would never be reached.
            CHECK(form.says.find(before.says) == std::string_view::npos);
        }
    }
}

TEST_CASE("what is no such message is refused, and what is half of one does not harm") {
    auto const none = io::read_out_of_memory("INFO 11-22 model loaded");
    REQUIRE_FALSE(none);
    CHECK(std::string(none.error().message.view())
              .starts_with("no out-of-memory message is in this text; known are"));
    CHECK_FALSE(io::read_out_of_memory(""));
    // Cut off, or with words where numbers should be.
    CHECK_FALSE(read("CUDA out of memory. Tried to allocate").requested.known());
    CHECK_FALSE(
        read("CUDA out of memory. Tried to allocate much GiB. GPU x has").requested.known());
    CHECK_FALSE(read("CUDA out of memory. Tried to allocate 5 parsecs.").requested.known());
    CHECK_FALSE(read("CUDA out of memory. Tried to allocate 99999999999999999999999 GiB.")
                    .requested.known());
    static_assert(io::read_out_of_memory("No available memory for the cache blocks").has_value());
}
