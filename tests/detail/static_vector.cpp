// SPDX-License-Identifier: MIT
// A vector that lives in place and says when it is full.
#include <reckon/detail/static_vector.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <type_traits>

using namespace reckon;

namespace {
constexpr static_vector<int, 3> three() {
    static_vector<int, 3> v{};
    v.push_back(1);
    v.push_back(2);
    v.push_back(3);
    return v;
}
template <static_vector<int, 3> Value> struct holding {};
} // namespace

static_assert(std::is_trivially_copyable_v<static_vector<int, 3>>);
static_assert(std::same_as<holding<three()>, holding<three()>>); // structural
static_assert(three().size() == 3 && three()[1] == 2 && static_vector<int, 3>::capacity() == 3);

TEST_CASE("a full vector refuses and keeps what it has") {
    auto v = three();
    CHECK_FALSE(v.push_back(4));
    CHECK(v == three());
    int sum = 0;
    for (int const item : v) {
        sum += item;
    }
    CHECK(sum == 6);
}

TEST_CASE("equality looks at what is used") {
    static_vector<int, 3> a{};
    static_vector<int, 3> b{};
    CHECK(a.empty());
    CHECK(a == b);
    a.push_back(1);
    CHECK_FALSE(a == b);
    b.push_back(2);
    CHECK_FALSE(a == b);
    b[0] = 1;
    CHECK(a == b);
}
