// SPDX-License-Identifier: MIT
// The messages of engines that ran out of memory, as a table.
//
// A form is a text that tells the message, and words with a number behind them, in their order. Blanks
// stand for any white space, so that wrapped lines are read.
//
// Sources, by row: vLLM issues 27508, 34076, 16118, 2418, 2248, 23192, 17939 and kaito-project/kaito issue
//         2132; SGLang issues 322, 10408, 5285, gpustack/gpustack issue 3831 and the source of
//         model_runner_kv_cache_mixin.py; pytorch/pytorch issues 16417, 175666, vLLM issues 783, 2140, 17835;
//         llama.cpp issues 20431, 11476, 8101, pull request 26297, src/llama-kv-cache.cpp,
//         ik_llama.cpp issue 749; NVIDIA/TensorRT-LLM pull request 4497, issues 5872, 5950, 401,
//         guidance-ai/llgtrt issue 7, triton-inference-server/tensorrtllm_backend issue 168.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/units/makers.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0::io {

/// Who says it.
enum class memory_speaker : std::uint8_t { vllm, sglang, tensorrt_llm, llama_cpp, pytorch };

[[nodiscard]] constexpr std::string_view name(memory_speaker s) noexcept {
    constexpr std::string_view names[] = {"vLLM", "SGLang", "TensorRT-LLM", "llama.cpp", "PyTorch"};
    return names[static_cast<int>(s)];
}

/// What the engine was doing.
enum class memory_phase : std::uint8_t {
    unknown,
    start,   ///< before anything is loaded
    weights, ///< loading the model
    profile, ///< the dry run of the largest batch
    cache,   ///< the cache's pool
    compute, ///< buffers of one pass (llama.cpp)
    graphs,  ///< capturing CUDA graphs
    serving, ///< answering requests
};

[[nodiscard]] constexpr std::string_view name(memory_phase p) noexcept {
    constexpr std::string_view names[] = {"at a time that the message does not say",
                                          "before loading",
                                          "while loading the weights",
                                          "in the dry run of the largest batch",
                                          "while making the cache",
                                          "while making the buffers of a pass",
                                          "while capturing graphs",
                                          "while answering"};
    return names[static_cast<int>(p)];
}

/// A message, read. Bytes and tokens that it does not say are unknown.
struct out_of_memory {
    memory_speaker speaker{};
    memory_phase phase{};
    figure<bytes> requested{}; ///< the allocation that failed
    figure<bytes> total{};     ///< of the device
    figure<bytes> free{};      ///< at that moment
    figure<bytes> in_use{};    ///< by this process
    figure<bytes> allocated{}; ///< of that, by PyTorch
    figure<bytes> reserved{};  ///< by PyTorch, without use
    figure<bytes> wanted{};    ///< what the utilisation comes to
    figure<bytes> cache_needed{};
    figure<bytes> cache_available{};
    figure<tokens> context{}; ///< of one request
    figure<tokens> stored{};  ///< that the cache holds
    figure<tokens> longest{}; ///< context that the engine estimates to fit
    figure<double> utilization{};
    figure<count> sequences{};
    figure<count> device{};
    text<63> component{}; ///< TensorRT-LLM: what could not be created
};

