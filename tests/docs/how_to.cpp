// SPDX-License-Identifier: MIT
// docs/how-to.md: one recipe, one section.
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/find_offer.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/format.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/reckon.hpp>
#include <reckon/serving/launch_figures.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/together.hpp>
#include <reckon/training.hpp>

#include <array>
#include <iostream>
#include <string>

using namespace reckon::literals;
using reckon::io::to_text;

namespace {

void names() {
    std::cout << "# names\n";
    // [names]
    auto const model = reckon::find_model("Qwen/Qwen3-32B");
    auto const gpu = reckon::find_gpu("A100 40GB");
    std::cout << (model ? model->name.view() : model.error().message.view()) << '\n'
              << (gpu ? gpu->name.view() : gpu.error().message.view()) << '\n';
    // [/names]
}

void file() {
    std::cout << "# file\n";
    std::string const path = RECKON_SOURCE_DIR "/tests/data/config/deepseek-r1.json";
    // [file]
    auto const model = reckon::io::read_hugging_face(path);
    if (!model) {
        std::cerr << model.error().message.view() << '\n';
        return;
    }
    auto const parameters = reckon::parameters_of(*model);
    std::cout << to_text(reckon::weights_of(*model, model->published).total()) << " of weights, "
              << to_text(reckon::cache_per_token(*model, reckon::bf16)) << " of cache, "
              << parameters.active << " of " << parameters.total << " parameters active\n";
    // [/file]
}

void line() {
    std::cout << "# line\n";
    // [line]
    auto const launch = reckon::vllm("vllm serve Qwen/Qwen3-32B --tensor-parallel-size 2 "
                                     "--max-model-len 32768 --kv-cache-dtype fp8");
    if (!launch) { return; }
    auto const d = launch->on(reckon::gpus::rtx_4090);
    auto const memory = reckon::memory_of(d);
    std::cout << reckon::serving::explain(d, memory).view() << '\n';
    // [/line]
}

// [chat]
constexpr auto chat = reckon::deployment{.name = "chat",
                                         .model = reckon::models::qwen3_32b,
                                         .gpu = reckon::gpus::l40s,
                                         .max_context = 16_Ktok,
                                         .concurrency = 8,
                                         .request = {.prompt = 2000_tok, .output = 400_tok}};
// [/chat]

void limits() {
    std::cout << "# limits\n";
    // [limits]
    auto const found = reckon::fewest_gpus(chat, 16);
    auto d = chat;
    d.layout = found.spread;
    std::cout << "GPUs             " << found.spread.devices() << ", pipeline "
              << found.spread.pipeline << '\n'
              << "longest context  " << to_text(reckon::largest_context(d)) << '\n'
              << "most requests    " << reckon::largest_concurrency(d) << '\n';
    // [/limits]
}

void rate() {
    std::cout << "# rate\n";
    // [rate]
    auto d = chat;
    d.layout = {.tensor = 4};
    for (double const cached : {0.0, 0.5}) {
        auto const late = reckon::serving::open_loop(d, {.rate = 1_rps, .prefix_hit = cached});
        if (!late) { continue; } // .error().message names the largest rate
        std::cout << reckon::io::percent(cached, 0)
                  << " of prompts cached: " << to_text(late->time_to_first_token.p99.value)
                  << " to the first token, " << to_text(late->time_per_token.p99.value)
                  << " a token, at the 99th percentile\n";
    }
    // [/rate]
}

void remedies() {
    std::cout << "# remedies\n";
    // [remedies]
    std::array const formats{reckon::recipe(reckon::fp8_per_channel),
                             reckon::recipe(reckon::int4_g128)};
    auto const why = reckon::why_not(chat, formats, 8);
    for (auto const& remedy : why.remedies) {
        if (remedy.mends) {
            std::cout << name(remedy.kind) << " frees " << to_text(remedy.freed) << '\n';
        }
    }
    // [/remedies]
}

void launch() {
    std::cout << "# launch\n";
    // [launch]
    auto d = chat;
    d.layout = {.tensor = 4};
    auto const printed = reckon::serving::launch_figures_of(d);
    std::cout << "Model loading took "
              << to_text(printed.weights, reckon::io::byte_notation::binary)
              << ", GPU KV cache size: " << to_text(printed.cache_tokens) << '\n';
    // [/launch]
}

void together() {
    std::cout << "# together\n";
    // [together]
    auto const small = [](auto const& model, double utilisation) {
        reckon::deployment d{.model = model,
                             .gpu = reckon::gpus::l40s,
                             .weights = reckon::fp8_per_channel,
                             .max_context = 4_Ktok,
                             .concurrency = 4};
        d.engine.memory_utilization = utilisation;
        return reckon::memory_of(d);
    };
    std::array const engines{small(reckon::models::llama_3_1_8b, 0.5),
                             small(reckon::models::qwen3_4b, 0.4)};
    auto const both = reckon::serving::together(engines);
    std::cout << std::boolalpha << both.fits() << ", " << to_text(both.headroom()) << " left\n";
    // [/together]
}

void cost() {
    std::cout << "# cost\n";
    // [cost]
    auto d = chat;
    d.layout = {.tensor = 4};
    auto const offer = reckon::cheapest_offer("l40s");
    if (!offer) { return; }
    auto const hour = reckon::per_gpu(*offer).value() * static_cast<double>(d.layout.devices());
    auto const rate = reckon::speed_of(d).output_throughput.value;
    std::cout << to_text(hour) << ", " << to_text(reckon::cost_per_token(hour, rate)) << '\n';
    // [/cost]
}

void plans() {
    std::cout << "# plans\n";
    // [plans]
    std::array<reckon::any_gpu, 3> const choice{reckon::gpus::l40s, reckon::gpus::h100_sxm_80gb,
                                                reckon::gpus::h200_sxm};
    reckon::workload const load{
        .context = 16_Ktok, .request = {.prompt = 2000_tok, .output = 400_tok}, .concurrency = 64};
    auto const found =
        reckon::recommend(reckon::models::qwen3_32b, load, choice, {}, reckon::catalog::instances);
    if (!found) { return; }
    for (auto const& plan : *found) {
        std::cout << plan.devices() << " x " << choice[plan.gpu].name.view() << ": "
                  << to_text(plan.speed.time_per_token.value) << " a token, "
                  << (plan.per_token ? to_text(plan.per_token.value()) : "no price") << '\n';
    }
    // [/plans]
}

void local() {
    std::cout << "# local\n";
    // [local]
    auto const& model = reckon::models::qwen3_30b_a3b;
    auto const q4_k_m = reckon::gguf_recipe_for(model, "Q4_K_M");
    if (!q4_k_m) { return; }
    reckon::llama_cpp_settings settings{.context = 32'768, .outputs = 1};
    auto const layers = reckon::layers_on_device(model, *q4_k_m, 15_GiB, settings);
    if (layers) { std::cout << "-ngl " << *layers << '\n'; }
    // [/local]
}

void training() {
    std::cout << "# training\n";
    // [training]
    reckon::training::run const r{
        .model = reckon::models::llama_3_1_8b,
        .gpu = reckon::gpus::rtx_4090,
        .numerics = reckon::training::pure_16bit,
        .recompute = reckon::training::full_recompute,
        .adapter = {.kind = reckon::training::adapter_kind::lora, .rank = 16},
        .sequence = 2048,
        .framework = reckon::training::frameworks::hugging_face_fused};
    auto const memory = reckon::training::memory_of(r);
    std::cout << to_text(memory.on_device.value) << (memory.fits() ? " fit" : " do not fit")
              << '\n';
    // [/training]
}

} // namespace

int main() {
    names();
    file();
    line();
    limits();
    rate();
    remedies();
    launch();
    together();
    cost();
    plans();
    local();
    training();
}
