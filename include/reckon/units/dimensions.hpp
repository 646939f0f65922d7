// SPDX-License-Identifier: MIT
// What is measured, and in which unit by name. Boost.Units does the algebra of dimensions here; its units and quantities
// are made of them in units/boost.hpp, for those who hold such: including Boost's own would take a third of a file's time.
#pragma once
#include <boost/units/base_dimension.hpp>
#include <boost/units/derived_dimension.hpp>
#include <boost/units/dimension.hpp>
#include <boost/units/physical_dimensions/length.hpp>
#include <boost/units/physical_dimensions/mass.hpp>
#include <boost/units/physical_dimensions/time.hpp>

namespace reckon::inline v0::units {

// Ordinals are global to a program that uses Boost.Units: reckon owns the block 71800..71899.
/// Of sizes.
struct information_dimension : boost::units::base_dimension<information_dimension, 71801> {};
/// Of floating-point operations.
struct work_dimension : boost::units::base_dimension<work_dimension, 71802> {};
/// Of text, in tokens.
struct token_dimension : boost::units::base_dimension<token_dimension, 71803> {};
/// Of prices.
struct money_dimension : boost::units::base_dimension<money_dimension, 71804> {};

/// Energy as Boost has it: length^2 mass / time^2.
using energy_dimension =
    boost::units::derived_dimension<boost::units::length_base_dimension, 2,
                                    boost::units::mass_base_dimension, 1,
                                    boost::units::time_base_dimension, -2>::type;

// Units by name, of one closed system: metre, kilogram, second, byte, FLOP, token, USD. Each says which
// of Boost's dimensions it measures; the algebra below asks Boost and answers with the name again. A
// named unit has no template arguments, so that a compiler prints quantity<units::byte>, and looks for
// its operators in reckon instead of all of Boost.
/// Information: the base unit of all sizes.
struct byte {
    using dimension = information_dimension::dimension_type;
};
/// Work: one multiplication or one addition; a multiply-add is two.
struct flop {
    using dimension = work_dimension::dimension_type;
};
/// Tokens: lengths of prompts, answers and contexts.
struct token {
    using dimension = token_dimension::dimension_type;
};
/// Time.
struct second {
    using dimension = boost::units::time_base_dimension::dimension_type;
};
/// Energy.
struct joule {
    using dimension = energy_dimension;
};
/// Money.
struct usd {
    using dimension = money_dimension::dimension_type;
};
/// A plain number.
struct dimensionless {
    using dimension = boost::units::dimensionless_type;
};

/// What Boost says two units multiply to.
template <class A, class B>
using boost_product =
    typename boost::mpl::times<typename A::dimension, typename B::dimension>::type;
/// What Boost says two units divide to.
template <class A, class B>
using boost_quotient =
    typename boost::mpl::divides<typename A::dimension, typename B::dimension>::type;

/// Power.
struct watt {
    using dimension = boost_quotient<joule, second>;
};
/// Bandwidth.
struct byte_per_second {
    using dimension = boost_quotient<byte, second>;
};
/// Rate of work.
struct flop_per_second {
    using dimension = boost_quotient<flop, second>;
};
/// Rate of tokens.
struct token_per_second {
    using dimension = boost_quotient<token, second>;
};
/// Rate of requests.
struct per_second {
    using dimension = boost_quotient<dimensionless, second>;
};
/// What a token adds to a cache, or moves.
struct byte_per_token {
    using dimension = boost_quotient<byte, token>;
};
/// Work of a token.
struct flop_per_token {
    using dimension = boost_quotient<flop, token>;
};
/// Arithmetic intensity.
struct flop_per_byte {
    using dimension = boost_quotient<flop, byte>;
};
/// Price of what is paid by time.
struct usd_per_second {
    using dimension = boost_quotient<usd, second>;
};
/// Price of a token.
struct usd_per_token {
    using dimension = boost_quotient<usd, token>;
};
/// Tariff of electricity.
struct usd_per_joule {
    using dimension = boost_quotient<usd, joule>;
};
/// Energy of a token.
struct joule_per_token {
    using dimension = boost_quotient<joule, token>;
};

/// A unit without a name: what an unusual product is in.
template <class Dimension> struct derived {
    using dimension = Dimension;
};

/// From Boost's dimension back to the name.
template <class Dimension> struct named {
    using type = derived<Dimension>;
};
template <> struct named<byte::dimension> {
    using type = byte;
};
template <> struct named<flop::dimension> {
    using type = flop;
};
template <> struct named<token::dimension> {
    using type = token;
};
template <> struct named<second::dimension> {
    using type = second;
};
template <> struct named<joule::dimension> {
    using type = joule;
};
template <> struct named<usd::dimension> {
    using type = usd;
};
template <> struct named<dimensionless::dimension> {
    using type = dimensionless;
};
template <> struct named<watt::dimension> {
    using type = watt;
};
template <> struct named<byte_per_second::dimension> {
    using type = byte_per_second;
};
template <> struct named<flop_per_second::dimension> {
    using type = flop_per_second;
};
template <> struct named<token_per_second::dimension> {
    using type = token_per_second;
};
template <> struct named<per_second::dimension> {
    using type = per_second;
};
template <> struct named<byte_per_token::dimension> {
    using type = byte_per_token;
};
template <> struct named<flop_per_token::dimension> {
    using type = flop_per_token;
};
template <> struct named<flop_per_byte::dimension> {
    using type = flop_per_byte;
};
template <> struct named<usd_per_second::dimension> {
    using type = usd_per_second;
};
template <> struct named<usd_per_token::dimension> {
    using type = usd_per_token;
};
template <> struct named<usd_per_joule::dimension> {
    using type = usd_per_joule;
};
template <> struct named<joule_per_token::dimension> {
    using type = joule_per_token;
};

/// The unit of a product, by name where it has one.
template <class A, class B> using product = typename named<boost_product<A, B>>::type;
/// The unit of a quotient, by name where it has one.
template <class A, class B> using quotient = typename named<boost_quotient<A, B>>::type;

template <class Unit> inline constexpr bool is_dimensionless = false;
template <> inline constexpr bool is_dimensionless<dimensionless> = true;

} // namespace reckon::inline v0::units
