// SPDX-License-Identifier: MIT
// The fitted constants of hardware and engine generations.
//
// Written by `bench/calibrate` (bench/reference/README.md says how); run it again instead of
// editing. Above each set: its rows, and the median error of each quantity on them. What is left
// on models, accelerators and sources that a fit has not seen: docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/engine_factors.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0 {

namespace calibrations {

/// 593 rows: output_throughput 6.8 %, total_throughput 8.0 %, tpot 12.5 %, ttft 16.8 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.77),
    .cache_streaming = efficiency(0.708), .decode_matmul = efficiency(0.765), .prefill_matmul = efficiency(0.521),
    .expert_matmul = efficiency(0.742), .link = efficiency(0.487), .per_layer = microseconds(61.5),
    .per_mixture = microseconds(34), .per_collective = microseconds(7.5), .per_step = milliseconds(0.451),
    .per_sequence = microseconds(14.2), .per_request = milliseconds(43),
    .spread = {0.415, 1.15, 0.36}, .source = provenance::fitted};

/// 127 rows: output_throughput 4.3 %, ttft 5.4 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.816),
    .cache_streaming = efficiency(0.835), .decode_matmul = efficiency(0.811), .prefill_matmul = efficiency(0.519),
    .expert_matmul = efficiency(0.691), .link = efficiency(0.505), .per_layer = microseconds(54.9),
    .per_mixture = microseconds(35.5), .per_collective = microseconds(7.4), .per_step = milliseconds(0.44),
    .per_sequence = microseconds(13.5), .per_request = milliseconds(47.2),
    .spread = {0.415, 0.245, 0.19}, .source = provenance::fitted};

/// 3166 rows: output_throughput 9.6 %, total_throughput 7.7 %, tpot 10.4 %, ttft 17.8 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.828),
    .cache_streaming = efficiency(0.863), .decode_matmul = efficiency(0.882), .prefill_matmul = efficiency(0.513),
    .expert_matmul = efficiency(0.66), .link = efficiency(0.58), .per_layer = microseconds(52.2),
    .per_mixture = microseconds(42.1), .per_collective = microseconds(7.45), .per_step = milliseconds(0.433),
    .per_sequence = microseconds(12.5), .per_request = milliseconds(54.6),
    .spread = {0.439, 0.676, 0.271}, .source = provenance::fitted};

/// 1646 rows: output_throughput 10.7 %, tpot 11.3 %, ttft 21.9 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.762),
    .cache_streaming = efficiency(0.721), .decode_matmul = efficiency(0.709), .prefill_matmul = efficiency(0.484),
    .expert_matmul = efficiency(0.549), .link = efficiency(0.466), .per_layer = microseconds(54.1),
    .per_mixture = microseconds(23.5), .per_collective = microseconds(7.3), .per_step = milliseconds(0.425),
    .per_sequence = microseconds(14.9), .per_request = milliseconds(36),
    .spread = {0.403, 1.02, 0.335}, .source = provenance::fitted};

/// 265 rows: output_throughput 17.4 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.786),
    .cache_streaming = efficiency(0.9), .decode_matmul = efficiency(0.75), .prefill_matmul = efficiency(0.542),
    .expert_matmul = efficiency(0.608), .link = efficiency(0.729), .per_layer = microseconds(56.9),
    .per_mixture = microseconds(30.6), .per_collective = microseconds(7.59), .per_step = milliseconds(0.433),
    .per_sequence = microseconds(13.7), .per_request = milliseconds(40.2),
    .spread = {0.686, 0.764, 0.524}, .source = provenance::fitted};

/// 190 rows: output_throughput 42.2 %, tpot 8.1 %, ttft 12.6 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.774),
    .cache_streaming = efficiency(0.811), .decode_matmul = efficiency(0.744), .prefill_matmul = efficiency(0.514),
    .expert_matmul = efficiency(0.588), .link = efficiency(0.541), .per_layer = microseconds(57.3),
    .per_mixture = microseconds(29.6), .per_collective = microseconds(7.56), .per_step = milliseconds(0.433),
    .per_sequence = microseconds(14.3), .per_request = milliseconds(41.3),
    .spread = {0.178, 0.392, 0.439}, .source = provenance::fitted};

/// 240 rows: total_throughput 10.6 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.804),
    .cache_streaming = efficiency(0.697), .decode_matmul = efficiency(0.827), .prefill_matmul = efficiency(0.568),
    .expert_matmul = efficiency(0.719), .link = efficiency(0.413), .per_layer = microseconds(50.9),
    .per_mixture = microseconds(39.5), .per_collective = microseconds(6.21), .per_step = milliseconds(0.44),
    .per_sequence = microseconds(19.1), .per_request = milliseconds(53.5),
    .spread = {0.415, 0.764, 0.224}, .source = provenance::fitted};

