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

struct byte_base
    : boost::units::base_unit<byte_base, information_dimension::dimension_type, 71811> {
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

using system = boost::units::make_system<
    boost::units::si::meter_base_unit, boost::units::si::kilogram_base_unit,
    boost::units::si::second_base_unit, byte_base, flop_base, token_base, usd_base>::type;

using energy_dimension =
    boost::units::derived_dimension<boost::units::length_base_dimension, 2,
                                    boost::units::mass_base_dimension, 1,
                                    boost::units::time_base_dimension, -2>::type;

template <class Dimension> using unit_of = boost::units::unit<Dimension, system>;

// Units by name. Each says which of Boost's units it is; the algebra below asks Boost and answers with
// the name again. A named unit has no template arguments, so that a compiler prints
// quantity<units::byte>, and looks for its operators in reckon instead of all of Boost.
struct byte {
    using boost_unit = unit_of<information_dimension::dimension_type>;
};
struct flop {
    using boost_unit = unit_of<work_dimension::dimension_type>;
};
struct token {
    using boost_unit = unit_of<token_dimension::dimension_type>;
};
struct second {
    using boost_unit = unit_of<boost::units::time_dimension>;
};
struct joule {
    using boost_unit = unit_of<energy_dimension>;
};
struct usd {
    using boost_unit = unit_of<money_dimension::dimension_type>;
};
struct dimensionless {
    using boost_unit = unit_of<boost::units::dimensionless_type>;
};

template <class A, class B>
using boost_product = typename boost::units::multiply_typeof_helper<typename A::boost_unit,
                                                                    typename B::boost_unit>::type;
template <class A, class B>
using boost_quotient = typename boost::units::divide_typeof_helper<typename A::boost_unit,
                                                                   typename B::boost_unit>::type;

struct watt {
    using boost_unit = boost_quotient<joule, second>;
};
struct byte_per_second {
    using boost_unit = boost_quotient<byte, second>;
};
struct flop_per_second {
    using boost_unit = boost_quotient<flop, second>;
};
struct token_per_second {
    using boost_unit = boost_quotient<token, second>;
};
struct per_second {
    using boost_unit = boost_quotient<dimensionless, second>;
};
struct byte_per_token {
    using boost_unit = boost_quotient<byte, token>;
};
struct flop_per_token {
    using boost_unit = boost_quotient<flop, token>;
};
struct flop_per_byte {
    using boost_unit = boost_quotient<flop, byte>;
};
struct usd_per_second {
    using boost_unit = boost_quotient<usd, second>;
};
struct usd_per_token {
    using boost_unit = boost_quotient<usd, token>;
};
struct usd_per_joule {
    using boost_unit = boost_quotient<usd, joule>;
};
struct joule_per_token {
    using boost_unit = boost_quotient<joule, token>;
};

/// A unit without a name: what an unusual product is in.
template <class BoostUnit> struct derived {
    using boost_unit = BoostUnit;
};

/// From Boost's unit back to the name.
template <class BoostUnit> struct named {
    using type = derived<BoostUnit>;
};
template <> struct named<byte::boost_unit> {
    using type = byte;
};
template <> struct named<flop::boost_unit> {
    using type = flop;
};
template <> struct named<token::boost_unit> {
    using type = token;
};
template <> struct named<second::boost_unit> {
    using type = second;
};
template <> struct named<joule::boost_unit> {
    using type = joule;
};
template <> struct named<usd::boost_unit> {
    using type = usd;
};
template <> struct named<dimensionless::boost_unit> {
    using type = dimensionless;
};
template <> struct named<watt::boost_unit> {
    using type = watt;
};
template <> struct named<byte_per_second::boost_unit> {
    using type = byte_per_second;
};
template <> struct named<flop_per_second::boost_unit> {
    using type = flop_per_second;
};
template <> struct named<token_per_second::boost_unit> {
    using type = token_per_second;
};
template <> struct named<per_second::boost_unit> {
    using type = per_second;
};
template <> struct named<byte_per_token::boost_unit> {
    using type = byte_per_token;
};
template <> struct named<flop_per_token::boost_unit> {
    using type = flop_per_token;
};
template <> struct named<flop_per_byte::boost_unit> {
    using type = flop_per_byte;
};
template <> struct named<usd_per_second::boost_unit> {
    using type = usd_per_second;
};
template <> struct named<usd_per_token::boost_unit> {
    using type = usd_per_token;
};
template <> struct named<usd_per_joule::boost_unit> {
    using type = usd_per_joule;
};
template <> struct named<joule_per_token::boost_unit> {
    using type = joule_per_token;
};

template <class A, class B> using product = typename named<boost_product<A, B>>::type;
template <class A, class B> using quotient = typename named<boost_quotient<A, B>>::type;

template <class Unit> inline constexpr bool is_dimensionless = false;
template <> inline constexpr bool is_dimensionless<dimensionless> = true;

} // namespace reckon::inline v0::units
