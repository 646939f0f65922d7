// SPDX-License-Identifier: MIT
// The units that the tables under data/ are written in, for the generated headers.
#pragma once
#include <reckon/cost/price.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::datum {

[[nodiscard]] constexpr figure<bytes> gb(double n) noexcept { return bytes{gigabytes(n)}; }
[[nodiscard]] constexpr figure<bytes> gib(double n) noexcept { return bytes{gibibytes(n)}; }
/// Read off running hardware: what nvidia-smi, rocm-smi or PyTorch report.
[[nodiscard]] constexpr figure<bytes> observed_mib(double n) noexcept {
    return {bytes{mebibytes(n)}, provenance::observed};
}
[[nodiscard]] constexpr figure<bytes> documented_mib(double n) noexcept {
    return bytes{mebibytes(n)};
}

[[nodiscard]] constexpr figure<memory_bandwidth> gb_per_s(double n) noexcept {
    return gigabytes_per_second(n);
}
[[nodiscard]] constexpr figure<link_bandwidth> each_way(double gb_s) noexcept {
    return link_gigabytes_per_second(gb_s);
}
[[nodiscard]] constexpr figure<link_bandwidth> both_ways(double gb_s) noexcept {
    return link_gigabytes_per_second_both_ways(gb_s);
}
[[nodiscard]] constexpr figure<link_bandwidth> achieved(double gb_s) noexcept {
    return {link_gigabytes_per_second(gb_s), provenance::observed};
}
/// Networks are sold in bits per second, one direction.
[[nodiscard]] constexpr figure<link_bandwidth> gbit_per_s(double n) noexcept {
    return link_gigabytes_per_second(n / 8);
}
[[nodiscard]] constexpr figure<seconds> microsecond(double n) noexcept {
    return {microseconds(n), provenance::observed};
}

/// A dense peak in TFLOP/s, or TOP/s for integers.
[[nodiscard]] constexpr figure<peak_flop_rate> tf(double n) noexcept {
    return teraflops_per_second(n);
}
[[nodiscard]] constexpr figure<watts> watt(double n) noexcept { return watts_of(n); }
[[nodiscard]] constexpr price per_hour(double dollars, date as_of) noexcept {
    return {usd_per_hour(dollars), as_of};
}

/// A figure of a row of grade C: one source, or derived from a clock and a documented rate.
template <class T> [[nodiscard]] constexpr figure<T> rough(figure<T> f) noexcept {
    f.source = provenance::assumed;
    return f;
}
[[nodiscard]] constexpr peak_rates rough(peak_rates peak) noexcept {
    for (auto& rate : peak.of) { rate.source = provenance::assumed; }
    return peak;
}

} // namespace reckon::inline v0::datum
