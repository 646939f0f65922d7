// SPDX-License-Identifier: MIT
// The deployment that README.md shows not compiling, with the figures that it shows.
//
// within-lines: 8
// expect-match-gcc: r1-prod: needs 239\.6 GB per GPU, 135\.1 GB usable on H200 SXM 141GB
// expect-match-gcc: the KV cache of 2,097,152 tokens does not fit beside the weights, 610,321 would
// expect-match: 1916645984102
// expect-match: 1080785570365
// forbid-match: boost::units
#include <reckon/reckon.hpp>

using namespace reckon::literals;

constexpr auto r1 = reckon::deployment{.name = "r1-prod",
                                       .model = reckon::models::deepseek_r1,
                                       .gpu = reckon::gpus::h200_sxm,
#ifdef RECKON_CONTROL
                                       .layout = {.data = 8, .expert = 8},
#else
                                       .layout = {.tensor = 8},
#endif
                                       .weights = reckon::fp8_block128,
                                       .max_context = 32_Ktok,
                                       .concurrency = 64};
static_assert(reckon::proven_to_fit<r1>);
