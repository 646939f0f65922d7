// SPDX-License-Identifier: MIT
// TOML into the values that readers of settings work on.
//
// What configurations of training frameworks and deployments are written in: sections and dotted keys, all four
// kinds of text, whole numbers in four bases, decimal numbers, lists, inline tables, comments. A date is kept as a
// text. Arrays of sections ([[name]]) are refused: no setting needs them.
//
// Source: toml.io v1.0.0. toml++ 3.3, which Debian 12 ships, is not used: it takes for granted what a mistyped
//         file lacks (`a = [}` and a lone `[` stop the program), and a reader here answers with a sentence.
#pragma once
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/json.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// What a TOML text says, and where.
struct toml_document {
    nlohmann::json values{};              ///< an object
    std::map<std::string, count> lines{}; ///< where each of its members begins; the first line is 1
};

namespace detail {

/// Reads one text; the first mistake stops it.
class toml_reader {
public:
    toml_reader(std::string_view text, std::string_view source) : text_(text), source_(source) {
        if (text_.substr(0, 3) == "\xEF\xBB\xBF") { at_ = 3; }
    }

    [[nodiscard]] result<toml_document> read() {
        toml_document document;
        nlohmann::json& root = document.values;
        root = nlohmann::json::object();
        std::vector<std::string> section;
        std::vector<std::vector<std::string>> opened;
        while (skip_lines(), !failed_ && at_ < text_.size()) {
            if (take('[')) {
                if (peek() == '[') {
                    fail("an array of sections, [[...]]; give each section a name of its own");
                }
                section = read_name();
                expect(']', "no ']' behind the name of a section");
                if (std::find(opened.begin(), opened.end(), section) != opened.end()) {
                    fail("a section that is written twice");
                }
                opened.push_back(section);
                document.lines.try_emplace(section.front(), line());
                (void)place_of(root, section, false);
            } else {
                count const begins = line();
                std::string const first = read_assignment(root, section);
                document.lines.try_emplace(first, begins);
            }
            end_of_line();
        }
        if (failed_) { return *failed_; }
        return document;
    }

private:
    static constexpr std::size_t deepest = 32;

    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) { return false; }
        ++at_;
        return true;
    }
    void expect(char c, std::string_view what) {
        skip_blanks();
        if (!failed_ && !take(c)) { fail(what); }
    }
    void fail(std::string_view what) {
        if (failed_) { return; }
        sentence s = sentence(source_).append(": not valid TOML at ");
        append_place(s, text_, std::min(at_, text_.size()) + 1);
        failed_ = error{errc::malformed, s.append(": there is ").append(what).append(".")};
    }
    /// Where the reader is.
    [[nodiscard]] count line() {
        counted_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_to_),
                               text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
        counted_to_ = at_;
        return counted_;
    }
    void skip_blanks() {
        while (peek() == ' ' || peek() == '\t') {
            ++at_;
        }
    }
    void skip_comment() {
        if (peek() == '#') { at_ = std::min(text_.find('\n', at_), text_.size()); }
    }
    /// Blanks, comments and empty lines.
    void skip_lines() {
        for (;;) {
            skip_blanks();
            skip_comment();
            if (!take('\n') && !(peek() == '\r' && peek(1) == '\n' && take('\r'))) { return; }
        }
    }
    void end_of_line() {
        skip_blanks();
        skip_comment();
        if (at_ < text_.size() && peek() != '\n' && !(peek() == '\r' && peek(1) == '\n')) {
            fail("something behind the value; write one setting a line");
        }
    }

    [[nodiscard]] static bool is_bare(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    }
    /// a.b."c d"
    [[nodiscard]] std::vector<std::string> read_name() {
        std::vector<std::string> parts;
        do {
            skip_blanks();
            std::string part;
            if (peek() == '"' || peek() == '\'') {
                part = read_text(false);
            } else {
                while (is_bare(peek())) {
                    part += text_[at_++];
                }
                if (part.empty()) { fail("no name where one should be"); }
            }
            parts.push_back(std::move(part));
            if (parts.size() > deepest) { fail("a name of too many parts"); }
            skip_blanks();
        } while (!failed_ && take('.'));
        return parts;
    }

    /// The object of that name, made where it is missing; null where something else has the name.
    [[nodiscard]] nlohmann::json*
    place_of(nlohmann::json& root, std::vector<std::string> const& name, bool without_last) {
        nlohmann::json* here = &root;
        std::size_t const parts = name.size() - (without_last ? 1 : 0);
        for (std::size_t i = 0; i < parts && !failed_; ++i) {
            here = &(*here)[name[i]];
            if (here->is_null()) { *here = nlohmann::json::object(); }
            if (!here->is_object()) {
                fail("a section whose name is a setting already");
                return nullptr;
            }
        }
        return failed_ ? nullptr : here;
    }
    /// Reads `key = value` into the section `name` of `root`; the first part of the whole name.
    std::string read_assignment(nlohmann::json& root, std::vector<std::string> name,
                                std::size_t depth = 0) {
        for (std::string& part : read_name()) {
            name.push_back(std::move(part));
        }
        expect('=', "no '=' behind the name of a setting");
        skip_blanks();
        nlohmann::json value = read_value(depth);
        nlohmann::json* const in = place_of(root, name, true);
        if (in == nullptr) { return name.front(); }
        if (in->contains(name.back())) {
            fail("a setting that is written twice");
        } else {
            (*in)[name.back()] = std::move(value);
        }
        return name.front();
    }

    [[nodiscard]] nlohmann::json read_value(std::size_t depth) {
        if (depth > deepest) { fail("a list or table that is nested too deeply"); }
        if (failed_) { return {}; }
        char const c = peek();
        if (c == '"' || c == '\'') { return read_text(true); }
        if (c == '[') { return read_list(depth); }
        if (c == '{') { return read_table(depth); }
        return read_word();
    }
    [[nodiscard]] nlohmann::json read_list(std::size_t depth) {
        nlohmann::json out = nlohmann::json::array();
        ++at_;
        for (skip_lines(); !failed_ && !take(']'); skip_lines()) {
            if (at_ >= text_.size()) { fail("no ']' at the end of a list"); }
            out.push_back(read_value(depth + 1));
            skip_lines();
            if (peek() != ']' && !take(',')) { fail("no ',' or ']' behind a value of a list"); }
        }
        return out;
    }
    [[nodiscard]] nlohmann::json read_table(std::size_t depth) {
        nlohmann::json out = nlohmann::json::object();
        ++at_;
        skip_blanks();
        if (take('}')) { return out; }
        while (!failed_) {
            read_assignment(out, {}, depth + 1);
            skip_blanks();
            if (take('}')) { break; }
            if (!take(',')) { fail("no ',' or '}' behind a setting of a table"); }
        }
        return out;
    }

    /// true, a number, a date.
    [[nodiscard]] nlohmann::json read_word() {
        std::string word;
        while (is_bare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') {
            word += text_[at_++];
        }
        if (word == "true") { return true; }
        if (word == "false") { return false; }
        bool const negative = !word.empty() && word[0] == '-';
        std::string_view const digits =
            std::string_view(word).substr(negative || (!word.empty() && word[0] == '+') ? 1 : 0);
        if (digits.size() > 2 && digits[0] == '0' &&
            (digits[1] == 'x' || digits[1] == 'o' || digits[1] == 'b')) {
            return read_based(digits);
        }
        if (auto const whole = command::read_plain_count(word)) { return *whole; }
        std::string plain;
        for (char const c : digits) {
            if (c != '_') { plain += c; }
        }
        if (auto const number = command::read_decimal(plain)) {
            return negative ? -*number : *number;
        }
        bool const date = digits.size() >= 8 && command::is_digit(digits[0]) &&
                          digits.find_first_not_of("0123456789-:.TtZz+") == std::string_view::npos;
        if (!date && digits != "inf" && digits != "nan") {
            fail(word.empty() ? "no value where one should be"
                              : "a value that is no text in quotes, number, true or false");
        }
        return word;
    }
    [[nodiscard]] nlohmann::json read_based(std::string_view digits) {
        count const base = digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2;
        count value = 0;
        for (char const c : digits.substr(2)) {
            if (c == '_') { continue; }
            count const lower = c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c;
            count const digit = lower >= 'a' ? lower - 'a' + 10 : lower - '0';
            if (digit < 0 || digit >= base || value > reckon::detail::count_max / 16) {
                fail("a number whose digits do not fit its base, or that is too large");
                return {};
            }
            value = value * base + digit;
        }
        return value;
    }

    /// "..." '...' """...""" '''...'''
    [[nodiscard]] std::string read_text(bool lines_allowed) {
        char const quote = text_[at_];
        bool const lines = lines_allowed && peek(1) == quote && peek(2) == quote;
        std::string out;
        at_ += lines ? 3 : 1;
        if (lines && peek() == '\r') { ++at_; }
        if (lines && peek() == '\n') { ++at_; }
        while (!failed_) {
            if (at_ >= text_.size() || (!lines && peek() == '\n')) {
                fail("no quote at the end of a text");
                break;
            }
            if (peek() == quote && (!lines || (peek(1) == quote && peek(2) == quote))) {
                at_ += lines ? 3 : 1;
                break;
            }
            if (quote == '"' && peek() == '\\') {
                read_escape(out, lines);
            } else {
                out += text_[at_++];
            }
        }
        return out;
    }
    void read_escape(std::string& out, bool lines) {
        ++at_;
        constexpr std::string_view letters = "btnfr\"\\";
        constexpr std::string_view meanings = "\b\t\n\f\r\"\\";
        std::size_t const which = letters.find(peek());
        if (which != std::string_view::npos) {
            out += meanings[which];
            ++at_;
        } else if (lines && (peek() == '\n' || peek() == '\r' || peek() == ' ' || peek() == '\t')) {
            while (peek() == '\n' || peek() == '\r' || peek() == ' ' || peek() == '\t') {
                ++at_;
            }
        } else {
            fail("an escape in a text that settings do not need; write the letter itself");
        }
    }

    std::string_view text_;
    std::string source_;
    std::size_t at_{0};
    std::size_t counted_to_{0};
    count counted_{1};
    possible_error failed_{};
};

} // namespace detail

/// Parses TOML and keeps the lines. `source` names the text in errors. Errors: malformed, with the place.
[[nodiscard]] inline result<toml_document> parse_toml_document(std::string_view text,
                                                               std::string_view source) {
    if (std::size_t const bad = detail::first_bad_utf8(text); bad != std::string_view::npos) {
        sentence message =
            sentence(source).append(": byte ").append_grouped(static_cast<count>(bad) + 1);
        return error{errc::malformed,
                     message.append(" is not UTF-8; save the file as UTF-8 text.")};
    }
    return detail::toml_reader(text, source).read();
}

/// Its values alone.
[[nodiscard]] inline result<nlohmann::json> parse_toml(std::string_view text,
                                                       std::string_view source) {
    auto document = parse_toml_document(text, source);
    if (!document) { return document.error(); }
    return std::move(document->values);
}

} // namespace reckon::inline v0::io
