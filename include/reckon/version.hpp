// SPDX-License-Identifier: MIT
// The one home of the version: CMake reads the three numbers below, everything else asks CMake.
//
// Before 1.0 a new minor version may rename or remove; a new patch version may not.
#pragma once

namespace reckon::inline v0 {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

} // namespace reckon::inline v0
