// SPDX-License-Identifier: MIT
// The fitted constants of training. Written by `bench/calibrate_training --header FILE`; run it again
// instead of editing. Above each set: its rows, and the median and 90th percentile of the error on them.
#pragma once
#include <reckon/training/calibration.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0::training {

/// Times of a step by framework, as multiples of Megatron-Core's.
namespace slowdowns {
/// 202 rows: median 7.18 %.
inline constexpr double megatron = 1;
/// 58 rows: median 14.6 %.
inline constexpr double torchtitan = 1.2;
/// 47 rows: median 2.07 %.
inline constexpr double composer = 1;
/// 48 rows: median 4.68 %.
inline constexpr double internevo = 1;
/// 91 rows: median 5.74 %.
inline constexpr double hugging_face = 0.898;
/// 91 rows: median 3.89 %.
inline constexpr double hugging_face_fused = 0.8;
/// 63 rows: median 3.35 %.
inline constexpr double hugging_face_chunked = 0.8;
/// 17 rows: median 7.36 %.
inline constexpr double torchtune = 0.8;
/// 0 rows.
inline constexpr double deepspeed = 1;
} // namespace slowdowns

/// What transformers' trainer waits for beside the work, because its kernels are launched one by one: a layer that is
/// gathered (PyTorch FSDP), a matrix with an adapter, an expert of a mixture computed in a loop.
namespace waits {
inline constexpr seconds gathering = milliseconds(11.5);
inline constexpr seconds adapting = milliseconds(2.64);
inline constexpr seconds looping = milliseconds(0.931);
} // namespace waits

namespace calibrations {

/// 344 rows: median 4.42 %, p90 21.3 %.
inline constexpr calibration ampere{.name = "Ampere", .matmul = efficiency(0.611), .narrow = efficiency(0.55),
    .experts = efficiency(0.776), .attention = efficiency(0.307), .passes = 3.86, .mixture_passes = 3.05, .link = efficiency(0.351),
    .network = efficiency(0.266), .hidden = 0.98, .per_layer = microseconds(727), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(48.2), .spread = 0.105, .source = provenance::fitted};

/// 120 rows: median 7.35 %, p90 39 %.
inline constexpr calibration hopper{.name = "Hopper", .matmul = efficiency(0.611), .narrow = efficiency(0.568),
    .experts = efficiency(1), .attention = efficiency(0.313), .passes = 1.75, .mixture_passes = 5.18, .link = efficiency(0.88),
    .network = efficiency(0.95), .hidden = 0.321, .per_layer = microseconds(278), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(23.7), .spread = 0.221, .source = provenance::fitted};

/// 80 rows: median 8.06 %, p90 37.4 %.
inline constexpr calibration blackwell{.name = "Blackwell", .matmul = efficiency(0.451), .narrow = efficiency(0.757),
    .experts = efficiency(0.715), .attention = efficiency(0.259), .passes = 8, .mixture_passes = 1.66, .link = efficiency(0.565),
    .network = efficiency(0.95), .hidden = 0.3, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(56.5), .spread = 0.217, .source = provenance::fitted};

/// 67 rows: median 9.82 %, p90 19.2 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .matmul = efficiency(0.95), .narrow = efficiency(0.768),
    .experts = efficiency(0.509), .attention = efficiency(0.337), .passes = 8, .mixture_passes = 5.83, .link = efficiency(0.95),
    .network = efficiency(0.337), .hidden = 0.98, .per_layer = microseconds(1.7e+03), .per_mixture = microseconds(1.7e+03),
    .per_step = milliseconds(26.4), .spread = 0.187, .source = provenance::fitted};

/// 10 rows: median 12.3 %, p90 21.3 %.
inline constexpr calibration others{.name = "other generations", .matmul = efficiency(0.73), .narrow = efficiency(0.375),
    .experts = efficiency(0.6), .attention = efficiency(0.284), .passes = 3.45, .mixture_passes = 3, .link = efficiency(0.151),
    .network = efficiency(0.7), .hidden = 0.3, .per_layer = microseconds(206), .per_mixture = microseconds(300),
    .per_step = milliseconds(6.94), .spread = 0.5, .source = provenance::assumed};

} // namespace calibrations

} // namespace reckon::inline v0::training
