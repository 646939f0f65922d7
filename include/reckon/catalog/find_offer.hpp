// SPDX-License-Identifier: MIT
// Who rents out an accelerator, from the catalogue's dated prices.
//
// The functions are templates, and ask for rows by their parameter, so that a program that asks for no offer makes none.
#pragma once
#include <reckon/catalog/instances.hpp>
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/static_vector.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

using offer_rows = static_vector<std::uint16_t, catalog::instances.size()>;

/// The rows of `catalog::instances` with this accelerator, by its id ("h200-sxm"), priced or not.
template <std::same_as<offer> Offer = offer>
[[nodiscard]] constexpr offer_rows offers_for(std::string_view gpu_id) noexcept {
    offer_rows rows{};
    for (std::uint16_t row = 0; row < catalog::instances.size(); ++row) {
        if (!gpu_id.empty() &&
            catalog::detail::made_instances<Offer>::rows[row].gpu_id.view() == gpu_id) {
            rows.push_back(row);
        }
    }
    return rows;
}

/// The cheapest per accelerator in the catalogue.
template <std::same_as<offer> Offer = offer>
[[nodiscard]] constexpr result<Offer> cheapest_offer(std::string_view gpu_id,
                                                     rental_terms terms = {}) noexcept {
    return cheapest_offer(
        gpu_id, std::span<Offer const>(catalog::detail::made_instances<Offer>::rows), terms);
}

/// The offer of this instance type by any provider: "p4d.24xlarge". Names match exactly.
template <std::same_as<offer> Offer = offer>
[[nodiscard]] constexpr result<Offer> find_instance(std::string_view instance) noexcept {
    for (Offer const& o : catalog::detail::made_instances<Offer>::rows) {
        if (o.instance.view() == instance) { return o; }
    }
    sentence why{"no instance is called "};
    detail::append_typed(why, instance);
    why.append("; data/cloud_instances.csv lists those that are known.");
    return error{errc::unknown_name, why};
}

} // namespace reckon::inline v0
