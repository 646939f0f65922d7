// SPDX-License-Identifier: MIT
// Accelerators: dense peaks, memory, links, power and price; what nobody published is unknown.
//
// Written by tools/generate_catalog.py from data/accelerators.csv; change that and run it again.
#pragma once
#include <array>

#include <reckon/catalog/datum.hpp>
#include <reckon/catalog/table.hpp>
#include <reckon/gpu/architectures.hpp>
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0::gpus {

// .peak: fp64 fp32 tf32 fp16 bf16 fp8 fp6 fp4 int8 int4, dense, in TFLOP/s

// ---- NVIDIA ------------------------------------------------------------------------------------

inline constexpr gpu_spec<rubin> rubin_r200{
    .id = "rubin-r200", .name = "Rubin R200 288GB",
    .memory = datum::gb(288), .bandwidth = datum::gb_per_s(22000),
    .peak = peak_rates{{unknown, datum::tf(130), datum::tf(2000), datum::tf(4000), datum::tf(4000), datum::tf(17500), datum::tf(17500), datum::tf(35000)}},
    .link = {"NVLink 6", datum::both_ways(3600), 72},
    .host = {6},
    .gpus_per_node = 4,
    .released = {2026},
    .grade = confidence::b};

inline constexpr gpu_spec<blackwell> gb10{
    .id = "gb10", .name = "DGX Spark GB10 128GB",
    .memory = datum::gb(128), .memory_usable = datum::observed_mib(122572.8), .bandwidth = datum::gb_per_s(273),
    .peak = peak_rates{{datum::tf(0.46), datum::tf(29.7), unknown, unknown, unknown, unknown, unknown, datum::tf(500)}},
    .compute_units = 48,
    .power = datum::watt(140),
    .gpus_per_node = 1,
    .street_price = {usd{4699}, provenance::observed}, .street_price_date = {2026, 9},
    .released = {2025, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<blackwell_ultra> b300{
    .id = "b300", .name = "B300 SXM 288GB",
    .memory = datum::gb(288), .memory_usable = datum::observed_mib(275040), .bandwidth = datum::gb_per_s(7750),
    .peak = peak_rates{{datum::tf(1.2), datum::tf(75), datum::tf(1125), datum::tf(2250), datum::tf(2250), datum::tf(4500), datum::tf(4500), datum::tf(13500), datum::tf(153.5)}},
    .compute_units = 148,
    .power = datum::watt(1100),
    .link = {"NVLink 5", datum::both_ways(1800), 8},
    .host = {6, 16, datum::each_way(121)},
    .gpus_per_node = 8,
    .released = {2025, 9},
    .grade = confidence::b};

inline constexpr gpu_spec<blackwell_ultra> gb300{
    .id = "gb300", .name = "GB300 NVL72 288GB",
    .memory = datum::gb(288), .memory_usable = datum::observed_mib(284208), .bandwidth = datum::gb_per_s(8000),
    .peak = peak_rates{{datum::tf(1.3), datum::tf(80), datum::tf(1250), datum::tf(2500), datum::tf(2500), datum::tf(5000), datum::tf(5000), datum::tf(15000), datum::tf(165)}},
    .compute_units = 152,
    .power = datum::watt(1400),
    .link = {"NVLink 5", datum::both_ways(1800), 72},
    .host = {5, 16, datum::each_way(450)},
    .gpus_per_node = 4,
    .released = {2025, 8},
    .grade = confidence::a};

inline constexpr gpu_spec<blackwell> jetson_thor_t5000{
    .id = "jetson-thor-t5000", .name = "Jetson Thor T5000 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(273),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, unknown, unknown, unknown, datum::tf(1035)}},
    .compute_units = 20,
    .power = datum::watt(130),
    .link = {"none", unknown, 1},
    .host = {5},
    .gpus_per_node = 1,
    .street_price = {usd{3499}, provenance::observed}, .street_price_date = {2025, 8},
    .released = {2025, 8},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<blackwell> rtx_5060_ti_16gb{
    .id = "rtx-5060-ti-16gb", .name = "RTX 5060 Ti 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(448)),
    .peak = datum::rough(peak_rates{{datum::tf(0.37), datum::tf(23.7), datum::tf(23.7), datum::tf(47.4), datum::tf(47.4), datum::tf(94.8), unknown, datum::tf(379.3), datum::tf(189.6)}}),
    .compute_units = 36,
    .power = datum::rough(datum::watt(180)),
    .link = {"none", unknown, 1},
    .host = {5, 8, datum::each_way(31.51)},
    .street_price = {usd{429}, provenance::observed}, .street_price_date = {2025, 4},
    .released = {2025, 4},
    .grade = confidence::c};

inline constexpr gpu_spec<blackwell> rtx_pro_6000_workstation{
    .id = "rtx-pro-6000-workstation", .name = "RTX PRO 6000 Workstation 96GB",
    .memory = datum::gb(96), .memory_usable = datum::observed_mib(97249.3), .bandwidth = datum::gb_per_s(1792),
    .peak = peak_rates{{datum::tf(1.97), datum::tf(126), datum::tf(251.9), datum::tf(503.8), datum::tf(503.8), datum::tf(1007.6), datum::tf(1007.6), datum::tf(2015), datum::tf(1007.6)}},
    .compute_units = 188,
    .power = datum::watt(600),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 4,
    .street_price = {usd{8565}, provenance::observed}, .street_price_date = {2025, 3},
    .released = {2025, 3},
    .grade = confidence::a};

inline constexpr gpu_spec<blackwell> rtx_pro_6000_max_q{
    .id = "rtx-pro-6000-max-q", .name = "RTX PRO 6000 Max-Q 96GB",
    .memory = datum::gb(96), .memory_usable = datum::observed_mib(97249.3), .bandwidth = datum::gb_per_s(1792),
    .peak = peak_rates{{datum::tf(1.72), datum::tf(109.7), datum::tf(219.4), datum::tf(438.9), datum::tf(438.9), datum::tf(877.8), datum::tf(877.8), datum::tf(1755.5), datum::tf(877.8)}},
    .compute_units = 188,
    .power = datum::watt(300),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 4,
    .street_price = {usd{10999}, provenance::observed}, .street_price_date = {2025, 3},
    .released = {2025, 3},
    .grade = confidence::a};

inline constexpr gpu_spec<blackwell> rtx_pro_6000_server{
    .id = "rtx-pro-6000-server", .name = "RTX PRO 6000 Server 96GB",
    .memory = datum::gb(96), .memory_usable = datum::observed_mib(97249.3), .bandwidth = datum::gb_per_s(1597),
    .peak = peak_rates{{datum::tf(1.97), datum::tf(120), unknown, datum::tf(500), datum::tf(500), datum::tf(1000), datum::tf(1000), datum::tf(2000), datum::tf(1000)}},
    .compute_units = 188,
    .power = datum::watt(600),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 4,
    .street_price = {usd{13825}, provenance::observed}, .street_price_date = {2025},
    .released = {2025, 3},
    .grade = confidence::b};

inline constexpr gpu_spec<blackwell> rtx_5070_ti{
    .id = "rtx-5070-ti", .name = "RTX 5070 Ti 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(896)),
    .peak = datum::rough(peak_rates{{datum::tf(0.69), datum::tf(43.9), datum::tf(43.9), datum::tf(87.9), datum::tf(87.9), datum::tf(175.8), unknown, datum::tf(703.0), datum::tf(351.5)}}),
    .compute_units = 70,
    .power = datum::rough(datum::watt(300)),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .street_price = {usd{749}, provenance::observed}, .street_price_date = {2025, 2},
    .released = {2025, 2},
    .grade = confidence::c};

inline constexpr gpu_spec<blackwell> gb200{
    .id = "gb200", .name = "GB200 NVL72 186GB",
    .memory = datum::gb(186), .memory_usable = datum::observed_mib(189471), .bandwidth = datum::gb_per_s(8000),
    .peak = peak_rates{{datum::tf(40), datum::tf(80), datum::tf(1250), datum::tf(2500), datum::tf(2500), datum::tf(5000), datum::tf(5000), datum::tf(10000), datum::tf(5000)}},
    .compute_units = 152,
    .power = datum::watt(1200),
    .link = {"NVLink 5", datum::both_ways(1800), 72},
    .host = {5, 16, datum::each_way(450)},
    .gpus_per_node = 4,
    .released = {2025, 2},
    .grade = confidence::a};

inline constexpr gpu_spec<blackwell> rtx_5080{
    .id = "rtx-5080", .name = "RTX 5080 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(960)),
    .peak = datum::rough(peak_rates{{datum::tf(0.88), datum::tf(56.3), datum::tf(56.3), datum::tf(112.6), datum::tf(112.6), datum::tf(225.1), unknown, datum::tf(900.4), datum::tf(450.2)}}),
    .compute_units = 84,
    .power = datum::rough(datum::watt(360)),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .street_price = {usd{999}, provenance::observed}, .street_price_date = {2025, 1},
    .released = {2025, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<blackwell> rtx_5090{
    .id = "rtx-5090", .name = "RTX 5090 32GB",
    .memory = datum::gb(32), .memory_usable = datum::observed_mib(32607), .bandwidth = datum::gb_per_s(1792),
    .peak = peak_rates{{datum::tf(1.64), datum::tf(104.8), datum::tf(104.8), datum::tf(209.5), datum::tf(209.5), datum::tf(419.0), unknown, datum::tf(1676.0), datum::tf(838.0)}},
    .compute_units = 170,
    .power = datum::watt(575),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .street_price = {usd{1999}, provenance::observed}, .street_price_date = {2025, 1},
    .released = {2025, 1},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h20_141gb{
    .id = "h20-141gb", .name = "H20 141GB",
    .memory = datum::gb(141), .memory_usable = datum::observed_mib(143073.3), .bandwidth = datum::rough(datum::gb_per_s(4800)),
    .peak = datum::rough(peak_rates{{datum::tf(1), datum::tf(44), datum::tf(74), datum::tf(148), datum::tf(148), datum::tf(296), unknown, unknown, datum::tf(296)}}),
    .compute_units = 78,
    .link = {"NVLink 4", datum::rough(datum::both_ways(900)), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8, .mig_instances = 7,
    .released = {2025},
    .grade = confidence::c};

inline constexpr gpu_spec<hopper> h200_sxm{
    .id = "h200-sxm", .name = "H200 SXM 141GB",
    .memory = datum::gb(141), .memory_usable = datum::observed_mib(143155.2), .bandwidth = datum::gb_per_s(4800),
    .peak = peak_rates{{datum::tf(33.5), datum::tf(67), datum::tf(494.5), datum::tf(989), datum::tf(989), datum::tf(1979), unknown, unknown, datum::tf(1979)}},
    .compute_units = 132,
    .power = datum::watt(700),
    .link = {"NVLink 4", datum::both_ways(900), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8, .mig_instances = 7,
    .street_price = {usd{40000}, provenance::assumed}, .street_price_date = {2024, 11},
    .released = {2024, 11},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h200_nvl{
    .id = "h200-nvl", .name = "H200 NVL 141GB",
    .memory = datum::gb(141), .memory_usable = datum::observed_mib(143155.2), .bandwidth = datum::gb_per_s(4800),
    .peak = peak_rates{{datum::tf(30), datum::tf(60), datum::tf(417.5), datum::tf(835.5), datum::tf(835.5), datum::tf(1670.5), unknown, unknown, datum::tf(1670.5)}},
    .compute_units = 132,
    .power = datum::watt(600),
    .link = {"NVLink 4 bridge", datum::both_ways(900), 4},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 7,
    .street_price = {usd{34500}, provenance::assumed}, .street_price_date = {2024, 11},
    .released = {2024, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<blackwell> b100{
    .id = "b100", .name = "B100 SXM 192GB",
    .memory = datum::gb(192), .bandwidth = datum::gb_per_s(8000),
    .peak = peak_rates{{datum::tf(30), datum::tf(60), datum::tf(875), datum::tf(1750), datum::tf(1750), datum::tf(3500), datum::tf(3500), datum::tf(7000), datum::tf(3500)}},
    .power = datum::watt(700),
    .link = {"NVLink 5", datum::both_ways(1800), 8},
    .gpus_per_node = 8,
    .street_price = {usd{35000}, provenance::observed}, .street_price_date = {2024, 11},
    .released = {2024, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<blackwell> b200{
    .id = "b200", .name = "B200 SXM 180GB",
    .memory = datum::gb(180), .memory_usable = datum::observed_mib(183359), .bandwidth = datum::gb_per_s(7700),
    .peak = peak_rates{{datum::tf(37), datum::tf(75), datum::tf(1125), datum::tf(2250), datum::tf(2250), datum::tf(4500), datum::tf(4500), datum::tf(9000), datum::tf(4500)}},
    .compute_units = 148,
    .power = datum::watt(1000),
    .link = {"NVLink 5", datum::both_ways(1800), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8, .mig_instances = 7,
    .street_price = {usd{35000}, provenance::assumed}, .street_price_date = {2024, 3},
    .released = {2024, 11},
    .grade = confidence::a};

inline constexpr gpu_spec<ada> rtx_4070_ti_super{
    .id = "rtx-4070-ti-super", .name = "RTX 4070 Ti SUPER 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(672)),
    .peak = datum::rough(peak_rates{{datum::tf(0.69), datum::tf(44.1), datum::tf(44.1), datum::tf(88.2), datum::tf(88.2), datum::tf(176.4), unknown, unknown, datum::tf(352.8), datum::tf(705.6)}}),
    .compute_units = 66,
    .power = datum::rough(datum::watt(285)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{799}, provenance::observed}, .street_price_date = {2024, 1},
    .released = {2024, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_4070_ti{
    .id = "rtx-4070-ti", .name = "RTX 4070 Ti 12GB",
    .memory = datum::gb(12), .bandwidth = datum::rough(datum::gb_per_s(504.2)),
    .peak = datum::rough(peak_rates{{datum::tf(0.63), datum::tf(40.1), datum::tf(40.1), datum::tf(80.2), datum::tf(80.2), datum::tf(160.4), unknown, unknown, datum::tf(320.7), datum::tf(641.4)}}),
    .compute_units = 60,
    .power = datum::rough(datum::watt(285)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2023, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_4080_super{
    .id = "rtx-4080-super", .name = "RTX 4080 SUPER 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(736)),
    .peak = datum::rough(peak_rates{{datum::tf(0.82), datum::tf(52.2), datum::tf(52.2), datum::tf(104.4), datum::tf(104.4), datum::tf(208.9), unknown, unknown, datum::tf(417.8), datum::tf(835.6)}}),
    .compute_units = 80,
    .power = datum::rough(datum::watt(320)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{999}, provenance::observed}, .street_price_date = {2024, 1},
    .released = {2024, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<hopper> gh200_144gb{
    .id = "gh200-144gb", .name = "GH200 144GB",
    .memory = datum::gb(144), .bandwidth = datum::gb_per_s(4900),
    .peak = peak_rates{{datum::tf(33.5), datum::tf(67), datum::tf(494.5), datum::tf(989), datum::tf(989), datum::tf(1979), unknown, unknown, datum::tf(1979)}},
    .compute_units = 132,
    .power = datum::watt(900),
    .link = {"NVLink 4", datum::both_ways(900)},
    .host = {5, 16, datum::each_way(450)},
    .gpus_per_node = 1,
    .released = {2024},
    .grade = confidence::b};

inline constexpr gpu_spec<ada> rtx_4090_d{
    .id = "rtx-4090-d", .name = "RTX 4090 D 24GB",
    .memory = datum::gb(24), .bandwidth = datum::rough(datum::gb_per_s(1008)),
    .peak = datum::rough(peak_rates{{datum::tf(1.15), datum::tf(73.5), datum::tf(73.5), datum::tf(147.1), datum::tf(147.1), datum::tf(294.2), unknown, unknown, datum::tf(588.3), datum::tf(1176.7)}}),
    .compute_units = 114,
    .power = datum::rough(datum::watt(425)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2023, 12},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> l20{
    .id = "l20", .name = "L20 48GB",
    .memory = datum::gb(48), .bandwidth = datum::gb_per_s(864),
    .peak = peak_rates{{datum::tf(0.93), datum::tf(59.35), datum::tf(59.8), datum::tf(119.5), datum::tf(119.5), datum::tf(239), unknown, unknown, datum::tf(239)}},
    .compute_units = 92,
    .power = datum::watt(275),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{4299}, provenance::observed}, .street_price_date = {2023, 11},
    .released = {2023, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<hopper> h20_96gb{
    .id = "h20-96gb", .name = "H20 96GB",
    .memory = datum::gb(96), .memory_usable = datum::observed_mib(97871), .bandwidth = datum::gb_per_s(4000),
    .peak = peak_rates{{datum::tf(1), datum::tf(44), datum::tf(74), datum::tf(148), datum::tf(148), datum::tf(296), unknown, unknown, datum::tf(296)}},
    .compute_units = 78,
    .power = datum::watt(400),
    .link = {"NVLink 4", datum::both_ways(900), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8, .mig_instances = 7,
    .street_price = {usd{12000}, provenance::observed}, .street_price_date = {2023, 11},
    .released = {2023, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<ada> l40s{
    .id = "l40s", .name = "L40S 48GB",
    .memory = datum::gb(48), .memory_usable = datum::observed_mib(45516.8), .bandwidth = datum::gb_per_s(864),
    .peak = peak_rates{{datum::tf(1.43), datum::tf(91.6), datum::tf(183), datum::tf(362.05), datum::tf(362.05), datum::tf(733), unknown, unknown, datum::tf(733), datum::tf(1466)}},
    .compute_units = 142,
    .power = datum::watt(350),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{45000}, provenance::assumed}, .street_price_date = {2023},
    .released = {2023, 8},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> gh200_96gb{
    .id = "gh200-96gb", .name = "GH200 96GB",
    .memory = datum::gb(96), .memory_usable = datum::observed_mib(97871), .bandwidth = datum::gb_per_s(4000),
    .peak = peak_rates{{datum::tf(33.5), datum::tf(67), datum::tf(494.5), datum::tf(989), datum::tf(989), datum::tf(1979), unknown, unknown, datum::tf(1979)}},
    .compute_units = 132,
    .power = datum::watt(900),
    .link = {"NVLink 4", datum::both_ways(900)},
    .host = {5, 16, datum::each_way(450)},
    .gpus_per_node = 1,
    .released = {2023, 8},
    .grade = confidence::a};

inline constexpr gpu_spec<ada> rtx_4060_ti_16gb{
    .id = "rtx-4060-ti-16gb", .name = "RTX 4060 Ti 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(288)),
    .peak = datum::rough(peak_rates{{datum::tf(0.34), datum::tf(22.1), datum::tf(22.1), datum::tf(44.1), datum::tf(44.1), datum::tf(88.3), unknown, unknown, datum::tf(176.5), datum::tf(353.0)}}),
    .compute_units = 34,
    .power = datum::rough(datum::watt(165)),
    .link = {"none", unknown, 1},
    .host = {4, 8, datum::each_way(15.75)},
    .released = {2023, 5},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_4070{
    .id = "rtx-4070", .name = "RTX 4070 12GB",
    .memory = datum::gb(12), .bandwidth = datum::rough(datum::gb_per_s(504)),
    .peak = datum::rough(peak_rates{{datum::tf(0.46), datum::tf(29.1), datum::tf(29.1), datum::tf(58.3), datum::tf(58.3), datum::tf(116.6), unknown, unknown, datum::tf(233.2), datum::tf(466.3)}}),
    .compute_units = 46,
    .power = datum::rough(datum::watt(200)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{599}, provenance::observed}, .street_price_date = {2023, 4},
    .released = {2023, 4},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> l4{
    .id = "l4", .name = "L4 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(22630.4), .bandwidth = datum::gb_per_s(300),
    .peak = peak_rates{{datum::tf(0.47), datum::tf(30.3), datum::tf(60), datum::tf(121), datum::tf(121), datum::tf(242), unknown, unknown, datum::tf(242), datum::tf(485)}},
    .compute_units = 58,
    .power = datum::watt(72),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{7000}, provenance::assumed}, .street_price_date = {2023},
    .released = {2023, 3},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h100_nvl{
    .id = "h100-nvl", .name = "H100 NVL 94GB",
    .memory = datum::gb(94), .memory_usable = datum::observed_mib(95830), .bandwidth = datum::gb_per_s(3938),
    .peak = peak_rates{{datum::tf(30), datum::tf(60), datum::tf(417.5), datum::tf(835.5), datum::tf(835.5), datum::tf(1670.5), unknown, unknown, datum::tf(1670.5)}},
    .compute_units = 132,
    .power = datum::watt(400),
    .link = {"NVLink 4 bridge", datum::both_ways(600), 2},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 7,
    .released = {2023, 3},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h800_sxm_80gb{
    .id = "h800-sxm-80gb", .name = "H800 SXM 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81090.6), .bandwidth = datum::gb_per_s(3350),
    .peak = peak_rates{{unknown, datum::tf(59.3), datum::tf(454.5), datum::tf(989), datum::tf(989), datum::tf(1979), unknown, unknown, datum::tf(1979)}},
    .compute_units = 132,
    .power = datum::watt(700),
    .link = {"NVLink 4", unknown, 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8,
    .released = {2023, 3},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> jetson_agx_orin_64gb{
    .id = "jetson-agx-orin-64gb", .name = "Jetson AGX Orin 64GB",
    .memory = datum::gb(64), .bandwidth = datum::gb_per_s(204.8),
    .peak = peak_rates{{unknown, datum::tf(5.33), unknown, unknown, unknown, unknown, unknown, unknown, datum::tf(85)}},
    .compute_units = 16,
    .power = datum::watt(60),
    .link = {"none", unknown, 1},
    .host = {4},
    .gpus_per_node = 1,
    .street_price = {usd{1999}, provenance::observed}, .street_price_date = {2026, 5},
    .released = {2023, 3},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<ampere> jetson_agx_orin_32gb{
    .id = "jetson-agx-orin-32gb", .name = "Jetson AGX Orin 32GB",
    .memory = datum::gb(32), .bandwidth = datum::rough(datum::gb_per_s(204.8)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(3.33)}}),
    .compute_units = 14,
    .power = datum::rough(datum::watt(40)),
    .link = {"none", unknown, 1},
    .host = {4},
    .gpus_per_node = 1,
    .released = {2023, 2},
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<ampere> jetson_orin_nx_16gb{
    .id = "jetson-orin-nx-16gb", .name = "Jetson Orin NX 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(102.4)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(1.88)}}),
    .compute_units = 8,
    .power = datum::rough(datum::watt(25)),
    .link = {"none", unknown, 1},
    .host = {4},
    .gpus_per_node = 1,
    .released = {2023, 2},
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_6000_ada{
    .id = "rtx-6000-ada", .name = "RTX 6000 Ada 48GB",
    .memory = datum::gb(48), .memory_usable = datum::observed_mib(49140), .bandwidth = datum::gb_per_s(960),
    .peak = peak_rates{{datum::tf(1.42), datum::tf(91.1), datum::tf(182.1), datum::tf(364.2), datum::tf(364.2), datum::tf(728.5), unknown, unknown, datum::tf(728.5), datum::tf(1457)}},
    .compute_units = 142,
    .power = datum::watt(300),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{6799}, provenance::observed}, .street_price_date = {2022, 12},
    .released = {2022, 12},
    .grade = confidence::a};

inline constexpr gpu_spec<ada> rtx_5000_ada{
    .id = "rtx-5000-ada", .name = "RTX 5000 Ada 32GB",
    .memory = datum::gb(32), .memory_usable = datum::observed_mib(32760), .bandwidth = datum::rough(datum::gb_per_s(576)),
    .peak = datum::rough(peak_rates{{datum::tf(1.02), datum::tf(65.3), datum::tf(130.6), datum::tf(261.1), datum::tf(261.1), datum::tf(522.2), unknown, unknown, datum::tf(522.2), datum::tf(1044)}}),
    .compute_units = 100,
    .power = datum::rough(datum::watt(250)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2023, 8},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_4000_ada{
    .id = "rtx-4000-ada", .name = "RTX 4000 Ada 20GB",
    .memory = datum::gb(20), .bandwidth = datum::rough(datum::gb_per_s(360)),
    .peak = datum::rough(peak_rates{{datum::tf(0.42), datum::tf(26.7), datum::tf(53.5), datum::tf(106.9), datum::tf(106.9), datum::tf(213.8), unknown, unknown, datum::tf(213.8), datum::tf(427.7)}}),
    .compute_units = 48,
    .power = datum::rough(datum::watt(130)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2023, 8},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a800_pcie_80gb{
    .id = "a800-pcie-80gb", .name = "A800 PCIe 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81100.8), .bandwidth = datum::gb_per_s(1935),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(300),
    .link = {"NVLink 3 bridge", unknown, 2},
    .host = {4, 16, datum::each_way(31.51)},
    .mig_instances = 7,
    .released = {2022, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<ada> l40{
    .id = "l40", .name = "L40 48GB",
    .memory = datum::gb(48), .bandwidth = datum::gb_per_s(864),
    .peak = peak_rates{{datum::tf(1.41), datum::tf(90.5), datum::tf(90.5), datum::tf(181.05), datum::tf(181.05), datum::tf(362), unknown, unknown, datum::tf(362), datum::tf(724)}},
    .compute_units = 142,
    .power = datum::watt(300),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2022, 10},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h100_pcie_80gb{
    .id = "h100-pcie-80gb", .name = "H100 PCIe 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81090.6), .bandwidth = datum::gb_per_s(2039),
    .peak = peak_rates{{datum::tf(25.6), datum::tf(51.2), datum::tf(378), datum::tf(756), datum::tf(756), datum::tf(1513), unknown, unknown, datum::tf(1513)}},
    .compute_units = 114,
    .power = datum::watt(350),
    .link = {"NVLink 4 bridge", datum::both_ways(600), 2},
    .host = {5, 16, datum::each_way(63.02)},
    .mig_instances = 7,
    .street_price = {usd{98000}, provenance::assumed}, .street_price_date = {2025},
    .released = {2022, 10},
    .grade = confidence::a};

inline constexpr gpu_spec<ada> rtx_4080{
    .id = "rtx-4080", .name = "RTX 4080 16GB",
    .memory = datum::gb(16), .memory_usable = datum::observed_mib(16376), .bandwidth = datum::rough(datum::gb_per_s(716.8)),
    .peak = datum::rough(peak_rates{{datum::tf(0.76), datum::tf(48.7), datum::tf(48.7), datum::tf(97.5), datum::tf(97.5), datum::tf(194.9), unknown, unknown, datum::tf(389.9), datum::tf(779.8)}}),
    .compute_units = 76,
    .power = datum::rough(datum::watt(320)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{1199}, provenance::observed}, .street_price_date = {2022, 9},
    .released = {2022, 9},
    .grade = confidence::c};

inline constexpr gpu_spec<ada> rtx_4090{
    .id = "rtx-4090", .name = "RTX 4090 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(24094.7), .bandwidth = datum::gb_per_s(1008),
    .peak = peak_rates{{datum::tf(1.29), datum::tf(82.6), datum::tf(82.6), datum::tf(165.2), datum::tf(165.2), datum::tf(330.3), unknown, unknown, datum::tf(660.6), datum::tf(1321.2)}},
    .compute_units = 128,
    .power = datum::watt(450),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{1599}, provenance::observed}, .street_price_date = {2022, 9},
    .released = {2022, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<hopper> h100_sxm_80gb{
    .id = "h100-sxm-80gb", .name = "H100 SXM 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81090.6), .bandwidth = datum::gb_per_s(3350),
    .peak = peak_rates{{datum::tf(33.5), datum::tf(67), datum::tf(494.5), datum::tf(989), datum::tf(989), datum::tf(1979), unknown, unknown, datum::tf(1979)}},
    .compute_units = 132,
    .power = datum::watt(700),
    .link = {"NVLink 4", datum::both_ways(900), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8, .mig_instances = 7,
    .street_price = {usd{33600}, provenance::observed}, .street_price_date = {2022, 9},
    .released = {2022, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> a800_sxm_80gb{
    .id = "a800-sxm-80gb", .name = "A800 SXM 80GB",
    .memory = datum::gb(80), .bandwidth = datum::gb_per_s(2039),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(400),
    .link = {"NVLink 3", unknown, 8},
    .host = {4, 16, datum::each_way(31.51)},
    .gpus_per_node = 8, .mig_instances = 7,
    .released = {2022, 8},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> rtx_3090_ti{
    .id = "rtx-3090-ti", .name = "RTX 3090 Ti 24GB",
    .memory = datum::gb(24), .bandwidth = datum::rough(datum::gb_per_s(1008)),
    .peak = datum::rough(peak_rates{{datum::tf(0.62), datum::tf(40.0), datum::tf(40.0), datum::tf(80.0), datum::tf(80.0), unknown, unknown, unknown, datum::tf(320.0), datum::tf(640.0)}}),
    .compute_units = 84,
    .power = datum::rough(datum::watt(450)),
    .link = {"NVLink 3 bridge", datum::rough(datum::both_ways(112.5)), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{1999}, provenance::observed}, .street_price_date = {2022, 3},
    .released = {2022, 3},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a2{
    .id = "a2", .name = "A2 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(200.1)),
    .peak = datum::rough(peak_rates{{datum::tf(0.07), datum::tf(4.5), datum::tf(9.1), datum::tf(18.1), datum::tf(18.1), unknown, unknown, unknown, datum::tf(36.2), datum::tf(72.5)}}),
    .compute_units = 10,
    .power = datum::rough(datum::watt(60)),
    .link = {"none", unknown, 1},
    .host = {4, 8, datum::each_way(15.75)},
    .released = {2021, 11},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a10g{
    .id = "a10g", .name = "A10G 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(22587), .bandwidth = datum::rough(datum::gb_per_s(600.2)),
    .peak = datum::rough(peak_rates{{datum::tf(0.98), datum::tf(35.0), datum::tf(35.0), datum::tf(70.0), datum::tf(70.0)}}),
    .compute_units = 72,
    .power = datum::rough(datum::watt(300)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 11},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a100_pcie_80gb{
    .id = "a100-pcie-80gb", .name = "A100 PCIe 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81100.8), .bandwidth = datum::gb_per_s(1935),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(300),
    .link = {"NVLink 3 bridge", datum::both_ways(600), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .mig_instances = 7,
    .street_price = {usd{15000}, provenance::assumed}, .street_price_date = {2021, 6},
    .released = {2021, 6},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> a30{
    .id = "a30", .name = "A30 24GB",
    .memory = datum::gb(24), .bandwidth = datum::gb_per_s(933),
    .peak = peak_rates{{datum::tf(5.2), datum::tf(10.3), datum::tf(82.5), datum::tf(165), datum::tf(165), unknown, unknown, unknown, datum::tf(330), datum::tf(661)}},
    .compute_units = 56,
    .power = datum::watt(165),
    .link = {"NVLink 3 bridge", unknown, 2},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{4599}, provenance::assumed}, .street_price_date = {2021},
    .released = {2021, 4},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> a16{
    .id = "a16", .name = "A16 16GB (one of four)",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(200.1)),
    .peak = datum::rough(peak_rates{{datum::tf(0.14), datum::tf(4.5), datum::tf(9.0), datum::tf(18.0), datum::tf(18.0), unknown, unknown, unknown, datum::tf(35.9), datum::tf(71.9)}}),
    .compute_units = 10,
    .link = {"none", unknown, 1},
    .host = {4},
    .released = {2021, 4},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a10{
    .id = "a10", .name = "A10 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(23028), .bandwidth = datum::gb_per_s(600.2),
    .peak = peak_rates{{datum::tf(0.98), datum::tf(31.2), datum::tf(62.5), datum::tf(125.0), datum::tf(125.0), unknown, unknown, unknown, datum::tf(249.9), datum::tf(499.9)}},
    .compute_units = 72,
    .power = datum::watt(150),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{2800}, provenance::observed}, .street_price_date = {2021, 4},
    .released = {2021, 4},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> rtx_a5000{
    .id = "rtx-a5000", .name = "RTX A5000 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(24564), .bandwidth = datum::gb_per_s(768),
    .peak = peak_rates{{datum::tf(0.43), datum::tf(27.8), datum::tf(55.5), datum::tf(111.1), datum::tf(111.1), unknown, unknown, unknown, datum::tf(222.2), datum::tf(444.3)}},
    .compute_units = 64,
    .power = datum::watt(230),
    .link = {"NVLink 3 bridge", datum::both_ways(112.5), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{2250}, provenance::observed}, .street_price_date = {2021, 4},
    .released = {2021, 4},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> rtx_a4000{
    .id = "rtx-a4000", .name = "RTX A4000 16GB",
    .memory = datum::gb(16), .memory_usable = datum::observed_mib(16376), .bandwidth = datum::gb_per_s(448),
    .peak = peak_rates{{datum::tf(0.3), datum::tf(19.2), datum::tf(38.3), datum::tf(76.7), datum::tf(76.7), unknown, unknown, unknown, datum::tf(153.4), datum::tf(306.7)}},
    .compute_units = 48,
    .power = datum::watt(140),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{1000}, provenance::observed}, .street_price_date = {2021, 4},
    .released = {2021, 4},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> rtx_a400{
    .id = "rtx-a400", .name = "RTX A400 4GB",
    .memory = datum::gb(4), .bandwidth = datum::rough(datum::gb_per_s(96)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(2.71), datum::tf(5.42), datum::tf(10.84), datum::tf(10.84), unknown, unknown, unknown, datum::tf(21.7), datum::tf(43.4)}}),
    .compute_units = 6,
    .power = datum::rough(datum::watt(50)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2024, 4},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> rtx_3060_12gb{
    .id = "rtx-3060-12gb", .name = "RTX 3060 12GB",
    .memory = datum::gb(12), .bandwidth = datum::rough(datum::gb_per_s(360)),
    .peak = datum::rough(peak_rates{{datum::tf(0.2), datum::tf(12.7), datum::tf(12.7), datum::tf(25.5), datum::tf(25.5), unknown, unknown, unknown, datum::tf(101.9), datum::tf(203.8)}}),
    .compute_units = 28,
    .power = datum::rough(datum::watt(170)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{329}, provenance::observed}, .street_price_date = {2021, 2},
    .released = {2021, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> a100_sxm_80gb{
    .id = "a100-sxm-80gb", .name = "A100 SXM 80GB",
    .memory = datum::gb(80), .memory_usable = datum::observed_mib(81100.8), .bandwidth = datum::gb_per_s(2039),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(400),
    .link = {"NVLink 3", datum::both_ways(600), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .gpus_per_node = 8, .mig_instances = 7,
    .released = {2020, 11},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> a40{
    .id = "a40", .name = "A40 48GB",
    .memory = datum::gb(48), .memory_usable = datum::observed_mib(46068), .bandwidth = datum::gb_per_s(695.8),
    .peak = peak_rates{{datum::tf(0.58), datum::tf(37.4), datum::tf(74.8), datum::tf(149.7), datum::tf(149.7), unknown, unknown, unknown, datum::tf(299.3), datum::tf(598.7)}},
    .compute_units = 84,
    .power = datum::watt(300),
    .link = {"NVLink 3 bridge", datum::both_ways(112.5), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2020, 10},
    .grade = confidence::b};

inline constexpr gpu_spec<ampere> rtx_a6000{
    .id = "rtx-a6000", .name = "RTX A6000 48GB",
    .memory = datum::gb(48), .memory_usable = datum::observed_mib(49140), .bandwidth = datum::gb_per_s(768),
    .peak = peak_rates{{datum::tf(0.6), datum::tf(38.7), datum::tf(77.4), datum::tf(154.8), datum::tf(154.8), unknown, unknown, unknown, datum::tf(309.7), datum::tf(619.3)}},
    .compute_units = 84,
    .power = datum::watt(300),
    .link = {"NVLink 3 bridge", datum::both_ways(112.5), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{4649}, provenance::observed}, .street_price_date = {2020, 10},
    .released = {2020, 10},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> rtx_3070{
    .id = "rtx-3070", .name = "RTX 3070 8GB",
    .memory = datum::gb(8), .bandwidth = datum::rough(datum::gb_per_s(448)),
    .peak = datum::rough(peak_rates{{datum::tf(0.32), datum::tf(20.3), datum::tf(20.3), datum::tf(40.6), datum::tf(40.6), unknown, unknown, unknown, datum::tf(162.5), datum::tf(325.0)}}),
    .compute_units = 46,
    .power = datum::rough(datum::watt(220)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{499}, provenance::observed}, .street_price_date = {2020, 10},
    .released = {2020, 9},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> rtx_3080_10gb{
    .id = "rtx-3080-10gb", .name = "RTX 3080 10GB",
    .memory = datum::gb(10), .bandwidth = datum::rough(datum::gb_per_s(760)),
    .peak = datum::rough(peak_rates{{datum::tf(0.47), datum::tf(29.8), datum::tf(29.8), datum::tf(59.5), datum::tf(59.5), unknown, unknown, unknown, datum::tf(238.1), datum::tf(476.3)}}),
    .compute_units = 68,
    .power = datum::rough(datum::watt(320)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{699}, provenance::observed}, .street_price_date = {2020, 9},
    .released = {2020, 9},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> rtx_3080_ti{
    .id = "rtx-3080-ti", .name = "RTX 3080 Ti 12GB",
    .memory = datum::gb(12), .bandwidth = datum::rough(datum::gb_per_s(912.4)),
    .peak = datum::rough(peak_rates{{datum::tf(0.53), datum::tf(34.1), datum::tf(34.1), datum::tf(68.2), datum::tf(68.2), unknown, unknown, unknown, datum::tf(272.8), datum::tf(545.6)}}),
    .compute_units = 80,
    .power = datum::rough(datum::watt(350)),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 5},
    .grade = confidence::c};

inline constexpr gpu_spec<ampere> rtx_3090{
    .id = "rtx-3090", .name = "RTX 3090 24GB",
    .memory = datum::gb(24), .memory_usable = datum::observed_mib(24145.9), .bandwidth = datum::gb_per_s(936),
    .peak = peak_rates{{datum::tf(0.56), datum::tf(35.6), datum::tf(35.6), datum::tf(71.2), datum::tf(71.2), unknown, unknown, unknown, datum::tf(284.7), datum::tf(569.3)}},
    .compute_units = 82,
    .power = datum::watt(350),
    .link = {"NVLink 3 bridge", datum::both_ways(112.5), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{1499}, provenance::observed}, .street_price_date = {2020, 9},
    .released = {2020, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> a100_pcie_40gb{
    .id = "a100-pcie-40gb", .name = "A100 PCIe 40GB",
    .memory = datum::gb(40), .memory_usable = datum::observed_mib(40448), .bandwidth = datum::gb_per_s(1555),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(250),
    .link = {"NVLink 3 bridge", datum::both_ways(600), 2},
    .host = {4, 16, datum::each_way(31.51)},
    .mig_instances = 7,
    .released = {2020, 6},
    .grade = confidence::a};

inline constexpr gpu_spec<ampere> a100_sxm_40gb{
    .id = "a100-sxm-40gb", .name = "A100 SXM 40GB",
    .memory = datum::gb(40), .memory_usable = datum::observed_mib(40448), .bandwidth = datum::gb_per_s(1555),
    .peak = peak_rates{{datum::tf(9.7), datum::tf(19.5), datum::tf(156), datum::tf(312), datum::tf(312), unknown, unknown, unknown, datum::tf(624), datum::tf(1248)}},
    .compute_units = 108,
    .power = datum::watt(400),
    .link = {"NVLink 3", datum::both_ways(600), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .gpus_per_node = 8, .mig_instances = 7,
    .street_price = {usd{15000}, provenance::observed}, .street_price_date = {2020, 5},
    .released = {2020, 5},
    .grade = confidence::a};

inline constexpr gpu_spec<turing> t4{
    .id = "t4", .name = "T4 16GB",
    .memory = datum::gb(16), .memory_usable = datum::observed_mib(15093.8), .bandwidth = datum::gb_per_s(320),
    .peak = peak_rates{{datum::tf(0.25), datum::tf(8.1), unknown, datum::tf(65), unknown, unknown, unknown, unknown, datum::tf(130), datum::tf(260)}},
    .compute_units = 40,
    .power = datum::watt(70),
    .link = {"none", unknown, 1},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{2299}, provenance::assumed}, .street_price_date = {2018},
    .released = {2018, 9},
    .grade = confidence::b};

inline constexpr gpu_spec<turing> rtx_2080_ti{
    .id = "rtx-2080-ti", .name = "RTX 2080 Ti 11GB",
    .memory = datum::gb(11), .bandwidth = datum::gb_per_s(616),
    .peak = peak_rates{{datum::tf(0.42), datum::tf(13.4), unknown, datum::tf(53.8), unknown, unknown, unknown, unknown, datum::tf(215.2), datum::tf(430.3)}},
    .compute_units = 68,
    .power = datum::watt(250),
    .link = {"NVLink 2 bridge", unknown, 2},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{999}, provenance::observed}, .street_price_date = {2018, 9},
    .released = {2018, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<volta> v100_sxm2_32gb{
    .id = "v100-sxm2-32gb", .name = "V100 SXM2 32GB",
    .memory = datum::gb(32), .memory_usable = datum::observed_mib(32501.8), .bandwidth = datum::gb_per_s(900),
    .peak = peak_rates{{datum::tf(7.8), datum::tf(15.7), unknown, datum::tf(125)}},
    .compute_units = 80,
    .power = datum::watt(300),
    .link = {"NVLink 2", datum::both_ways(300), 8},
    .host = {3, 16, datum::each_way(15.75)},
    .gpus_per_node = 8,
    .street_price = {usd{11458}, provenance::observed}, .street_price_date = {2018, 3},
    .released = {2018, 3},
    .grade = confidence::a};

inline constexpr gpu_spec<volta> v100_pcie_32gb{
    .id = "v100-pcie-32gb", .name = "V100 PCIe 32GB",
    .memory = datum::gb(32), .memory_usable = datum::observed_mib(32501.8), .bandwidth = datum::gb_per_s(900),
    .peak = peak_rates{{datum::tf(7.07), datum::tf(14.13), unknown, datum::tf(112)}},
    .compute_units = 80,
    .power = datum::watt(250),
    .link = {"none", unknown, 1},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{11458}, provenance::observed}, .street_price_date = {2018, 3},
    .released = {2018, 3},
    .grade = confidence::b};

inline constexpr gpu_spec<volta> v100_sxm2_16gb{
    .id = "v100-sxm2-16gb", .name = "V100 SXM2 16GB",
    .memory = datum::gb(16), .memory_usable = datum::observed_mib(16151), .bandwidth = datum::gb_per_s(900),
    .peak = peak_rates{{datum::tf(7.8), datum::tf(15.7), unknown, datum::tf(125)}},
    .compute_units = 80,
    .power = datum::watt(300),
    .link = {"NVLink 2", datum::both_ways(300), 8},
    .host = {3, 16, datum::each_way(15.75)},
    .gpus_per_node = 8,
    .street_price = {usd{11500}, provenance::observed}, .street_price_date = {2017, 6},
    .released = {2017, 6},
    .grade = confidence::a};

inline constexpr gpu_spec<volta> v100_pcie_16gb{
    .id = "v100-pcie-16gb", .name = "V100 PCIe 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(900),
    .peak = peak_rates{{datum::tf(7.07), datum::tf(14.13), unknown, datum::tf(112)}},
    .compute_units = 80,
    .power = datum::watt(250),
    .link = {"none", unknown, 1},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{10664}, provenance::observed}, .street_price_date = {2017, 6},
    .released = {2017, 6},
    .grade = confidence::b};

inline constexpr gpu_spec<pascal> p40{
    .id = "p40", .name = "P40 24GB",
    .memory = datum::gb(24), .bandwidth = datum::gb_per_s(347.1),
    .peak = peak_rates{{datum::tf(0.37), datum::tf(11.76), unknown, unknown, unknown, unknown, unknown, unknown, datum::tf(47)}},
    .compute_units = 30,
    .power = datum::watt(250),
    .link = {"none", unknown, 1},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{5699}, provenance::observed}, .street_price_date = {2016, 9},
    .released = {2016, 9},
    .grade = confidence::b};

inline constexpr gpu_spec<pascal> p100_pcie{
    .id = "p100-pcie", .name = "P100 PCIe 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(732.2),
    .peak = peak_rates{{datum::tf(4.76), datum::tf(9.53)}},
    .compute_units = 56,
    .power = datum::watt(250),
    .link = {"none", unknown, 1},
    .host = {3, 16, datum::each_way(15.75)},
    .street_price = {usd{5699}, provenance::observed}, .street_price_date = {2016, 4},
    .released = {2016, 6},
    .grade = confidence::b};

inline constexpr gpu_spec<pascal> p100_sxm2{
    .id = "p100-sxm2", .name = "P100 SXM2 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(720),
    .peak = peak_rates{{datum::tf(5.3), datum::tf(10.6)}},
    .compute_units = 56,
    .power = datum::watt(300),
    .link = {"NVLink 1", datum::both_ways(160), 8},
    .host = {3, 16, datum::each_way(15.75)},
    .gpus_per_node = 8,
    .released = {2016, 4},
    .grade = confidence::a};

// ---- AMD ---------------------------------------------------------------------------------------

inline constexpr gpu_spec<cdna5> mi455x{
    .id = "mi455x", .name = "MI455X 432GB",
    .memory = datum::gb(432), .bandwidth = datum::gb_per_s(23300),
    .peak = peak_rates{{unknown, datum::tf(315), unknown, datum::tf(5000), datum::tf(5000), datum::tf(10000), datum::tf(10000), datum::tf(20000), datum::tf(5000)}},
    .link = {"UALoE", datum::both_ways(3600), 72},
    .released = {2026},
    .grade = confidence::b};

inline constexpr gpu_spec<rdna4> radeon_ai_pro_r9700{
    .id = "radeon-ai-pro-r9700", .name = "Radeon AI PRO R9700 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(640),
    .peak = peak_rates{{datum::tf(1.5), datum::tf(47.8), unknown, datum::tf(191.2), datum::tf(191.2), datum::tf(383), unknown, unknown, datum::tf(383), datum::tf(766)}},
    .compute_units = 64,
    .power = datum::watt(300),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .street_price = {usd{1299}, provenance::observed}, .street_price_date = {2025, 7},
    .released = {2025, 7},
    .grade = confidence::a};

inline constexpr gpu_spec<cdna4> mi350x{
    .id = "mi350x", .name = "MI350X 288GB",
    .memory = datum::gb(288), .bandwidth = datum::gb_per_s(8000),
    .peak = peak_rates{{datum::tf(72.1), datum::tf(144.2), unknown, datum::tf(2300), datum::tf(2300), datum::tf(4600), datum::tf(9200), datum::tf(9200), datum::tf(4600)}},
    .compute_units = 256,
    .power = datum::watt(1000),
    .link = {"Infinity Fabric", datum::both_ways(1071), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8,
    .released = {2025, 6},
    .grade = confidence::a};

inline constexpr gpu_spec<cdna4> mi355x{
    .id = "mi355x", .name = "MI355X 288GB",
    .memory = datum::gb(288), .bandwidth = datum::gb_per_s(8000),
    .peak = peak_rates{{datum::tf(78.6), datum::tf(157.3), unknown, datum::tf(2516.6), datum::tf(2516.6), datum::tf(5033), datum::tf(10066), datum::tf(10066), datum::tf(5033)}},
    .compute_units = 256,
    .power = datum::watt(1400),
    .link = {"Infinity Fabric", datum::both_ways(1071), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8,
    .released = {2025, 6},
    .grade = confidence::a};

inline constexpr gpu_spec<rdna4> rx_9070_xt{
    .id = "rx-9070-xt", .name = "RX 9070 XT 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(640),
    .peak = peak_rates{{datum::tf(1.52), datum::tf(48.7), unknown, datum::tf(194.8), datum::tf(194.8)}},
    .compute_units = 64,
    .power = datum::watt(304),
    .link = {"none", unknown, 1},
    .host = {5, 16, datum::each_way(63.02)},
    .street_price = {usd{599}, provenance::observed}, .street_price_date = {2025, 3},
    .released = {2025, 3},
    .grade = confidence::b};

inline constexpr gpu_spec<rdna35> strix_halo_128gb{
    .id = "strix-halo-128gb", .name = "Strix Halo 128GB",
    .memory = datum::gb(128), .memory_usable = datum::observed_mib(118784), .bandwidth = datum::gb_per_s(256),
    .peak = peak_rates{{datum::tf(0.46), datum::tf(14.85), unknown, datum::tf(59.4), datum::tf(59.4)}},
    .compute_units = 40,
    .power = datum::watt(120),
    .link = {"none", unknown, 1},
    .host = {4},
    .gpus_per_node = 1,
    .released = {2025, 1},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<cdna3> mi325x{
    .id = "mi325x", .name = "MI325X 256GB",
    .memory = datum::gb(256), .bandwidth = datum::gb_per_s(6000),
    .peak = peak_rates{{datum::tf(81.7), datum::tf(163.4), datum::tf(653.7), datum::tf(1307.4), datum::tf(1307.4), datum::tf(2614.9), unknown, unknown, datum::tf(2614.9)}},
    .compute_units = 304,
    .power = datum::watt(1000),
    .link = {"Infinity Fabric", datum::both_ways(896), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8,
    .released = {2024, 10},
    .grade = confidence::a};

inline constexpr gpu_spec<cdna3> mi300a{
    .id = "mi300a", .name = "MI300A 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(5300),
    .peak = peak_rates{{datum::tf(61.3), datum::tf(122.6), datum::tf(490.3), datum::tf(980.6), datum::tf(980.6), datum::tf(1961.2), unknown, unknown, datum::tf(1961.2)}},
    .compute_units = 228,
    .power = datum::watt(760),
    .link = {"Infinity Fabric", unknown},
    .host = {5, 16, datum::each_way(63.02)},
    .released = {2023, 12},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<cdna3> mi300x{
    .id = "mi300x", .name = "MI300X 192GB",
    .memory = datum::gb(192), .memory_usable = datum::observed_mib(196587.52), .bandwidth = datum::gb_per_s(5300),
    .peak = peak_rates{{datum::tf(81.7), datum::tf(163.4), datum::tf(653.7), datum::tf(1307.4), datum::tf(1307.4), datum::tf(2614.9), unknown, unknown, datum::tf(2614.9)}},
    .compute_units = 304,
    .power = datum::watt(750),
    .link = {"Infinity Fabric", datum::both_ways(896), 8},
    .host = {5, 16, datum::each_way(63.02)},
    .gpus_per_node = 8,
    .street_price = {usd{15000}, provenance::assumed}, .street_price_date = {2023, 12},
    .released = {2023, 12},
    .grade = confidence::a};

inline constexpr gpu_spec<rdna3> radeon_pro_w7900{
    .id = "radeon-pro-w7900", .name = "Radeon PRO W7900 48GB",
    .memory = datum::gb(48), .bandwidth = datum::gb_per_s(864),
    .peak = peak_rates{{datum::tf(1.92), datum::tf(61.3), unknown, datum::tf(122.6), datum::tf(122.6)}},
    .compute_units = 96,
    .power = datum::watt(295),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{3999}, provenance::observed}, .street_price_date = {2023, 1},
    .released = {2023, 4},
    .grade = confidence::b};

inline constexpr gpu_spec<rdna3> rx_7900_xtx{
    .id = "rx-7900-xtx", .name = "RX 7900 XTX 24GB",
    .memory = datum::gb(24), .bandwidth = datum::gb_per_s(960),
    .peak = peak_rates{{datum::tf(1.92), datum::tf(61.4), unknown, datum::tf(122.8), datum::tf(122.8), unknown, unknown, unknown, datum::tf(122.8)}},
    .compute_units = 96,
    .power = datum::watt(355),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{999}, provenance::observed}, .street_price_date = {2022, 11},
    .released = {2022, 12},
    .grade = confidence::b};

inline constexpr gpu_spec<cdna2> mi210{
    .id = "mi210", .name = "MI210 64GB",
    .memory = datum::gb(64), .bandwidth = datum::gb_per_s(1638),
    .peak = peak_rates{{datum::tf(22.6), datum::tf(22.6), unknown, datum::tf(181), datum::tf(181), unknown, unknown, unknown, datum::tf(181), datum::tf(181)}},
    .compute_units = 104,
    .power = datum::watt(300),
    .link = {"Infinity Fabric bridge", unknown, 4},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 12},
    .grade = confidence::b};

inline constexpr gpu_spec<cdna2> mi250{
    .id = "mi250", .name = "MI250 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(3277),
    .peak = peak_rates{{datum::tf(45.3), datum::tf(45.3), unknown, datum::tf(362.1), datum::tf(362.1), unknown, unknown, unknown, datum::tf(362.1)}},
    .compute_units = 208,
    .power = datum::watt(560),
    .link = {"Infinity Fabric", datum::both_ways(600), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<cdna2> mi250_gcd{
    .id = "mi250-gcd", .name = "MI250 GCD 64GB",
    .memory = datum::gb(64), .bandwidth = datum::rough(datum::gb_per_s(1638.5)),
    .peak = datum::rough(peak_rates{{datum::tf(22.65), datum::tf(22.65), unknown, datum::tf(181.05), datum::tf(181.05), unknown, unknown, unknown, datum::tf(181.05)}}),
    .compute_units = 104,
    .power = datum::rough(datum::watt(280)),
    .link = {"Infinity Fabric", datum::rough(datum::both_ways(400)), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 11},
    .grade = confidence::c};

inline constexpr gpu_spec<cdna2> mi250x{
    .id = "mi250x", .name = "MI250X 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(3277),
    .peak = peak_rates{{datum::tf(47.9), datum::tf(47.9), unknown, datum::tf(383), datum::tf(383), unknown, unknown, unknown, datum::tf(383)}},
    .compute_units = 220,
    .power = datum::watt(560),
    .link = {"Infinity Fabric", datum::both_ways(800), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .street_price = {usd{14500}, provenance::observed}, .street_price_date = {2021, 11},
    .released = {2021, 11},
    .grade = confidence::a};

inline constexpr gpu_spec<cdna2> mi250x_gcd{
    .id = "mi250x-gcd", .name = "MI250X GCD 64GB",
    .memory = datum::gb(64), .bandwidth = datum::rough(datum::gb_per_s(1638.5)),
    .peak = datum::rough(peak_rates{{datum::tf(23.95), datum::tf(23.95), unknown, datum::tf(191.5), datum::tf(191.5), unknown, unknown, unknown, datum::tf(191.5)}}),
    .compute_units = 110,
    .power = datum::rough(datum::watt(280)),
    .link = {"Infinity Fabric", datum::rough(datum::both_ways(400)), 8},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2021, 11},
    .grade = confidence::c};

inline constexpr gpu_spec<cdna1> mi100{
    .id = "mi100", .name = "MI100 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(1230),
    .peak = peak_rates{{datum::tf(11.5), datum::tf(23.1), unknown, datum::tf(184.6), datum::tf(92.3), unknown, unknown, unknown, datum::tf(184.6)}},
    .compute_units = 120,
    .power = datum::watt(300),
    .link = {"Infinity Fabric bridge", unknown, 4},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2020, 11},
    .grade = confidence::b};

inline constexpr gpu_spec<vega20> mi50_16gb{
    .id = "mi50-16gb", .name = "MI50 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(1024),
    .peak = peak_rates{{datum::tf(6.7), datum::tf(13.4), unknown, datum::tf(26.8), unknown, unknown, unknown, unknown, datum::tf(53)}},
    .compute_units = 60,
    .power = datum::watt(300),
    .link = {"Infinity Fabric bridge", unknown},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2018, 11},
    .grade = confidence::b};

// ---- Intel -------------------------------------------------------------------------------------

inline constexpr gpu_spec<xe2> arc_pro_b70{
    .id = "arc-pro-b70", .name = "Arc Pro B70 32GB",
    .memory = datum::gb(32), .bandwidth = datum::rough(datum::gb_per_s(608)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(22.94), unknown, unknown, unknown, unknown, unknown, unknown, datum::tf(367)}}),
    .power = datum::rough(datum::watt(230)),
    .link = {"none", unknown, 1},
    .street_price = {usd{949}, provenance::observed}, .street_price_date = {2026, 3},
    .released = {2026, 3},
    .grade = confidence::c};

inline constexpr gpu_spec<xe2> arc_pro_b60{
    .id = "arc-pro-b60", .name = "Arc Pro B60 24GB",
    .memory = datum::gb(24), .bandwidth = datum::gb_per_s(456),
    .peak = peak_rates{{unknown, datum::tf(12.28), unknown, datum::tf(98.3), datum::tf(98.3), unknown, unknown, unknown, datum::tf(197)}},
    .compute_units = 20,
    .power = datum::watt(200),
    .link = {"none", unknown, 1},
    .host = {5, 8, datum::each_way(31.51)},
    .street_price = {usd{599}, provenance::observed}, .street_price_date = {2025, 9},
    .released = {2025, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<xe2> arc_pro_b50{
    .id = "arc-pro-b50", .name = "Arc Pro B50 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(224)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(10.65), unknown, datum::tf(85.2), datum::tf(85.2), unknown, unknown, unknown, datum::tf(170.4)}}),
    .compute_units = 16,
    .power = datum::rough(datum::watt(70)),
    .link = {"none", unknown, 1},
    .host = {5, 8, datum::each_way(31.51)},
    .released = {2025, 9},
    .grade = confidence::c};

inline constexpr gpu_spec<xe2> arc_b580{
    .id = "arc-b580", .name = "Arc B580 12GB",
    .memory = datum::gb(12), .bandwidth = datum::gb_per_s(456),
    .peak = peak_rates{{unknown, datum::tf(13.67), unknown, datum::tf(116.5), datum::tf(116.5), unknown, unknown, unknown, datum::tf(233)}},
    .compute_units = 20,
    .power = datum::watt(190),
    .link = {"none", unknown, 1},
    .host = {4, 8, datum::each_way(15.75)},
    .street_price = {usd{249}, provenance::observed}, .street_price_date = {2024, 12},
    .released = {2024, 12},
    .grade = confidence::b};

inline constexpr gpu_spec<gaudi3> gaudi_3{
    .id = "gaudi-3", .name = "Gaudi 3 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(3700),
    .peak = peak_rates{{unknown, datum::tf(229), datum::tf(459), datum::tf(459), datum::tf(1677), datum::tf(1677)}},
    .compute_units = 8,
    .power = datum::watt(900),
    .link = {"RoCEv2 21x200GbE", datum::both_ways(1050), 8},
    .gpus_per_node = 8,
    .released = {2024, 9},
    .grade = confidence::a};

inline constexpr gpu_spec<xe_hpc> max_1550{
    .id = "max-1550", .name = "Max 1550 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(3277),
    .peak = peak_rates{{datum::tf(52.43), datum::tf(52.43), datum::tf(419.4), datum::tf(838.9), datum::tf(838.9), unknown, unknown, unknown, datum::tf(1677.7)}},
    .compute_units = 128,
    .power = datum::watt(600),
    .link = {"Xe Link", unknown},
    .host = {5, 16, datum::each_way(63.02)},
    .released = {2023, 1},
    .grade = confidence::b};

inline constexpr gpu_spec<xe_hpc> max_1550_tile{
    .id = "max-1550-tile", .name = "Max 1550 tile 64GB",
    .memory = datum::gb(64), .bandwidth = datum::rough(datum::gb_per_s(1638.5)),
    .peak = datum::rough(peak_rates{{datum::tf(26.215), datum::tf(26.215), datum::tf(209.7), datum::tf(419.45), datum::tf(419.45), unknown, unknown, unknown, datum::tf(838.85)}}),
    .compute_units = 64,
    .power = datum::rough(datum::watt(300)),
    .link = {"Xe Link", unknown},
    .host = {5, 16, datum::each_way(63.02)},
    .released = {2023, 1},
    .grade = confidence::c};

inline constexpr gpu_spec<xe_hpg> arc_a770_16gb{
    .id = "arc-a770-16gb", .name = "Arc A770 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(560),
    .peak = peak_rates{{unknown, datum::tf(19.66), unknown, unknown, unknown, unknown, unknown, unknown, datum::tf(262)}},
    .compute_units = 32,
    .power = datum::watt(225),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2022, 10},
    .grade = confidence::b};

inline constexpr gpu_spec<gaudi2> gaudi_2{
    .id = "gaudi-2", .name = "Gaudi 2 96GB",
    .memory = datum::gb(96), .bandwidth = datum::gb_per_s(2460),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(432), datum::tf(865)}},
    .compute_units = 2,
    .power = datum::watt(600),
    .link = {"RoCEv2 21x100GbE", datum::both_ways(525), 8},
    .gpus_per_node = 8,
    .released = {2022, 5},
    .grade = confidence::a};

// ---- Apple -------------------------------------------------------------------------------------

inline constexpr gpu_spec<apple_gpu> m5_ultra{
    .id = "m5-ultra", .name = "Apple M5 Ultra 512GB",
    .memory = datum::gb(512), .bandwidth = datum::rough(datum::gb_per_s(1200)),
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .street_price = {usd{9499}, provenance::observed}, .street_price_date = {2026, 9},
    .released = {2026, 10},
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<apple_gpu> m5_max{
    .id = "m5-max", .name = "Apple M5 Max 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(614),
    .compute_units = 40,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .street_price = {usd{5099}, provenance::observed}, .street_price_date = {2026, 9},
    .released = {2026},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m5{
    .id = "m5", .name = "Apple M5 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(153),
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2025, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m3_ultra{
    .id = "m3-ultra", .name = "Apple M3 Ultra 512GB",
    .memory = datum::gb(512), .bandwidth = datum::gb_per_s(819),
    .peak = peak_rates{{unknown, datum::tf(28.4)}},
    .compute_units = 80,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2025, 3},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m4_pro{
    .id = "m4-pro", .name = "Apple M4 Pro 64GB",
    .memory = datum::gb(64), .bandwidth = datum::gb_per_s(273),
    .peak = peak_rates{{unknown, datum::tf(7.5)}},
    .compute_units = 20,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2024, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m4_max{
    .id = "m4-max", .name = "Apple M4 Max 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(546),
    .peak = peak_rates{{unknown, datum::tf(17.2)}},
    .compute_units = 40,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2024, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m4{
    .id = "m4", .name = "Apple M4 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(120),
    .peak = peak_rates{{unknown, datum::tf(3.8)}},
    .compute_units = 10,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2024, 5},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m3_pro{
    .id = "m3-pro", .name = "Apple M3 Pro 36GB",
    .memory = datum::gb(36), .bandwidth = datum::gb_per_s(150),
    .peak = peak_rates{{unknown, datum::tf(6.4)}},
    .compute_units = 18,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2023, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m3_max{
    .id = "m3-max", .name = "Apple M3 Max 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(400),
    .peak = peak_rates{{unknown, datum::tf(14.2)}},
    .compute_units = 40,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2023, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m2_ultra{
    .id = "m2-ultra", .name = "Apple M2 Ultra 192GB",
    .memory = datum::gb(192), .bandwidth = datum::gb_per_s(800),
    .peak = peak_rates{{unknown, datum::tf(27.2)}},
    .compute_units = 76,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2023, 6},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m2_pro{
    .id = "m2-pro", .name = "Apple M2 Pro 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(200),
    .peak = peak_rates{{unknown, datum::tf(6.8)}},
    .compute_units = 19,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2023, 1},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m2_max{
    .id = "m2-max", .name = "Apple M2 Max 96GB",
    .memory = datum::gb(96), .bandwidth = datum::gb_per_s(400),
    .peak = peak_rates{{unknown, datum::tf(13.49)}},
    .compute_units = 38,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2023, 1},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m2{
    .id = "m2", .name = "Apple M2 24GB",
    .memory = datum::gb(24), .bandwidth = datum::rough(datum::gb_per_s(100)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(3.6)}}),
    .compute_units = 10,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2022, 6},
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<apple_gpu> m1_ultra{
    .id = "m1-ultra", .name = "Apple M1 Ultra 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(800),
    .peak = peak_rates{{unknown, datum::tf(21)}},
    .compute_units = 64,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2022, 3},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m1_ultra_48core{
    .id = "m1-ultra-48core", .name = "Apple M1 Ultra 48-core 128GB",
    .memory = datum::gb(128), .bandwidth = datum::rough(datum::gb_per_s(800)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(15.8)}}),
    .compute_units = 48,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2022, 3},
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<apple_gpu> m1_pro{
    .id = "m1-pro", .name = "Apple M1 Pro 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(200),
    .peak = peak_rates{{unknown, datum::tf(5.2)}},
    .compute_units = 16,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2021, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m1_max{
    .id = "m1-max", .name = "Apple M1 Max 64GB",
    .memory = datum::gb(64), .bandwidth = datum::gb_per_s(400),
    .peak = peak_rates{{unknown, datum::tf(10.4)}},
    .compute_units = 32,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2021, 10},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m1{
    .id = "m1", .name = "Apple M1 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(68),
    .peak = peak_rates{{unknown, datum::tf(2.6)}},
    .compute_units = 8,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2020, 11},
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<apple_gpu> m1_7core{
    .id = "m1-7core", .name = "Apple M1 7-core 16GB",
    .memory = datum::gb(16), .bandwidth = datum::rough(datum::gb_per_s(68)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(2.3)}}),
    .compute_units = 7,
    .link = {"none", unknown, 1},
    .gpus_per_node = 1,
    .released = {2020, 11},
    .unified_memory = true, .grade = confidence::c};

// ---- Google ------------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> tpu_v7x{
    .id = "tpu-v7x", .name = "TPU v7x 192GB",
    .architecture = {"TPU v7", vendor::google, set_of(arithmetic::fp32, arithmetic::bf16, arithmetic::fp8)},
    .memory = datum::gb(192), .bandwidth = datum::gb_per_s(7370),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(2307), datum::tf(4614)}},
    .link = {"ICI", datum::both_ways(1200), 9216},
    .released = {2025, 11},
    .grade = confidence::a};

inline constexpr gpu_spec<tpu> tpu_v6e{
    .id = "tpu-v6e", .name = "TPU v6e 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(1640),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(918), datum::tf(918), unknown, unknown, datum::tf(1836)}},
    .link = {"ICI", datum::both_ways(448)},
    .released = {2024, 5},
    .grade = confidence::a};

inline constexpr gpu_spec<tpu> tpu_v5p{
    .id = "tpu-v5p", .name = "TPU v5p 95GB",
    .memory = datum::gb(95), .bandwidth = datum::gb_per_s(2765),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(459), unknown, unknown, unknown, datum::tf(918)}},
    .compute_units = 8,
    .link = {"ICI", unknown},
    .released = {2023, 12},
    .grade = confidence::a};

inline constexpr gpu_spec<tpu> tpu_v5e{
    .id = "tpu-v5e", .name = "TPU v5e 16GB",
    .memory = datum::gb(16), .bandwidth = datum::gb_per_s(819),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(197), unknown, unknown, unknown, datum::tf(394)}},
    .compute_units = 4,
    .link = {"ICI", unknown},
    .released = {2023, 8},
    .grade = confidence::a};

inline constexpr gpu_spec<tpu> tpu_v4{
    .id = "tpu-v4", .name = "TPU v4 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(1200),
    .peak = peak_rates{{unknown, unknown, unknown, unknown, datum::tf(275), unknown, unknown, unknown, datum::tf(275)}},
    .power = datum::watt(170),
    .link = {"ICI", unknown},
    .released = {2021, 5},
    .grade = confidence::a};

// ---- AWS ---------------------------------------------------------------------------------------

inline constexpr gpu_spec<neuroncore_v4> trainium3{
    .id = "trainium3", .name = "Trainium3 144GB",
    .memory = datum::gb(144), .memory_usable = datum::documented_mib(147456), .bandwidth = datum::gb_per_s(4900),
    .peak = peak_rates{{unknown, datum::tf(183), datum::tf(671), datum::tf(671), datum::tf(671), datum::tf(2517), unknown, datum::tf(2517)}},
    .compute_units = 8,
    .link = {"NeuronLink-v4", datum::both_ways(2560), 144},
    .released = {2025, 12},
    .grade = confidence::a};

inline constexpr gpu_spec<neuroncore_v3> trainium2{
    .id = "trainium2", .name = "Trainium2 96GB",
    .memory = datum::gb(96), .memory_usable = datum::documented_mib(98304), .bandwidth = datum::gb_per_s(2900),
    .peak = peak_rates{{unknown, datum::tf(181), datum::tf(667), datum::tf(667), datum::tf(667), datum::tf(1299)}},
    .compute_units = 8,
    .link = {"NeuronLink-v3", datum::both_ways(1280), 64},
    .gpus_per_node = 16,
    .released = {2024, 12},
    .grade = confidence::a};

inline constexpr gpu_spec<neuroncore_v2> inferentia2{
    .id = "inferentia2", .name = "Inferentia2 32GB",
    .memory = datum::gb(32), .memory_usable = datum::documented_mib(32768), .bandwidth = datum::gb_per_s(880),
    .peak = peak_rates{{unknown, datum::tf(47.5), datum::tf(190), datum::tf(190), datum::tf(190), datum::tf(190), unknown, unknown, datum::tf(380)}},
    .compute_units = 2,
    .link = {"NeuronLink-v2", unknown, 12},
    .gpus_per_node = 12,
    .released = {2023, 4},
    .grade = confidence::a};

inline constexpr gpu_spec<neuroncore_v2> trainium1{
    .id = "trainium1", .name = "Trainium1 32GB",
    .memory = datum::gb(32), .memory_usable = datum::documented_mib(32768), .bandwidth = datum::gb_per_s(880),
    .peak = peak_rates{{unknown, datum::tf(47.5), datum::tf(190), datum::tf(190), datum::tf(190), datum::tf(190), unknown, unknown, datum::tf(380)}},
    .compute_units = 2,
    .link = {"NeuronLink-v2", unknown, 16},
    .gpus_per_node = 16,
    .released = {2022, 10},
    .grade = confidence::a};

// ---- Huawei ------------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> ascend_950dt{
    .id = "ascend-950dt", .name = "Ascend 950DT 96GB",
    .architecture = {"DaVinci (950)", vendor::huawei, set_of(arithmetic::fp16, arithmetic::bf16, arithmetic::fp8, arithmetic::fp4)},
    .memory = datum::gb(96), .bandwidth = datum::gb_per_s(4000),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(486), datum::tf(486), datum::tf(919), unknown, datum::tf(1783)}},
    .link = {"UB Link", datum::both_ways(1680), 64},
    .released = {2026},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci_a3> ascend_910c{
    .id = "ascend-910c", .name = "Ascend 910C 128GB",
    .memory = datum::gb(128), .bandwidth = datum::gb_per_s(3200),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(752), datum::tf(752)}},
    .power = datum::watt(700),
    .link = {"HCCS", datum::both_ways(784), 384},
    .released = {2024, 10},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci_a3> ascend_910c_die{
    .id = "ascend-910c-die", .name = "Ascend 910C die 64GB",
    .memory = datum::gb(64), .memory_usable = datum::observed_mib(62740.5), .bandwidth = datum::rough(datum::gb_per_s(1600)),
    .peak = datum::rough(peak_rates{{unknown, unknown, unknown, datum::tf(376), datum::tf(376)}}),
    .power = datum::rough(datum::watt(350)),
    .link = {"HCCS", datum::rough(datum::both_ways(784)), 768},
    .gpus_per_node = 16,
    .released = {2024, 10},
    .grade = confidence::c};

inline constexpr gpu_spec<davinci_a2> ascend_910b1{
    .id = "ascend-910b1", .name = "Ascend 910B1 64GB",
    .memory = datum::gb(64), .memory_usable = datum::observed_mib(62433.3), .bandwidth = datum::gb_per_s(1600),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(400), datum::tf(400)}},
    .power = datum::watt(400),
    .link = {"HCCS", datum::both_ways(392), 8},
    .gpus_per_node = 8,
    .released = {2023},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci_a2> ascend_910b2{
    .id = "ascend-910b2", .name = "Ascend 910B2 64GB",
    .memory = datum::gb(64), .memory_usable = datum::observed_mib(62433.3), .bandwidth = datum::gb_per_s(1600),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(376), datum::tf(376)}},
    .power = datum::watt(400),
    .link = {"HCCS", datum::both_ways(392), 8},
    .gpus_per_node = 8,
    .released = {2023},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci_a2> ascend_910b3{
    .id = "ascend-910b3", .name = "Ascend 910B3 64GB",
    .memory = datum::gb(64), .memory_usable = datum::observed_mib(62433.3), .bandwidth = datum::gb_per_s(1600),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(313), datum::tf(313)}},
    .power = datum::watt(400),
    .link = {"HCCS", datum::both_ways(392), 8},
    .gpus_per_node = 8,
    .released = {2023},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci_a2> ascend_910b4{
    .id = "ascend-910b4", .name = "Ascend 910B4 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(800),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(280), datum::tf(280)}},
    .link = {"HCCS", datum::both_ways(392), 8},
    .gpus_per_node = 8,
    .released = {2023},
    .grade = confidence::b};

inline constexpr gpu_spec<davinci> atlas_300i_duo{
    .id = "atlas-300i-duo", .name = "Atlas 300I Duo 96GB",
    .memory = datum::gb(96), .bandwidth = datum::gb_per_s(408),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(140), unknown, unknown, unknown, unknown, datum::tf(280)}},
    .power = datum::watt(150),
    .link = {"none", unknown, 1},
    .host = {4, 16, datum::each_way(31.51)},
    .released = {2022, 5},
    .grade = confidence::a};

inline constexpr gpu_spec<davinci> ascend_910a{
    .id = "ascend-910a", .name = "Ascend 910A 32GB",
    .memory = datum::gb(32), .bandwidth = datum::gb_per_s(1228),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(256), unknown, unknown, unknown, unknown, datum::tf(512)}},
    .power = datum::watt(310),
    .link = {"HCCS", unknown, 8},
    .gpus_per_node = 8,
    .released = {2019, 8},
    .grade = confidence::b};

// ---- Baidu Kunlunxin ---------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> kunlunxin_r200{
    .id = "kunlunxin-r200", .name = "Kunlunxin R200 32GB",
    .architecture = {"XPU-R", vendor::other, set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::int8)},
    .memory = datum::gb(32), .bandwidth = datum::rough(datum::gb_per_s(512)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(32), unknown, datum::tf(128), unknown, unknown, unknown, unknown, datum::tf(256)}}),
    .power = datum::rough(datum::watt(160)),
    .released = {2022},
    .grade = confidence::c};

// ---- Biren -------------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> br100{
    .id = "br100", .name = "BR100 64GB",
    .architecture = {"BiLiren", vendor::other, set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::bf16, arithmetic::int8)},
    .memory = datum::gb(64), .bandwidth = datum::rough(datum::gb_per_s(1640)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(256), datum::tf(512), unknown, datum::tf(1024), unknown, unknown, unknown, datum::tf(2048)}}),
    .power = datum::rough(datum::watt(550)),
    .link = {"BLink", datum::rough(datum::both_ways(412))},
    .gpus_per_node = 8,
    .released = {2022, 8},
    .grade = confidence::c};

// ---- Cambricon ---------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> mlu370_x8{
    .id = "mlu370-x8", .name = "MLU370-X8 48GB",
    .architecture = {"MLUarch03", vendor::other, set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8)},
    .memory = datum::gb(48), .bandwidth = datum::gb_per_s(614.4),
    .peak = peak_rates{{unknown, datum::tf(24), unknown, datum::tf(96), datum::tf(96), unknown, unknown, unknown, datum::tf(256)}},
    .power = datum::watt(250),
    .link = {"MLU-Link", unknown},
    .released = {2022, 3},
    .grade = confidence::b};

inline constexpr gpu_spec<any_architecture> mlu370_s4{
    .id = "mlu370-s4", .name = "MLU370-S4 24GB",
    .architecture = {"MLUarch03", vendor::other, set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8)},
    .memory = datum::gb(24), .bandwidth = datum::rough(datum::gb_per_s(307.2)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(18), unknown, datum::tf(72), datum::tf(72), unknown, unknown, unknown, datum::tf(192)}}),
    .power = datum::rough(datum::watt(75)),
    .link = {"none", unknown, 1},
    .released = {2021, 11},
    .grade = confidence::c};

// ---- Groq --------------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> groq_lpu_v1{
    .id = "groq-lpu-v1", .name = "Groq LPU v1",
    .architecture = {"TSP", vendor::other, set_of(arithmetic::fp16, arithmetic::int8)},
    .memory = datum::gb(0.23), .bandwidth = datum::gb_per_s(80000),
    .peak = peak_rates{{unknown, unknown, unknown, datum::tf(188), unknown, unknown, unknown, unknown, datum::tf(750)}},
    .power = datum::watt(215),
    .released = {2022, 10},
    .grade = confidence::b};

// ---- MetaX -------------------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> metax_c500{
    .id = "metax-c500", .name = "MetaX C500 64GB",
    .architecture = {"MXMACA", vendor::other, set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8)},
    .memory = datum::gb(64), .bandwidth = datum::rough(datum::gb_per_s(1800)),
    .peak = datum::rough(peak_rates{{unknown, datum::tf(15), datum::tf(120), datum::tf(240), datum::tf(240), unknown, unknown, unknown, datum::tf(480)}}),
    .power = datum::rough(datum::watt(350)),
    .link = {"MetaXLink", unknown},
    .released = {2023, 6},
    .grade = confidence::c};

// ---- Moore Threads -----------------------------------------------------------------------------

inline constexpr gpu_spec<any_architecture> mtt_s4000{
    .id = "mtt-s4000", .name = "MTT S4000 48GB",
    .architecture = {"MUSA", vendor::other, set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8)},
    .memory = datum::gb(48), .bandwidth = datum::gb_per_s(768),
    .peak = peak_rates{{unknown, datum::tf(25), datum::tf(49.15), datum::tf(100), datum::tf(100), unknown, unknown, unknown, datum::tf(200)}},
    .power = datum::watt(450),
    .link = {"MTLink", unknown},
    .released = {2023, 12},
    .grade = confidence::b};

// ---- AMD ---------------------------------------------------------------------------------------

inline constexpr gpu_spec<cpu_host> epyc_7763{
    .id = "epyc-7763", .name = "EPYC 7763 (8 ch DDR4-3200)",
    .bandwidth = datum::rough(datum::gb_per_s(204.8)),
    .unified_memory = true, .grade = confidence::c};

inline constexpr gpu_spec<cpu_host> epyc_9654{
    .id = "epyc-9654", .name = "EPYC 9654 (12 ch DDR5-4800)",
    .bandwidth = datum::gb_per_s(460.8),
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<cpu_host> epyc_9755{
    .id = "epyc-9755", .name = "EPYC 9755 (12 ch DDR5-6400)",
    .bandwidth = datum::gb_per_s(614.4),
    .unified_memory = true, .grade = confidence::b};

// ---- Intel -------------------------------------------------------------------------------------

inline constexpr gpu_spec<cpu_host> xeon_8480{
    .id = "xeon-8480", .name = "Xeon 8480+ (8 ch DDR5-4800)",
    .bandwidth = datum::gb_per_s(307.2),
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<cpu_host> xeon_5th_gen{
    .id = "xeon-5th-gen", .name = "Xeon 5th gen (8 ch DDR5-5600)",
    .bandwidth = datum::gb_per_s(358.4),
    .unified_memory = true, .grade = confidence::b};

inline constexpr gpu_spec<cpu_host> xeon_6980p{
    .id = "xeon-6980p", .name = "Xeon 6980P (12 ch MRDIMM-8800)",
    .bandwidth = datum::gb_per_s(844.8),
    .unified_memory = true, .grade = confidence::b};

} // namespace reckon::inline v0::gpus

namespace reckon::inline v0::catalog {

namespace detail {

/// All of them as run-time values, for those who read one.
template <class Gpu> struct made_gpus {
    static constexpr std::array<Gpu, 151> rows{
        v0::gpus::rubin_r200,
        v0::gpus::gb10,
        v0::gpus::b300,
        v0::gpus::gb300,
        v0::gpus::jetson_thor_t5000,
        v0::gpus::rtx_5060_ti_16gb,
        v0::gpus::rtx_pro_6000_workstation,
        v0::gpus::rtx_pro_6000_max_q,
        v0::gpus::rtx_pro_6000_server,
        v0::gpus::rtx_5070_ti,
        v0::gpus::gb200,
        v0::gpus::rtx_5080,
        v0::gpus::rtx_5090,
        v0::gpus::h20_141gb,
        v0::gpus::h200_sxm,
        v0::gpus::h200_nvl,
        v0::gpus::b100,
        v0::gpus::b200,
        v0::gpus::rtx_4070_ti_super,
        v0::gpus::rtx_4070_ti,
        v0::gpus::rtx_4080_super,
        v0::gpus::gh200_144gb,
        v0::gpus::rtx_4090_d,
        v0::gpus::l20,
        v0::gpus::h20_96gb,
        v0::gpus::l40s,
        v0::gpus::gh200_96gb,
        v0::gpus::rtx_4060_ti_16gb,
        v0::gpus::rtx_4070,
        v0::gpus::l4,
        v0::gpus::h100_nvl,
        v0::gpus::h800_sxm_80gb,
        v0::gpus::jetson_agx_orin_64gb,
        v0::gpus::jetson_agx_orin_32gb,
        v0::gpus::jetson_orin_nx_16gb,
        v0::gpus::rtx_6000_ada,
        v0::gpus::rtx_5000_ada,
        v0::gpus::rtx_4000_ada,
        v0::gpus::a800_pcie_80gb,
        v0::gpus::l40,
        v0::gpus::h100_pcie_80gb,
        v0::gpus::rtx_4080,
        v0::gpus::rtx_4090,
        v0::gpus::h100_sxm_80gb,
        v0::gpus::a800_sxm_80gb,
        v0::gpus::rtx_3090_ti,
        v0::gpus::a2,
        v0::gpus::a10g,
        v0::gpus::a100_pcie_80gb,
        v0::gpus::a30,
        v0::gpus::a16,
        v0::gpus::a10,
        v0::gpus::rtx_a5000,
        v0::gpus::rtx_a4000,
        v0::gpus::rtx_a400,
        v0::gpus::rtx_3060_12gb,
        v0::gpus::a100_sxm_80gb,
        v0::gpus::a40,
        v0::gpus::rtx_a6000,
        v0::gpus::rtx_3070,
        v0::gpus::rtx_3080_10gb,
        v0::gpus::rtx_3080_ti,
        v0::gpus::rtx_3090,
        v0::gpus::a100_pcie_40gb,
        v0::gpus::a100_sxm_40gb,
        v0::gpus::t4,
        v0::gpus::rtx_2080_ti,
        v0::gpus::v100_sxm2_32gb,
        v0::gpus::v100_pcie_32gb,
        v0::gpus::v100_sxm2_16gb,
        v0::gpus::v100_pcie_16gb,
        v0::gpus::p40,
        v0::gpus::p100_pcie,
        v0::gpus::p100_sxm2,
        v0::gpus::mi455x,
        v0::gpus::radeon_ai_pro_r9700,
        v0::gpus::mi350x,
        v0::gpus::mi355x,
        v0::gpus::rx_9070_xt,
        v0::gpus::strix_halo_128gb,
        v0::gpus::mi325x,
        v0::gpus::mi300a,
        v0::gpus::mi300x,
        v0::gpus::radeon_pro_w7900,
        v0::gpus::rx_7900_xtx,
        v0::gpus::mi210,
        v0::gpus::mi250,
        v0::gpus::mi250_gcd,
        v0::gpus::mi250x,
        v0::gpus::mi250x_gcd,
        v0::gpus::mi100,
        v0::gpus::mi50_16gb,
        v0::gpus::arc_pro_b70,
        v0::gpus::arc_pro_b60,
        v0::gpus::arc_pro_b50,
        v0::gpus::arc_b580,
        v0::gpus::gaudi_3,
        v0::gpus::max_1550,
        v0::gpus::max_1550_tile,
        v0::gpus::arc_a770_16gb,
        v0::gpus::gaudi_2,
        v0::gpus::m5_ultra,
        v0::gpus::m5_max,
        v0::gpus::m5,
        v0::gpus::m3_ultra,
        v0::gpus::m4_pro,
        v0::gpus::m4_max,
        v0::gpus::m4,
        v0::gpus::m3_pro,
        v0::gpus::m3_max,
        v0::gpus::m2_ultra,
        v0::gpus::m2_pro,
        v0::gpus::m2_max,
        v0::gpus::m2,
        v0::gpus::m1_ultra,
        v0::gpus::m1_ultra_48core,
        v0::gpus::m1_pro,
        v0::gpus::m1_max,
        v0::gpus::m1,
        v0::gpus::m1_7core,
        v0::gpus::tpu_v7x,
        v0::gpus::tpu_v6e,
        v0::gpus::tpu_v5p,
        v0::gpus::tpu_v5e,
        v0::gpus::tpu_v4,
        v0::gpus::trainium3,
        v0::gpus::trainium2,
        v0::gpus::inferentia2,
        v0::gpus::trainium1,
        v0::gpus::ascend_950dt,
        v0::gpus::ascend_910c,
        v0::gpus::ascend_910c_die,
        v0::gpus::ascend_910b1,
        v0::gpus::ascend_910b2,
        v0::gpus::ascend_910b3,
        v0::gpus::ascend_910b4,
        v0::gpus::atlas_300i_duo,
        v0::gpus::ascend_910a,
        v0::gpus::kunlunxin_r200,
        v0::gpus::br100,
        v0::gpus::mlu370_x8,
        v0::gpus::mlu370_s4,
        v0::gpus::groq_lpu_v1,
        v0::gpus::metax_c500,
        v0::gpus::mtt_s4000,
        v0::gpus::epyc_7763,
        v0::gpus::epyc_9654,
        v0::gpus::epyc_9755,
        v0::gpus::xeon_8480,
        v0::gpus::xeon_5th_gen,
        v0::gpus::xeon_6980p,
    };
};

} // namespace detail

/// Every accelerator, by maker and newest first; processors, for offloading, last.
inline constexpr table<any_gpu, 151, detail::made_gpus> gpus{};

} // namespace reckon::inline v0::catalog
