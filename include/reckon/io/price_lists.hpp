// SPDX-License-Identifier: MIT
// Sellers' prices of tokens, from CSV or JSON: what own machines are compared with.
//
//   seller,currency,input_per_million,cached_per_million,output_per_million,price_date
//   DeepSeek-R1,USD,0.55,0.14,2.19,2025-02-28
//
// Further columns `source` and `notes` may be there. A seller that does not tell cached tokens apart charges
// them as input: leave the field empty. data/api_prices.csv is such a file.
#pragma once
#include <reckon/cost/money.hpp>
#include <reckon/cost/token_prices.hpp>
#include <reckon/io/user_rows.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

namespace detail {

inline constexpr std::string_view price_list_fields[] = {"seller",
                                                         "currency",
                                                         "input_per_million",
                                                         "cached_per_million",
                                                         "output_per_million",
                                                         "price_date",
                                                         "source",
                                                         "notes"};

[[nodiscard]] inline result<price_list> price_list_of(user_row const& row, date today,
                                                      std::span<exchange_rate const> rates) {
    row_fields f(row, price_list_fields);
    std::string_view const seller = f.needed("seller");
    std::optional<currency> in;
    if (auto const named = find_currency(f.needed("currency"))) {
        in = *named;
    } else {
        f.refuse(named.error().code, "currency", named.error().message.view());
    }
    if (!f.has("price_date")) {
        f.refuse(errc::missing_field, "price_date",
                 "is missing; a price without the day on which it was true is none.");
    }
    date as_of = f.day("price_date", today).value_or(today);
    date const read_on = as_of;
    auto const price = [&](std::string_view name) -> std::optional<usd_per_token> {
        constexpr double most = 1e6;
        auto const n = f.above_zero(name, most);
        if (!n || !in) { return std::nullopt; }
        money const written{*n, *in, read_on};
        result<dated_usd> dollars = in_dollars(written);
        for (exchange_rate const& rate : rates) {
            if (rate.of == *in) { dollars = in_dollars(written, rate); }
        }
        if (!dollars) {
            f.refuse(dollars.error().code, name,
                     std::string("cannot be used: ").append(dollars.error().message.view()));
            return std::nullopt;
        }
        as_of = dollars->as_of < as_of ? dollars->as_of : as_of;
        return dollars->amount / megatokens(1);
    };
    for (std::string_view const name : {"input_per_million", "output_per_million"}) {
        if (!f.has(name)) { f.refuse(errc::missing_field, name, "is missing; give it."); }
    }
    auto const input = price("input_per_million");
    auto const cached = price("cached_per_million");
    auto const output = price("output_per_million");
    if (f.failure()) { return *f.failure(); }
    return price_list{seller, *input, cached.value_or(*input), *output, as_of};
}

} // namespace detail

/// The lists of a text; in JSON, of its list "price_lists". Errors name file, line and field.
[[nodiscard]] inline result<std::vector<price_list>>
read_price_lists(std::string_view text, std::string_view source, date today,
                 std::span<exchange_rate const> rates = {}) {
    auto const rows = user_rows(text, source, "price_lists");
    if (!rows) { return rows.error(); }
    std::vector<price_list> all;
    for (user_row const& row : *rows) {
        auto const p = detail::price_list_of(row, today, rates);
        if (!p) { return p.error(); }
        all.push_back(*p);
    }
    return all;
}

} // namespace reckon::inline v0::io
