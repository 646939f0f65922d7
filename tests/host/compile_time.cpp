// SPDX-License-Identifier: MIT
// Every law of machines gives the program what it gives the compiler.
#include "support/compile_time.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/host/disk.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/host/plan.hpp>
#include <reckon/host/power.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::figures;
using reckon::test::same_at_run_time;

namespace {

/// What the laws of this room are asked about.
struct inputs {
    any_gpu gpu = gpus::h100_sxm_80gb;
    count devices{20};
    bytes weights{405e9};
    watts rest{kilowatts(4.6)};
};
constexpr inputs in{};

} // namespace

TEST_CASE("laws of machines by the compiler and by the program") {
    same_at_run_time<[](auto const& i) {
        watts const machine = host::machine_power(8, i.gpu.power.value(), i.rest);
        return figures(machine, host::in_btu_per_hour(machine),
                       host::supplies_for(machine, kilowatts(3.3), 2),
                       host::machines_in_rack(kilowatts(41), machine));
    },
                     in>("power");
    same_at_run_time<[](auto const& i) {
        host::loading const l =
            host::loading_of(i.weights, {.storage = data_rate_bytes_per_second(6.5e9),
                                         .network = host::network_bandwidth(100),
                                         .link = link_gigabytes_per_second(55),
                                         .accelerators = 8});
        return figures(l.read, l.copy, l.streamed(), l.staged(), l.limit);
    },
                     in>("loading");
    same_at_run_time<[](auto const& i) {
        host::host_plan const p = *host::host_for(i.gpu, i.devices, {.weights = i.weights});
        return figures(p.machines, p.cores, p.memory, p.disk, p.network, p.supplies, p.power,
                       p.site_power, p.heat_btu_per_hour, p.racks);
    },
                     in>("plan");
}
