// SPDX-License-Identifier: MIT
// Every option: its name on the command line and in a file, what it is for, and which verbs know it.
#pragma once
#include "recommend/given.hpp"

#include <reckon/detail/result.hpp>

#include <span>

namespace recommend {

enum class option_kind : unsigned char { one, several, flag };

struct option {
    std::string_view name{};
    std::string_view group{};
    std::string_view shown{}; ///< what stands for the value in the help
    std::string_view help{};
    unsigned verbs{};
    option_kind kind{option_kind::one};
    [[nodiscard]] constexpr bool belongs_to(verb v) const {
        return (verbs >> static_cast<unsigned>(v) & 1U) != 0;
    }
};

[[nodiscard]] std::span<option const> all_options();
/// The option of that name, or null.
[[nodiscard]] option const* find_option(std::string_view name);
/// That a verb has no such option, and which are near.
[[nodiscard]] reckon::error no_option(std::string_view place, std::string_view name, verb asked);

} // namespace recommend
