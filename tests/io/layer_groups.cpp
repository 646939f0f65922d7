// SPDX-License-Identifier: MIT
// Layers one by one, put into groups of equals.
#include <reckon/io/layer_groups.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
any_layers like(count heads) {
    return {layer_set::range(0, 9), gqa{heads, heads, 64}, gated{128}, {}};
}
} // namespace

TEST_CASE("equals share a group, and the last layer's group comes last") {
    io::layer_groups groups{};
    for (count i = 0; i < 5; ++i) {
        CHECK(groups.add(like(i == 1 || i == 4 ? 8 : 4), i)); // their own sets are not looked at
    }
    CHECK(groups.add(like(4), 5));
    any_groups const found = groups.in_order();
    CHECK(found.list.size() == 2);
    CHECK(found.list[0].attention.query_heads == 8);
    CHECK(found.list[0].at.size() == 2);
    CHECK(found.list[1].at.contains(5));
    CHECK(found.list[1].at.size() == 4);
}

TEST_CASE("more kinds than a model can have are told") {
    io::layer_groups groups{};
    count i = 0;
    while (i < 100 && groups.add(like(i + 1), i)) {
        ++i;
    }
    CHECK(i == 8);
    CHECK(groups.add(like(1), 99)); // a kind that is there still has room
}
