// SPDX-License-Identifier: MIT
// Command lines read and written by the compiler, within its default limits.
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/proof.hpp>
#include <reckon/io/command_line/write.hpp>

namespace {

// The line of the README, in the three forms in which a build can hold it.
static_assert(
    reckon::fits(reckon::vllm("vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
                              "--max-model-len 32768 --gpu-memory-utilization 0.92"),
                 reckon::gpus::h200_sxm));
static_assert(
    reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8", reckon::gpus::h200_sxm>);
constexpr reckon::launch r1 = reckon::launch_of<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8">;
static_assert(r1.layout.tensor == 8);
static_assert(!reckon::fits(r1, reckon::gpus::h100_sxm_80gb));
static_assert(reckon::fits(r1, reckon::gpus::h200_sxm, {.concurrency = 2}));

static_assert(reckon::fits(
    reckon::sglang("python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 "
                   "--tp 8"),
    reckon::gpus::h200_sxm));
static_assert(
    reckon::fits(reckon::trtllm_serve("trtllm-serve openai/gpt-oss-120b --tp_size 8 --ep_size 8"),
                 reckon::gpus::b200));
static_assert(
    reckon::fits(reckon::llama_server("llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -c 32768"),
                 reckon::gpus::rtx_4090));
static_assert(
    !reckon::fits(reckon::llama_server("llama-server -hf unsloth/Qwen3-32B-GGUF:Q8_0 -c 32768"),
                  reckon::gpus::rtx_4090));

// A refused line is a value, too.
static_assert(reckon::vllm("vllm serve gpt-oss-20b --tp 0").error().code ==
              reckon::errc::unknown_name);

// Quotes, continuations and words already split.
constexpr auto quoted = reckon::vllm("VLLM_USE_V1=1 vllm serve \"openai/gpt-oss-20b\" \\\n"
                                     "  --served-model-name 'my model' --compilation-config "
                                     "'{\"cudagraph_mode\": \"NONE\"}'");
static_assert(quoted->name.view() == "my model");
static_assert(!quoted->engine.graphs);
constexpr std::string_view words[] = {"--model", "openai/gpt-oss-20b", "-tp", "2"};
static_assert(reckon::read_arguments(reckon::engine_kind::vllm, words)->layout.tensor == 2);

// Written by the compiler, and the same when read back.
constexpr auto written = reckon::write_command_line(r1.on(reckon::gpus::h200_sxm));
static_assert(written->view() == "vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8");
static_assert(reckon::read_command_line(written->view())->layout == r1.layout);

} // namespace
