// SPDX-License-Identifier: MIT
// Machines that are paid from the moment they start, which is some time before they serve.
//
//   paid(t) = max of d over [t, t + s]         what serves or starts at t
//
//   symbol | meaning                                                       | unit | domain
//   d(t)   | machines that must serve: steps of equal length, repeated     | -    | >= 0
//   s      | from the order of a machine to its first request              | s    | >= 0
//
// What serves at t is ordered at t - s and paid from there; a machine is kept through a valley that is
// shorter than its start, because to stop and start it again is paid for as long. No schedule that
// serves d pays for less: each machine of the maximum serves at some moment that it cannot be started
// for any later.
// Source:       definition.
// Not modelled: minimum terms, billing by the whole hour; what a scaler does not see coming.
// Error:        0; tests/cost/demand_property.cpp compares with schedules minute by minute.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// A curve of machines that must serve, each step `apart` long, and how long a machine takes to start.
/// Domain: apart > 0, starting >= 0.
struct machine_demand {
    std::span<count const> machines{};
    seconds apart{hours(1)};
    seconds starting{};

    [[nodiscard]] constexpr seconds duration() const noexcept {
        return apart * static_cast<double>(machines.size());
    }
    /// Calls visit(machines paid, seconds) for times in a row that add up to `duration()`.
    constexpr void for_each_paid(auto&& visit) const noexcept {
        std::size_t const n = machines.size();
        // Far enough ahead lies the whole curve.
        double const steps = detail::min(starting / apart, static_cast<double>(n));
        auto const whole = static_cast<std::size_t>(steps);
        double const part = steps - static_cast<double>(whole);
        for (std::size_t i = 0; i < n; ++i) {
            count most = 0;
            for (std::size_t ahead = 0; ahead <= whole; ++ahead) {
                most = detail::max(most, machines[(i + ahead) % n]);
            }
            visit(most, apart * (1 - part));
            if (part > 0) { visit(detail::max(most, machines[(i + whole + 1) % n]), apart * part); }
        }
    }
};

/// Time that all machines together are paid for: machines x seconds.
[[nodiscard]] constexpr seconds paid_time(machine_demand const& d) noexcept {
    seconds all{};
    d.for_each_paid([&](count machines, seconds lasting) {
        all = all + lasting * static_cast<double>(machines);
    });
    return all;
}

} // namespace reckon::inline v0
