// SPDX-License-Identifier: MIT
// Numbers as engines take them from a command line.
//
//   plain     [+-]digits
//   human     digits[.digits] k m g t (powers of 1,000)   digits K M G T (powers of 1,024)
//   fraction  a decimal number, 0.92 or .92 or 9e-1
//
// Source: vLLM vllm/utils/argparse_utils.py human_readable_int; llama.cpp common/arg.cpp (std::stoi);
//         Python's int() and float(), which take '_' between digits.
#pragma once
#include <reckon/detail/math.hpp>

#include <optional>
#include <string_view>

namespace reckon::inline v0::io::command {

/// 0 to 9, whatever the locale.
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// A whole number with its sign, or nothing. '_' may stand between digits.
[[nodiscard]] constexpr std::optional<count> read_plain_count(std::string_view text) noexcept {
    bool const negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) { text.remove_prefix(1); }
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) { return {}; }
    count value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_' && text[i - 1] != '_') { continue; }
        if (!is_digit(text[i])) { return {}; }
        count const digit = text[i] - '0';
        if (value > (reckon::detail::count_max - digit) / 10) { return {}; }
        value = value * 10 + digit;
    }
    return negative ? -value : value;
}

/// A decimal number without sign, or nothing. Exact to the last bit or the one beside it.
[[nodiscard]] constexpr std::optional<double> read_decimal(std::string_view text) noexcept {
    double digits = 0;
    count scale = 0;
    count exponent = 0;
    bool any = false;
    bool point = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(text[i])) { break; }
        any = true;
        if (digits > 1e16) { // more digits than a double holds
            scale -= point ? 0 : 1;
            continue;
        }
        digits = digits * 10 + (text[i] - '0');
        scale += point ? 1 : 0;
    }
    if (!any) { return {}; }
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        auto const power = read_plain_count(text.substr(i + 1));
        if (!power || *power > 300 || *power < -300) { return {}; }
        exponent = *power;
        i = text.size();
    }
    if (i != text.size()) { return {}; }
    count const shift = exponent - scale;
    if (shift > 300 || shift < -300) { return {}; }
    return shift >= 0 ? digits * reckon::detail::power(10, shift)
                      : digits / reckon::detail::power(10, -shift);
}

/// 32k is 32,000 and 32K is 32,768; a fraction needs the small letter: 25.6k. Or a plain number.
[[nodiscard]] constexpr std::optional<count> read_human_count(std::string_view text) noexcept {
    if (text.size() < 2 || is_digit(text.back())) { return read_plain_count(text); }
    count decimal = 0;
    count binary = 0;
    switch (text.back()) {
    case 'k': decimal = 1'000; break;
    case 'm': decimal = 1'000'000; break;
    case 'g': decimal = 1'000'000'000; break;
    case 't': decimal = 1'000'000'000'000; break;
    case 'K': binary = count{1} << 10; break;
    case 'M': binary = count{1} << 20; break;
    case 'G': binary = count{1} << 30; break;
    case 'T': binary = count{1} << 40; break;
    default: return {};
    }
    text.remove_suffix(1);
    if (!is_digit(text.front()) || !is_digit(text.back())) { return {}; }
    if (binary > 0) {
        auto const whole = read_plain_count(text);
        if (!whole) { return {}; }
        count const product = reckon::detail::multiply(*whole, binary);
        return product == reckon::detail::count_max ? std::optional<count>{} : product;
    }
    auto const number = read_decimal(text);
    if (!number || *number * static_cast<double>(decimal) > 9e18) { return {}; }
    return static_cast<count>(*number * static_cast<double>(decimal));
}

} // namespace reckon::inline v0::io::command
