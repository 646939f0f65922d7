// SPDX-License-Identifier: MIT
// The kernels of a pass under the roofline: products by kind, and attention.
//
//   attainable = min( peak, bw I )          I = FLOPs / bytes of the kernel
//   reached    = FLOPs / max( bytes / (bw e), FLOPs / (peak e_m busy) )
//
//   symbol  | meaning                                                          | unit   | domain
//   bytes   | weights of the kernel, or the cache that attention reads         | byte   | >= 0
//   e, e_m  | fractions that the calibration says of reading and of products   | -      | (0, 1]
//   busy    | share of the compute units that tiles of the products keep busy  | -      | (0, 1]
//
// Source:       Williams, Waterman, Patterson 2009; the parts of memory/weights.hpp and flops/forward.hpp;
//               bandwidth/tiles.hpp. Where nobody counts the units, busy is unknown and taken as 1.
// Deviations:   each kernel by itself: activations, launches and overlap between kernels are left out.
// Error:        not measured: a picture of the calibration, not an estimate of a kernel's time.
#pragma once
#include <reckon/bandwidth/busy_units.hpp>
#include <reckon/detail/static_vector.hpp>
#include <reckon/serving/passes.hpp>

#include <string_view>

namespace reckon::inline v0::serving {

/// One kind of kernel in one kind of pass.
struct kernel_point {
    std::string_view name{};
    flops work{};
    bytes moved{};
    peak_flop_rate peak{};
    arithmetic_intensity intensity{};
    flop_rate attainable{}; ///< under the datasheet's roofline
    flop_rate reached{};    ///< under the calibration's
    resource limit{};       ///< memory or compute, by the datasheet
    figure<double> busy{};  ///< of the compute units; unknown with their number, and for attention
};

/// Up to four: linear products, experts, scores, head. Kernels without work are left out.
using kernel_points = static_vector<kernel_point, 4>;

/// The kernels of a pass of `cost`, whose rank holds `w` of all stages, wakes experts by `expert_tokens` and keeps `busy` of
/// its units busy.
template <model M>
[[nodiscard]] constexpr kernel_points
kernels_of(M const& m, weight_bytes const& w, pass_cost const& cost, double expert_tokens,
           device_rates const& rates, calibration const& c, efficiency matmul,
           busy_shares const& busy) noexcept {
    kernel_points all{};
    auto const add = [&](std::string_view name, flops work, bytes moved, peak_flop_rate peak,
                         efficiency reading, double kept, figure<double> const& share) {
        if (!(work > flops{}) || !(moved > bytes{})) { return; }
        seconds const least = max(moved / rates.memory, work / peak);
        seconds const taken =
            max(moved / (rates.memory * reading),
                work / (peak * efficiency(matmul.fraction * kept * share.value_or(1))));
        resource const limit =
            moved / rates.memory > work / peak ? resource::memory : resource::compute;
        all.push_back(
            {name, work, moved, peak, work / moved, work / least, work / taken, limit, share});
    };
    weight_bytes without = w;
    without.routed_experts = bytes{};
    without.head = bytes{};
    bytes const linear = weights_read(m, without, expert_tokens);
    without.head = w.head;
    bytes const experts = cost.weights - weights_read(m, without, expert_tokens);
    add("linear", cost.work.linear, linear, rates.linear, c.weight_streaming, rates.linear_kept,
        busy.linear);
    add("experts", cost.work.experts, experts, rates.experts, c.weight_streaming,
        c.expert_matmul.fraction * rates.experts_kept, busy.experts);
    add("attention", cost.work.scores, cost.cache, rates.scores, c.cache_streaming, 1, unknown);
    add("head", cost.work.head, w.head, rates.head, c.weight_streaming, 1, busy.head);
    return all;
}

} // namespace reckon::inline v0::serving
