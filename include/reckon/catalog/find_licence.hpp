// SPDX-License-Identifier: MIT
// The licence of a model of the catalogue, and licences by name. Included by name only.
//
//   constexpr licence of = licence_of("deepseek-r1");     // MIT, allowed
//   auto const terms = find_licence("apache-2.0");        // case does not matter
#pragma once
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/model_licences.hpp>

#include <cstddef>
#include <string_view>

namespace reckon::inline v0 {

/// The licence of the publisher's own checkpoint of the model that find_model finds under this name; without a name
/// where none was read, or there is no such model.
[[nodiscard]] constexpr licence licence_of(std::string_view model) noexcept {
    auto const* const known =
        detail::find_by_name(catalog::model_aliases, detail::comparable_name(model).view());
    if (known == nullptr) { return {}; }
    auto const* const row =
        detail::find_by_name(catalog::model_licences, catalog::model_ids[known->model]);
    if (row == nullptr) { return {}; }
    catalog::licence_terms const& terms = catalog::licences[row->licence];
    return {label(terms.name), terms.commercial};
}

/// The terms of the licence of that name; case does not matter. Errors: unknown_name, with the nearest.
[[nodiscard]] constexpr result<catalog::licence_terms>
find_licence(std::string_view name) noexcept {
    label const wanted = detail::comparable_name(name);
    label plain[std::size(catalog::licences)]{};
    std::string_view names[std::size(catalog::licences)]{};
    for (std::size_t i = 0; i < std::size(catalog::licences); ++i) {
        plain[i] = detail::comparable_name(catalog::licences[i].name);
        names[i] = plain[i].view();
        if (plain[i] == wanted) { return catalog::licences[i]; }
    }
    sentence why{};
    detail::append_typed(why, name);
    detail::append_nearest(why.append(" is no licence of the catalogue"), wanted.view(), names);
    return error{errc::unknown_name, why.append("; write its SPDX identifier, as Apache-2.0.")};
}

} // namespace reckon::inline v0
