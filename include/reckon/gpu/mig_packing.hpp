// SPDX-License-Identifier: MIT
// The fewest accelerators that hold a number of instances of each profile (gpu/mig.hpp).
//
//   start of an instance on the memory axis, of 8 slices (7 of which have compute):
//     7g {0} x 8    4g {0} x 4    3g {0, 4} x 4    2g {0, 2, 4} x 2    1g, twice the memory {0, 2, 4, 6} x 2
//     1g {0 .. 6} x 1
//   of 4 slices:   4g {0} x 4     2g {0, 2} x 2    1g {0 .. 3} x 1
//
// Each start that serves a larger instance serves the smaller ones as well, so that filling by size, each into the
// half that is worth least to the smaller ones, is best: the first half has two places of 2g, the second has one
// and two slices that only 1g can start at, one of which has no compute.
// Source:       NVIDIA Multi-Instance GPU User Guide, `nvidia-smi mig -lgipp`.
// Not modelled: instances that are there already and cannot move.
// Error:        0; tests/gpu/mig_packing_property.cpp compares with every way to place them.
#pragma once
#include <reckon/gpu/mig.hpp>

#include <span>

namespace reckon::inline v0 {

/// So many instances of one profile, by NVIDIA's name: "3g.40gb".
struct mig_wish {
    text<15> profile{};
    count instances{};
};

namespace detail {

/// Instances by profile, of accelerators with 7 compute slices.
struct mig_instances {
    count g7{};
    count g4{};
    count g3{};
    count g2{};
    count g1_double{};
    count g1{};
};

/// Whether `devices` whole accelerators hold them. Domain: counts below 2^40.
[[nodiscard]] constexpr bool holds_of_7(count devices, mig_instances const& n) noexcept {
    count const divided = devices - n.g7;
    count const first_halves = divided - n.g4;
    if (first_halves < 0) { return false; }
    // 3g into second halves, then into first ones.
    count const second_left = max(count{0}, divided - n.g3);
    count const first_left = first_halves - max(count{0}, n.g3 - divided);
    if (first_left < 0) { return false; }
    count const pairs = 2 * first_left + second_left - n.g2;
    if (pairs < 0) { return false; }
    // Pairs at 6 hold one 1g, or one 1g of twice the memory, which costs the others least there.
    count const at_six = max(count{0}, second_left - n.g1_double);
    count const pairs_left = pairs - max(count{0}, n.g1_double - second_left);
    return pairs_left >= 0 && n.g1 <= 2 * pairs_left + at_six;
}

[[nodiscard]] constexpr bool holds_of_4(count devices, mig_instances const& n) noexcept {
    count const pairs = 2 * (devices - n.g4) - n.g2;
    return pairs >= 0 && n.g1 <= 2 * pairs;
}

} // namespace detail

/// The fewest accelerators `g` that hold all instances. Errors: those of mig_slice; out_of_range for negative
/// numbers or more than 10^9.
template <gpu G>
[[nodiscard]] constexpr result<count> devices_for(G const& g,
                                                  std::span<mig_wish const> wishes) noexcept {
    constexpr count most = 1'000'000'000;
    constexpr count hopper_like = 7;
    bool const of_7 = g.mig_instances.value_or(0) == hopper_like;
    detail::mig_instances n{};
    count all = 0;
    for (mig_wish const& w : wishes) {
        result<any_gpu> const part = mig_slice(g, w.profile.view());
        if (!part) { return part.error(); }
        all += detail::min(w.instances, most + 1);
        if (w.instances < 0 || all > most) {
            sentence why{"there are "};
            why.append(w.instances).append(" instances ").append(w.profile.view());
            return error{errc::out_of_range, why.append("; give 0 to 10^9 in all.")};
        }
        auto const is = [&](detail::mig_profile p) {
            return w.profile.view() == detail::mig_name(p, of_7 ? 8 : 4, g.memory.value()).view();
        };
        if (of_7) {
            n.g7 += is({7, 8}) ? w.instances : 0;
            n.g4 += is({4, 4}) ? w.instances : 0;
            n.g3 += is({3, 4}) ? w.instances : 0;
            n.g2 += is({2, 2}) ? w.instances : 0;
            n.g1_double += is({1, 2}) ? w.instances : 0;
        } else {
            n.g4 += is({4, 4}) ? w.instances : 0;
            n.g2 += is({2, 2}) ? w.instances : 0;
        }
        n.g1 += is({1, 1}) ? w.instances : 0;
    }
    count none = -1;
    count enough = all; // one each is always enough
    while (enough - none > 1) {
        count const devices = none + (enough - none) / 2;
        bool const fits = of_7 ? detail::holds_of_7(devices, n) : detail::holds_of_4(devices, n);
        (fits ? enough : none) = devices;
    }
    return enough;
}

} // namespace reckon::inline v0
