// SPDX-License-Identifier: MIT
// The flags of `trtllm-serve`.
//
// Source: NVIDIA/TensorRT-LLM tensorrt_llm/commands/serve.py of 1.0 and 1.2 (options of the command
//         `serve`, made with click: names in full, with '_', the last of several counts).
#pragma once
#include <reckon/io/command_line/flag.hpp>
#include <reckon/io/command_line/tensorrt_llm_ignored.hpp>

namespace reckon::inline v0::io::command::tensorrt_llm_flags {

inline constexpr std::string_view file =
    "settings in a file are not read; give what it says as flags";
inline constexpr std::string_view divided = "the buffers of cache transfers are not counted";

inline constexpr flag rows[] = {
    {"--backend", takes::value, sets::not_modelled, "only the PyTorch backend is", "pytorch"},
    {"--cluster_size", takes::value, sets::alias, "--moe_cluster_parallel_size"},
    {"--config", takes::value, sets::not_modelled, file},
    {"--context_parallel_size", takes::value, sets::not_modelled,
     "ranks that share a context are not", "1"},
    {"--cp_size", takes::value, sets::alias, "--context_parallel_size"},
    {"--disagg_cluster_uri", takes::value, sets::not_modelled, divided},
    {"--enable_attention_dp", takes::nothing, sets::data_attention},
    {"--ep_size", takes::value, sets::alias, "--moe_expert_parallel_size"},
    {"--extra_llm_api_options", takes::value, sets::alias, "--config"},
    {"--free_gpu_memory_fraction", takes::value, sets::utilization},
    {"--kv_cache_dtype", takes::value, sets::cache_format},
    {"--kv_cache_free_gpu_memory_fraction", takes::value, sets::alias,
     "--free_gpu_memory_fraction"},
    {"--max_batch_size", takes::value, sets::sequences},
    {"--max_beam_width", takes::value, sets::not_modelled, "several beams for a request are not",
     "1"},
    {"--max_num_tokens", takes::value, sets::batched_tokens},
    {"--max_seq_len", takes::value, sets::context},
    {"--metadata_server_config_file", takes::value, sets::not_modelled, divided},
    {"--moe_cluster_parallel_size", takes::value, sets::not_modelled,
     "experts over clusters of ranks are not", "1"},
    {"--moe_expert_parallel_size", takes::value, sets::experts},
    {"--pipeline_parallel_size", takes::value, sets::pipeline},
    {"--pp_size", takes::value, sets::alias, "--pipeline_parallel_size"},
    {"--server_role", takes::value, sets::not_modelled, divided},
    {"--tensor_parallel_size", takes::value, sets::tensor},
    {"--tp_size", takes::value, sets::alias, "--tensor_parallel_size"},
};

inline constexpr flag_table table{.engine = "trtllm-serve",
                                  .rows = rows,
                                  .switches = switches,
                                  .values = values,
                                  .equals = true,
                                  .positional = true};

} // namespace reckon::inline v0::io::command::tensorrt_llm_flags
