// SPDX-License-Identifier: MIT
// The block types of GGUF files, field by field as ggml lays them out in memory.
// Source: ggml-org/llama.cpp ggml/src/ggml-common.h @01243c587fec.
#pragma once
#include <reckon/precision/precision.hpp>

namespace reckon::inline v0::gguf {

using half = field<1, 16>; ///< an fp16 scale
inline constexpr packed_block<1, field<1, 32>> f32{"F32"};
inline constexpr packed_block<1, field<1, 16>> f16{"F16"};
inline constexpr packed_block<1, field<1, 16>> bf16{"BF16"};

// ---- 32 weights under one or two fp16 scales ------------------------------------------------------
inline constexpr packed_block<32, field<32, 4>, half> q4_0{"Q4_0"};
inline constexpr packed_block<32, field<32, 4>, half, half> q4_1{"Q4_1"};
inline constexpr packed_block<32, field<32, 5>, half> q5_0{"Q5_0"};
inline constexpr packed_block<32, field<32, 5>, half, half> q5_1{"Q5_1"};
inline constexpr packed_block<32, field<32, 8>, half> q8_0{"Q8_0"};
inline constexpr packed_block<32, field<32, 4>, half> iq4_nl{"IQ4_NL"};
inline constexpr packed_block<32, field<32, 4>, field<1, 8>> mxfp4{"MXFP4"};
inline constexpr packed_block<64, field<64, 4>, field<4, 8>> nvfp4{"NVFP4"};

// ---- 256 weights with scales of their own, the k-quants -------------------------------------------
inline constexpr packed_block<256, field<256, 2>, field<16, 4>, field<16, 4>, half, half> q2_k{
    "Q2_K"};
inline constexpr packed_block<256, field<256, 2>, field<256, 1>, field<16, 6>, half> q3_k{"Q3_K"};
inline constexpr packed_block<256, field<256, 4>, field<8, 6>, field<8, 6>, half, half> q4_k{
    "Q4_K"};
inline constexpr packed_block<256, field<256, 5>, field<8, 6>, field<8, 6>, half, half> q5_k{
    "Q5_K"};
inline constexpr packed_block<256, field<256, 6>, field<16, 8>, half> q6_k{"Q6_K"};

// ---- 256 weights as codebook entries, the i-quants ------------------------------------------------
inline constexpr packed_block<256, field<32, 16>, half> iq2_xxs{"IQ2_XXS"};
inline constexpr packed_block<256, field<32, 16>, field<8, 8>, half> iq2_xs{"IQ2_XS"};
inline constexpr packed_block<256, field<64, 8>, field<8, 8>, field<8, 8>, half> iq2_s{"IQ2_S"};
inline constexpr packed_block<256, field<96, 8>, half> iq3_xxs{"IQ3_XXS"};
inline constexpr packed_block<256, field<64, 8>, field<8, 8>, field<32, 8>, field<4, 8>, half>
    iq3_s{"IQ3_S"};
inline constexpr packed_block<256, field<32, 8>, field<8, 16>, half> iq1_s{"IQ1_S"};
inline constexpr packed_block<256, field<32, 8>, field<16, 8>, field<8, 8>> iq1_m{"IQ1_M"};
inline constexpr packed_block<256, field<256, 4>, field<4, 8>, field<1, 16>, half> iq4_xs{"IQ4_XS"};

// ---- ternary: five base-3 digits to a byte, the last 16 four to a byte; or two bits each ----------
inline constexpr packed_block<256, field<48, 8>, field<4, 8>, half> tq1_0{"TQ1_0"};
inline constexpr packed_block<256, field<256, 2>, half> tq2_0{"TQ2_0"};

} // namespace reckon::inline v0::gguf
