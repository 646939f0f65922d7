// SPDX-License-Identifier: MIT
// Power of machines, what feeds it, what carries it away, and how many machines a rack feeds.
//
//   machine  = g P + host           site = machine PUE
//   supplies = ceil(machine / s) + r
//   heat     = power:  1 W = 3.412142 BTU/h
//   a rack   = floor(R / machine) machines
//
//   symbol | meaning                                                    | unit | domain
//   g, P   | accelerators of a machine, limit of one                    | -, W | >= 0
//   host   | processors, memory, switches, fans, disks                  | W    | >= 0
//   s, r   | power of a supply; supplies that may fail                  | W, - | > 0; >= 0
//   R      | power of a rack                                            | W    | >= 0
//
// Source:       AT-26: eight A100 SXM are 3.2 kW, in a DGX A100 of 6.5 kW. BTU: International Table.
// Not modelled: temperatures; supplies lose 4 to 6 %, which is heat as well and part of the PUE here.
// Error:        0 as a sum; limits overstate what decoding draws; tests/host/power.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::host {

/// g P + host. Domain: accelerators, powers >= 0.
[[nodiscard]] constexpr watts machine_power(count accelerators, watts each, watts rest) noexcept {
    return each * static_cast<double>(accelerators) + rest;
}

/// Heat to be carried away: all power that goes in.
[[nodiscard]] constexpr double in_btu_per_hour(watts power) noexcept {
    constexpr double joules_a_btu = 1055.05585262;
    return in_watts(power) * 3600 / joules_a_btu;
}

/// Supplies of `each` for `machine`, with `spare` that may fail. Domain: each > 0.
[[nodiscard]] constexpr count supplies_for(watts machine, watts each, count spare) noexcept {
    return static_cast<count>(detail::min(detail::ceil(machine / each), 9e15)) + spare;
}

/// Machines that a rack feeds; 0 where one is too much. Domain: machine > 0.
[[nodiscard]] constexpr count machines_in_rack(watts rack, watts machine) noexcept {
    return static_cast<count>(detail::min(detail::floor(rack / machine), 9e15));
}

} // namespace reckon::inline v0::host
