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

/// 593 rows: output_throughput 6.8 %, total_throughput 7.8 %, tpot 12.5 %, ttft 16.9 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.727),
    .cache_streaming = efficiency(0.702), .decode_matmul = efficiency(0.765), .prefill_matmul = efficiency(0.523),
    .expert_matmul = efficiency(0.733), .link = efficiency(0.488), .per_layer = microseconds(55.1),
    .per_mixture = microseconds(35.3), .per_collective = microseconds(8.11), .per_step = milliseconds(0.448),
    .per_sequence = microseconds(13.7), .per_request = milliseconds(42.3),
    .spread = {0.397, 1.11, 0.356}, .source = provenance::fitted};

/// 127 rows: output_throughput 4.2 %, ttft 6.3 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.78),
    .cache_streaming = efficiency(0.827), .decode_matmul = efficiency(0.81), .prefill_matmul = efficiency(0.521),
    .expert_matmul = efficiency(0.681), .link = efficiency(0.507), .per_layer = microseconds(49.4),
    .per_mixture = microseconds(36.8), .per_collective = microseconds(7.93), .per_step = milliseconds(0.437),
    .per_sequence = microseconds(13), .per_request = milliseconds(46.4),
    .spread = {0.397, 0.252, 0.186}, .source = provenance::fitted};

/// 3154 rows: output_throughput 10.1 %, total_throughput 7.5 %, tpot 10.1 %, ttft 17.8 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.791),
    .cache_streaming = efficiency(0.851), .decode_matmul = efficiency(0.881), .prefill_matmul = efficiency(0.515),
    .expert_matmul = efficiency(0.643), .link = efficiency(0.585), .per_layer = microseconds(47.8),
    .per_mixture = microseconds(42.2), .per_collective = microseconds(7.97), .per_step = milliseconds(0.431),
    .per_sequence = microseconds(12.1), .per_request = milliseconds(54),
    .spread = {0.42, 0.651, 0.261}, .source = provenance::fitted};

/// 1646 rows: output_throughput 10.7 %, tpot 10.5 %, ttft 22.6 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.716),
    .cache_streaming = efficiency(0.723), .decode_matmul = efficiency(0.704), .prefill_matmul = efficiency(0.482),
    .expert_matmul = efficiency(0.54), .link = efficiency(0.459), .per_layer = microseconds(48.8),
    .per_mixture = microseconds(27.4), .per_collective = microseconds(7.69), .per_step = milliseconds(0.418),
    .per_sequence = microseconds(14.3), .per_request = milliseconds(35.4),
    .spread = {0.373, 0.959, 0.325}, .source = provenance::fitted};

/// 265 rows: output_throughput 15.1 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.74),
    .cache_streaming = efficiency(0.895), .decode_matmul = efficiency(0.749), .prefill_matmul = efficiency(0.535),
    .expert_matmul = efficiency(0.593), .link = efficiency(0.699), .per_layer = microseconds(50.4),
    .per_mixture = microseconds(34.2), .per_collective = microseconds(7.98), .per_step = milliseconds(0.426),
    .per_sequence = microseconds(13.2), .per_request = milliseconds(38.9),
    .spread = {0.737, 0.723, 0.517}, .source = provenance::fitted};

/// 190 rows: output_throughput 46.5 %, tpot 5.9 %, ttft 12.6 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.73),
    .cache_streaming = efficiency(0.816), .decode_matmul = efficiency(0.741), .prefill_matmul = efficiency(0.511),
    .expert_matmul = efficiency(0.576), .link = efficiency(0.537), .per_layer = microseconds(50.4),
    .per_mixture = microseconds(34.1), .per_collective = microseconds(7.92), .per_step = milliseconds(0.426),
    .per_sequence = microseconds(13.7), .per_request = milliseconds(39),
    .spread = {0.188, 0.376, 0.421}, .source = provenance::fitted};

/// 240 rows: total_throughput 12.6 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.764),
    .cache_streaming = efficiency(0.685), .decode_matmul = efficiency(0.827), .prefill_matmul = efficiency(0.583),
    .expert_matmul = efficiency(0.754), .link = efficiency(0.408), .per_layer = microseconds(45.9),
    .per_mixture = microseconds(38.5), .per_collective = microseconds(6.7), .per_step = milliseconds(0.441),
    .per_sequence = microseconds(17.5), .per_request = milliseconds(52.7),
    .spread = {0.397, 0.723, 0.143}, .source = provenance::fitted};

