// SPDX-License-Identifier: MIT
// Accelerators, links, hosts: what a datasheet says, and what follows from it.
#include "audit/laws.hpp"

#include <reckon/gpu/compare.hpp>
#include <reckon/gpu/pcie.hpp>
#include <reckon/host/disk.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/host/memory.hpp>
#include <reckon/host/software.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace audit {

namespace {

using namespace reckon;

double several(arguments& a) { return static_cast<double>(a.whole_or("count", 1)); }

/// "a100-sxm-80gb:fp16": an accelerator and what it multiplies, weights stored alike.
struct at_work {
    any_gpu gpu{};
    arithmetic operands{};
};
at_work worker(arguments& a, std::string_view name) {
    std::string_view const written = a.text(name);
    std::size_t const colon = written.rfind(':');
    at_work w{};
    auto const g = find_gpu(written.substr(0, colon));
    auto const o = find_operands(colon == std::string_view::npos ? "" : written.substr(colon + 1));
    if (!g || !o) {
        a.fail("'" + std::string(written) + "' is no accelerator:operands");
        return w;
    }
    return {*g, *o};
}

speed_ratio ratio_in(arguments& a) {
    at_work const first = worker(a, "a");
    at_work const second = worker(a, "b");
    return ratio_of(device_at_work{first.gpu, first.operands, stored_bits(first.operands)},
                    device_at_work{second.gpu, second.operands, stored_bits(second.operands)});
}

std::optional<host::component> find_component(std::string_view name) {
    constexpr std::string_view names[] = {"cuda", "driver", "rocm", "pytorch", "nccl"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (names[i] == name) { return static_cast<host::component>(i); }
    }
    return std::nullopt;
}

/// For an accelerator's generation, or for what is named with '-' for blanks.
host::version least_version(arguments& a) {
    auto const of = find_component(a.text("component"));
    std::string what;
    if (a.has("gpu")) {
        what = std::string(a.gpu().architecture.name.view());
    } else {
        what = std::string(a.text("what"));
        std::ranges::replace(what, '-', ' ');
    }
    host::minimum const* const row = of ? host::find_minimum(what, *of) : nullptr;
    if (row == nullptr) {
        a.fail("no minimum is recorded for " + what);
        return {};
    }
    return row->least;
}

constexpr law laws[] = {
    {"gpu_memory", "catalog/gpus.hpp",
     [](arguments& a) { return of(a.known(a.gpu().memory, "its memory") * several(a)); }},
    {"gpu_bandwidth", "catalog/gpus.hpp",
     [](arguments& a) { return of(a.known(a.gpu().bandwidth, "its bandwidth")); }},
    {"gpu_peak", "catalog/gpus.hpp",
     [](arguments& a) {
         any_gpu const g = a.gpu();
         return of(a.known(g.peak[a.operands()], "its peak") * several(a));
     }},
    {"gpu_power", "catalog/gpus.hpp",
     [](arguments& a) { return of(a.known(a.gpu().power, "its power") * several(a)); }},
    {"gpu_link", "catalog/gpus.hpp",
     [](arguments& a) { // as sold: the sum of both directions
         return of(a.known(a.gpu().link.each_way, "its link") * 2);
     }},
    {"pcie_generation", "catalog/gpus.hpp",
     [](arguments& a) {
         return plain(static_cast<double>(a.known(a.gpu().host.generation, "its link")));
     }},
    {"least_version", "host/software.hpp", [](arguments& a) { return of(least_version(a)); }},
    {"mig_instances", "catalog/gpus.hpp",
     [](arguments& a) {
         return plain(static_cast<double>(a.known(a.gpu().mig_instances, "their number")));
     }},
    {"compare_compute", "gpu/compare.hpp",
     [](arguments& a) { return plain(a.known(ratio_in(a).by_compute, "a peak")); }},
    {"compare_memory", "gpu/compare.hpp",
     [](arguments& a) { return plain(a.known(ratio_in(a).by_memory, "a bandwidth")); }},
    {"pcie_bandwidth", "gpu/pcie.hpp",
     [](arguments& a) {
         return of(a.known(pcie_bandwidth(a.whole("generation"), a.whole("lanes")), "that link") *
                   efficiency{a.number_or("achieved", 1)});
     }},
    {"load_time", "host/load_time.hpp",
     [](arguments& a) {
         return of(host::load_time(bytes{a.number("bytes")},
                                   data_rate_bytes_per_second(a.number("rate") * 1e9)));
     }},
    {"network_bandwidth", "host/load_time.hpp",
     [](arguments& a) { return of(host::network_bandwidth(a.number("gigabits"))); }},
    {"host_memory_bandwidth", "host/memory.hpp",
     [](arguments& a) {
         return of(host::host_memory_bandwidth(a.whole("channels"), a.number("megatransfers")));
     }},
    {"raid_capacity", "host/disk.hpp",
     [](arguments& a) {
         auto const all = host::raid(a.whole("raid"), a.whole("disks"), bytes{a.number("each")},
                                     data_rate_bytes_per_second(1e9));
         if (!all) { a.fail(all.error().message.view()); }
         return of(all ? all->capacity : bytes{});
     }},
};

} // namespace

std::span<law const> hardware_laws() { return laws; }

} // namespace audit
