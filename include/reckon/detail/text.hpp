// SPDX-License-Identifier: MIT
// Text of fixed capacity: names and error sentences without allocation, in constant expressions and
// as template arguments.
#pragma once
#include <reckon/detail/math.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace reckon::inline v0 {

/// At most `Capacity` bytes of text; structural. What does not fit is cut at the end and marked with
/// a trailing '~', which only ever shortens a display name or the tail of a sentence.
template <std::size_t Capacity> struct text {
    char characters[Capacity + 1]{};
    std::uint16_t length{};

    constexpr text() noexcept = default;
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is text
    constexpr text(std::string_view from) noexcept { append(from); }
    /// A literal, copied without the checks of `append`, and at once: tables of names are compiled often.
    template <std::size_t Size>
        requires(Size <= Capacity + 1)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr text(char const (&from)[Size]) noexcept
        : text(from, std::make_index_sequence<Size - 1>{}) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr text(std::same_as<char const*> auto from) noexcept : text(std::string_view(from)) {}

    [[nodiscard]] constexpr std::string_view view() const noexcept { return {characters, length}; }
    // NOLINTNEXTLINE(google-explicit-constructor): reads like the string_view it is
    constexpr operator std::string_view() const noexcept { return view(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return length == 0; }

    constexpr text& append(std::string_view more) noexcept {
        // One statement a character: tables and sentences are made in constant expressions.
        std::size_t const room = Capacity - length;
        std::size_t const fitting = more.size() < room ? more.size() : room;
        char const* const from = more.data();
        for (std::size_t i = 0; i < fitting; ++i) {
            characters[length + i] = from[i];
        }
        length = static_cast<std::uint16_t>(length + fitting);
        if (fitting < more.size()) { characters[Capacity - 1] = '~'; }
        return *this;
    }

    constexpr text& append(count number) noexcept { return append_grouped(number, false); }

    /// Appends an integer with a comma between thousands: 2,097,152.
    constexpr text& append_grouped(count number, bool grouped = true) noexcept {
        char digits[32]{};
        int used = 0;
        bool const negative = number < 0;
        auto rest =
            negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
        int written = 0;
        do {
            if (grouped && written != 0 && written % 3 == 0) { digits[used++] = ','; }
            digits[used++] = static_cast<char>('0' + rest % 10);
            rest /= 10;
            ++written;
        } while (rest != 0);
        if (negative) { digits[used++] = '-'; }
        while (used > 0) {
            append(std::string_view(&digits[--used], 1));
        }
        return *this;
    }

    /// Appends a number rounded half up to `decimals` digits: 94.1. Domain: |number| < 9e15.
    constexpr text& append_fixed(double number, int decimals) noexcept {
        if (!detail::finite(number)) { return append(number > 0 ? "infinity" : "not a number"); }
        if (number < 0) {
            append("-");
            number = -number;
        }
        if (number >= 9e15) { return append(">9e15"); }
        count scale = 1;
        for (int i = 0; i < decimals && number < 9e15 / static_cast<double>(scale * 10); ++i) {
            scale *= 10;
        }
        auto const scaled = static_cast<count>(number * static_cast<double>(scale) + 0.5);
        append_grouped(scaled / scale);
        if (scale > 1) {
            append(".");
            for (count digit = scale / 10; digit > 0; digit /= 10) {
                append(scaled / digit % 10);
            }
        }
        return *this;
    }

    friend constexpr bool operator==(text const& a, text const& b) noexcept {
        return a.view() == b.view();
    }

private:
    template <std::size_t... At>
    constexpr text(char const (&from)[sizeof...(At) + 1], std::index_sequence<At...>) noexcept
        : characters{from[At]...}, length(sizeof...(At)) {}
};

/// A name: a model, an accelerator, a deployment.
using label = text<63>;

/// One sentence of an error: what was wrong, with which value, and what would be right.
using sentence = text<319>;

} // namespace reckon::inline v0
