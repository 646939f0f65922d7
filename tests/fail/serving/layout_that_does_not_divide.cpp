// SPDX-License-Identifier: MIT
// A layout that does not divide the model's heads.
//
// within-lines: 8
// expect-match: odd: tensor parallelism 6
// expect-match: constraint.*layout
// expect-match-gcc: odd: tensor parallelism 6 does not divide 32 attention heads; the nearest that do are 4 and 8
// forbid-match: boost::units
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr reckon::count ranks = 8;
#else
constexpr reckon::count ranks = 6;
#endif

constexpr reckon::deployment odd{
    .name = "odd",
    .model = reckon::models::llama_3_1_8b,
    .gpu = reckon::gpus::h100_sxm_80gb,
    .layout = {.tensor = ranks},
    .max_context = 8_Ktok,
};
static_assert(reckon::proven_to_fit<odd>);
