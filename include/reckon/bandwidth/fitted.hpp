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

/// 593 rows: output_throughput 7.0 %, total_throughput 6.8 %, tpot 22.2 %, ttft 25.9 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.802),
    .cache_streaming = efficiency(0.813), .decode_matmul = efficiency(0.488), .prefill_matmul = efficiency(0.54),
    .expert_matmul = efficiency(0.708), .link = efficiency(0.455), .per_layer = microseconds(40.3),
    .per_mixture = microseconds(39.2), .per_collective = microseconds(5.77), .per_step = milliseconds(0.599),
    .per_sequence = microseconds(12.2), .per_request = milliseconds(47.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.322, 1.11, 0.237}, .source = provenance::fitted};

/// 127 rows: output_throughput 4.2 %, ttft 6.0 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.816),
    .cache_streaming = efficiency(0.859), .decode_matmul = efficiency(0.515), .prefill_matmul = efficiency(0.535),
    .expert_matmul = efficiency(0.67), .link = efficiency(0.505), .per_layer = microseconds(39.7),
    .per_mixture = microseconds(41.3), .per_collective = microseconds(5.71), .per_step = milliseconds(0.599),
    .per_sequence = microseconds(11.9), .per_request = milliseconds(50.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.242, 0.158}, .source = provenance::fitted};

/// 3154 rows: output_throughput 10.7 %, total_throughput 6.7 %, tpot 10.4 %, ttft 17.6 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.817),
    .cache_streaming = efficiency(0.878), .decode_matmul = efficiency(0.573), .prefill_matmul = efficiency(0.531),
    .expert_matmul = efficiency(0.63), .link = efficiency(0.541), .per_layer = microseconds(40.5),
    .per_mixture = microseconds(42.6), .per_collective = microseconds(5.69), .per_step = milliseconds(0.605),
    .per_sequence = microseconds(11.4), .per_request = milliseconds(55), .launched = {1.16, 0.42, 0.293},
    .spread = {0.38, 0.632, 0.233}, .source = provenance::fitted};

/// 1646 rows: output_throughput 10.2 %, tpot 7.3 %, ttft 23.2 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.776),
    .cache_streaming = efficiency(0.765), .decode_matmul = efficiency(0.467), .prefill_matmul = efficiency(0.501),
    .expert_matmul = efficiency(0.521), .link = efficiency(0.446), .per_layer = microseconds(37.7),
    .per_mixture = microseconds(42.2), .per_collective = microseconds(5.06), .per_step = milliseconds(0.57),
    .per_sequence = microseconds(13.3), .per_request = milliseconds(40.9), .launched = {1.16, 0.42, 0.293},
    .spread = {0.221, 0.92, 0.307}, .source = provenance::fitted};

/// 265 rows: output_throughput 17.4 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.786),
    .cache_streaming = efficiency(0.907), .decode_matmul = efficiency(0.488), .prefill_matmul = efficiency(0.547),
    .expert_matmul = efficiency(0.576), .link = efficiency(0.616), .per_layer = microseconds(39.3),
    .per_mixture = microseconds(44.1), .per_collective = microseconds(5.35), .per_step = milliseconds(0.583),
    .per_sequence = microseconds(12.4), .per_request = milliseconds(44.1), .launched = {1.16, 0.42, 0.293},
    .spread = {0.546, 0.737, 0.551}, .source = provenance::fitted};

/// 190 rows: output_throughput 32.7 %, tpot 5.3 %, ttft 11.5 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.781),
    .cache_streaming = efficiency(0.834), .decode_matmul = efficiency(0.484), .prefill_matmul = efficiency(0.53),
    .expert_matmul = efficiency(0.568), .link = efficiency(0.494), .per_layer = microseconds(38.4),
    .per_mixture = microseconds(44.1), .per_collective = microseconds(5.26), .per_step = milliseconds(0.58),
    .per_sequence = microseconds(12.8), .per_request = milliseconds(44.2), .launched = {1.16, 0.42, 0.293},
    .spread = {0.137, 0.375, 0.302}, .source = provenance::fitted};

/// 240 rows: total_throughput 6.8 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.727),
    .cache_streaming = efficiency(0.888), .decode_matmul = efficiency(0.435), .prefill_matmul = efficiency(0.559),
    .expert_matmul = efficiency(0.863), .link = efficiency(0.363), .per_layer = microseconds(41.6),
    .per_mixture = microseconds(51.4), .per_collective = microseconds(6.08), .per_step = milliseconds(0.612),
    .per_sequence = microseconds(13.1), .per_request = milliseconds(64.2), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.737, 0.18}, .source = provenance::fitted};

