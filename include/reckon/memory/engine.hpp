// SPDX-License-Identifier: MIT
// What a serving engine takes beside weights and cache: an engine as data.
//
// Sources (measured by others, collected in docs/laws/engine_reserve.md):
//   llm-d-planner's empirical vLLM study, vLLM and SGLang issues with launch logs, SGLang server_args.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/parallel/sharding.hpp>
#include <reckon/units/makers.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// Habits of an engine. All of them are replaceable; `engines::` holds the shipped ones.
struct engine {
    text<31> name{};
    /// Fraction of the device's memory that the engine lets itself use.
    double memory_utilization{};
    /// Whether that fraction is of the capacity sold (80 GB) or of what the driver reports.
    bool of_nominal_capacity{};
    /// Tokens of one forward pass at most (the prefill chunk).
    count batched_tokens{};
    /// Tokens in one block of the paged cache.
    count block_tokens{1};
    /// Bytes that the sampler keeps for each logit of each request.
    double sampler_bytes_per_logit{};
    /// Bytes of a live activation value; 0 leaves activations out of the budget.
    double activation_bytes{};
    /// Context, libraries and captured graphs of one rank.
    bytes runtime{};
    /// The same again for the collectives' buffers, where a layer is shared.
    bytes collectives{};
    /// Bytes of the 16 bit copy of MLA's up-projections that absorbed decoding keeps; 0: none.
    double absorbed_copy_bytes{};
    /// Uncertainty of runtime, collectives and activations together, as a factor.
    double spread{};
    sharding_rules sharding{megatron_sharding};
    friend constexpr bool operator==(engine const&, engine const&) noexcept = default;
};

namespace engines {
/// vLLM V1, 0.17 and later. Utilisation 0.9 and block 16 are its defaults; 15.2 B a logit is fitted
/// on 28 launches (median error 3.1 %); non-torch memory is 0.1-0.25 GiB alone and 2.1 GiB with
/// NVLink tensor parallelism; captured graphs take 0.4-1.0 GiB.
inline constexpr engine vllm{.name = "vLLM",
                             .memory_utilization = 0.9,
                             .of_nominal_capacity = false,
                             .batched_tokens = 8192,
                             .block_tokens = 16,
                             .sampler_bytes_per_logit = 15.2,
                             .activation_bytes = 2,
                             .runtime = gibibytes(0.8),
                             .collectives = gibibytes(1.9),
                             .absorbed_copy_bytes = 2,
                             .spread = 0.5};

/// SGLang: what its default --mem-fraction-static leaves, 0.88 on large devices, is kept for
/// activations and graphs, so that only the pool is inside the fraction.
inline constexpr engine sglang{.name = "SGLang",
                               .memory_utilization = 0.88,
                               .of_nominal_capacity = false,
                               .batched_tokens = 8192,
                               .block_tokens = 1,
                               .sampler_bytes_per_logit = 0,
                               .activation_bytes = 0,
                               .runtime = gibibytes(0.3),
                               .collectives = gibibytes(1.5),
                               .absorbed_copy_bytes = 2,
                               .spread = 0.5};

/// A budget worked out on paper: 90 % of the capacity sold, for weights and cache alone, and weights
/// in equal parts on all ranks. The acceptance figures AT-08 and AT-32 are stated in it.
inline constexpr engine on_paper{.name = "on paper",
                                 .memory_utilization = 0.9,
                                 .of_nominal_capacity = true,
                                 .batched_tokens = 0,
                                 .block_tokens = 1,
                                 .spread = 0,
                                 .sharding = even_sharding};
} // namespace engines

} // namespace reckon::inline v0
