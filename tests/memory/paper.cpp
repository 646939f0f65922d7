// SPDX-License-Identifier: MIT
// AT-08: what fits, worked through the primitives: u M - W(rank) over the cache of a token, u = 0.9,
// capacity as sold, nothing reserved, weights in equal parts.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
template <class M>
constexpr bytes left(M const& m, recipe const& weights, bytes capacity, layout const& l = {}) {
    return capacity * 0.9 - weights_of(m, weights, l, 0, even_sharding).total();
}
template <class M>
constexpr double fit(M const& m, recipe const& weights, bytes capacity, layout const& l = {}) {
    return in_tokens(tokens_that_fit(left(m, weights, capacity, l), cache_per_token(m, bf16, l)));
}
/// Every parameter at the format's bits, as AT-08 does for FP8, INT8 and INT4.
template <class M, class P> constexpr double fit_nominal(M const& m, P const& format,
                                                         bytes capacity) {
    return in_tokens(
        tokens_that_fit(capacity * 0.9 - nominal_storage(format, parameters_of(m).total),
                        cache_per_token(m, bf16)));
}
constexpr layout tp2{.tensor = 2};
constexpr layout tp8{.tensor = 8};
constexpr auto const& coder_33b = models::deepseek_coder_33b;
constexpr auto const& llm_67b = models::deepseek_llm_67b;
constexpr auto const& llm_7b = models::deepseek_llm_7b;
constexpr auto const& r1 = models::deepseek_r1;
} // namespace

TEST_CASE("AT-08: Coder-33B in 16 bit") {
    static_assert(left(coder_33b, fp16, 80_GB) == bytes{5314017280});
    static_assert(fit(coder_33b, fp16, 80_GB) == 20925);
    static_assert(left(coder_33b, fp16, 40_GB) < bytes{0}); // A100-40: no
    CHECK(fit(coder_33b, fp16, 40_GB) == 0);
    CHECK(fit(coder_33b, fp16, 40_GB, tp2) == 20925);   // P8: two of them
    CHECK(fit_nominal(coder_33b, fp8, 40_GB) == 10462); // P8: one at 8 bits
}

TEST_CASE("AT-08: LLM-67B") {
    static_assert(left(llm_67b, fp16, 80_GB) < bytes{0}); // one device: no
    static_assert(fit(llm_67b, fp16, 80_GB, tp2) ==
                  23514); // two: AT-18, 194,560 B a token and rank
    static_assert(fit_nominal(llm_67b, fp8, 80_GB) == 11757);
    // AT-09: five requests of 4,096 tokens, not six.
    CHECK(detail::floor(fit(llm_67b, fp16, 80_GB, tp2) / 4096) == 5);
}

TEST_CASE("AT-08: small devices") {
    static_assert(fit(llm_7b, fp16, 16_GB) == 1178); // T4
    static_assert(fit(llm_7b, fp16, 24_GB) == 15826);
    static_assert(fit(models::deepseek_coder_1_3b, fp16, 16_GB) == 59545);
    static_assert(fit_nominal(coder_33b, int4_g128, 24_GB) == 16842);
    // 13e9 parameters in 16 bit are 26 GB: not on 24 GB.
    CHECK(nominal_storage(fp16, 13000000000) > bytes{24_GB} * 0.9);
    // AT-19: LLM-7B at 8 bits in a tenth of an A100-80.
    CHECK(fit_nominal(llm_7b, fp8, 10_GB) == 4251);
    CHECK(left(llm_7b, fp16, 10_GB) < bytes{0});
}

TEST_CASE("AT-08: DeepSeek-R1") {
    // 8 x 80e9: no, at 640 GB in all, and at the 81,559 MiB that each device reports.
    static_assert(weights_of(r1, fp8_block128).total() > bytes{640_GB});
    static_assert(weights_of(r1, fp8_block128).total() > bytes{81559_MiB} * (8 * 0.9));
    static_assert(left(r1, fp8_block128, 80_GB, tp8) < bytes{0});
    // 8 x H200, TP8: the latent is replicated, so these are all the tokens there are.
    static_assert(fit(r1, fp8_block128, 141_GB, tp8) == 608438);
    // P1.3: INT4 of group 128 on 8 x A100-80.
    constexpr bytes int4 = nominal_storage(int4_g128, parameters_of(r1).total);
    CHECK(in_tokens(tokens_that_fit(80_GB * 0.9 - int4 / 8, cache_per_token(r1, bf16, tp8))) ==
          404465);
}

TEST_CASE("AT-08: DeepSeek-R1 under data-parallel attention") {
    // The rule of AT-08: the parameters of the attention blocks at one byte on every rank, the rest in
    // eight parts. It puts the scales of attention with the rest.
    parameter_counts const n = parameters_of(r1);
    count const attention = n.attention + 61 * (1536 + 512); // with the norms on the latents
    bytes const replicated{static_cast<double>(attention)};
    bytes const rest = weights_of(r1, fp8_block128).total() - replicated;
    tokens const fit_on_a_rank =
        tokens_that_fit(141_GB * 0.9 - (replicated + rest / 8), cache_per_token(r1, bf16));
    CHECK(fit_on_a_rank == 466321_tok);
    // With the scales where they belong it is 34 tokens less.
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    CHECK(
        reckon::test::near(fit(r1, fp8_block128, 141_GB, dp8), 466321, reckon::test::within(1e-4)));
    CHECK(in_gigabytes(weights_of(r1, fp8_block128, dp8, 0, even_sharding).total()) ==
          doctest::Approx(94.13).epsilon(1e-4)); // P1.1: 94.1 GB
}
