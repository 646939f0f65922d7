// SPDX-License-Identifier: MIT
// What a law answers, in base units, and how a claim writes it down.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/host/version.hpp>
#include <reckon/units/makers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace audit {

/// What is measured: units of different dimensions never meet.
enum class dimension {
    number,
    information,
    information_rate,
    work,
    work_rate,
    intensity,
    token_rate,
    time,
    energy,
    power,
    money,
    money_rate,
    version
};

/// A number of base units: bytes, seconds, joules, dollars, FLOPs, tokens.
struct measure {
    double value{};
    dimension of{};
    reckon::host::version numbers{}; ///< of a version, which is no number
};

inline measure plain(double n) { return {n, dimension::number, {}}; }
inline measure of(reckon::host::version const& v) { return {0, dimension::version, v}; }
inline measure of(reckon::bytes q) { return {reckon::in_bytes(q), dimension::information, {}}; }
inline measure of(reckon::data_rate q) { return {q.base_value, dimension::information_rate, {}}; }
inline measure of(reckon::memory_bandwidth q) {
    return {q.base_value, dimension::information_rate, {}};
}
inline measure of(reckon::link_bandwidth q) {
    return {q.base_value, dimension::information_rate, {}};
}
inline measure of(reckon::flops q) { return {reckon::in_flops(q), dimension::work, {}}; }
inline measure of(reckon::peak_flop_rate q) { return {q.base_value, dimension::work_rate, {}}; }
inline measure of(reckon::arithmetic_intensity q) {
    return {q.base_value, dimension::intensity, {}};
}
inline measure of(reckon::token_rate q) { return {q.base_value, dimension::token_rate, {}}; }
inline measure of(reckon::request_rate q) { return {q.base_value, dimension::token_rate, {}}; }
inline measure of(reckon::seconds q) { return {reckon::in_seconds(q), dimension::time, {}}; }
inline measure of(reckon::joules q) { return {reckon::in_joules(q), dimension::energy, {}}; }
inline measure of(reckon::watts q) { return {reckon::in_watts(q), dimension::power, {}}; }
inline measure of(reckon::usd q) { return {reckon::in_usd(q), dimension::money, {}}; }
inline measure of(reckon::usd_per_second q) { return {q.base_value, dimension::money_rate, {}}; }

/// A unit by the name that claims give it.
struct unit {
    std::string_view name;
    dimension of;
    double factor; ///< base units in one
};

/// Nothing where no unit has the name.
[[nodiscard]] std::optional<unit> find_unit(std::string_view name);

/// The number at the beginning of a text: "1.3e9", "162,045", "120k"; nothing where there is none, or
/// where it is a range ("40-60").
[[nodiscard]] std::optional<double> leading_number(std::string_view text);

/// A measure in a unit as `pattern` is written. A version is written like the pattern where it is that one.
[[nodiscard]] std::string printed_like(measure const& m, unit const& in, std::string_view pattern);

/// `value` as `pattern` is written: as many decimals, commas between thousands if it has them, its power
/// of ten if it has one.
[[nodiscard]] std::string printed_like(double value, std::string_view pattern);

} // namespace audit
