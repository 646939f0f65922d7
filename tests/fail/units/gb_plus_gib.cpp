// SPDX-License-Identifier: MIT
// Persona P2.2: GB and GiB do not add.
//
// within-lines: 8
// expect-match: operator\+
// expect-match: deleted
// expect-match: decimal
// expect-match: binary
// forbid-match: .{2000}
#include <reckon/units.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr auto sum = reckon::bytes{80_GB} + reckon::bytes{80_GiB}; // said to be bytes
#else
constexpr auto sum = 80_GB + 80_GiB;
#endif
