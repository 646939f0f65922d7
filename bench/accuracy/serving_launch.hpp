// SPDX-License-Identifier: MIT
// From a row of serving_memory.csv to a launch: the engine as it was told, with its own defaults for the rest.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"

#include <reckon/serving/memory_of.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace accuracy {

enum class engine_family { vllm, sglang, llama_cpp, tensorrt, other };
[[nodiscard]] engine_family family_of(std::string_view engine);

/// A launch of an engine that takes a fraction of the device.
struct launch {
    reckon::serving::deployment<reckon::any_model, reckon::any_gpu> told{};
    found<reckon::recipe> weights{};
    found<reckon::any_gpu> gpu{};
    engine_family family{};
    /// What prediction modules take beyond the recipe: quantisers leave some whole.
    reckon::bytes wide_modules{};
    /// Why tokens of the pool cannot be told; empty: they can.
    std::string no_tokens{};
    /// Bytes a token and rank over those of the model's own cache; more where an engine keeps latents expanded.
    double cached_values_scale{1};

    [[nodiscard]] reckon::any_model const& model() const noexcept { return told.model; }
    [[nodiscard]] bool capacity_known() const noexcept {
        return gpu && reckon::serving::capacity_of(*gpu, told.engine).known();
    }
};

/// The launch of a row, as its engine would do it; the reason why it cannot be followed otherwise.
[[nodiscard]] found<launch> launch_of(record const& row, reckon::any_model const& model);

/// The device of a row: its column, else the class that the notes state.
[[nodiscard]] found<reckon::any_gpu> device_of(record const& row);

/// The integer after `key` in a description of a launch.
[[nodiscard]] std::optional<long long> flag(std::string_view notes, std::string_view key);

[[nodiscard]] bool is_latent(reckon::any_model const& m);

} // namespace accuracy
