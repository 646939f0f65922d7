// SPDX-License-Identifier: MIT
// The flags of SGLang's server: `python -m sglang.launch_server` and `sglang serve`.
//
// Source: sgl-project/sglang docs/advanced_features/server_arguments.md @004813e1dd46 (0.6), which lists
//         every argument of python/sglang/srt/server_args.py with its aliases and choices.
#pragma once
#include <reckon/io/command_line/flag.hpp>
#include <reckon/io/command_line/sglang_ignored.hpp>

namespace reckon::inline v0::io::command::sglang_flags {

inline constexpr std::string_view drafts = "the draft model and its cache are not counted";
inline constexpr std::string_view rebalance = "buffers of the experts' rebalancing are not counted";
inline constexpr std::string_view overlap = "buffers of a second batch are not counted";
inline constexpr std::string_view exchange =
    "the buffers of this exchange of tokens are not counted";
inline constexpr std::string_view host_experts = "experts on the processor are not counted";
inline constexpr std::string_view offload = "weights read by prefetching are not";
inline constexpr std::string_view altered =
    "it changes the model's configuration; hand in the model that results";
inline constexpr std::string_view quantises =
    "the format that it makes is not known here; hand in the recipe";
inline constexpr std::string_view shared_context = "ranks that share a prefill are not";
inline constexpr std::string_view divides_pool = "it divides the pool between kinds of state";
inline constexpr std::string_view language = "only language models are modelled";

inline constexpr flag rows[] = {
    {"--attention-context-parallel-size", takes::value, sets::not_modelled, shared_context, "1"},
    {"--attn-cp-size", takes::value, sets::alias, "--attention-context-parallel-size"},
    {"--chunked-prefill-size", takes::value, sets::batched_tokens},
    {"--config", takes::value, sets::not_modelled, "flags in a file are not read; give them here"},
    {"--context-length", takes::value, sets::context},
    {"--cpu-offload-gb", takes::value, sets::host_weights},
    {"--cuda-graph-max-bs", takes::value, sets::captured},
    {"--data-parallel-size", takes::value, sets::data},
    {"--decrypted-config-file", takes::value, sets::not_modelled, altered},
    {"--decrypted-draft-config-file", takes::value, sets::not_modelled, altered},
    {"--disable-cuda-graph", takes::nothing, sets::no_graphs},
    {"--disable-hybrid-swa-memory", takes::nothing, sets::not_modelled,
     "windows are modelled as windows"},
    {"--disaggregation-decode-enable-offload-kvcache", takes::nothing, sets::not_modelled,
     "the buffers of cache transfers are not counted"},
    {"--disaggregation-mode", takes::value, sets::not_modelled,
     "the buffers of cache transfers are not counted", "null"},
    {"--dllm-algorithm", takes::value, sets::not_modelled, language},
    {"--dp-size", takes::value, sets::alias, "--data-parallel-size"},
    {"--dtype", takes::value, sets::dtype},
    {"--elastic-ep-backend", takes::value, sets::not_modelled, rebalance, "none"},
    {"--enable-deepep-moe", takes::nothing, sets::not_modelled, exchange},
    {"--enable-deepep-waterfill", takes::nothing, sets::not_modelled, exchange},
    {"--enable-dp-attention", takes::nothing, sets::data_attention},
    {"--enable-dsa-prefill-context-parallel", takes::nothing, sets::not_modelled, shared_context},
    {"--enable-elastic-expert-backup", takes::nothing, sets::not_modelled, rebalance},
    {"--enable-ep-moe", takes::nothing, sets::experts_whole},
    {"--enable-eplb", takes::nothing, sets::not_modelled, rebalance},
    {"--enable-fp32-lm-head", takes::nothing, sets::not_modelled, "a head in 32 bit is not"},
    {"--enable-lmcache", takes::nothing, sets::not_modelled, "its buffers are not counted"},
    {"--enable-lora", takes::nothing, sets::adapters_on},
    {"--enable-multi-layer-eagle", takes::nothing, sets::not_modelled, drafts},
    {"--enable-nsa-prefill-context-parallel", takes::nothing, sets::alias,
     "--enable-dsa-prefill-context-parallel"},
    {"--enable-pdmux", takes::nothing, sets::not_modelled, overlap},
    {"--enable-return-routed-experts", takes::nothing, sets::not_modelled,
     "the record of routed experts is not counted"},
    {"--enable-two-batch-overlap", takes::nothing, sets::not_modelled, overlap},
    {"--encoder-only", takes::nothing, sets::not_modelled, language},
    {"--ep", takes::value, sets::alias, "--expert-parallel-size"},
    {"--ep-num-redundant-experts", takes::value, sets::redundant_experts},
    {"--ep-size", takes::value, sets::alias, "--expert-parallel-size"},
    {"--expert-parallel-size", takes::value, sets::experts},
    {"--hierarchical-sparse-attention-extra-config", takes::value, sets::not_modelled,
     "a cache that is partly in the host's memory is not"},
    {"--hybrid-kvcache-ratio", takes::value, sets::not_modelled, divides_pool},
    {"--is-embedding", takes::nothing, sets::not_modelled, "only generation is modelled"},
    {"--json-model-override-args", takes::value, sets::not_modelled, altered, "{}"},
    {"--kt-cpuinfer", takes::value, sets::not_modelled, host_experts},
    {"--kt-max-deferred-experts-per-token", takes::value, sets::not_modelled, host_experts},
    {"--kt-method", takes::value, sets::not_modelled, host_experts},
    {"--kt-num-gpu-experts", takes::value, sets::not_modelled, host_experts},
    {"--kt-threadpool-count", takes::value, sets::not_modelled, host_experts},
    {"--kt-weight-path", takes::value, sets::not_modelled, host_experts},
    {"--kv-cache-dtype", takes::value, sets::cache_format},
    {"--language-only", takes::nothing, sets::text_only},
    {"--lora-paths", takes::list, sets::adapters_on},
    {"--mamba-full-memory-ratio", takes::value, sets::not_modelled, divides_pool, "0.9"},
    {"--mamba-scheduler-strategy", takes::value, sets::not_modelled,
     "several states for one request are not counted", "auto|no_buffer"},
    {"--mamba-ssm-dtype", takes::value, sets::state_format},
    {"--max-lora-rank", takes::value, sets::adapter_rank},
    {"--max-loras-per-batch", takes::value, sets::adapters},
    {"--max-mamba-cache-size", takes::value, sets::not_modelled, divides_pool},
    {"--max-running-requests", takes::value, sets::sequences},
    {"--max-total-tokens", takes::value, sets::not_modelled,
     "a pool in tokens is not; give --mem-fraction-static"},
    {"--mem-fraction-static", takes::value, sets::utilization},
    {"--model", takes::value, sets::model},
    {"--model-path", takes::value, sets::alias, "--model"},
    {"--modelopt-checkpoint-restore-path", takes::value, sets::not_modelled, quantises},
    {"--modelopt-checkpoint-save-path", takes::value, sets::not_modelled, quantises},
    {"--modelopt-export-path", takes::value, sets::not_modelled, quantises},
    {"--modelopt-quant", takes::value, sets::not_modelled, quantises},
    {"--moe-a2a-backend", takes::value, sets::not_modelled, exchange, "none"},
    {"--moe-data-parallel-size", takes::value, sets::not_modelled,
     "experts in several copies are not", "1"},
    {"--moe-dense-tp-size", takes::value, sets::not_modelled,
     "dense layers over fewer ranks are not"},
    {"--moe-dp-size", takes::value, sets::alias, "--moe-data-parallel-size"},
    {"--offload-group-size", takes::value, sets::not_modelled, offload, "-1|0"},
    {"--page-size", takes::value, sets::block_tokens},
    {"--pipeline-parallel-size", takes::value, sets::pipeline},
    {"--pp-size", takes::value, sets::alias, "--pipeline-parallel-size"},
    {"--quantization", takes::value, sets::quantization},
    {"--quantize-and-serve", takes::nothing, sets::not_modelled, quantises},
    {"--rl-quant-profile", takes::value, sets::not_modelled, quantises},
    {"--served-model-name", takes::value, sets::name},
    {"--speculative-algorithm", takes::value, sets::drafting_method},
    {"--speculative-draft-model", takes::value, sets::draft},
    {"--speculative-draft-model-path", takes::value, sets::alias, "--speculative-draft-model"},
    {"--speculative-draft-model-quantization", takes::value, sets::draft_quantization},
    {"--swa-full-tokens-ratio", takes::value, sets::not_modelled, divides_pool, "0.8"},
    {"--tensor-parallel-size", takes::value, sets::tensor},
    {"--torchao-config", takes::value, sets::not_modelled, quantises},
    {"--tp-size", takes::value, sets::alias, "--tensor-parallel-size"},
};

inline constexpr flag_table table{.engine = "SGLang",
                                  .rows = rows,
                                  .switches = switches,
                                  .values = values,
                                  .lists = lists,
                                  .equals = true,
                                  .abbreviates = true};

} // namespace reckon::inline v0::io::command::sglang_flags
