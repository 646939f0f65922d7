// SPDX-License-Identifier: MIT
#include "oom.hpp"
#include "preflight/remedies.hpp"

#include <reckon/io/llama_cpp_file_line.hpp>
#include <reckon/io/llama_cpp_report.hpp>

#include <cmath>

namespace {

using namespace reckon;
using io::memory_phase;

// One buffer of a launch, by its name in the engine's log.
struct buffer {
    std::string name;
    memory_phase phase;
    bytes size;
};

std::vector<buffer> buffers_of(llama_cpp_memory const& memory, std::string_view kind) {
    std::vector<buffer> all;
    auto const add = [&](std::string const& where, llama_cpp_part const& p) {
        all.push_back({where + " model buffer", memory_phase::weights, p.weights});
        all.push_back({where + " KV buffer", memory_phase::cache, p.cache.total()});
        all.push_back({where + " compute buffer", memory_phase::compute, p.compute});
    };
    for (std::size_t d = 0; d < memory.devices.size(); ++d) {
        add(std::string(kind) + std::to_string(d), memory.devices[d]);
    }
    add("host", memory.host);
    return all;
}

} // namespace

possible_error explain_llama_cpp(io::out_of_memory const& m, std::string const& line,
                                 any_gpu const& gpu) {
    auto const l = io::read_llama_cpp_file_line(line);
    if (!l) { return l.error(); }
    auto const memory = llama_cpp_memory_of(l->model, l->weights, l->settings);
    if (!memory) { return memory.error(); }
    std::string_view const kind = io::llama_cpp_device(gpu);
    bytes const requested = m.requested.value_or(bytes{0});
    // The buffer of the phase and the device that the message names, else the one of that size.
    std::string wanted;
    double nearest = 0.25; // farther apart they are not the same buffer
    for (buffer const& b : buffers_of(*memory, kind)) {
        bool const here =
            !m.device.known() ||
            b.name.starts_with(std::string(kind) + std::to_string(m.device.value()) + " ");
        bool const now = m.phase == memory_phase::unknown || m.phase == b.phase;
        double const apart = requested > bytes{0} ? std::abs(b.size / requested - 1) : 0;
        std::cout << "  " << b.name << std::string(b.name.size() < 24 ? 24 - b.name.size() : 1, ' ')
                  << in_gib(b.size) << '\n';
        if (here && now && b.size > bytes{0} && apart < nearest) {
            nearest = apart;
            wanted = b.name;
        }
    }
    if (requested > bytes{0}) {
        std::cout << "The message asked for " << in_gib(requested)
                  << (wanted.empty()
                          ? ", which is none of these buffers: another version, model or line.\n"
                          : ": the " + wanted + ".\n");
    }
    figure<bytes> const room = free_for_llama_cpp(gpu);
    if (!room.known()) { return {}; }
    std::string const fullest = std::string(kind) + std::to_string(memory->fullest);
    bytes const needs = memory->device.total();
    llama_cpp_part const& p = memory->device;
    std::string_view const largest = p.weights >= p.cache.total() && p.weights >= p.compute
                                         ? "the weights"
                                     : p.cache.total() >= p.compute ? "the cache"
                                                                    : "the buffers of a pass";
    std::cout << fullest << " needs " << in_gib(needs) << " of " << in_gib(room.value())
              << " free on " << gpu.name.view() << "; most of it is " << largest << ".\n";
    // What failed had no room beside what was made before it: weights, then caches, then buffers of a pass.
    bytes free = room.value();
    llama_cpp_part const& there =
        m.device.known() && m.device.value() < static_cast<count>(memory->devices.size())
            ? memory->devices[static_cast<std::size_t>(m.device.value())]
            : memory->device;
    bytes at_least = there.weights;
    if (m.phase != memory_phase::weights) { at_least += there.cache.total(); }
    if (m.phase != memory_phase::weights && m.phase != memory_phase::cache) {
        at_least += there.compute;
    }
    if (!wanted.empty() && at_least <= free) {
        std::cout << "By calculation there was room for it: other processes held "
                  << in_gib(free - at_least) << " or more. Below, that much less is free.\n";
        free = at_least - bytes{1};
    }
    auto const remedies =
        llama_cpp_remedies_of(l->model, l->weights, free, l->settings, narrower_files(l->model));
    if (remedies) { print_remedies(*remedies, in_gib); }
    return {};
}
