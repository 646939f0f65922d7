// SPDX-License-Identifier: MIT
#include "audit/measure.hpp"

#include <reckon/io/quantity_text.hpp>

#include <algorithm>
#include <cstddef>

namespace audit {

namespace {

using reckon::io::detail::to_double;

constexpr unit units[] = {
    {"", dimension::number, 1},
    {"%", dimension::number, 0.01},
    {"x", dimension::number, 1},
    {"params", dimension::number, 1},
    {"M params", dimension::number, 1e6},
    {"B params", dimension::number, 1e9},
    {"tokens", dimension::number, 1},
    {"version", dimension::version, 1},
    {"bit", dimension::information, 0.125},
    {"B", dimension::information, 1},
    {"MB", dimension::information, 1e6},
    {"GB", dimension::information, 1e9},
    {"TB", dimension::information, 1e12},
    {"MiB", dimension::information, 1048576},
    {"GiB", dimension::information, 1073741824},
    {"GB/s", dimension::information_rate, 1e9},
    {"TB/s", dimension::information_rate, 1e12},
    {"FLOP", dimension::work, 1},
    {"GFLOP", dimension::work, 1e9},
    {"TFLOPS", dimension::work_rate, 1e12},
    {"PFLOPS", dimension::work_rate, 1e15},
    {"FLOP/B", dimension::intensity, 1},
    {"tok/s", dimension::token_rate, 1},
    {"tokens/s", dimension::token_rate, 1},
    {"tok/ms", dimension::token_rate, 1000},
    {"ms", dimension::time, 1e-3},
    {"s", dimension::time, 1},
    {"min", dimension::time, 60},
    {"h", dimension::time, 3600},
    {"month", dimension::time, 730 * 3600.0},
    {"months", dimension::time, 730 * 3600.0},
    {"kWh", dimension::energy, 3.6e6},
    {"W", dimension::power, 1},
    {"kW", dimension::power, 1000},
    {"USD", dimension::money, 1},
    {"USD/h", dimension::money_rate, 1 / 3600.0},
};

/// A text of digits, commas, a point, a power and a 'k', taken apart.
struct pattern_parts {
    std::string mantissa; ///< without commas
    std::string power;    ///< "-6"; empty: none
    std::size_t decimals{};
    bool commas{};
    bool thousand{};
    std::size_t length{}; ///< bytes of the text that were read
};

pattern_parts parts_of(std::string_view text) {
    pattern_parts p{};
    bool point = false;
    auto const digit = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '9';
    };
    std::size_t i = 0;
    if (i < text.size() && text[i] == '-') { p.mantissa += text[i++]; }
    for (; i < text.size(); ++i) {
        if (digit(i)) {
            p.mantissa += text[i];
            p.decimals += point ? 1 : 0;
        } else if (text[i] == ',' && digit(i + 1)) {
            p.commas = true;
        } else if (text[i] == '.' && !point && digit(i + 1)) {
            p.mantissa += text[i];
            point = true;
        } else {
            break;
        }
    }
    if (i < text.size() && text[i] == 'e') {
        std::size_t j = i + 1;
        if (j < text.size() && text[j] == '-') { ++j; }
        if (digit(j)) {
            while (digit(j)) {
                ++j;
            }
            p.power = std::string(text.substr(i + 1, j - i - 1));
            i = j;
        }
    }
    if (i < text.size() && text[i] == 'k') {
        p.thousand = true;
        ++i;
    }
    p.length = i;
    return p;
}

} // namespace

std::optional<unit> find_unit(std::string_view name) {
    for (unit const& known : units) {
        if (known.name == name) { return known; }
    }
    return std::nullopt;
}

std::optional<double> leading_number(std::string_view text) {
    pattern_parts const p = parts_of(text);
    bool const goes_on = p.length < text.size() && text[p.length] != ' ';
    if (p.length == 0 || goes_on) { return std::nullopt; }
    auto const number = to_double(p.power.empty() ? p.mantissa : p.mantissa + "e" + p.power);
    if (!number) { return std::nullopt; }
    return p.thousand ? *number * 1000 : *number;
}

std::string printed_like(measure const& m, unit const& in, std::string_view pattern) {
    if (m.of != dimension::version) { return printed_like(m.value / in.factor, pattern); }
    auto const wanted = reckon::host::parse_version(pattern);
    if (wanted && *wanted == m.numbers) { return std::string(pattern); }
    return std::string(reckon::host::version_text(m.numbers).view());
}

std::string printed_like(double value, std::string_view pattern) {
    pattern_parts const p = parts_of(pattern);
    double scale = p.thousand ? 1000 : 1;
    if (!p.power.empty()) { scale = to_double("1e" + p.power).value_or(1); }
    reckon::text<63> digits{};
    digits.append_fixed(value / scale, static_cast<int>(p.decimals));
    std::string out(digits.view());
    if (!p.commas) { std::erase(out, ','); }
    if (!p.power.empty()) { out += "e" + p.power; }
    return p.thousand ? out + "k" : out;
}

} // namespace audit
