// SPDX-License-Identifier: MIT
// One of several trivial types: what std::variant does for them, at a quarter of its compile time.
//
// All alternatives are trivially copyable, so that none needs a constructor, destructor or assignment of its
// own; std::variant's machinery for those cost more to compile than the families it held.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace reckon::inline v0 {

namespace detail {

template <std::size_t I> struct place {};

template <class... Alternatives> union one_of_storage {};

template <class First, class... Rest> union one_of_storage<First, Rest...> {
    First first;
    one_of_storage<Rest...> rest;
    constexpr one_of_storage() noexcept : first{} {}
    constexpr one_of_storage(place<0>, First const& value) noexcept : first(value) {}
    template <std::size_t I, class T>
    constexpr one_of_storage(place<I>, T const& value) noexcept : rest(place<I - 1>{}, value) {}
};

template <std::size_t I> [[nodiscard]] constexpr auto& stored_at(auto& storage) noexcept {
    if constexpr (I == 0) {
        return storage.first;
    } else {
        return stored_at<I - 1>(storage.rest);
    }
}

template <class T, class... Alternatives> [[nodiscard]] consteval std::size_t place_of() {
    bool const same[] = {std::is_same_v<T, Alternatives>...};
    std::size_t i = 0;
    while (i < sizeof...(Alternatives) && !same[i]) {
        ++i;
    }
    return i;
}

} // namespace detail

/// Holds exactly one of the alternatives; the first, value-initialised, if nothing is said.
template <class... Alternatives> struct one_of {
    static constexpr std::size_t alternatives = sizeof...(Alternatives);
    template <class T>
    static constexpr std::size_t index_of = detail::place_of<T, Alternatives...>();

    detail::one_of_storage<Alternatives...> held{};
    unsigned char which{};

    constexpr one_of() noexcept = default;
    template <class T>
        requires(index_of<T> < sizeof...(Alternatives))
    // NOLINTNEXTLINE(google-explicit-constructor): an alternative is one of them
    constexpr one_of(T const& value) noexcept
        : held(detail::place<index_of<T>>{}, value), which(index_of<T>) {}

    [[nodiscard]] constexpr std::size_t index() const noexcept { return which; }

    /// visit(alternative) of the one that is held. All must return the same type.
    constexpr auto visit(auto&& visitor) const noexcept { return visit_from<0>(visitor); }

    friend constexpr bool operator==(one_of const& a, one_of const& b) noexcept {
        return a.which == b.which && a.template equals_from<0>(b);
    }

private:
    template <std::size_t I> constexpr auto visit_from(auto& visitor) const noexcept {
        if constexpr (I + 1 == sizeof...(Alternatives)) {
            return visitor(detail::stored_at<I>(held));
        } else {
            if (which == I) { return visitor(detail::stored_at<I>(held)); }
            return visit_from<I + 1>(visitor);
        }
    }
    /// Domain: both hold the same alternative, the I-th or a later one.
    template <std::size_t I>
    [[nodiscard]] constexpr bool equals_from(one_of const& other) const noexcept {
        if constexpr (I + 1 == sizeof...(Alternatives)) {
            return detail::stored_at<I>(held) == detail::stored_at<I>(other.held);
        } else {
            return which == I ? detail::stored_at<I>(held) == detail::stored_at<I>(other.held)
                              : equals_from<I + 1>(other);
        }
    }
};

/// The alternative `T`, or null where another is held; like std::get_if.
template <class T, class... Alternatives>
[[nodiscard]] constexpr T const* get_if(one_of<Alternatives...> const* from) noexcept {
    constexpr std::size_t i = one_of<Alternatives...>::template index_of<T>;
    return from != nullptr && from->which == i ? &detail::stored_at<i>(from->held) : nullptr;
}
template <class T, class... Alternatives>
[[nodiscard]] constexpr T* get_if(one_of<Alternatives...>* from) noexcept {
    constexpr std::size_t i = one_of<Alternatives...>::template index_of<T>;
    return from != nullptr && from->which == i ? &detail::stored_at<i>(from->held) : nullptr;
}

template <class T, class... Alternatives>
[[nodiscard]] constexpr bool holds(one_of<Alternatives...> const& from) noexcept {
    return from.which == one_of<Alternatives...>::template index_of<T>;
}

} // namespace reckon::inline v0
