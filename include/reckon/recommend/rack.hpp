// SPDX-License-Identifier: MIT
// Whether a rack feeds the machines that a layout stands on.
//
//   machine = g P + beside  <=  rack                 (host/power.hpp)
//
//   symbol | meaning                                                        | unit | domain
//   g, P   | accelerators of a whole machine, board limit of one            | -, W | >= 1; > 0
//   beside | processors, memory, fans, network                              | W    | >= 0
//
// A machine is fed whole, whatever part of it a layout uses. Where nobody published a board limit, the rule cannot
// be kept.
// Error:        an upper bound, as limits are; tests/recommend/rules.cpp.
#pragma once
#include <reckon/gpu/machine.hpp>
#include <reckon/host/power.hpp>
#include <reckon/recommend/plan.hpp>

namespace reckon::inline v0::detail {

/// Whether a whole machine of `g` is more than a rack feeds, or nobody knows; then `no` says so.
template <gpu G>
[[nodiscard]] constexpr bool too_much_for_rack(G const& g, plan_rules const& rules,
                                               refusal& no) noexcept {
    if (!rules.rack.known()) { return false; }
    no.broken = serving::constraint::power_unknown;
    if (!g.power.known()) { return true; }
    watts const machine = host::machine_power(machine_size(g), g.power.value(), rules.beside);
    no.broken =
        machine > rules.rack.value() ? serving::constraint::power : serving::constraint::none;
    no.need = in_watts(machine);
    no.have = in_watts(rules.rack.value());
    return no.broken != serving::constraint::none;
}

} // namespace reckon::inline v0::detail
