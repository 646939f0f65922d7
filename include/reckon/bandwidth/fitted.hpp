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

/// 593 rows: output_throughput 7.3 %, total_throughput 10.8 %, tpot 15.1 %, ttft 17.0 %.
inline constexpr calibration ampere{.name = "Ampere", .weight_streaming = efficiency(0.733),
    .cache_streaming = efficiency(0.576), .decode_matmul = efficiency(0.616), .prefill_matmul = efficiency(0.95),
    .expert_matmul = efficiency(0.664), .link = efficiency(0.353), .per_layer = microseconds(111),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(17.5), .spread = 0.266, .source = provenance::fitted};

/// 127 rows: output_throughput 3.8 %, ttft 6.2 %.
inline constexpr calibration ada{.name = "Ada", .weight_streaming = efficiency(0.797),
    .cache_streaming = efficiency(0.887), .decode_matmul = efficiency(0.324), .prefill_matmul = efficiency(0.599),
    .expert_matmul = efficiency(0.658), .link = efficiency(0.491), .per_layer = microseconds(74),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(87.5), .spread = 0.164, .source = provenance::fitted};

/// 2990 rows: output_throughput 9.3 %, total_throughput 11.2 %, tpot 14.6 %, ttft 24.9 %.
inline constexpr calibration hopper{.name = "Hopper", .weight_streaming = efficiency(0.75),
    .cache_streaming = efficiency(0.832), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.623),
    .expert_matmul = efficiency(0.529), .link = efficiency(0.466), .per_layer = microseconds(47.3),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(101), .spread = 0.463, .source = provenance::fitted};

/// 1646 rows: output_throughput 10.3 %, tpot 10.7 %, ttft 27.6 %.
inline constexpr calibration blackwell{.name = "Blackwell", .weight_streaming = efficiency(0.774),
    .cache_streaming = efficiency(0.585), .decode_matmul = efficiency(0.294), .prefill_matmul = efficiency(0.554),
    .expert_matmul = efficiency(0.205), .link = efficiency(0.425), .per_layer = microseconds(47.3),
    .per_mixture = microseconds(24.9), .per_collective = microseconds(8.59), .per_step = milliseconds(0.698),
    .per_request = milliseconds(65.6), .spread = 0.468, .source = provenance::fitted};

/// 145 rows: output_throughput 10.5 %.
inline constexpr calibration blackwell_workstation{.name = "Blackwell workstation", .weight_streaming = efficiency(0.608),
    .cache_streaming = efficiency(0.858), .decode_matmul = efficiency(0.264), .prefill_matmul = efficiency(0.603),
    .expert_matmul = efficiency(0.388), .link = efficiency(0.95), .per_layer = microseconds(38.4),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(87.5), .spread = 0.338, .source = provenance::fitted};

/// 190 rows: output_throughput 54.9 %, tpot 8.9 %, ttft 11.1 %.
inline constexpr calibration blackwell_ultra{.name = "Blackwell Ultra", .weight_streaming = efficiency(0.885),
    .cache_streaming = efficiency(0.585), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.522),
    .expert_matmul = efficiency(0.287), .link = efficiency(0.275), .per_layer = microseconds(42.8),
    .per_mixture = microseconds(20), .per_collective = microseconds(11.3), .per_step = milliseconds(1.51),
    .per_request = milliseconds(54), .spread = 0.233, .source = provenance::fitted};

/// 240 rows: total_throughput 5.2 %.
inline constexpr calibration cdna2{.name = "CDNA2", .weight_streaming = efficiency(0.551),
    .cache_streaming = efficiency(0.761), .decode_matmul = efficiency(0.257), .prefill_matmul = efficiency(0.477),
    .expert_matmul = efficiency(0.6), .link = efficiency(0.101), .per_layer = microseconds(170),
    .per_mixture = microseconds(20), .per_collective = microseconds(35.1), .per_step = milliseconds(2.26),
    .per_request = milliseconds(87.5), .spread = 0.119, .source = provenance::fitted};

/// 767 rows: output_throughput 12.7 %, total_throughput 9.9 %, tpot 10.2 %, ttft 17.0 %.
inline constexpr calibration cdna3{.name = "CDNA3", .weight_streaming = efficiency(0.733),
    .cache_streaming = efficiency(0.461), .decode_matmul = efficiency(0.03), .prefill_matmul = efficiency(0.587),
    .expert_matmul = efficiency(0.837), .link = efficiency(0.155), .per_layer = microseconds(200),
    .per_mixture = microseconds(52.6), .per_collective = microseconds(8), .per_step = milliseconds(2.33),
    .per_request = milliseconds(127), .spread = 0.342, .source = provenance::fitted};

/// 177 rows: output_throughput 5.8 %, tpot 5.0 %, ttft 33.2 %.
inline constexpr calibration cdna4{.name = "CDNA4", .weight_streaming = efficiency(0.825),
    .cache_streaming = efficiency(0.815), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.223),
    .expert_matmul = efficiency(0.478), .link = efficiency(0.466), .per_layer = microseconds(69.3),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(82.3), .spread = 0.261, .source = provenance::fitted};

/// 268 rows: output_throughput 9.6 %, total_throughput 7.0 %, ttft 21.0 %.
inline constexpr calibration gaudi2{.name = "Gaudi2", .weight_streaming = efficiency(0.95),
    .cache_streaming = efficiency(0.791), .decode_matmul = efficiency(0.649), .prefill_matmul = efficiency(0.622),
    .expert_matmul = efficiency(0.6), .link = efficiency(0.226), .per_layer = microseconds(58),
    .per_mixture = microseconds(20), .per_collective = microseconds(10.4), .per_step = milliseconds(1.06),
    .per_request = milliseconds(87.5), .spread = 0.159, .source = provenance::fitted};

