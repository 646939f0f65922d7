// SPDX-License-Identifier: MIT
// Nodes and models as a TOML file says them, and what each model takes of each kind of node.
#pragma once
#include "scheduler/packing.hpp"

#include <reckon/io/deployment_json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace scheduler {

/// Nodes of a name: "h200-2" is the second.
struct rack {
    std::string name{};
    std::size_t kind{};
    reckon::count devices{};
};

/// One replica of a model.
struct wish {
    std::string name{};
    std::string source{};  ///< of the section, for sentences
    nlohmann::json said{}; ///< a deployment's fields, without accelerator, or a command and a load
    reckon::count line{};
};

struct fleet {
    std::vector<reckon::any_gpu> kinds{};
    std::vector<reckon::count> widest{}; ///< devices of the largest node of each kind
    std::vector<rack> racks{};
    std::vector<wish> wishes{};
};

/// Errors: what is no TOML, what is missing or out of range in it, unknown accelerators.
[[nodiscard]] reckon::result<fleet> read_fleet(std::string_view text, std::string_view source);

/// A wish on a kind of node: what it takes, or why it does not start there.
struct fitting {
    way taken{};
    double utilization{}; ///< what its engine is to be told of the device; 0: nothing
    reckon::layout spread{};
    std::string why{}; ///< empty where it starts
};

/// Error: what the section says wrong, whatever the node.
[[nodiscard]] reckon::result<fitting> fit(wish const& w, reckon::any_gpu const& gpu,
                                          reckon::count devices);

} // namespace scheduler
