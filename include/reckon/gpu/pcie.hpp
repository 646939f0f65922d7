// SPDX-License-Identifier: MIT
// What a PCI Express link carries in one direction.
//
//   B = g l c / 8        g = 2.5, 5, 8, 16, 32, 64, 128 GT/s for generations 1 to 7
//
//   symbol | meaning                                                          | domain
//   g      | transfers a second and lane                                      | by generation
//   l      | lanes                                                            | 1, 2, 4, 8, 16, 32
//   c      | bits that carry data: 8/10 (1, 2), 128/130 (3 to 5), 242/256     | by generation
//          | (6, 7: flits)                                                    |
//
// Source:       PCI Express base specifications; generation 4 with 16 lanes: 31.508 GB/s (AT-17).
// Not modelled: headers of packets, which leave 80 to 90 % (data/interconnects.csv has what was measured).
// Error:        0 before packets; tests/gpu/pcie.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// One direction of a link. Unknown for generations and widths that do not exist.
[[nodiscard]] constexpr figure<link_bandwidth> pcie_bandwidth(count generation,
                                                              count lanes) noexcept {
    constexpr double transfers[] = {2.5, 5, 8, 16, 32, 64, 128}; // GT/s of generations 1 to 7
    constexpr double coding[] = {0.8,         0.8,         128.0 / 130, 128.0 / 130,
                                 128.0 / 130, 242.0 / 256, 242.0 / 256};
    constexpr double bits_a_byte = 8;
    bool const width = lanes >= 1 && lanes <= 32 && (lanes & (lanes - 1)) == 0;
    if (generation < 1 || generation > 7 || !width) { return unknown; }
    return link_gigabytes_per_second(transfers[generation - 1] * static_cast<double>(lanes) *
                                     coding[generation - 1] / bits_a_byte);
}

} // namespace reckon::inline v0
