// SPDX-License-Identifier: MIT
// docs/errors.md: an attention family that lacks one of the three visits.
//
// within-lines: 10
// expect-match: half_a_family
// expect-match: attention
// forbid-match: boost::units
#include <reckon/model/attention.hpp>

struct half_a_family {
    reckon::count query_heads{32};
    constexpr void for_each_tensor(reckon::count, auto&&) const noexcept {}
    constexpr void for_each_state(auto&&) const noexcept {}
#ifdef RECKON_CONTROL
    constexpr void for_each_score(reckon::phase, auto&&) const noexcept {}
#endif
};

constexpr reckon::count group = reckon::queries_per_key(half_a_family{});
