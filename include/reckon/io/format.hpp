// SPDX-License-Identifier: MIT
// Quantities as people read them: 94.1 GB, 126.9 GiB, 18.8 ms, $8.62. Rounded; for text that reads
// back
// exactly see io/quantity_text.hpp. Nothing here depends on a locale.
#pragma once
#include <reckon/detail/text.hpp>
#include <reckon/units/makers.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace reckon::inline v0::io {

/// Powers of 1000 (GB) or of 1024 (GiB).
enum class byte_notation : unsigned char { decimal, binary };

namespace detail {

struct scale {
    double factor;
    std::string_view name;
};

inline constexpr std::array<scale, 6> decimal_sizes{
    {{1e15, "PB"}, {1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}}};
inline constexpr std::array<scale, 6> binary_sizes{{{1125899906842624.0, "PiB"},
                                                    {1099511627776.0, "TiB"},
                                                    {1073741824.0, "GiB"},
                                                    {1048576.0, "MiB"},
                                                    {1024.0, "KiB"},
                                                    {1, "B"}}};
inline constexpr std::array<scale, 6> works{{{1e18, "EFLOP"},
                                             {1e15, "PFLOP"},
                                             {1e12, "TFLOP"},
                                             {1e9, "GFLOP"},
                                             {1e6, "MFLOP"},
                                             {1, "FLOP"}}};
inline constexpr std::array<scale, 7> times{{{86400, "days"},
                                             {3600, "h"},
                                             {60, "min"},
                                             {1, "s"},
                                             {1e-3, "ms"},
                                             {1e-6, "us"},
                                             {1e-9, "ns"}}};
inline constexpr std::array<scale, 3> powers{{{1e6, "MW"}, {1e3, "kW"}, {1, "W"}}};
inline constexpr std::array<scale, 4> energies{
    {{3.6e9, "MWh"}, {3.6e6, "kWh"}, {1e3, "kJ"}, {1, "J"}}};
inline constexpr std::array<scale, 5> amounts{
    {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "K"}, {1, ""}}};

[[nodiscard]] inline double magnitude(double value) noexcept { return value < 0 ? -value : value; }

/// About three significant digits: 4.25, 94.1, 671. Whole numbers of a base unit stay whole.
[[nodiscard]] inline int decimals_for(double value) noexcept {
    double const size = magnitude(value);
    return size >= 1000 ? 0 : size >= 9.995 ? 1 : 2;
}

[[nodiscard]] inline std::string fixed(double value, int decimals) {
    if (value != value) { return "not a number"; }
    if (!reckon::detail::finite(value)) { return value < 0 ? "-infinite" : "infinite"; }
    return std::string(text<63>{}.append_fixed(value, decimals).view());
}

/// In the largest unit of which there is at least one, after rounding.
template <std::size_t N>
[[nodiscard]] std::string scaled(double value, std::array<scale, N> const& scales,
                                 std::string_view after = {}) {
    std::size_t chosen = N - 1;
    for (std::size_t i = 0; i < N; ++i) {
        // 999.96 GB rounds to 1,000.0 GB, which is 1.00 TB.
        double const there = magnitude(value) / scales[i].factor;
        if (there >= (i + 1 < N && scales[i].factor >= 1000 * scales[i + 1].factor ? 0.99995 : 1)) {
            chosen = i;
            break;
        }
    }
    if (value == 0) {
        for (std::size_t i = 0; i < N; ++i) {
            chosen = scales[i].factor == 1 ? i : chosen;
        }
    }
    double const shown = value / scales[chosen].factor;
    bool const whole = scales[chosen].factor == 1 && reckon::detail::floor(shown) == shown;
    return fixed(shown, whole ? 0 : decimals_for(shown))
        .append(" ")
        .append(scales[chosen].name)
        .append(after);
}

} // namespace detail

/// "671,026,419,200".
[[nodiscard]] inline std::string with_commas(count number) {
    return std::string(text<31>{}.append_grouped(number).view());
}

/// "141 GB", or "131.3 GiB" in binary notation.
[[nodiscard]] inline std::string to_text(bytes size,
                                         byte_notation notation = byte_notation::decimal) {
    return notation == byte_notation::decimal
               ? detail::scaled(in_bytes(size), detail::decimal_sizes)
               : detail::scaled(in_bytes(size), detail::binary_sizes);
}
/// Sizes written in a notation print in it.
[[nodiscard]] inline std::string to_text(decimal_bytes size) {
    return to_text(bytes{size}, byte_notation::decimal);
}
/// The same in GiB.
[[nodiscard]] inline std::string to_text(binary_bytes size) {
    return to_text(bytes{size}, byte_notation::binary);
}