/// 788 rows: output_throughput 14.5 %, total_throughput 14.9 %, tpot 13.4 %, ttft 18.0 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.737),
    .cache_streaming = efficiency(0.592), .decode_matmul = efficiency(0.805), .prefill_matmul = efficiency(0.371),
    .expert_matmul = efficiency(0.775), .link = efficiency(0.348), .per_layer = microseconds(44.9),
    .per_mixture = microseconds(57.8), .per_collective = microseconds(6.43), .per_step = milliseconds(0.436),
    .per_sequence = microseconds(21.3), .per_request = milliseconds(56.3),
    .spread = {0.395, 0.911, 1.11}, .source = provenance::fitted};

/// 177 rows: output_throughput 9.0 %, tpot 10.2 %, ttft 28.9 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.789),
    .cache_streaming = efficiency(0.682), .decode_matmul = efficiency(0.817), .prefill_matmul = efficiency(0.467),
    .expert_matmul = efficiency(0.751), .link = efficiency(0.421), .per_layer = microseconds(45.1),
    .per_mixture = microseconds(26), .per_collective = microseconds(6.58), .per_step = milliseconds(0.439),
    .per_sequence = microseconds(18.5), .per_request = milliseconds(50.5),
    .spread = {0.397, 0.723, 0.42}, .source = provenance::fitted};

/// 268 rows: output_throughput 11.2 %, total_throughput 7.9 %, ttft 14.9 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.782),
    .cache_streaming = efficiency(0.719), .decode_matmul = efficiency(0.864), .prefill_matmul = efficiency(0.526),
    .expert_matmul = efficiency(0.697), .link = efficiency(0.487), .per_layer = microseconds(49.5),
    .per_mixture = microseconds(36.9), .per_collective = microseconds(7.88), .per_step = milliseconds(0.458),
    .per_sequence = microseconds(13.3), .per_request = milliseconds(48.5),
    .spread = {0.397, 0.722, 0.176}, .source = provenance::fitted};

/// 16 rows: output_throughput 13.2 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.775),
    .cache_streaming = efficiency(0.692), .decode_matmul = efficiency(0.859), .prefill_matmul = efficiency(0.501),
    .expert_matmul = efficiency(0.697), .link = efficiency(0.507), .per_layer = microseconds(49.1),
    .per_mixture = microseconds(36.9), .per_collective = microseconds(7.79), .per_step = milliseconds(0.456),
    .per_sequence = microseconds(13.1), .per_request = milliseconds(48.5),
    .spread = {0.397, 0.723, 0.419}, .source = provenance::fitted};

/// 106 rows: total_throughput 25.5 %.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.772),
    .cache_streaming = efficiency(0.706), .decode_matmul = efficiency(0.821), .prefill_matmul = efficiency(0.508),
    .expert_matmul = efficiency(0.697), .link = efficiency(0.481), .per_layer = microseconds(47.8),
    .per_mixture = microseconds(36.9), .per_collective = microseconds(8.54), .per_step = milliseconds(0.45),
    .per_sequence = microseconds(14.4), .per_request = milliseconds(48.5),
    .spread = {0.397, 0.723, 1.95}, .source = provenance::fitted};

/// 550 rows: output_throughput 11.0 %, generation 5.6 %, prompt 12.6 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.881),
    .cache_streaming = efficiency(0.873), .decode_matmul = efficiency(0.446), .prefill_matmul = efficiency(0.872),
    .expert_matmul = efficiency(0.651), .link = efficiency(0.6), .per_layer = microseconds(75),
    .per_mixture = microseconds(16.4), .per_collective = microseconds(4), .per_step = milliseconds(0.734),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.173, 0.39, 1}, .source = provenance::fitted};

/// 48 rows: generation 63.7 %, prompt 16.7 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.85),
    .cache_streaming = efficiency(0.873), .decode_matmul = efficiency(0.444), .prefill_matmul = efficiency(0.864),
    .expert_matmul = efficiency(0.651), .link = efficiency(0.6), .per_layer = microseconds(79),
    .per_mixture = microseconds(16.4), .per_collective = microseconds(4), .per_step = milliseconds(0.743),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.843, 0.469, 1}, .source = provenance::fitted};

