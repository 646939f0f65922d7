// SPDX-License-Identifier: MIT
// The fitted constants of hardware and engine generations.
//
// Written by `bench/calibrate --reference bench/reference --header FILE`; run it again instead of
// editing. Above each set: its rows, and the median error of each quantity on them. What is left
// on models, accelerators and sources that a fit has not seen: docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/engine_factors.hpp>

// clang-format off: a generator wrote this

namespace reckon::inline v0 {

namespace calibrations {

/// 593 rows: output_throughput 7.7 %, total_throughput 7.6 %, tpot 11.5 %, ttft 12.9 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.724),
    .cache_streaming = efficiency(0.7), .decode_matmul = efficiency(0.663), .prefill_matmul = efficiency(0.692),
    .expert_matmul = efficiency(0.754), .link = efficiency(0.389), .per_layer = microseconds(85.2),
    .per_mixture = microseconds(25.9), .per_collective = microseconds(4.27), .per_step = milliseconds(0.414),
    .per_sequence = microseconds(15.8), .per_request = milliseconds(34),
    .spread = {0.268, 0.634, 0.207}, .source = provenance::fitted};

/// 127 rows: output_throughput 3.4 %, ttft 5.5 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.853),
    .cache_streaming = efficiency(0.916), .decode_matmul = efficiency(0.6), .prefill_matmul = efficiency(0.623),
    .expert_matmul = efficiency(0.712), .link = efficiency(0.498), .per_layer = microseconds(67.4),
    .per_mixture = microseconds(29.3), .per_collective = microseconds(5.09), .per_step = milliseconds(0.399),
    .per_sequence = microseconds(11.6), .per_request = milliseconds(60.5),
    .spread = {0.269, 0.246, 0.152}, .source = provenance::fitted};

/// 3166 rows: output_throughput 11.3 %, total_throughput 6.3 %, tpot 9.0 %, ttft 20.7 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.776),
    .cache_streaming = efficiency(0.98), .decode_matmul = efficiency(0.923), .prefill_matmul = efficiency(0.573),
    .expert_matmul = efficiency(0.578), .link = efficiency(0.52), .per_layer = microseconds(48.7),
    .per_mixture = microseconds(64.1), .per_collective = microseconds(6.36), .per_step = milliseconds(0.353),
    .per_sequence = microseconds(18.4), .per_request = milliseconds(96.5),
    .spread = {0.282, 0.777, 0.237}, .source = provenance::fitted};

/// 1646 rows: output_throughput 10.9 %, tpot 11.3 %, ttft 27.7 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.695),
    .cache_streaming = efficiency(0.713), .decode_matmul = efficiency(0.609), .prefill_matmul = efficiency(0.73),
    .expert_matmul = efficiency(0.29), .link = efficiency(0.418), .per_layer = microseconds(57.5),
    .per_mixture = microseconds(11.2), .per_collective = microseconds(6.96), .per_step = milliseconds(0.311),
    .per_sequence = microseconds(11.5), .per_request = milliseconds(71.2),
    .spread = {0.258, 0.77, 0.285}, .source = provenance::fitted};

/// 265 rows: output_throughput 11.5 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.891),
    .cache_streaming = efficiency(0.98), .decode_matmul = efficiency(0.632), .prefill_matmul = efficiency(0.73),
    .expert_matmul = efficiency(0.499), .link = efficiency(0.973), .per_layer = microseconds(121),
    .per_mixture = microseconds(24.2), .per_collective = microseconds(7), .per_step = milliseconds(0.385),
    .per_sequence = microseconds(10.1), .per_request = milliseconds(60),
    .spread = {0.547, 0.745, 0.384}, .source = provenance::fitted};

