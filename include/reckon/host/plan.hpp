// SPDX-License-Identifier: MIT
// What stands around the accelerators of a plan: machines, cores, memory, disks, network, power, heat.
//
//   machines = ceil(n / g)
//   memory   = max(2 g M, weights + rest)     twice what the accelerators hold, or what passes through it
//   disk     = copies x weights               + scratch
//   power    = g P + host,  x PUE at the site;  heat = power (host/power.hpp)
//
//   symbol | meaning                                             | unit | domain
//   n, g   | accelerators in all; of one machine                 | -    | >= 1
//   M, P   | memory and power limit of one                       | byte, W | > 0
//   host   | what a machine draws beside its accelerators        | W    | >= 0
//
// Source:       machines as their makers build them (`dgx_h100`): 2 TB for 640 GB of accelerators, 8 x 400
//               Gbit/s, 10.2 kW of which 5.6 are accelerators. The factor 2 is a convention of makers, so
//               that everything can be staged and swapped; weights that are larger ask for more.
// Not modelled: what a workload does on processors (tokenising, images), file systems, cables, cooling.
// Error:        an upper bound of power; the other figures are what is usual, marked assumed.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/gpu/machine.hpp>
#include <reckon/host/memory.hpp>
#include <reckon/host/power.hpp>

namespace reckon::inline v0::host {

/// A machine as it is built, for accelerators of one kind.
struct machine_profile {
    label name{};
    count accelerators{8};
    count cores{};             ///< of all processors
    double memory_factor{2};   ///< of the accelerators' memory
    double network_gigabits{}; ///< of one accelerator, one direction
    watts beside{};            ///< processors, memory, switches, fans, disks, network
    watts supply{};            ///< of one power supply
    count spare_supplies{};
    provenance source{provenance::assumed};
};

/// NVIDIA DGX H100 and H200 (user guide): two Xeon 8480C of 56 cores, 2 TB, 8 x 400 Gbit/s, 10.2 kW at most
/// with 8 x 700 W of accelerators, six supplies of 3.3 kW of which two may fail.
inline constexpr machine_profile dgx_h100{.name = "DGX H100",
                                          .accelerators = 8,
                                          .cores = 112,
                                          .memory_factor = 2,
                                          .network_gigabits = 400,
                                          .beside = kilowatts(10.2 - 8 * 0.7),
                                          .supply = kilowatts(3.3),
                                          .spare_supplies = 2,
                                          .source = provenance::datasheet};

/// A workstation of one or two cards: a desktop's figures, for want of any published ones.
inline constexpr machine_profile workstation{.name = "workstation",
                                             .accelerators = 2,
                                             .cores = 16,
                                             .memory_factor = 2,
                                             .network_gigabits = 10,
                                             .beside = watts_of(350),
                                             .supply = watts_of(1600),
                                             .spare_supplies = 0,
                                             .source = provenance::assumed};

/// What a plan asks of the room.
struct host_wishes {
    bytes weights{};               ///< of one machine's replicas, as files
    double copies{2};              ///< of them on disk: the next version arrives while one serves
    bytes scratch{gigabytes(500)}; ///< system, containers, logs: assumed
    double power_usage_effectiveness{1.3}; ///< assumed; the site knows its own
    watts rack{kilowatts(40)};             ///< that a rack feeds and cools
};

/// What stands around the accelerators of a plan: of one machine, and of all of them.
struct host_plan {
    count machines{};
    count cores{}; ///< of a machine, as are memory, disk, network, supplies and power
    bytes memory{};
    bytes disk{};
    data_rate network{};
    count supplies{};
    watts power{};
    count racks{};              ///< 0: one machine is too much for a rack
    watts site_power{};         ///< of all machines, with cooling
    double heat_btu_per_hour{}; ///< of all machines
    provenance source{provenance::assumed};
};

/// The machines around `n` accelerators `g`. Errors: unknown_figure where nobody published the memory or
/// the power of one; out_of_range for no accelerators, a PUE below 1, a negative wish.
template <gpu G>
[[nodiscard]] constexpr result<host_plan> host_for(G const& g, count n, host_wishes const& w,
                                                   machine_profile const& m = dgx_h100) noexcept {
    sentence why{};
    if (n < 1 || m.accelerators < 1) {
        why.append("a plan of ").append(n).append(" accelerators, ").append(m.accelerators);
        return error{errc::out_of_range,
                     why.append(" in a machine, is none; give at least one each.")};
    }
    if (!g.memory.known() || !g.power.known()) {
        why.append(std::string_view(g.name)).append(" has no known ");
        why.append(g.memory.known() ? "power" : "memory");
        return error{errc::unknown_figure, why.append("; give it in the gpu_spec.")};
    }
    if (!(w.power_usage_effectiveness >= 1) || !(w.copies >= 0) || !(w.weights >= bytes{}) ||
        !(w.scratch >= bytes{}) || !(w.rack > watts{})) {
        return error{errc::out_of_range,
                     "weights, copies and scratch are from 0 up, a PUE from 1 up, a "
                     "rack's power above 0; one of them is not."};
    }
    host_plan p{};
    p.machines = reckon::detail::ceil_div(n, m.accelerators);
    auto const in_machine = static_cast<double>(m.accelerators);
    p.cores = m.cores;
    memory_use const staged{.staged = w.weights};
    p.memory = max(g.memory.value() * (in_machine * m.memory_factor), staged.total());
    p.disk = w.weights * w.copies + w.scratch;
    constexpr double bits_a_byte = 8;
    p.network = data_rate_bytes_per_second(m.network_gigabits * 1e9 / bits_a_byte * in_machine);
    p.power = machine_power(m.accelerators, g.power.value(), m.beside);
    p.supplies = supplies_for(p.power, m.supply, m.spare_supplies);
    count const in_rack = machines_in_rack(w.rack, p.power);
    p.racks = in_rack > 0 ? reckon::detail::ceil_div(p.machines, in_rack) : 0;
    watts const all = p.power * static_cast<double>(p.machines);
    p.site_power = all * w.power_usage_effectiveness;
    p.heat_btu_per_hour = in_btu_per_hour(all);
    p.source = worst(m.source, provenance::assumed);
    return p;
}

} // namespace reckon::inline v0::host
