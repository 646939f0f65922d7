// SPDX-License-Identifier: MIT
// How many times faster one accelerator is than another: a range, because it depends on what binds.
//
//   by compute = P_a / P_b        by memory = (B_a / B_b) (bits_b / bits_a)
//
//   symbol | meaning                                               | unit           | domain
//   P      | dense peak of the operands that each multiplies       | FLOP/s         | known
//   B      | bandwidth of memory                                   | byte/s         | known
//   bits   | of a stored weight, which a decode step reads         | bit            | > 0
//
// Source:       AT-35: A100 in FP16 against V100 in FP32: 3.46 times where memory binds, 19.9 where compute
//               does; H100 in FP8 against A100 in FP16: 6.34 by compute, and 2.0 against itself in FP16.
// Not modelled: overheads, which pull every ratio towards 1.
// Error:        0 as a ratio of datasheets; tests/gpu/compare.cpp.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

/// Bits in which weights for these operands are stored, without scales; TF32 is stored as FP32.
[[nodiscard]] constexpr double stored_bits(arithmetic a) noexcept {
    constexpr double bits[arithmetic_kinds] = {64, 32, 32, 16, 16, 8, 6, 4, 8, 4};
    return bits[static_cast<int>(a)];
}

/// An accelerator at work: what it multiplies, and how wide the weights are that it reads.
template <gpu G> struct device_at_work {
    G const& device;
    arithmetic operands{};
    double weight_bits{};
};
/// So that a device can be named without its type.
template <gpu G> device_at_work(G const&, arithmetic, double) -> device_at_work<G>;

/// How many times as fast; unknown where a figure is.
struct speed_ratio {
    figure<double> by_compute{}; ///< prefill, large batches, training
    figure<double> by_memory{};  ///< decoding of few requests
    friend constexpr bool operator==(speed_ratio const&, speed_ratio const&) noexcept = default;
};

/// `a` over `b`. Peaks are those of the operands themselves: what a device does not multiply natively
/// has none.
template <gpu A, gpu B>
[[nodiscard]] constexpr speed_ratio ratio_of(device_at_work<A> const& a,
                                             device_at_work<B> const& b) noexcept {
    speed_ratio r{};
    auto const& p = a.device.peak[a.operands];
    auto const& q = b.device.peak[b.operands];
    if (p.known() && q.known()) {
        r.by_compute = {p.value() / q.value(), worst(p.source, q.source)};
    }
    auto const& m = a.device.bandwidth;
    auto const& n = b.device.bandwidth;
    if (m.known() && n.known()) {
        r.by_memory = {m.value() / n.value() * (b.weight_bits / a.weight_bits),
                       worst(m.source, n.source)};
    }
    return r;
}

} // namespace reckon::inline v0