/// 788 rows: output_throughput 16.3 %, total_throughput 8.7 %, tpot 13.4 %, ttft 20.3 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.718),
    .cache_streaming = efficiency(0.809), .decode_matmul = efficiency(0.369), .prefill_matmul = efficiency(0.527),
    .expert_matmul = efficiency(0.915), .link = efficiency(0.314), .per_layer = microseconds(41.3),
    .per_mixture = microseconds(65), .per_collective = microseconds(6.04), .per_step = milliseconds(0.604),
    .per_sequence = microseconds(13.8), .per_request = milliseconds(70.7), .launched = {1.16, 0.42, 0.293},
    .spread = {0.428, 0.873, 0.454}, .source = provenance::fitted};

/// 177 rows: output_throughput 9.8 %, tpot 9.1 %, ttft 28.3 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.748),
    .cache_streaming = efficiency(0.864), .decode_matmul = efficiency(0.411), .prefill_matmul = efficiency(0.539),
    .expert_matmul = efficiency(0.859), .link = efficiency(0.363), .per_layer = microseconds(39.9),
    .per_mixture = microseconds(42.6), .per_collective = microseconds(5.92), .per_step = milliseconds(0.608),
    .per_sequence = microseconds(13.2), .per_request = milliseconds(61), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.737, 0.302}, .source = provenance::fitted};

/// 268 rows: output_throughput 12.1 %, total_throughput 6.9 %, ttft 1.2 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.789),
    .cache_streaming = efficiency(0.849), .decode_matmul = efficiency(0.508), .prefill_matmul = efficiency(0.539),
    .expert_matmul = efficiency(0.714), .link = efficiency(0.432), .per_layer = microseconds(41.3),
    .per_mixture = microseconds(43.4), .per_collective = microseconds(6.21), .per_step = milliseconds(0.627),
    .per_sequence = microseconds(11.7), .per_request = milliseconds(54.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.737, 0.179}, .source = provenance::fitted};

/// 16 rows: output_throughput 22.1 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.786),
    .cache_streaming = efficiency(0.823), .decode_matmul = efficiency(0.505), .prefill_matmul = efficiency(0.524),
    .expert_matmul = efficiency(0.714), .link = efficiency(0.447), .per_layer = microseconds(41.1),
    .per_mixture = microseconds(43.4), .per_collective = microseconds(6.1), .per_step = milliseconds(0.624),
    .per_sequence = microseconds(11.6), .per_request = milliseconds(54.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.737, 0.302}, .source = provenance::fitted};

/// 66 rows: total_throughput 70.8 %.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.787),
    .cache_streaming = efficiency(0.818), .decode_matmul = efficiency(0.487), .prefill_matmul = efficiency(0.533),
    .expert_matmul = efficiency(0.714), .link = efficiency(0.43), .per_layer = microseconds(42.6),
    .per_mixture = microseconds(43.4), .per_collective = microseconds(6.37), .per_step = milliseconds(0.632),
    .per_sequence = microseconds(12.8), .per_request = milliseconds(54.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.321, 0.737, 4.45}, .source = provenance::fitted};

/// 550 rows: output_throughput 9.8 %, generation 5.8 %, prompt 12.1 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.871),
    .cache_streaming = efficiency(0.856), .decode_matmul = efficiency(0.456), .prefill_matmul = efficiency(0.874),
    .expert_matmul = efficiency(0.622), .link = efficiency(0.6), .per_layer = microseconds(65),
    .per_mixture = microseconds(16.2), .per_collective = microseconds(4), .per_step = milliseconds(0.94),
    .per_sequence = microseconds(10), .per_request = milliseconds(60), .launched = {0.994, 0.4, 0.5},
    .spread = {0.175, 0.389, 1}, .source = provenance::fitted};

/// 48 rows: generation 64.7 %, prompt 16.4 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.848),
    .cache_streaming = efficiency(0.856), .decode_matmul = efficiency(0.454), .prefill_matmul = efficiency(0.87),
    .expert_matmul = efficiency(0.622), .link = efficiency(0.6), .per_layer = microseconds(67.2),
    .per_mixture = microseconds(16.2), .per_collective = microseconds(4), .per_step = milliseconds(0.952),
    .per_sequence = microseconds(10), .per_request = milliseconds(60), .launched = {0.994, 0.4, 0.5},
    .spread = {0.895, 0.474, 1}, .source = provenance::fitted};

