// SPDX-License-Identifier: MIT
// Whether a model may be used: under which licence its weights are published, and what one's own rules admit.
//
//   constexpr licence_rules ours{.commercial = true};
//   static_assert(permits(ours, {"MIT", commercial_use::allowed}));
//   candidate<any_model> const choice[] = {{&model, formats, 1.0, licence_of("deepseek-r1")}};
//
// A licence that nobody stated keeps no rule: it is refused by name, as an unknown price is under a budget. Without
// rules every model may be used. The catalogue's licences are in catalog/find_licence.hpp.
// Source:       the licences; data/licences.csv and data/model_licences.csv say where each was read.
// Not modelled: whether a condition (a number of users, a country, a field of use) is met. It is told, and read by
//               who plans.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/detail/text.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0 {

/// What a licence says of use that earns money.
enum class commercial_use : std::uint8_t {
    unread,      ///< its name is known, or not even that
    allowed,     ///< whoever uses it
    conditional, ///< within limits: a number of users, fields of use, a country
    forbidden,   ///< research, or one's own use, only
};

[[nodiscard]] constexpr std::string_view name(commercial_use use) noexcept {
    constexpr std::string_view names[] = {"unread", "allowed", "conditional", "forbidden"};
    return names[static_cast<int>(use)];
}

/// A licence of use: its SPDX identifier, or what its author calls it. Without a name: not known.
struct licence {
    label name{};
    commercial_use commercial{};
    friend constexpr bool operator==(licence const&, licence const&) noexcept = default;
};

/// Which licences one accepts. By default any, and none as well.
struct licence_rules {
    std::span<label const> only{}; ///< names, as `licence::name` has them; empty: any
    bool commercial{};             ///< use for money must be allowed, if within conditions

    [[nodiscard]] constexpr bool any() const noexcept { return only.empty() && !commercial; }
};

/// Why a model under `held` may not be used under the rules; nothing where it may. Errors: missing_field for a
/// licence that nobody stated; contradiction for one that the rules exclude.
[[nodiscard]] constexpr possible_error check(licence const& held, licence_rules const& rules,
                                             std::string_view model) noexcept {
    if (rules.any()) { return {}; }
    sentence why{"the licence of "};
    why.append(model);
    if (held.name.empty()) {
        return error{errc::missing_field,
                     why.append(" is not known, and the rules ask for it; state it, or leave "
                                "the model out.")};
    }
    why.append(", ").append(held.name);
    bool listed = rules.only.empty();
    for (label const& one : rules.only) {
        listed = listed || one == held.name;
    }
    if (!listed) {
        why.append(", is none of those accepted: ");
        for (std::size_t i = 0; i < rules.only.size(); ++i) {
            why.append(i == 0 ? "" : ", ").append(rules.only[i]);
        }
        return error{errc::contradiction, why.append(".")};
    }
    if (rules.commercial && held.commercial == commercial_use::forbidden) {
        return error{errc::contradiction, why.append(", does not allow use for money.")};
    }
    bool const named = !rules.only.empty(); // by somebody who has read it
    if (rules.commercial && held.commercial == commercial_use::unread && !named) {
        return error{errc::missing_field, why.append(", was not read, so that use for money cannot "
                                                     "be taken as allowed; read it and name "
                                                     "it among those accepted.")};
    }
    return {};
}

/// Whether the rules admit a model under `held`.
[[nodiscard]] constexpr bool permits(licence_rules const& rules, licence const& held) noexcept {
    return !check(held, rules, "a model").has_value();
}

} // namespace reckon::inline v0
