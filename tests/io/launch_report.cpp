// SPDX-License-Identifier: MIT
// What engines print when they start, beside their logs.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/launch_report.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
std::string said(auto const& d) {
    std::string all;
    for (std::string const& line : io::launch_report(d)) {
        all += line + '\n';
    }
    return all;
}
} // namespace

TEST_CASE("vLLM's lines, with the weights that it logs") {
    // Qwen3-32B on one H100 logged 61.03 GiB; Llama-3.1-8B 14.9889.
    serving::any_deployment d{
        .model = models::qwen3_32b, .gpu = gpus::h100_sxm_80gb, .max_context = 16_Ktok};
    CHECK(said(d).find("Model loading took 61.03") == 0);
    d.gpu = gpus::rtx_4090; // nothing is left for a cache, so that no tokens are printed
    CHECK(said(d).find("Available KV cache memory: -") != std::string::npos);
    CHECK(said(d).find("GPU KV cache size") == std::string::npos);
    deployment llama{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = 8192_tok};
    CHECK(said(llama).find("Model loading took 14.988") == 0);
    CHECK(said(llama).find("Maximum concurrency for 8,192 tokens per request: ") !=
          std::string::npos);
}

TEST_CASE("SGLang's and TensorRT-LLM's") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .max_context = 8192_tok,
                 .engine = engines::sglang};
    CHECK(said(d).find("KV Cache is allocated. #tokens: ") != std::string::npos);
    CHECK(said(d).find("max_total_num_tokens=") != std::string::npos);
    d.engine = engines::tensorrt_llm;
    CHECK(said(d).find("GiB for max tokens in paged KV cache (") != std::string::npos);
}

TEST_CASE("llama.cpp's, by its own laws") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::rtx_4090,
                 .max_context = 8192_tok,
                 .concurrency = 2,
                 .engine = engines::llama_cpp};
    CHECK(said(d).find("llama_kv_cache:      CUDA0 KV buffer size =  2048.00 MiB\n") !=
          std::string::npos);
    CHECK(said(d).find("(  8192 cells,  32 layers,  2/2 seqs)") != std::string::npos);
    CHECK(said(d).find("sched_reserve:      CUDA0 compute buffer size =") != std::string::npos);
    d.layout = {.pipeline = 2};
    CHECK(said(d).find("CUDA1 model buffer size") != std::string::npos);
    d.concurrency = 300; // more slots than there are
    CHECK(said(d).empty());
}

TEST_CASE("no words for what has no figures") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .layout = {.tensor = 3},
                 .max_context = 8192_tok};
    CHECK(io::launch_report(d).empty());
    d.layout = {};
    d.engine = engines::on_paper;
    CHECK(io::launch_report(d).empty());
    d.engine = engines::vllm;
    d.gpu.memory = unknown;
    d.gpu.memory_usable = unknown;
    CHECK(io::launch_report(d).empty());
}
