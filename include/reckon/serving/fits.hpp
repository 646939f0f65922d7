// SPDX-License-Identifier: MIT
// Whether a deployment fits, as a value and as a reason to stop the build.
#pragma once
#include <reckon/serving/explain.hpp>

#include <cstddef>
#include <utility>

namespace reckon::inline v0 {

/// Whether every rank of the deployment stays within its budget and no other rule is broken.
template <model M, gpu G>
[[nodiscard]] constexpr bool fits(serving::deployment<M, G> const& d) noexcept {
    return serving::memory_of(d).fits();
}

namespace detail {
/// Text of exactly its own length, the only kind that Clang prints as text in a template argument.
template <std::size_t Length> struct exact_text {
    char characters[Length + 1]{};
    constexpr explicit exact_text(std::string_view from) noexcept {
        for (std::size_t i = 0; i < Length; ++i) {
            characters[i] = from[i];
        }
    }
};
} // namespace detail

/// Instantiated only for a deployment that does not fit, so that the first lines of the compiler's
/// error say why: the deployment, the rule it breaks, the bytes it needs and the bytes its devices
/// have (all devices together). Clang cuts the text, so the rule and the bytes stand apart.
template <detail::exact_text Why, serving::constraint Broken, count NeedsBytes, count HasBytes>
struct deployment_does_not_fit {
    static constexpr bool value = NeedsBytes < 0;
    static_assert(
        value,
        "reckon: a deployment does not fit; the template arguments say which, and by how much");
};

namespace detail {
template <auto const& Deployment> consteval bool proven() {
    constexpr serving::memory_report report = serving::memory_of(Deployment);
    if constexpr (report.fits()) {
        return true;
    } else {
        constexpr auto devices = static_cast<double>(Deployment.layout.devices());
        constexpr double most = 9.2e18; // what a count holds
        constexpr sentence why = serving::explain(Deployment, report);
        return deployment_does_not_fit<
            exact_text<why.length>(why), report.broken,
            static_cast<count>(min(most, in_bytes(report.needed()) * devices)),
            static_cast<count>(min(most, in_bytes(report.budget) * devices))>::value;
    }
}
template <auto const& Table, std::size_t I> inline constexpr auto element_of = Table[I];
template <auto const& Table, std::size_t I> consteval bool proven_at() {
    return proven<element_of<Table, I>>();
}
template <auto const& Table, std::size_t... I> consteval bool
all_proven(std::index_sequence<I...>) {
    return (true && ... && proven_at<Table, I>());
}
template <auto const& Deployments> consteval bool proven_or_all() {
    if constexpr (requires { Deployments.layout; }) {
        return proven<Deployments>();
    } else {
        return all_proven<Deployments>(std::make_index_sequence<std::size(Deployments)>{});
    }
}
} // namespace detail

/// `static_assert(reckon::proven_to_fit<deployments::r1_prod>);` Like `fits`, but the build's error
/// says which deployment, why, and by how much. The argument is a constexpr variable of static
/// storage: a deployment, or an array of deployments.
template <auto const& Deployments>
inline constexpr bool proven_to_fit = detail::proven_or_all<Deployments>();

} // namespace reckon::inline v0
