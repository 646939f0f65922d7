// SPDX-License-Identifier: MIT
// A time is no amount of memory.
//
// within-lines: 8
// expect-match: seconds_for_bytes.cpp:\d+:\d+: error: (could not convert|no matching function)
// expect-match: quantity<(reckon::)?(v0::)?units::second>
// expect-match: (units::byte>|reckon::bytes)
// forbid-match: boost::units
#include <reckon/units.hpp>

using namespace reckon::literals;

constexpr double gigabytes_of(reckon::bytes size) { return reckon::in_gigabytes(size); }

#ifdef RECKON_CONTROL
constexpr double answer = gigabytes_of(80_GB);
#else
constexpr double answer = gigabytes_of(80_s);
#endif
