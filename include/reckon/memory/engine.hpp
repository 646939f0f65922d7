// SPDX-License-Identifier: MIT
// What a serving engine takes beside weights and cache, and what it is told: an engine as data.
//
// Sources: memory/engines/, one file an engine; docs/laws/engine_reserve.md.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/static_vector.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/memory/allocated.hpp>
#include <reckon/parallel/sharding.hpp>
#include <reckon/units/makers.hpp>

#include <compare>
#include <cstdint>

namespace reckon::inline v0 {

/// A release: 0.10.2.
struct engine_version {
    int major{};
    int minor{};
    int patch{};
    friend constexpr auto operator<=>(engine_version const&,
                                      engine_version const&) noexcept = default;
    // nvcc declares the one that comes with the other, and does not define it.
    friend constexpr bool operator==(engine_version const&,
                                     engine_version const&) noexcept = default;
};

/// Where a part of a rank's memory stands towards the fraction of the device that an engine uses:
///
///   pool = u (C - sum of before) - sum of inside
///
/// with the capacity C and the utilisation u; what is outside must fit beside all of that.
enum class charged : std::uint8_t {
    inside,  ///< taken from the fraction
    before,  ///< taken from the device before the fraction is
    outside, ///< counted nowhere: lives in what the fraction leaves
};

/// What is taken from where.
struct charges {
    charged weights{charged::inside};
    charged activations{charged::inside};
    charged runtime{charged::inside};
    charged context{charged::outside};
    charged graphs{charged::outside};
    charged exchange{charged::inside}; ///< of tokens between experts
    friend constexpr bool operator==(charges const&, charges const&) noexcept = default;
};

/// What an engine chooses by itself on devices of at least `from` bytes.
struct device_defaults {
    bytes from{};
    count batched_tokens{};
    count sequences{};
    count captured{};      ///< largest batch that it captures into graphs
    count captured_wide{}; ///< the same where `wide_from` ranks or more share a layer
    bytes runtime{};       ///< libraries and workspaces, where they differ from the engine's own
    friend constexpr bool operator==(device_defaults const&,
                                     device_defaults const&) noexcept = default;
};

/// How an engine that is told no utilisation works one out (memory/static_fraction.hpp), in MiB.
struct static_reserve {
    double constant{};
    double per_batched_token{};
    double least_batched_tokens{};
    double per_rank{};
    double per_captured{};       ///< for each sequence of the largest captured batch
    double per_captured_group{}; ///< and each data-parallel group
    double per_captured_group_of_many{};
    count many_captured{};
    double latent_prefill{}; ///< graphs of the prefill of latent attention
    double per_prediction{}; ///< where prediction modules are loaded
    double least{};          ///< on devices of more than `least_from`
    double least_from{};
    double tower{}; ///< the fraction of it all that is kept where images are encoded too; 0: all
    double tower_parameters{}; ///< of an encoder of that fraction
    double tower_slope{};      ///< less for each encoder more of that size ...
    double tower_least{};      ///< ... to this factor at least
    double tower_most{};       ///< and, for smaller ones, to this at most
    friend constexpr bool operator==(static_reserve const&,
                                     static_reserve const&) noexcept = default;
};

/// Buffers for the prefill of sparse latent attention (memory/sparse_prefill.hpp). All zero: no scores either.
struct sparse_prefill {
    double key_contexts{};    ///< contexts whose indexer keys are gathered at once
    double latent_contexts{}; ///< the same of latents, in 16 bit
    bytes most_scores{};      ///< of the indexer at once
    friend constexpr bool operator==(sparse_prefill const&,
                                     sparse_prefill const&) noexcept = default;
};

/// How an engine hands tokens to the kernels of routed experts (memory/expert_workspace.hpp).
struct expert_passes {
    count chunk{}; ///< tokens at once; 0: the width of chosen experts stands for their workspace
    bool sorts_inputs{};    ///< a buffer for the inputs in the order of experts
    bool keeps_workspace{}; ///< from one pass to the next, so that the sampler stands beside it
    friend constexpr bool operator==(expert_passes const&, expert_passes const&) noexcept = default;
};

/// Widths of an encoder's stream that PyTorch's layers keep at once, no compiler between them: queries, keys, values, the
/// rotary copies of two of them, and residuals. Fitted on two launches of vLLM: Llama-3.2-11B-Vision with 128 images,
/// 36.6 GiB (vllm#12126), and Qwen2.5-VL-7B with one, 2.71, which it gives within -3.5 and +3.9 %.
inline constexpr double torch_encoder_widths = 10;

/// The padding of the experts' kernel that an engine has for an architecture.
struct expert_kernel {
    text<15> architecture{}; ///< empty: any that is not named
    bool needs_fabric{};     ///< whether only devices of this architecture with a fabric have it
    expert_padding padding{};
    friend constexpr bool operator==(expert_kernel const&, expert_kernel const&) noexcept = default;
};

/// An engine of one generation, with its settings. All of it is replaceable; `engines::` holds the
/// shipped ones.
struct engine {
    text<31> name{};
    engine_version version{};

