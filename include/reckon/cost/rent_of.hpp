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
#include <reckon/cost/rental_menu.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// The cheapest offer that was found: its price, its row, and how many machines of it.
struct rent {
    figure<usd_per_second> price{}; ///< of all machines; unknown where nobody quotes one
    std::uint16_t offer{};          ///< position in the table
    count machines{};
    bool from_smaller{}; ///< quoted for machines too small to hold `together`
};

/// From a menu. Domain: `menu.complete`.
[[nodiscard]] constexpr rent rent_of(rental_menu const& menu, count accelerators,
                                     count together) noexcept {
    rent best{};
    if (accelerators < 1) { return best; }
    for (menu_entry const& o : menu.entries) {
        bool const smaller = o.gpus < together;
        count const machines = detail::ceil_div(accelerators, o.gpus);
        usd_per_second const price = o.price * static_cast<double>(machines);
        bool const nearer = best.from_smaller && !smaller;
        bool const as_near = best.from_smaller == smaller;
        bool const cheaper =
            best.price.known() &&
            (price < best.price.value() || (price == best.price.value() && o.offer < best.offer));
        if (!best.price.known() || nearer || (as_near && cheaper)) {
            best = {{price, provenance::observed}, o.offer, machines, smaller};
        }
    }
    return best;
}

/// From a table of offers; unknown where it has none, or machines of more than 32 sizes.
[[nodiscard]] constexpr rent rent_of(std::string_view gpu_id, count accelerators, count together,
                                     std::span<offer const> offers,
                                     rental_terms const& terms = {}) noexcept {
    rental_menu const menu = menu_of(gpu_id, offers, terms);
    return menu.complete ? rent_of(menu, accelerators, together) : rent{};
}

} // namespace reckon::inline v0