/// 16 rows: output_throughput 3.9 %.
inline constexpr calibration gaudi3{.name = "Gaudi3", .weight_streaming = efficiency(0.95),
    .cache_streaming = efficiency(0.745), .decode_matmul = efficiency(0.43), .prefill_matmul = efficiency(0.474),
    .expert_matmul = efficiency(0.6), .link = efficiency(0.768), .per_layer = microseconds(54.5),
    .per_mixture = microseconds(20), .per_collective = microseconds(38.4), .per_step = milliseconds(1.14),
    .per_request = milliseconds(87.5), .spread = 0.103, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration xe_hpc{.name = "Xe-HPC", .weight_streaming = efficiency(0.644),
    .cache_streaming = efficiency(0.761), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.587),
    .expert_matmul = efficiency(0.6), .link = efficiency(0.466), .per_layer = microseconds(47.3),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(87.5), .spread = 1, .source = provenance::assumed};

/// 390 rows: generation 6.3 %, prompt 42.8 %.
inline constexpr calibration local_nvidia{.name = "local NVIDIA", .weight_streaming = efficiency(0.823),
    .cache_streaming = efficiency(0.688), .decode_matmul = efficiency(0.0611), .prefill_matmul = efficiency(0.681),
    .expert_matmul = efficiency(0.279), .link = efficiency(0.5), .per_layer = microseconds(39.3),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(0.859),
    .per_request = milliseconds(60), .spread = 0.76, .source = provenance::fitted};

/// 56 rows: generation 7.3 %, prompt 56.0 %.
inline constexpr calibration local_nvidia_servers{.name = "local NVIDIA servers", .weight_streaming = efficiency(0.452),
    .cache_streaming = efficiency(0.202), .decode_matmul = efficiency(0.0611), .prefill_matmul = efficiency(0.354),
    .expert_matmul = efficiency(0.207), .link = efficiency(0.5), .per_layer = microseconds(41.8),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1),
    .per_request = milliseconds(60), .spread = 0.702, .source = provenance::fitted};

/// 120 rows: generation 21.1 %, prompt 28.4 %.
inline constexpr calibration local_amd{.name = "local AMD", .weight_streaming = efficiency(0.95),
    .cache_streaming = efficiency(0.678), .decode_matmul = efficiency(0.0397), .prefill_matmul = efficiency(0.389),
    .expert_matmul = efficiency(0.207), .link = efficiency(0.5), .per_layer = microseconds(80.9),
    .per_mixture = microseconds(12.7), .per_collective = microseconds(8), .per_step = milliseconds(1),
    .per_request = milliseconds(60), .spread = 0.53, .source = provenance::fitted};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_apple{.name = "local Apple", .weight_streaming = efficiency(0.811),
    .cache_streaming = efficiency(0.688), .decode_matmul = efficiency(0.0611), .prefill_matmul = efficiency(0.425),
    .expert_matmul = efficiency(0.207), .link = efficiency(0.5), .per_layer = microseconds(41.7),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1),
    .per_request = milliseconds(60), .spread = 1, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration local_others{.name = "local others", .weight_streaming = efficiency(0.811),
    .cache_streaming = efficiency(0.688), .decode_matmul = efficiency(0.0611), .prefill_matmul = efficiency(0.425),
    .expert_matmul = efficiency(0.207), .link = efficiency(0.5), .per_layer = microseconds(41.7),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1),
    .per_request = milliseconds(60), .spread = 1, .source = provenance::assumed};

/// What the others have in common, for hardware that nobody measured.
inline constexpr calibration uncalibrated{.name = "uncalibrated", .weight_streaming = efficiency(0.644),
    .cache_streaming = efficiency(0.761), .decode_matmul = efficiency(0.5), .prefill_matmul = efficiency(0.587),
    .expert_matmul = efficiency(0.6), .link = efficiency(0.466), .per_layer = microseconds(47.3),
    .per_mixture = microseconds(20), .per_collective = microseconds(8), .per_step = milliseconds(1.62),
    .per_request = milliseconds(87.5), .spread = 1, .source = provenance::assumed};

} // namespace calibrations

namespace engines {

/// Engine generations, found by name.
inline constexpr engine_factors fitted[] = {
    // 375 rows
    {.name = "DeepSpeed 2024", .weight_streaming = 1.03, .cache_streaming = 0.77, .decode_matmul = 1,
     .prefill_matmul = 0.666, .overhead = 1.11, .request = 1},
    // 836 rows
    {.name = "SGLang", .weight_streaming = 1.07, .cache_streaming = 1, .decode_matmul = 1.4,
     .prefill_matmul = 1, .overhead = 1.03, .request = 1.98},
    // 2482 rows
    {.name = "TensorRT-LLM", .weight_streaming = 1.04, .cache_streaming = 0.988, .decode_matmul = 0.999,
     .prefill_matmul = 1.06, .overhead = 0.867, .request = 1.07},
    // 582 rows
    {.name = "TensorRT-LLM 2024", .weight_streaming = 0.963, .cache_streaming = 1.01, .decode_matmul = 0.9,
     .prefill_matmul = 0.885, .overhead = 0.879, .request = 1},
    // 1574 rows
    {.name = "vLLM", .weight_streaming = 1.02, .cache_streaming = 1.67, .decode_matmul = 1,
     .prefill_matmul = 1.02, .overhead = 0.867, .request = 0.626},
    // 1203 rows
    {.name = "vLLM 2024", .weight_streaming = 1.04, .cache_streaming = 0.812, .decode_matmul = 0.859,
     .prefill_matmul = 0.409, .overhead = 1.03, .request = 1},
};

} // namespace engines

} // namespace reckon::inline v0