namespace detail {

/// What a number is.
enum class memory_number : std::uint8_t {
    requested,
    requested_plain, ///< bytes without a unit
    total,
    total_gib, ///< in GiB without a unit
    free,
    free_gib,
    free_of, ///< "19.77/22.05 GiB": free and total
    in_use,
    allocated,
    reserved,
    wanted,
    cache_needed,
    cache_available,
    context,
    stored,
    longest,
    utilization,
    sequences,
    device,
};

/// A number and the words in front of it; `may_lack` where versions differ.
struct number_behind {
    std::string_view words{};
    memory_number what{};
    bool may_lack{true};
};

struct memory_form {
    std::string_view says{}; ///< the text that tells the form
    memory_speaker speaker{};
    memory_phase phase{};
    std::span<number_behind const> numbers{};
    bool from_start{}; ///< numbers are looked for from the beginning, not from `says` on
};

inline constexpr number_behind pool_too_small[] = {
    {"max seq len (", memory_number::context},
    {"), ", memory_number::cache_needed},
    {"cache memory (", memory_number::cache_available},
    {"maximum model length is ", memory_number::longest}};
inline constexpr number_behind tokens_too_few[] = {{"max seq len (", memory_number::context},
                                                   {"stored in KV cache (", memory_number::stored}};
inline constexpr number_behind little_free[] = {{"(", memory_number::free_of, false},
                                                {"utilization (", memory_number::utilization},
                                                {", ", memory_number::wanted}};
inline constexpr number_behind dry_sampler[] = {{"sampler with ", memory_number::sequences}};
inline constexpr number_behind fraction_now[] = {
    {"mem_fraction_static=", memory_number::utilization}};
inline constexpr number_behind executor[] = {{"Total GPU memory (GiB): ", memory_number::total_gib},
                                             {"creation attempt (GiB): ", memory_number::free_gib}};
inline constexpr number_behind engine_file[] = {{"GPU memory (", memory_number::requested_plain}};
// PyTorch 2.1 on: "GPU 1 has a total capacity of 21.98 GiB of which 156.94 MiB is free."
inline constexpr number_behind torch_new[] = {{"Tried to allocate ", memory_number::requested},
                                              {"GPU ", memory_number::device},
                                              {"y of ", memory_number::total},
                                              {"of which ", memory_number::free},
                                              {"this process has ", memory_number::in_use},
                                              {"allocated memory ", memory_number::allocated},
                                              {"by PyTorch, and ", memory_number::reserved}};
// Before: "(GPU 0; 44.56 GiB total capacity; 27.91 GiB already allocated; 565.31 MiB free; ..."
inline constexpr number_behind torch_old[] = {
    {"Tried to allocate ", memory_number::requested, false},
    {"(GPU ", memory_number::device, false},
    {"; ", memory_number::total, false},
    {"; ", memory_number::allocated, false},
    {"; ", memory_number::free, false}};
inline constexpr number_behind llama_device[] = {{"allocating ", memory_number::requested},
                                                 {"on device ", memory_number::device}};
inline constexpr number_behind llama_size[] = {{"buffer of size ", memory_number::requested_plain}};

/// The first that is found counts: what says more stands before what says less.
inline constexpr memory_form memory_forms[] = {
    {"To serve at least one request with", memory_speaker::vllm, memory_phase::cache,
     pool_too_small},
    {"The model's max seq len (", memory_speaker::vllm, memory_phase::cache, tokens_too_few},
    {"No available memory for the cache blocks", memory_speaker::vllm, memory_phase::cache},
    {"Free memory on device", memory_speaker::vllm, memory_phase::start, little_free},
    {"out of memory occurred when warming up sampler", memory_speaker::vllm, memory_phase::profile,
     dry_sampler},
    {"Not enough memory. Please try to increase --mem-fraction-static", memory_speaker::sglang,
     memory_phase::cache, fraction_now},
    {"Capture cuda graph failed: CUDA out of memory", memory_speaker::sglang, memory_phase::graphs,
     torch_new},
    {"Prefill out of memory. Try to lower your batch size", memory_speaker::sglang,
     memory_phase::serving},
    {"Decode out of memory. Try to lower your batch size", memory_speaker::sglang,
     memory_phase::serving},
    {"alloc_req_slots runs out of memory", memory_speaker::sglang, memory_phase::serving},
    {"Executor creation failed", memory_speaker::tensorrt_llm, memory_phase::unknown, executor},
    {"maxTokensInPagedKvCache must be large enough", memory_speaker::tensorrt_llm,
     memory_phase::cache},
    {"Requested amount of GPU memory", memory_speaker::tensorrt_llm, memory_phase::weights,
     engine_file},
    {"failed to allocate buffer for kv cache", memory_speaker::llama_cpp, memory_phase::cache,
     llama_device, true},
    {"failed to allocate compute", memory_speaker::llama_cpp, memory_phase::compute, llama_device,
     true},
    {"error loading model: unable to allocate", memory_speaker::llama_cpp, memory_phase::weights,
     llama_device, true},
    {"gallocr_reserve_n", memory_speaker::llama_cpp, memory_phase::compute, llama_device, true},
    {"cudaMalloc failed: out of memory", memory_speaker::llama_cpp, memory_phase::unknown,
     llama_device, true},
    {"ErrorOutOfDeviceMemory", memory_speaker::llama_cpp, memory_phase::unknown, llama_size, true},
    {"CUDA error: out of memory", memory_speaker::llama_cpp, memory_phase::serving},
    {"total capacity; ", memory_speaker::pytorch, memory_phase::unknown, torch_old, true},
    {"out of memory. Tried to allocate", memory_speaker::pytorch, memory_phase::unknown, torch_new},
};

/// Functions in a traceback, and what the engine does in them. The first that is found counts: inner ones
/// stand before those that call them.
struct traced_function {
    std::string_view name{};
    memory_phase phase{};
    memory_speaker speaker{};
};
inline constexpr traced_function traced_functions[] = {
    {"capture_model", memory_phase::graphs, memory_speaker::vllm},
    {"init_cuda_graphs", memory_phase::graphs, memory_speaker::sglang},
    {"_run_cuda_graph_warmup", memory_phase::graphs, memory_speaker::tensorrt_llm},
    {"initialize_kv_cache", memory_phase::cache, memory_speaker::vllm},
    {"_allocate_kv_cache", memory_phase::cache, memory_speaker::vllm},
    {"init_memory_pool", memory_phase::cache, memory_speaker::sglang},
    {"profile_run", memory_phase::profile, memory_speaker::vllm},
    {"determine_num_available_blocks", memory_phase::profile, memory_speaker::vllm},
    {"load_single_module", memory_phase::weights, memory_speaker::tensorrt_llm},
    {"sglang/srt/model_loader", memory_phase::weights, memory_speaker::sglang},
    {"vllm/model_executor/model_loader", memory_phase::weights, memory_speaker::vllm},
    {"vllm/model_executor/models", memory_phase::weights, memory_speaker::vllm},
    {"forward_extend", memory_phase::serving, memory_speaker::sglang},
    {"forward_batch_generation", memory_phase::serving, memory_speaker::sglang},
    {"execute_model", memory_phase::serving, memory_speaker::vllm},
};

} // namespace detail

} // namespace reckon::inline v0::io
