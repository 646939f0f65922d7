// SPDX-License-Identifier: MIT
// docs/tutorials/static_config.md: one line of the table asks for more than its GPUs have.
//
// within-lines: 10
// expect-match: chat-70b
// expect-match-gcc: chat-70b: needs [0-9.]+ GB per GPU, [0-9.]+ GB usable on H100 SXM 80GB
// forbid-match: boost::units
#include <reckon/reckon.hpp>

using namespace reckon::literals;

inline constexpr reckon::serving::any_deployment fleet[] = {
    {.name = "chat-70b",
     .model = reckon::models::llama_3_3_70b,
     .gpu = reckon::gpus::h100_sxm_80gb,
#ifdef RECKON_CONTROL
     .layout = {.tensor = 4},
#else
     .layout = {.tensor = 2},
#endif
     .weights = reckon::fp8_per_channel,
     .kv_cache = reckon::fp8,
     .max_context = 16_Ktok,
     .concurrency = 64},
    {.name = "code-32b",
     .model = reckon::models::qwen3_32b,
     .gpu = reckon::gpus::a100_sxm_80gb,
     .layout = {.tensor = 2},
     .max_context = 16_Ktok,
     .concurrency = 12},
};
static_assert(reckon::proven_to_fit<fleet>);
