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

/// 593 rows: output_throughput 7.0 %, total_throughput 7.6 %, tpot 19.2 %, ttft 19.0 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.752),
    .cache_streaming = efficiency(0.745), .decode_matmul = efficiency(0.433), .prefill_matmul = efficiency(0.536),
    .expert_matmul = efficiency(0.748), .link = efficiency(0.453), .per_layer = microseconds(44.6),
    .per_mixture = microseconds(37.6), .per_collective = microseconds(6.26), .per_step = milliseconds(0.666),
    .per_sequence = microseconds(10.3), .per_request = milliseconds(45.2), .launched = {1.29, 0.382, 0.282},
    .spread = {0.345, 1.1, 0.357}, .source = provenance::fitted};

/// 127 rows: output_throughput 4.3 %, ttft 7.0 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.818),
    .cache_streaming = efficiency(0.884), .decode_matmul = efficiency(0.446), .prefill_matmul = efficiency(0.535),
    .expert_matmul = efficiency(0.7), .link = efficiency(0.503), .per_layer = microseconds(39.7),
    .per_mixture = microseconds(40), .per_collective = microseconds(6.07), .per_step = milliseconds(0.636),
    .per_sequence = microseconds(9.95), .per_request = milliseconds(49), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.259, 0.173}, .source = provenance::fitted};

/// 3154 rows: output_throughput 9.9 %, total_throughput 7.4 %, tpot 10.6 %, ttft 17.3 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.83),
    .cache_streaming = efficiency(0.897), .decode_matmul = efficiency(0.519), .prefill_matmul = efficiency(0.522),
    .expert_matmul = efficiency(0.666), .link = efficiency(0.553), .per_layer = microseconds(38.5),
    .per_mixture = microseconds(41.9), .per_collective = microseconds(6.03), .per_step = milliseconds(0.625),
    .per_sequence = microseconds(9.4), .per_request = milliseconds(54.3), .launched = {1.29, 0.382, 0.282},
    .spread = {0.39, 0.665, 0.237}, .source = provenance::fitted};

/// 1646 rows: output_throughput 9.9 %, tpot 7.5 %, ttft 22.4 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.775),
    .cache_streaming = efficiency(0.751), .decode_matmul = efficiency(0.416), .prefill_matmul = efficiency(0.504),
    .expert_matmul = efficiency(0.526), .link = efficiency(0.436), .per_layer = microseconds(37),
    .per_mixture = microseconds(41.4), .per_collective = microseconds(5.15), .per_step = milliseconds(0.597),
    .per_sequence = microseconds(11.4), .per_request = milliseconds(38.8), .launched = {1.29, 0.382, 0.282},
    .spread = {0.25, 1.01, 0.344}, .source = provenance::fitted};

/// 265 rows: output_throughput 16.6 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.785),
    .cache_streaming = efficiency(0.924), .decode_matmul = efficiency(0.429), .prefill_matmul = efficiency(0.558),
    .expert_matmul = efficiency(0.591), .link = efficiency(0.657), .per_layer = microseconds(39),
    .per_mixture = microseconds(43.3), .per_collective = microseconds(5.55), .per_step = milliseconds(0.614),
    .per_sequence = microseconds(10.5), .per_request = milliseconds(42.2), .launched = {1.29, 0.382, 0.282},
    .spread = {0.551, 0.754, 0.533}, .source = provenance::fitted};

/// 190 rows: output_throughput 33.6 %, tpot 5.5 %, ttft 11.4 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.779),
    .cache_streaming = efficiency(0.833), .decode_matmul = efficiency(0.426), .prefill_matmul = efficiency(0.539),
    .expert_matmul = efficiency(0.583), .link = efficiency(0.495), .per_layer = microseconds(38),
    .per_mixture = microseconds(43.8), .per_collective = microseconds(5.44), .per_step = milliseconds(0.611),
    .per_sequence = microseconds(10.8), .per_request = milliseconds(42.4), .launched = {1.29, 0.382, 0.282},
    .spread = {0.153, 0.386, 0.428}, .source = provenance::fitted};

/// 240 rows: total_throughput 10.6 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.721),
    .cache_streaming = efficiency(0.803), .decode_matmul = efficiency(0.276), .prefill_matmul = efficiency(0.675),
    .expert_matmul = efficiency(0.83), .link = efficiency(0.312), .per_layer = microseconds(42.2),
    .per_mixture = microseconds(48.1), .per_collective = microseconds(6.24), .per_step = milliseconds(0.663),
    .per_sequence = microseconds(11.5), .per_request = milliseconds(62.8), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.754, 0.237}, .source = provenance::fitted};

