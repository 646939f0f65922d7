// SPDX-License-Identifier: MIT
// AT-22: a price without the day on which somebody read it does not compile.
//
// within-lines: 8
// expect-match: price
// expect-match: no matching|too few|could not convert|no viable
// forbid-match: .{3000}
#include <reckon/cost/price.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr reckon::price p5{55.04_USD_per_hour, {2026, 11, 9}};
#else
constexpr reckon::price p5{55.04_USD_per_hour};
#endif
