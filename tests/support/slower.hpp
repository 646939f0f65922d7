// SPDX-License-Identifier: MIT
// How much longer a build may take over what is held against a clock: sanitized tests are built without optimisation.
#pragma once

namespace reckon::test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr double slower = 20;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr double slower = 20;
#else
inline constexpr double slower = 1;
#endif
#else
inline constexpr double slower = 1;
#endif

} // namespace reckon::test
