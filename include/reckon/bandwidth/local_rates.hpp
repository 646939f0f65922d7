// SPDX-License-Identifier: MIT
// The rates of a device under llama.cpp and its like, whose products are not those of servers.
//
//   products of 16 bit weights    = max(P_int8 / 2, P_16)  16 bit accumulation, which consumer cards do
//                                                          at twice the rate that their datasheet states
//   products of quantised weights = 0.75 of that           activations are rounded to 8 bit, weights
//                                                          unpacked (MMQ, DP4A)
//   scores                        = 0.3 of that            mostly without fused attention
//
//   symbol | meaning                                                      | unit
//   P_int8 | dense 8 bit integer peak; unknown counts as none             | FLOP/s
//   P_16   | dense 16 bit peak, else that of fp32                         | FLOP/s
//
// So a GeForce and the workstation card of the same chip, which are a factor of two apart in 16 bit on
// paper, are alike here, as they are in measurements.
// Source: llama.cpp's CUDA kernels (pull requests 4766, 8495); XiongjieDai's tables of May 2024.
// Error:  speed_single.prompt in docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/precision/storage.hpp>

namespace reckon::inline v0 {

/// What kernels that are not those of servers keep of the rate of 16 bit products.
struct local_kernels {
    double quantised{}; ///< products of weights that are unpacked
    double scores{};    ///< attention, mostly unfused
};
inline constexpr local_kernels llama_cpp_kernels{.quantised = 0.75, .scores = 0.3};

/// Unknown where neither a bandwidth nor any peak was published.
template <gpu G>
[[nodiscard]] constexpr figure<device_rates>
local_rates_of(G const& g, recipe const& r,
               local_kernels const& kernels = llama_cpp_kernels) noexcept {
    figure<peak_flop_rate> wide = peak_for(g, arithmetic::fp16);
    if (!wide.known()) { wide = g.peak[arithmetic::fp32]; }
    figure<peak_flop_rate> const integer = g.peak[arithmetic::int8];
    if (!g.bandwidth.known() || (!wide.known() && !integer.known())) { return unknown; }
    peak_flop_rate const none{};
    peak_flop_rate const sixteen = max(wide.value_or(none), integer.value_or(none) * 0.5);
    auto const rate = [&](tensor_role role) {
        return bits_per_weight(r[role]) < 16 ? sixteen * kernels.quantised : sixteen;
    };
    return device_rates{.memory = g.bandwidth.value(),
                        .linear = rate(tensor_role::attention_output),
                        .experts = rate(tensor_role::expert_up),
                        .head = rate(tensor_role::head),
                        .scores = sixteen * kernels.scores};
}

} // namespace reckon::inline v0
