// SPDX-License-Identifier: MIT
// What an hour of work costs on machines that may be taken back.
//
//   useful share = max(0, 1 - f l)        effective price = p / useful share
//
//   symbol | meaning                                                       | unit  | domain
//   p      | spot price, paid while the machine runs                       | USD/s | >= 0
//   f      | interruptions of a machine in a time                          | 1/s   | >= 0
//   l      | paid time that an interruption wastes: starting, loading,     | s     | >= 0
//          | warming up, and work that is done again                       |       |
//
// Source:       renewal: of each mean run of 1 / f, the time l does no work.
// Deviations:   interruptions are taken as independent; in fact capacity leaves in whole zones at once,
//               and what serves users needs on-demand machines beside it (see `hybrid.hpp`).
// Not modelled: the time in which no spot machine can be had.
// Error:        0 given f and l, which the seller's interruption figures give only roughly;
//               tests/cost/spot.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// Share of the paid time in which a machine works.
[[nodiscard]] constexpr double useful_share(request_rate interruptions, seconds lost) noexcept {
    return detail::max(0.0, 1 - interruptions * lost);
}

/// The price of an hour of work. Unknown where interruptions leave no time to work.
[[nodiscard]] constexpr figure<usd_per_second>
effective_spot_price(usd_per_second spot, request_rate interruptions, seconds lost) noexcept {
    double const share = useful_share(interruptions, lost);
    if (!(share > 0)) { return unknown; }
    return {spot / share, provenance::assumed};
}

/// The rate of interruptions above which on-demand machines are cheaper: (1 - p / d) / l.
[[nodiscard]] constexpr request_rate
tolerable_interruptions(usd_per_second spot, usd_per_second on_demand, seconds lost) noexcept {
    return detail::max(0.0, 1 - spot / on_demand) / lost;
}

} // namespace reckon::inline v0
