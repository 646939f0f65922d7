// SPDX-License-Identifier: MIT
// Quoted texts of YAML.
//
// Source: YAML 1.2.2, 7.3.1 and 7.3.2; the escapes \n \t \" \\ \/ \x00 .. \x7F and a blank are read.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::detail {

[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// Characters of a quoted text at the beginning, quotes included; 0 where it is not closed.
/// Domain: text begins with ' or ".
[[nodiscard]] constexpr std::size_t quoted_length(std::string_view text) noexcept {
    char const quote = text[0];
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            bool const doubled = quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
            if (!doubled) { return i + 1; }
            ++i;
        }
    }
    return 0;
}

[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

/// What is in the quotes that the text begins with; nothing where they are not closed, something but a
/// comment stands behind them, or an escape is not read.
[[nodiscard]] inline std::optional<std::string> unquoted(std::string_view text) {
    std::size_t const length = quoted_length(text);
    std::string_view const behind = without_blanks(text.substr(length));
    if (length == 0 || (!behind.empty() && behind[0] != '#')) { return {}; }
    std::string out;
    for (std::size_t i = 1; i + 1 < length; ++i) {
        char const c = text[i];
        if (text[0] == '\'' || c != '\\') {
            out += c;
            if (text[0] == '\'' && c == '\'') { ++i; } // two are one
            continue;
        }
        char const escaped = text[++i];
        switch (escaped) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case '"':
        case '\\':
        case '/':
        case ' ': out += escaped; break;
        case 'x': {
            int const high = i + 3 < length ? hex_digit(text[i + 1]) : -1;
            int const low = i + 3 < length ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || high > 7 || low < 0) { return {}; }
            out += static_cast<char>(high * 16 + low);
            i += 2;
            break;
        }
        default: return {};
        }
    }
    return out;
}

/// A word as a container gets it: "$$" is "$". Nothing where a variable stands in it, $(NAME).
[[nodiscard]] inline std::optional<std::string> without_references(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '$' && i + 1 < word.size()) {
            if (word[i + 1] == '(') { return {}; }
            if (word[i + 1] == '$') { ++i; }
        }
        out += word[i];
    }
    return out;
}

} // namespace reckon::inline v0::io::detail
