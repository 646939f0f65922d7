// SPDX-License-Identifier: MIT
// How a training run is spread over devices, and who shares the state of the model.
//
//   devices      = tensor x context x pipeline x data
//   state ranks  = data x context                               hold the same dense weights
//   expert ranks = tensor x context x data / (expert x expert_tensor)   hold the same experts
//
// Source: Megatron-Core's process groups; ZeRO (1910.02054) for the stages of sharding.
#pragma once
#include <reckon/parallel/layout.hpp>

#include <cstdint>

namespace reckon::inline v0::training {

/// The order in which a pipeline's stages work on micro-batches.
enum class schedule : std::uint8_t {
    one_forward_one_backward, ///< 1F1B; interleaved where a rank has several virtual stages
    gpipe,                    ///< all forward passes, then all backward passes
    zero_bubble,              ///< ZB-H1: weight gradients fill the bubble (2401.10241)
    dual_pipe, ///< DeepSeek-V3: both ends at once, two copies of the weights (2412.19437)
};

/// Degrees of parallelism of a run. An aggregate: name the members.
struct parallelism {
    count tensor{1};
    bool sequence{true}; ///< under tensor parallelism, what is not divided by heads is by tokens
    count context{1};    ///< ranks that share one sequence
    count pipeline{1};
    count virtual_stages{1}; ///< pieces of the model on one rank, interleaved
    schedule order{schedule::one_forward_one_backward};
    count data{1};
    count expert{1};        ///< ranks that share a layer's experts
    count expert_tensor{1}; ///< ranks that share the width of each expert
    count expert_places{
        0}; ///< machines (devices, where one machine has all experts) that a token's
            ///< experts stand on at most, by the router's rule; 0: no limit

    [[nodiscard]] constexpr count devices() const noexcept {
        return reckon::detail::multiply(tensor, context, pipeline, data);
    }
    /// Ranks that hold the same dense weights.
    [[nodiscard]] constexpr count state_ranks() const noexcept {
        return reckon::detail::multiply(data, context);
    }
    /// Ranks that hold the same experts. Domain: a valid run.
    [[nodiscard]] constexpr count expert_state_ranks() const noexcept {
        return reckon::detail::max(
            count{1},
            reckon::detail::multiply(tensor, context, data) /
                reckon::detail::max(count{1}, reckon::detail::multiply(expert, expert_tensor)));
    }
    /// What the laws of sharding ask about dense tensors.
    [[nodiscard]] constexpr reckon::layout dense() const noexcept { return {.tensor = tensor}; }
    /// What they ask about routed experts.
    [[nodiscard]] constexpr reckon::layout experts() const noexcept {
        return {.tensor = expert_tensor,
                .data = expert,
                .expert = expert > 1 ? expert * expert_tensor : 1};
    }
    friend constexpr bool operator==(parallelism const&, parallelism const&) noexcept = default;
};

/// What data-parallel ranks share instead of repeating it, each stage including the one before
/// (ZeRO 0 to 3; FSDP is `weights`, Megatron's distributed optimizer is `optimizer`).
enum class shards : std::uint8_t { nothing, optimizer, gradients, weights };

/// Where a part of the state lies between its uses: on the device, in the host's memory, or on NVMe drives behind
/// it (ZeRO-Infinity, 2104.07857).
enum class state_place : std::uint8_t { device, host, disk };

/// Sharding of the model's state.
struct state_sharding {
    shards stage{shards::nothing};
    count group{0}; ///< ranks that share; 0: all that hold the same (hybrid sharding sets fewer)
    bool reshards{true}; ///< gathered weights are dropped after each use; pipelines keep them
    state_place optimizer_at{};   ///< optimizer state and master weights
    state_place weights_at{};     ///< weights, and an adapter's frozen ones
    bool host_checkpoints{false}; ///< inputs of recomputed layers in the host's memory

    /// Ranks that share, of `all` that hold the same.
    [[nodiscard]] constexpr double ranks(count all) const noexcept {
        return static_cast<double>(group > 0 ? reckon::detail::min(group, all) : all);
    }
    friend constexpr bool operator==(state_sharding const&,
                                     state_sharding const&) noexcept = default;
};

/// Layers of pipeline rank `stage`: its virtual stages are every p-th of p v equal shares.
struct chunk_layers {
    count stages{1};
    count pieces{1};
    [[nodiscard]] constexpr stage_layers piece(count layers, count stage, count k) const noexcept {
        return layers_of_stage(layers, stages * pieces, k * stages + stage);
    }
};

} // namespace reckon::inline v0::training
