// SPDX-License-Identifier: MIT
#include "scheduler/packing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace scheduler {
namespace {

/// Of a device of that capacity, what the item leaves to nobody else.
double share_of(way const& w, double capacity) {
    return w.devices == 1 ? w.claim / capacity : static_cast<double>(w.devices);
}

class search {
public:
    search(std::vector<node> const& nodes, std::vector<item> const& items, std::int64_t most_steps)
        : nodes_(nodes), items_(items), order_(items.size()), seats_(items.size()),
          steps_(most_steps) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(-size_of(items_[a]), a) < std::pair(-size_of(items_[b]), b);
        });
    }

    packing run() {
        first_packing();
        best_ = now();
        for (seat& s : seats_) {
            s = {};
        }
        placed_ = used_ = 0;
        nodes_ = initial_;
        try_from(0);
        best_.proven = steps_ > 0;
        return best_;
    }

private:
    [[nodiscard]] double size_of(item const& i) const {
        double least = std::numeric_limits<double>::infinity();
        for (node const& n : nodes_) {
            way const& w = i.on[n.kind];
            if (w.possible) { least = std::min(least, share_of(w, n.capacity)); }
        }
        return least;
    }
    [[nodiscard]] packing now() const { return {seats_, placed_, used_, false}; }
    [[nodiscard]] static bool untouched(node const& n, std::size_t device) {
        return n.free[device] == n.capacity;
    }

    /// The devices of a node that a way could take: one of each amount that is free, or the first that are untouched.
    [[nodiscard]] std::vector<std::vector<std::size_t>> choices(node const& n, way const& w) const {
        std::vector<std::vector<std::size_t>> found;
        if (!w.possible || w.devices > n.free.size()) { return found; }
        if (w.devices == 1) {
            std::set<double> seen;
            for (std::size_t d = 0; d < n.free.size(); ++d) {
                if (n.free[d] >= w.claim && seen.insert(n.free[d]).second) { found.push_back({d}); }
            }
            return found;
        }
        std::vector<std::size_t> whole;
        for (std::size_t d = 0; d < n.free.size() && whole.size() < w.devices; ++d) {
            if (untouched(n, d)) { whole.push_back(d); }
        }
        if (whole.size() == w.devices) { found.push_back(whole); }
        return found;
    }

    void take(std::size_t i, std::size_t at, std::vector<std::size_t> const& devices) {
        node& n = nodes_[at];
        way const& w = items_[i].on[n.kind];
        for (std::size_t const d : devices) {
            used_ += untouched(n, d) ? 1 : 0;
            n.free[d] = w.devices == 1 ? n.free[d] - w.claim : 0;
        }
        seats_[i] = {at, devices};
        ++placed_;
    }

    /// Best fit: new devices as few as can be, then as little left as can be.
    void first_packing() {
        for (std::size_t const i : order_) {
            std::pair<double, double> least{std::numeric_limits<double>::infinity(), 0};
            std::optional<seat> chosen;
            for (std::size_t at = 0; at < nodes_.size(); ++at) {
                node const& n = nodes_[at];
                way const& w = items_[i].on[n.kind];
                for (auto const& devices : choices(n, w)) {
                    double fresh = 0;
                    double left = 0;
                    for (std::size_t d = 0; d < n.free.size(); ++d) {
                        left += n.free[d] / n.capacity;
                    }
                    for (std::size_t const d : devices) {
                        fresh += untouched(n, d) ? 1 : 0;
                    }
                    if (w.devices == 1) { left = n.free[devices[0]] - w.claim; }
                    if (std::pair(fresh, left) < least) {
                        least = {fresh, left};
                        chosen = seat{at, devices};
                    }
                }
            }
            if (chosen) { take(i, chosen->node, chosen->devices); }
        }
    }

    /// Every packing of the items from `next` on that could be better than the best so far.
    void try_from(std::size_t next) {
        if (--steps_ <= 0) { return; }
        std::size_t const at_most = placed_ + (order_.size() - next);
        if (at_most < best_.placed || (at_most == best_.placed && used_ >= best_.used)) { return; }
        if (next == order_.size()) {
            best_ = now();
            return;
        }
        std::size_t const i = order_[next];
        std::set<std::pair<std::size_t, std::vector<double>>> seen;
        for (std::size_t at = 0; at < nodes_.size() && steps_ > 0; ++at) {
            std::vector<double> same = nodes_[at].free;
            std::sort(same.begin(), same.end());
            if (!seen.emplace(nodes_[at].kind, std::move(same)).second) { continue; }
            for (auto const& devices : choices(nodes_[at], items_[i].on[nodes_[at].kind])) {
                std::vector<double> const before = nodes_[at].free;
                std::size_t const used_before = used_;
                take(i, at, devices);
                try_from(next + 1);
                nodes_[at].free = before;
                used_ = used_before;
                --placed_;
                seats_[i] = {};
            }
        }
        try_from(next + 1);
    }

    std::vector<node> nodes_;
    std::vector<node> const initial_ = nodes_;
    std::vector<item> const& items_;
    std::vector<std::size_t> order_;
    std::vector<seat> seats_;
    std::size_t placed_{};
    std::size_t used_{};
    packing best_{};
    std::int64_t steps_;
};

} // namespace

packing pack(std::vector<node> const& nodes, std::vector<item> const& items,
             std::int64_t most_steps) {
    return search(nodes, items, most_steps).run();
}

std::size_t fewest_conceivable(std::vector<node> const& nodes, std::vector<item> const& items,
                               packing const& p) {
    double devices = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!p.seats[i].placed()) { continue; }
        double least = std::numeric_limits<double>::infinity();
        for (node const& n : nodes) {
            way const& w = items[i].on[n.kind];
            if (w.possible) { least = std::min(least, share_of(w, n.capacity)); }
        }
        devices += least;
    }
    return static_cast<std::size_t>(std::ceil(devices - 1e-9));
}

} // namespace scheduler
