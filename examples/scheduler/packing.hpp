// SPDX-License-Identifier: MIT
// Which model goes on which devices of a mixed fleet: the most models, then on the fewest devices.
//
// A model takes whole devices of one node, or, where it takes one, a part of it beside others. Best fit, the largest first,
// makes a first packing; then every other one is tried, as long as `most_steps` last, leaving out what is the same but for
// the names of nodes and devices, and what can no longer be better.
//
// Source: bin packing; best fit decreasing alone needs at most 11/9 of the fewest bins and one more where all bins are alike
//         (Johnson et al. 1974, SIAM J. Computing 3(4)), and has no such bound where they differ, hence the search.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace scheduler {

/// Devices of one kind that stand together, and the bytes that are free on each.
struct node {
    std::size_t kind{};
    std::vector<double> free{};
    double capacity{};
};

/// What an item takes of a node of some kind. `claim` bytes on each device, or all of them where it takes several.
struct way {
    bool possible{};
    std::size_t devices{};
    double claim{};
};

/// One model, for every kind of node.
struct item {
    std::vector<way> on{};
};

/// Where an item went; no devices: nowhere.
struct seat {
    std::size_t node{};
    std::vector<std::size_t> devices{};
    [[nodiscard]] bool placed() const noexcept { return !devices.empty(); }
};

struct packing {
    std::vector<seat> seats{}; ///< as the items
    std::size_t placed{};
    std::size_t used{}; ///< devices with anything on them
    bool proven{};      ///< that no packing is better
};

/// Domain: ways for every kind of node there is.
[[nodiscard]] packing pack(std::vector<node> const& nodes, std::vector<item> const& items,
                           std::int64_t most_steps);

/// No packing of the items that `p` places uses fewer devices than this: their bytes, spread without a gap.
[[nodiscard]] std::size_t fewest_conceivable(std::vector<node> const& nodes,
                                             std::vector<item> const& items, packing const& p);

} // namespace scheduler
