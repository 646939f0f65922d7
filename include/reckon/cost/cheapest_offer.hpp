// SPDX-License-Identifier: MIT
// The cheapest machine of a table that has a given accelerator.
//
//   argmin over offers of price_of(how) / gpus
//
// Domain:       offers whose accelerator is identified, with at least `least_gpus` in one machine,
//               and a price for that way of buying; private hosts only when asked for.
// Not modelled: whether the seller has one free, data transfer, storage, minimum terms. The age of
//               the price is the caller's to judge: stale(price, today).
// Error:        0; tests/cost/offer.cpp.
#pragma once
#include <reckon/cost/offer.hpp>
#include <reckon/cost/seller.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

[[nodiscard]] constexpr std::string_view name(purchase how) noexcept {
    constexpr std::string_view names[] = {"on demand", "booked ahead", "reserved for a year",
                                          "reserved for three years", "as a spot instance"};
    return names[static_cast<int>(how)];
}

/// What is acceptable.
struct rental_terms {
    purchase how{purchase::on_demand};
    count least_gpus{1};    ///< in one machine: 8 for a layout of 8 that shares NVLink
    bool marketplace{};     ///< whether private hosts count
    bool specialised{true}; ///< whether sellers of accelerators alone count
    bool clouds{true};      ///< whether general clouds count; one's own prices always do
    label provider{};       ///< of this one only, as the table writes it; empty: of any
    text<31> region{};      ///< in this one only; offers that name none are not in it
    friend constexpr bool operator==(rental_terms const&, rental_terms const&) noexcept = default;
};

/// Whether offers of that kind of seller count.
[[nodiscard]] constexpr bool admits(rental_terms const& terms, seller_kind k) noexcept {
    switch (k) {
    case seller_kind::cloud: return terms.clouds;
    case seller_kind::specialised: return terms.specialised;
    case seller_kind::marketplace: return terms.marketplace;
    case seller_kind::own: break;
    }
    return true;
}

/// Whether an offer is for this accelerator on these terms, and has a price.
[[nodiscard]] constexpr bool suits(offer const& o, std::string_view gpu_id,
                                   rental_terms const& terms) noexcept {
    return o.gpu_id.view() == gpu_id && o.gpus >= terms.least_gpus && admits(terms, seller_of(o)) &&
           per_gpu(o, terms.how).known() &&
           (terms.provider.empty() || o.provider.view() == terms.provider.view()) &&
           (terms.region.empty() || o.region.view() == terms.region.view());
}

namespace detail {

/// "no offer is of the provider 'AWs'; the nearest name is AWS." where no offer has that name.
template <std::size_t Capacity>
[[nodiscard]] constexpr possible_error
check_offers_have(text<Capacity> const& wanted, std::string_view what,
                  std::span<offer const> offers, text<Capacity> offer::* part) noexcept {
    if (wanted.empty()) { return {}; }
    constexpr std::size_t most = 64; // names that are looked through for a likeness
    std::string_view names[most]{};
    std::size_t known = 0;
    for (offer const& o : offers) {
        std::string_view const name = (o.*part).view();
        if (name == wanted.view()) { return {}; }
        bool seen = name.empty() || known == most;
        for (std::size_t i = 0; i < known && !seen; ++i) {
            seen = names[i] == name;
        }
        if (!seen) { names[known++] = name; }
    }
    sentence why{"no offer is "};
    append_typed(why.append(what).append(" "), wanted.view());
    append_nearest(why, wanted.view(), names);
    return error{errc::unknown_name, why.append(".")};
}

} // namespace detail

/// Whether the terms name a provider or a region that no offer has: unknown_name, with the nearest.
[[nodiscard]] constexpr possible_error check(rental_terms const& terms,
                                             std::span<offer const> offers) noexcept {
    if (possible_error const bad = detail::check_offers_have(terms.provider, "of the provider",
                                                             offers, &offer::provider)) {
        return *bad;
    }
    return detail::check_offers_have(terms.region, "in the region", offers, &offer::region);
}

/// The suitable offer with the lowest price per accelerator; the first one of equals. Or why none.
[[nodiscard]] constexpr result<offer> cheapest_offer(std::string_view gpu_id,
                                                     std::span<offer const> offers,
                                                     rental_terms const& terms = {}) noexcept {
    offer const* best = nullptr;
    for (offer const& o : offers) {
        if (gpu_id.empty() || !suits(o, gpu_id, terms)) { continue; }
        if (best == nullptr || per_gpu(o, terms.how).value() < per_gpu(*best, terms.how).value()) {
            best = &o;
        }
    }
    if (best != nullptr) { return *best; }
    sentence why{"no offer in the table has "};
    why.append(terms.least_gpus).append(" x ").append(gpu_id).append(" ").append(name(terms.how));
    why.append(terms.marketplace ? "" : " from a provider");
    return error{errc::unknown_figure, why};
}

} // namespace reckon::inline v0
