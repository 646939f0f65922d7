// SPDX-License-Identifier: MIT
// What a quantity is, pinned row by row: its size, how it is copied and passed, what it converts to.
// The rows about Boost's own quantity say why there is one of ours; a Boost in which they change
// should be a reviewed change here.
#include <reckon/units.hpp>
#include <reckon/units/boost.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <type_traits>

using namespace reckon;

namespace {

template <auto Value> struct argument {};

template <class Q>
concept structural = requires { typename argument<Q{}>; };

template <class A, class B>
concept compares = requires(A a, B b) { a == b; };

template <class Q> consteval bool is_a_plain_value() {
    static_assert(sizeof(Q) == sizeof(double));
    static_assert(alignof(Q) == alignof(double));
    static_assert(std::is_trivially_copyable_v<Q>); // passed in a register
    static_assert(std::is_trivially_destructible_v<Q>);
    static_assert(std::is_standard_layout_v<Q>);
    static_assert(std::is_nothrow_default_constructible_v<Q>);
    static_assert(std::is_nothrow_copy_constructible_v<Q>);
    static_assert(std::is_nothrow_move_constructible_v<Q>);
    static_assert(std::is_nothrow_copy_assignable_v<Q>);
    static_assert(std::is_nothrow_move_assignable_v<Q>);
    static_assert(std::regular<Q>);
    static_assert(std::totally_ordered<Q>);
    static_assert(std::three_way_comparable<Q, std::partial_ordering>);
    static_assert(structural<Q>);
    static_assert(Q{} == Q{} && !(Q{} < Q{}));

    // No number becomes a quantity and no quantity becomes a number unless a unit is named.
    static_assert(!std::is_convertible_v<double, Q>);
    static_assert(!std::is_convertible_v<int, Q>);
    static_assert(!std::is_convertible_v<std::nullptr_t, Q>);
    static_assert(!std::is_constructible_v<Q, std::nullptr_t>);
    static_assert(!std::is_convertible_v<Q, double>);
    static_assert(!std::is_constructible_v<double, Q>);
    static_assert(!std::is_convertible_v<Q, bool>);
    static_assert(!compares<Q, double>);
    static_assert(!compares<Q, int>);

    // Arithmetic keeps the type and never throws.
    static_assert(noexcept(Q{} + Q{}) && noexcept(Q{} - Q{}) && noexcept(-Q{}));
    static_assert(noexcept(2.0 * Q{}) && noexcept(Q{} * 2.0) && noexcept(Q{} / 2.0));
    static_assert(noexcept(Q{} / Q{}) && noexcept(Q{} == Q{}) && noexcept(Q{} < Q{}));
    static_assert(std::same_as<decltype(Q{} + Q{}), Q>);
    static_assert(std::same_as<decltype(2 * Q{}), Q>); // also with an int, which Boost refuses
    static_assert(std::same_as<decltype(Q{} / Q{}), double>);
    return true;
}

template <class... Qs> consteval bool all_are_plain_values() {
    return (is_a_plain_value<Qs>() && ...);
}

} // namespace

static_assert(all_are_plain_values<bytes, flops, tokens, seconds, joules, usd, watts, data_rate,
                                   flop_rate, token_rate, request_rate, bytes_per_token,
                                   flops_per_token, arithmetic_intensity, usd_per_second,
                                   usd_per_token, usd_per_joule, joules_per_token, memory_bandwidth,
                                   link_bandwidth, peak_flop_rate, decimal_bytes, binary_bytes>());

// Zero-initialised, so not trivially default constructible: a forgotten value is 0, not noise.
static_assert(!std::is_trivially_default_constructible_v<bytes>);

// A constructor takes a number only where the type's name is the unit's name.
static_assert(std::is_constructible_v<bytes, double> && std::is_constructible_v<tokens, double>);
static_assert(std::is_constructible_v<seconds, double> && std::is_constructible_v<usd, double>);
static_assert(std::is_constructible_v<flops, double> && std::is_constructible_v<joules, double>);
static_assert(!std::is_constructible_v<memory_bandwidth, double>); // bytes/s? GB/s? ask the maker
static_assert(!std::is_constructible_v<link_bandwidth, double>);
static_assert(!std::is_constructible_v<peak_flop_rate, double>);
static_assert(!std::is_constructible_v<usd_per_second, double>);
static_assert(!std::is_constructible_v<token_rate, double>);
static_assert(!std::is_constructible_v<decimal_bytes, double>);

// A value in the type: the same number is the same type.
static_assert(std::same_as<argument<bytes{80e9}>, argument<bytes{gigabytes(80)}>>);
static_assert(!std::same_as<argument<bytes{80e9}>, argument<bytes{gibibytes(80)}>>);

// ---- Boost's quantity of the same unit, for comparison (Boost 1.74 .. 1.89) -----------------------
namespace {
using boost_bytes = boost::units::quantity<reckon::units::boost_unit<reckon::units::byte>, double>;
}
static_assert(sizeof(boost_bytes) == sizeof(double));
static_assert(std::regular<boost_bytes>);
static_assert(!std::is_trivially_copyable_v<boost_bytes>);
static_assert(!std::is_nothrow_copy_constructible_v<boost_bytes>);
static_assert(!std::three_way_comparable<boost_bytes>);
static_assert(!structural<boost_bytes>);
static_assert(!std::is_convertible_v<double, boost_bytes>);
static_assert(std::is_convertible_v<std::nullptr_t, boost_bytes>); // `quantity = 0` compiles there
