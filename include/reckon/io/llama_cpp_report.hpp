// SPDX-License-Identifier: MIT
// What llama.cpp prints of its memory when it starts, in its own words, to be held beside its log.
//
//   load_tensors:        CUDA0 model buffer size =  4403.49 MiB
//   llama_kv_cache:      CUDA0 KV buffer size =  1024.00 MiB
//   sched_reserve:      CUDA0 compute buffer size =   130.00 MiB
//
// Source: the log of ggml-org/llama.cpp v0.5.0 (commit 0ad4a86); figures are those of memory/llama_cpp/.
// Deviations: a file that is mapped prints for the host all between its first and its last tensor there; here
//         are the bytes that are used. A buffer of 0 bytes is not printed.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/memory/llama_cpp/memory.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

/// What the engine calls devices of that maker, without a number, in its build for them: "CUDA" for
/// NVIDIA, "ROCm", "MTL" for Apple's Metal, "SYCL" for Intel, "Vulkan" for everybody else.
template <gpu G>
[[nodiscard]] constexpr std::string_view llama_cpp_device(G const& device) noexcept {
    switch (device.architecture.maker) {
    case vendor::nvidia: return "CUDA";
    case vendor::amd: return "ROCm";
    case vendor::apple: return "MTL";
    case vendor::intel: return "SYCL";
    default: return "Vulkan";
    }
}

namespace detail {

/// Lines of one kind.
class llama_cpp_lines {
public:
    explicit llama_cpp_lines(std::string_view device) : device_(device) {}

    [[nodiscard]] std::string of_device(std::size_t d) const {
        return std::string(device_) + std::to_string(d);
    }
    [[nodiscard]] std::string of_host() const { return std::string(device_) + "_Host"; }
    void add(char const* form, std::string const& where, bytes size) {
        if (!(size > bytes{0})) { return; }
        write(form, where.c_str(), in_mebibytes(size));
    }
    template <class... Values> void write(char const* form, Values... values) {
        char line[200]{};
        std::snprintf(line, sizeof line, form, values...);
        lines.emplace_back(line);
    }
    std::vector<std::string> lines{};

private:
    std::string_view device_;
};

[[nodiscard]] inline std::string lower_case(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
    }
    return lower;
}

} // namespace detail

/// The lines, without time stamps. `device`: what llama_cpp_device says.
template <model M> [[nodiscard]] std::vector<std::string>
llama_cpp_report(M const& m, llama_cpp_settings const& s, llama_cpp_memory const& memory,
                 std::string_view device = "CUDA") {
    detail::llama_cpp_lines to(device);
    auto const each = [&](char const* form, auto const& of) {
        for (std::size_t d = 0; d < memory.devices.size(); ++d) {
            to.add(form, to.of_device(d), of(memory.devices[d]));
        }
    };
    constexpr char const* model_form = "load_tensors: %12s model buffer size = %8.2f MiB";
    to.add(model_form, "CPU_Mapped", memory.host.weights);
    each(model_form, [](llama_cpp_part const& p) { return p.weights; });
    constexpr char const* logits_form = "llama_context: %10s  output buffer size = %8.2f MiB";
    bool const on_device = s.gpu_layers != 0 || s.idle_device;
    to.add(logits_form, on_device ? to.of_host() : "CPU", memory.host.logits);

    // One cache for layers that see everything, another for windowed ones.
    count const layers = layer_count(m);
    llama_cpp_stages const stages = stages_of(s, layers);
    count const first = s.cache_on_host ? layers : first_device_layer(s, layers);
    std::string const keys = detail::lower_case(s.keys.name.view());
    std::string const values = detail::lower_case(s.values.name.view());
    for (auto const which : {llama_cpp_caches::whole, llama_cpp_caches::windowed}) {
        bool const windowed = which == llama_cpp_caches::windowed;
        llama_cpp_cache total{};
        count kept = 0;
        count cells = 0;
        bytes each_side[llama_cpp_most_devices + 1]{}; // the host, then the devices
        m.groups.for_each([&](auto const& group) {
            cached_widths const w = cached_widths_of(group.attention);
            if (w.heads == 0 || (w.window > 0) != windowed) { return; }
            kept += group.at.size();
            cells = llama_cpp_cells(s, memory.extent, w.window);
        });
        if (kept == 0) { continue; }
        auto const part = [&](count from, count end) {
            llama_cpp_cache const cache = llama_cpp_cache_of(m, s, memory.extent, from, end, which);
            total.keys += cache.keys;
            total.values += cache.values;
            return cache.attention();
        };
        each_side[0] = part(0, first);
        for (std::size_t d = 0; d < stages.size() && !s.cache_on_host; ++d) {
            each_side[d + 1] = part(stages[d].first, stages[d].end);
        }
        constexpr char const* form = "llama_kv_cache: %10s KV buffer size = %8.2f MiB";
        to.add(form, "CPU", each_side[0]);
        for (std::size_t d = 0; d < stages.size(); ++d) {
            to.add(form, to.of_device(d), each_side[d + 1]);
        }
        to.write("llama_kv_cache: size = %7.2f MiB (%6lld cells, %3lld layers, %2lld/%lld seqs), K "
                 "(%s): %7.2f MiB, V (%s): %7.2f MiB",
                 in_mebibytes(total.attention()), static_cast<long long>(cells),
                 static_cast<long long>(kept), static_cast<long long>(memory.extent.sequences),
                 static_cast<long long>(memory.extent.streams), keys.c_str(),
                 in_mebibytes(total.keys), values.c_str(), in_mebibytes(total.values));
    }
    constexpr char const* state_form = "llama_memory_recurrent: %10s RS buffer size = %8.2f MiB";
    to.add(state_form, "CPU", memory.host.cache.state());
    each(state_form, [](llama_cpp_part const& p) { return p.cache.state(); });
    constexpr char const* compute_form = "sched_reserve: %10s compute buffer size = %8.2f MiB";
    each(compute_form, [](llama_cpp_part const& p) { return p.compute; });
    to.add(compute_form, on_device ? to.of_host() : "CPU", memory.host.compute);
    return to.lines;
}

} // namespace reckon::inline v0::io
