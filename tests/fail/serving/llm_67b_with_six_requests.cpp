// SPDX-License-Identifier: MIT
// Persona P2.1: LLM-67B in 16 bit on two A100-80 holds five requests of 4,096 tokens. The error says
// which deployment, why, and the bytes needed and there are on both devices.
//
// within-lines: 8
// expect-match: llm-67b: needs 72\.2 GB per GPU
// expect-match: constraint.*cache
// expect-match-gcc: KV cache of 24,576 tokens
// expect-match-gcc: 23,514 would
// expect-match: 144413016064
// expect-match: 144000000000
// expect-match: deployment_does_not_fit
// forbid-match: boost::units
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

constexpr reckon::deployment llm_67b{
    .name = "llm-67b",
    .model = reckon::models::deepseek_llm_67b,
    .gpu = reckon::gpus::a100_sxm_80gb,
    .layout = {.tensor = 2},
    .weights = reckon::fp16,
    .kv_cache = reckon::fp16,
    .max_context = 4096_tok,
#ifdef RECKON_CONTROL
    .concurrency = 5,
#else
    .concurrency = 6,
#endif
    .engine = reckon::engines::on_paper,
};
static_assert(reckon::proven_to_fit<llm_67b>);