/// 510 rows: generation 8.4 %, prompt 21.6 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.857),
    .cache_streaming = efficiency(0.742), .decode_matmul = efficiency(0.493), .prefill_matmul = efficiency(0.758),
    .expert_matmul = efficiency(0.618), .link = efficiency(0.6), .per_layer = microseconds(67.5),
    .per_mixture = microseconds(16.2), .per_collective = microseconds(4), .per_step = milliseconds(0.959),
    .per_sequence = microseconds(10), .per_request = milliseconds(60), .launched = {0.994, 0.4, 0.5},
    .spread = {0.384, 0.819, 1}, .source = provenance::fitted};

/// 111 rows: generation 12.4 %, prompt 9.9 %.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.792),
    .cache_streaming = efficiency(0.787), .decode_matmul = efficiency(0.447), .prefill_matmul = efficiency(0.78),
    .expert_matmul = efficiency(0.617), .link = efficiency(0.6), .per_layer = microseconds(75.5),
    .per_mixture = microseconds(16.5), .per_collective = microseconds(4), .per_step = milliseconds(1.02),
    .per_sequence = microseconds(10), .per_request = milliseconds(60), .launched = {0.994, 0.4, 0.5},
    .spread = {0.408, 0.206, 1}, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local", .weight_streaming = efficiency(0.834),
    .cache_streaming = efficiency(0.791), .decode_matmul = efficiency(0.465), .prefill_matmul = efficiency(0.783),
    .expert_matmul = efficiency(0.62), .link = efficiency(0.6), .per_layer = microseconds(68.7),
    .per_mixture = microseconds(16.3), .per_collective = microseconds(4), .per_step = milliseconds(0.974),
    .per_sequence = microseconds(10), .per_request = milliseconds(60), .launched = {0.994, 0.4, 0.5},
    .spread = {0.858, 0.575, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_nvidia{.name = "server NVIDIA", .weight_streaming = efficiency(0.804),
    .cache_streaming = efficiency(0.846), .decode_matmul = efficiency(0.513), .prefill_matmul = efficiency(0.534),
    .expert_matmul = efficiency(0.662), .link = efficiency(0.491), .per_layer = microseconds(40.1),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(5.71), .per_step = milliseconds(0.602),
    .per_sequence = microseconds(12), .per_request = milliseconds(50.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.65, 0.727, 0.418}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_amd{.name = "server AMD", .weight_streaming = efficiency(0.764),
    .cache_streaming = efficiency(0.842), .decode_matmul = efficiency(0.454), .prefill_matmul = efficiency(0.538),
    .expert_matmul = efficiency(0.774), .link = efficiency(0.402), .per_layer = microseconds(40.9),
    .per_mixture = microseconds(46.6), .per_collective = microseconds(6), .per_step = milliseconds(0.616),
    .per_sequence = microseconds(12.7), .per_request = milliseconds(58.4), .launched = {1.16, 0.42, 0.293},
    .spread = {0.851, 0.873, 0.559}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_intel{.name = "server Intel", .weight_streaming = efficiency(0.786),
    .cache_streaming = efficiency(0.825), .decode_matmul = efficiency(0.488), .prefill_matmul = efficiency(0.534),
    .expert_matmul = efficiency(0.714), .link = efficiency(0.435), .per_layer = microseconds(41.9),
    .per_mixture = microseconds(43.4), .per_collective = microseconds(6.21), .per_step = milliseconds(0.627),
    .per_sequence = microseconds(12.5), .per_request = milliseconds(54.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.787, 0.744, 4.45}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "all", .weight_streaming = efficiency(0.785),
    .cache_streaming = efficiency(0.835), .decode_matmul = efficiency(0.489), .prefill_matmul = efficiency(0.536),
    .expert_matmul = efficiency(0.714), .link = efficiency(0.442), .per_layer = microseconds(40.9),
    .per_mixture = microseconds(43.4), .per_collective = microseconds(5.99), .per_step = milliseconds(0.621),
    .per_sequence = microseconds(12.2), .per_request = milliseconds(54.6), .launched = {1.16, 0.42, 0.293},
    .spread = {0.787, 0.744, 0.495}, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 69 rows
    {.name = "ATOM", .streaming = 0.972, .wait = 1.28, .mixture = 0.657,
     .matmul = 0.653, .overhead = 0.71, .request = 0.573},
    // 16 rows
    {.name = "AutoAWQ", .streaming = 1, .wait = 1, .mixture = 1,
     .matmul = 0.128, .overhead = 0.624, .request = 1},
    // 129 rows
    {.name = "DeepSpeed 2024", .streaming = 1.21, .wait = 1, .mixture = 0.76,
     .matmul = 0.536, .overhead = 3.58, .request = 1},
    // 284 rows
    {.name = "DeepSpeed for Gaudi", .streaming = 1.15, .wait = 1, .mixture = 1,
     .matmul = 1.55, .overhead = 1.3, .request = 1},
    // 23 rows
    {.name = "ExLlama", .streaming = 1.01, .wait = 1, .mixture = 1,
     .matmul = 0.883, .overhead = 0.437, .request = 1},
    // 4 rows
    {.name = "MLC", .streaming = 1.12, .wait = 1, .mixture = 1,
     .matmul = 0.991, .overhead = 0.492, .request = 1},
    // 294 rows
    {.name = "SGLang", .streaming = 0.734, .wait = 2.89, .mixture = 1.64,
     .matmul = 1.25, .overhead = 0.425, .request = 1.79},
    // 302 rows
    {.name = "SGLang 2025", .streaming = 0.811, .wait = 5.21, .mixture = 1.72,
     .matmul = 1.16, .overhead = 0.539, .request = 1.62},
    // 297 rows
    {.name = "SGLang for AMD", .streaming = 0.566, .wait = 2.47, .mixture = 3.03,
     .matmul = 1.31, .overhead = 0.372, .request = 2.4},
    // 239 rows
    {.name = "TensorRT-LLM", .streaming = 1.06, .wait = 1.54, .mixture = 1.09,
     .matmul = 1.43, .overhead = 0.581, .request = 0.865},
    // 602 rows
    {.name = "TensorRT-LLM 2024", .streaming = 1.07, .wait = 1.33, .mixture = 1.06,
     .matmul = 1.44, .overhead = 1.35, .request = 1.19},
    // 2243 rows
    {.name = "TensorRT-LLM 2025", .streaming = 0.953, .wait = 1.19, .mixture = 1.38,
     .matmul = 1.56, .overhead = 0.701, .request = 1.69},
    // 0 rows
    {.name = "engine SGLang", .streaming = 0.709, .wait = 3.12, .mixture = 1.98,
     .matmul = 1.23, .overhead = 0.459, .request = 1.85},
    // 0 rows
    {.name = "engine TensorRT-LLM", .streaming = 1.02, .wait = 1.33, .mixture = 1.16,
     .matmul = 1.45, .overhead = 0.827, .request = 1.19},
    // 0 rows
    {.name = "engine llama.cpp", .streaming = 0.946, .wait = 1, .mixture = 0.911,
     .matmul = 0.753, .overhead = 0.814, .request = 1},
    // 0 rows
    {.name = "engine vLLM", .streaming = 0.794, .wait = 1, .mixture = 1.03,
     .matmul = 1.1, .overhead = 1.72, .request = 1},
    // 82 rows
    {.name = "llama.cpp AMDVLK", .streaming = 0.943, .wait = 1, .mixture = 0.921,
     .matmul = 0.441, .overhead = 0.813, .request = 1},
    // 311 rows
    {.name = "llama.cpp ROCm", .streaming = 0.922, .wait = 1, .mixture = 0.916,
     .matmul = 1.04, .overhead = 0.86, .request = 1},
    // 124 rows
    {.name = "llama.cpp Vulkan", .streaming = 0.967, .wait = 1, .mixture = 0.883,
     .matmul = 0.923, .overhead = 0.739, .request = 1},
    // 996 rows
    {.name = "vLLM", .streaming = 1.07, .wait = 2.01, .mixture = 1.12,
     .matmul = 1.11, .overhead = 0.833, .request = 0.59},
    // 472 rows
    {.name = "vLLM 2024", .streaming = 1.08, .wait = 1.32, .mixture = 1.32,
     .matmul = 0.523, .overhead = 1.86, .request = 0.758},
    // 240 rows
    {.name = "vLLM 2024 for AMD", .streaming = 1.03, .wait = 1.32, .mixture = 1.27,
     .matmul = 0.584, .overhead = 3.31, .request = 0.758},
    // 599 rows
    {.name = "vLLM 2024 for CDNA3", .streaming = 1.02, .wait = 1.32, .mixture = 1.09,
     .matmul = 0.172, .overhead = 3.35, .request = 0.758},
    // 66 rows
    {.name = "vLLM 2024 for Intel", .streaming = 1.03, .wait = 1.32, .mixture = 1.49,
     .matmul = 0.778, .overhead = 8.79, .request = 0.758},
    // 698 rows
    {.name = "vLLM 2025", .streaming = 1.03, .wait = 0.904, .mixture = 2.77,
     .matmul = 1.24, .overhead = 0.808, .request = 0.929},
    // 4 rows
    {.name = "vLLM alone", .streaming = 0.766, .wait = 1, .mixture = 1.03,
     .matmul = 1.12, .overhead = 1.87, .request = 1},
};

} // namespace engines

} // namespace reckon::inline v0
