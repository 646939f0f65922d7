// SPDX-License-Identifier: MIT
// `vllm serve` to a launch.
//
//   layout       tensor = -tp, pipeline = -pp, data = -dp, context = -dcp, expert = tensor x data with -ep
//   replicas     -dp of a model without experts
//   load         one request of max_context in each data-parallel group: what vLLM insists on at start
//   utilisation  0.92 -> engine.memory_utilization; defaults are the engine's own, memory/engines/vllm.hpp
//
// Sources: vllm/v1/core/kv_cache_utils.py check_enough_kv_cache_memory (one request of max_model_len must
//          fit); vllm/engine/arg_utils.py; vLLM recipes, DeepSeek-V3_2.md (8 bit cache of indexed latents).
// Deviations: a context left to vLLM ("auto", -1) is the model's maximum, and `shrinks_context` is set.
// Not modelled: what the table refuses by name, vllm_flags.hpp.
#pragma once
#include <reckon/io/command_line/resolve.hpp>
#include <reckon/io/command_line/vllm_flags.hpp>

namespace reckon::inline v0::io::command {

/// What the settings of a vLLM command line launch for a model.
[[nodiscard]] constexpr result<launch> vllm_launch(settings const& s, any_model const& m) noexcept {
    launch l{.model = m, .engine = engines::vllm};
    l.layout.tensor = s.tensor.value_or(1);
    l.layout.pipeline = s.pipeline.value_or(1);
    l.layout.context = s.context_ranks.value_or(1);
    bool const mixture = detail::has_experts(m);
    (mixture ? l.layout.data : l.replicas) = s.data.value_or(1);
    if (s.experts_whole) {
        if (!mixture) {
            sentence why{};
            why.append("--enable-expert-parallel needs experts, and ").append(m.name.view());
            return error{errc::contradiction, why.append(" has none; leave it out.")};
        }
        l.layout.expert = l.layout.layer_group();
    }
    l.layout.redundant_experts = s.redundant_experts.value_or(0);
    if (s.low_latency_exchange) { l.engine.exchanged_tokens = engines::vllm_exchanged_tokens; }
    l.engine.images = s.images.value_or(0);
    if (s.images_unprofiled || s.images == count{0}) { l.engine.reserves_for_images = false; }
    l.concurrency = l.layout.data;
    if (auto const wrong = detail::fill_common(l, s, 1, 16)) { return *wrong; }
    if (auto const wrong = detail::fill_drafting(l, s.drafting_method, s.draft)) { return *wrong; }
    auto const weights = weights_as_loaded(m.published, s.dtype, s.quantization);
    if (!weights) { return weights.error(); }
    any_precision const automatic =
        packs_latents(l.model, l.engine) ? any_precision(fp8) : compute_type(*weights);
    if (auto const wrong = detail::fill_formats(l, s, *weights, automatic)) { return *wrong; }
    return l;
}

} // namespace reckon::inline v0::io::command
