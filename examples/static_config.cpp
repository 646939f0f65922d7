// SPDX-License-Identifier: MIT
// A repository of deployments as C++: what does not fit does not build, and the table prints itself.
//
// Lower the number of devices of a line, or raise its context, and the compiler names the line, the
// bytes that it needs and the bytes that there are.
#include <reckon/io/format.hpp>
#include <reckon/io/table.hpp>
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals;

namespace gpus = reckon::gpus;
namespace models = reckon::models;

// How a node's devices share a model.
namespace layouts {
inline constexpr reckon::layout one_gpu{};
inline constexpr reckon::layout pair{.tensor = 2};
inline constexpr reckon::layout quad{.tensor = 4};
/// Eight ranks that attend to requests of their own and share the experts: for MLA, whose latent
/// cache tensor parallelism does not divide.
inline constexpr reckon::layout eight_experts{.data = 8, .expert = 8};
} // namespace layouts

inline constexpr reckon::serving::any_deployment deployments[] = {
    {.name = "r1-prod",
     .model = models::deepseek_r1,
     .gpu = gpus::h200_sxm,
     .layout = layouts::eight_experts,
     .weights = reckon::fp8_block128,
     .max_context = 32_Ktok,
     .concurrency = 64},
    {.name = "chat-70b",
     .model = models::llama_3_3_70b,
     .gpu = gpus::h100_sxm_80gb,
     .layout = layouts::quad,
     .weights = reckon::fp8_per_channel,
     .kv_cache = reckon::fp8,
     .max_context = 16_Ktok,
     .concurrency = 64},
    {.name = "agents-120b",
     .model = models::gpt_oss_120b,
     .gpu = gpus::h100_sxm_80gb,
     .layout = layouts::pair,
     .weights = models::gpt_oss_120b.published,
     .max_context = 64_Ktok,
     .concurrency = 28},
    {.name = "code-32b",
     .model = models::qwen3_32b,
     .gpu = gpus::a100_sxm_80gb,
     .layout = layouts::pair,
     .weights = reckon::bf16,
     .max_context = 16_Ktok,
     .concurrency = 12},
    {.name = "rag-8b",
     .model = models::llama_3_1_8b,
     .gpu = gpus::l4,
     .layout = layouts::one_gpu,
     .weights = reckon::fp8_per_tensor,
     .max_context = 8_Ktok,
     .concurrency = 8},
    {.name = "desk-14b",
     .model = models::deepseek_r1_distill_qwen_14b,
     .gpu = gpus::rtx_4090,
     .layout = layouts::one_gpu,
     .weights = reckon::int4_g128,
     .max_context = 16_Ktok,
     .concurrency = 2},
};
static_assert(reckon::proven_to_fit<deployments>);

int main() {
    using reckon::io::alignment;
    using reckon::io::to_text;
    reckon::io::table t{.columns = {{"deployment"},
                                    {"model"},
                                    {"GPUs"},
                                    {.title = "weights", .align = alignment::right},
                                    {.title = "KV cache", .align = alignment::right},
                                    {.title = "free", .align = alignment::right},
                                    {.title = "TPOT", .align = alignment::right}}};
    for (reckon::serving::any_deployment const& d : deployments) {
        auto const memory = reckon::memory_of(d);
        auto const speed = reckon::speed_of(d);
        t.rows.push_back({std::string(d.name), std::string(d.model.name),
                          std::to_string(d.layout.devices()) + " x " + std::string(d.gpu.name),
                          to_text(memory.weights), to_text(memory.kv_cache),
                          to_text(memory.headroom()),
                          speed.known ? to_text(speed.time_per_token.value) : "unknown"});
    }
    std::cout << reckon::io::to_text(t);
}
