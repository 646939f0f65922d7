// SPDX-License-Identifier: MIT
// Amounts in a currency on a day, and what they are in US dollars.
//
//   USD = x k
//
//   symbol | meaning                                              | unit  | domain
//   x      | an amount in its own currency                        | -     | finite, >= 0
//   k      | US dollars that one unit of the currency buys        | USD   | > 0
//
// The library calculates in US dollars; what was paid, quoted or contracted in another currency becomes
// dollars here, once, with a rate that has a day of its own. The result is as old as the older of both.
// Source:       definition; codes of ISO 4217.
// Not modelled: taxes, fees of exchange, inflation.
// Error:        0 given the rate; tests/cost/money.cpp.
#pragma once
#include <reckon/cost/price.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// Currencies by their ISO 4217 code.
enum class currency : std::uint8_t {
    us_dollar,
    euro,
    pound,
    franc,
    yuan,
    yen,
    rupee,
    won,
    taiwan_dollar,
    canadian_dollar,
    australian_dollar,
    singapore_dollar,
};

inline constexpr std::string_view currency_codes[] = {"USD", "EUR", "GBP", "CHF", "CNY", "JPY",
                                                      "INR", "KRW", "TWD", "CAD", "AUD", "SGD"};

/// The ISO 4217 code.
[[nodiscard]] constexpr std::string_view name(currency c) noexcept {
    return currency_codes[static_cast<int>(c)];
}

/// The currency with this code, in capitals. Error: unknown_name with the codes that are known.
[[nodiscard]] constexpr result<currency> find_currency(std::string_view code) noexcept {
    for (int c = 0; std::string_view const known : currency_codes) {
        if (known == code) { return static_cast<currency>(c); }
        ++c;
    }
    sentence why{};
    detail::append_typed(why, code);
    why.append(" is no currency that is known; choose from");
    for (std::string_view const known : currency_codes) {
        why.append(known == currency_codes[0] ? " " : ", ").append(known);
    }
    return error{errc::unknown_name, why.append(".")};
}

/// An amount in a currency on a day. There is none without both.
struct money {
    double amount{};
    reckon::currency in{};
    date as_of{};
    constexpr money(double how_much, reckon::currency what, date when) noexcept
        : amount(how_much), in(what), as_of(when) {}
    friend constexpr bool operator==(money const&, money const&) noexcept = default;
};

/// What one unit of a currency was worth on a day.
struct exchange_rate {
    reckon::currency of{};
    usd worth{}; ///< of one unit
    date as_of{};
    constexpr exchange_rate(reckon::currency what, usd dollars, date when) noexcept
        : of(what), worth(dollars), as_of(when) {}
    friend constexpr bool operator==(exchange_rate const&, exchange_rate const&) noexcept = default;
};

/// Dollars and the day on which they were that many.
struct dated_usd {
    usd amount{};
    date as_of{};
    constexpr dated_usd(usd how_much, date when) noexcept : amount(how_much), as_of(when) {}
    friend constexpr bool operator==(dated_usd const&, dated_usd const&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bool is_amount(double x) noexcept { return finite(x) && x >= 0; }

[[nodiscard]] constexpr error not_an_amount(money const& m) noexcept {
    sentence why{"an amount of "};
    why.append_fixed(m.amount, 2).append(" ").append(name(m.in));
    return {errc::out_of_range, why.append(" is none; give a finite one from 0 up.")};
}

} // namespace detail

/// US dollars as they are. Errors: contradiction for another currency, which needs a rate;
/// out_of_range for an amount that is negative or not finite.
[[nodiscard]] constexpr result<dated_usd> in_dollars(money const& m) noexcept {
    if (!detail::is_amount(m.amount)) { return detail::not_an_amount(m); }
    if (m.in == currency::us_dollar) { return dated_usd{usd{m.amount}, m.as_of}; }
    sentence why{"an amount in "};
    why.append(name(m.in))
        .append(" needs a dated rate to become US dollars; give an exchange_rate of ");
    return error{errc::contradiction, why.append(name(m.in)).append(".")};
}

/// The same at a rate. Errors: as above, and contradiction where the rate is of another currency.
[[nodiscard]] constexpr result<dated_usd> in_dollars(money const& m,
                                                     exchange_rate const& rate) noexcept {
    if (m.in == currency::us_dollar) { return in_dollars(m); }
    if (!detail::is_amount(m.amount)) { return detail::not_an_amount(m); }
    if (rate.of != m.in) {
        sentence why{"an amount in "};
        why.append(name(m.in)).append(" was given the rate of ").append(name(rate.of));
        return error{errc::contradiction, why.append("; give that of its own currency.")};
    }
    if (!(in_usd(rate.worth) > 0) || !detail::finite(in_usd(rate.worth))) {
        sentence why{"the rate of "};
        why.append(name(rate.of)).append(" is ").append_fixed(in_usd(rate.worth), 4);
        return error{errc::out_of_range, why.append(" USD; give one above 0.")};
    }
    date const older = rate.as_of < m.as_of ? rate.as_of : m.as_of;
    return dated_usd{rate.worth * m.amount, older};
}

/// Whether an amount is older than its shelf life on the day asked about.
[[nodiscard]] constexpr bool stale(dated_usd const& m, date today,
                                   shelf_life life = price_shelf_life) noexcept {
    return days_between(m.as_of, today) > life.days;
}

} // namespace reckon::inline v0