/// 190 rows: output_throughput 51.6 %, tpot 8.7 %, ttft 11.0 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.791),
    .cache_streaming = efficiency(0.77), .decode_matmul = efficiency(0.588), .prefill_matmul = efficiency(0.768),
    .expert_matmul = efficiency(0.373), .link = efficiency(0.295), .per_layer = microseconds(84.2),
    .per_mixture = microseconds(18.8), .per_collective = microseconds(5.6), .per_step = milliseconds(0.381),
    .per_sequence = microseconds(12.8), .per_request = milliseconds(51.8),
    .spread = {0.172, 0.475, 0.248}, .source = provenance::fitted};

/// 240 rows: total_throughput 6.3 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.693),
    .cache_streaming = efficiency(0.77), .decode_matmul = efficiency(0.288), .prefill_matmul = efficiency(0.824),
    .expert_matmul = efficiency(0.743), .link = efficiency(0.34), .per_layer = microseconds(93.8),
    .per_mixture = microseconds(40.7), .per_collective = microseconds(4.79), .per_step = milliseconds(0.459),
    .per_sequence = microseconds(17.1), .per_request = milliseconds(70.2),
    .spread = {0.269, 0.745, 0.141}, .source = provenance::fitted};

/// 788 rows: output_throughput 14.2 %, total_throughput 9.0 %, tpot 10.8 %, ttft 16.6 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.718),
    .cache_streaming = efficiency(0.613), .decode_matmul = efficiency(0.0625), .prefill_matmul = efficiency(0.239),
    .expert_matmul = efficiency(0.924), .link = efficiency(0.231), .per_layer = microseconds(72.3),
    .per_mixture = microseconds(87.6), .per_collective = microseconds(4.17), .per_step = milliseconds(0.435),
    .per_sequence = microseconds(25.8), .per_request = milliseconds(80.3),
    .spread = {0.38, 0.583, 0.328}, .source = provenance::fitted};

/// 177 rows: output_throughput 5.4 %, tpot 5.2 %, ttft 32.9 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.865),
    .cache_streaming = efficiency(0.77), .decode_matmul = efficiency(0.203), .prefill_matmul = efficiency(0.384),
    .expert_matmul = efficiency(0.615), .link = efficiency(0.337), .per_layer = microseconds(61.3),
    .per_mixture = microseconds(25.7), .per_collective = microseconds(3.37), .per_step = milliseconds(0.441),
    .per_sequence = microseconds(16.5), .per_request = milliseconds(71.6),
    .spread = {0.138, 0.729, 0.14}, .source = provenance::fitted};

/// 268 rows: output_throughput 11.6 %, total_throughput 8.1 %, ttft 19.8 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.813),
    .cache_streaming = efficiency(0.805), .decode_matmul = efficiency(0.73), .prefill_matmul = efficiency(0.824),
    .expert_matmul = efficiency(0.623), .link = efficiency(0.516), .per_layer = microseconds(36.4),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(1.96), .per_step = milliseconds(0.261),
    .per_sequence = microseconds(6.06), .per_request = milliseconds(62.2),
    .spread = {0.269, 0.745, 0.162}, .source = provenance::fitted};

/// 16 rows: output_throughput 8.8 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.794),
    .cache_streaming = efficiency(0.751), .decode_matmul = efficiency(0.635), .prefill_matmul = efficiency(0.529),
    .expert_matmul = efficiency(0.623), .link = efficiency(0.648), .per_layer = microseconds(92.9),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(2.71), .per_step = milliseconds(0.334),
    .per_sequence = microseconds(6.51), .per_request = milliseconds(62.2),
    .spread = {0.269, 0.745, 0.247}, .source = provenance::fitted};

/// 106 rows: total_throughput 37.0 %.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.788),
    .cache_streaming = efficiency(0.25), .decode_matmul = efficiency(0.544), .prefill_matmul = efficiency(0.571),
    .expert_matmul = efficiency(0.623), .link = efficiency(0.291), .per_layer = microseconds(821),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(3.32), .per_step = milliseconds(0.386),
    .per_sequence = microseconds(9.56), .per_request = milliseconds(62.2),
    .spread = {0.269, 0.745, 1.45}, .source = provenance::fitted};

