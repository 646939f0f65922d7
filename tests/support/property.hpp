// SPDX-License-Identifier: MIT
// A law that must hold for every input, tried on random ones. Only for files named *_property.cpp.
//
//   CHECK(holds("a longer context never needs less memory", [] (std::uint32_t shorter) { RC_ASSERT(...); }));
//
// A failure prints the smallest counter-example and the seed; RC_PARAMS="seed=..." in the environment repeats it.
#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <utility>

namespace reckon::test {

template <class Property>
[[nodiscard]] bool holds(std::string const& sentence, Property&& property) {
    return rc::check(sentence, std::forward<Property>(property));
}

} // namespace reckon::test
