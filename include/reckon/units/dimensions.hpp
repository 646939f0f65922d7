// SPDX-License-Identifier: MIT
// The one closed system of base units: metre, kilogram, second (Boost's own), byte, FLOP, token, USD.
// Boost.Units does the dimension algebra here, and only here.
#pragma once
#include <boost/units/base_dimension.hpp>
#include <boost/units/base_unit.hpp>
#include <boost/units/base_units/si/kilogram.hpp>
#include <boost/units/base_units/si/meter.hpp>
#include <boost/units/base_units/si/second.hpp>
#include <boost/units/derived_dimension.hpp>
#include <boost/units/make_system.hpp>
#include <boost/units/quantity.hpp>
#include <boost/units/unit.hpp>

namespace reckon::inline v0::units {

// Ordinals are global to a program that uses Boost.Units: reckon owns the block 71800..71899.
struct information_dimension : boost::units::base_dimension<information_dimension, 71801> {};
struct work_dimension : boost::units::base_dimension<work_dimension, 71802> {};
struct token_dimension : boost::units::base_dimension<token_dimension, 71803> {};
struct money_dimension : boost::units::base_dimension<money_dimension, 71804> {};

struct byte_base : boost::units::base_unit<byte_base, information_dimension::dimension_type, 71811> {
    static std::string name() { return "byte"; }
    static std::string symbol() { return "B"; }
};
struct flop_base : boost::units::base_unit<flop_base, work_dimension::dimension_type, 71812> {
    static std::string name() { return "floating-point operation"; }
    static std::string symbol() { return "FLOP"; }
};
struct token_base : boost::units::base_unit<token_base, token_dimension::dimension_type, 71813> {
    static std::string name() { return "token"; }
    static std::string symbol() { return "tok"; }
};
struct usd_base : boost::units::base_unit<usd_base, money_dimension::dimension_type, 71814> {
    static std::string name() { return "US dollar"; }
    static std::string symbol() { return "USD"; }
};

using system = boost::units::make_system<boost::units::si::meter_base_unit,
                                         boost::units::si::kilogram_base_unit,
                                         boost::units::si::second_base_unit, byte_base, flop_base,
                                         token_base, usd_base>::type;

using energy_dimension =
    boost::units::derived_dimension<boost::units::length_base_dimension, 2,
                                    boost::units::mass_base_dimension, 1,
                                    boost::units::time_base_dimension, -2>::type;

template <class Dimension> using unit_of = boost::units::unit<Dimension, system>;
template <class A, class B> using product = typename boost::units::multiply_typeof_helper<A, B>::type;
template <class A, class B> using quotient = typename boost::units::divide_typeof_helper<A, B>::type;

using byte = unit_of<information_dimension::dimension_type>;
using flop = unit_of<work_dimension::dimension_type>;
using token = unit_of<token_dimension::dimension_type>;
using second = unit_of<boost::units::time_dimension>;
using joule = unit_of<energy_dimension>;
using usd = unit_of<money_dimension::dimension_type>;

template <class Unit> inline constexpr bool is_dimensionless = false;
template <class System>
inline constexpr bool
    is_dimensionless<boost::units::unit<boost::units::dimensionless_type, System>> = true;

} // namespace reckon::inline v0::units