/// 547 rows: output_throughput 13.1 %, generation 6.2 %, prompt 25.4 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.85),
    .cache_streaming = efficiency(0.851), .decode_matmul = efficiency(0.299), .prefill_matmul = efficiency(0.39),
    .expert_matmul = efficiency(0.863), .link = efficiency(0.6), .per_layer = microseconds(44.6),
    .per_mixture = microseconds(17.5), .per_collective = microseconds(4), .per_step = milliseconds(1.01),
    .per_sequence = microseconds(9.9), .per_request = milliseconds(60),
    .spread = {0.219, 0.914, 1}, .source = provenance::fitted};

/// 56 rows: generation 8.5 %, prompt 34.0 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.508),
    .cache_streaming = efficiency(0.825), .decode_matmul = efficiency(0.293), .prefill_matmul = efficiency(0.328),
    .expert_matmul = efficiency(0.863), .link = efficiency(0.6), .per_layer = microseconds(62.3),
    .per_mixture = microseconds(17.5), .per_collective = microseconds(4), .per_step = milliseconds(1.23),
    .per_sequence = microseconds(9.9), .per_request = milliseconds(60),
    .spread = {0.258, 8.06, 1}, .source = provenance::fitted};

/// 252 rows: generation 21.8 %, prompt 66.9 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.787),
    .cache_streaming = efficiency(0.706), .decode_matmul = efficiency(0.243), .prefill_matmul = efficiency(0.475),
    .expert_matmul = efficiency(0.45), .link = efficiency(0.6), .per_layer = microseconds(45.8),
    .per_mixture = microseconds(17.2), .per_collective = microseconds(4), .per_step = milliseconds(1.08),
    .per_sequence = microseconds(9.93), .per_request = milliseconds(60),
    .spread = {0.575, 1.61, 1}, .source = provenance::fitted};

