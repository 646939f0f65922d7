// SPDX-License-Identifier: MIT
// The members of a JSON object in a flag's value, one after the other, without building a tree.
//
// Strings are taken as they are written; an escape in a key or a compared value finds no match.
#pragma once
#include <cstddef>
#include <string_view>

namespace reckon::inline v0::io::command {

/// Walks over the members of `{"key": value, ...}`; nested values are skipped whole.
class json_members {
public:
    constexpr explicit json_members(std::string_view text) noexcept : rest_(text) {
        skip_blanks();
        sound_ = take('{');
        skip_blanks();
        if (sound_ && take('}')) { done_ = true; }
    }
    /// Whether there is another member. False at the end, and at what is no JSON object.
    [[nodiscard]] constexpr bool next() noexcept {
        if (!sound_ || done_) { return false; }
        skip_blanks();
        if (!read_string(key_)) { return fail(); }
        skip_blanks();
        if (!take(':')) { return fail(); }
        skip_blanks();
        if (!read_value()) { return fail(); }
        skip_blanks();
        if (take('}')) {
            done_ = true;
        } else if (!take(',')) {
            return fail();
        }
        return true;
    }
    [[nodiscard]] constexpr std::string_view key() const noexcept { return key_; }
    /// The value's text; of a string, what is inside the quotes.
    [[nodiscard]] constexpr std::string_view value() const noexcept { return value_; }
    /// Whether the text is an object so far, and, at its end, nothing stands behind it.
    [[nodiscard]] constexpr bool sound() const noexcept {
        return sound_ && (!done_ || rest_.find_first_not_of(" \t\r\n") == std::string_view::npos);
    }

private:
    constexpr bool fail() noexcept {
        sound_ = false;
        return false;
    }
    constexpr void skip_blanks() noexcept {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n' ||
                                  rest_.front() == '\t' || rest_.front() == '\r')) {
            rest_.remove_prefix(1);
        }
    }
    constexpr bool take(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) { return false; }
        rest_.remove_prefix(1);
        return true;
    }
    constexpr bool read_string(std::string_view& into) noexcept {
        if (rest_.empty() || rest_.front() != '"') { return false; }
        std::size_t i = 1;
        while (i < rest_.size() && rest_[i] != '"') {
            i += rest_[i] == '\\' ? 2 : 1;
        }
        if (i >= rest_.size()) { return false; }
        into = rest_.substr(1, i - 1);
        rest_.remove_prefix(i + 1);
        return true;
    }
    constexpr bool read_value() noexcept {
        if (!rest_.empty() && rest_.front() == '"') { return read_string(value_); }
        std::size_t depth = 0;
        std::size_t i = 0;
        for (; i < rest_.size(); ++i) {
            char const c = rest_[i];
            if (c == '"') {
                ++i;
                while (i < rest_.size() && rest_[i] != '"') {
                    i += rest_[i] == '\\' ? 2 : 1;
                }
                if (i >= rest_.size()) { return false; }
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) { break; }
                --depth;
            } else if (c == ',' && depth == 0) {
                break;
            }
        }
        std::size_t end = i;
        while (end > 0 && (rest_[end - 1] == ' ' || rest_[end - 1] == '\n' ||
                           rest_[end - 1] == '\t' || rest_[end - 1] == '\r')) {
            --end;
        }
        value_ = rest_.substr(0, end);
        rest_.remove_prefix(i);
        return depth == 0 && !value_.empty();
    }

    std::string_view rest_{};
    std::string_view key_{};
    std::string_view value_{};
    bool sound_{false};
    bool done_{false};
};

/// The value of a member of a JSON object, or nothing.
[[nodiscard]] constexpr std::string_view json_member(std::string_view object,
                                                     std::string_view key) noexcept {
    json_members members(object);
    std::string_view found{};
    while (members.next()) {
        if (members.key() == key) { found = members.value(); }
    }
    return found;
}

} // namespace reckon::inline v0::io::command
