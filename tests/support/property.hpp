// SPDX-License-Identifier: MIT
// A law that must hold for every input, tried on random ones. Only for files named *_property.cpp.
//
//   CHECK(holds("a longer context never needs less memory", [] (std::uint32_t shorter) { RC_ASSERT(...); }));
//
// The same inputs every time, so that a change is judged by what it changes. Other inputs: `./dev properties`, which
// draws new ones; a failure prints the smallest counter-example and the seed, and RC_PARAMS="seed=..." repeats it.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace reckon::test {

template <class Property>
[[nodiscard]] bool holds(std::string const& sentence, Property&& property) {
    // rapidcheck reads its settings from there, once, and draws a seed of its own where none is given.
    static int const settled = setenv("RC_PARAMS", "seed=20250101", /*overwrite=*/0);
    return settled == 0 && rc::check(sentence, std::forward<Property>(property));
}

} // namespace reckon::test
