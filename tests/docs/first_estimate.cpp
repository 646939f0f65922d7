// SPDX-License-Identifier: MIT
// docs/tutorials/first_estimate.md: one model, one card, three questions.
// [includes]
#include <reckon/io/format.hpp> // to_text: quantities as people read them
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals; // 8_Ktok, 80_GB
using reckon::io::to_text;
// [/includes]

// [deployment]
constexpr auto chat = reckon::deployment{.name = "chat",
                                         .model = reckon::models::llama_3_1_8b,
                                         .gpu = reckon::gpus::rtx_4090,
                                         .max_context = 8_Ktok,
                                         .concurrency = 8};
// [/deployment]

int main() {
    {
        std::cout << "# memory\n";
        // [memory]
        reckon::serving::memory_report const memory = reckon::memory_of(chat);
        std::cout << "weights      " << to_text(memory.weights) << '\n'
                  << "KV cache     " << to_text(memory.kv_cache) << '\n'
                  << "activations  " << to_text(memory.activations.value) << '\n'
                  << "engine       " << to_text(memory.runtime.value) << '\n'
                  << "may use      " << to_text(memory.budget) << '\n';
        std::cout << reckon::serving::explain(chat, memory).view() << '\n';
        // [/memory]
    }
    {
        std::cout << "# mended\n";
        // [mended]
        auto mended = chat;
        mended.weights = reckon::fp8_per_channel;
        std::cout << "longest context  " << to_text(reckon::largest_context(mended)) << '\n'
                  << "most requests    " << reckon::largest_concurrency(mended) << '\n';
        // [/mended]
        std::cout << "# speed\n";
        // [speed]
        mended.request = {.prompt = 1000_tok, .output = 300_tok};
        reckon::serving::speed_report const speed = reckon::speed_of(mended);
        std::cout << "first token  " << to_text(speed.time_to_first_token.value) << '\n'
                  << "next tokens  " << to_text(speed.time_per_token.value) << ", from "
                  << to_text(speed.time_per_token.low) << " to "
                  << to_text(speed.time_per_token.high) << '\n'
                  << "throughput   " << to_text(speed.output_throughput.value) << '\n'
                  << "bound by     " << name(speed.bound_by) << '\n';
        // [/speed]
    }
}
