// SPDX-License-Identifier: MIT
// A training run: a model on devices, how it is spread, in what it is computed, and its batch.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/training/framework.hpp>
#include <reckon/training/parallelism.hpp>
#include <reckon/training/recipe.hpp>

namespace reckon::inline v0::training {

/// Everything that decides whether a run fits and how fast it is. An aggregate: name the members.
///
///   global batch = micro_batch x accumulation x data      sequences an optimizer step
///
/// \tparam Model, Gpu  any types that model the concepts; static or run-time
template <class Model, class Gpu> struct run {
    label name{};
    Model model{};
    Gpu gpu{};
    parallelism parallel{};
    state_sharding sharding{};
    training::numerics numerics{mixed_16bit};
    training::optimizer optimizer{adam};
    training::recompute recompute{};
    training::adapter adapter{};
    count micro_batch{1};  ///< sequences that a pass takes
    count accumulation{1}; ///< micro-batches an optimizer step, on one data-parallel rank
    count sequence{4096};  ///< tokens
    training::framework framework{frameworks::megatron};
    bool prediction_modules{false}; ///< the model's multi-token-prediction modules are trained too

    /// Sequences of one optimizer step.
    [[nodiscard]] constexpr count global_batch() const noexcept {
        return reckon::detail::multiply(micro_batch, accumulation, parallel.data);
    }
    /// Tokens of one optimizer step.
    [[nodiscard]] constexpr tokens batch_tokens() const noexcept {
        return tokens{static_cast<double>(global_batch()) * static_cast<double>(sequence)};
    }
    /// Tokens of one micro-batch on one rank.
    [[nodiscard]] constexpr double micro_tokens() const noexcept {
        return static_cast<double>(micro_batch) * static_cast<double>(sequence) /
               static_cast<double>(parallel.context);
    }
};

/// A run chosen at run time.
using any_run = run<any_model, any_gpu>;

} // namespace reckon::inline v0::training
