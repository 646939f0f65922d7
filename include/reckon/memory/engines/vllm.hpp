// SPDX-License-Identifier: MIT
// vLLM, by release.
//
// Sources: launch logs of 44 ranks, which close `pool = utilisation x total - weights - peak -
// non-torch` to 0.003 GiB; llm-d-planner's empirical study (non-torch by width and release); vLLM
// tests/engine/test_arg_utils.py (defaults by device); vllm#10511, #13061, #13074, #14011 (reserves);
// release notes of 0.21 (graphs inside the budget); vllm/v1/kv_cache_interface.py (windows: window - 1 +
// chunk tokens and a block); vllm/v1/attention/backends/mla (buffers of sparse prefill). Bytes a logit are
// fitted on 28 launches; the process's own share of a shared memory (utils/mem_utils reads what the whole
// system has left) on seven launches on GB10, 1.8 to 4 GiB.
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0::engines {

/// Tokens that a rank hands over at once where --all2all-backend is deepep_low_latency: VLLM_MOE_DP_CHUNK_SIZE (vllm/envs.py),
/// as long as the environment says nothing else.
inline constexpr count vllm_exchanged_tokens = 256;

namespace detail {

/// What changed in a release.
struct vllm_period {
    engine_version since{};
    double sampler_bytes_per_logit{};
    bytes runtime{};
    bytes collectives{};
    charged graphs{};
    bool absorbs{};              ///< latent attention with absorbed projections
    bool small_defaults{};       ///< before V1: one prompt of full length, 256 sequences
    bool prints_windows_whole{}; ///< tokens of windowed layers as if they kept everything
};

/// In ascending order; `vllm` below is the last.
inline constexpr vllm_period vllm_periods[] = {
    // What collectives held beside PyTorch: vllm#2031 counts it first, 31,615 blocks became 20,865 with 4 ranks.
    {{0, 0}, 39.0, gibibytes(0.1), gibibytes(12), charged::outside, false, true, true},
    {{0, 5}, 39.0, gibibytes(0.1), gibibytes(0.45), charged::outside, false, true, true},
    {{0, 7}, 39.0, gibibytes(0.1), gibibytes(0.45), charged::outside, true, true, true},
    {{0, 8}, 38.7, gibibytes(0.13), gibibytes(0.42), charged::outside, true, false, true},
    {{0, 10}, 13.5, gibibytes(0.13), gibibytes(0.42), charged::outside, true, false, true},
    {{0, 10, 2}, 38.7, gibibytes(0.13), gibibytes(0.42), charged::outside, true, false, true},
    {{0, 14}, 38.7, gibibytes(0.13), gibibytes(0.42), charged::outside, true, false, false},
    {{0, 17}, 15.2, gibibytes(0.13), gibibytes(0.42), charged::outside, true, false, false},
    {{0, 18}, 15.2, gibibytes(0.25), gibibytes(1.85), charged::outside, true, false, false},
    {{0, 21}, 15.2, gibibytes(0.25), gibibytes(1.85), charged::inside, true, false, false},
};

} // namespace detail

namespace detail {

/// Chunks of 32,768 tokens, later 16,384 (VLLM_FUSED_MOE_CHUNK_SIZE); buffers as wide as the stream that are kept and
/// locked since vllm/v1/worker/workspace.py.
[[nodiscard]] constexpr expert_passes vllm_experts(engine_version version) noexcept {
    bool const modular = version >= engine_version{0, 13};
    return {.chunk = count{1} << (version < engine_version{0, 12} ? 15 : 14),
            .sorts_inputs = modular,
            .keeps_workspace = modular};
}

} // namespace detail

/// vLLM as of that release.
[[nodiscard]] constexpr engine vllm_release(engine_version version) noexcept {
    detail::vllm_period now = detail::vllm_periods[0];
    for (detail::vllm_period const& period : detail::vllm_periods) {
        if (period.since <= version) { now = period; }
    }
    engine e{.name = "vLLM",
             .version = version,
             .memory_utilization = 0.9,
             // V0 chunks prompts by itself above 32k, before 0.6 none.
             .unchunked = version < engine_version{0, 6} ? count{1} << 30
                          : now.small_defaults           ? count{32768}
                                                         : count{0},
             .block_tokens = 16,
             .charge = {.graphs = now.graphs},
             .small_batches_on = "A100",
             .small_batches_on_shared = true,
             .sampler_bytes_per_logit = now.sampler_bytes_per_logit,
             .activation_bytes = 2,
             .context = gibibytes(0.45),
             .runtime = now.runtime,
             .collectives = now.collectives,
             .bus_collectives = version < engine_version{0, 5} ? now.collectives : gibibytes(0.2),
             .host_process = gibibytes(2.0),
             .graph_pool = gibibytes(0.6),
             .graph_pool_per_module = gibibytes(0.5),
             .absorbed_copy_bytes = now.absorbs ? 2.0 : 0.0,
             .experts = detail::vllm_experts(version),
             .reserves_for_images = true,
             // --limit-mm-per-prompt: one before 0.10, then as many as fit.
             .images_allowed = version < engine_version{0, 10} ? 1 : 999,
             .encoder_widths = torch_encoder_widths,
             .sparse = sparse_prefill{40, 5, mebibytes(512)},
             .packs_indexed_latents = true,
             .allocator = torch_allocator,
             .rotary_bytes = 2,
             .windows_hold_chunks = true,
             .unifies_pages = true,
             .prints_windows_whole = now.prints_windows_whole,
             .spread = 0.5};
    // quantization/mxfp4: FlashInfer's tiles on servers' Blackwell, Triton's on Hopper, AMD's, Marlin's on
    // what has no kernel of its own. Triton's is fitted on two launches (13.47 and 64.38 GiB).
    e.expert_kernels.push_back({"Blackwell", true, {.width = 256, .features = 256}});
    e.expert_kernels.push_back({"Blackwell Ultra", true, {.width = 256, .features = 256}});
    e.expert_kernels.push_back({"Hopper", false, {.contraction = 256, .scales = false}});
    e.expert_kernels.push_back({"CDNA3", false, {.width = 256, .features = 256}});
    e.expert_kernels.push_back({"CDNA4", false, {.width = 256, .features = 256}});
    e.expert_kernels.push_back({"", false, {.width = 128, .features = 256}});
    // T4 and L4 log 0.02 to 0.05 GiB outside of what PyTorch allocates, whatever the release.
    e.defaults.push_back(
        {.from = bytes{}, .batched_tokens = 2048, .sequences = 256, .runtime = gibibytes(0.03)});
    e.defaults.push_back({.from = gibibytes(23), .batched_tokens = 2048, .sequences = 256});
    if (!now.small_defaults) {
        e.defaults.push_back({.from = gibibytes(70), .batched_tokens = 8192, .sequences = 1024});
    }
    return e;
}

/// The newest release whose rules are known.
inline constexpr engine vllm = vllm_release({0, 21});

} // namespace reckon::inline v0::engines
