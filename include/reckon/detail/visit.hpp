// SPDX-License-Identifier: MIT
// Visiting a variant by asking each alternative in turn: what std::visit does, without its table of
// function pointers, which costs more to compile than all families together.
#pragma once
#include <cstddef>
#include <type_traits>
#include <variant>

namespace reckon::inline v0::detail {

/// visit(alternative) of whichever alternative the variant holds. All must return the same type.
template <std::size_t I = 0, class Visit, class... Alternatives>
constexpr auto visit_in_turn(std::variant<Alternatives...> const& held, Visit&& visit) noexcept
    -> decltype(visit(*std::get_if<0>(&held))) {
    if constexpr (I + 1 == sizeof...(Alternatives)) {
        return visit(*std::get_if<I>(&held));
    } else {
        if (auto const* alternative = std::get_if<I>(&held)) { return visit(*alternative); }
        return visit_in_turn<I + 1>(held, visit);
    }
}

} // namespace reckon::inline v0::detail
