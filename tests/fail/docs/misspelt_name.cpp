// SPDX-License-Identifier: MIT
// docs/errors.md: an error that is used as a value stops a constant expression.
//
// within-lines: 10
// expect-match: error_result_has_no_value
// forbid-match: boost::units
#include <reckon/catalog/find_gpu.hpp>

#ifdef RECKON_CONTROL
constexpr auto gpu = *reckon::find_gpu("h200-sxm");
#else
constexpr auto gpu = *reckon::find_gpu("h300-sxm");
#endif
