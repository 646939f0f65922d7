// SPDX-License-Identifier: MIT
// A layer set is a set: held against std::set on random ranges and patterns.
#include "support/property.hpp"

#include <reckon/model/layer_set.hpp>

#include <set>

using namespace reckon;

namespace {

std::set<count> listed(layer_set const& s) {
    std::set<count> all;
    for (count i = 0; i < layer_set::capacity; ++i) {
        if (s.contains(i)) { all.insert(i); }
    }
    return all;
}

layer_set from(std::set<count> const& all) {
    layer_set s{};
    for (count const i : all) {
        s.insert(i);
    }
    return s;
}

auto some_layers() { return rc::gen::container<std::set<count>>(rc::gen::inRange<count>(0, 256)); }

} // namespace

TEST_CASE("layer sets are sets") {
    CHECK(test::holds("what goes in is what is in", [] {
        auto const all = *some_layers();
        RC_ASSERT(listed(from(all)) == all);
        RC_ASSERT(from(all).size() == static_cast<count>(all.size()));
    }));
    CHECK(test::holds("intersection and difference", [] {
        auto const a = *some_layers();
        auto const b = *some_layers();
        std::set<count> both;
        std::set<count> only;
        for (count const i : a) {
            (b.contains(i) ? both : only).insert(i);
        }
        RC_ASSERT(listed(from(a) & from(b)) == both);
        RC_ASSERT(listed(from(a) - from(b)) == only);
    }));
    CHECK(test::holds("a range and a pattern hold what they say", [] {
        count const first = *rc::gen::inRange<count>(0, 256);
        count const end = *rc::gen::inRange<count>(0, 257);
        count const period = *rc::gen::inRange<count>(1, 20);
        layer_set const range = layer_set::range(first, end);
        layer_set const pattern = layer_set::every(period, first, end);
        for (count i = 0; i < layer_set::capacity; ++i) {
            bool const inside = i >= first && i < end;
            RC_ASSERT(range.contains(i) == inside);
            RC_ASSERT(pattern.contains(i) == (inside && (i - first) % period == 0));
        }
    }));
    CHECK(test::holds("size_in counts a window of layers", [] {
        auto const all = *some_layers();
        count const first = *rc::gen::inRange<count>(0, 257);
        count const end = *rc::gen::inRange<count>(0, 257);
        count expected = 0;
        for (count const i : all) {
            expected += i >= first && i < end ? 1 : 0;
        }
        RC_ASSERT(from(all).size_in(first, end) == expected);
    }));
    CHECK(test::holds("layers beyond the last are not in any set", [] {
        count const far = *rc::gen::arbitrary<count>();
        layer_set s = layer_set::range(0, 256);
        s.insert(far);
        RC_ASSERT(s.size() == 256);
        RC_ASSERT(s.contains(far) == (far >= 0 && far < 256));
    }));
}
