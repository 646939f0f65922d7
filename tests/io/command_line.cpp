// SPDX-License-Identifier: MIT
// Command lines that engines' own documentation gives, and what they mean.
//
// Sources: [R] vllm-project/recipes @8959cf64189c, the file named; [K] MoonshotAI/Kimi-K2
// docs/deploy_guidance.md; [S] sgl-project/sglang docs/advanced_features/server_arguments.md
// @004813e1dd46 and docs.sglang.io; [T] TensorRT-LLM documentation (trtllm-serve); [L] ggml-org/llama.cpp
// tools/server/README.md @00dc8057ab28 and its issues. Values behind $ are written out.
#include <reckon/io/command_line.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using reckon::count;
using reckon::engine_kind;
using reckon::launch;
using reckon::layout;
using reckon::state_kind;

struct golden {
    char const* source;
    char const* line;
    char const* model;
    char const* weights;
    char const* cache;
    layout ranks;
    count context;
    count replicas{1};
    double utilization{0.9};
    count sequences{};
    count batched{};
};

constexpr golden vllm_lines[] = {
    {"R DeepSeek/DeepSeek-V3.md",
     "vllm serve deepseek-ai/DeepSeek-R1-0528 \\\n  --trust-remote-code \\\n  "
     "--tensor-parallel-size 8 "
     "\\\n  --enable-expert-parallel",
     "DeepSeek-R1-0528",
     "fp8-block128",
     "bf16",
     {.tensor = 8, .expert = 8},
     163840},
    {"R DeepSeek/DeepSeek-V3.md",
     "vllm serve deepseek-ai/DeepSeek-R1-0528 \\\n  --trust-remote-code \\\n  --data-parallel-size "
     "8 \\\n"
     "  --enable-expert-parallel",
     "DeepSeek-R1-0528",
     "fp8-block128",
     "bf16",
     {.data = 8, .expert = 8},
     163840},
    {"R DeepSeek/DeepSeek-V3.md",
     "CUDA_VISIBLE_DEVICES=0,1,2,3 vllm serve nvidia/DeepSeek-R1-FP4 \\\n  --trust-remote-code \\\n"
     "  --tensor-parallel-size 4 \\\n  --enable-expert-parallel",
     "DeepSeek-R1",
     "nvfp4",
     "bf16",
     {.tensor = 4, .expert = 4},
     163840},
    {"R DeepSeek/DeepSeek-V3.md",
     "CUDA_VISIBLE_DEVICES=0,1,2,3 vllm serve nvidia/DeepSeek-R1-FP4 --trust-remote-code "
     "--data-parallel-size 4 --enable-expert-parallel",
     "DeepSeek-R1",
     "nvfp4",
     "bf16",
     {.data = 4, .expert = 4},
     163840},
    {"R DeepSeek/DeepSeek-V3_1.md",
     "vllm serve deepseek-ai/DeepSeek-V3.1 \\\n  --enable-expert-parallel \\\n  "
     "--tensor-parallel-size 8 "
     "\\\n  --served-model-name ds31 ",
     "DeepSeek-V3.1",
     "fp8-block128",
     "bf16",
     {.tensor = 8, .expert = 8},
     163840},
    // Its default cache is fp8: R DeepSeek/DeepSeek-V3_2.md, performance tip 2.
    {"R DeepSeek/DeepSeek-V3_2-Exp.md",
     "vllm serve deepseek-ai/DeepSeek-V3.2-Exp -dp 8 --enable-expert-parallel",
     "DeepSeek-V3.2-Exp",
     "fp8-block128",
     "fp8",
     {.data = 8, .expert = 8},
     163840},
    {"R DeepSeek/DeepSeek-V3_2.md",
     "  vllm serve deepseek-ai/DeepSeek-V3.2 \\\n   --tensor-parallel-size 8 \\\n   "
     "--tokenizer-mode "
     "deepseek_v32 \\\n   --tool-call-parser deepseek_v32 \\\n   --enable-auto-tool-choice \\\n   "
     "--reasoning-parser deepseek_v3\n   \n",
     "DeepSeek-V3.2",
     "fp8-block128",
     "fp8",
     {.tensor = 8},
     163840},
    {"R models/deepseek-ai/DeepSeek-V4-Flash.yaml",
     "vllm serve deepseek-ai/DeepSeek-V4-Flash --trust-remote-code --kv-cache-dtype fp8 "
     "--block-size 256 "
     "--tokenizer-mode deepseek_v4 --tool-call-parser deepseek_v4 --enable-auto-tool-choice",
     "DeepSeek-V4-Flash",
     "mxfp4+fp8-block128-e8m0",
     "fp8",
     {},
     1048576},
    {"R OpenAI/GPT-OSS.md",
     "vllm serve openai/gpt-oss-20b",
     "gpt-oss-20b",
     "mxfp4+bf16",
     "bf16",
     {},
     131072},
    {"R OpenAI/GPT-OSS.md",
     "vllm serve openai/gpt-oss-120b --tensor-parallel-size 4",
     "gpt-oss-120b",
     "mxfp4+bf16",
     "bf16",
     {.tensor = 4},
     131072},
    {"R OpenAI/GPT-OSS.md",
     "vllm serve openai/gpt-oss-120b --tensor-parallel-size=8 --attention-backend "
     "ROCM_AITER_UNIFIED_ATTN -cc.pass_config.fuse_rope_kvcache=True "
     "-cc.use_inductor_graph_partition=True --gpu-memory-utilization 0.95 --block-size=64",
     "gpt-oss-120b",
     "mxfp4+bf16",
     "bf16",
     {.tensor = 8},
     131072,
     1,
     0.95},
    {"R OpenAI/GPT-OSS.md",
     "vllm serve openai/gpt-oss-120b \\\n  --tensor_parallel_size 8 \\\n  --max-model-len 131072 "
     "\\\n  "
     "--max-num-batched-tokens 10240 \\\n  --max-num-seqs 128 \\\n  --gpu-memory-utilization 0.85 "
     "\\\n  "
     "--no-enable-prefix-caching",
     "gpt-oss-120b",
     "mxfp4+bf16",
     "bf16",
     {.tensor = 8},
     131072,
     1,
     0.85,
     128,
     10240},
    {"R OpenAI/GPT-OSS.md",
     "vllm serve openai/gpt-oss-120b --gpu-memory-utilization 0.95 --max-num-batched-tokens 1024",
     "gpt-oss-120b",
     "mxfp4+bf16",
     "bf16",
     {},
     131072,
     1,
     0.95,
     0,
     1024},
    {"R Qwen/Qwen3.md",
     "vllm serve Qwen/Qwen3-235B-A22B \\\n--trust-remote-code \\\n-tp 4 \\\n--disable-log-requests "
     "\\\n"
     "--swap-space 32 \\\n--distributed-executor-backend mp \\\n--max-num-batched-tokens 32768 \\\n"
     "--max-model-len 32768 \\\n--no-enable-prefix-caching \\\n--gpu-memory-utilization 0.8",
     "Qwen3-235B-A22B",
     "bf16",
     "bf16",
     {.tensor = 4},
     32768,
     1,
     0.8,
     0,
     32768},
    {"R Qwen/Qwen3-Coder-480B-A35B.md",
     "vllm serve Qwen/Qwen3-Coder-480B-A35B-Instruct \\\n  --max-model-len 32000 \\\n  "
     "--enable-expert-parallel \\\n  --tensor-parallel-size 8 \\\n  --enable-auto-tool-choice \\\n "
     " "
     "--tool-call-parser qwen3_coder",
     "Qwen3-Coder-480B-A35B",
     "bf16",
     "bf16",
     {.tensor = 8, .expert = 8},
     32000},
    {"R Qwen/Qwen3-Next.md",
     "vllm serve Qwen/Qwen3-Next-80B-A3B-Instruct \\\n  --tensor-parallel-size 4 \\\n  "
     "--served-model-name "
     "qwen3-next \\\n  --enable-prefix-caching",
     "Qwen3-Next-80B-A3B",
     "bf16",
     "bf16",
     {.tensor = 4},
     262144},
    {"R GLM/GLM.md",
     "vllm serve zai-org/GLM-4.7-FP8 \\\n     --tensor-parallel-size 4 \\\n     "
     "--speculative-config.method mtp \\\n     --speculative-config.num_speculative_tokens 1 \\\n  "
     "   "
     "--tool-call-parser glm47 \\\n     --reasoning-parser glm45 \\\n     "
     "--enable-auto-tool-choice",
     "GLM-4.7",
     "fp8-channel",
     "bf16",
     {.tensor = 4},
     202752},
    {"R MiniMax/MiniMax-M2.md",
     "vllm serve MiniMaxAI/MiniMax-M2.7 \\\n  --tensor-parallel-size 4 \\\n  --tool-call-parser "
     "minimax_m2 "
     "\\\n  --reasoning-parser minimax_m2  \\\n  --compilation-config "
     "'{\"mode\":3,\"pass_config\":{\"fuse_minimax_qk_norm\":true}}' \\\n  "
     "--enable-auto-tool-choice \\\n "
     " --trust-remote-code",
     "MiniMax-M2.7",
     "fp8-block128",
     "bf16",
     {.tensor = 4},
     204800},
    {"R moonshotai/Kimi-K2.md",
     "vllm serve moonshotai/Kimi-K2-Instruct --trust-remote-code --tokenizer-mode auto "
     "--tensor-parallel-size 8 --pipeline-parallel-size 2 --dtype bfloat16 --quantization fp8 "
     "--max-model-len 2048 --max-num-seqs 1 --max-num-batched-tokens 1024 --enable-chunked-prefill "
     "--disable-log-requests --kv-cache-dtype fp8 -dcp 8",
     "Kimi-K2-Instruct",
     "fp8-block128",
     "fp8",
     {.tensor = 8, .pipeline = 2, .context = 8},
     2048,
     1,
     0.9,
     1,
     1024},
    {"K",
     "vllm serve moonshotai/Kimi-K2-Instruct \\\n  --port 8000 \\\n  --served-model-name kimi-k2 "
     "\\\n  "
     "--trust-remote-code \\\n  --tensor-parallel-size 16 \\\n  --enable-auto-tool-choice \\\n  "
     "--tool-call-parser kimi_k2",
     "Kimi-K2-Instruct",
     "fp8-block128",
     "bf16",
     {.tensor = 16},
     131072},
    {"R moonshotai/Kimi-K2.md",
     "vllm serve moonshotai/Kimi-K2-Instruct --port 8000 --served-model-name kimi-k2 "
     "--trust-remote-code "
     "--data-parallel-size 16 --data-parallel-size-local 8 --data-parallel-address 10.0.0.1 "
     "--data-parallel-rpc-port 13345 --enable-expert-parallel --max-num-batched-tokens 8192 "
     "--max-num-seqs 256 --gpu-memory-utilization 0.85 --enable-auto-tool-choice "
     "--tool-call-parser "
     "kimi_k2",
     "Kimi-K2-Instruct",
     "fp8-block128",
     "bf16",
     {.data = 16, .expert = 16},
     131072,
     1,
     0.85,
     256,
     8192},
    {"R moonshotai/Kimi-K2-Think.md",
     "vllm serve moonshotai/Kimi-K2-Thinking --tensor-parallel-size 8 "
     "--decode-context-parallel-size 8 "
     "--enable-auto-tool-choice --tool-call-parser kimi_k2 --reasoning-parser kimi_k2 "
     "--trust-remote-code",
     "Kimi-K2-Thinking",
     "int4-g32-sym+bf16",
     "bf16",
     {.tensor = 8, .context = 8},
     262144},
    {"R MiMo/MiMo-V2-Flash.md",
     "vllm serve XiaomiMiMo/MiMo-V2-Flash --host 0.0.0.0 --port 9001 --seed 1024 "
     "--served-model-name "
     "mimo_v2_flash --data-parallel-size 2 --tensor-parallel-size 4 --enable-expert-parallel "
     "--trust-remote-code --gpu-memory-utilization 0.9",
     "MiMo-V2-Flash",
     "fp8-block128",
     "bf16",
     {.tensor = 4, .data = 2, .expert = 8},
     262144},
    // A model without experts under --data-parallel-size is as many replicas (vLLM docs, data parallel).
    {"vLLM docs serving/data_parallel_deployment.md",
     "vllm serve meta-llama/Llama-3.2-1B-Instruct --data-parallel-size 4 --tensor-parallel-size 2",
     "Llama-3.2-1B",
     "bf16",
     "bf16",
     {.tensor = 2},
     131072,
     4},
};

