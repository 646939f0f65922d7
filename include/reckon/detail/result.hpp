// SPDX-License-Identifier: MIT
// A value, or one sentence that says why there is none.
#pragma once
#include <reckon/detail/text.hpp>

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace reckon::inline v0 {

/// The kind of failure, for programs; the sentence beside it is for people.
enum class errc : unsigned char {
    unknown_name,       ///< no model, accelerator, precision or flag has this name
    missing_field,      ///< a field that the law needs is not there
    wrong_type,         ///< a field has another type than it should
    out_of_range,       ///< a number is negative, zero, absurd or above a limit
    unsupported,        ///< understood, but not modelled: never guessed
    contradiction,      ///< two inputs exclude each other
    indivisible_layout, ///< a parallel layout that does not divide heads, experts or layers
    malformed,          ///< a file or text that cannot be parsed
    unreadable,         ///< a file that cannot be opened or is too large
    unknown_figure,     ///< a figure that nobody published was asked for
};

/// Why something was refused. `message` is one sentence with the value, the place and the remedy.
struct error {
    errc code{};
    sentence message{};
};

/// An error, or none: what a check answers. Reads like a pointer.
struct possible_error {
    error why{};
    bool is_error{};

    constexpr possible_error() noexcept = default; ///< nothing wrong
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr possible_error(error const& found) noexcept : why(found), is_error(true) {}
    [[nodiscard]] constexpr bool has_value() const noexcept { return is_error; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return is_error; }
    [[nodiscard]] constexpr error const& operator*() const noexcept { return why; }
    [[nodiscard]] constexpr error const* operator->() const noexcept { return &why; }
};

namespace detail {
// Not constexpr on purpose: reaching one of these in a constant expression stops the build, and the
// compiler prints the name.
inline void error_result_has_no_value() noexcept {}
} // namespace detail

/// Either a `T` or an `error`; like std::expected<T, error> of C++23, without exceptions.
/// Asking an error for its value stops a constant expression and terminates a program.
template <class T> class [[nodiscard]] result {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is how a result is made
    constexpr result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
        : state_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr result(reckon::error why) noexcept : state_(std::in_place_index<1>, why) {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return state_.index() == 0; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] constexpr T const& value() const& noexcept {
        require();
        return std::get<0>(state_);
    }
    [[nodiscard]] constexpr T&& value() && noexcept {
        require();
        return std::get<0>(std::move(state_));
    }
    [[nodiscard]] constexpr T const& operator*() const& noexcept { return value(); }
    [[nodiscard]] constexpr T const* operator->() const noexcept { return &value(); }

    /// Domain: !has_value().
    [[nodiscard]] constexpr reckon::error const& error() const noexcept {
        if (has_value()) { detail::error_result_has_no_value(); }
        return std::get<1>(state_);
    }

private:
    // std::get, whose throw is never reached: GCC 12 holds std::get_if of a temporary, as in
    // static_assert(*f() == 3), for no constant.
    constexpr void require() const noexcept {
        if (!has_value()) {
            detail::error_result_has_no_value();
            __builtin_trap();
        }
    }
    std::variant<T, reckon::error> state_;
};

} // namespace reckon::inline v0
