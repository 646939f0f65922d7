// SPDX-License-Identifier: MIT
// Persona P2.2: the bandwidth of memory is none of a link.
//
// within-lines: 8
// expect-match: peak_memory|memory_bandwidth
// expect-match: link
// forbid-match: .{3000}
#include <reckon/gpu.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr reckon::fabric nvlink{.kind = "NVLink 4", .each_way = 450_link_GBps};
#else
constexpr reckon::fabric nvlink{.kind = "NVLink 4", .each_way = 3350_GBps};
#endif
