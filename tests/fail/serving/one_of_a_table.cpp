// SPDX-License-Identifier: MIT
// In a table of deployments the error names the one that does not fit.
//
// within-lines: 8
// expect-match: llama-long: needs
// expect-match: constraint.*cache
// forbid-match: boost::units
// forbid-match: llama-short: (needs|fits)
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

constexpr reckon::serving::any_deployment fleet[] = {
    {.name = "llama-short",
     .model = reckon::models::llama_3_1_8b,
     .gpu = reckon::gpus::h100_sxm_80gb,
     .max_context = 4_Ktok,
     .concurrency = 16},
#ifndef RECKON_CONTROL
    {.name = "llama-long",
     .model = reckon::models::llama_3_1_8b,
     .gpu = reckon::gpus::h100_sxm_80gb,
     .max_context = 128_Ktok,
     .concurrency = 16},
#endif
};
static_assert(reckon::proven_to_fit<fleet>);
