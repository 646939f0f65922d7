// SPDX-License-Identifier: MIT
// Literals: `using namespace reckon::literals;` then 80_GB, 64_GiB, 3.35_TBps, 989_TFLOPps, 32_Ktok.
#pragma once
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::literals {

[[nodiscard]] consteval auto operator""_kB(long double n) noexcept {
    return kilobytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_kB(unsigned long long n) noexcept {
    return kilobytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_MB(long double n) noexcept {
    return megabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_MB(unsigned long long n) noexcept {
    return megabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GB(long double n) noexcept {
    return gigabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GB(unsigned long long n) noexcept {
    return gigabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TB(long double n) noexcept {
    return terabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TB(unsigned long long n) noexcept {
    return terabytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_KiB(long double n) noexcept {
    return kibibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_KiB(unsigned long long n) noexcept {
    return kibibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_MiB(long double n) noexcept {
    return mebibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_MiB(unsigned long long n) noexcept {
    return mebibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GiB(long double n) noexcept {
    return gibibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GiB(unsigned long long n) noexcept {
    return gibibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TiB(long double n) noexcept {
    return tebibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TiB(unsigned long long n) noexcept {
    return tebibytes(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GBps(long double n) noexcept {
    return gigabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GBps(unsigned long long n) noexcept {
    return gigabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TBps(long double n) noexcept {
    return terabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TBps(unsigned long long n) noexcept {
    return terabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_link_GBps(long double n) noexcept {
    return link_gigabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_link_GBps(unsigned long long n) noexcept {
    return link_gigabytes_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GFLOP(long double n) noexcept {
    return gigaflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_GFLOP(unsigned long long n) noexcept {
    return gigaflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TFLOP(long double n) noexcept {
    return teraflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TFLOP(unsigned long long n) noexcept {
    return teraflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_PFLOP(long double n) noexcept {
    return petaflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_PFLOP(unsigned long long n) noexcept {
    return petaflops(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TFLOPps(long double n) noexcept {
    return teraflops_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_TFLOPps(unsigned long long n) noexcept {
    return teraflops_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_PFLOPps(long double n) noexcept {
    return petaflops_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_PFLOPps(unsigned long long n) noexcept {
    return petaflops_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_tok(long double n) noexcept {
    return tokens{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_tok(unsigned long long n) noexcept {
    return tokens{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_Ktok(long double n) noexcept {
    return kibitokens(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_Ktok(unsigned long long n) noexcept {
    return kibitokens(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_Mtok(long double n) noexcept {
    return mebitokens(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_Mtok(unsigned long long n) noexcept {
    return mebitokens(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_tokps(long double n) noexcept {
    return tokens_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_tokps(unsigned long long n) noexcept {
    return tokens_per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_rps(long double n) noexcept {
    return per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_rps(unsigned long long n) noexcept {
    return per_second(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_s(long double n) noexcept {
    return seconds{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_s(unsigned long long n) noexcept {
    return seconds{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_ms(long double n) noexcept {
    return milliseconds(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_ms(unsigned long long n) noexcept {
    return milliseconds(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_us(long double n) noexcept {
    return microseconds(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_us(unsigned long long n) noexcept {
    return microseconds(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_h(long double n) noexcept {
    return hours(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_h(unsigned long long n) noexcept {
    return hours(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_W(long double n) noexcept {
    return watts_of(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_W(unsigned long long n) noexcept {
    return watts_of(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_kW(long double n) noexcept {
    return kilowatts(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_kW(unsigned long long n) noexcept {
    return kilowatts(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_J(long double n) noexcept {
    return joules{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_J(unsigned long long n) noexcept {
    return joules{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_kWh(long double n) noexcept {
    return kilowatt_hours(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_kWh(unsigned long long n) noexcept {
    return kilowatt_hours(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_USD(long double n) noexcept {
    return usd{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_USD(unsigned long long n) noexcept {
    return usd{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_USD_per_hour(long double n) noexcept {
    return usd_per_hour(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_USD_per_hour(unsigned long long n) noexcept {
    return usd_per_hour(static_cast<double>(n));
}
[[nodiscard]] consteval auto operator""_B(long double n) noexcept {
    return bytes{static_cast<double>(n)};
}
[[nodiscard]] consteval auto operator""_B(unsigned long long n) noexcept {
    return bytes{static_cast<double>(n)};
}

} // namespace reckon::inline v0::literals
