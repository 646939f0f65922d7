// SPDX-License-Identifier: MIT
// A number becomes a quantity only where its unit is named.
//
// within-lines: 6
// expect-match: double
// expect-match: quantity|bytes
// forbid-match: .{3000}
#include <reckon/units.hpp>

#ifdef RECKON_CONTROL
constexpr reckon::bytes memory = reckon::gigabytes(80);
#else
constexpr reckon::bytes memory = 80e9;
#endif
