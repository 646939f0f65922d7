// SPDX-License-Identifier: MIT
// The fitted constants of training. Written by `bench/calibrate_training --header FILE`; run it again
// instead of editing. Above each set: its rows, and the median and 90th percentile of the error on them.
#pragma once
#include <reckon/training/calibration.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0::training {

/// Times of a step by framework, as multiples of Megatron-Core's.
namespace slowdowns {
/// 195 rows: median 8.98 %.
inline constexpr double megatron = 1;
/// 46 rows: median 13.8 %.
inline constexpr double torchtitan = 1.2;
/// 47 rows: median 2.63 %.
inline constexpr double composer = 1;
/// 48 rows: median 3.17 %.
inline constexpr double internevo = 0.936;
/// 36 rows: median 11.4 %.
inline constexpr double hugging_face = 1;
/// 76 rows: median 4.73 %.
inline constexpr double hugging_face_fused = 0.841;
/// 63 rows: median 3.75 %.
inline constexpr double hugging_face_chunked = 0.833;
/// 17 rows: median 10.8 %.
inline constexpr double torchtune = 0.8;
/// 0 rows.
inline constexpr double deepspeed = 1;
} // namespace slowdowns

namespace calibrations {

/// 270 rows: median 4.73 %, p90 18.7 %.
inline constexpr calibration ampere{.name = "Ampere", .matmul = efficiency(0.583), .narrow = efficiency(0.55),
    .experts = efficiency(0.788), .attention = efficiency(0.314), .passes = 2.64, .mixture_passes = 1.97, .link = efficiency(0.411),
    .network = efficiency(0.312), .hidden = 0.98, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(1.02e+03),
    .per_step = milliseconds(46.5), .spread = 0.113, .source = provenance::fitted};

/// 106 rows: median 8.3 %, p90 61 %.
inline constexpr calibration hopper{.name = "Hopper", .matmul = efficiency(0.597), .narrow = efficiency(0.55),
    .experts = efficiency(1), .attention = efficiency(0.325), .passes = 1.06, .mixture_passes = 1, .link = efficiency(0.95),
    .network = efficiency(0.95), .hidden = 0.32, .per_layer = microseconds(243), .per_mixture = microseconds(568),
    .per_step = milliseconds(41.6), .spread = 0.228, .source = provenance::fitted};

/// 76 rows: median 14.1 %, p90 35.3 %.
inline constexpr calibration blackwell{.name = "Blackwell", .matmul = efficiency(0.511), .narrow = efficiency(0.932),
    .experts = efficiency(0.876), .attention = efficiency(0.191), .passes = 8, .mixture_passes = 3.15, .link = efficiency(0.5),
    .network = efficiency(0.941), .hidden = 0.3, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(88.1),
    .per_step = milliseconds(56.5), .spread = 0.296, .source = provenance::fitted};

/// 66 rows: median 8.12 %, p90 38 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .matmul = efficiency(0.95), .narrow = efficiency(0.604),
    .experts = efficiency(0.787), .attention = efficiency(0.455), .passes = 8, .mixture_passes = 3.32, .link = efficiency(0.446),
    .network = efficiency(0.15), .hidden = 0.98, .per_layer = microseconds(150), .per_mixture = microseconds(250),
    .per_step = milliseconds(2.08), .spread = 0.277, .source = provenance::fitted};

/// 10 rows: median 11.6 %, p90 22 %.
inline constexpr calibration others{.name = "other generations", .matmul = efficiency(0.64), .narrow = efficiency(0.332),
    .experts = efficiency(0.6), .attention = efficiency(0.199), .passes = 4.05, .mixture_passes = 3, .link = efficiency(0.229),
    .network = efficiency(0.7), .hidden = 0.307, .per_layer = microseconds(278), .per_mixture = microseconds(300),
    .per_step = milliseconds(12.5), .spread = 0.5, .source = provenance::assumed};

} // namespace calibrations

} // namespace reckon::inline v0::training
