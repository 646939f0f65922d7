// SPDX-License-Identifier: MIT
// SGLang, by release.
//
//   pool = u (C - context - collectives) - weights;   u from memory/static_fraction.hpp if not given
//
// There is no profile run: activations and graphs live in what the fraction leaves.
//
// Sources: sgl-project/sglang python/sglang/srt server_args and arg_groups/memory settings (defaults by
// device, reserves; #10975 and the additions of 0.5.4); models/deepseek_v2 post_load_weights (copies of the
// absorbed projections whatever their format); launch logs: the pool identity is exact on two (34.39 and 59.86 GiB);
// sglang#11716, #7873 (memory before loading).
// Not modelled: experts in FP4 on devices without FP4: DeepSeek-V4-Pro on eight H200 holds 125.65 GiB a rank, where
// the checkpoint's bytes make 103 (SemiAnalysisAI/InferenceX#2128).
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0::engines {

namespace detail {

/// Ascending, by the memory of a device.
inline constexpr device_defaults sglang_defaults[] = {
    {.from = bytes{}, .batched_tokens = 2048, .captured = 8, .captured_wide = 8},
    {.from = gibibytes(20), .batched_tokens = 4096, .captured = 48, .captured_wide = 160},
    {.from = gibibytes(35), .batched_tokens = 4096, .captured = 32, .captured_wide = 160},
    {.from = gibibytes(60), .batched_tokens = 8192, .captured = 256, .captured_wide = 512},
    {.from = gibibytes(160), .batched_tokens = 16384, .captured = 512, .captured_wide = 512},
};

} // namespace detail

/// SGLang as of that release. Before 0.6 graphs of the prefill were not captured; before 0.5.4 large groups
/// reserved no more for each request than small ones.
[[nodiscard]] constexpr engine sglang_release(engine_version version) noexcept {
    bool const captures_prefill = version >= engine_version{0, 6};
    bool const reserves_for_many = version >= engine_version{0, 5, 4};
    engine e{.name = "SGLang",
             .version = version,
             .block_tokens = 1,
             .charge = {.activations = charged::outside,
                        .runtime = charged::before,
                        .context = charged::before,
                        .graphs = charged::outside,
                        .exchange = charged::outside}, // made at the first pass
             .reserve = {.constant = 512,
                         .per_batched_token = 1.5,
                         .least_batched_tokens = 2048,
                         .per_rank = 128,
                         .per_captured = 2,
                         .per_captured_group = 3,
                         .per_captured_group_of_many = reserves_for_many ? 1.5 : 0.0,
                         .many_captured = 300,
                         .latent_prefill = captures_prefill ? 1536.0 : 0.0,
                         .per_prediction = 2048,
                         .least = 10240,
                         .least_from = 61440,
                         .tower = 0.95,
                         .tower_parameters = 12.0 * 24 * 1024 * 1024,
                         .tower_slope = 0.1,
                         .tower_least = 0.8,
                         .tower_most = 1.05},
             .activation_bytes = 2,
             .context = gibibytes(0.5),
             .runtime = gibibytes(0.1),
             .collectives = gibibytes(1.2),
             .bus_collectives = gibibytes(0.3),
             .graph_pool = gibibytes(0.6),
             .graph_pool_per_module = gibibytes(0.5),
             .absorbed_copy_bytes = 2,
             .copies_wide = true,
             .experts = {.chunk = count{1} << 16},
             .reserves_for_images = true,
             .images_allowed = 1, // of each request; nothing is profiled
             .encoder_widths = torch_encoder_widths,
             .packs_indexed_latents = true,
             .allocator = torch_allocator,
             .rotary_bytes = 2,
             .spread = 0.5,
             .shares_in_groups = true};
    for (device_defaults const& chosen : detail::sglang_defaults) {
        e.defaults.push_back(chosen);
    }
    return e;
}

inline constexpr engine sglang = sglang_release({0, 6});

/// The same on Huawei's NPUs. Their collectives allocate when they are first used, the fused kernel before
/// attention keeps its weights in a layout of its own (MLAPO), and the indexer's keys stay in 16 bit.
/// Source: sgl-project/sglang docs/platforms/ascend_npu_best_practice; 13 launches on A3 had 60.8 to 61.1 of
/// 61.27 GiB before loading.
[[nodiscard]] constexpr engine on_ascend(engine e) noexcept {
    e.context = gibibytes(0.4);
    e.runtime = bytes{};
    e.collectives = bytes{};
    e.bus_collectives = bytes{};
    e.copies_latents = true;
    e.packs_indexed_latents = false;
    return e;
}

} // namespace reckon::inline v0::engines
