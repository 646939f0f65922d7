// SPDX-License-Identifier: MIT
// The generations of accelerators, as types: `gpu_spec<hopper>` is an H100 or an H200.
#pragma once
#include <reckon/gpu/architecture.hpp>

namespace reckon::inline v0 {

/// no matrix units
struct pascal {
    static constexpr std::string_view name = "Pascal";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native = set_of(arithmetic::fp32);
    friend constexpr bool operator==(pascal const&, pascal const&) noexcept = default;
};

/// compute capability 7.0: no bf16, no int8 path
struct volta {
    static constexpr std::string_view name = "Volta";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native = set_of(arithmetic::fp32, arithmetic::fp16);
    friend constexpr bool operator==(volta const&, volta const&) noexcept = default;
};

/// 7.5: no bf16; FP8 checkpoints run weight-only
struct turing {
    static constexpr std::string_view name = "Turing";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(turing const&, turing const&) noexcept = default;
};

/// 8.0 to 8.7: FP8 and FP4 are weight-only
struct ampere {
    static constexpr std::string_view name = "Ampere";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16,
               arithmetic::bf16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(ampere const&, ampere const&) noexcept = default;
};

/// 8.9
struct ada {
    static constexpr std::string_view name = "Ada";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::fp8, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(ada const&, ada const&) noexcept = default;
};

/// 9.0: no int4
struct hopper {
    static constexpr std::string_view name = "Hopper";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16,
               arithmetic::bf16, arithmetic::fp8, arithmetic::int8);
    friend constexpr bool operator==(hopper const&, hopper const&) noexcept = default;
};

/// 10.0 and 12.x: no int4
struct blackwell {
    static constexpr std::string_view name = "Blackwell";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16,
        arithmetic::fp8, arithmetic::fp6, arithmetic::fp4, arithmetic::int8);
    friend constexpr bool operator==(blackwell const&, blackwell const&) noexcept = default;
};

/// 10.3: int8 at a fraction of the rate
struct blackwell_ultra {
    static constexpr std::string_view name = "Blackwell Ultra";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16,
        arithmetic::fp8, arithmetic::fp6, arithmetic::fp4, arithmetic::int8);
    friend constexpr bool operator==(blackwell_ultra const&,
                                     blackwell_ultra const&) noexcept = default;
};

/// 10.7
struct rubin {
    static constexpr std::string_view name = "Rubin";
    static constexpr vendor maker = vendor::nvidia;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16,
               arithmetic::bf16, arithmetic::fp8, arithmetic::fp6, arithmetic::fp4);
    friend constexpr bool operator==(rubin const&, rubin const&) noexcept = default;
};

/// gfx908: bf16 at half the fp16 rate
struct cdna1 {
    static constexpr std::string_view name = "CDNA1";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp64, arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(cdna1 const&, cdna1 const&) noexcept = default;
};

/// gfx90a: no FP8
struct cdna2 {
    static constexpr std::string_view name = "CDNA2";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(cdna2 const&, cdna2 const&) noexcept = default;
};

/// gfx942: FNUZ FP8, no FP6 or FP4
struct cdna3 {
    static constexpr std::string_view name = "CDNA3";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16,
               arithmetic::bf16, arithmetic::fp8, arithmetic::int8);
    friend constexpr bool operator==(cdna3 const&, cdna3 const&) noexcept = default;
};

/// gfx950
struct cdna4 {
    static constexpr std::string_view name = "CDNA4";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::fp8, arithmetic::fp6, arithmetic::fp4, arithmetic::int8);
    friend constexpr bool operator==(cdna4 const&, cdna4 const&) noexcept = default;
};

/// announced
struct cdna5 {
    static constexpr std::string_view name = "CDNA5";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::fp8, arithmetic::fp6, arithmetic::fp4, arithmetic::int8);
    friend constexpr bool operator==(cdna5 const&, cdna5 const&) noexcept = default;
};

/// no matrix units
struct vega20 {
    static constexpr std::string_view name = "GCN5.1 Vega20";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::fp16, arithmetic::int8);
    friend constexpr bool operator==(vega20 const&, vega20 const&) noexcept = default;
};

/// gfx11xx: no FP8
struct rdna3 {
    static constexpr std::string_view name = "RDNA3";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(rdna3 const&, rdna3 const&) noexcept = default;
};

/// gfx115x
struct rdna35 {
    static constexpr std::string_view name = "RDNA3.5";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(rdna35 const&, rdna35 const&) noexcept = default;
};

