// SPDX-License-Identifier: MIT
// A deployment: a model on devices, under an engine, with the load it must carry.
#pragma once
#include <reckon/bandwidth/calibration.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>
#include <reckon/precision/recipe.hpp>

namespace reckon::inline v0::serving {

/// Lengths of a typical request. Zero lengths are unknown: `speed_of` then takes half of the context
/// for each and says that it assumed so.
struct request_shape {
    tokens prompt{};
    tokens output{};
    [[nodiscard]] constexpr bool known() const noexcept {
        return prompt > tokens{0} && output > tokens{0};
    }
    friend constexpr bool operator==(request_shape const&, request_shape const&) noexcept = default;
};

/// Everything that decides whether a model fits and how fast it runs. An aggregate: name the members.
///
/// \tparam Model, Gpu  any types that model the concepts; static or run-time
template <class Model, class Gpu> struct deployment {
    label name{};
    Model model{};
    Gpu gpu{};
    reckon::layout layout{};
    recipe weights{bf16}; ///< how weights are stored: a format, or a mixed recipe
    cache_recipe kv_cache{bf16};
    tokens max_context{}; ///< tokens that every request may grow to
    count concurrency{1}; ///< requests in flight at once, all ranks together
    request_shape request{};
    reckon::engine engine{engines::vllm};

    /// Requests that one data-parallel group carries.
    [[nodiscard]] constexpr count requests_per_group() const noexcept {
        return detail::ceil_div(concurrency, detail::max(count{1}, layout.data));
    }
};

/// A deployment chosen at run time.
using any_deployment = deployment<any_model, any_gpu>;

} // namespace reckon::inline v0::serving
