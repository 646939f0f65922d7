// SPDX-License-Identifier: MIT
// Where the prices of catalog::instances come from.
//
// Written by tools/generate_catalog.py from data/cloud_instances.csv; change that and run it again.
#pragma once
#include <array>
#include <string_view>

namespace reckon::inline v0::catalog {

struct instance_source {
    std::string_view source{};
    std::string_view notes{};
};

/// Row i tells of catalog::instances[i].
inline constexpr std::array<instance_source, 168> instance_sources{{
    // AWS g4dn.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g4dn.metal
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g5g.metal
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g6e.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.12xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS g7e.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS gr6.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS gr6.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS inf2.xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS inf2.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS inf2.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS inf2.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "spot us-east-2 2026-10-03 public file"},
    // AWS p3.8xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "V100 16GB; vCPU/RAM not in the instance list read"},
    // AWS p3.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "V100 16GB; vCPU/RAM not in the instance list read"},
    // AWS p3.16xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "V100 16GB; vCPU/RAM not in the instance list read"},
    // AWS p3dn.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS p4d.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS p4de.24xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS p5.4xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS p5.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "spot from public file (2026-06)"},
    // AWS p5e.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "no on-demand list price (Capacity Blocks)"},
    // AWS p5en.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS p6-b200.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "spot from public file (2026-09-23); another tracker 3.24/GPU"},
    // AWS p6-b300.48xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     ""},
    // AWS trn1.2xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "spot us-east-2c 2026-10-03 public file"},
    // AWS trn1.32xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "spot us-east-2c 2026-10-03 public file"},
    // AWS trn1n.32xlarge
    {"github:aws/karpenter-provider-aws@1d92708 zz_generated.pricing_aws.go (generated 2026-07-20) + instance-types.md + bandwidth.go",
     "same chips as trn1.32xlarge, 1600 Gbps"},
    // AWS trn2.48xlarge
    {"public file (AWS API read 2026-10-03)",
     "No on-demand list price; 24 h Capacity Block 858.26 USD = 35.76/h in ap-south-2; 30-day spot mean 12.97"},
    // AWS trn2.3xlarge
    {"public file (AWS API read 2026-10-03)",
     "spot only; 30-day mean 1.53"},
    // AWS trn2u.48xlarge
    {"public file (AWS API read 2026-10-03)",
     "UltraServer node; no price published"},
    // AWS p5.48xlarge (Capacity Block)
    {"public file (vendor pages 2026-08-11)",
     "Capacity Block rate 5.19/GPU-h, not on-demand"},
    // AWS p6e-gb200.36xlarge
    {"github:aws/karpenter-provider-aws@1d92708 bandwidth.go",
     "Listed for network only; price not published; GPU count = 4 per node (GB200 tray)"},
    // Azure Standard_NC6s_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC12s_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC24s_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC24rs_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND40rs_v2
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC4as_T4_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC8as_T4_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC16as_T4_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC64as_T4_v3
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC24ads_A100_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC48ads_A100_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC96ads_A100_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96asr_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96amsr_A100_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC32ads_A10_v4
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NV36ads_A10_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NV36adms_A10_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NV72ads_A10_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC40ads_H100_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NC80adis_H100_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_NCC40ads_H100_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96isr_H100_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96is_H100_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96isr_H200_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96isr_MI300X_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND96is_MI300X_v5
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file)"},
    // Azure Standard_ND128isr_NDR_GB200_v6
    {"github:Azure/karpenter-provider-azure@352646f zz_generated.pricing.go (generated 2026-06-18)",
     "vCPU from the size name; GPU count per Azure size documentation (not in the price file); matches 108.16 read 2026-09-23 (public file)"},
    // GCP TPU v6e (per chip)
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "snapshot of a manual table"},
    // GCP TPU v6e (per chip) Netherlands
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "snapshot of a manual table"},
    // GCP TPU v5p (per chip)
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "snapshot of a manual table"},
    // GCP TPU v5e (per chip)
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "snapshot of a manual table"},
    // GCP TPU v5e (per chip) Singapore
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "snapshot of a manual table"},
    // GCP TPU v4 pod (per chip)
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json",
     "file lists spot 3.686 > on-demand: ignored; snapshot of a manual table"},
    // GCP v5litepod-4
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json x chips; shape from gpuhunt providers/gcp.py",
     "price = per-chip x chips"},
    // GCP v6e-8
    {"github:dstackai/gpuhunt@3584151 resources/tpu_pricing.json x chips; shape from gpuhunt providers/gcp.py",
     "price = per-chip x chips"},
    // GCP a4-highgpu-8g (DWS Flex-start)
    {"public file (vendor pages read 2026-09-23)",
     "No standard on-demand price; Calendar mode 90.22/h"},
    // GCP a3-highgpu-8g (DWS)
    {"public file (vendor pages 2026-08-11)",
     "DWS price, not on-demand; other stored sources quote 88-98/h on-demand (conflict)"},
    // RunPod Community 1x B200
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // RunPod Secure 1x B200
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Hyperbolic 1x B200
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Hyperstack 1x B200
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Modal B200 serverless (GPU only)
    {"public file (vendor pages read 2026-09-23)",
     "7.39 with 8 cores + 96 GiB"},
    // Verda 1x B200 180GB
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Lambda 8x B200
    {"public file (vendor pages read 2026-09-23)",
     "6.69/GPU"},
    // Lambda 1x B200
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Vast.ai 1x B200 (median)
    {"public file (vendor pages read 2026-09-23)",
     "marketplace"},
    // Nebius HGX B200 (per GPU)
    {"public file (vendor pages read 2026-09-23)",
     "20 vCPU + 224 GB per GPU"},
    // CoreWeave HGX B200 8x
    {"public file (vendor pages read 2026-09-23)",
     "128 vCPU 2048 GB per pricing-page row (public file)"},
    // Together AI B200 dedicated
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // Baseten B200 dedicated
    {"public file (vendor pages read 2026-09-23)",
     ""},
    // CoreWeave HGX H100 8x
    {"public file (2026-06 survey)",
     "confirmed 2026-08-11 public file"},
    // CoreWeave HGX H200 8x
    {"public file (2026-06 survey)",
     ""},
    // CoreWeave A100 8x
    {"public file (2026-06 survey)",
     ""},
    // Lambda 8x H100 SXM
    {"public file (2026-06 survey)",
     "3.99/GPU, confirmed 2026-08-11"},
    // Lambda 1x H100 SXM
    {"public file (2026-06 survey)",
     "range 3.99-4.29"},
    // Lambda 1x H100 PCIe
    {"public file (2026-06 survey)",
     ""},
    // Lambda A100 80GB (per GPU)
    {"public file (2026-06 survey)",
     ""},
    // Lambda 1x GH200
    {"public file (2026-06 survey)",
     ""},
    // RunPod Secure H100 SXM
    {"public file (2026-06 survey)",
     ""},
    // RunPod Secure H100 PCIe
    {"public file (2026-06 survey)",
     "Community 1.99"},
    // RunPod H200
    {"public file (2026-06 survey)",
     ""},
    // RunPod A100 80GB SXM
    {"public file (2026-06 survey)",
     "1.39-1.49"},
    // RunPod RTX 4090 Community
    {"public file (2026-06 survey)",
     ""},
    // RunPod RTX 5090 Community
    {"public file (2026-06 survey)",
     ""},
    // Vast.ai H100 (low)
    {"public file (2026-06 survey)",
     "range 1.47-2.27"},
    // Vast.ai A100 80GB (low)
    {"public file (2026-06 survey)",
     "range 0.78-1.50"},
    // Vast.ai RTX 4090 (low)
    {"public file (2026-06 survey)",
     "range 0.18-0.58"},
    // Vast.ai RTX 5090 (low)
    {"public file (2026-06 survey)",
     "range 0.51-0.89"},
    // Crusoe H100 (per GPU)
    {"public file (2026-06 survey)",
     ""},
    // Crusoe H200 (per GPU)
    {"public file (2026-06 survey)",
     ""},
    // Crusoe A100 SXM (per GPU)
    {"public file (2026-06 survey)",
     ""},
    // Together AI H100 cluster (per GPU)
    {"public file (2026-06 survey)",
     "reserved 3.99-4.99"},
    // Together AI H200 cluster (per GPU)
    {"public file (2026-06 survey)",
     "reserved 4.55-5.95"},
    // Modal H100
    {"public file (2026-06 survey)",
     ""},
    // Modal H200
    {"public file (2026-06 survey)",
     ""},
    // Modal A100 80GB
    {"public file (2026-06 survey)",
     ""},
    // TensorDock H100 SXM5
    {"public file (2026-06 survey)",
     "reserved 1.50-2.00"},
    // Thunder Compute H100
    {"public file (2026-06 survey)",
     ""},
    // Thunder Compute A100 80GB
    {"public file (2026-06 survey)",
     ""},
    // Spheron H100 SXM
    {"public file (2026-06 survey)",
     ""},
    // Spheron H200
    {"public file (2026-06 survey)",
     ""},
    // Hyperbolic H200
    {"public file (2026-06 survey)",
     ""},
    // OCI BM.GPU.H100.8
    {"public file (2026-06 survey)",
     "10.00/GPU; confirmed 2026-08-11 public file"},
    // OCI BM.GPU.MI300X.8
    {"public file (2026-06 survey)",
     "6/GPU"},
    // OCI BM.GPU.H200.8
    {"public file",
     "10.00/GPU list; hardware 112 cores, 3 TB, 3200 Gb/s RDMA (public file)"},
    // OCI BM.GPU.B200.8
    {"public file",
     "14.00/GPU third-party listing"},
    // Lambda gpu_8x_v100
    {"github:skypilot-org/skypilot-catalog catalogs/v8/lambda/vms.csv@0f40703",
     ""},
    // Lambda gpu_8x_v100_n
    {"github:skypilot-org/skypilot-catalog catalogs/v8/lambda/vms.csv@0f40703",
     ""},
    // Lambda gpu_4x_a6000
    {"github:skypilot-org/skypilot-catalog catalogs/v8/lambda/vms.csv@0f40703",
     ""},
    // Lambda gpu_2x_a6000
    {"github:skypilot-org/skypilot-catalog catalogs/v8/lambda/vms.csv@0f40703",
     ""},
    // Lambda gpu_1x_a6000
    {"github:skypilot-org/skypilot-catalog catalogs/v8/lambda/vms.csv@0f40703",
     ""},
    // RunPod 1x_A100-80GB_SECURE
    {"github:skypilot-org/skypilot-catalog catalogs/v8/runpod/vms.csv@01acdfd",
     ""},
    // RunPod 2x_A100-80GB_SECURE
    {"github:skypilot-org/skypilot-catalog catalogs/v8/runpod/vms.csv@01acdfd",
     ""},
}};

} // namespace reckon::inline v0::catalog
