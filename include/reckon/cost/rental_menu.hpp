// SPDX-License-Identifier: MIT
// What one accelerator is rented for, by the number of them in a machine: a table of offers read once,
// for searches that ask it often.
//
//   entry(g) = the offer with g accelerators in a machine that costs least
//
// An offer that is dearer than another of the same size is never the cheapest way to rent any number.
// Error:        0 given the table; tests/cost/rental_menu.cpp.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/detail/static_vector.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// Machines of one size, at the least price.
struct menu_entry {
    count gpus{};
    usd_per_second price{}; ///< of a whole machine
    std::uint16_t offer{};  ///< position in the table
};

/// What one accelerator can be rented in: sizes of machines with the least price of each.
struct rental_menu {
    static_vector<menu_entry, 32> entries{};
    bool complete{true}; ///< false: more sizes than fit, so that a cheaper one may be missing
};

/// The menu of one accelerator. Empty where nobody quotes a price on these terms.
[[nodiscard]] constexpr rental_menu menu_of(std::string_view gpu_id, std::span<offer const> offers,
                                            rental_terms const& terms = {}) noexcept {
    rental_menu menu{};
    if (gpu_id.empty()) { return menu; }
    for (std::size_t i = 0; i < offers.size(); ++i) {
        offer const& o = offers[i];
        if (!suits(o, gpu_id, terms)) { continue; }
        menu_entry const own{o.gpus, o.price_of(terms.how).value().rate,
                             static_cast<std::uint16_t>(i)};
        menu_entry* known = menu.entries.begin();
        while (known != menu.entries.end() && known->gpus != own.gpus) {
            ++known;
        }
        if (known == menu.entries.end()) {
            menu.complete = menu.entries.push_back(own) && menu.complete;
        } else if (own.price < known->price) {
            *known = own;
        }
    }
    return menu;
}

} // namespace reckon::inline v0