/// "3.35 TB/s", as all rates of bytes.
[[nodiscard]] inline std::string to_text(data_rate rate) {
    return detail::scaled(units::access::base(rate), detail::decimal_sizes, "/s");
}
/// As any rate of bytes.
[[nodiscard]] inline std::string to_text(memory_bandwidth rate) {
    return detail::scaled(units::access::base(rate), detail::decimal_sizes, "/s");
}
/// As any rate of bytes.
[[nodiscard]] inline std::string to_text(link_bandwidth rate) {
    return detail::scaled(units::access::base(rate), detail::decimal_sizes, "/s");
}
/// "15.2 TFLOP", as all work.
[[nodiscard]] inline std::string to_text(flops work) {
    return detail::scaled(in_flops(work), detail::works);
}
/// Work with "/s".
[[nodiscard]] inline std::string to_text(flop_rate rate) {
    return detail::scaled(units::access::base(rate), detail::works, "/s");
}
/// Work with "/s".
[[nodiscard]] inline std::string to_text(peak_flop_rate rate) {
    return detail::scaled(units::access::base(rate), detail::works, "/s");
}
/// From nanoseconds to days.
[[nodiscard]] inline std::string to_text(seconds time) {
    return detail::scaled(in_seconds(time), detail::times);
}
/// "700 W", "10.2 kW".
[[nodiscard]] inline std::string to_text(watts power) {
    return detail::scaled(in_watts(power), detail::powers);
}
/// "13.3 J", "3.71 kWh".
[[nodiscard]] inline std::string to_text(joules energy) {
    return detail::scaled(in_joules(energy), detail::energies);
}

/// "32,768 tokens".
[[nodiscard]] inline std::string to_text(tokens amount) {
    double const n = in_tokens(amount);
    bool const whole = reckon::detail::floor(n) == n;
    return detail::fixed(n, whole ? 0 : detail::decimals_for(n)) + " tokens";
}
/// "2,040 tokens/s".
[[nodiscard]] inline std::string to_text(token_rate rate) {
    return detail::fixed(in_tokens_per_second(rate),
                         detail::decimals_for(in_tokens_per_second(rate))) +
           " tokens/s";
}
/// "3.5 requests/s".
[[nodiscard]] inline std::string to_text(request_rate rate) {
    return detail::fixed(in_per_second(rate), detail::decimals_for(in_per_second(rate))) +
           " requests/s";
}
/// Exact where the law is: "70,272 B/token".
[[nodiscard]] inline std::string to_text(bytes_per_token growth) {
    double const n = in_bytes_per_token(growth);
    return detail::fixed(n, reckon::detail::floor(n) == n ? 0 : 1) + " B/token";
}
/// "295 FLOP/B".
[[nodiscard]] inline std::string to_text(arithmetic_intensity intensity) {
    return detail::fixed(in_flops_per_byte(intensity),
                         detail::decimals_for(in_flops_per_byte(intensity))) +
           " FLOP/B";
}

namespace detail {
/// Cents from a dollar up, four digits below, whole dollars from ten thousand.
[[nodiscard]] inline std::string dollars(double amount, std::string_view after = {}) {
    double const size = magnitude(amount);
    int const decimals = size >= 9999.995 ? 0 : size >= 0.995 || size == 0 ? 2 : 4;
    return (amount < 0 ? "-$" : "$") + fixed(size, decimals).append(after);
}
} // namespace detail

/// "$8.62".
[[nodiscard]] inline std::string to_text(usd money) { return detail::dollars(in_usd(money)); }
/// By the hour.
[[nodiscard]] inline std::string to_text(usd_per_second price) {
    return detail::dollars(in_usd_per_hour(price), "/h");
}
/// By the million tokens.
[[nodiscard]] inline std::string to_text(usd_per_token price) {
    return detail::dollars(in_usd_per_million_tokens(price), " per million tokens");
}
/// "87.3 %".
[[nodiscard]] inline std::string percent(double fraction, int decimals = 1) {
    return detail::fixed(fraction * 100, decimals) + " %";
}
/// As a percentage: "87.3 %".
[[nodiscard]] inline std::string to_text(efficiency achieved) { return percent(achieved.fraction); }

/// Parameters in short: "671B", "37.6B", "1.03T".
[[nodiscard]] inline std::string short_count(count number) {
    auto const value = static_cast<double>(number);
    for (detail::scale const& s : detail::amounts) {
        double const there = detail::magnitude(value) / s.factor;
        if (there < 0.9995 && s.factor != 1) { continue; }
        int const decimals = s.factor == 1 || there >= 99.95 ? 0 : there >= 9.995 ? 1 : 2;
        return detail::fixed(value / s.factor, decimals).append(s.name);
    }
    return with_commas(number);
}

} // namespace reckon::inline v0::io
