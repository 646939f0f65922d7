// SPDX-License-Identifier: MIT
// One of several trivial types, at compile time and at run time.
#include <reckon/detail/one_of.hpp>

#include <doctest/doctest.h>

using reckon::get_if;
using reckon::holds;
using reckon::one_of;

namespace {
struct small {
    int a{1};
    friend constexpr bool operator==(small const&, small const&) = default;
};
struct large {
    double b{2};
    long c[4]{};
    friend constexpr bool operator==(large const&, large const&) = default;
};
struct other {
    bool d{};
    friend constexpr bool operator==(other const&, other const&) = default;
};
using any = one_of<small, large, other>;
constexpr any held{large{.b = 5}};
} // namespace

static_assert(any{}.index() == 0 && get_if<small>(&held) == nullptr);
static_assert(get_if<large>(&held)->b == 5 && holds<large>(held));
static_assert(any{small{}} == any{} && any{small{2}} != any{} && any{other{}} != any{});
static_assert(held.visit([](auto const& x) { return sizeof(x); }) == sizeof(large));
static_assert(std::is_trivially_copyable_v<any>);
static_assert(any::alternatives == 3);
static_assert(!std::is_constructible_v<any, int>); // no alternative

TEST_CASE("copies hold what was copied, and can be changed in place") {
    any x = held;
    CHECK(x == held);
    get_if<large>(&x)->c[3] = 7;
    CHECK(x != held);
    any const y = x;
    CHECK(y == x);
    x = other{true};
    CHECK(holds<other>(x));
    CHECK(get_if<large>(&x) == nullptr);
    CHECK(get_if<small>(static_cast<any const*>(nullptr)) == nullptr);
    int visited = 0;
    x.visit([&](auto const&) { ++visited; });
    CHECK(visited == 1);
}