void check(golden const& g) {
    CAPTURE(g.source);
    CAPTURE(g.line);
    auto const read = reckon::read_command_line(g.line);
    if (!read) { FAIL(std::string(read.error().message.view())); }
    launch const& l = *read;
    CHECK(std::string(l.model.name.view()) == g.model);
    CHECK(std::string(l.weights.name.view()) == g.weights);
    CHECK(std::string(l.kv_cache[state_kind::cache].name.view()) == g.cache);
    CHECK(l.layout == g.ranks);
    CHECK(in_tokens(l.max_context) == static_cast<double>(g.context));
    CHECK(l.replicas == g.replicas);
    CHECK(l.engine.memory_utilization == g.utilization);
    CHECK(l.engine.sequences == g.sequences);
    CHECK(l.engine.batched_tokens == g.batched);
    CHECK(l.concurrency == l.layout.data);
    CHECK(l.repeated.size() == 0);
}

} // namespace

TEST_CASE("vLLM's recipes mean what they say") {
    for (golden const& g : vllm_lines) {
        check(g);
    }
}

TEST_CASE("SGLang's documentation") {
    constexpr golden lines[] = {
        {"S common launch commands",
         "python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-8B-Instruct --tp 2",
         "Llama-3-8B",
         "bf16",
         "bf16",
         {.tensor = 2},
         8192,
         1,
         0},
        {"S common launch commands",
         "python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-8B-Instruct "
         "--mem-fraction-static 0.7",
         "Llama-3-8B",
         "bf16",
         "bf16",
         {},
         8192,
         1,
         0.7},
        {"S common launch commands",
         "python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-8B-Instruct "
         "--chunked-prefill-size 4096",
         "Llama-3-8B",
         "bf16",
         "bf16",
         {},
         8192,
         1,
         0,
         0,
         4096},
        {"S common launch commands",
         "python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-8B-Instruct --tp 4 "
         "--dist-init-addr sgl-dev-0:50000 --nnodes 2 --node-rank 0",
         "Llama-3-8B",
         "bf16",
         "bf16",
         {.tensor = 4},
         8192,
         1,
         0},
        {"S basic_usage/deepseek_v32",
         "python -m sglang.launch_server --model deepseek-ai/DeepSeek-V3.2-Exp --tp 8 --dp 8 "
         "--enable-dp-attention",
         "DeepSeek-V3.2-Exp",
         "fp8-block128",
         "bf16",
         {.data = 8},
         163840,
         1,
         0},
        {"S basic_usage/deepseek_v32, EP + DP",
         "python -m sglang.launch_server --model deepseek-ai/DeepSeek-V3.2-Exp --tp 8 --ep 8 --dp "
         "8 "
         "--enable-dp-attention",
         "DeepSeek-V3.2-Exp",
         "fp8-block128",
         "bf16",
         {.data = 8, .expert = 8},
         163840,
         1,
         0},
        {"S, --dp without attention in parallel are replicas",
         "python -m sglang.launch_server --model-path meta-llama/Meta-Llama-3-8B-Instruct --dp 2 "
         "--tp 2",
         "Llama-3-8B",
         "bf16",
         "bf16",
         {.tensor = 2},
         8192,
         2,
         0},
    };
    for (golden const& g : lines) {
        check(g);
    }
}

