// SPDX-License-Identifier: MIT
// The same call twice: by the compiler, and by the program on inputs that the compiler cannot see through.
//
//   constexpr deployment served{...};
//   same_at_run_time<[](auto const& d) { return figures(memory_of(d).weights); }, served>("weights");
#pragma once
#include "support/near.hpp"

#include <reckon/units/quantity.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace reckon::test {

/// Results of a law as plain numbers: quantities in base units, counts and verdicts as they are.
template <class... Figures> constexpr std::array<double, sizeof...(Figures)> figures(Figures... f) {
    auto const plain = [](auto one) {
        if constexpr (std::is_arithmetic_v<decltype(one)> || std::is_enum_v<decltype(one)>) {
            return static_cast<double>(one);
        } else {
            return units::access::base(one);
        }
    };
    return {plain(f)...};
}

/// A copy through memory that may change under the compiler's eyes: nothing of it is a constant.
template <class T> T laundered(T const& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    T copy = value;
    auto* const bytes = reinterpret_cast<unsigned char volatile*>(&copy);
    for (std::size_t i = 0; i < sizeof copy; ++i) {
        unsigned char const one = bytes[i];
        bytes[i] = one;
    }
    return copy;
}

/// `Law` of `Input`, made by the compiler and done by the program.
template <auto Law, auto const& Input> void same_at_run_time(std::string_view law) {
    constexpr auto made = Law(Input);
    auto const done = Law(laundered(Input));
    CAPTURE(law);
    for (std::size_t i = 0; i < made.size(); ++i) {
        CAPTURE(i);
        CHECK(made[i] == made[i]); // a number
        CHECK(near(done[i], made[i]));
    }
}

} // namespace reckon::test
