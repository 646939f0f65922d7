// SPDX-License-Identifier: MIT
// Prices that cannot have been read yet: a day in the future is a mistake, not a fresh price.
//
//   in the future = as_of > today              the mirror of stale (cost/price.hpp)
//
// Where only the year or the month is known, the price may be of today's.
// Error:        0; tests/cost/price_dates.cpp.
#pragma once
#include <reckon/cost/offer.hpp>
#include <reckon/detail/result.hpp>

#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// Whether a price was read after the day asked about.
[[nodiscard]] constexpr bool in_the_future(price p, date today) noexcept {
    return days_between(today, p.as_of) > 0;
}

/// The first price of a table that lies in the future, by seller, machine and field; nothing where none does.
[[nodiscard]] constexpr possible_error check_dates(std::span<offer const> offers,
                                                   date today) noexcept {
    struct field {
        quoted_price offer::* price;
        std::string_view name;
    };
    constexpr field fields[] = {{&offer::on_demand, "on_demand"},
                                {&offer::booked, "booked"},
                                {&offer::reserved_1y, "reserved_1y"},
                                {&offer::reserved_3y, "reserved_3y"},
                                {&offer::spot, "spot"}};
    for (offer const& o : offers) {
        for (field const& f : fields) {
            quoted_price const& quoted = o.*f.price;
            if (!quoted.known() || !in_the_future(quoted.value(), today)) { continue; }
            sentence why{f.name};
            why.append(" of ").append(o.instance.view()).append(" at ").append(o.provider.view());
            append_date(why.append(" is dated "), quoted.value().as_of);
            append_date(why.append(", after today, "), today);
            return error{errc::out_of_range, why.append("; give the day on which it was read.")};
        }
    }
    return {};
}

} // namespace reckon::inline v0
