// SPDX-License-Identifier: MIT
// Words to be written: a list of arguments without allocation, and as one line of shell.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/detail/static_vector.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// A command line as text.
using command_text = text<2047>;

/// Up to 64 words of together at most 1,535 characters, as a program gets them.
class argument_list {
public:
    /// Appends a word; a list that is too small says so in `overflowed`.
    constexpr void add(std::string_view word) noexcept {
        std::size_t const begin = letters_.length;
        if (begin + word.size() >= capacity || !ends_.push_back(0)) {
            overflowed_ = true;
            return;
        }
        letters_.append(word);
        ends_[ends_.size() - 1] = letters_.length;
    }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] constexpr std::string_view operator[](std::size_t i) const noexcept {
        std::size_t const begin = i == 0 ? 0 : ends_[i - 1];
        return letters_.view().substr(begin, ends_[i] - begin);
    }
    [[nodiscard]] constexpr bool overflowed() const noexcept { return overflowed_; }

private:
    static constexpr std::size_t capacity = 1536;
    text<capacity> letters_{};
    static_vector<std::uint16_t, 64> ends_{};
    bool overflowed_{false};
};

namespace io::command {

/// Whether a shell takes the word as it is.
[[nodiscard]] constexpr bool needs_no_quotes(std::string_view word) noexcept {
    constexpr std::string_view others = "-_./:=,@%+";
    for (char const c : word) {
        bool const letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && others.find(c) == std::string_view::npos) { return false; }
    }
    return !word.empty();
}

/// Appends a word in single quotes where it needs them: it's -> 'it'\''s'.
constexpr void append_quoted(command_text& line, std::string_view word) noexcept {
    if (needs_no_quotes(word)) {
        line.append(word);
        return;
    }
    line.append("'");
    for (char const c : word) {
        line.append(c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1));
    }
    line.append("'");
}

} // namespace io::command

/// The words as one line of shell, quoted where they must be.
[[nodiscard]] constexpr result<command_text> shell_line(argument_list const& words) noexcept {
    command_text line{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) { line.append(" "); }
        io::command::append_quoted(line, words[i]);
    }
    // A text that is full may have been cut.
    if (words.overflowed() || line.length >= 2047) {
        return error{
            errc::out_of_range,
            "the command line is longer than 2,047 characters, 64 words or 1,535 characters of "
            "words; shorten names and paths."};
    }
    return line;
}

} // namespace reckon::inline v0
