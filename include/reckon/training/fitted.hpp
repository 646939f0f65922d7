// SPDX-License-Identifier: MIT
// The fitted constants of training. Written by `bench/calibrate_training --header FILE`; run it again
// instead of editing. Above each set: its rows, and the median and 90th percentile of the error on them.
#pragma once
#include <reckon/training/calibration.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0::training {

/// Times of a step by framework, as multiples of Megatron-Core's.
namespace slowdowns {
/// 195 rows: median 8.46 %.
inline constexpr double megatron = 1;
/// 58 rows: median 15.9 %.
inline constexpr double torchtitan = 1.27;
/// 47 rows: median 3.77 %.
inline constexpr double composer = 1;
/// 48 rows: median 3.17 %.
inline constexpr double internevo = 0.936;
/// 32 rows: median 9.22 %.
inline constexpr double hugging_face = 0.936;
/// 76 rows: median 5.05 %.
inline constexpr double hugging_face_fused = 0.853;
/// 63 rows: median 3.75 %.
inline constexpr double hugging_face_chunked = 0.833;
/// 17 rows: median 10.8 %.
inline constexpr double torchtune = 0.8;
/// 0 rows.
inline constexpr double deepspeed = 1;
} // namespace slowdowns

namespace calibrations {

/// 270 rows: median 4.72 %, p90 19 %.
inline constexpr calibration ampere{.name = "Ampere", .matmul = efficiency(0.583), .narrow = efficiency(0.55),
    .experts = efficiency(0.791), .attention = efficiency(0.314), .passes = 2.64, .mixture_passes = 1.88, .link = efficiency(0.411),
    .network = efficiency(0.312), .hidden = 0.98, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(1.02e+03),
    .per_step = milliseconds(46.5), .spread = 0.109, .source = provenance::fitted};

/// 118 rows: median 9.18 %, p90 36 %.
inline constexpr calibration hopper{.name = "Hopper", .matmul = efficiency(0.603), .narrow = efficiency(0.568),
    .experts = efficiency(1), .attention = efficiency(0.338), .passes = 1.42, .mixture_passes = 2.56, .link = efficiency(0.95),
    .network = efficiency(0.717), .hidden = 0.744, .per_layer = microseconds(505), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(56.5), .spread = 0.249, .source = provenance::fitted};

/// 76 rows: median 13.4 %, p90 34.8 %.
inline constexpr calibration blackwell{.name = "Blackwell", .matmul = efficiency(0.519), .narrow = efficiency(0.862),
    .experts = efficiency(0.96), .attention = efficiency(0.216), .passes = 8, .mixture_passes = 3.69, .link = efficiency(0.477),
    .network = efficiency(0.95), .hidden = 0.3, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(104),
    .per_step = milliseconds(56.5), .spread = 0.291, .source = provenance::fitted};

/// 66 rows: median 8.12 %, p90 38 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .matmul = efficiency(0.95), .narrow = efficiency(0.604),
    .experts = efficiency(0.787), .attention = efficiency(0.455), .passes = 8, .mixture_passes = 3.32, .link = efficiency(0.446),
    .network = efficiency(0.15), .hidden = 0.98, .per_layer = microseconds(150), .per_mixture = microseconds(250),
    .per_step = milliseconds(2.08), .spread = 0.277, .source = provenance::fitted};

/// 10 rows: median 12.5 %, p90 22.1 %.
inline constexpr calibration others{.name = "other generations", .matmul = efficiency(0.697), .narrow = efficiency(0.355),
    .experts = efficiency(0.6), .attention = efficiency(0.385), .passes = 2.6, .mixture_passes = 3, .link = efficiency(0.161),
    .network = efficiency(0.7), .hidden = 0.3, .per_layer = microseconds(194), .per_mixture = microseconds(300),
    .per_step = milliseconds(6.56), .spread = 0.5, .source = provenance::assumed};

} // namespace calibrations

} // namespace reckon::inline v0::training
