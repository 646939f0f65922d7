// SPDX-License-Identifier: MIT
// What a device and its links sustain in training, under a calibration.
//
//   rate       = datasheet peak or bandwidth x achieved fraction
//   ring       = min(scale-up, network x members of a machine)     where a group leaves its machine
//   all to all = machines met / network + k (1 - 1 / inside) / scale-up      seconds a byte of a token
//
// Source: NCCL's ring algorithms; DeepSeek-V3 (2412.19437, section 3.2.2) for tokens that cross to a machine once.
// Error:  the fractions' (training/fitted.hpp).
#pragma once
#include <reckon/gpu/machine.hpp>
#include <reckon/training/calibrations.hpp>

namespace reckon::inline v0::training::detail {

/// Sustained rates of one device and its links.
struct rates {
    double linear{};
    double experts{};
    double attention{};
    double memory{};
    double scale_up{};
    double scale_out{};
    double peak16{};
    count domain{1};
    /// Less of what computes, which moves tokens instead.
    constexpr void lend(double part) noexcept {
        linear *= 1 - part;
        experts *= 1 - part;
        attention *= 1 - part;
    }
};
template <gpu G>
[[nodiscard]] constexpr rates rates_of(G const& g, arithmetic products,
                                       calibration const& c) noexcept {
    rates r{};
    figure<peak_flop_rate> const wide = peak_for(g, arithmetic::bf16);
    figure<peak_flop_rate> const used = peak_for(g, products);
    if (!wide.known() || !used.known() || !g.bandwidth.known()) { return r; }
    bool const narrow = products == arithmetic::fp8 || products == arithmetic::fp4;
    r.peak16 = wide.value().base_value;
    r.linear = used.value().base_value * (narrow ? c.narrow : c.matmul).fraction;
    r.experts = r.linear * c.experts.fraction;
    r.attention = r.peak16 * c.attention.fraction;
    r.memory = g.bandwidth.value().base_value * c.memory.fraction;
    r.scale_out = (c.scale_out * c.network).base_value;
    r.domain = widest_layer(g);
    fabric const link = g.link;
    host_link const host = g.host;
    figure<link_bandwidth> const up = link.each_way.known() ? link.each_way : host.each_way;
    r.scale_up = up.known() ? (up.value() * c.link).base_value : r.scale_out;
    return r;
}

/// Bytes a second that one of `ranks` ranks sends, which stand `stride` devices apart.
[[nodiscard]] constexpr double rate_between(rates const& r, count ranks, count stride) noexcept {
    count const inside =
        reckon::detail::max(count{1}, r.domain / reckon::detail::max(count{1}, stride));
    if (ranks <= inside) { return r.scale_up; }
    // A ring leaves a machine through the networks of all its members there.
    return reckon::detail::min(
        r.scale_up, r.scale_out * static_cast<double>(reckon::detail::min(inside, ranks)));
}

/// Seconds a byte of a token that goes to `copies` experts on `ranks` ranks: over the network once for every other
/// machine that has one of them, from there over the scale-up link to each.
///
///   machines met = (M - 1) (1 - (1 - 1 / M)^k)      M machines, k experts chosen evenly
///                at most P (M - 1) / M, where the router allows P of them
[[nodiscard]] constexpr double seconds_all_to_all(rates const& r, count ranks, count stride,
                                                  count copies, count places) noexcept {
    if (ranks <= 1) { return 0; }
    count const inside = reckon::detail::min(
        ranks, reckon::detail::max(count{1}, r.domain / reckon::detail::max(count{1}, stride)));
    auto const k = static_cast<double>(copies);
    auto const here = static_cast<double>(inside);
    double const machines = static_cast<double>(ranks) / here;
    double met = 1;
    for (count i = 0; i < copies; ++i) {
        met *= 1 - 1 / machines;
    }
    met = (machines - 1) * (1 - met);
    if (places < 1) { return met / r.scale_out + k * (here - 1) / here / r.scale_up; }
    auto const limit = static_cast<double>(places);
    if (machines > 1) {
        met = reckon::detail::min(met, limit * (machines - 1) / machines);
        return met / r.scale_out + k * (here - 1) / here / r.scale_up;
    }
    return reckon::detail::min(k, limit) * (here - 1) / here / r.scale_up;
}

} // namespace reckon::inline v0::training::detail
