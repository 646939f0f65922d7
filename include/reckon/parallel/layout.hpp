// SPDX-License-Identifier: MIT
// How one copy of a model is spread over devices.
#pragma once
#include <reckon/detail/math.hpp>

namespace reckon::inline v0 {

/// Degrees of parallelism of one engine replica.
///
///   devices = tensor x data x pipeline
///
/// `data` is data-parallel attention: groups of `tensor` ranks that attend to requests of their own
/// and share the experts; `expert` is the number of ranks that hold whole experts of a layer (1: the
/// width of every expert is divided instead). `context` is decode context parallelism: that many of the
/// tensor ranks share the tokens of one cache that they would otherwise each keep. Independent replicas
/// are not part of a layout.
struct layout {
    count tensor{1};
    count pipeline{1};
    count data{1};
    count expert{1};
    count context{1};
    count redundant_experts{0}; ///< second copies of busy experts, spread over the expert ranks

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::multiply(tensor, data, pipeline);
    }
    /// Devices that share one layer.
    [[nodiscard]] constexpr count layer_group() const noexcept {
        return detail::multiply(tensor, data);
    }
    friend constexpr bool operator==(layout const&, layout const&) noexcept = default;
};

/// The layers first .. end-1 of pipeline stage `stage` of `stages`: equal shares, and what is left
/// over goes one each to the last stages but the very last, which holds the head.
/// Source: vLLM vllm/distributed/utils.py get_pp_indices; SGLang uses the same rule.
struct stage_layers {
    count first{};
    count end{};
};
/// The layers of pipeline stage `stage` of `stages`. Domain: 0 <= stage < stages.
[[nodiscard]] constexpr stage_layers layers_of_stage(count layers, count stages,
                                                     count stage) noexcept {
    if (stages == 1) { return {0, layers}; }
    count const share = layers / stages;
    count const extra = layers % stages;
    auto const size = [&](count s) {
        count const from_end = stages - s; // 1 for the last stage
        return share + (from_end >= 2 && from_end < extra + 2 ? 1 : 0);
    };
    count first = 0;
    for (count s = 0; s < stage; ++s) {
        first += size(s);
    }
    return {first, first + size(stage)};
}

} // namespace reckon::inline v0