/// 510 rows: generation 8.2 %, prompt 21.7 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.869),
    .cache_streaming = efficiency(0.745), .decode_matmul = efficiency(0.491), .prefill_matmul = efficiency(0.784),
    .expert_matmul = efficiency(0.645), .link = efficiency(0.6), .per_layer = microseconds(80.9),
    .per_mixture = microseconds(16.5), .per_collective = microseconds(4), .per_step = milliseconds(0.752),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.361, 0.81, 1}, .source = provenance::fitted};

/// 111 rows: generation 11.6 %, prompt 10.0 %.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.794),
    .cache_streaming = efficiency(0.794), .decode_matmul = efficiency(0.436), .prefill_matmul = efficiency(0.78),
    .expert_matmul = efficiency(0.642), .link = efficiency(0.6), .per_layer = microseconds(95.5),
    .per_mixture = microseconds(16.8), .per_collective = microseconds(4), .per_step = milliseconds(0.798),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.346, 0.206, 1}, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local", .weight_streaming = efficiency(0.84),
    .cache_streaming = efficiency(0.8), .decode_matmul = efficiency(0.457), .prefill_matmul = efficiency(0.786),
    .expert_matmul = efficiency(0.646), .link = efficiency(0.6), .per_layer = microseconds(82.9),
    .per_mixture = microseconds(16.6), .per_collective = microseconds(4), .per_step = milliseconds(0.765),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.84, 0.568, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_nvidia{.name = "server NVIDIA", .weight_streaming = efficiency(0.762),
    .cache_streaming = efficiency(0.781), .decode_matmul = efficiency(0.808), .prefill_matmul = efficiency(0.517),
    .expert_matmul = efficiency(0.673), .link = efficiency(0.522), .per_layer = microseconds(50.2),
    .per_mixture = microseconds(37.1), .per_collective = microseconds(7.95), .per_step = milliseconds(0.439),
    .per_sequence = microseconds(13.2), .per_request = milliseconds(46.4),
    .spread = {0.867, 0.721, 0.409}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_amd{.name = "server AMD", .weight_streaming = efficiency(0.767),
    .cache_streaming = efficiency(0.695), .decode_matmul = efficiency(0.819), .prefill_matmul = efficiency(0.491),
    .expert_matmul = efficiency(0.72), .link = efficiency(0.448), .per_layer = microseconds(47.1),
    .per_mixture = microseconds(37.6), .per_collective = microseconds(7.27), .per_step = milliseconds(0.447),
    .per_sequence = microseconds(15.8), .per_request = milliseconds(50.2),
    .spread = {1.15, 0.911, 1.15}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_intel{.name = "server Intel", .weight_streaming = efficiency(0.771),
    .cache_streaming = efficiency(0.714), .decode_matmul = efficiency(0.82), .prefill_matmul = efficiency(0.508),
    .expert_matmul = efficiency(0.697), .link = efficiency(0.484), .per_layer = microseconds(48),
    .per_mixture = microseconds(36.9), .per_collective = microseconds(8.21), .per_step = milliseconds(0.451),
    .per_sequence = microseconds(14.3), .per_request = milliseconds(48.5),
    .spread = {1.1, 0.726, 1.95}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "all", .weight_streaming = efficiency(0.769),
    .cache_streaming = efficiency(0.724), .decode_matmul = efficiency(0.82), .prefill_matmul = efficiency(0.508),
    .expert_matmul = efficiency(0.697), .link = efficiency(0.487), .per_layer = microseconds(48.4),
    .per_mixture = microseconds(36.9), .per_collective = microseconds(7.75), .per_step = milliseconds(0.452),
    .per_sequence = microseconds(14.1), .per_request = milliseconds(48.5),
    .spread = {1.1, 0.726, 0.762}, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 69 rows
    {.name = "ATOM", .streaming = 0.936, .wait = 1.39, .mixture = 1.01,
     .prefill_matmul = 0.79, .overhead = 0.897, .request = 0.655},
    // 16 rows
    {.name = "AutoAWQ", .streaming = 0.923, .wait = 1, .mixture = 1,
     .prefill_matmul = 0.14, .overhead = 0.63, .request = 1},
    // 129 rows
    {.name = "DeepSpeed 2024", .streaming = 1.03, .wait = 1, .mixture = 0.781,
     .prefill_matmul = 0.509, .overhead = 2.85, .request = 1},
    // 284 rows
    {.name = "DeepSpeed for Gaudi", .streaming = 1.16, .wait = 1, .mixture = 1,
     .prefill_matmul = 1.37, .overhead = 1.19, .request = 1},
    // 23 rows
    {.name = "ExLlama", .streaming = 0.999, .wait = 1, .mixture = 1,
     .prefill_matmul = 1, .overhead = 0.437, .request = 1},
    // 4 rows
    {.name = "MLC", .streaming = 1.12, .wait = 1, .mixture = 1,
     .prefill_matmul = 1, .overhead = 0.513, .request = 1},
    // 294 rows
    {.name = "SGLang", .streaming = 0.868, .wait = 4.45, .mixture = 1.41,
     .prefill_matmul = 1.93, .overhead = 0.571, .request = 1.85},
    // 302 rows
    {.name = "SGLang 2025", .streaming = 0.888, .wait = 7.69, .mixture = 1.63,
     .prefill_matmul = 1.89, .overhead = 0.443, .request = 1.18},
    // 297 rows
    {.name = "SGLang for AMD", .streaming = 0.551, .wait = 2.63, .mixture = 3.79,
     .prefill_matmul = 2.6, .overhead = 0.15, .request = 3.86},
    // 239 rows
    {.name = "TensorRT-LLM", .streaming = 0.947, .wait = 1.77, .mixture = 0.575,
     .prefill_matmul = 1.71, .overhead = 0.445, .request = 0.929},
    // 602 rows
    {.name = "TensorRT-LLM 2024", .streaming = 1.07, .wait = 1.33, .mixture = 0.765,
     .prefill_matmul = 1.44, .overhead = 1.32, .request = 1.21},
    // 2243 rows
    {.name = "TensorRT-LLM 2025", .streaming = 1, .wait = 1.2, .mixture = 1.64,
     .prefill_matmul = 1.59, .overhead = 0.617, .request = 1.79},
    // 0 rows
    {.name = "engine SGLang", .streaming = 0.79, .wait = 3.44, .mixture = 1.81,
     .prefill_matmul = 1.86, .overhead = 0.407, .request = 1.8},
    // 0 rows
    {.name = "engine TensorRT-LLM", .streaming = 1, .wait = 1.33, .mixture = 0.914,
     .prefill_matmul = 1.46, .overhead = 0.757, .request = 1.21},
    // 0 rows
    {.name = "engine llama.cpp", .streaming = 0.944, .wait = 1, .mixture = 0.946,
     .prefill_matmul = 0.75, .overhead = 0.887, .request = 1},
    // 0 rows
    {.name = "engine vLLM", .streaming = 0.864, .wait = 1, .mixture = 1.02,
     .prefill_matmul = 1.07, .overhead = 1.55, .request = 1},
    // 82 rows
    {.name = "llama.cpp AMDVLK", .streaming = 0.933, .wait = 1, .mixture = 1.01,
     .prefill_matmul = 0.406, .overhead = 1.06, .request = 1},
    // 311 rows
    {.name = "llama.cpp ROCm", .streaming = 0.912, .wait = 1, .mixture = 0.987,
     .prefill_matmul = 1, .overhead = 0.825, .request = 1},
    // 124 rows
    {.name = "llama.cpp Vulkan", .streaming = 0.954, .wait = 1, .mixture = 0.823,
     .prefill_matmul = 0.88, .overhead = 0.73, .request = 1},
    // 996 rows
    {.name = "vLLM", .streaming = 1.03, .wait = 2.35, .mixture = 1.3,
     .prefill_matmul = 1.3, .overhead = 0.599, .request = 0.574},
    // 472 rows
    {.name = "vLLM 2024", .streaming = 1.02, .wait = 1.43, .mixture = 1.05,
     .prefill_matmul = 0.369, .overhead = 1.55, .request = 0.782},
    // 839 rows
    {.name = "vLLM 2024 for AMD", .streaming = 0.898, .wait = 1.43, .mixture = 0.806,
     .prefill_matmul = 0.158, .overhead = 3.37, .request = 0.782},
    // 106 rows
    {.name = "vLLM 2024 for Intel", .streaming = 0.918, .wait = 1.43, .mixture = 1.37,
     .prefill_matmul = 0.647, .overhead = 20.1, .request = 0.782},
    // 698 rows
    {.name = "vLLM 2025", .streaming = 1.02, .wait = 1.1, .mixture = 3.89,
     .prefill_matmul = 1.51, .overhead = 0.681, .request = 0.909},
    // 4 rows
    {.name = "vLLM alone", .streaming = 0.787, .wait = 1, .mixture = 1.03,
     .prefill_matmul = 1.12, .overhead = 2.06, .request = 1},
};

} // namespace engines

} // namespace reckon::inline v0
