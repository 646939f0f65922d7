// SPDX-License-Identifier: MIT
// Command lines as template arguments, so that a compiler prints why one is refused or does not fit.
//
//   static_assert(reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8",
//                                         reckon::gpus::h200_sxm>);
//   constexpr reckon::launch r1 = reckon::launch_of<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8">;
#pragma once
#include <reckon/io/command_line.hpp>

#include <cstddef>

namespace reckon::inline v0 {

/// A string literal as a template argument.
template <std::size_t Size> struct command_line_literal {
    char characters[Size]{};
    // NOLINTNEXTLINE(google-explicit-constructor): launch_of<"vllm serve ...">
    constexpr command_line_literal(char const (&from)[Size]) noexcept {
        for (std::size_t i = 0; i < Size; ++i) {
            characters[i] = from[i];
        }
    }
    [[nodiscard]] constexpr std::string_view view() const noexcept {
        return {characters, Size - 1};
    }
};

/// Instantiated only for a command line that is refused, so that the first lines of the compiler's
/// error say why.
/// Clang cuts the text, so the kind of mistake stands apart.
template <detail::exact_text Why, errc Kind> struct command_line_refused {
    static constexpr bool value = sizeof(Why) == 0;
    static_assert(value, "reckon: a command line is refused; the template argument says why");
};

namespace detail {

template <command_line_literal Line>
inline constexpr result<launch> read_of = read_command_line(Line.view());

template <command_line_literal Line> consteval launch checked_launch() {
    if constexpr (read_of<Line>.has_value()) {
        return *read_of<Line>;
    } else {
        constexpr error wrong = read_of<Line>.error();
        static_cast<void>(command_line_refused<exact_text<wrong.message.length>(wrong.message),
                                               wrong.code>::value);
        return {};
    }
}

template <command_line_literal Line, auto const& Gpu>
inline constexpr auto started = read_of<Line>->on(Gpu);

template <command_line_literal Line, auto const& Gpu> consteval bool proven_start() {
    if constexpr (read_of<Line>.has_value()) {
        return proven<started<Line, Gpu>>();
    } else {
        constexpr error wrong = read_of<Line>.error();
        return command_line_refused<exact_text<wrong.message.length>(wrong.message),
                                    wrong.code>::value;
    }
}

} // namespace detail

/// What a command line launches; the build stops with the reason where it is refused.
template <command_line_literal Line>
inline constexpr launch launch_of = detail::checked_launch<Line>();

/// `static_assert(reckon::proven_to_start<"vllm serve ...", reckon::gpus::h200_sxm>);` The command line
/// is sound, and what it launches fits on those accelerators under the load that it insists on; else
/// the build's error says why, and by how much.
template <command_line_literal Line, auto const& Gpu>
inline constexpr bool proven_to_start = detail::proven_start<Line, Gpu>();

} // namespace reckon::inline v0
