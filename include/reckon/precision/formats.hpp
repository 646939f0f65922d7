// SPDX-License-Identifier: MIT
// The formats that models are published and served in.
#pragma once
#include <reckon/precision/precision.hpp>

namespace reckon::inline v0 {

inline constexpr unscaled<e11m52> fp64{"fp64"};
inline constexpr unscaled<e8m23> fp32{"fp32"};
inline constexpr unscaled<e8m7> bf16{"bf16"};
inline constexpr unscaled<e5m10> fp16{"fp16"};

/// tf32 is a way to multiply 32 bit values, not a way to store them.
struct tensor_float {
    precision_name name{"tf32"};
    static constexpr block_shape block{};
    static constexpr count payload_bits = e8m23::bits;
    static constexpr count payload_elements = 1;
    static constexpr count block_bits = 0;
    static constexpr count group_blocks = 0;
    static constexpr count group_bits = 0;
    static constexpr count tensor_bits = 0;
    static constexpr arithmetic operands = arithmetic::tf32;
};
inline constexpr tensor_float tf32{};

// ---- 8 bit ------------------------------------------------------------------------------------
/// Bare fp8 values, as in a cache whose scale is a constant of the layer.
inline constexpr unscaled<e4m3> fp8{"fp8"};
inline constexpr unscaled<e5m2> fp8_e5m2{"fp8-e5m2"};
inline constexpr block_scaled<e4m3, per_tensor, e8m23> fp8_per_tensor{"fp8-tensor"};
inline constexpr block_scaled<e4m3, per_channel, e8m23> fp8_per_channel{"fp8-channel"};
/// DeepSeek-V3's format: fp32 scales on 128 x 128 tiles (README_WEIGHTS of DeepSeek-V3).
inline constexpr block_scaled<e4m3, block_shape{128, 128}, e8m23> fp8_block128{"fp8-block128"};
/// DeepSeek-V4's: the same tiles under power-of-two scales of one byte.
inline constexpr block_scaled<e4m3, block_shape{128, 128}, e8m0> fp8_block128_e8m0{
    "fp8-block128-e8m0"};
/// DeepSeek-V4.1's: the same scales on 32 x 32 tiles.
inline constexpr block_scaled<e4m3, block_shape{32, 32}, e8m0> fp8_block32_e8m0{"fp8-block32-e8m0"};
inline constexpr block_scaled<integer<8>, per_channel, e8m23> int8{"int8"};
/// OCP MX v1.0: 32 elements share a power-of-two scale.
inline constexpr block_scaled<e4m3, 32, e8m0> mxfp8{"mxfp8"};

// ---- 6 and 4 bit --------------------------------------------------------------------------------
inline constexpr block_scaled<e3m2, 32, e8m0> mxfp6{"mxfp6"};
inline constexpr block_scaled<e2m1, 32, e8m0> mxfp4{"mxfp4"};
/// Two levels: an e4m3 scale on 16 elements, an fp32 scale on the tensor.
inline constexpr block_scaled<e2m1, 16, e4m3, absent, absent, 0, e8m23> nvfp4{"nvfp4"};

// Weight-only integers: multiplied in 16 bit after unpacking.
/// 4 bit integers with an fp16 scale and a zero point for each `Group` of the input features.
template <int Group>
using grouped_int4 = block_scaled<integer<4>, Group, e5m10, integer<4>>;
/// AWQ and GPTQ: an fp16 scale and a 4 bit zero point on each group of the input features.
inline constexpr grouped_int4<128> int4_g128{"int4-g128", arithmetic::fp16};
inline constexpr grouped_int4<64> int4_g64{"int4-g64", arithmetic::fp16};
inline constexpr grouped_int4<32> int4_g32{"int4-g32", arithmetic::fp16};
/// Symmetric, bf16 scale on 32 elements, no zero point (Kimi-K2-Thinking's experts).
inline constexpr block_scaled<integer<4>, 32, e8m7> int4_g32_symmetric{"int4-g32-sym",
                                                                       arithmetic::bf16};
/// bitsandbytes NF4: 64 elements share an fp32 absmax ...
inline constexpr block_scaled<integer<4>, 64, e8m23> nf4{"nf4", arithmetic::bf16};
/// ... which double quantisation stores in 8 bits, 256 of them under one fp32 (QLoRA, 2305.14314).
inline constexpr block_scaled<integer<4>, 64, integer<8>, absent, e8m23, 256> nf4_double{
    "nf4-double", arithmetic::bf16};

// ---- layouts of caches, entry by entry ------------------------------------------------------------
/// FlashMLA's fp8 latent: 512 fp8 values under four fp32 scales, 64 bf16 rotary values; 656 bytes.
inline constexpr packed_block<576, field<512, 8>, field<4, 32>, field<64, 16>> fp8_latent{
    "fp8-latent"};
/// DeepSeek-V4's: 448 fp8 values, 64 bf16 rotary values, 8 bytes of scales; 584 bytes.
inline constexpr packed_block<512, field<448, 8>, field<64, 16>, field<8, 8>> fp8_latent_v4{
    "fp8-latent-v4"};
/// Keys of a sparse-attention indexer: 128 fp8 values under one fp32 scale; 132 bytes.
inline constexpr packed_block<128, field<128, 8>, field<1, 32>> fp8_index_keys{"fp8-index"};
/// The same in MXFP4: 68 bytes.
inline constexpr packed_block<128, field<128, 4>, field<4, 8>> mxfp4_index_keys{"mxfp4-index"};

} // namespace reckon::inline v0
