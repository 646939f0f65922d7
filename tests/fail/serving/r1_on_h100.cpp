// SPDX-License-Identifier: MIT
// AT-32: DeepSeek-R1 in FP8 does not fit on 8 x H100, and the error says that it is the weights.
//
// within-lines: 8
// expect-match: r1-prod: needs 129\.\d GB per GPU
// expect-match: constraint.*weights
// expect-match: constraint::weights, \d{13}, 612213530296
// expect-match-gcc: H100 SXM 80GB
// expect-match-gcc: the weights alone take 85\.4 GB
// forbid-match: boost::units
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr auto gpu = reckon::gpus::h200_sxm;
#else
constexpr auto gpu = reckon::gpus::h100_sxm_80gb;
#endif

constexpr reckon::deployment r1{
    .name = "r1-prod",
    .model = reckon::models::deepseek_r1,
    .gpu = gpu,
    .layout = {.tensor = 8},
    .weights = reckon::fp8_block128,
    .max_context = 32_Ktok,
    .concurrency = 16,
};
static_assert(reckon::proven_to_fit<r1>);
