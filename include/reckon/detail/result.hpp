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

/// A trivial value or an error. std::variant would cost a compiler more than all that the core keeps in it.
template <class T> class trivial_outcome {
public:
    constexpr explicit trivial_outcome(T const& value) noexcept : value_(value) {}
    constexpr explicit trivial_outcome(error const& why) noexcept : why_(why), is_error_(true) {}
    [[nodiscard]] constexpr bool is_error() const noexcept { return is_error_; }
    [[nodiscard]] constexpr T& value() noexcept { return value_; }
    [[nodiscard]] constexpr T const& value() const noexcept { return value_; }
    [[nodiscard]] constexpr error const& why() const noexcept { return why_; }

private:
    union {
        T value_;
        error why_;
    };
    bool is_error_{};
};

/// The same for values that own something.
template <class T> class owning_outcome {
public:
    constexpr explicit owning_outcome(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    constexpr explicit owning_outcome(error const& why) : held_(std::in_place_index<1>, why) {}
    [[nodiscard]] constexpr bool is_error() const noexcept { return held_.index() == 1; }
    // std::get, whose throw is never reached: GCC 12 holds std::get_if of a temporary, as in
    // static_assert(*f() == 3), for no constant.
    [[nodiscard]] constexpr T& value() noexcept { return std::get<0>(held_); }
    [[nodiscard]] constexpr T const& value() const noexcept { return std::get<0>(held_); }
    [[nodiscard]] constexpr error const& why() const noexcept { return std::get<1>(held_); }

private:
    std::variant<T, error> held_;
};

template <class T> struct outcome_of {
    using type = owning_outcome<T>;
};
template <class T>
    requires(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>)
struct outcome_of<T> {
    using type = trivial_outcome<T>;
};

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
        : state_(std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr result(reckon::error why) noexcept : state_(why) {}

    [[nodiscard]] constexpr bool has_value() const noexcept { return !state_.is_error(); }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] constexpr T const& value() const& noexcept {
        require();
        return state_.value();
    }
    [[nodiscard]] constexpr T&& value() && noexcept {
        require();
        return std::move(state_.value());
    }
    [[nodiscard]] constexpr T const& operator*() const& noexcept { return value(); }
    [[nodiscard]] constexpr T const* operator->() const noexcept { return &value(); }

    /// Domain: !has_value().
    [[nodiscard]] constexpr reckon::error const& error() const noexcept {
        if (has_value()) {
            detail::error_result_has_no_value();
            __builtin_trap();
        }
        return state_.why();
    }

private:
    constexpr void require() const noexcept {
        if (!has_value()) {
            detail::error_result_has_no_value();
            __builtin_trap();
        }
    }
    typename detail::outcome_of<T>::type state_;
};

} // namespace reckon::inline v0