/// gfx12xx
struct rdna4 {
    static constexpr std::string_view name = "RDNA4";
    static constexpr vendor maker = vendor::amd;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::fp8,
               arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(rdna4 const&, rdna4 const&) noexcept = default;
};

/// Data Center GPU Max
struct xe_hpc {
    static constexpr std::string_view name = "Xe-HPC";
    static constexpr vendor maker = vendor::intel;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::tf32, arithmetic::fp16,
               arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(xe_hpc const&, xe_hpc const&) noexcept = default;
};

/// Arc A
struct xe_hpg {
    static constexpr std::string_view name = "Xe-HPG";
    static constexpr vendor maker = vendor::intel;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(xe_hpg const&, xe_hpg const&) noexcept = default;
};

/// Arc B: no FP8
struct xe2 {
    static constexpr std::string_view name = "Xe2";
    static constexpr vendor maker = vendor::intel;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8, arithmetic::int4);
    friend constexpr bool operator==(xe2 const&, xe2 const&) noexcept = default;
};

/// Gaudi 2: FP8, no integers.
struct gaudi2 {
    static constexpr std::string_view name = "Gaudi2";
    static constexpr vendor maker = vendor::intel;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16, arithmetic::fp8);
    friend constexpr bool operator==(gaudi2 const&, gaudi2 const&) noexcept = default;
};

/// FP8 at the bf16 rate
struct gaudi3 {
    static constexpr std::string_view name = "Gaudi3";
    static constexpr vendor maker = vendor::intel;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16, arithmetic::fp8);
    friend constexpr bool operator==(gaudi3 const&, gaudi3 const&) noexcept = default;
};

/// bf16 is emulated before M2; no 8 bit products
struct apple_gpu {
    static constexpr std::string_view name = "Apple GPU";
    static constexpr vendor maker = vendor::apple;
    static constexpr arithmetic_set native = set_of(arithmetic::fp32, arithmetic::fp16);
    friend constexpr bool operator==(apple_gpu const&, apple_gpu const&) noexcept = default;
};

/// FP8 natively from v7
struct tpu {
    static constexpr std::string_view name = "TPU";
    static constexpr vendor maker = vendor::google;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(tpu const&, tpu const&) noexcept = default;
};

/// FP8 E4M3 with maximum 240
struct neuroncore_v2 {
    static constexpr std::string_view name = "NeuronCore-v2";
    static constexpr vendor maker = vendor::aws;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::fp8, arithmetic::int8);
    friend constexpr bool operator==(neuroncore_v2 const&, neuroncore_v2 const&) noexcept = default;
};

/// Trainium2
struct neuroncore_v3 {
    static constexpr std::string_view name = "NeuronCore-v3";
    static constexpr vendor maker = vendor::aws;
    static constexpr arithmetic_set native = set_of(
        arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16, arithmetic::fp8);
    friend constexpr bool operator==(neuroncore_v3 const&, neuroncore_v3 const&) noexcept = default;
};

/// Trainium3: FP4 (MXFP4)
struct neuroncore_v4 {
    static constexpr std::string_view name = "NeuronCore-v4";
    static constexpr vendor maker = vendor::aws;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::tf32, arithmetic::fp16, arithmetic::bf16,
               arithmetic::fp8, arithmetic::fp4);
    friend constexpr bool operator==(neuroncore_v4 const&, neuroncore_v4 const&) noexcept = default;
};

/// 310P, 910A: no bf16
struct davinci {
    static constexpr std::string_view name = "DaVinci";
    static constexpr vendor maker = vendor::huawei;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::int8);
    friend constexpr bool operator==(davinci const&, davinci const&) noexcept = default;
};

/// 910B
struct davinci_a2 {
    static constexpr std::string_view name = "DaVinci (A2)";
    static constexpr vendor maker = vendor::huawei;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(davinci_a2 const&, davinci_a2 const&) noexcept = default;
};

/// 910C
struct davinci_a3 {
    static constexpr std::string_view name = "DaVinci (A3)";
    static constexpr vendor maker = vendor::huawei;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp32, arithmetic::fp16, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(davinci_a3 const&, davinci_a3 const&) noexcept = default;
};

/// AVX-512, AMX or SVE cores
struct cpu_host {
    static constexpr std::string_view name = "CPU host";
    static constexpr vendor maker = vendor::other;
    static constexpr arithmetic_set native =
        set_of(arithmetic::fp64, arithmetic::fp32, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(cpu_host const&, cpu_host const&) noexcept = default;
};

} // namespace reckon::inline v0
