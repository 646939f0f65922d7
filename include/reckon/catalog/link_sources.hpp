// SPDX-License-Identifier: MIT
// Where the figures of catalog::links come from.
//
// Written by tools/generate_catalog.py from data/interconnects.csv; change that and run it again.
#pragma once
#include <array>
#include <string_view>

namespace reckon::inline v0::catalog {

struct link_source {
    std::string_view achieved_conditions{};
    std::string_view latency_conditions{};
    std::string_view source{};
    std::string_view notes{};
};

/// Row i tells of catalog::links[i].
inline constexpr std::array<link_source, 52> link_sources{{
    // PCIe 3.0 x16
    {"",
     "",
     "arithmetic: 8 GT/s x 16 x 128/130 / 8",
     "Spec arithmetic; not re-read"},
    // PCIe 4.0 x16
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "aiconfigurator uses 32"},
    // PCIe 5.0 x16
    {"nvbandwidth H2D 55.43 / D2H 55.06 GB/s on 8x H200 (88%/87%)",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "aiconfigurator uses 64"},
    // PCIe 5.0 x8
    {"aiconfigurator b60 intra_node_bw (line rate and TLP header limited)",
     "GPU-initiated PCIe peer access on B60",
     "github:ai-dynamo/aiconfigurator@095f58a systems/*.yaml",
     ""},
    // PCIe 6.0 x16
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "aiconfigurator uses 128 for B200/B300; hardware from Aug 2025 (ConnectX-8); no accelerator attached at Gen6 per stas00 as of 2026-07"},
    // PCIe 7.0 x16
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "spec released, no products"},
    // NVLink 1 (P100)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // NVLink 2 (V100)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // NVLink 3 (A100)
    {"nccl all_reduce busbw, 8x A100 (80% of 300)",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "A100/A800 PCIe bridge and RTX 3090/A40/A6000 are far lower"},
    // NVLink 3 bridge (GA102: 3090, A40, A5000, A6000)
    {"",
     "",
     "public file",
     "2-way only"},
    // NVLink 4 (H100/H200/GH200)
    {"nvbandwidth pairwise copy 8x H200: 396.40 uni (88%), 783.73 duplex (87%)",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "nvidia-smi sums to 478 because of encoding (x0.9412)"},
    // NVLink 4 bridge (H100 PCIe/NVL)
    {"",
     "",
     "Epoch CSV (H100 PCIe 600)",
     "2-way bridge"},
    // NVLink 4 bridge (H200 NVL)
    {"",
     "",
     "github:activescott/gpu-agent@be14fc8 nvidia-h200-nvl.yaml",
     ""},
    // NVLink 5 (B200/B300/GB200/GB300)
    {"PyTorch all_reduce busbw 8x B200 (P6-B200, NCCL 2.27.7): 740.6 at 4 GiB, 845.7 at 16 GiB, 36 at 1 MiB",
     "32 KiB all_reduce, 8x B200, derived from 1.20 GB/s busbw (includes launch)",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "busbw can exceed link rate with NVLS/SHARP"},
    // NVLink 6 (Rubin)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "announced; 260 TB/s per NVL72 rack"},
    // NVSwitch gen3 (DGX H100)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "450 GB/s reduction bandwidth; NVLS raises all_reduce ~30%"},
    // NVL72 NVLink domain (GB200/GB300)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "NVSwitch gen4"},
    // NVLink-C2C (Grace-Hopper / Grace-Blackwell)
    {"nvbandwidth on GB300 DGX Station: H2D 359, D2H 377 (82%); bidirectional only 175+172 (LPDDR5X bound)",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // NVLink-C2C gen2 (Vera-Rubin)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "announced"},
    // xGMI / Infinity Fabric MI250X
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "50 GB/s per direction to one peer; Epoch 800"},
    // xGMI / Infinity Fabric MI300X, MI325X
    {"all_reduce busbw 4 GiB, 8x MI300X",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "Only 64 GB/s per direction between two GPUs: 2-GPU all_reduce 47.7 GB/s"},
    // xGMI / Infinity Fabric MI350X, MI355X
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "76.5 per direction per peer"},
    // MI455X scale-up (UALoE)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "announced; per-peer rate unknown"},
    // Gaudi 2 integrated RoCE
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "300/600 with all 24 ports"},
    // Gaudi 3 integrated RoCE
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "600/1200 with all 24 ports"},
    // AWS NeuronLink-v3 (Trn2)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md ; AWS Neuron docs",
     "128 GB/s per intra-node neighbour"},
    // AWS NeuronLink-v4 (Trn3)
    {"",
     "",
     "AWS Neuron docs v2.29.1",
     "direction not stated: 2.56 TB/s treated as bidirectional"},
    // Google ICI v7x
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "200 bidirectional per axis"},
    // Google ICI v6e
    {"",
     "",
     "Epoch CSV",
     ""},
    // Huawei HCCS (910B A2)
    {"all_gather, 4x 910B (38 on 2)",
     "",
     "public file; limulidae (code corpus)",
     "direction of 392 unclear"},
    // Huawei UB / HCCS (910C A3)
    {"",
     "vendor single-hop 200 ns",
     "public file",
     ""},
    // Huawei UB Link (950DT)
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "announced"},
    // InfiniBand EDR 4x
    {"",
     "IBTA-style published figure",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "latency column of stas00 table"},
    // InfiniBand HDR100
    {"",
     "measured ib_write_lat 2 B one-way, 1 switch hop (1.1-1.44 over 9 leaves); 1.70 with 3 hops; +0.24 per extra hop",
     "public file",
     "verbs level; add NCCL 2-5x for collectives"},
    // InfiniBand HDR 4x
    {"",
     "published figure",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // InfiniBand NDR 4x
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "acceptance ceilings used in one validation suite: 1.2 us intra-leaf, 1.8 us cross-spine (public file)"},
    // InfiniBand XDR 4x
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // RoCEv2 100GbE
    {"",
     "",
     "line-rate arithmetic",
     ""},
    // RoCEv2 200GbE
    {"",
     "",
     "line-rate arithmetic",
     ""},
    // RoCEv2 400GbE
    {"",
     "",
     "line-rate arithmetic",
     ""},
    // RoCEv2 800GbE
    {"",
     "",
     "line-rate arithmetic",
     ""},
    // AWS EFA v3 (p5en)
    {"ib_write_bw SRD between two p5en nodes: 193.72 Gb/s (96.9%)",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // AWS EFA v4 (p6-b200)
    {"all_reduce 4 nodes x 8 B200: per-accelerator wire rate at 4 GiB (73%); 6.2 at 16 MiB",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "4-node busbw 377 vs 741 single node"},
    // ConnectX-7
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // ConnectX-8 SuperNIC
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "DGX B300: 8 per node"},
    // ConnectX-9 SuperNIC
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "announced"},
    // Pensando Pollara 400
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // GPU peer-to-peer (model default)
    {"",
     "aiconfigurator p2p_latency used for NVLink and PCIe nodes (\"nonofficial correction\")",
     "github:ai-dynamo/aiconfigurator@095f58a systems/*.yaml",
     "inter-rack IB 5 us; memory op constant latency 3 us; HBM efficiency factor 0.8 (B60 0.5)"},
    // UALink 200G 1.0
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "Specification April 2025; no products as of 2026-08"},
    // CXL 2.0/3.x over PCIe 5.0 x16
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     "bandwidth equals the PCIe row; latency not collected. Vera CPU lists PCIe 6 + CXL 3.1 (public file)"},
    // HPE Slingshot 11
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
    // Omni-Path CN5000
    {"",
     "",
     "github:stas00/ml-engineering@744d01e network/README.md",
     ""},
}};

} // namespace reckon::inline v0::catalog
