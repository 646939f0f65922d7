// SPDX-License-Identifier: MIT
// The cheapest way to rent a number of accelerators of which some must be in one machine.
//
//   price = min over offers with g >= t of  ceil(n / g) p
//
//   symbol | meaning                                                    | unit  | domain
//   n      | accelerators needed in all                                 | -     | >= 1
//   t      | of which share a fabric, and so a machine                  | -     | 1 .. n
//   g, p   | accelerators in a machine of the offer, and its price      | -, USD/s |
//
// Whole machines are paid, also where a few accelerators of the last one stay idle. Where no machine
// of that size has a price, quotes for smaller ones stand in (many sellers quote one accelerator of a
// larger machine), and the answer says so.
// Source:       definition.
// Not modelled: availability, terms, data transfer, the network between machines.
// Error:        0 given the table; tests/cost/rent_of.cpp.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

struct rent {
    figure<usd_per_second> price{}; ///< of all machines; unknown where nobody quotes one
    std::uint16_t offer{};          ///< position in the table
    count machines{};
    bool from_smaller{}; ///< quoted for machines too small to hold `together`
};

[[nodiscard]] constexpr rent rent_of(std::string_view gpu_id, count accelerators, count together,
                                     std::span<offer const> offers,
                                     rental_terms terms = {}) noexcept {
    rent best{};
    if (gpu_id.empty() || accelerators < 1) { return best; }
    for (std::size_t i = 0; i < offers.size(); ++i) {
        offer const& o = offers[i];
        if (!suits(o, gpu_id, terms)) { continue; }
        bool const smaller = o.gpus < together;
        count const machines = detail::ceil_div(accelerators, o.gpus);
        usd_per_second const price =
            o.price_of(terms.how).value().rate * static_cast<double>(machines);
        bool const nearer = best.from_smaller && !smaller;
        bool const as_near = best.from_smaller == smaller;
        if (!best.price.known() || nearer || (as_near && price < best.price.value())) {
            best = {
                {price, provenance::observed}, static_cast<std::uint16_t>(i), machines, smaller};
        }
    }
    return best;
}

} // namespace reckon::inline v0
