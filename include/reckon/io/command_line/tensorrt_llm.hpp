// SPDX-License-Identifier: MIT
// `trtllm-serve` to a launch.
//
//   layout     tensor = --tp_size, pipeline = --pp_size, expert ranks = --ep_size (1 or tp);
//              --enable_attention_dp lets every rank attend to requests of its own
//   load       one request of max_seq_len: TensorRT-LLM shortens the limit to what its cache holds, so
//              that a launch with less room starts, and serves less (`shrinks_context`)
//   cache      --free_gpu_memory_fraction of what is free after loading
//
// Source: NVIDIA/TensorRT-LLM tensorrt_llm/commands/serve.py (defaults: batch 2048, 8192 tokens, fraction
//         0.9; --fail_fast_on_attention_window_too_large is off).
// Not modelled: settings in --config, and what the table refuses by name, tensorrt_llm_flags.hpp.
#pragma once
#include <reckon/io/command_line/sglang.hpp>
#include <reckon/io/command_line/tensorrt_llm_flags.hpp>

namespace reckon::inline v0::io::command {

/// What the settings of a trtllm-serve command line launch for a model.
[[nodiscard]] constexpr result<launch> tensorrt_llm_launch(settings const& s,
                                                           any_model const& m) noexcept {
    launch l{.model = m, .engine = engines::tensorrt_llm};
    l.layout.pipeline = s.pipeline.value_or(1);
    count const ranks = s.tensor.value_or(1);
    if (auto const wrong =
            detail::fill_shared_ranks(l, ranks, s.data_attention ? ranks : 1, s.experts, false)) {
        return *wrong;
    }
    l.concurrency = l.layout.data;
    if (auto const wrong = detail::fill_common(l, s)) { return *wrong; }
    l.shrinks_context = true;
    auto const weights = weights_as_loaded(m.published, {}, {});
    if (!weights) { return weights.error(); }
    l.weights = *weights;
    auto const cache = cache_format(s.cache_format, compute_type(l.weights));
    if (!cache) { return cache.error(); }
    l.kv_cache = cache_recipe(*cache);
    return l;
}

} // namespace reckon::inline v0::io::command
