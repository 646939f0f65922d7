// SPDX-License-Identifier: MIT
// The numbers that GGUF files give to tensor types and to file types.
//
// Source: ggml-org/llama.cpp ggml/include/ggml.h (ggml_type), ggml/src/ggml-common.h (block sizes),
// include/llama.h (llama_ftype).
#pragma once
#include <reckon/precision/gguf.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0::io::gguf {

/// A type that tensors in a file can have.
struct type_row {
    std::uint32_t number;
    std::string_view name;
    count block_elements;
    count block_bytes;
    any_precision (*format)() noexcept;
};
/// A format of the library as one that is chosen at run time; a function, so that tables can hold
/// it.
template <auto const& Format> [[nodiscard]] constexpr any_precision make() noexcept {
    return any_precision(Format);
}
/// The row of a type that is also a format of the library.
template <auto const& Format> [[nodiscard]] constexpr type_row row(std::uint32_t number) noexcept {
    return {number, Format.name.view(), Format.payload_elements, Format.payload_bits / 8,
            make<Format>};
}

// Types that hold no weights of a model, or none in a file: tables, and what activations are quantised to.
inline constexpr packed_block<1, field<1, 8>> i8{"I8"};
inline constexpr packed_block<1, field<1, 16>> i16{"I16"};
inline constexpr packed_block<1, field<1, 32>> i32{"I32"};
inline constexpr packed_block<1, field<1, 64>> i64{"I64"};
inline constexpr packed_block<1, field<1, 64>> f64{"F64"};
inline constexpr packed_block<32, field<32, 8>, field<2, 16>> q8_1{"Q8_1"};
inline constexpr packed_block<256, field<256, 8>, field<1, 32>, field<16, 16>> q8_k{"Q8_K"};
inline constexpr packed_block<128, field<128, 1>, field<1, 16>> q1_0{"Q1_0"};

inline constexpr type_row types[] = {
    row<reckon::gguf::f32>(0),
    row<reckon::gguf::f16>(1),
    row<reckon::gguf::q4_0>(2),
    row<reckon::gguf::q4_1>(3),
    row<reckon::gguf::q5_0>(6),
    row<reckon::gguf::q5_1>(7),
    row<reckon::gguf::q8_0>(8),
    row<q8_1>(9),
    row<reckon::gguf::q2_k>(10),
    row<reckon::gguf::q3_k>(11),
    row<reckon::gguf::q4_k>(12),
    row<reckon::gguf::q5_k>(13),
    row<reckon::gguf::q6_k>(14),
    row<q8_k>(15),
    row<reckon::gguf::iq2_xxs>(16),
    row<reckon::gguf::iq2_xs>(17),
    row<reckon::gguf::iq3_xxs>(18),
    row<reckon::gguf::iq1_s>(19),
    row<reckon::gguf::iq4_nl>(20),
    row<reckon::gguf::iq3_s>(21),
    row<reckon::gguf::iq2_s>(22),
    row<reckon::gguf::iq4_xs>(23),
    row<i8>(24),
    row<i16>(25),
    row<i32>(26),
    row<i64>(27),
    row<f64>(28),
    row<reckon::gguf::iq1_m>(29),
    row<reckon::gguf::bf16>(30),
    row<reckon::gguf::tq1_0>(34),
    row<reckon::gguf::tq2_0>(35),
    row<reckon::gguf::mxfp4>(39),
    row<reckon::gguf::nvfp4>(40),
    row<q1_0>(41),
};

/// Types that files had once and no reader takes any more.
struct removed_row {
    std::uint32_t number;
    std::string_view name;
    std::string_view instead;
};
inline constexpr removed_row removed[] = {
    {4, "Q4_2", "quantise the model anew"},
    {5, "Q4_3", "quantise the model anew"},
    {31, "Q4_0_4_4", "use Q4_0, which is repacked at load"},
    {32, "Q4_0_4_8", "use Q4_0, which is repacked at load"},
    {33, "Q4_0_8_8", "use Q4_0, which is repacked at load"},
    {36, "IQ4_NL_4_4", "use IQ4_NL, which is repacked at load"},
    {37, "IQ4_NL_4_8", "use IQ4_NL, which is repacked at load"},
    {38, "IQ4_NL_8_8", "use IQ4_NL, which is repacked at load"},
};

/// The type of that number, or null.
[[nodiscard]] constexpr type_row const* find_type(std::uint32_t number) noexcept {
    for (type_row const& known : types) {
        if (known.number == number) { return &known; }
    }
    return nullptr;
}

/// What general.file_type says; empty for "not known". The names are those of gguf_recipe.
[[nodiscard]] constexpr std::string_view file_type_name(count number) noexcept {
    constexpr std::string_view names[] = {
        "F32",   "F16",     "Q4_0",   "Q4_1",   "",       "",        "",       "Q8_0",   "Q5_0",
        "Q5_1",  "Q2_K",    "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S",  "Q4_K_M", "Q5_K_S", "Q5_K_M",
        "Q6_K",  "IQ2_XXS", "IQ2_XS", "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S",  "IQ4_NL", "IQ3_S",
        "IQ3_M", "IQ2_S",   "IQ2_M",  "IQ4_XS", "IQ1_M",  "BF16",    "",       "",       "",
        "TQ1_0", "TQ2_0",   "MXFP4",  "NVFP4",  "Q1_0"};
    constexpr auto known = static_cast<count>(sizeof(names) / sizeof(names[0]));
    return number >= 0 && number < known ? names[number] : std::string_view{};
}

} // namespace reckon::inline v0::io::gguf
