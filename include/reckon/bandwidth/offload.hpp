// SPDX-License-Identifier: MIT
// A pass over weights of which a part stays behind a link.
//
//   t = R / B + S / (e L)        slowdown = t B / (R + S)
//
//   symbol | meaning                                                  | unit   | domain
//   R, S   | bytes in the accelerator's memory; bytes behind the link | byte   | >= 0
//   B, L   | bandwidth of memory; of the link, one direction          | byte/s | > 0
//   e      | share of the link's bandwidth that copies achieve        | -      | (0, 1]
//
// Source:       AT-17: 26 GB of which 4 behind PCIe 4.0 x16 at 75 %: 191.1 ms instead of 25.8, 7.41 times.
// Deviations:   the two are taken one after the other; copies that overlap with products save at most the
//               shorter.
// Not modelled: page faults of unified memory, which reach a fraction of copies.
// Error:        0 as a sum; tests/bandwidth/offload.cpp.
#pragma once
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// Time of one pass: a decode step reads every byte once.
[[nodiscard]] constexpr seconds pass_with_offload(bytes resident, bytes spilled,
                                                  memory_bandwidth memory, link_bandwidth link,
                                                  efficiency copies) noexcept {
    return resident / memory + spilled / (link * copies);
}

/// How many times slower than with everything in memory.
[[nodiscard]] constexpr double offload_slowdown(bytes resident, bytes spilled,
                                                memory_bandwidth memory, link_bandwidth link,
                                                efficiency copies) noexcept {
    return pass_with_offload(resident, spilled, memory, link, copies) /
           ((resident + spilled) / memory);
}

} // namespace reckon::inline v0
