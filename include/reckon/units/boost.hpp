// SPDX-License-Identifier: MIT
// Exchange with programs that hold Boost.Units quantities themselves. Included by name: Boost's units and quantities cost a
// compiler as much as all of reckon's laws, and the laws need its dimensions alone.
#pragma once
#include <reckon/units/names.hpp>

#include <boost/units/base_unit.hpp>
#include <boost/units/base_units/si/kilogram.hpp>
#include <boost/units/base_units/si/meter.hpp>
#include <boost/units/base_units/si/second.hpp>
#include <boost/units/make_system.hpp>
#include <boost/units/quantity.hpp>
#include <boost/units/unit.hpp>

namespace reckon::inline v0 {

namespace units {

// Of the block of ordinals in dimensions.hpp.
/// Boost's base unit of information.
struct byte_base
    : boost::units::base_unit<byte_base, information_dimension::dimension_type, 71811> {
    static std::string name() { return "byte"; }
    static std::string symbol() { return "B"; }
};
/// Boost's base unit of work: one multiplication or one addition.
struct flop_base : boost::units::base_unit<flop_base, work_dimension::dimension_type, 71812> {
    static std::string name() { return "floating-point operation"; }
    static std::string symbol() { return "FLOP"; }
};
/// Boost's base unit of tokens.
struct token_base : boost::units::base_unit<token_base, token_dimension::dimension_type, 71813> {
    static std::string name() { return "token"; }
    static std::string symbol() { return "tok"; }
};
/// Boost's base unit of money, without a year: no inflation is reckoned.
struct usd_base : boost::units::base_unit<usd_base, money_dimension::dimension_type, 71814> {
    static std::string name() { return "US dollar"; }
    static std::string symbol() { return "USD"; }
};

/// The one closed system of base units: metre, kilogram and second are Boost's own.
using system = boost::units::make_system<
    boost::units::si::meter_base_unit, boost::units::si::kilogram_base_unit,
    boost::units::si::second_base_unit, byte_base, flop_base, token_base, usd_base>::type;

/// Boost's unit of a dimension in this system.
template <class Dimension> using unit_of = boost::units::unit<Dimension, system>;

/// Boost's unit that a unit by name stands for: `units::boost_unit<units::second>`.
template <class Unit> using boost_unit = unit_of<typename Unit::dimension>;

} // namespace units

/// The same value as a Boost quantity of the same unit. Kinds (peak, link, GB or GiB) are forgotten.
template <class Unit, class Kind>
[[nodiscard]] constexpr boost::units::quantity<units::boost_unit<Unit>, double>
to_boost(quantity<Unit, Kind> q) noexcept {
    return boost::units::quantity<units::boost_unit<Unit>, double>::from_value(
        units::access::base(q));
}

/// The plain quantity of a Boost quantity in reckon's system of units. Quantities of Boost's SI
/// system convert implicitly to that system first: name it, as in
/// `boost::units::quantity<units::boost_unit<units::second>> t = 2.0 * boost::units::si::seconds`.
template <class Dimension>
[[nodiscard]] constexpr auto
from_boost(boost::units::quantity<units::unit_of<Dimension>, double> const& q) noexcept {
    return units::access::make<quantity<typename units::named<Dimension>::type>>(q.value());
}

} // namespace reckon::inline v0
