// SPDX-License-Identifier: MIT
// Quantities as text that reads back exactly, and text that people type, read strictly.
//
//   parse_X(print(x)) == x, bit for bit, for every x that is finite and not negative.
//
// A number without a unit is refused where the unit could be guessed wrong (sizes, rates, times,
// money).
// "32K" tokens are 32,768: context lengths are powers of two in the model's own files; "32000" is
// itself,
// and "1M" is 1,048,576. GB is 10^9 bytes and GiB is 2^30; "Gb" is refused, being a bit or a slip.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/json.hpp>
#include <reckon/units/makers.hpp>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reckon::inline v0::io {

namespace detail {

/// A unit by its spellings; `factor` in base units. Units in front are preferred by print.
struct spelling {
    std::string_view name;
    double factor;
    bool printed{true};
};

inline constexpr spelling size_units[] = {
    {"B", 1},
    {"kB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"TB", 1e12},
    {"PB", 1e15},
    {"KiB", 1024.0},
    {"MiB", 1048576.0},
    {"GiB", 1073741824.0},
    {"TiB", 1099511627776.0},
    {"KB", 1e3, false},
};
inline constexpr spelling rate_units[] = {
    {"B/s", 1},
    {"MB/s", 1e6},
    {"GB/s", 1e9},
    {"TB/s", 1e12},
    {"GiB/s", 1073741824.0, false},
    {"TiB/s", 1099511627776.0, false},
    {"Gbit/s", 1.25e8, false},
    {"Tbit/s", 1.25e11, false},
};
inline constexpr spelling time_units[] = {
    {"ns", 1e-9},        {"us", 1e-6},
    {"ms", 1e-3},        {"s", 1},
    {"min", 60},         {"h", 3600},
    {"d", 86400, false}, {"\xC2\xB5s", 1e-6, false},
    {"sec", 1, false},   {"days", 86400, false},
};
inline constexpr spelling token_units[] = {
    {"", 1},           {"K", 1024},           {"k", 1024, false},
    {"M", 1048576},    {"m", 1048576, false}, {"tokens", 1, false},
    {"tok", 1, false},
};
inline constexpr spelling money_units[] = {{"USD", 1}, {"$", 1, false}};
inline constexpr spelling hourly_units[] = {
    {"USD/h", 1}, {"$/h", 1, false}, {"USD/hour", 1, false}};

/// The value of well-formed digits, correctly rounded, in any locale.
[[nodiscard]] inline std::optional<double> to_double(std::string const& digits) {
    auto const by_charconv = [&digits]<class Double>(Double value) -> std::optional<double> {
        if constexpr (requires { std::from_chars(digits.data(), digits.data(), value); }) {
            auto const [end, code] =
                std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (code != std::errc{} || end != digits.data() + digits.size()) {
                return std::nullopt;
            }
            return value;
        } else {
            // libc++ before 20 has no floating from_chars; the JSON parser corrects for the locale.
            auto const number = nlohmann::json::parse(digits, nullptr, false);
            return number.is_number() ? std::optional<double>(number.get<double>()) : std::nullopt;
        }
    };
    return by_charconv(0.0);
}

struct split_text {
    std::string number;    ///< digits, one point, exponent; no commas
    std::string_view unit; ///< what follows, without blanks
    bool well_formed{false};
};

[[nodiscard]] constexpr std::string_view trimmed(std::string_view s) noexcept {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) {
        s.remove_prefix(1);
    }
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) {
        s.remove_suffix(1);
    }
    return s;
}

