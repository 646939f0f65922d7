// SPDX-License-Identifier: MIT
#include "llama_cpp.hpp"
#include "remedies.hpp"

#include <reckon/io/format.hpp>
#include <reckon/io/llama_cpp_file_line.hpp>
#include <reckon/io/llama_cpp_report.hpp>
#include <reckon/io/table.hpp>

#include <iostream>

namespace {

using namespace reckon;
using io::to_text;

void print_changes(llama_cpp_settings const& asked, llama_cpp_settings const& started,
                   llama_cpp_memory const& memory, count layers) {
    if (asked == started) { return; }
    std::cout << "llama.cpp will change by itself (--fit):";
    if (asked.context != started.context) { std::cout << " -c " << memory.extent.context(); }
    if (asked.gpu_layers != started.gpu_layers && started.gpu_layers <= layers) {
        std::cout << " -ngl " << started.gpu_layers;
    }
    if (asked.host_experts != started.host_experts) {
        std::cout << " --n-cpu-moe " << started.host_experts;
    }
    std::cout << '\n';
}

void print_parts(llama_cpp_memory const& memory, bytes free, std::string_view kind) {
    using enum io::alignment;
    io::table t{.columns = {{.title = ""},
                            {.title = "weights", .align = right},
                            {.title = "KV cache", .align = right},
                            {.title = "state", .align = right},
                            {.title = "compute", .align = right},
                            {.title = "in all", .align = right},
                            {.title = "free", .align = right}}};
    auto const row = [&](std::string const& name, llama_cpp_part const& p,
                         std::string const& room) {
        t.rows.push_back({name, to_text(p.weights), to_text(p.cache.attention()),
                          to_text(p.cache.state()), to_text(p.compute + p.logits),
                          to_text(p.total()), room});
    };
    for (std::size_t d = 0; d < memory.devices.size(); ++d) {
        row(std::string(kind) + std::to_string(d), memory.devices[d], to_text(free));
    }
    row("host", memory.host, "");
    std::cout << io::to_text(t);
}

} // namespace

result<bool> llama_cpp_preflight(std::string const& line, any_gpu const& gpu) {
    auto const read_line = io::read_llama_cpp_file_line(line);
    if (!read_line) { return read_line.error(); }
    llama_cpp_line const& l = *read_line;
    figure<bytes> const room = free_for_llama_cpp(gpu);
    if (!room.known()) {
        return error{errc::unknown_figure,
                     "the memory of this accelerator is not known; name another."};
    }
    bytes const free = room.value();
    auto const started = settings_on(l, free);
    if (!started) { return started.error(); }
    auto const memory = llama_cpp_memory_of(l.model, l.weights, *started);
    if (!memory) { return memory.error(); }
    bool const starts = memory->device.total() <= free;
    std::string_view const kind = io::llama_cpp_device(gpu);
    std::string const fullest = std::string(kind) + std::to_string(memory->fullest);
    if (starts) {
        std::cout << "starts with " << to_text(free - memory->device.total()) << " to spare of "
                  << to_text(free) << " on " << fullest << " (" << gpu.name.view() << ")\n";
    } else {
        std::cout << "does not fit: needs " << to_text(memory->device.total()) << " on " << fullest
                  << ", " << to_text(free) << " free on " << gpu.name.view() << '\n';
    }
    print_changes(l.settings, *started, *memory, layer_count(l.model));
    std::cout << "llama.cpp will print" << (memory->exact ? "\n" : ", about\n");
    for (std::string const& text : io::llama_cpp_report(l.model, *started, *memory, kind)) {
        std::cout << "  " << text << '\n';
    }
    print_parts(*memory, free, kind);
    if (!starts) {
        auto const remedies =
            llama_cpp_remedies_of(l.model, l.weights, free, *started, narrower_files(l.model));
        if (remedies) { print_remedies(*remedies); }
    }
    return starts;
}
