// SPDX-License-Identifier: MIT
// Would this command line start on that accelerator? For a person, and for a pipeline's exit status.
//
//   preflight "RTX 4090" "vllm serve Qwen/Qwen3-8B --max-model-len 32768"
//
// Exit status: 0 it fits, 1 it does not, 2 the command line or the accelerator was not understood.
#include "preflight/drafted.hpp"
#include "preflight/llama_cpp.hpp"
#include "preflight/remedies.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line/drafted.hpp>
#include <reckon/io/launch_report.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>

namespace {

using reckon::io::to_text;

int refused(reckon::error const& why) {
    std::cerr << "preflight: " << why.message.view() << '\n';
    return 2;
}

void print_memory(reckon::serving::memory_report const& m) {
    auto const part = [](char const* name, reckon::bytes size) {
        std::cout << "  " << name << to_text(size) << '\n';
    };
    std::cout << "Memory of the fullest rank\n";
    part("weights      ", m.weights);
    if (m.host > reckon::bytes{0}) { part("on the host  ", m.host); }
    part("KV cache     ", m.kv_cache);
    part("activations  ", m.activations.value);
    part("engine       ", m.runtime.value);
    part("may use      ", m.budget);
    part("not counted  ", m.outside.value);
    part("device       ", m.capacity);
}

/// The verdict, what the engine will print, and the parts.
void print_report(std::string_view verdict, reckon::any_deployment const& d,
                  reckon::serving::launch_figures const& figures,
                  reckon::serving::memory_report const& memory) {
    std::cout << verdict << '\n';
    if (auto const lines = reckon::io::launch_report(d, figures); !lines.empty()) {
        std::cout << d.engine.name.view() << " will print, about\n";
        for (std::string const& text : lines) {
            std::cout << "  " << text << '\n';
        }
    }
    if (memory.capacity > reckon::bytes{0}) { print_memory(memory); }
    if (std::string const left_out = reckon::io::left_out_of_report(d); !left_out.empty()) {
        std::cout << left_out << '\n';
    }
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Whether an engine's command line starts on an accelerator, and what it will print."};
    std::string gpu_name;
    std::string line;
    reckon::count most = 16;
    app.add_option("gpu", gpu_name, "the accelerator: h200-sxm, \"RTX 4090\", mi300x")->required();
    app.add_option("command", line,
                   "vllm serve .., sglang.launch_server .., trtllm-serve .. or "
                   "llama-server .., in quotes")
        ->required();
    app.add_option("--most-gpus", most, "GPUs that a remedy may ask for (16)")
        ->check(CLI::Range(reckon::count{1}, reckon::count{100000}));
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    auto const gpu = reckon::find_gpu(gpu_name);
    if (!gpu) { return refused(gpu.error()); }
    reckon::io::command::words first(line);
    if (auto const program = reckon::io::command::read_program(first);
        program && program->known && program->engine == reckon::engine_kind::llama_cpp) {
        auto const starts = llama_cpp_preflight(line, *gpu);
        if (!starts) { return refused(starts.error()); }
        return *starts ? 0 : 1;
    }
    auto const launch = reckon::read_drafted_command_line(line);
    if (!launch) { return refused(launch.error()); }
    auto const d = launch->target.on(*gpu);
    if (launch->drafts) {
        auto const memory = launch->memory_on(*gpu);
        print_report(explain(*launch, *gpu, memory).view(), d, launch_figures_of(d, launch->draft),
                     memory);
        print_draft_remedies(d, launch->draft, memory, most);
        return memory.fits() ? 0 : 1;
    }
    reckon::recipe const narrower[] = {reckon::fp8_block128, reckon::int4_g128};
    auto const why = reckon::why_not(d, narrower, most);
    print_report(explain(d, why.memory).view(), d, launch_figures_of(d), why.memory);
    print_remedies(why);
    return why.memory.fits() ? 0 : 1;
}
