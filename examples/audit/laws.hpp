// SPDX-License-Identifier: MIT
// The library's laws by name. A check names one of them and its inputs: nothing is calculated here that
// the library does not calculate.
#pragma once
#include "audit/arguments.hpp"
#include "audit/measure.hpp"

#include <span>

namespace audit {

struct law {
    std::string_view name;
    std::string_view header; ///< where it is written down
    measure (*answer)(arguments&);
};

[[nodiscard]] std::span<law const> memory_laws();
[[nodiscard]] std::span<law const> speed_laws();
[[nodiscard]] std::span<law const> hardware_laws();
[[nodiscard]] std::span<law const> training_laws();
[[nodiscard]] std::span<law const> money_laws();
/// Sums and quotients that an article itself makes: its arithmetic is checked too.
[[nodiscard]] std::span<law const> arithmetic_of_articles();

/// The law of that name, or null.
[[nodiscard]] law const* find_law(std::string_view name);

} // namespace audit
