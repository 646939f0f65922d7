// SPDX-License-Identifier: MIT
// Savings with their baseline: AT-14.
#include "support/near.hpp"

#include <reckon/precision/formats.hpp>
#include <reckon/precision/saving.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;

TEST_CASE("AT-14: INT8 saves 75 % of FP32 and 50 % of FP16") {
    static_assert(saving_of(fp32, int8) == 0.75);
    static_assert(saving_of(fp16, int8) == 0.5);
    static_assert(compression_of(fp32, int8) == 4);
    CHECK(near(compression_of(fp16, int4_g128), 16 / 4.15625));
    static_assert(saving_of(int8, fp16) == -1); // the other way it is twice as large
    static_assert(saving_of(bf16, bf16) == 0);
}

TEST_CASE("AT-14: 2:4 sparsity stores indices too") {
    static_assert(sparse_2_of_4_bits(fp16) == 9); // 36 bits for four
    static_assert(sparse_2_of_4_saving(fp16) == 0.4375);
    static_assert(sparse_2_of_4_saving(int8) == 0.375);
}