TEST_CASE("trtllm-serve's documentation") {
    constexpr golden lines[] = {
        {"T production",
         "trtllm-serve meta-llama/Llama-3.1-8B-Instruct \\\n  --max_batch_size 128 \\\n  "
         "--max_num_tokens 8192",
         "Llama-3.1-8B",
         "bf16",
         "bf16",
         {},
         131072,
         1,
         0.9,
         128,
         8192},
        {"T basic configuration",
         "trtllm-serve meta-llama/Llama-3.1-8B-Instruct --host localhost --port 8000 --backend "
         "pytorch "
         "--tp_size 2 --max_batch_size 128 --max_num_tokens 8192",
         "Llama-3.1-8B",
         "bf16",
         "bf16",
         {.tensor = 2},
         131072,
         1,
         0.9,
         128,
         8192},
        {"T options, with their aliases",
         "trtllm-serve serve openai/gpt-oss-120b --tp_size 8 --ep_size 8 --max_batch_size 640 "
         "--trust_remote_code --kv_cache_free_gpu_memory_fraction 0.95 --max_seq_len 4096",
         "gpt-oss-120b",
         "mxfp4+bf16",
         "bf16",
         {.tensor = 8, .expert = 8},
         4096,
         1,
         0.95,
         640},
    };
    for (golden const& g : lines) {
        check(g);
    }
    // Without --fail_fast_on_attention_window_too_large it starts with less.
    CHECK(reckon::read_command_line("trtllm-serve gpt-oss-20b")->shrinks_context);
}

