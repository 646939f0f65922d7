// SPDX-License-Identifier: MIT
// What every fuzz entry asks of what it read.
#pragma once
#include <reckon/detail/result.hpp>

#include <cstdlib>

namespace reckon::fuzz {

inline void demand(bool holds) {
    if (!holds) { std::abort(); }
}

/// A refusal says something, in one line of printable text.
inline void demand_sentence(error const& why) {
    demand(!why.message.empty());
    for (char const c : why.message.view()) {
        demand(static_cast<unsigned char>(c) >= 0x20);
    }
}

} // namespace reckon::fuzz
