// SPDX-License-Identifier: MIT
// import reckon; is #include <reckon/reckon.hpp>, compiled once. Files that import and files that include may be linked:
// everything stays attached to the global module. One file does one of the two (Clang 19 merges no definitions). See
// docs/using.md.
module;
// All that the headers include from elsewhere: what is first included below would become ours.
// NOLINTBEGIN
#include <array>
#include <boost/units/base_dimension.hpp>
#include <boost/units/derived_dimension.hpp>
#include <boost/units/dimension.hpp>
#include <boost/units/physical_dimensions/length.hpp>
#include <boost/units/physical_dimensions/mass.hpp>
#include <boost/units/physical_dimensions/time.hpp>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
// NOLINTEND
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winclude-angled-in-module-purview" // meant, and safe behind extern "C++"
#endif
export module reckon;

export extern "C++" {
#include <reckon/reckon.hpp>
}

// Clang looks for it by its name where a constant expression has a list in braces, in files that include nothing.
export namespace std {
using std::initializer_list;
}
