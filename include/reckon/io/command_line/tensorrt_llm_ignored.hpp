// SPDX-License-Identifier: MIT
// The flags of `trtllm-serve` that leave memory as it is; sources as in tensorrt_llm_flags.hpp.
#pragma once
#include <string_view>

namespace reckon::inline v0::io::command::tensorrt_llm_flags {

/// Switches.
inline constexpr std::string_view switches[] = {
    "--enable_chunked_prefill",
    "--fail_fast_on_attention_window_too_large",
    "--grpc",
    "--trust_remote_code",
};

/// Flags with one value.
inline constexpr std::string_view values[] = {
    "--chat_template",
    "--custom_module_dirs",
    "--custom_tokenizer",
    "--gpus_per_node",
    "--host",
    "--log_level",
    "--media_io_kwargs",
    "--num_postprocess_workers",
    "--otlp_traces_endpoint",
    "--port",
    "--reasoning_parser",
    "--revision",
    "--served_model_name",
    "--tokenizer",
    "--tool_parser",
};

} // namespace reckon::inline v0::io::command::tensorrt_llm_flags