/// "1,234.5 GB" -> "1234.5", "GB". Commas only between groups of three digits, before the point.
[[nodiscard]] inline split_text split(std::string_view whole) {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    split_text out{};
    std::string_view rest = whole;
    std::size_t digits = 0;
    std::size_t since_comma = 0;
    bool commas = false;
    bool grouped = true;
    for (; !rest.empty(); rest.remove_prefix(1)) {
        if (rest.front() == ',') {
            grouped = grouped && (commas ? since_comma == 3 : digits >= 1 && digits <= 3);
            commas = true;
            since_comma = 0;
        } else if (is_digit(rest.front())) {
            if (out.number != "0") {
                out.number += rest.front();
            } else {
                out.number = rest.front();
            }
            ++digits;
            ++since_comma;
        } else {
            break;
        }
    }
    if (digits == 0 || (commas && (!grouped || since_comma != 3))) { return out; }
    if (rest.size() >= 2 && rest[0] == '.' && is_digit(rest[1])) {
        out.number += '.';
        for (rest.remove_prefix(1); !rest.empty() && is_digit(rest.front());
             rest.remove_prefix(1)) {
            out.number += rest.front();
        }
    }
    if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) {
        std::size_t const sign = rest.size() > 1 && (rest[1] == '+' || rest[1] == '-') ? 1 : 0;
        if (rest.size() > sign + 1 && is_digit(rest[sign + 1])) {
            out.number.append(rest.substr(0, sign + 1));
            for (rest.remove_prefix(sign + 1); !rest.empty() && is_digit(rest.front());
                 rest.remove_prefix(1)) {
                out.number += rest.front();
            }
        }
    }
    out.unit = trimmed(rest);
    out.well_formed = true;
    return out;
}

[[nodiscard]] inline error not_understood(std::string_view written, std::string_view why) {
    sentence message{in_quotes(written)};
    return {errc::malformed, message.append(" ").append(why)};
}

/// A number and one of the units, in base units.
[[nodiscard]] inline result<double> parse_scaled(std::string_view written,
                                                 std::span<spelling const> units,
                                                 std::string_view what, std::string_view example) {
    std::string_view const text_only = trimmed(written);
    std::string const wanted =
        std::string("is not ").append(what).append("; write it as ").append(example).append(".");
    if (text_only.starts_with('-')) {
        return error{errc::out_of_range, not_understood(written, std::string("is negative; write ")
                                                                     .append(what)
                                                                     .append(" from 0 up, as ")
                                                                     .append(example)
                                                                     .append("."))
                                             .message};
    }
    split_text const parts = split(text_only);
    if (!parts.well_formed) { return not_understood(written, wanted); }
    spelling const* unit = nullptr;
    for (spelling const& known : units) {
        unit = known.name == parts.unit ? &known : unit;
    }
    if (unit == nullptr) {
        if (parts.unit.empty()) {
            return not_understood(
                written, std::string("has no unit; write it as ").append(example).append("."));
        }
        return not_understood(written, std::string("has the unit ")
                                           .append(in_quotes(parts.unit, 16))
                                           .append(", which is not one of ")
                                           .append(what)
                                           .append("; write it as ")
                                           .append(example)
                                           .append("."));
    }
    auto const number = to_double(parts.number);
    if (!number || !reckon::detail::finite(*number * unit->factor)) {
        return error{
            errc::out_of_range,
            not_understood(written, "is too large or too small to calculate with.").message};
    }
    return *number * unit->factor;
}

/// The shortest of all exact spellings, whose number times its factor gives the value back; the
/// last of
/// the equally short ones, which is the largest unit.
[[nodiscard]] inline std::string print_scaled(double value, std::span<spelling const> units) {
    std::string best;
    for (spelling const& unit : units) {
        if (!unit.printed) { continue; }
        char digits[64]{};
        auto const end = std::to_chars(digits, digits + sizeof digits, value / unit.factor).ptr;
        std::string candidate(digits, end);
        auto const back = to_double(candidate);
        if (!back || *back * unit.factor != value) { continue; }
        if (!unit.name.empty() && unit.name != "K" && unit.name != "M") { candidate += ' '; }
        candidate.append(unit.name);
        bool const scientific = candidate.find('e') != std::string::npos;
        bool const best_scientific = best.find('e') != std::string::npos;
        if (best.empty() || (best_scientific && !scientific) ||
            (best_scientific == scientific && candidate.size() <= best.size())) {
            best = candidate;
        }
    }
    return best;
}

} // namespace detail

