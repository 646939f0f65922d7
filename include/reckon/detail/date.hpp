// SPDX-License-Identifier: MIT
// Calendar dates, for figures that age. No clock is ever read: "today" is an argument.
#pragma once
#include <reckon/detail/math.hpp>

#include <compare>

namespace reckon::inline v0 {

/// A day of the proleptic Gregorian calendar. `month` or `day` 0 means that only the year, or only
/// year and month, are known.
struct date {
    int year{};
    int month{};
    int day{};
    friend constexpr bool operator==(date const&, date const&) noexcept = default;
    friend constexpr auto operator<=>(date const&, date const&) noexcept = default;
};

/// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms"). An unknown
/// month or day counts as the first.
[[nodiscard]] constexpr count days_since_epoch(date d) noexcept {
    count const m = d.month == 0 ? 1 : d.month;
    count const day = d.day == 0 ? 1 : d.day;
    count const y = d.year - (m <= 2 ? 1 : 0);
    count const era = (y >= 0 ? y : y - 399) / 400;
    count const year_of_era = y - era * 400;
    count const day_of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + day - 1;
    count const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

[[nodiscard]] constexpr count days_between(date from, date to) noexcept {
    return days_since_epoch(to) - days_since_epoch(from);
}

} // namespace reckon::inline v0
