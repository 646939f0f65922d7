// SPDX-License-Identifier: MIT
// The flags of `vllm serve`.
//
// Source: vllm-project/vllm vllm/engine/arg_utils.py and vllm/entrypoints/openai/cli_args.py as of
//         September 2026 (0.21 and its development), vllm/entrypoints/cli/serve.py; older releases
//         (0.6 to 0.11) where a flag has gone since.
#pragma once
#include <reckon/io/command_line/flag.hpp>
#include <reckon/io/command_line/vllm_ignored.hpp>

namespace reckon::inline v0::io::command::vllm_flags {

inline constexpr std::string_view drafts = "the draft model and its cache are not counted";
inline constexpr std::string_view lora = "adapters and their buffers are not counted";
inline constexpr std::string_view transfer = "the buffers of cache transfers are not counted";
inline constexpr std::string_view altered =
    "it changes the model's configuration; hand in the model that results";
inline constexpr std::string_view stretch =
    "it stretches the context beyond the model's own; hand in the model with that context";
inline constexpr std::string_view rebalance = "buffers of the experts' rebalancing are not counted";
inline constexpr std::string_view overlap = "buffers of a second batch are not counted";
inline constexpr std::string_view pooling = "only generation is modelled";
inline constexpr std::string_view states = "several states for one request are not counted";
inline constexpr std::string_view window = "windows are modelled as windows";

inline constexpr flag rows[] = {
    {"--additional-config", takes::value, sets::not_modelled, "its meaning depends on a plugin",
     "{}"},
    {"--all2all-backend", takes::value, sets::exchange,
     "the buffers of this exchange of tokens are not counted",
     "allgather_reducescatter|naive|auto"},
    {"--block-size", takes::value, sets::block_tokens},
    {"--compilation-config", takes::value, sets::graph_settings},
    {"--config", takes::value, sets::not_modelled, "flags in a file are not read; give them here"},
    {"--convert", takes::value, sets::not_modelled, pooling, "auto|none"},
    {"--cpu-offload-gb", takes::value, sets::host_weights},
    {"--cpu-offload-params", takes::list, sets::not_modelled,
     "which weights go to the host is not"},
    {"--data-parallel-size", takes::value, sets::data},
    {"--decode-context-parallel-size", takes::value, sets::context_ranks},
    {"--diffusion-config", takes::value, sets::not_modelled, pooling},
    {"--disable-hybrid-kv-cache-manager", takes::nothing, sets::not_modelled, window},
    {"--disable-sliding-window", takes::nothing, sets::not_modelled, window},
    {"--dtype", takes::value, sets::dtype},
    {"--ec-manager-config", takes::value, sets::not_modelled, transfer},
    {"--ec-transfer-config", takes::value, sets::not_modelled, transfer},
    {"--enable-chunked-prefill", takes::nothing, sets::chunked},
    {"--enable-dbo", takes::nothing, sets::not_modelled, overlap},
    {"--enable-elastic-ep", takes::nothing, sets::not_modelled, rebalance},
    {"--enable-eplb", takes::nothing, sets::not_modelled, rebalance},
    {"--enable-expert-parallel", takes::nothing, sets::experts_whole},
    {"--enable-lora", takes::nothing, sets::adapters_on},
    {"--enable-prompt-adapter", takes::nothing, sets::not_modelled, lora},
    {"--enable-return-routed-experts", takes::nothing, sets::not_modelled,
     "the record of routed experts is not counted"},
    {"--enforce-eager", takes::nothing, sets::no_graphs},
    {"--eplb-config", takes::value, sets::not_modelled, rebalance, "{}"},
    {"--fully-sharded-loras", takes::nothing, sets::not_modelled,
     "adapters divided on both sides are not"},
    {"--gpu-memory-utilization", takes::value, sets::utilization},
    {"--hf-config-path", takes::value, sets::not_modelled, altered},
    {"--hf-overrides", takes::value, sets::not_modelled, altered, "{}"},
    {"--kv-cache-dtype", takes::value, sets::cache_format},
    {"--kv-cache-dtype-skip-layers", takes::list, sets::not_modelled,
     "layers with a cache format of their own are not"},
    {"--kv-cache-memory-bytes", takes::value, sets::cache_bytes},
    {"--kv-transfer-config", takes::value, sets::not_modelled, transfer},
    {"--language-model-only", takes::nothing, sets::text_only},
    {"--limit-mm-per-prompt", takes::value, sets::image_limit},
    {"--mamba-block-size", takes::value, sets::not_modelled, states},
    {"--mamba-cache-dtype", takes::value, sets::not_modelled,
     "convolution states are taken in 16 bit", "auto|bfloat16|float16"},
    {"--mamba-cache-mode", takes::value, sets::not_modelled, states, "none"},
    {"--mamba-ssm-cache-dtype", takes::value, sets::state_format},
    {"--max-cudagraph-capture-size", takes::value, sets::captured},
    {"--max-lora-rank", takes::value, sets::adapter_rank},
    {"--max-loras", takes::value, sets::adapters},
    {"--max-model-len", takes::value, sets::context},
    {"--max-num-batched-tokens", takes::value, sets::batched_tokens},
    {"--max-num-seqs", takes::value, sets::sequences},
    {"--mm-encoder-only", takes::nothing, sets::not_modelled, "only language models are modelled"},
    {"--mm-ipc-gpu-memory-gb", takes::value, sets::not_modelled, "its buffer is not counted", "0"},
    {"--model", takes::value, sets::model},
    {"--model-class-overrides", takes::value, sets::not_modelled, altered, "{}"},
    {"--num-gpu-blocks-override", takes::value, sets::not_modelled,
     "a cache in blocks is not; give --kv-cache-memory-bytes"},
    {"--num-redundant-experts", takes::value, sets::redundant_experts},
    {"--num-speculative-tokens", takes::value, sets::drafted_tokens},
    {"--offload-backend", takes::value, sets::not_modelled, "weights read by prefetching are not",
     "auto|uva"},
    {"--offload-group-size", takes::value, sets::not_modelled,
     "weights read by prefetching are not", "0"},
    {"--optimization-level", takes::value, sets::optimization},
    {"--performance-mode", takes::value, sets::not_modelled,
     "it changes the batch sizes that are chosen; give --max-num-seqs and --max-num-batched-tokens",
     "balanced"},
    {"--pipeline-parallel-size", takes::value, sets::pipeline},
    {"--prefill-context-parallel-size", takes::value, sets::not_modelled,
     "ranks that share a prefill are not", "1"},
    {"--qlora-adapter-name-or-path", takes::value, sets::not_modelled, lora},
    {"--quantization", takes::value, sets::quantization},
    {"--quantization-config", takes::value, sets::not_modelled,
     "formats by layer are not; give --quantization or hand in the recipe", "{}"},
    {"--replayssm-buffer-len", takes::value, sets::not_modelled, states, "0"},
    {"--rope-scaling", takes::value, sets::not_modelled, stretch, "{}"},
    {"--rope-theta", takes::value, sets::not_modelled, altered},
    {"--runner", takes::value, sets::not_modelled, pooling, "auto|generate"},
    {"--served-model-name", takes::list, sets::name},
    {"--skip-mm-profiling", takes::nothing, sets::images_unprofiled},
    {"--spec-method", takes::value, sets::drafting_method},
    {"--spec-model", takes::value, sets::draft},
    {"--speculative-config", takes::value, sets::drafting},
    {"--speculative-draft-tensor-parallel-size", takes::value, sets::draft_ranks},
    {"--speculative-model", takes::value, sets::draft},
    {"--speculative-model-quantization", takes::value, sets::draft_quantization},
    {"--task", takes::value, sets::not_modelled, pooling, "auto|generate"},
    {"--tensor-parallel-size", takes::value, sets::tensor},
    {"--ubatch-size", takes::value, sets::not_modelled, overlap, "0"},
    {"--use-replayssm", takes::nothing, sets::not_modelled, states},
    {"-O", takes::value, sets::graph_settings},
    {"-cc", takes::value, sets::alias, "--compilation-config"},
    {"-dc", takes::value, sets::alias, "--diffusion-config"},
    {"-dcp", takes::value, sets::alias, "--decode-context-parallel-size"},
    {"-dp", takes::value, sets::alias, "--data-parallel-size"},
    {"-ep", takes::nothing, sets::alias, "--enable-expert-parallel"},
    {"-pcp", takes::value, sets::alias, "--prefill-context-parallel-size"},
    {"-pp", takes::value, sets::alias, "--pipeline-parallel-size"},
    {"-q", takes::value, sets::alias, "--quantization"},
    {"-sc", takes::value, sets::alias, "--speculative-config"},
    {"-tp", takes::value, sets::alias, "--tensor-parallel-size"},
};

inline constexpr flag_table table{.engine = "vLLM",
                                  .rows = rows,
                                  .switches = switches,
                                  .values = values,
                                  .lists = lists,
                                  .underscores = true,
                                  .equals = true,
                                  .abbreviates = true,
                                  .dotted = true,
                                  .positional = true};

} // namespace reckon::inline v0::io::command::vllm_flags
