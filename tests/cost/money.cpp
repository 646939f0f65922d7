// SPDX-License-Identifier: MIT
// Money has a currency and a day, and becomes dollars by a rate that has a day too.
#include "support/near.hpp"

#include <reckon/cost/money.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <type_traits>

using namespace reckon;
using reckon::test::near;

// An amount without its currency or its day does not compile, nor does a rate or a list without a day.
static_assert(!std::is_default_constructible_v<money>);
static_assert(!std::is_constructible_v<money, double>);
static_assert(!std::is_constructible_v<money, double, currency>);
static_assert(!std::is_constructible_v<exchange_rate, currency, usd>);
static_assert(!std::is_constructible_v<dated_usd, usd>);

TEST_CASE("dollars are dollars") {
    constexpr result<dated_usd> same =
        in_dollars(money{120000, currency::us_dollar, {2026, 11, 9}});
    static_assert(same && same->amount == usd{120000} && same->as_of == date{2026, 11, 9});
    // A rate that nobody needs changes nothing.
    CHECK(in_dollars(money{5, currency::us_dollar, {2026, 1, 1}},
                     {currency::euro, usd{1.1}, {2020, 1, 1}})
              ->as_of == date{2026, 1, 1});
}

TEST_CASE("another currency needs its own rate, and the result is as old as the older of both") {
    constexpr money paid{1000, currency::euro, {2026, 6, 30}};
    constexpr exchange_rate rate{currency::euro, usd{1.25}, {2026, 1, 2}};
    constexpr auto in = in_dollars(paid, rate);
    static_assert(in && in->as_of == date{2026, 1, 2});
    CHECK(near(in_usd(in->amount), 1250));
    CHECK(stale(*in, {2026, 11, 1}));
    CHECK_FALSE(stale(*in, {2026, 3, 1}));
    CHECK_FALSE(stale(*in, {2026, 4, 2})); // 90 days
    CHECK(stale(*in, {2026, 4, 3}));

    CHECK(
        in_dollars(paid).error().message.view() ==
        "an amount in EUR needs a dated rate to become US dollars; give an exchange_rate of EUR.");
    CHECK(in_dollars(paid, {currency::yen, usd{0.007}, {2026, 1, 2}}).error().message.view() ==
          "an amount in EUR was given the rate of JPY; give that of its own currency.");
    CHECK(in_dollars(paid, {currency::euro, usd{0}, {2026, 1, 2}}).error().message.view() ==
          "the rate of EUR is 0.0000 USD; give one above 0.");
}

TEST_CASE("amounts that are none are refused") {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    CHECK(in_dollars(money{-1, currency::us_dollar, {2026, 1, 1}}).error().message.view() ==
          "an amount of -1.00 USD is none; give a finite one from 0 up.");
    for (double const x : {infinite, std::numeric_limits<double>::quiet_NaN(), -0.5}) {
        CHECK(in_dollars(money{x, currency::yen, {2026, 1, 1}},
                         {currency::yen, usd{0.007}, {2026, 1, 1}})
                  .error()
                  .code == errc::out_of_range);
    }
    CHECK(in_dollars(money{1, currency::yen, {2026, 1, 1}},
                     {currency::yen, usd{infinite}, {2026, 1, 1}})
              .error()
              .code == errc::out_of_range);
}

TEST_CASE("currencies by code") {
    for (std::string_view const code : currency_codes) {
        CHECK(name(*find_currency(code)) == code);
    }
    CHECK(find_currency("Dollar").error().message.view() ==
          "'Dollar' is no currency that is known; choose from USD, EUR, GBP, CHF, CNY, JPY, INR, "
          "KRW, TWD, CAD, AUD, SGD.");
    CHECK(find_currency("").error().code == errc::unknown_name);
    CHECK(find_currency("usd").error().code == errc::unknown_name); // codes are capitals
}

TEST_CASE("small amounts at small rates, and the older of two days whichever it is") {
    auto const yen = [](double amount, date paid, date rated) {
        return *in_dollars(money{amount, currency::yen, paid}, {currency::yen, usd{0.007}, rated});
    };
    date const winter{2026, 1, 2};
    date const summer{2026, 7, 1};
    CHECK(near(in_usd(yen(1000, winter, summer).amount), 7));
    CHECK(near(in_usd(yen(0.5, winter, summer).amount), 0.0035));
    CHECK(yen(0, winter, summer).amount == usd{0});
    CHECK(yen(1, winter, summer).as_of == winter);
    CHECK(yen(1, summer, winter).as_of == winter);
}
