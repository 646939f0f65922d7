// SPDX-License-Identifier: MIT
// The fitted constants of training. Written by `bench/calibrate_training --header FILE`; run it again
// instead of editing. Above each set: its rows, and the median and 90th percentile of the error on them.
#pragma once
#include <reckon/training/calibration.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0::training {

/// Times of a step by framework, as multiples of Megatron-Core's.
namespace slowdowns {
/// 195 rows: median 8.5 %.
inline constexpr double megatron = 1;
/// 58 rows: median 14.3 %.
inline constexpr double torchtitan = 1.2;
/// 47 rows: median 3.02 %.
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

/// 118 rows: median 7.43 %, p90 38.8 %.
inline constexpr calibration hopper{.name = "Hopper", .matmul = efficiency(0.603), .narrow = efficiency(0.55),
    .experts = efficiency(1), .attention = efficiency(0.316), .passes = 1.13, .mixture_passes = 5.48, .link = efficiency(0.95),
    .network = efficiency(0.95), .hidden = 0.339, .per_layer = microseconds(259), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(30.4), .spread = 0.219, .source = provenance::fitted};

/// 76 rows: median 13.6 %, p90 35.3 %.
inline constexpr calibration blackwell{.name = "Blackwell", .matmul = efficiency(0.535), .narrow = efficiency(0.929),
    .experts = efficiency(0.96), .attention = efficiency(0.194), .passes = 8, .mixture_passes = 3.45, .link = efficiency(0.5),
    .network = efficiency(0.95), .hidden = 0.3, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(109),
    .per_step = milliseconds(56.5), .spread = 0.287, .source = provenance::fitted};

/// 66 rows: median 11.4 %, p90 28.6 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .matmul = efficiency(0.866), .narrow = efficiency(0.563),
    .experts = efficiency(0.754), .attention = efficiency(0.56), .passes = 8, .mixture_passes = 3.5, .link = efficiency(0.5),
    .network = efficiency(0.15), .hidden = 0.98, .per_layer = microseconds(166), .per_mixture = microseconds(250),
    .per_step = milliseconds(2.29), .spread = 0.267, .source = provenance::fitted};

/// 10 rows: median 12.3 %, p90 21.3 %.
inline constexpr calibration others{.name = "other generations", .matmul = efficiency(0.73), .narrow = efficiency(0.375),
    .experts = efficiency(0.6), .attention = efficiency(0.284), .passes = 3.45, .mixture_passes = 3, .link = efficiency(0.151),
    .network = efficiency(0.7), .hidden = 0.3, .per_layer = microseconds(206), .per_mixture = microseconds(300),
    .per_step = milliseconds(6.94), .spread = 0.5, .source = provenance::assumed};

} // namespace calibrations

} // namespace reckon::inline v0::training
