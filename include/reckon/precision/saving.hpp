// SPDX-License-Identifier: MIT
// What a format saves, and against which: a saving without a baseline is no figure.
//
//   saving = 1 - b_to / b_from        2:4 sparsity: b = (2 e + 4) / 4 a weight
//
//   symbol | meaning                                                    | unit | domain
//   b      | bits a weight, with scales and indices                     | bit  | > 0
//   e      | bits of a value that is kept                               | bit  | > 0
//
// Of four values two are kept, each with two bits that say which it was: 36 bits for four FP16 values.
// Source:       AT-14: INT8 saves 75 % of FP32 and 50 % of FP16; 2:4 saves 43.75 % of FP16, 37.5 % of INT8.
// Not modelled: caches and activations, which have formats of their own; accuracy.
// Error:        0; tests/precision/saving.cpp.
#pragma once
#include <reckon/precision/storage.hpp>

namespace reckon::inline v0 {

/// The share of `from` that `to` saves; negative where it is larger.
template <precision From, precision To>
[[nodiscard]] constexpr double saving_of(From const& from, To const& to) noexcept {
    return 1 - bits_per_weight(to) / bits_per_weight(from);
}

/// How many times smaller `to` is.
template <precision From, precision To>
[[nodiscard]] constexpr double compression_of(From const& from, To const& to) noexcept {
    return bits_per_weight(from) / bits_per_weight(to);
}

/// Bits a weight of 2:4 structured sparsity over a format without scales.
template <precision P> [[nodiscard]] constexpr double sparse_2_of_4_bits(P const& values) noexcept {
    constexpr double kept = 2;
    constexpr double of = 4;
    constexpr double index_bits = 2; // a kept value is one of four
    return kept * (bits_per_weight(values) + index_bits) / of;
}

/// The share that 2:4 sparsity saves of the dense format.
template <precision P>
[[nodiscard]] constexpr double sparse_2_of_4_saving(P const& values) noexcept {
    return 1 - sparse_2_of_4_bits(values) / bits_per_weight(values);
}

} // namespace reckon::inline v0
