// SPDX-License-Identifier: MIT
#include "recommend/words.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/offers.hpp>
#include <reckon/io/read_file.hpp>

#include <algorithm>
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

void read_terms(reader& r, given const& g, question& q) {
    reckon::rental_terms& terms = q.rules.rental;
    if (r.has("sellers")) {
        terms.clouds = false;
        terms.specialised = false;
        for (std::string const& kind : g.list("sellers")) {
            using enum reckon::seller_kind;
            bool const known = kind == reckon::name(cloud) || kind == reckon::name(specialised) ||
                               kind == reckon::name(marketplace);
            if (!known) {
                sentence why{};
                reckon::detail::append_typed(why, kind);
                why.append(" is not one of cloud, specialised, marketplace");
                return r.about("sellers", {errc::unknown_name, why});
            }
            terms.clouds = terms.clouds || kind == reckon::name(cloud);
            terms.specialised = terms.specialised || kind == reckon::name(specialised);
            terms.marketplace = terms.marketplace || kind == reckon::name(marketplace);
        }
    }
    terms.provider = reckon::label(r.text("provider"));
    terms.region = reckon::text<31>(r.text("region"));
    std::span<reckon::offer const> const offers(q.prices.offers);
    if (auto const bad = reckon::check({.provider = terms.provider}, offers)) {
        return r.about("provider", *bad);
    }
    if (auto const bad = reckon::check({.region = terms.region}, offers)) {
        return r.about("region", *bad);
    }
    bool const any = std::ranges::any_of(offers, [&](reckon::offer const& o) {
        return (terms.provider.empty() || o.provider == terms.provider) &&
               (terms.region.empty() || o.region == terms.region) &&
               reckon::admits(terms, reckon::seller_of(o));
    });
    if (!any) {
        r.fail(errc::contradiction, "no offer is of that --provider, in that --region and of those "
                                    "--sellers at once; leave one of them out");
    }
}

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
    for (reckon::exchange_rate const& rate : rates) {
        if (reckon::days_between(rate.as_of, day_of_question(m)) >= 0) { continue; }
        sentence why{"the rate of "};
        why.append(reckon::name(rate.of)).append(" is of ").append(date_text(rate.as_of));
        return r.about("exchange", {errc::out_of_range, why.append(", which is yet to come")});
    }
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
