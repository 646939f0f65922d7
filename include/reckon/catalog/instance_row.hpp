// SPDX-License-Identifier: MIT
// A row of the table of machines as it is written, and the offer that it stands for.
//
// Plain values cost a compiler a twentieth of what figures, labels and dated prices do, and every file that includes the
// catalogue reads 168 rows.
#pragma once
#include <reckon/catalog/datum.hpp>
#include <reckon/cost/offer.hpp>

namespace reckon::inline v0::catalog {

/// Dollars per hour for the whole machine, and the day of the price; 0 dollars where nobody quoted one.
struct hourly_price {
    double usd{};
    int year{};
    int month{};
    int day{};
};

/// One row of data/cloud_instances.csv; 0 stands for what nobody says.
struct instance_row {
    char const* provider{""};
    char const* instance{""};
    char const* gpu{""};
    char const* gpu_id{""};
    int gpus{1};
    double host_memory_gib{};
    int vcpus{};
    double network_gbps{}; ///< of the whole machine, one direction
    char const* region{""};
    hourly_price on_demand{};
    hourly_price booked{};
    hourly_price reserved_1y{};
    hourly_price reserved_3y{};
    hourly_price spot{};
    bool marketplace{};
};

/// The price with its date, or unknown.
[[nodiscard]] constexpr quoted_price quoted(hourly_price const& p) noexcept {
    if (p.usd > 0) { return datum::per_hour(p.usd, {p.year, p.month, p.day}); }
    return unknown;
}

/// The offer of a row.
[[nodiscard]] constexpr offer offered(instance_row const& row) noexcept {
    offer made{.provider = row.provider,
               .instance = row.instance,
               .gpu = row.gpu,
               .gpu_id = row.gpu_id,
               .gpus = row.gpus,
               .region = row.region,
               .on_demand = quoted(row.on_demand),
               .booked = quoted(row.booked),
               .reserved_1y = quoted(row.reserved_1y),
               .reserved_3y = quoted(row.reserved_3y),
               .spot = quoted(row.spot),
               .marketplace = row.marketplace};
    if (row.host_memory_gib > 0) { made.host_memory = datum::gib(row.host_memory_gib); }
    if (row.vcpus > 0) { made.vcpus = row.vcpus; }
    if (row.network_gbps > 0) { made.network = datum::gbit_per_s(row.network_gbps); }
    return made;
}

} // namespace reckon::inline v0::catalog
