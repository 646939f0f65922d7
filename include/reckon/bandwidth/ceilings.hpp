// SPDX-License-Identifier: MIT
// What datasheet figures alone allow: ceilings that no engine reaches.
//
//   by memory      r = B / (W + n C)  steps a second, n r tokens      (decode: all weights once a step)
//   by compute     r = e P / (2 N)    tokens a second                 (prefill, or a very large batch)
//   needed         B = (W + n C) r
//   ridge          P / B              FLOPs a byte above which compute binds
//   achieved       2 N T / t          FLOP/s that T tokens in t mean
//
//   symbol | meaning                                                    | unit    | domain
//   B, P   | bandwidth of memory, dense peak of the operands            | byte/s, FLOP/s | > 0
//   e      | achieved share of the peak                                 | -       | (0, 1]
//   W, C   | bytes of weights read in a step; of one request's cache    | byte    | > 0, >= 0
//   n      | requests at once                                           | -       | >= 1
//   N      | parameters that a token uses                               | -       | > 0
//
// Source:       roofline (Williams et al. 2009). 68 GB at 2,039 GB/s: 29.99 tokens a second; 34e9 parameters,
//               312 TFLOP/s, e = 0.6: 2,752.9 (AT-10, AT-11); ridges: AT-12.
// Deviations:   attention's products are left out of the compute ceiling: a few percent at short contexts.
// Not modelled: everything that serving/speed_of.hpp is for.
// Error:        an upper bound; tests/bandwidth/ceilings.cpp.
#pragma once
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// Steps a second that memory allows: every byte of `read` once a step.
[[nodiscard]] constexpr request_rate steps_by_memory(memory_bandwidth memory, bytes read) noexcept {
    return memory / read;
}

/// Tokens a second of `requests` at once, each with `cache` bytes that a step reads.
[[nodiscard]] constexpr token_rate tokens_by_memory(memory_bandwidth memory, bytes weights,
                                                    double requests = 1,
                                                    bytes cache = {}) noexcept {
    return tokens{requests} * steps_by_memory(memory, weights + cache * requests);
}

/// Bandwidth for so many steps a second over `read`.
[[nodiscard]] constexpr data_rate bandwidth_for(bytes read, request_rate steps) noexcept {
    return read * steps;
}

/// 2 N FLOPs of a token: a product and a sum for every parameter that it meets.
[[nodiscard]] constexpr flops_per_token flops_of_token(double active_parameters) noexcept {
    return flops{2 * active_parameters} / tokens{1};
}

/// Tokens a second that compute allows.
[[nodiscard]] constexpr token_rate tokens_by_compute(peak_flop_rate peak, efficiency achieved,
                                                     double active_parameters) noexcept {
    return peak * achieved / flops_of_token(active_parameters);
}

/// FLOPs a byte above which the peak binds, below which memory does.
[[nodiscard]] constexpr arithmetic_intensity ridge_point(peak_flop_rate peak,
                                                         memory_bandwidth memory) noexcept {
    return peak / memory;
}

/// The rate of products that `done` tokens in `time` mean.
[[nodiscard]] constexpr flop_rate achieved_rate(double active_parameters, tokens done,
                                                seconds time) noexcept {
    return flops_of_token(active_parameters) * done / time;
}

/// The time of `done` tokens at a rate of products.
[[nodiscard]] constexpr seconds time_at(flop_rate rate, double active_parameters,
                                        tokens done) noexcept {
    return flops_of_token(active_parameters) * done / rate;
}

} // namespace reckon::inline v0