/// 788 rows: output_throughput 14.8 %, total_throughput 10.8 %, tpot 11.5 %, ttft 21.5 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.729),
    .cache_streaming = efficiency(0.736), .decode_matmul = efficiency(0.113), .prefill_matmul = efficiency(0.6),
    .expert_matmul = efficiency(0.865), .link = efficiency(0.256), .per_layer = microseconds(40.9),
    .per_mixture = microseconds(62.7), .per_collective = microseconds(6), .per_step = milliseconds(0.646),
    .per_sequence = microseconds(12.8), .per_request = milliseconds(69.6), .launched = {1.29, 0.382, 0.282},
    .spread = {0.548, 0.976, 1.1}, .source = provenance::fitted};

/// 177 rows: output_throughput 7.9 %, tpot 7.7 %, ttft 28.9 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.751),
    .cache_streaming = efficiency(0.799), .decode_matmul = efficiency(0.19), .prefill_matmul = efficiency(0.623),
    .expert_matmul = efficiency(0.828), .link = efficiency(0.319), .per_layer = microseconds(39.9),
    .per_mixture = microseconds(38.4), .per_collective = microseconds(5.99), .per_step = milliseconds(0.653),
    .per_sequence = microseconds(11.9), .per_request = milliseconds(59.6), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.754, 0.428}, .source = provenance::fitted};

/// 268 rows: output_throughput 14.4 %, total_throughput 7.6 %, ttft 1.3 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.799),
    .cache_streaming = efficiency(0.763), .decode_matmul = efficiency(0.416), .prefill_matmul = efficiency(0.524),
    .expert_matmul = efficiency(0.73), .link = efficiency(0.427), .per_layer = microseconds(41.8),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(6.52), .per_step = milliseconds(0.674),
    .per_sequence = microseconds(10.2), .per_request = milliseconds(52.9), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.754, 0.192}, .source = provenance::fitted};

/// 16 rows: output_throughput 18.8 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.791),
    .cache_streaming = efficiency(0.731), .decode_matmul = efficiency(0.401), .prefill_matmul = efficiency(0.517),
    .expert_matmul = efficiency(0.73), .link = efficiency(0.443), .per_layer = microseconds(41.8),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(6.43), .per_step = milliseconds(0.672),
    .per_sequence = microseconds(10), .per_request = milliseconds(52.9), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.754, 0.427}, .source = provenance::fitted};

/// 106 rows: total_throughput 30.7 %.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.785),
    .cache_streaming = efficiency(0.757), .decode_matmul = efficiency(0.367), .prefill_matmul = efficiency(0.545),
    .expert_matmul = efficiency(0.73), .link = efficiency(0.42), .per_layer = microseconds(44),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(7.13), .per_step = milliseconds(0.684),
    .per_sequence = microseconds(11.2), .per_request = milliseconds(52.9), .launched = {1.29, 0.382, 0.282},
    .spread = {0.346, 0.754, 2.13}, .source = provenance::fitted};

/// 550 rows: output_throughput 10.7 %, generation 5.7 %, prompt 12.5 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.882),
    .cache_streaming = efficiency(0.868), .decode_matmul = efficiency(0.436), .prefill_matmul = efficiency(0.874),
    .expert_matmul = efficiency(0.634), .link = efficiency(0.6), .per_layer = microseconds(72.5),
    .per_mixture = microseconds(15.2), .per_collective = microseconds(4), .per_step = milliseconds(0.825),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60), .launched = {0.925, 0.4, 0.5},
    .spread = {0.171, 0.392, 1}, .source = provenance::fitted};

/// 48 rows: generation 64.0 %, prompt 16.5 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.851),
    .cache_streaming = efficiency(0.868), .decode_matmul = efficiency(0.434), .prefill_matmul = efficiency(0.868),
    .expert_matmul = efficiency(0.634), .link = efficiency(0.6), .per_layer = microseconds(76.2),
    .per_mixture = microseconds(15.2), .per_collective = microseconds(4), .per_step = milliseconds(0.837),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60), .launched = {0.925, 0.4, 0.5},
    .spread = {0.871, 0.467, 1}, .source = provenance::fitted};

