// SPDX-License-Identifier: MIT
// The quantities by name. GB is 10^9 bytes, GiB is 2^30 bytes, everywhere.
#pragma once
#include <reckon/units/quantity.hpp>

namespace reckon::inline v0 {

using bytes = quantity<units::byte>;     ///< information; `bytes{80e9}`, `80_GB`, `64_GiB`
using flops = quantity<units::flop>;     ///< work: floating-point operations, a multiply-add is 2
using tokens = quantity<units::token>;   ///< tokens, as an amount
using seconds = quantity<units::second>; ///< time
using joules = quantity<units::joule>;   ///< energy
using usd = quantity<units::usd>;        ///< money, in US dollars

using watts = quantity<units::watt>;                         ///< power
using data_rate = quantity<units::byte_per_second>;          ///< sustained bytes/s
using flop_rate = quantity<units::flop_per_second>;          ///< sustained FLOP/s
using token_rate = quantity<units::token_per_second>;        ///< tokens/s
using request_rate = quantity<units::per_second>;            ///< 1/s
using bytes_per_token = quantity<units::byte_per_token>;     ///< cache growth
using flops_per_token = quantity<units::flop_per_token>;     ///< work of a token
using arithmetic_intensity = quantity<units::flop_per_byte>; ///< FLOP/byte
using usd_per_second = quantity<units::usd_per_second>;      ///< made by usd_per_hour(...)
using usd_per_token = quantity<units::usd_per_token>;      ///< made by usd_per_million_tokens(...)
using usd_per_joule = quantity<units::usd_per_joule>;      ///< made by usd_per_kilowatt_hour(...)
using joules_per_token = quantity<units::joule_per_token>; ///< energy of a token

/// Datasheet bandwidth between an accelerator and its memory (HBM, GDDR, LPDDR).
using memory_bandwidth = quantity<units::byte_per_second, kinds::peak_memory>;
/// Bandwidth of a link between devices, one direction (NVLink, xGMI, PCIe, InfiniBand).
using link_bandwidth = quantity<units::byte_per_second, kinds::link>;
/// Datasheet FLOP rate, dense (no 2:4 sparsity).
using peak_flop_rate = quantity<units::flop_per_second, kinds::peak_compute>;

/// An achieved fraction of a peak. Domain: (0, 1]; only this turns a peak into a sustained rate.
struct efficiency {
    double fraction{};
    constexpr efficiency() noexcept = default;
    constexpr explicit efficiency(double of_peak) noexcept : fraction(of_peak) {}
    friend constexpr bool operator==(efficiency, efficiency) noexcept = default;
    friend constexpr auto operator<=>(efficiency, efficiency) noexcept = default;
};

template <class Unit, class Kind>
    requires(!units::is_notation<Kind>)
[[nodiscard]] constexpr quantity<Unit> operator*(quantity<Unit, Kind> peak,
                                                 efficiency achieved) noexcept {
    return units::access::make<quantity<Unit>>(peak.base_value * achieved.fraction);
}

} // namespace reckon::inline v0
