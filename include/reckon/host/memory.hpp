// SPDX-License-Identifier: MIT
// What a machine's own memory must hold, and how fast it is.
//
//   needed    = staged + pinned + offloaded + rest
//   bandwidth = c f w
//
//   symbol    | meaning                                                       | unit | domain
//   staged    | weights that pass through it: all of them where an engine      | byte | >= 0
//             | reads whole files, a buffer where it streams                   |      |
//   pinned    | buffers for copies, swapped caches                             | byte | >= 0
//   offloaded | 12 bytes a parameter for Adam's master copy and moments        | byte | >= 0
//   rest      | operating system, processes, page cache                        | byte | >= 0
//   c, f, w   | channels, transfers a second, bytes of a transfer (8 in DDR)   | -    | > 0
//
// Source:       AT-21; DDR4-3200 in eight channels: 204.8 GB/s (AT-20, EPYC 7763).
// Error:        0 as a sum; tests/host/memory.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::host {

/// What the machine's memory is for.
struct memory_use {
    bytes staged{};
    bytes pinned{};
    bytes offloaded{};
    bytes rest{gigabytes(16)}; ///< assumed: a server's system, drivers and one engine's processes
    [[nodiscard]] constexpr bytes total() const noexcept {
        return staged + pinned + offloaded + rest;
    }
    friend constexpr bool operator==(memory_use const&, memory_use const&) noexcept = default;
};

/// DDR memory of all channels together: a channel moves eight bytes a transfer.
[[nodiscard]] constexpr memory_bandwidth host_memory_bandwidth(count channels,
                                                               double megatransfers) noexcept {
    constexpr double bytes_a_transfer = 8;
    return megabytes_per_second(static_cast<double>(channels) * megatransfers * bytes_a_transfer);
}

} // namespace reckon::inline v0::host