/// 510 rows: generation 8.2 %, prompt 22.2 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.873),
    .cache_streaming = efficiency(0.738), .decode_matmul = efficiency(0.483), .prefill_matmul = efficiency(0.741),
    .expert_matmul = efficiency(0.626), .link = efficiency(0.6), .per_layer = microseconds(76.8),
    .per_mixture = microseconds(15.2), .per_collective = microseconds(4), .per_step = milliseconds(0.845),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60), .launched = {0.925, 0.4, 0.5},
    .spread = {0.386, 0.86, 1}, .source = provenance::fitted};

/// 111 rows: generation 12.3 %, prompt 9.8 %.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.797),
    .cache_streaming = efficiency(0.788), .decode_matmul = efficiency(0.428), .prefill_matmul = efficiency(0.779),
    .expert_matmul = efficiency(0.628), .link = efficiency(0.6), .per_layer = microseconds(90.1),
    .per_mixture = microseconds(15.5), .per_collective = microseconds(4), .per_step = milliseconds(0.903),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60), .launched = {0.925, 0.4, 0.5},
    .spread = {0.364, 0.207, 1}, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local", .weight_streaming = efficiency(0.842),
    .cache_streaming = efficiency(0.793), .decode_matmul = efficiency(0.449), .prefill_matmul = efficiency(0.771),
    .expert_matmul = efficiency(0.631), .link = efficiency(0.6), .per_layer = microseconds(79),
    .per_mixture = microseconds(15.4), .per_collective = microseconds(4), .per_step = milliseconds(0.86),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60), .launched = {0.925, 0.4, 0.5},
    .spread = {0.848, 0.579, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_nvidia{.name = "server NVIDIA", .weight_streaming = efficiency(0.794),
    .cache_streaming = efficiency(0.829), .decode_matmul = efficiency(0.443), .prefill_matmul = efficiency(0.534),
    .expert_matmul = efficiency(0.692), .link = efficiency(0.49), .per_layer = microseconds(40.6),
    .per_mixture = microseconds(40.4), .per_collective = microseconds(6.08), .per_step = milliseconds(0.642),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(49), .launched = {1.29, 0.382, 0.282},
    .spread = {0.674, 0.753, 0.423}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_amd{.name = "server AMD", .weight_streaming = efficiency(0.764),
    .cache_streaming = efficiency(0.78), .decode_matmul = efficiency(0.28), .prefill_matmul = efficiency(0.578),
    .expert_matmul = efficiency(0.771), .link = efficiency(0.371), .per_layer = microseconds(41.3),
    .per_mixture = microseconds(44.3), .per_collective = microseconds(6.25), .per_step = milliseconds(0.661),
    .per_sequence = microseconds(11.1), .per_request = milliseconds(56.9), .launched = {1.29, 0.382, 0.282},
    .spread = {1.45, 0.976, 1.33}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_intel{.name = "server Intel", .weight_streaming = efficiency(0.784),
    .cache_streaming = efficiency(0.767), .decode_matmul = efficiency(0.367), .prefill_matmul = efficiency(0.545),
    .expert_matmul = efficiency(0.73), .link = efficiency(0.423), .per_layer = microseconds(43),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(6.8), .per_step = milliseconds(0.676),
    .per_sequence = microseconds(10.9), .per_request = milliseconds(52.9), .launched = {1.29, 0.382, 0.282},
    .spread = {1.15, 0.754, 2.13}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "all", .weight_streaming = efficiency(0.784),
    .cache_streaming = efficiency(0.782), .decode_matmul = efficiency(0.368), .prefill_matmul = efficiency(0.546),
    .expert_matmul = efficiency(0.73), .link = efficiency(0.429), .per_layer = microseconds(41.5),
    .per_mixture = microseconds(41.7), .per_collective = microseconds(6.36), .per_step = milliseconds(0.665),
    .per_sequence = microseconds(10.6), .per_request = milliseconds(52.9), .launched = {1.29, 0.382, 0.282},
    .spread = {1.15, 0.754, 0.769}, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 69 rows
    {.name = "ATOM", .streaming = 1.14, .wait = 1.19, .mixture = 0.663,
     .matmul = 0.548, .overhead = 0.719, .request = 0.549},
    // 16 rows
    {.name = "AutoAWQ", .streaming = 1, .wait = 1, .mixture = 1,
     .matmul = 0.126, .overhead = 0.611, .request = 1},
    // 129 rows
    {.name = "DeepSpeed 2024", .streaming = 1.09, .wait = 1, .mixture = 0.698,
     .matmul = 0.534, .overhead = 3.28, .request = 1},
    // 284 rows
    {.name = "DeepSpeed for Gaudi", .streaming = 1.12, .wait = 1, .mixture = 1,
     .matmul = 1.62, .overhead = 1.27, .request = 1},
    // 23 rows
    {.name = "ExLlama", .streaming = 1, .wait = 1, .mixture = 1,
     .matmul = 0.834, .overhead = 0.426, .request = 1},
    // 4 rows
    {.name = "MLC", .streaming = 1.1, .wait = 1, .mixture = 1,
     .matmul = 0.993, .overhead = 0.458, .request = 1},
    // 294 rows
    {.name = "SGLang", .streaming = 0.739, .wait = 3.12, .mixture = 1.65,
     .matmul = 1.25, .overhead = 0.424, .request = 1.82},
    // 302 rows
    {.name = "SGLang 2025", .streaming = 0.85, .wait = 5.06, .mixture = 1.77,
     .matmul = 1.04, .overhead = 0.574, .request = 1.46},
    // 297 rows
    {.name = "SGLang for AMD", .streaming = 0.636, .wait = 2.28, .mixture = 3.31,
     .matmul = 1.01, .overhead = 0.404, .request = 2.34},
    // 239 rows
    {.name = "TensorRT-LLM", .streaming = 1.07, .wait = 1.56, .mixture = 1.09,
     .matmul = 1.43, .overhead = 0.58, .request = 0.888},
    // 602 rows
    {.name = "TensorRT-LLM 2024", .streaming = 1.02, .wait = 1.32, .mixture = 1.03,
     .matmul = 1.47, .overhead = 1.41, .request = 1.24},
    // 2243 rows
    {.name = "TensorRT-LLM 2025", .streaming = 0.946, .wait = 1.16, .mixture = 1.38,
     .matmul = 1.6, .overhead = 0.721, .request = 1.79},
    // 0 rows
    {.name = "engine SGLang", .streaming = 0.748, .wait = 3.11, .mixture = 2.05,
     .matmul = 1.09, .overhead = 0.48, .request = 1.78},
    // 0 rows
    {.name = "engine TensorRT-LLM", .streaming = 1.01, .wait = 1.32, .mixture = 1.15,
     .matmul = 1.47, .overhead = 0.846, .request = 1.24},
    // 0 rows
    {.name = "engine llama.cpp", .streaming = 0.935, .wait = 1, .mixture = 0.914,
     .matmul = 0.767, .overhead = 0.791, .request = 1},
    // 0 rows
    {.name = "engine vLLM", .streaming = 0.807, .wait = 1, .mixture = 1.02,
     .matmul = 1.1, .overhead = 1.83, .request = 1},
    // 82 rows
    {.name = "llama.cpp AMDVLK", .streaming = 0.932, .wait = 1, .mixture = 0.925,
     .matmul = 0.444, .overhead = 0.787, .request = 1},
    // 311 rows
    {.name = "llama.cpp ROCm", .streaming = 0.909, .wait = 1, .mixture = 0.92,
     .matmul = 1.07, .overhead = 0.824, .request = 1},
    // 124 rows
    {.name = "llama.cpp Vulkan", .streaming = 0.955, .wait = 1, .mixture = 0.884,
     .matmul = 0.941, .overhead = 0.718, .request = 1},
    // 996 rows
    {.name = "vLLM", .streaming = 1.05, .wait = 2.06, .mixture = 1.12,
     .matmul = 1.1, .overhead = 0.839, .request = 0.584},
    // 472 rows
    {.name = "vLLM 2024", .streaming = 0.975, .wait = 1.34, .mixture = 1.39,
     .matmul = 0.501, .overhead = 1.76, .request = 0.765},
    // 839 rows
    {.name = "vLLM 2024 for AMD", .streaming = 0.861, .wait = 1.34, .mixture = 1.22,
     .matmul = 0.318, .overhead = 3.34, .request = 0.765},
    // 106 rows
    {.name = "vLLM 2024 for Intel", .streaming = 0.926, .wait = 1.34, .mixture = 1.55,
     .matmul = 0.678, .overhead = 19.3, .request = 0.765},
    // 698 rows
    {.name = "vLLM 2025", .streaming = 1, .wait = 0.911, .mixture = 3.3,
     .matmul = 1.25, .overhead = 0.793, .request = 0.96},
    // 4 rows
    {.name = "vLLM alone", .streaming = 0.78, .wait = 1, .mixture = 1.03,
     .matmul = 1.12, .overhead = 2.01, .request = 1},
};

} // namespace engines

} // namespace reckon::inline v0
