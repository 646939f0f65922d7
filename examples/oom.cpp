// SPDX-License-Identifier: MIT
// What ran out of memory, why, and what would mend it: an engine's message beside its command line.
//
//   oom "RTX 4090" "vllm serve Qwen/Qwen3-32B-AWQ --max-model-len 40960" server.log
//   ./server 2>&1 | oom l40s "python -m sglang.launch_server --model-path Qwen/Qwen3-32B"
//
// Exit status: 0 it was explained, 2 the message, the command line or the accelerator was not understood.
#include "oom/oom.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line.hpp>

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

int refused(reckon::error const& why) {
    std::cerr << "oom: " << why.message.view() << '\n';
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Explains an engine's out-of-memory message and ranks what would mend it."};
    std::string gpu_name;
    std::string line;
    std::string file;
    reckon::count most = 16;
    app.add_option("gpu", gpu_name, "the accelerator: h200-sxm, \"RTX 4090\", mi300x")->required();
    app.add_option("command", line, "the engine's command line, in quotes")->required();
    app.add_option("log", file, "a file with the message; standard input without it");
    app.add_option("--most-gpus", most, "GPUs that a remedy may ask for (16)")
        ->check(CLI::Range(reckon::count{1}, reckon::count{100000}));
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    std::string log;
    if (file.empty()) {
        log.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream stream(file, std::ios::binary);
        if (!stream) {
            std::cerr << "oom: " << file
                      << " cannot be read; give a log, or nothing for standard input.\n";
            return 2;
        }
        log.assign(std::istreambuf_iterator<char>(stream), {});
    }
    auto const message = reckon::io::read_out_of_memory(log);
    if (!message) { return refused(message.error()); }
    auto const gpu = reckon::find_gpu(gpu_name);
    if (!gpu) { return refused(gpu.error()); }
    std::cout << name(message->speaker) << " ran out of memory " << name(message->phase);
    if (message->device.known()) { std::cout << ", on device " << message->device.value(); }
    if (!message->component.empty()) { std::cout << " (" << message->component.view() << ")"; }
    std::cout << '\n';
    reckon::io::command::words first(line);
    auto const program = reckon::io::command::read_program(first);
    bool const llama =
        program && program->known && program->engine == reckon::engine_kind::llama_cpp;
    auto const wrong = llama ? explain_llama_cpp(*message, line, *gpu)
                             : explain_engine(*message, line, *gpu, most);
    return wrong ? refused(*wrong) : 0;
}
