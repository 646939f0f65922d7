// SPDX-License-Identifier: MIT
// A user's own prices, from CSV or JSON, and the catalogue's beside them: what a contract costs, what they own.
//
//   gpu,gpus,currency,on_demand_per_hour,price_date
//   h100-sxm,8,EUR,19.50,2026-10-01
//
// One row is one machine. Prices are of the whole machine, an hour, in `currency`, true on `price_date`:
// without either there is no price. A machine that somebody owns has a `purchase`, a `life_years` and what
// running costs (`power_kw`, `tariff_per_kwh`, `maintenance_a_year`, a share), and becomes a price an hour
// that is paid always, as a reservation is (cost/ownership.hpp).
// Amounts that are not dollars become dollars at the `rates` that the caller passes.
#pragma once
#include <reckon/catalog/instances.hpp>
#include <reckon/cost/money.hpp>
#include <reckon/cost/offer.hpp>
#include <reckon/cost/ownership.hpp>
#include <reckon/io/accelerators.hpp>
#include <reckon/io/user_rows.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

/// What prices are read with.
struct offer_reading {
    date today{};                            ///< a price of a later day is refused
    std::span<exchange_rate const> rates{};  ///< one for each currency but the dollar
    std::span<any_gpu const> accelerators{}; ///< the user's own, beside the catalogue's
};

namespace detail {

inline constexpr std::string_view offer_fields[] = {"provider",
                                                    "instance",
                                                    "gpu",
                                                    "gpus",
                                                    "vcpus",
                                                    "host_memory_gib",
                                                    "network_gbps",
                                                    "region",
                                                    "currency",
                                                    "on_demand_per_hour",
                                                    "booked_per_hour",
                                                    "reserved_1y_per_hour",
                                                    "reserved_3y_per_hour",
                                                    "spot_per_hour",
                                                    "price_date",
                                                    "purchase",
                                                    "life_years",
                                                    "power_kw",
                                                    "pue",
                                                    "tariff_per_kwh",
                                                    "maintenance_a_year"};

/// Amounts of one row, in dollars of a day.
class row_money {
public:
    row_money(row_fields& f, offer_reading const& r) : fields_(&f), reading_(&r) {}

