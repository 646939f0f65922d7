// SPDX-License-Identifier: MIT
// A datasheet's peak is not what is achieved: only an efficiency turns one into the other.
//
// within-lines: 6
// expect-match: peak_compute|peak_flop_rate
// forbid-match: .{3000}
#include <reckon/units.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr reckon::flop_rate achieved = 989_TFLOPps * reckon::efficiency(0.5);
#else
constexpr reckon::flop_rate achieved = 989_TFLOPps;
#endif
