// SPDX-License-Identifier: MIT
// A rate of money with the day on which somebody read it, and whether it may still be believed.
//
//   age = today - as_of                stale = age > shelf_life
//
//   symbol      | meaning                                        | unit | domain
//   as_of       | day on which the price was read                | day  | an unknown day is the 1st
//   today       | day of the question: an argument, never a clock| day  | any
//   shelf_life  | age up to which a price counts as current      | day  | >= 0
//
// Source:       prices of one GPU differ 2.5 to 5 fold between clouds, and that of p4d.24xlarge
//               fell by a third in June 2025: a price without its date is worth nothing.
// Not modelled: currencies other than the US dollar, taxes, minimum terms.
// Error:        0; tests/cost/price.cpp.
#pragma once
#include <reckon/detail/date.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// Money per time and the day it was true. There is no price without a date.
struct price {
    usd_per_second rate{};
    date as_of{};
    constexpr price(usd_per_second what, date when) noexcept : rate(what), as_of(when) {}
    friend constexpr bool operator==(price const&, price const&) noexcept = default;
};

/// A price that somebody quoted, or nobody did; as `figure`, for a type without a default.
class quoted_price {
public:
    constexpr quoted_price() noexcept = default;  ///< unknown
    constexpr quoted_price(unknown_t) noexcept {} // NOLINT(google-explicit-constructor)
    // NOLINTNEXTLINE(google-explicit-constructor): a price is a quoted price
    constexpr quoted_price(price quoted) noexcept
        : rate_(quoted.rate), as_of_(quoted.as_of), known_(true) {}

    [[nodiscard]] constexpr bool known() const noexcept { return known_; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return known_; }
    /// Domain: known(). An unknown price stops a constant expression and terminates a program.
    [[nodiscard]] constexpr price value() const noexcept {
        return {figure_of_rate().value(), as_of_};
    }
    [[nodiscard]] constexpr price value_or(price other) const noexcept {
        return known_ ? value() : other;
    }
    [[nodiscard]] constexpr figure<usd_per_second> figure_of_rate() const noexcept {
        return known_ ? figure<usd_per_second>{rate_, provenance::observed} : unknown;
    }
    friend constexpr bool operator==(quoted_price const&, quoted_price const&) noexcept = default;

private:
    usd_per_second rate_{};
    date as_of_{};
    bool known_{};
};

/// Days for which figures of a kind count as current. Silicon does not age: a datasheet peak has no
/// shelf life, and no function asks for one.
struct shelf_life {
    count days{};
};
/// Prices: a quarter of a year (acceptance test AT-36).
inline constexpr shelf_life price_shelf_life{90};

/// Whether the price is older than its shelf life on the day asked about.
[[nodiscard]] constexpr bool stale(price p, date today,
                                   shelf_life life = price_shelf_life) noexcept {
    return days_between(p.as_of, today) > life.days;
}

/// "2026-11-09", or as much of it as is known.
template <std::size_t Capacity>
constexpr text<Capacity>& append_date(text<Capacity>& to, date d) noexcept {
    to.append(count{d.year});
    for (int const part : {d.month, d.day}) {
        if (part != 0) { to.append(part < 10 ? "-0" : "-").append(count{part}); }
    }
    return to;
}

/// "price as of 2025-05-31, 117 days > 90", or "... 17 days <= 90".
[[nodiscard]] constexpr sentence describe_age(price p, date today,
                                              shelf_life life = price_shelf_life) noexcept {
    sentence s{"price as of "};
    append_date(s, p.as_of);
    s.append(", ").append(days_between(p.as_of, today));
    s.append(stale(p, today, life) ? " days > " : " days <= ").append(life.days);
    return s;
}

} // namespace reckon::inline v0
