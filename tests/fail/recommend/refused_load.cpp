// SPDX-License-Identifier: MIT
// A load that is refused has no plans: asking for them stops the build.
//
// within-lines: 10
// expect-match: error_result_has_no_value
#include <reckon/recommend.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

#ifdef RECKON_CONTROL
constexpr auto load = reckon::checked({.context = 4096_tok, .concurrency = 8}).value();
#else
constexpr auto load = reckon::checked({.context = 4096_tok}).value();
#endif
