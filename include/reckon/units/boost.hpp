// SPDX-License-Identifier: MIT
// Exchange with programs that hold Boost.Units quantities themselves.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// The same value as a Boost quantity of the same unit. Kinds (peak, link, GB or GiB) are forgotten.
template <class Unit, class Kind>
[[nodiscard]] constexpr boost::units::quantity<Unit, double> to_boost(quantity<Unit, Kind> q) noexcept {
    return boost::units::quantity<Unit, double>::from_value(units::access::base(q));
}

/// The plain quantity of a Boost quantity in reckon's system of units. Quantities of Boost's SI
/// system convert implicitly to that system first.
template <class Unit>
[[nodiscard]] constexpr quantity<Unit> from_boost(boost::units::quantity<Unit, double> const& q) noexcept {
    return units::access::make<quantity<Unit>>(q.value());
}

} // namespace reckon::inline v0
