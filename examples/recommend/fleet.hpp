// SPDX-License-Identifier: MIT
// A day of traffic, the fleets that carry it, and the machines around the best of them.
#pragma once
#include "recommend/question.hpp"

#include <reckon/host/plan.hpp>
#include <reckon/recommend/fleet_search.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace recommend {

using fleet_findings = reckon::fleet_recommendation<32, 128>;

/// Lengths as they were said; `traffic` points to them.
struct fleet_question {
    question asked{}; ///< models, rules, accelerators, prices
    std::vector<reckon::length_share> prompts{};
    std::vector<reckon::length_share> outputs{};
    std::vector<reckon::request_rate> rates{};
    double prefix_hit{};
    reckon::fleet_rules promise{};
    reckon::purchase commitment{reckon::purchase::reserved_1y};
    reckon::host::host_wishes wishes{};
    bool download_assumed{};
    bool start_assumed{};

    [[nodiscard]] reckon::traffic day() const;
};

struct fleet_answer {
    fleet_question asked{};
    std::unique_ptr<fleet_findings> found{};
    // Of the first plan:
    reckon::fleet<96> hours{};
    std::optional<reckon::host::host_plan> room{}; ///< nothing where its power is not published
    reckon::host::machine_profile machine{};
    reckon::count in_machine{}; ///< accelerators

    [[nodiscard]] bool carried() const { return !found->plans.empty(); }
};

[[nodiscard]] reckon::result<std::unique_ptr<fleet_answer>> find_fleet(given const& g);

} // namespace recommend
