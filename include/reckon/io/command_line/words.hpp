// SPDX-License-Identifier: MIT
// The words of a command line, as a POSIX shell splits it, or already split as a container's are.
//
//   quoting      'as it is'   "as it is, but \" \\ \$ \` and a continued line"   \x
//   continuation a backslash at the end of a line
//   comment      # at the beginning of a word, to the end of the line
//
// What a shell would run, replace or redirect (| & ; < > ( ) $ `, a second line) is refused: it is not
// in the text. Nothing is allocated: a word that is quoted as a whole is a piece of the text, and what
// has quotes inside is written to a small store of the reader.
//
// Source: POSIX.1-2017, Shell Command Language 2.2 and 2.3.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace reckon::inline v0::io::command {

/// Reads one word after the other. The text or the arguments must outlive the reader, and the reader
/// its words.
class words {
public:
    /// Characters of all words together that have quotes or backslashes inside.
    static constexpr std::size_t store_size = 2048;

    /// The words of a line of shell.
    constexpr explicit words(std::string_view line) noexcept : rest_(line), shell_(true) {}
    /// Words that somebody has split: what a program gets as argv, and a container as `args`.
    constexpr explicit words(std::span<std::string_view const> arguments) noexcept
        : arguments_(arguments) {}

    /// Whether there is another word, which is then `word()`. False at the end, and at a mistake.
    [[nodiscard]] constexpr bool next() noexcept {
        if (held_) {
            held_ = false;
            return true;
        }
        if (failed_) { return false; }
        return shell_ ? next_of_line() : next_of_arguments();
    }
    [[nodiscard]] constexpr std::string_view word() const noexcept { return word_; }
    /// The next `next` gives the same word once more. Domain: after a `next` that was true.
    constexpr void put_back() noexcept { held_ = true; }
    /// What was wrong with the line, once `next` is false.
    [[nodiscard]] constexpr possible_error const& mistake() const noexcept { return failed_; }

private:
    [[nodiscard]] static constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
    [[nodiscard]] static constexpr bool is_newline(char c) noexcept {
        return c == '\n' || c == '\r';
    }
    /// What ends a plain word or gives a character of it another meaning.
    [[nodiscard]] static constexpr bool is_special(char c) noexcept {
        switch (c) {
        case '\'':
        case '"':
        case '\\':
        case '$':
        case '`':
        case '|':
        case '&':
        case ';':
        case '<':
        case '>':
        case '(':
        case ')': return true;
        default: return false;
        }
    }

    constexpr bool fail(errc code, sentence const& why) noexcept {
        failed_ = error{code, why};
        return false;
    }
    constexpr bool fail_at_operator(char c) noexcept {
        sentence why{};
        why.append("the command line has an unquoted '").append(std::string_view(&c, 1));
        switch (c) {
        case '$':
            why.append("': a shell would put a variable there, whose value is not in the text; "
                       "write the value");
            break;
        case '`': why.append("': a shell would run a command there; write what it prints"); break;
        case '<':
        case '>': why.append("': redirections are not part of a launch; leave them out"); break;
        case '(':
        case ')': why.append("': give one plain command, without a subshell"); break;
        default: why.append("': give one command alone, without what runs beside or after it");
        }
        return fail(errc::malformed, why.append("."));
    }

    constexpr bool next_of_arguments() noexcept {
        if (arguments_.empty()) { return false; }
        word_ = arguments_.front();
        arguments_ = arguments_.subspan(1);
        return true;
    }