TEST_CASE("llama-server's slots and caches") {
    // Issue 11681: -c is the context of all slots together.
    auto const four = reckon::llama_server(
        "llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -c 16384 -np 4 -ctk q8_0 "
        "-ctv q8_0 -ngl 99 -fa on --no-mmap");
    REQUIRE(four.has_value());
    CHECK(in_tokens(four->max_context) == 4096);
    CHECK(four->concurrency == 4);
    CHECK(four->weights.name.view() == "Q4_K_M");
    CHECK(four->kv_cache[state_kind::cache].name.view() == "Q8_0");
    CHECK_FALSE(four->shrinks_context);
    // Issue 23652: without -np four slots share the same cache.
    auto const automatic = reckon::llama_server("-hf unsloth/Qwen3-8B-GGUF:Q4_K_M -c 1024");
    REQUIRE(automatic.has_value());
    CHECK(automatic->concurrency == 4);
    CHECK(in_tokens(automatic->max_context) == 256);
    // One sequence in the client.
    auto const client =
        reckon::llama_server("./build/bin/llama-cli -hf Qwen/Qwen3-8B-GGUF:Q8_0 -c 4096");
    REQUIRE(client.has_value());
    CHECK(client->concurrency == 1);
    CHECK(in_tokens(client->max_context) == 4096);
    // A file is read by the caller; its recipe is its own.
    reckon::any_model file = reckon::models::llama_3_1_8b;
    file.published = *reckon::gguf_recipe_for(file, "Q6_K");
    auto const by_path =
        reckon::llama_server("./llama-server -m models/7B/ggml-model.gguf -c 2048 -np 1", file);
    REQUIRE(by_path.has_value());
    CHECK(by_path->weights.name.view() == "Q6_K");
    // Devices in equal shares are stages; a context left out is shortened to what fits.
    auto const two =
        reckon::llama_server("-hf Qwen/Qwen3-8B-GGUF:F16 --device CUDA0,CUDA1 -ts 1,1 -sm "
                             "layer -np 1");
    REQUIRE(two.has_value());
    CHECK(two->layout == layout{.pipeline = 2});
    CHECK(two->shrinks_context);
    CHECK_FALSE(reckon::llama_server("-hf Qwen/Qwen3-8B-GGUF:F16 --fit off")->shrinks_context);
    CHECK(reckon::llama_server("-hf Qwen/Qwen3-8B-GGUF:F16 --temp -1 -r '-x'").has_value());
}