/// 108 rows: generation 11.6 %, prompt 8.4 %.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.808),
    .cache_streaming = efficiency(0.759), .decode_matmul = efficiency(0.186), .prefill_matmul = efficiency(0.769),
    .expert_matmul = efficiency(0.642), .link = efficiency(0.6), .per_layer = microseconds(67.4),
    .per_mixture = microseconds(17.5), .per_collective = microseconds(4), .per_step = milliseconds(1.43),
    .per_sequence = microseconds(9.93), .per_request = milliseconds(60),
    .spread = {0.318, 0.201, 1}, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local", .weight_streaming = efficiency(0.777),
    .cache_streaming = efficiency(0.759), .decode_matmul = efficiency(0.286), .prefill_matmul = efficiency(0.394),
    .expert_matmul = efficiency(0.656), .link = efficiency(0.6), .per_layer = microseconds(47.7),
    .per_mixture = microseconds(17.7), .per_collective = microseconds(4), .per_step = milliseconds(1.13),
    .per_sequence = microseconds(9.93), .per_request = milliseconds(60),
    .spread = {1, 1, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_nvidia{.name = "server NVIDIA", .weight_streaming = efficiency(0.779),
    .cache_streaming = efficiency(0.806), .decode_matmul = efficiency(0.593), .prefill_matmul = efficiency(0.631),
    .expert_matmul = efficiency(0.59), .link = efficiency(0.45), .per_layer = microseconds(71.5),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(5.06), .per_step = milliseconds(0.407),
    .per_sequence = microseconds(13.5), .per_request = milliseconds(60.5),
    .spread = {1, 1, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_amd{.name = "server AMD", .weight_streaming = efficiency(0.773),
    .cache_streaming = efficiency(0.698), .decode_matmul = efficiency(0.304), .prefill_matmul = efficiency(0.516),
    .expert_matmul = efficiency(0.68), .link = efficiency(0.368), .per_layer = microseconds(74.4),
    .per_mixture = microseconds(35.1), .per_collective = microseconds(4.17), .per_step = milliseconds(0.462),
    .per_sequence = microseconds(14.7), .per_request = milliseconds(66.1),
    .spread = {1, 1, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated_intel{.name = "server Intel", .weight_streaming = efficiency(0.788),
    .cache_streaming = efficiency(0.506), .decode_matmul = efficiency(0.551), .prefill_matmul = efficiency(0.597),
    .expert_matmul = efficiency(0.623), .link = efficiency(0.396), .per_layer = microseconds(156),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(3.18), .per_step = milliseconds(0.377),
    .per_sequence = microseconds(9.07), .per_request = milliseconds(62.2),
    .spread = {1, 1, 1}, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "all", .weight_streaming = efficiency(0.783),
    .cache_streaming = efficiency(0.689), .decode_matmul = efficiency(0.452), .prefill_matmul = efficiency(0.578),
    .expert_matmul = efficiency(0.623), .link = efficiency(0.415), .per_layer = microseconds(74.3),
    .per_mixture = microseconds(30.2), .per_collective = microseconds(4.23), .per_step = milliseconds(0.472),
    .per_sequence = microseconds(12.5), .per_request = milliseconds(62.2),
    .spread = {1, 1, 1}, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 69 rows
    {.name = "ATOM", .weight_streaming = 1.05, .cache_streaming = 0.993, .mixture = 1.05,
     .prefill_matmul = 1.31, .overhead = 1.22, .request = 0.406},
    // 375 rows
    {.name = "DeepSpeed 2024", .weight_streaming = 1.2, .cache_streaming = 0.875, .mixture = 0.929,
     .prefill_matmul = 0.573, .overhead = 2.36, .request = 1},
    // 294 rows
    {.name = "SGLang", .weight_streaming = 1.23, .cache_streaming = 0.984, .mixture = 0.357,
     .prefill_matmul = 1.04, .overhead = 1.04, .request = 1.46},
    // 302 rows
    {.name = "SGLang 2025", .weight_streaming = 1.22, .cache_streaming = 0.68, .mixture = 1.04,
     .prefill_matmul = 1.71, .overhead = 0.636, .request = 6.81},
    // 297 rows
    {.name = "SGLang for AMD", .weight_streaming = 0.824, .cache_streaming = 1.06, .mixture = 2.24,
     .prefill_matmul = 1.71, .overhead = 0.751, .request = 2.86},
    // 328 rows
    {.name = "TensorRT-LLM", .weight_streaming = 1.1, .cache_streaming = 1.11, .mixture = 1.66,
     .prefill_matmul = 1.71, .overhead = 0.55, .request = 0.543},
    // 602 rows
    {.name = "TensorRT-LLM 2024", .weight_streaming = 1.02, .cache_streaming = 0.968, .mixture = 0.905,
     .prefill_matmul = 1.24, .overhead = 1.14, .request = 1},
    // 2154 rows
    {.name = "TensorRT-LLM 2025", .weight_streaming = 0.958, .cache_streaming = 0.926, .mixture = 1.14,
     .prefill_matmul = 1.34, .overhead = 0.57, .request = 0.973},
    // 996 rows
    {.name = "vLLM", .weight_streaming = 1.1, .cache_streaming = 1.28, .mixture = 0.661,
     .prefill_matmul = 1.1, .overhead = 0.757, .request = 0.408},
    // 590 rows
    {.name = "vLLM 2024", .weight_streaming = 1.31, .cache_streaming = 0.709, .mixture = 0.997,
     .prefill_matmul = 0.473, .overhead = 1.85, .request = 1},
    // 839 rows
    {.name = "vLLM 2024 for AMD", .weight_streaming = 1.05, .cache_streaming = 0.969, .mixture = 0.692,
     .prefill_matmul = 0.209, .overhead = 2.52, .request = 1},
    // 698 rows
    {.name = "vLLM 2025", .weight_streaming = 0.997, .cache_streaming = 1.37, .mixture = 2.31,
     .prefill_matmul = 1.43, .overhead = 0.682, .request = 0.429},
};

} // namespace engines

} // namespace reckon::inline v0
