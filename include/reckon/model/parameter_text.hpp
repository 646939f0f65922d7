// SPDX-License-Identifier: MIT
// Parameter counts as people write them: 67B, 6.7B, 350M, 1.5T, 7,000,000,000, 670亿, 6.7亿.
//
// B is 10^9 and 亿 is 10^8: "670亿" is 67B, and writing it as 670B is the slip that this header is
// here to catch. Nothing is rounded: a text that names no whole number of parameters is refused.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <string_view>

namespace reckon::inline v0 {

namespace detail {

/// A count and the unit of its last written digit: 6.7B is 6,700,000,000 in steps of 100,000,000.
struct written_count {
    count value{};
    count step{1};
};

struct count_suffix {
    std::string_view text;
    int power; ///< of ten
};

// Longer ones first: 万亿 is neither 万 nor 亿.
inline constexpr count_suffix count_suffixes[] = {
    {"万亿", 12}, {"亿", 8}, {"万", 4}, {"trillion", 12}, {"billion", 9}, {"million", 6},
    {"bn", 9},    {"T", 12}, {"t", 12}, {"B", 9},         {"b", 9},       {"M", 6},
    {"m", 6},     {"K", 3},  {"k", 3},  {"G", 9},         {"g", 9},
};

[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

[[nodiscard]] constexpr error not_a_count(std::string_view typed, std::string_view why) noexcept {
    sentence text{};
    append_typed(text, typed);
    return {errc::malformed, text.append(" ").append(why).append(
                                 "; write it like 67B, 350M, 7,000,000,000 or 670亿.")};
}

[[nodiscard]] constexpr result<written_count> read_count(std::string_view typed) noexcept {
    std::string_view text = trimmed(typed);
    if (text.empty()) { return not_a_count(typed, "holds no number of parameters"); }
    if (text.front() == '-') { return not_a_count(typed, "is negative"); }
    int power = 0;
    for (count_suffix const& suffix : count_suffixes) {
        if (text.size() > suffix.text.size() &&
            text.substr(text.size() - suffix.text.size()) == suffix.text) {
            text = trimmed(text.substr(0, text.size() - suffix.text.size()));
            power = suffix.power;
            break;
        }
    }
    // Digits, with commas between thousands and at most one point.
    count value = 0;
    int decimals = 0;
    int since_comma = 0;
    bool comma = false;
    bool point = false;
    bool digit = false;
    for (char const c : text) {
        if (c == ',' && !point) {
            bool const in_place = comma ? since_comma == 3 : since_comma >= 1 && since_comma <= 3;
            if (!in_place) {
                return not_a_count(typed, "has a comma that is not between thousands");
            }
            comma = true;
            since_comma = 0;
        } else if (c == '.' && !point && digit && !(comma && since_comma != 3)) {
            point = true;
        } else if (c >= '0' && c <= '9') {
            digit = true;
            if (point) { ++decimals; }
            if (!point) { ++since_comma; }
            value = add(multiply(value, count{10}), static_cast<count>(c - '0'));
        } else {
            return not_a_count(typed, "is no number of parameters");
        }
    }
    if (!digit || (comma && since_comma != 3) || (point && decimals == 0)) {
        return not_a_count(typed, "is no number of parameters");
    }
    while (decimals > power && value != count_max) {
        if (value % 10 != 0) { return not_a_count(typed, "is not a whole number of parameters"); }
        value /= 10;
        --decimals;
    }
    written_count read{value, 1};
    for (int i = decimals; i < power; ++i) {
        read.value = multiply(read.value, count{10});
        read.step = multiply(read.step, count{10});
    }
    if (read.value == count_max) { return not_a_count(typed, "is more than 9.2e18"); }
    if (read.value == 0) { return not_a_count(typed, "is zero"); }
    return read;
}

} // namespace detail

/// The number of parameters that a text names, exactly.
[[nodiscard]] constexpr result<count> parse_parameter_count(std::string_view text) noexcept {
    auto const read = detail::read_count(text);
    if (!read) { return read.error(); }
    return read->value;
}

/// Two texts about one model, as in "670亿 (67B)": the more exact of the two if they agree as far as
/// the coarser one is written, else an error with both numbers and the factor between them.
[[nodiscard]] constexpr result<count> agreeing_parameter_count(std::string_view first,
                                                               std::string_view second) noexcept {
    auto const a = detail::read_count(first);
    if (!a) { return a.error(); }
    auto const b = detail::read_count(second);
    if (!b) { return b.error(); }
    count const larger = detail::max(a->value, b->value);
    count const smaller = detail::min(a->value, b->value);
    count const step = detail::max(a->step, b->step);
    if (larger - smaller <= step / 2) { return a->step < b->step ? a->value : b->value; }
    sentence why{};
    double const factor = static_cast<double>(larger) / static_cast<double>(smaller);
    bool const is_whole = larger % smaller == 0;
    why.append_fixed(factor, is_whole ? 0 : 2).append("x mismatch: ");
    detail::append_typed(why, first);
    why.append(" is ").append_grouped(a->value).append(" and ");
    detail::append_typed(why, second);
    why.append(" is ").append_grouped(b->value);
    // A round factor is a slip of units; any other is two different models.
    why.append(is_whole && larger / smaller % 10 == 0
                   ? "; 亿 is 10^8 and B is 10^9, so correct one of them."
                   : "; correct one of them.");
    return error{errc::contradiction, why};
}

} // namespace reckon::inline v0