TEST_CASE("settings reach the engine") {
    auto const l = reckon::vllm(
        "vllm serve deepseek-ai/DeepSeek-R1 -tp 8 --enforce-eager --cpu-offload-gb 10.5 "
        "--kv-cache-memory-bytes 20G --max-cudagraph-capture-size 64 --no-enable-chunked-prefill "
        "--enable-lora --max-loras 4 --max-lora-rank 32 --max-model-len 32k "
        "--num-redundant-experts 8 "
        "--enable-expert-parallel --speculative-config '{\"method\": \"deepseek_mtp\", "
        "\"num_speculative_tokens\": 3}'");
    REQUIRE(l.has_value());
    CHECK_FALSE(l->engine.graphs);
    CHECK(in_gibibytes(l->engine.host_weights) == 10.5);
    CHECK(in_gibibytes(l->engine.cache_bytes) == 20);
    CHECK(l->engine.captured == 64);
    CHECK(l->engine.unchunked == 32000);
    CHECK(l->engine.adapters == 4);
    CHECK(l->engine.adapter_rank == 32);
    CHECK(l->layout.redundant_experts == 8);
    CHECK(l->engine.prediction_modules == 1);
    CHECK_FALSE(reckon::vllm("gpt-oss-20b -O0")->engine.graphs);
    CHECK(reckon::vllm("gpt-oss-20b -O3")->engine.graphs);
    CHECK_FALSE(reckon::vllm("gpt-oss-20b --compilation-config '{\"cudagraph_mode\": \"NONE\"}'")
                    ->engine.graphs);
    CHECK(reckon::vllm("gpt-oss-20b --speculative-config '{\"method\":\"ngram\"}'")
              ->engine.prediction_modules == 0);
    CHECK(reckon::sglang("--model-path gpt-oss-20b --chunked-prefill-size -1")->engine.unchunked ==
          131072);
    // Named alike, meant differently: 1,000 and 1,024.
    CHECK(in_tokens(reckon::vllm("gpt-oss-20b --max-model-len 8k")->max_context) == 8000);
    CHECK(in_tokens(reckon::vllm("gpt-oss-20b --max-model-len 8K")->max_context) == 8192);
    CHECK(reckon::vllm("gpt-oss-20b --max-model-len auto")->shrinks_context);
    CHECK(reckon::vllm("gpt-oss-20b --max-model-len -1")->shrinks_context);
    // Weights quantised at load, and in another 16 bit type.
    CHECK(reckon::vllm("Qwen/Qwen3-8B --quantization fp8")->weights ==
          reckon::recipe(reckon::fp8_per_tensor));
    CHECK(reckon::vllm("Qwen/Qwen3-8B -q bitsandbytes")->weights == reckon::recipe(reckon::nf4));
    CHECK(reckon::vllm("Qwen/Qwen3-8B --dtype half")->kv_cache[state_kind::cache] ==
          reckon::any_precision(reckon::fp16));
    CHECK(reckon::vllm("Qwen/Qwen3-8B --dtype float32")->weights == reckon::recipe(reckon::fp32));
    // Towers of other media are left out on request.
    CHECK(reckon::vllm("Qwen/Qwen3-VL-8B-Instruct")->model.sides.size() == 1);
    CHECK(reckon::vllm("Qwen/Qwen3-VL-8B-Instruct --language-model-only")->model.sides.size() == 0);
}