    /// An amount by its field; nothing where there is none, or where it is wrong.
    [[nodiscard]] std::optional<dated_usd> amount(std::string_view name) {
        constexpr double most = 1e9;
        auto const n = fields_->above_zero(name, most);
        if (!n) { return std::nullopt; }
        if (!settled_) { settle(); }
        if (!in_ || !day_) { return std::nullopt; }
        money const written{*n, *in_, *day_};
        result<dated_usd> dollars = in_dollars(written);
        for (exchange_rate const& rate : reading_->rates) {
            if (rate.of == *in_) { dollars = in_dollars(written, rate); }
        }
        if (!dollars) {
            fields_->refuse(dollars.error().code, name,
                            std::string("cannot be used: ").append(dollars.error().message.view()));
            return std::nullopt;
        }
        return *dollars;
    }
    [[nodiscard]] quoted_price price_of(std::string_view name) {
        auto const a = amount(name);
        if (!a) { return unknown; }
        return price{a->amount / hours(1), a->as_of};
    }

private:
    /// Currency and day, asked for once there is an amount.
    void settle() {
        settled_ = true;
        auto const named = find_currency(fields_->needed("currency"));
        if (named) {
            in_ = *named;
        } else {
            fields_->refuse(named.error().code, "currency", named.error().message.view());
        }
        if (!fields_->has("price_date")) {
            fields_->refuse(errc::missing_field, "price_date",
                            "is missing; a price without the day on which it was true is none.");
        }
        day_ = fields_->day("price_date", reading_->today);
    }
    row_fields* fields_;
    offer_reading const* reading_;
    bool settled_{false};
    std::optional<currency> in_{};
    std::optional<date> day_{};
};

/// The price an hour of a machine that somebody owns.
[[nodiscard]] inline quoted_price price_of_owned(row_fields& f, row_money& in) {
    auto const bought = in.amount("purchase");
    constexpr double century = 100;
    constexpr double megawatt = 1000;
    constexpr double whole = 1;
    auto const life = f.above_zero("life_years", century);
    auto const power = f.above_zero("power_kw", megawatt);
    auto const pue = f.above_zero("pue", century);
    auto const tariff = in.amount("tariff_per_kwh");
    auto const maintenance = f.above_zero("maintenance_a_year", whole);
    if (!bought) {
        for (std::string_view const name :
             {"life_years", "power_kw", "pue", "tariff_per_kwh", "maintenance_a_year"}) {
            if (f.has(name)) {
                f.refuse(errc::contradiction, name,
                         "belongs to a machine that was bought; give its purchase too.");
            }
        }
        return unknown;
    }
    if (!life) {
        f.refuse(errc::missing_field, "life_years", "is missing; give it beside the purchase.");
        return unknown;
    }
    if (power.has_value() != tariff.has_value()) {
        f.refuse(errc::missing_field, power ? "tariff_per_kwh" : "power_kw",
                 "is missing; power and tariff are one cost.");
        return unknown;
    }
    ownership const own{.purchase = bought->amount,
                        .life = years(*life),
                        .power = kilowatts(power.value_or(0)),
                        .power_usage_effectiveness = pue.value_or(1),
                        .tariff = tariff ? tariff->amount / kilowatt_hours(1) : usd_per_joule{},
                        .maintenance_a_year = maintenance.value_or(0)};
    if (possible_error const why = check(own)) { f.fail(why->code, why->message.view()); }
    return price{cost_of(own).rate(), bought->as_of};
}

[[nodiscard]] inline result<offer> offer_of(user_row const& row, offer_reading const& reading) {
    row_fields f(row, offer_fields);
    row_money in(f, reading);
    offer o{};
    o.provider =
        f.has("provider") ? label(f.short_text("provider", row_fields::name_bytes)) : label("own");
    o.instance = label(f.short_text("instance", row_fields::name_bytes));
    o.gpu = label(f.needed("gpu"));
    constexpr std::size_t region_bytes = 31;
    o.region = text<region_bytes>(f.short_text("region", region_bytes));
    if (auto const g = find_gpu_among(o.gpu.view(), reading.accelerators)) {
        o.gpu_id = g->id;
    } else {
        f.fail(g.error().code, std::string("gpu: ").append(g.error().message.view()));
    }
    constexpr double most_gpus = 4096;
    constexpr double most = 1e7;
    if (!f.has("gpus")) {
        f.refuse(errc::missing_field, "gpus", "is missing; say how many are in the machine.");
    }
    o.gpus = f.whole("gpus", most_gpus).value_or(1);
    if (auto const n = f.whole("vcpus", most)) { o.vcpus = *n; }
    if (auto const n = f.above_zero("host_memory_gib", most)) {
        o.host_memory = bytes{gibibytes(*n)};
    }
    if (auto const n = f.above_zero("network_gbps", most)) {
        constexpr double bits_a_byte = 8;
        o.network = link_gigabytes_per_second(*n / bits_a_byte);
    }
    o.on_demand = in.price_of("on_demand_per_hour");
    o.booked = in.price_of("booked_per_hour");
    o.reserved_1y = in.price_of("reserved_1y_per_hour");
    o.reserved_3y = in.price_of("reserved_3y_per_hour");
    o.spot = in.price_of("spot_per_hour");
    if (quoted_price const owned = price_of_owned(f, in); owned.known()) {
        if (o.on_demand.known()) {
            f.refuse(errc::contradiction, "purchase",
                     "and on_demand_per_hour are two prices of one machine; keep one.");
        }
        o.on_demand = owned;
    }
    bool const priced = o.on_demand.known() || o.booked.known() || o.reserved_1y.known() ||
                        o.reserved_3y.known() || o.spot.known();
    if (!priced) {
        f.fail(errc::missing_field, "no price is given; give one, as on_demand_per_hour or as "
                                    "purchase and life_years.");
    }
    if (f.failure()) { return *f.failure(); }
    return o;
}

} // namespace detail

/// The machines of a text; in JSON, of its list "offers". Errors name file, line and field.
[[nodiscard]] inline result<std::vector<offer>>
read_offers(std::string_view text, std::string_view source, offer_reading const& reading) {
    auto const rows = user_rows(text, source, "offers");
    if (!rows) { return rows.error(); }
    std::vector<offer> all;
    for (user_row const& row : *rows) {
        auto const o = detail::offer_of(row, reading);
        if (!o) { return o.error(); }
        all.push_back(*o);
    }
    return all;
}

/// The user's machines and the catalogue's: the user's first, so that they win at equal price.
[[nodiscard]] inline std::vector<offer> beside_catalogue(std::span<offer const> own) {
    std::vector<offer> all(own.begin(), own.end());
    all.insert(all.end(), catalog::instances.begin(), catalog::instances.end());
    return all;
}

} // namespace reckon::inline v0::io
