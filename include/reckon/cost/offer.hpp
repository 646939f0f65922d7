// SPDX-License-Identifier: MIT
// A machine for rent: what is in it and what it costs, by way of buying.
#pragma once
#include <reckon/cost/price.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/units/names.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// How a machine is bought; the same one costs 2 to 5 times more one way than another.
enum class purchase : std::uint8_t {
    on_demand,   ///< now, by the second or hour, for as long as wanted
    booked,      ///< for days, ahead of time: AWS Capacity Blocks, Google's DWS
    reserved_1y, ///< committed for a year
    reserved_3y, ///< committed for three years
    spot,        ///< may be taken back at any moment
};

/// One row of a price list: so many accelerators in one machine, for so much, on these terms, as of
/// a day.
struct offer {
    label provider{};
    label instance{};
    label gpu{};    ///< as the seller calls it
    label gpu_id{}; ///< in the catalogue; empty where that fits several or none
    count gpus{1};
    figure<bytes> host_memory{};
    figure<count> vcpus{};
    figure<link_bandwidth> network{}; ///< of the whole machine, one direction
    text<31> region{};
    quoted_price on_demand{}; ///< of the whole machine, as are all prices here
    quoted_price booked{};
    quoted_price reserved_1y{};
    quoted_price reserved_3y{};
    quoted_price spot{};
    bool marketplace{}; ///< private hosts, the lowest price seen: not to be planned with

    [[nodiscard]] constexpr quoted_price price_of(purchase how) const noexcept {
        switch (how) {
        case purchase::on_demand: return on_demand;
        case purchase::booked: return booked;
        case purchase::reserved_1y: return reserved_1y;
        case purchase::reserved_3y: return reserved_3y;
        case purchase::spot: return spot;
        }
        return unknown;
    }
    friend constexpr bool operator==(offer const&, offer const&) noexcept = default;
};

/// The price of the machine over its accelerators. Unknown where nobody quoted one.
[[nodiscard]] constexpr figure<usd_per_second>
per_gpu(offer const& o, purchase how = purchase::on_demand) noexcept {
    quoted_price const quoted = o.price_of(how);
    if (!quoted.known() || o.gpus <= 0) { return unknown; }
    return {quoted.value().rate / static_cast<double>(o.gpus), provenance::observed};
}

} // namespace reckon::inline v0
