// SPDX-License-Identifier: MIT
// Words, one after the other, into settings: the loop that every engine's parser is.
#pragma once
#include <reckon/io/command_line/apply.hpp>
#include <reckon/io/command_line/words.hpp>

namespace reckon::inline v0::io::command {

namespace detail {

/// Whether argparse and click would take the word for a flag instead of a value.
[[nodiscard]] constexpr bool looks_like_flag(std::string_view word) noexcept {
    return word.size() > 1 && word[0] == '-' && !is_digit(word[1]) && word[1] != '.' &&
           word[1] != ' ' && word[1] != '{';
}

/// A word of the form --name.member=value, in its parts.
struct split_flag {
    std::string_view name{};
    std::string_view member{};
    std::string_view value{};
    bool has_value{};
};
[[nodiscard]] constexpr split_flag split(std::string_view word, flag_table const& table) noexcept {
    split_flag parts{.name = word};
    if (table.equals) {
        if (std::size_t const at = word.find('='); at != std::string_view::npos) {
            parts.name = word.substr(0, at);
            parts.value = word.substr(at + 1);
            parts.has_value = true;
        }
    }
    if (!table.dotted) { return parts; }
    if (std::size_t const at = parts.name.find('.'); at != std::string_view::npos) {
        parts.member = parts.name.substr(at + 1);
        parts.name = parts.name.substr(0, at);
    } else if (begins(parts.name, "-O") && parts.name.size() > 2 && is_digit(parts.name[2])) {
        parts.value = parts.name.substr(2); // -O3
        parts.has_value = true;
        parts.name = "-O";
    }
    return parts;
}

[[nodiscard]] constexpr error no_value(std::string_view flag) noexcept {
    sentence why{};
    return {errc::missing_field, why.append(flag).append(" needs a value behind it.")};
}

/// Reads what stands behind a flag.
[[nodiscard]] constexpr possible_error read_values(words& from, flag_table const& table,
                                                   split_flag const& parts,
                                                   given_flag& given) noexcept {
    takes const arity = parts.member.empty() ? given.flag.is.arity : takes::value;
    auto const next_is_value = [&] {
        if (!from.next()) { return false; }
        bool const any = table.dashed_values && arity != takes::maybe_value;
        if (any || !looks_like_flag(from.word())) { return true; }
        from.put_back();
        return false;
    };
    if (parts.has_value) {
        given.value = parts.value;
        if (arity != takes::nothing) { return {}; }
        if (is_one_of(parts.value, "True|true|1")) { return {}; }
        if (is_one_of(parts.value, "False|false|0")) {
            given.flag.negated = !given.flag.negated;
            return {};
        }
        return bad_value(given, "is given to a switch; write the flag alone");
    }
    switch (arity) {
    case takes::nothing: return {};
    case takes::value:
        if (!next_is_value()) { return no_value(given.name()); }
        given.value = from.word();
        return {};
    case takes::maybe_value:
        if (next_is_value()) { given.value = from.word(); }
        return {};
    case takes::list:
        if (next_is_value()) { given.value = from.word(); }
        while (next_is_value()) {}
        return {};
    case takes::two_values:
        for (int i = 0; i < 2; ++i) {
            if (!next_is_value()) { return no_value(given.name()); }
        }
        return {};
    }
    return {};
}

} // namespace detail

/// Reads all words that are left into `s`. Flags that leave memory as it is are listed there.
[[nodiscard]] constexpr possible_error parse(words& from, flag_table const& table,
                                             settings& s) noexcept {
    while (from.next()) {
        std::string_view const word = from.word();
        if (word.empty() || word[0] != '-') {
            if (table.positional && s.model.empty() && !word.empty()) {
                s.model = word;
                continue;
            }
            sentence why{};
            reckon::detail::append_typed(why, word);
            why.append(" stands where a flag of ").append(table.engine).append(" should");
            if (!s.model.empty()) {
                why.append("; the model is already ");
                reckon::detail::append_typed(why, s.model);
            }
            return error{errc::malformed, why.append(".")};
        }
        detail::split_flag const parts = detail::split(word, table);
        auto const found = find_flag(table, parts.name);
        if (!found) { return found.error(); }
        given_flag given{*found, parts.member, {}};
        if (auto const wrong = detail::read_values(from, table, parts, given)) { return wrong; }
        if (parts.member.empty()) {
            if (s.seen.holds(given.name())) { s.repeated.add(given.name()); }
            s.seen.add(given.name());
        }
        if (given.flag.ignored) {
            s.ignored.add(given.name());
            continue;
        }
        if (auto const wrong = apply(s, given)) { return wrong; }
        if (given.flag.is.what == sets::not_modelled) { s.ignored.add(given.name()); }
    }
    return from.mistake();
}

} // namespace reckon::inline v0::io::command