/// 788 rows: output_throughput 15.4 %, total_throughput 16.0 %, tpot 15.2 %, ttft 17.8 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.778),
    .cache_streaming = efficiency(0.606), .decode_matmul = efficiency(0.804), .prefill_matmul = efficiency(0.384),
    .expert_matmul = efficiency(0.729), .link = efficiency(0.353), .per_layer = microseconds(49.8),
    .per_mixture = microseconds(58.5), .per_collective = microseconds(5.98), .per_step = milliseconds(0.434),
    .per_sequence = microseconds(23.5), .per_request = milliseconds(56.7),
    .spread = {0.478, 0.962, 1.07}, .source = provenance::fitted};

/// 177 rows: output_throughput 9.1 %, tpot 10.1 %, ttft 30.3 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.833),
    .cache_streaming = efficiency(0.694), .decode_matmul = efficiency(0.817), .prefill_matmul = efficiency(0.469),
    .expert_matmul = efficiency(0.716), .link = efficiency(0.427), .per_layer = microseconds(49.9),
    .per_mixture = microseconds(27.3), .per_collective = microseconds(6.07), .per_step = milliseconds(0.438),
    .per_sequence = microseconds(20.2), .per_request = milliseconds(51.7),
    .spread = {0.415, 0.764, 0.438}, .source = provenance::fitted};

/// 268 rows: output_throughput 11.9 %, total_throughput 8.0 %, ttft 14.9 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.816),
    .cache_streaming = efficiency(0.742), .decode_matmul = efficiency(0.867), .prefill_matmul = efficiency(0.526),
    .expert_matmul = efficiency(0.694), .link = efficiency(0.487), .per_layer = microseconds(55),
    .per_mixture = microseconds(36.2), .per_collective = microseconds(7.37), .per_step = milliseconds(0.459),
    .per_sequence = microseconds(14), .per_request = milliseconds(49.3),
    .spread = {0.415, 0.764, 0.177}, .source = provenance::fitted};

/// 16 rows: output_throughput 13.1 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.81),
    .cache_streaming = efficiency(0.714), .decode_matmul = efficiency(0.861), .prefill_matmul = efficiency(0.5),
    .expert_matmul = efficiency(0.694), .link = efficiency(0.507), .per_layer = microseconds(54.5),
    .per_mixture = microseconds(36.2), .per_collective = microseconds(7.28), .per_step = milliseconds(0.457),
    .per_sequence = microseconds(13.8), .per_request = milliseconds(49.3),
    .spread = {0.415, 0.764, 0.438}, .source = provenance::fitted};

/// 106 rows: total_throughput 26.5 %.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.809),
    .cache_streaming = efficiency(0.72), .decode_matmul = efficiency(0.822), .prefill_matmul = efficiency(0.508),
    .expert_matmul = efficiency(0.694), .link = efficiency(0.482), .per_layer = microseconds(53.1),
    .per_mixture = microseconds(36.2), .per_collective = microseconds(7.9), .per_step = milliseconds(0.452),
    .per_sequence = microseconds(15.1), .per_request = milliseconds(49.3),
    .spread = {0.415, 0.764, 1.97}, .source = provenance::fitted};

/// 546 rows: output_throughput 12.6 %, generation 5.3 %, prompt 12.4 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.902),
    .cache_streaming = efficiency(0.908), .decode_matmul = efficiency(0.3), .prefill_matmul = efficiency(0.888),
    .expert_matmul = efficiency(0.827), .link = efficiency(0.6), .per_layer = microseconds(79),
    .per_mixture = microseconds(17), .per_collective = microseconds(4), .per_step = milliseconds(0.742),
    .per_sequence = microseconds(9.84), .per_request = milliseconds(60),
    .spread = {0.206, 0.373, 1}, .source = provenance::fitted};

/// 48 rows: generation 62.3 %, prompt 14.9 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.871),
    .cache_streaming = efficiency(0.909), .decode_matmul = efficiency(0.297), .prefill_matmul = efficiency(0.882),
    .expert_matmul = efficiency(0.827), .link = efficiency(0.6), .per_layer = microseconds(83.5),
    .per_mixture = microseconds(17), .per_collective = microseconds(4), .per_step = milliseconds(0.752),
    .per_sequence = microseconds(9.84), .per_request = milliseconds(60),
    .spread = {0.863, 0.483, 1}, .source = provenance::fitted};

