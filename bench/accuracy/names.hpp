// SPDX-License-Identifier: MIT
// From what a table says to what the library knows: the one place where names are interpreted.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>
#include <reckon/precision/recipe.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace accuracy {

/// A value, or the reason why the library has none; the reasons are counted.
template <class T> struct found {
    std::optional<T> value{};
    std::string reason{};
    [[nodiscard]] explicit operator bool() const noexcept { return value.has_value(); }
    [[nodiscard]] T const& operator*() const noexcept { return *value; }
    [[nodiscard]] T const* operator->() const noexcept { return &*value; }
    [[nodiscard]] static found none(std::string why) { return {std::nullopt, std::move(why)}; }
};

using shared_model = std::shared_ptr<reckon::any_model const>;

/// The model of a name as engines, leaderboards and file names write it: without organisation, then
/// without one suffix after the other that says how a checkpoint was tuned or quantised.
[[nodiscard]] found<shared_model> model_named(std::string_view name);

/// The accelerator of a name, without remarks in parentheses and variants that change no figure.
[[nodiscard]] found<reckon::any_gpu> gpu_named(std::string_view name);

/// The same where memory alone is asked for: an edition whose memory is that of its siblings, or a
/// device of the size that its name states.
[[nodiscard]] found<reckon::any_gpu> gpu_for_memory(std::string_view name);

/// A device of the size that a text states ("24GB class", "RTX 4000 Ada 20GB"), with what drivers report of
/// devices of that size.
[[nodiscard]] found<reckon::any_gpu> gpu_of_size(std::string_view text);

/// The recipe that a table calls `format` for this model on this maker's devices. Nothing stated
/// means the checkpoint as published.
[[nodiscard]] found<reckon::recipe>
format_named(std::string_view format, reckon::any_model const& model, reckon::vendor maker);

/// The format of cached values: "auto" and nothing stated mean 16 bit, the engines' default.
[[nodiscard]] found<reckon::any_precision> cache_named(std::string_view format);

/// Whether the publisher ships a prediction module with the model, by its name.
[[nodiscard]] bool ships_prediction_module(std::string_view model);

/// The layout of a row. `n_gpus`, `tp`, `pp`, `dp`, `ep` as written; empty means that it is not
/// said.
struct stated_layout {
    reckon::layout layout{};
    reckon::count replicas{1};
};
[[nodiscard]] found<stated_layout> layout_of(std::string_view n_gpus, std::string_view tp,
                                             std::string_view pp, std::string_view dp,
                                             std::string_view ep, reckon::any_model const& model);

[[nodiscard]] bool has_experts(reckon::any_model const& model);
[[nodiscard]] bool has_delta_net(reckon::any_model const& model);

} // namespace accuracy
