// SPDX-License-Identifier: MIT
// examples/scheduler: the packing that is called best is what trying every set of devices finds.
#include "scheduler/packing.hpp"
#include "support/property.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

using namespace scheduler;

namespace {

/// Every item on every set of devices that has room for it, or nowhere.
class every_packing {
public:
    every_packing(std::vector<node> nodes, std::vector<item> const& items)
        : nodes_(std::move(nodes)), items_(items) {
        try_from(0);
    }
    std::size_t placed{};
    std::size_t used{1000};

private:
    void try_from(std::size_t i) {
        if (i == items_.size()) { return keep(); }
        for (node& n : nodes_) {
            way const& w = items_[i].on[n.kind];
            if (!w.possible) { continue; }
            for (unsigned set = 0; set < 1U << n.free.size(); ++set) {
                std::vector<double> const before = n.free;
                if (take(n, w, set)) {
                    ++now_;
                    try_from(i + 1);
                    --now_;
                }
                n.free = before;
            }
        }
        try_from(i + 1);
    }
    static bool take(node& n, way const& w, unsigned set) {
        std::size_t taken = 0;
        for (std::size_t d = 0; d < n.free.size(); ++d) {
            if ((set >> d & 1U) == 0) { continue; }
            bool const room = w.devices == 1 ? n.free[d] >= w.claim : n.free[d] == n.capacity;
            if (!room) { return false; }
            n.free[d] = w.devices == 1 ? n.free[d] - w.claim : 0;
            ++taken;
        }
        return taken == w.devices;
    }
    void keep() {
        std::size_t touched = 0;
        for (node const& n : nodes_) {
            for (double const free : n.free) {
                touched += free == n.capacity ? 0 : 1;
            }
        }
        if (now_ > placed || (now_ == placed && touched < used)) {
            placed = now_;
            used = touched;
        }
    }

    std::vector<node> nodes_;
    std::vector<item> const& items_;
    std::size_t now_{};
};

constexpr double capacities[] = {32, 64};

std::vector<node> some_nodes() {
    std::vector<node> nodes;
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
        auto const kind = *rc::gen::inRange<std::size_t>(0, 2);
        auto const devices = *rc::gen::inRange<std::size_t>(1, 4);
        nodes.push_back({kind, std::vector<double>(devices, capacities[kind]), capacities[kind]});
    }
    return nodes;
}

std::vector<item> some_items() {
    std::vector<item> items;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        auto const claim = static_cast<double>(*rc::gen::inRange(1, 70));
        auto const devices = *rc::gen::inRange<std::size_t>(1, 4);
        item one;
        for (double const capacity : capacities) {
            one.on.push_back({claim <= capacity && *rc::gen::inRange(0, 8) > 0, devices,
                              devices == 1 ? claim : capacity});
        }
        items.push_back(one);
    }
    return items;
}

} // namespace

TEST_CASE("the best packing is the best there is") {
    CHECK(reckon::test::holds("no set of devices places more, nor as many on fewer", [] {
        auto const nodes = some_nodes();
        auto const items = some_items();
        packing const p = pack(nodes, items, std::int64_t{1} << 40U);
        every_packing const all(nodes, items);
        RC_ASSERT(p.proven);
        RC_ASSERT(p.placed == all.placed);
        RC_ASSERT(p.used == (all.placed == 0 ? 0 : all.used));
        RC_ASSERT(fewest_conceivable(nodes, items, p) <= p.used);
    }));
}

TEST_CASE("seats are what a packing says, and nobody's bytes are given twice") {
    CHECK(reckon::test::holds("claims stay within devices", [] {
        auto nodes = some_nodes();
        auto const items = some_items();
        packing const p = pack(nodes, items, *rc::gen::inRange<std::int64_t>(0, 100));
        RC_ASSERT(p.seats.size() == items.size());
        std::size_t placed = 0;
        for (std::size_t i = 0; i < items.size(); ++i) {
            seat const& s = p.seats[i];
            if (!s.placed()) { continue; }
            ++placed;
            node& n = nodes.at(s.node);
            way const& w = items[i].on[n.kind];
            RC_ASSERT(w.possible);
            RC_ASSERT(s.devices.size() == w.devices);
            for (std::size_t const d : s.devices) {
                RC_ASSERT(w.devices == 1 || n.free.at(d) == n.capacity);
                n.free.at(d) -= w.claim;
                RC_ASSERT(n.free.at(d) >= 0);
            }
        }
        RC_ASSERT(placed == p.placed);
    }));
}

TEST_CASE("a search that is cut short keeps its first packing, and does not call it the best") {
    std::vector<node> const nodes{{0, {32, 32}, 32}};
    std::vector<item> const items(5, item{{{true, 1, 10}}});
    packing const p = pack(nodes, items, 1);
    CHECK(!p.proven);
    CHECK(p.placed == 5);
    CHECK(p.used == 2);
    CHECK(pack(nodes, items, 1000).proven);
    CHECK(pack(nodes, {}, 1000).placed == 0);
}