    // --- What it is told. 0 where not said otherwise: its own choice, filled in by `settled`.

    /// Fraction of the device's memory that the engine lets itself use.
    double memory_utilization{};
    /// Tokens of one forward pass at most (the prefill chunk).
    count batched_tokens{};
    /// Requests in one batch at most.
    count sequences{};
    /// Prompts up to this length are taken in one pass, however long a pass may be; 0: all are chunked.
    count unchunked{};
    /// Tokens in one block of the paged cache.
    count block_tokens{1};
    /// Size of the cache pool, whatever the utilisation would leave; 0: what it leaves.
    bytes cache_bytes{};
    /// Whether decoding is captured into graphs.
    bool graphs{true};
    /// Largest batch that is captured.
    count captured{};
    /// The model's own prediction modules that are loaded to draft with; 0: none.
    count prediction_modules{};
    /// Tokens that a step drafts; recurrent layers keep a state for each.
    count drafted_tokens{};
    /// Tokens that a rank hands over at once in DeepEP's low-latency exchange between experts
    /// (memory/low_latency_exchange.hpp); 0: no buffers of an exchange are counted.
    count exchanged_tokens{};
    /// Low-rank adapters held at once, and their largest rank; 0: none.
    count adapters{};
    count adapter_rank{};
    /// Images that one prompt may have; 0: as many as the engine allows by itself.
    count images{};
    /// The encoder of images, where the model has one; not known: the one that the model's facts describe.
    image_encoder encoder{};
    /// Bytes of weights that stay in the host's memory and are read over the host link.
    bytes host_weights{};

    // --- What it does.

    /// Whether the utilisation is of the capacity sold (80 GB) or of what the driver reports.
    bool of_nominal_capacity{};
    charges charge{};
    static_vector<device_defaults, 6> defaults{}; ///< ascending
    count wide_from{4};
    /// Devices whose name contains this get the smallest defaults, whatever their memory.
    text<15> small_batches_on{};
    /// The same for devices that share their memory with the host, whose size no driver tells.
    bool small_batches_on_shared{};
    static_reserve reserve{};
    /// Bytes that the sampler keeps for each logit of each request.
    double sampler_bytes_per_logit{};
    /// Bytes of a live activation value; 0 leaves activations out of the budget.
    double activation_bytes{};
    /// The driver's context of one process.
    bytes context{};
    /// Libraries and workspaces of one rank.
    bytes runtime{};
    /// More of it for collectives, where a layer is shared over a fabric between devices.
    bytes collectives{};
    /// The same where devices share nothing but the host's bus.
    bytes bus_collectives{};
    /// What the process itself takes of a memory that device and host share.
    bytes host_process{};
    /// Captured graphs, without and for each prediction module.
    bytes graph_pool{};
    bytes graph_pool_per_module{};
    /// Bytes of the 16 bit copy of MLA's up-projections that absorbed decoding keeps; 0: none.
    double absorbed_copy_bytes{};
    /// Whether that copy is kept beside up-projections in 16 bit too.
    bool copies_wide{};
    /// Whether the projections into latents are held twice, for a fused kernel.
    bool copies_latents{};
    /// What the kernels of routed experts are handed.
    expert_passes experts{};
    /// Whether activations count the pass of an encoder of images; images of a prompt where none are said.
    bool reserves_for_images{};
    count images_allowed{};
    /// Widths of an encoder's stream that its pass keeps at once (memory/image_encoder.hpp).
    double encoder_widths{};
    /// Buffers for the prefill of sparse latent attention.
    sparse_prefill sparse{};
    /// Whether a cache in 8 bit is kept in FlashMLA's layout where a sparse indexer stands beside a
    /// latent, and the indexer's keys in 8 bit whatever the cache (memory/cache_layout.hpp).
    bool packs_indexed_latents{};
    /// How its allocator rounds weights.
    allocator_rules allocator{};
    /// Bytes of a value in the table of rotary embeddings, whole on every rank; 0: no table.
    double rotary_bytes{};
    /// Kernels for experts in MXFP4, by architecture; the first that applies.
    static_vector<expert_kernel, 6> expert_kernels{};
    /// Whether a window also holds the chunk that is being taken in.
    bool windows_hold_chunks{};
    /// Whether layers of unlike caches share pages of one size (memory/unified_pages.hpp).
    bool unifies_pages{};
    /// Whether the tokens that it prints count windowed layers as if they kept everything.
    bool prints_windows_whole{};
    /// Uncertainty of runtime, collectives, graphs and activations together, as a factor.
    double spread{};
    sharding_rules sharding{megatron_sharding};
    /// Whether ranks whose attention is data-parallel share the rest as memory/attention_groups.hpp says.
    bool shares_in_groups{};

    friend constexpr bool operator==(engine const&, engine const&) noexcept = default;
};

} // namespace reckon::inline v0