    /// Skips blanks, continued lines and comments; false at the end of the text.
    constexpr bool skip_to_word() noexcept {
        bool new_line = false;
        std::size_t i = 0;
        while (i < rest_.size()) {
            char const c = rest_[i];
            if (is_blank(c)) {
                ++i;
            } else if (is_newline(c)) {
                new_line = true;
                ++i;
            } else if (c == '\\' && i + 1 < rest_.size() && is_newline(rest_[i + 1])) {
                bool const pair =
                    rest_[i + 1] == '\r' && i + 2 < rest_.size() && rest_[i + 2] == '\n';
                i += pair ? 3 : 2;
            } else if (c == '\\' && i + 1 == rest_.size()) {
                ++i; // the text ends where a next line was announced
            } else if (c == '#') {
                while (i < rest_.size() && !is_newline(rest_[i])) {
                    ++i;
                }
            } else {
                break;
            }
        }
        rest_.remove_prefix(i);
        if (rest_.empty()) { return false; }
        if (new_line && begun_) {
            sentence why{};
            why.append("a line of the command ends without a backslash, so that ");
            std::size_t end = 0;
            while (end < rest_.size() && !is_blank(rest_[end]) && !is_newline(rest_[end])) {
                ++end;
            }
            reckon::detail::append_typed(why, rest_.substr(0, end));
            return fail(errc::malformed,
                        why.append(" would begin another command; give one command."));
        }
        begun_ = true;
        return true;
    }

    constexpr bool next_of_line() noexcept {
        if (!skip_to_word()) { return false; }
        std::size_t end = 0;
        while (end < rest_.size() && !is_blank(rest_[end]) && !is_newline(rest_[end]) &&
               !is_special(rest_[end])) {
            ++end;
        }
        bool const plain = end == rest_.size() || is_blank(rest_[end]) || is_newline(rest_[end]);
        if (plain) {
            word_ = rest_.substr(0, end);
            rest_.remove_prefix(end);
            return true;
        }
        if (end == 0 && rest_[0] == '\'') {
            std::size_t const close = rest_.find('\'', 1);
            if (close != std::string_view::npos &&
                (close + 1 == rest_.size() || is_blank(rest_[close + 1]) ||
                 is_newline(rest_[close + 1]))) {
                word_ = rest_.substr(1, close - 1);
                rest_.remove_prefix(close + 1);
                return true;
            }
        }
        return unquote();
    }

    constexpr bool store(char c) noexcept {
        if (stored_ == store_size) {
            return fail(
                errc::out_of_range,
                "the words with quotes inside are more than 2,048 characters together; quote "
                "each word as a whole, or give the words already split.");
        }
        store_[stored_++] = c;
        return true;
    }

    /// A word with quotes or backslashes inside, written to the store.
    constexpr bool unquote() noexcept {
        std::size_t const begin = stored_;
        std::size_t i = 0;
        char quote = 0;
        for (; i < rest_.size(); ++i) {
            char const c = rest_[i];
            if (quote == 0 && (is_blank(c) || is_newline(c))) { break; }
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (c == '\\' && quote != '\'') {
                if (i + 1 == rest_.size()) { break; }
                char const escaped = rest_[++i];
                if (escaped == '\n') { continue; }
                bool const special =
                    escaped == '"' || escaped == '\\' || escaped == '$' || escaped == '`';
                if (quote == '"' && !special && !store('\\')) { return false; }
                if (!store(escaped)) { return false; }
            } else if (quote != '\'' && (c == '$' || c == '`' || (quote == 0 && is_special(c)))) {
                return fail_at_operator(c);
            } else if (!store(c)) {
                return false;
            }
        }
        if (quote != 0) {
            sentence why{};
            why.append("a quote ").append(std::string_view(&quote, 1)).append(" before ");
            reckon::detail::append_typed(why, std::string_view(store_ + begin, stored_ - begin));
            return fail(errc::malformed, why.append(" is not closed; close it."));
        }
        word_ = std::string_view(store_ + begin, stored_ - begin);
        rest_.remove_prefix(i);
        return true;
    }

    std::string_view rest_{};
    std::span<std::string_view const> arguments_{};
    std::string_view word_{};
    bool shell_{false};
    bool held_{false};
    bool begun_{false};
    possible_error failed_{};
    std::size_t stored_{0};
    char store_[store_size]{};
};

} // namespace reckon::inline v0::io::command
