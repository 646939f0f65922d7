// SPDX-License-Identifier: MIT
// What concepts call a visit with: a lambda in a requirement is refused by EDG's compilers, nvcc among them.
#pragma once

namespace reckon::inline v0::detail {

/// Takes a `T`, or anything, and does nothing with it.
template <class T = void> struct visitor {
    constexpr void operator()(T const&) const noexcept {}
};
template <> struct visitor<void> {
    constexpr void operator()(auto const&) const noexcept {}
};

} // namespace reckon::inline v0::detail
