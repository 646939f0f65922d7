// SPDX-License-Identifier: MIT
// The rates of a device under llama.cpp and its like, whose products are not those of servers.
//
//   P        = max(P_8 / 2, P_16)                     16 bit accumulation, which consumer cards do at twice the
//                                                     rate that their datasheet states
//   products of 16 bit weights = P / (1 + E P / W)    a card multiplies no faster than its power allows
//   products of quantised weights = 0.75 of that      activations are rounded to 8 bit, weights unpacked (MMQ, DP4A)
//   scores = kernel of that                           0.3 where attention runs on matrix units, 0.2 on AMD's
//                                                     vector units
//
//   symbol | meaning                                                      | unit
//   P_8    | dense 8 bit peak, of integers, else of floats, else half of the 4 bit one; unknown counts as none | FLOP/s
//   P_16   | dense 16 bit peak, else that of fp32                         | FLOP/s
//   E      | energy of a 16 bit operation with its operands, 1.3 pJ       | J/FLOP
//   W      | power limit; unknown does not bind                           | W
//
// So a GeForce and the workstation card of the same chip, which are a factor of two apart in 16 bit on
// paper, are alike here but for their power, as they are in measurements: Llama-3-8B in 16 bit runs at
// 9,382, 6,663, 6,161 and 3,122 tokens/s on cards of Ada of 450, 300, 250 and 130 W, all within 10 % of
// 22 tokens/s a watt, while their peaks are a factor of 3.4 apart.
// Source: llama.cpp's CUDA kernels (pull requests 4766, 8495); XiongjieDai's tables of May 2024.
// Error:  speed_single.prompt in docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/pass_time.hpp>
#include <reckon/precision/storage.hpp>

namespace reckon::inline v0 {

/// What kernels that are not those of servers keep of the rate of 16 bit products.
struct local_kernels {
    double quantised{};        ///< products of weights that are unpacked
    double scores{};           ///< attention, mostly unfused
    double watts_a_teraflop{}; ///< that a 16 bit product draws: pJ / FLOP
    double score_traffic{};    ///< bytes of a score through memory without flash attention
    double tile{};             ///< rows that a grouped product multiplies at once
    double staged{}; ///< what is reached of the speed-up of devices that fill prompts in turn
};
inline constexpr local_kernels llama_cpp_kernels{.quantised = 0.75,
                                                 .scores = 0.3,
                                                 .watts_a_teraflop = 1.3,
                                                 .score_traffic = 24,
                                                 .tile = 64,
                                                 .staged = 0.42};
/// AMD's: attention on vector units.
inline constexpr local_kernels llama_cpp_kernels_amd = [] {
    local_kernels k = llama_cpp_kernels;
    k.scores = 0.2;
    return k;
}();

/// Those of a maker's devices.
[[nodiscard]] constexpr local_kernels const& local_kernels_for(vendor maker) noexcept {
    return maker == vendor::amd ? llama_cpp_kernels_amd : llama_cpp_kernels;
}

/// A peak as far as a power limit allows: no faster than power over the energy of an operation.
[[nodiscard]] constexpr peak_flop_rate within_power(peak_flop_rate peak, figure<watts> const& limit,
                                                    double watts_a_teraflop) noexcept {
    if (!limit.known() || !(in_watts(limit.value()) > 0)) { return peak; }
    double const wanted = in_teraflops_per_second(peak) * watts_a_teraflop;
    return peak * (1 / (1 + wanted / in_watts(limit.value())));
}

/// The 16 bit rate of units of which only narrower ones are published: each halving of the operands doubles the
/// rate. From 8 bit integers, else 8 bit floats, else 4 bit ones; unknown where none is.
template <gpu G>
[[nodiscard]] constexpr figure<peak_flop_rate> sixteen_bit_of_narrow(G const& g) noexcept {
    for (arithmetic const eight : {arithmetic::int8, arithmetic::fp8}) {
        if (g.peak[eight].known()) { return g.peak[eight].value() * (1.0 / 2); }
    }
    if (g.peak[arithmetic::fp4].known()) { return g.peak[arithmetic::fp4].value() * (1.0 / 4); }
    return unknown;
}

/// Unknown where neither a bandwidth nor any peak was published.
template <gpu G>
[[nodiscard]] constexpr figure<device_rates> local_rates_of(G const& g, recipe const& r,
                                                            local_kernels const& kernels) noexcept {
    figure<peak_flop_rate> wide = peak_for(g, arithmetic::fp16);
    if (!wide.known()) { wide = g.peak[arithmetic::fp32]; }
    figure<peak_flop_rate> const halved = sixteen_bit_of_narrow(g);
    if (!g.bandwidth.known() || (!wide.known() && !halved.known())) { return unknown; }
    peak_flop_rate const none{};
    peak_flop_rate const sixteen = within_power(max(wide.value_or(none), halved.value_or(none)),
                                                g.power, kernels.watts_a_teraflop);
    auto const rate = [&](tensor_role role) {
        return bits_per_weight(r[role]) < 16 ? sixteen * kernels.quantised : sixteen;
    };
    return device_rates{.memory = g.bandwidth.value(),
                        .linear = rate(tensor_role::attention_output),
                        .experts = rate(tensor_role::expert_up),
                        .head = rate(tensor_role::head),
                        .scores = sixteen * kernels.scores};
}

/// The same with the kernels of the device's maker.
template <gpu G>
[[nodiscard]] constexpr figure<device_rates> local_rates_of(G const& g, recipe const& r) noexcept {
    return local_rates_of(g, r, local_kernels_for(g.architecture.maker));
}

} // namespace reckon::inline v0
