// SPDX-License-Identifier: MIT
#include "recommend/question.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/offers.hpp>
#include <reckon/io/read_file.hpp>

#include <chrono>

namespace recommend {
namespace {

using reckon::errc;
using reckon::sentence;

/// Today by the clock, which prices are never judged by: a price of tomorrow is a slip of the pen.
reckon::date clock_day() {
    std::chrono::year_month_day const d(
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    return {static_cast<int>(d.year()), static_cast<int>(static_cast<unsigned>(d.month())),
            static_cast<int>(static_cast<unsigned>(d.day()))};
}

/// "EUR=1.16@2026-10-01"
std::optional<reckon::exchange_rate> read_rate(reader& r, std::string const& text) {
    std::size_t const equals = text.find('=');
    std::size_t const at = text.find('@');
    auto const day =
        at == std::string::npos ? std::nullopt : reckon::io::parse_date(text.substr(at + 1));
    if (equals == std::string::npos || at < equals || !day) {
        sentence why{};
        reckon::detail::append_typed(why, text);
        why.append(" is no dated rate; write what one unit is worth as EUR=1.16@2026-10-01");
        r.about("exchange", {errc::malformed, why});
        return std::nullopt;
    }
    auto const of = reckon::find_currency(text.substr(0, equals));
    if (!of) {
        r.about("exchange", of.error());
        return std::nullopt;
    }
    auto const worth = r.number_in("exchange", text.substr(equals + 1, at - equals - 1),
                                   {.example = "EUR=1.16@2026-10-01"});
    if (!worth) { return std::nullopt; }
    return reckon::exchange_rate{*of, reckon::usd{*worth}, *day};
}

} // namespace

std::vector<reckon::exchange_rate> read_rates(reader& r, given const& g) {
    std::vector<reckon::exchange_rate> rates;
    for (std::string const& text : g.list("exchange")) {
        auto const rate = read_rate(r, text);
        if (!rate) { return {}; }
        rates.push_back(*rate);
    }
    return rates;
}

reckon::date day_of_question(market const& m) { return m.today.value_or(clock_day()); }

void read_market(reader& r, given const& g, market& m) {
    r.day("today", m.today);
    auto const rates = read_rates(r, g);
    if (!r.ok()) { return; }
    std::vector<reckon::offer> own;
    if (r.has("prices")) {
        std::string const path = r.text("prices");
        auto const text = reckon::io::read_text_file(path);
        if (!text) { return r.about("prices", text.error()); }
        auto const read = reckon::io::read_offers(*text, reckon::io::detail::shown_path(path),
                                                  {.today = day_of_question(m), .rates = rates});
        if (!read) { return r.fail(read.error()); }
        own = *read;
    }
    m.own = own.size();
    m.offers = reckon::io::beside_catalogue(own);
}

} // namespace recommend
