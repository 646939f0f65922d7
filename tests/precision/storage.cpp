// SPDX-License-Identifier: MIT
// Bits per weight follow from the layout of a format; the table is from the formats' definitions.
#include <reckon/precision/formats.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

// ---- sums of binary fractions: exact, so compared exactly ------------------------------------------
static_assert(bits_per_weight(fp32) == 32);
static_assert(bits_per_weight(bf16) == 16);
static_assert(bits_per_weight(fp16) == 16);
static_assert(bits_per_weight(fp8) == 8);
static_assert(bits_per_weight(fp8_block128) == 8 + 32.0 / 16384); // 8.00195
static_assert(bits_per_weight(mxfp8) == 8.25);
static_assert(bits_per_weight(mxfp6) == 6.25);
static_assert(bits_per_weight(mxfp4) == 4.25);
static_assert(bits_per_weight(nvfp4) == 4.5);
static_assert(bits_per_weight(int4_g128) == 4.15625);
static_assert(bits_per_weight(int4_g64) == 4.3125);
static_assert(bits_per_weight(int4_g32) == 4.625);
static_assert(bits_per_weight(int4_g32_symmetric) == 4.5);
static_assert(bits_per_weight(nf4) == 4.5);
static_assert(bits_per_weight(nf4_double) == 4 + 8.0 / 64 + 32.0 / (64 * 256)); // 4.127

// ggml-common.h: bytes of a block for 256 (or 32) weights.
static_assert(bits_per_weight(gguf::q4_0) == 18 * 8.0 / 32);
static_assert(bits_per_weight(gguf::q4_1) == 20 * 8.0 / 32);
static_assert(bits_per_weight(gguf::q5_0) == 22 * 8.0 / 32);
static_assert(bits_per_weight(gguf::q5_1) == 24 * 8.0 / 32);
static_assert(bits_per_weight(gguf::q8_0) == 34 * 8.0 / 32);
static_assert(bits_per_weight(gguf::iq4_nl) == 4.5);
static_assert(bits_per_weight(gguf::mxfp4) == 4.25);
static_assert(bits_per_weight(gguf::nvfp4) == 4.5);
static_assert(bits_per_weight(gguf::q2_k) == 84 * 8.0 / 256);
static_assert(bits_per_weight(gguf::q3_k) == 110 * 8.0 / 256);
static_assert(bits_per_weight(gguf::q4_k) == 144 * 8.0 / 256);
static_assert(bits_per_weight(gguf::q5_k) == 176 * 8.0 / 256);
static_assert(bits_per_weight(gguf::q6_k) == 210 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq1_s) == 50 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq1_m) == 56 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq2_xxs) == 66 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq2_xs) == 74 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq2_s) == 82 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq3_xxs) == 98 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq3_s) == 110 * 8.0 / 256);
static_assert(bits_per_weight(gguf::iq4_xs) == 136 * 8.0 / 256);
static_assert(bits_per_weight(gguf::tq1_0) == 54 * 8.0 / 256);
static_assert(bits_per_weight(gguf::tq2_0) == 66 * 8.0 / 256);

TEST_CASE("a matrix in blocks: edges count as whole blocks") {
    CHECK(blocks_of(fp8_block128.block, 128, 128) == 1);
    CHECK(blocks_of(fp8_block128.block, 129, 128) == 2);
    // kv_a_proj of DeepSeek-V3: 576 rows need five blocks of rows, 7,168 columns 56.
    CHECK(blocks_of(fp8_block128.block, 576, 7168) == 5 * 56);
    CHECK(storage_of(fp8_block128, 576, 7168) == bytes{576.0 * 7168 + 5 * 56 * 4});
    CHECK(blocks_of(per_channel, 4096, 11008) == 4096);
    CHECK(blocks_of(per_tensor, 4096, 11008) == 1);
    CHECK(storage_of(int8, 4096, 11008) == bytes{4096.0 * 11008 + 4096 * 4});
    CHECK(storage_of(nvfp4, 64, 64) == bytes{64.0 * 64 / 2 + 64.0 * 64 / 16 + 4});
    // Double quantisation: 5 blocks of 64 share one fp32, not five.
    CHECK(storage_of(nf4_double, 5, 64) == bytes{5.0 * 32 + 5 + 4});
}

TEST_CASE("AT-02: a billion parameters by format") {
    CHECK(nominal_storage(fp32, 1'000'000'000) == 4_GB);
    CHECK(nominal_storage(bf16, 67'000'000'000) == 134_GB);
    CHECK(nominal_storage(fp16, 7'000'000'000) == 14_GB);
    CHECK(nominal_storage(fp32, 7'000'000'000) == 28_GB);
    CHECK(nominal_storage(int8, 7'000'000'000) == 7_GB);
    CHECK(in_gibibytes(nominal_storage(bf16, 67'000'000'000)) > 124.79);
    CHECK(in_gibibytes(nominal_storage(bf16, 67'000'000'000)) < 124.80);
}

TEST_CASE("a static format and its run-time copy store alike") {
    auto const same = [](auto const& p) {
        any_precision const any = p;
        CAPTURE(any.name.view());
        CHECK(bits_per_weight(any) == bits_per_weight(p));
        CHECK(storage_of(any, 1000, 3000) == storage_of(p, 1000, 3000));
        CHECK(any == any_precision(p));
    };
    same(fp8_block128);
    same(nvfp4);
    same(nf4_double);
    same(int4_g128);
    same(gguf::q4_k);
    same(gguf::iq3_s);
}

TEST_CASE("values and scales make up what is stored") {
    // 1,000 x 3,000 in blocks of 128 x 128: a byte a value, 8 x 24 scales in fp32.
    CHECK(values_bytes(fp8_block128, 3e6) == bytes{3e6});
    CHECK(scales_bytes(fp8_block128, 192, 1) == bytes{768});
    CHECK(stored_bytes(fp8_block128, 3e6, 192, 1) == bytes{3e6 + 768});
    CHECK(stored_parts{bytes{3e6}, bytes{768}}.total() == storage_of(fp8_block128, 1000, 3000));
    CHECK(has_scales(fp8_block128));
    CHECK_FALSE(has_scales(bf16));
    CHECK(values_bytes(int4_g128, 3e6) == bytes{1.5e6});
}

TEST_CASE("a format's factors are its law, read once") {
    // Two levels of scales: a byte on 64 values, 4 more on 256 of those blocks.
    constexpr storage_factors nested(nf4_double);
    static_assert(nested.scaled && nested.value == 0.5 && nested.block_scales == 1);
    CHECK(nested.values(64 * 300) == values_bytes(nf4_double, 64 * 300));
    CHECK(nested.scales(300, 1) == bytes{300 + 2 * 4});
    // A tensor's own scale counts once for each tensor.
    CHECK(storage_factors(nvfp4).scales(10, 3) == bytes{10 + 3 * 4});
    // Packed types are values alone, in whole blocks.
    storage_factors packed{};
    packed.read(gguf::q4_k);
    CHECK_FALSE(packed.scaled);
    CHECK(packed.values(256) == bytes{144});
    CHECK(packed.scales(5, 1) == bytes{0});
    CHECK(packed.holds_rows_of(512));
    CHECK_FALSE(packed.holds_rows_of(300));
    CHECK(nested.holds_rows_of(300));
}