TEST_CASE("flags without effect are listed, and the last of several counts") {
    auto const l = reckon::vllm("VLLM_USE_DEEP_GEMM=0 uv run vllm serve Qwen/Qwen3-8B --port 8000 "
                                "--max-model-len 4096 --max_model_len=8192 --trust-remote-code "
                                "--no-enable-prefix-caching");
    REQUIRE(l.has_value());
    CHECK(in_tokens(l->max_context) == 8192);
    REQUIRE(l->repeated.size() == 1);
    CHECK(l->repeated.names[0] == "--max-model-len");
    CHECK(l->ignored.size() == 3);
    CHECK(l->ignored.holds("--port"));
    CHECK(l->ignored.holds("--trust-remote-code"));
    CHECK(l->ignored.holds("--enable-prefix-caching"));
    // A model of the caller's own is taken as it is.
    reckon::any_model mine = reckon::models::llama_3_1_8b;
    mine.name = "mine";
    CHECK(reckon::vllm("vllm serve /models/mine -tp 2", mine)->model == mine);
    CHECK(reckon::vllm("python3 -m vllm.entrypoints.openai.api_server --model /models/mine", mine)
              ->model == mine);
}

TEST_CASE("arguments that are already split") {
    std::string_view const arguments[] = {"--model", "Qwen/Qwen3-8B", "--max-model-len=4096",
                                          "--served-model-name", "two words"};
    auto const l = reckon::read_arguments(engine_kind::vllm, arguments);
    REQUIRE(l.has_value());
    CHECK(l->name.view() == "two words");
    CHECK(in_tokens(l->max_context) == 4096);
    auto const d = l->on(reckon::any_gpu{}, {.concurrency = 7});
    CHECK(d.concurrency == 7);
    CHECK(l->on(reckon::any_gpu{}).concurrency == 1);
    CHECK(l->devices() == 1);
}