/// 510 rows: generation 8.4 %, prompt 24.1 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.885),
    .cache_streaming = efficiency(0.779), .decode_matmul = efficiency(0.287), .prefill_matmul = efficiency(0.782),
    .expert_matmul = efficiency(0.725), .link = efficiency(0.6), .per_layer = microseconds(84.4),
    .per_mixture = microseconds(17.3), .per_collective = microseconds(4), .per_step = milliseconds(0.757),
    .per_sequence = microseconds(9.84), .per_request = milliseconds(60),
    .spread = {0.328, 1.6, 1}, .source = provenance::fitted};

/// 108 rows: generation 10.9 %, prompt 9.6 %.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.82),
    .cache_streaming = efficiency(0.836), .decode_matmul = efficiency(0.262), .prefill_matmul = efficiency(0.777),
    .expert_matmul = efficiency(0.763), .link = efficiency(0.6), .per_layer = microseconds(97),
    .per_mixture = microseconds(17.5), .per_collective = microseconds(4), .per_step = milliseconds(0.798),
    .per_sequence = microseconds(9.84), .per_request = milliseconds(60),
    .spread = {0.363, 0.21, 1}, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local", .weight_streaming = efficiency(0.861),
    .cache_streaming = efficiency(0.836), .decode_matmul = efficiency(0.285), .prefill_matmul = efficiency(0.79),
    .expert_matmul = efficiency(0.771), .link = efficiency(0.6), .per_layer = microseconds(85.9),
    .per_mixture = microseconds(17.3), .per_collective = microseconds(4), .per_step = milliseconds(0.77),
    .per_sequence = microseconds(9.84), .per_request = milliseconds(60),
    .spread = {0.853, 0.882, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_nvidia{.name = "server NVIDIA", .weight_streaming = efficiency(0.802),
    .cache_streaming = efficiency(0.789), .decode_matmul = efficiency(0.809), .prefill_matmul = efficiency(0.515),
    .expert_matmul = efficiency(0.683), .link = efficiency(0.521), .per_layer = microseconds(55.6),
    .per_mixture = microseconds(35.8), .per_collective = microseconds(7.42), .per_step = milliseconds(0.442),
    .per_sequence = microseconds(13.7), .per_request = milliseconds(47.2),
    .spread = {0.838, 0.758, 0.455}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_amd{.name = "server AMD", .weight_streaming = efficiency(0.806),
    .cache_streaming = efficiency(0.708), .decode_matmul = efficiency(0.819), .prefill_matmul = efficiency(0.492),
    .expert_matmul = efficiency(0.704), .link = efficiency(0.45), .per_layer = microseconds(52.3),
    .per_mixture = microseconds(37.6), .per_collective = microseconds(6.76), .per_step = milliseconds(0.447),
    .per_sequence = microseconds(16.9), .per_request = milliseconds(51),
    .spread = {1.06, 0.962, 1.11}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_intel{.name = "server Intel", .weight_streaming = efficiency(0.808),
    .cache_streaming = efficiency(0.727), .decode_matmul = efficiency(0.822), .prefill_matmul = efficiency(0.508),
    .expert_matmul = efficiency(0.694), .link = efficiency(0.484), .per_layer = microseconds(53.3),
    .per_mixture = microseconds(36.2), .per_collective = microseconds(7.61), .per_step = milliseconds(0.452),
    .per_sequence = microseconds(15), .per_request = milliseconds(49.3),
    .spread = {1.01, 0.764, 1.97}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "all", .weight_streaming = efficiency(0.807),
    .cache_streaming = efficiency(0.738), .decode_matmul = efficiency(0.822), .prefill_matmul = efficiency(0.507),
    .expert_matmul = efficiency(0.694), .link = efficiency(0.488), .per_layer = microseconds(53.6),
    .per_mixture = microseconds(36.2), .per_collective = microseconds(7.22), .per_step = milliseconds(0.453),
    .per_sequence = microseconds(14.8), .per_request = milliseconds(49.3),
    .spread = {1.01, 0.764, 0.78}, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 69 rows
    {.name = "ATOM", .streaming = 1.01, .wait = 1.41, .mixture = 1.05,
     .prefill_matmul = 0.798, .overhead = 1.13, .request = 0.654},
    // 16 rows
    {.name = "AutoAWQ", .streaming = 0.912, .wait = 1, .mixture = 1,
     .prefill_matmul = 0.127, .overhead = 0.608, .request = 1},
    // 129 rows
    {.name = "DeepSpeed 2024", .streaming = 1.04, .wait = 1, .mixture = 0.794,
     .prefill_matmul = 0.495, .overhead = 2.8, .request = 1},
    // 284 rows
    {.name = "DeepSpeed for Gaudi", .streaming = 1.13, .wait = 1, .mixture = 1,
     .prefill_matmul = 1.37, .overhead = 1.15, .request = 1},
    // 23 rows
    {.name = "ExLlama", .streaming = 0.996, .wait = 1, .mixture = 1,
     .prefill_matmul = 1, .overhead = 0.423, .request = 1},
    // 4 rows
    {.name = "MLC", .streaming = 1.09, .wait = 1, .mixture = 1,
     .prefill_matmul = 1, .overhead = 0.476, .request = 1},
    // 294 rows
    {.name = "SGLang", .streaming = 0.981, .wait = 4.5, .mixture = 0.8,
     .prefill_matmul = 1.92, .overhead = 0.827, .request = 1.83},
    // 302 rows
    {.name = "SGLang 2025", .streaming = 0.869, .wait = 7.7, .mixture = 1.47,
     .prefill_matmul = 1.88, .overhead = 0.435, .request = 1.19},
    // 297 rows
    {.name = "SGLang for AMD", .streaming = 0.61, .wait = 2.7, .mixture = 3.65,
     .prefill_matmul = 2.39, .overhead = 0.232, .request = 3.85},
    // 239 rows
    {.name = "TensorRT-LLM", .streaming = 0.938, .wait = 1.81, .mixture = 1.03,
     .prefill_matmul = 1.73, .overhead = 0.431, .request = 0.896},
    // 602 rows
    {.name = "TensorRT-LLM 2024", .streaming = 1.06, .wait = 1.33, .mixture = 0.891,
     .prefill_matmul = 1.45, .overhead = 1.31, .request = 1.19},
    // 2243 rows
    {.name = "TensorRT-LLM 2025", .streaming = 0.988, .wait = 1.18, .mixture = 1.58,
     .prefill_matmul = 1.58, .overhead = 0.598, .request = 1.78},
    // 0 rows
    {.name = "engine SGLang", .streaming = 0.836, .wait = 3.48, .mixture = 1.49,
     .prefill_matmul = 1.81, .overhead = 0.505, .request = 1.8},
    // 0 rows
    {.name = "engine TensorRT-LLM", .streaming = 0.994, .wait = 1.33, .mixture = 1.11,
     .prefill_matmul = 1.46, .overhead = 0.742, .request = 1.19},
    // 0 rows
    {.name = "engine llama.cpp", .streaming = 0.927, .wait = 1, .mixture = 1.03,
     .prefill_matmul = 0.484, .overhead = 0.865, .request = 1},
    // 0 rows
    {.name = "engine vLLM", .streaming = 0.87, .wait = 1, .mixture = 1.02,
     .prefill_matmul = 1.07, .overhead = 1.44, .request = 1},
    // 82 rows
    {.name = "llama.cpp AMDVLK", .streaming = 0.92, .wait = 1, .mixture = 1.09,
     .prefill_matmul = 0.229, .overhead = 1.11, .request = 1},
    // 311 rows
    {.name = "llama.cpp ROCm", .streaming = 0.888, .wait = 1, .mixture = 1.13,
     .prefill_matmul = 0.616, .overhead = 0.769, .request = 1},
    // 124 rows
    {.name = "llama.cpp Vulkan", .streaming = 0.93, .wait = 1, .mixture = 0.891,
     .prefill_matmul = 0.516, .overhead = 0.685, .request = 1},
    // 996 rows
    {.name = "vLLM", .streaming = 1.09, .wait = 2.44, .mixture = 1.31,
     .prefill_matmul = 1.33, .overhead = 0.596, .request = 0.587},
    // 484 rows
    {.name = "vLLM 2024", .streaming = 1.01, .wait = 1.45, .mixture = 0.925,
     .prefill_matmul = 0.373, .overhead = 1.54, .request = 0.804},
    // 839 rows
    {.name = "vLLM 2024 for AMD", .streaming = 0.861, .wait = 1.45, .mixture = 0.736,
     .prefill_matmul = 0.185, .overhead = 3.31, .request = 0.804},
    // 106 rows
    {.name = "vLLM 2024 for Intel", .streaming = 0.913, .wait = 1.45, .mixture = 1.24,
     .prefill_matmul = 0.677, .overhead = 18.9, .request = 0.804},
    // 698 rows
    {.name = "vLLM 2025", .streaming = 0.982, .wait = 1.1, .mixture = 3.06,
     .prefill_matmul = 1.51, .overhead = 0.666, .request = 0.959},
    // 4 rows
    {.name = "vLLM alone", .streaming = 0.795, .wait = 1, .mixture = 1.03,
     .prefill_matmul = 1.11, .overhead = 1.81, .request = 1},
};

} // namespace engines

} // namespace reckon::inline v0
