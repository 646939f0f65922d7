// SPDX-License-Identifier: MIT
// Proof that a call allocates nothing:
//
//   auto const before = reckon::test::allocations();
//   ... the call ...
//   CHECK(reckon::test::allocations() == before);
#pragma once

#include <cstddef>

namespace reckon::test {

// How often this program has called operator new so far.
[[nodiscard]] std::size_t allocations() noexcept;

} // namespace reckon::test