[[nodiscard]] inline std::string print(bytes q) {
    return detail::print_scaled(in_bytes(q), detail::size_units);
}
[[nodiscard]] inline std::string print(tokens q) {
    return detail::print_scaled(in_tokens(q), detail::token_units);
}
[[nodiscard]] inline std::string print(seconds q) {
    return detail::print_scaled(in_seconds(q), detail::time_units);
}
[[nodiscard]] inline std::string print(usd q) {
    return detail::print_scaled(in_usd(q), detail::money_units);
}
[[nodiscard]] inline std::string print(memory_bandwidth q) {
    return detail::print_scaled(units::access::base(q), detail::rate_units);
}
[[nodiscard]] inline std::string print(link_bandwidth q) {
    return detail::print_scaled(units::access::base(q), detail::rate_units);
}

/// "80 GB", "80GB", "64 GiB", "1.5 TB".
[[nodiscard]] inline result<bytes> parse_bytes(std::string_view written) {
    auto const value = detail::parse_scaled(written, detail::size_units, "a size",
                                            "80 GB (10^9) or 64 GiB (2^30)");
    if (!value) { return value.error(); }
    return bytes{*value};
}

/// "32768", "32K", "128k", "1M", "32,768 tokens": a whole number of tokens.
[[nodiscard]] inline result<tokens> parse_tokens(std::string_view written) {
    auto const value = detail::parse_scaled(written, detail::token_units, "a number of tokens",
                                            "32768 or 32K (1K is 1,024)");
    if (!value) { return value.error(); }
    // Above 2^53 a double no longer counts single tokens.
    if (reckon::detail::floor(*value) != *value || *value > 9007199254740992.0) {
        return error{
            errc::out_of_range,
            detail::not_understood(
                written, "is not a whole number of tokens; write it as 32768 or 32K (1K is 1,024).")
                .message};
    }
    return tokens{*value};
}

/// "3.35 TB/s": between an accelerator and its memory.
[[nodiscard]] inline result<memory_bandwidth> parse_bandwidth(std::string_view written) {
    auto const value =
        detail::parse_scaled(written, detail::rate_units, "a bandwidth", "3.35 TB/s or 900 GB/s");
    if (!value) { return value.error(); }
    return units::access::make<memory_bandwidth>(*value);
}

/// "450 GB/s", "400 Gbit/s": between devices, one direction.
[[nodiscard]] inline result<link_bandwidth> parse_link_bandwidth(std::string_view written) {
    auto const value =
        detail::parse_scaled(written, detail::rate_units, "a bandwidth", "450 GB/s or 400 Gbit/s");
    if (!value) { return value.error(); }
    return units::access::make<link_bandwidth>(*value);
}

/// "200 ms", "1.5s", "2 h".
[[nodiscard]] inline result<seconds> parse_duration(std::string_view written) {
    auto const value = detail::parse_scaled(written, detail::time_units, "a duration",
                                            "200 ms, 1.5 s, 5 min or 2 h");
    if (!value) { return value.error(); }
    return seconds{*value};
}

namespace detail {
/// "$8.62" and "USD 8.62" as "8.62 USD".
[[nodiscard]] inline std::string currency_last(std::string_view written) {
    std::string_view rest = trimmed(written);
    bool const sign = rest.starts_with('$');
    if (!sign && !rest.starts_with("USD")) { return std::string(rest); }
    rest = trimmed(rest.substr(sign ? 1 : 3));
    std::size_t const slash = std::min(rest.find('/'), rest.size());
    return std::string(rest.substr(0, slash)).append(" USD").append(rest.substr(slash));
}
} // namespace detail

/// "$8.62", "8.62 USD", "$1,200".
[[nodiscard]] inline result<usd> parse_money(std::string_view written) {
    auto const value = detail::parse_scaled(detail::currency_last(written), detail::money_units,
                                            "an amount of money", "$8.62 or 8.62 USD");
    if (!value) { return value.error(); }
    return usd{*value};
}

/// "$31.20/h", "31.2 USD/h".
[[nodiscard]] inline result<usd_per_second> parse_hourly_price(std::string_view written) {
    auto const value = detail::parse_scaled(detail::currency_last(written), detail::hourly_units,
                                            "a price per hour", "$31.20/h");
    if (!value) { return value.error(); }
    return usd_per_hour(*value);
}

} // namespace reckon::inline v0::io
