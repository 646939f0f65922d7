// SPDX-License-Identifier: MIT
// docs/tutorials/static_config.md: a table of deployments that only builds if each of them starts.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals;

// [table]
inline constexpr reckon::serving::any_deployment fleet[] = {
    {.name = "chat-70b",
     .model = reckon::models::llama_3_3_70b,
     .gpu = reckon::gpus::h100_sxm_80gb,
     .layout = {.tensor = 4},
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
// [/table]

// [promises]
constexpr auto const& code = fleet[1];
static_assert(reckon::largest_context(code) >= 16_Ktok);
static_assert(reckon::speed_of(code).time_per_token.value < 60_ms);
static_assert(code.layout.devices() <= 2, "the second node is for tests");
// [/promises]

int main() {
    // [program]
    for (auto const& d : fleet) {
        std::cout << d.name.view() << ": " << reckon::io::to_text(reckon::memory_of(d).headroom())
                  << " free on each GPU\n";
    }
    // [/program]
}
