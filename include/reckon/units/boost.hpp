// SPDX-License-Identifier: MIT
// Exchange with programs that hold Boost.Units quantities themselves.
#pragma once
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// The same value as a Boost quantity of the same unit. Kinds (peak, link, GB or GiB) are forgotten.
template <class Unit, class Kind>
[[nodiscard]] constexpr boost::units::quantity<typename Unit::boost_unit, double>
to_boost(quantity<Unit, Kind> q) noexcept {
    return boost::units::quantity<typename Unit::boost_unit, double>::from_value(
        units::access::base(q));
}

/// The plain quantity of a Boost quantity in reckon's system of units. Quantities of Boost's SI
/// system convert implicitly to that system first: name it, as in
/// `boost::units::quantity<units::second::boost_unit> t = 2.0 * boost::units::si::seconds`.
template <class Dimension>
[[nodiscard]] constexpr auto
from_boost(boost::units::quantity<units::unit_of<Dimension>, double> const& q) noexcept {
    return units::access::make<quantity<typename units::named<units::unit_of<Dimension>>::type>>(
        q.value());
}

} // namespace reckon::inline v0
