// SPDX-License-Identifier: MIT
// Makers and accessors: the doors in and out of a quantity, each of which names its unit.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

// ---- information: decimal and binary are different notations, and do not add -------------------
/// kB, MB, GB, TB: powers of 1,000.
using decimal_bytes = quantity<units::byte, kinds::decimal>;
/// KiB, MiB, GiB, TiB: powers of 1,024.
using binary_bytes = quantity<units::byte, kinds::binary>;

[[nodiscard]] constexpr decimal_bytes kilobytes(double n) noexcept {
    return units::access::make<decimal_bytes>(n * 1000.0);
}
[[nodiscard]] constexpr decimal_bytes megabytes(double n) noexcept {
    return units::access::make<decimal_bytes>(n * 1000000.0);
}
[[nodiscard]] constexpr decimal_bytes gigabytes(double n) noexcept {
    return units::access::make<decimal_bytes>(n * 1000000000.0);
}
[[nodiscard]] constexpr decimal_bytes terabytes(double n) noexcept {
    return units::access::make<decimal_bytes>(n * 1000000000000.0);
}
[[nodiscard]] constexpr decimal_bytes petabytes(double n) noexcept {
    return units::access::make<decimal_bytes>(n * 1000000000000000.0);
}
[[nodiscard]] constexpr binary_bytes kibibytes(double n) noexcept {
    return units::access::make<binary_bytes>(n * 1024.0);
}
[[nodiscard]] constexpr binary_bytes mebibytes(double n) noexcept {
    return units::access::make<binary_bytes>(n * 1048576.0);
}
[[nodiscard]] constexpr binary_bytes gibibytes(double n) noexcept {
    return units::access::make<binary_bytes>(n * 1073741824.0);
}
[[nodiscard]] constexpr binary_bytes tebibytes(double n) noexcept {
    return units::access::make<binary_bytes>(n * 1099511627776.0);
}
[[nodiscard]] constexpr double in_bytes(bytes q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr double in_kilobytes(bytes q) noexcept {
    return units::access::base(q) / 1000.0;
}
[[nodiscard]] constexpr double in_megabytes(bytes q) noexcept {
    return units::access::base(q) / 1000000.0;
}
[[nodiscard]] constexpr double in_gigabytes(bytes q) noexcept {
    return units::access::base(q) / 1000000000.0;
}
[[nodiscard]] constexpr double in_terabytes(bytes q) noexcept {
    return units::access::base(q) / 1000000000000.0;
}
[[nodiscard]] constexpr double in_petabytes(bytes q) noexcept {
    return units::access::base(q) / 1000000000000000.0;
}
[[nodiscard]] constexpr double in_kibibytes(bytes q) noexcept {
    return units::access::base(q) / 1024.0;
}
[[nodiscard]] constexpr double in_mebibytes(bytes q) noexcept {
    return units::access::base(q) / 1048576.0;
}
[[nodiscard]] constexpr double in_gibibytes(bytes q) noexcept {
    return units::access::base(q) / 1073741824.0;
}
[[nodiscard]] constexpr double in_tebibytes(bytes q) noexcept {
    return units::access::base(q) / 1099511627776.0;
}

// ---- bandwidth ---------------------------------------------------------------------------------
[[nodiscard]] constexpr memory_bandwidth megabytes_per_second(double n) noexcept {
    return units::access::make<memory_bandwidth>(n * 1000000.0);
}
[[nodiscard]] constexpr memory_bandwidth gigabytes_per_second(double n) noexcept {
    return units::access::make<memory_bandwidth>(n * 1000000000.0);
}
[[nodiscard]] constexpr memory_bandwidth terabytes_per_second(double n) noexcept {
    return units::access::make<memory_bandwidth>(n * 1000000000000.0);
}
[[nodiscard]] constexpr link_bandwidth link_megabytes_per_second(double n) noexcept {
    return units::access::make<link_bandwidth>(n * 1000000.0);
}
[[nodiscard]] constexpr link_bandwidth link_gigabytes_per_second(double n) noexcept {
    return units::access::make<link_bandwidth>(n * 1000000000.0);
}
[[nodiscard]] constexpr link_bandwidth link_terabytes_per_second(double n) noexcept {
    return units::access::make<link_bandwidth>(n * 1000000000000.0);
}
[[nodiscard]] constexpr data_rate data_rate_bytes_per_second(double n) noexcept {
    return units::access::make<data_rate>(n * 1.0);
}
/// A quoted sum of both directions, halved: NVLink 4's "900 GB/s" is 450 GB/s each way.
[[nodiscard]] constexpr link_bandwidth link_gigabytes_per_second_both_ways(double n) noexcept {
    return link_gigabytes_per_second(n / 2);
}
[[nodiscard]] constexpr double in_gigabytes_per_second(memory_bandwidth q) noexcept {
    return units::access::base(q) / 1000000000.0;
}
[[nodiscard]] constexpr double in_gigabytes_per_second(link_bandwidth q) noexcept {
    return units::access::base(q) / 1000000000.0;
}
[[nodiscard]] constexpr double in_gigabytes_per_second(data_rate q) noexcept {
    return units::access::base(q) / 1000000000.0;
}
[[nodiscard]] constexpr double in_terabytes_per_second(memory_bandwidth q) noexcept {
    return units::access::base(q) / 1000000000000.0;
}
[[nodiscard]] constexpr double in_terabytes_per_second(link_bandwidth q) noexcept {
    return units::access::base(q) / 1000000000000.0;
}
[[nodiscard]] constexpr double in_terabytes_per_second(data_rate q) noexcept {
    return units::access::base(q) / 1000000000000.0;
}

// ---- work and its rates ------------------------------------------------------------------------
[[nodiscard]] constexpr flops gigaflops(double n) noexcept {
    return units::access::make<flops>(n * 1000000000.0);
}
[[nodiscard]] constexpr flops teraflops(double n) noexcept {
    return units::access::make<flops>(n * 1000000000000.0);
}
[[nodiscard]] constexpr flops petaflops(double n) noexcept {
    return units::access::make<flops>(n * 1000000000000000.0);
}
[[nodiscard]] constexpr double in_flops(flops q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr double in_gigaflops(flops q) noexcept {
    return units::access::base(q) / 1000000000.0;
}
[[nodiscard]] constexpr double in_teraflops(flops q) noexcept {
    return units::access::base(q) / 1000000000000.0;
}
[[nodiscard]] constexpr double in_petaflops(flops q) noexcept {
    return units::access::base(q) / 1000000000000000.0;
}
[[nodiscard]] constexpr peak_flop_rate teraflops_per_second(double n) noexcept {
    return units::access::make<peak_flop_rate>(n * 1e12);
}
[[nodiscard]] constexpr peak_flop_rate petaflops_per_second(double n) noexcept {
    return units::access::make<peak_flop_rate>(n * 1e15);
}
[[nodiscard]] constexpr flop_rate sustained_teraflops_per_second(double n) noexcept {
    return units::access::make<flop_rate>(n * 1e12);
}
[[nodiscard]] constexpr double in_teraflops_per_second(peak_flop_rate q) noexcept {
    return units::access::base(q) / 1e12;
}
[[nodiscard]] constexpr double in_teraflops_per_second(flop_rate q) noexcept {
    return units::access::base(q) / 1e12;
}
[[nodiscard]] constexpr double in_gigaflops_per_token(flops_per_token q) noexcept {
    return units::access::base(q) / 1e9;
}
[[nodiscard]] constexpr double in_flops_per_byte(arithmetic_intensity q) noexcept {
    return units::access::base(q) / 1.0;
}

// ---- tokens ------------------------------------------------------------------------------------
/// 1024 tokens, as in a "32K" context.
[[nodiscard]] constexpr tokens kibitokens(double n) noexcept { return tokens{n * 1024}; }
/// 1,048,576 tokens, as in a "1M" context.
[[nodiscard]] constexpr tokens mebitokens(double n) noexcept { return tokens{n * 1048576}; }
/// 10^6 tokens, as in a price per million tokens.
[[nodiscard]] constexpr tokens megatokens(double n) noexcept { return tokens{n * 1e6}; }
[[nodiscard]] constexpr double in_tokens(tokens q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr token_rate tokens_per_second(double n) noexcept {
    return units::access::make<token_rate>(n * 1.0);
}
[[nodiscard]] constexpr double in_tokens_per_second(token_rate q) noexcept {
    return units::access::base(q) / 1.0;
}
[[nodiscard]] constexpr request_rate per_second(double n) noexcept {
    return units::access::make<request_rate>(n * 1.0);
}
[[nodiscard]] constexpr double in_per_second(request_rate q) noexcept {
    return units::access::base(q) / 1.0;
}
[[nodiscard]] constexpr double in_bytes_per_token(bytes_per_token q) noexcept {
    return units::access::base(q) / 1.0;
}

// ---- time --------------------------------------------------------------------------------------
[[nodiscard]] constexpr seconds nanoseconds(double n) noexcept {
    return units::access::make<seconds>(n * 1e-9);
}
[[nodiscard]] constexpr seconds microseconds(double n) noexcept {
    return units::access::make<seconds>(n * 1e-6);
}
[[nodiscard]] constexpr seconds milliseconds(double n) noexcept {
    return units::access::make<seconds>(n * 1e-3);
}
[[nodiscard]] constexpr seconds minutes(double n) noexcept {
    return units::access::make<seconds>(n * 60.0);
}
[[nodiscard]] constexpr seconds hours(double n) noexcept {
    return units::access::make<seconds>(n * 3600.0);
}
[[nodiscard]] constexpr seconds days(double n) noexcept {
    return units::access::make<seconds>(n * 86400.0);
}
[[nodiscard]] constexpr double in_seconds(seconds q) noexcept {
    return units::access::base(q) / 1.0;
}
[[nodiscard]] constexpr double in_microseconds(seconds q) noexcept {
    return units::access::base(q) / 1e-6;
}
[[nodiscard]] constexpr double in_milliseconds(seconds q) noexcept {
    return units::access::base(q) / 1e-3;
}
[[nodiscard]] constexpr double in_hours(seconds q) noexcept {
    return units::access::base(q) / 3600.0;
}
[[nodiscard]] constexpr double in_days(seconds q) noexcept {
    return units::access::base(q) / 86400.0;
}

// ---- energy and power --------------------------------------------------------------------------
[[nodiscard]] constexpr joules kilowatt_hours(double n) noexcept {
    return units::access::make<joules>(n * 3.6e6);
}
[[nodiscard]] constexpr double in_joules(joules q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr double in_kilowatt_hours(joules q) noexcept {
    return units::access::base(q) / 3.6e6;
}
[[nodiscard]] constexpr watts watts_of(double n) noexcept {
    return units::access::make<watts>(n * 1.0);
}
[[nodiscard]] constexpr watts kilowatts(double n) noexcept {
    return units::access::make<watts>(n * 1e3);
}
[[nodiscard]] constexpr double in_watts(watts q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr double in_kilowatts(watts q) noexcept {
    return units::access::base(q) / 1e3;
}
[[nodiscard]] constexpr double in_joules_per_token(joules_per_token q) noexcept {
    return units::access::base(q) / 1.0;
}

// ---- money -------------------------------------------------------------------------------------
[[nodiscard]] constexpr double in_usd(usd q) noexcept { return units::access::base(q) / 1.0; }
[[nodiscard]] constexpr usd_per_second usd_per_hour(double n) noexcept {
    return units::access::make<usd_per_second>(n / 3600.0);
}
[[nodiscard]] constexpr double in_usd_per_hour(usd_per_second q) noexcept {
    return units::access::base(q) * 3600.0;
}
[[nodiscard]] constexpr usd_per_token usd_per_million_tokens(double n) noexcept {
    return units::access::make<usd_per_token>(n / 1e6);
}
[[nodiscard]] constexpr double in_usd_per_million_tokens(usd_per_token q) noexcept {
    return units::access::base(q) * 1e6;
}
[[nodiscard]] constexpr usd_per_joule usd_per_kilowatt_hour(double n) noexcept {
    return units::access::make<usd_per_joule>(n / 3.6e6);
}

} // namespace reckon::inline v0
