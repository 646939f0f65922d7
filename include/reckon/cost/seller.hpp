// SPDX-License-Identifier: MIT
// Who rents a machine out. Prices of unlike sellers are no prices of one thing: a general cloud's machine has storage,
// networks and promises around it, a private host's may be gone tomorrow.
//
//   marketplace   the offer says so: private hosts, the lowest price seen
//   own           what the reader pays himself, by a contract or for what he has
//   cloud         of the sellers that rent out everything else as well: data/sellers.csv
//   specialised   everybody else: accelerators are what they sell
//
// Source:       the sellers' own lists of what they sell, in data/sellers.csv.
// Not modelled: tiers of one seller (RunPod's "community" rows are its marketplace; the table marks them).
#pragma once
#include <reckon/cost/general_clouds.hpp>
#include <reckon/cost/offer.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// Kinds of sellers, of whom rules may exclude some.
enum class seller_kind : std::uint8_t { cloud, specialised, marketplace, own };

[[nodiscard]] constexpr std::string_view name(seller_kind k) noexcept {
    constexpr std::string_view names[] = {"cloud", "specialised", "marketplace", "own"};
    return names[static_cast<int>(k)];
}

/// Who makes this offer.
[[nodiscard]] constexpr seller_kind seller_of(offer const& o) noexcept {
    if (o.marketplace) { return seller_kind::marketplace; }
    if (o.provider.view() == "own") { return seller_kind::own; }
    for (std::string_view const cloud : general_clouds) {
        if (o.provider.view() == cloud) { return seller_kind::cloud; }
    }
    return seller_kind::specialised;
}

} // namespace reckon::inline v0
