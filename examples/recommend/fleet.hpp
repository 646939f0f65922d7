// SPDX-License-Identifier: MIT
// A day of traffic, the fleets that carry it, and the machines around the best of them.
#pragma once
#include "recommend/question.hpp"

#include <reckon/host/plan.hpp>
#include <reckon/recommend/fleet_pair.hpp>
#include <reckon/recommend/fleet_relax.hpp>
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
    std::vector<reckon::stock> owned{}; ///< run first, others are rented beside
    bool mix{};
    bool pools{};
    reckon::serving::cache_link link{}; ///< between the pools
    bool link_assumed{};
    bool download_assumed{};
    bool start_assumed{};

    [[nodiscard]] reckon::traffic day() const;
};

/// Two fleets that were asked for beside those of one kind, or why there are none. Positions are those of `asked`.
struct pair_answer {
    std::optional<reckon::fleet_pair<96>> day{};
    reckon::serving::cache_transfer transfer{}; ///< of pools
    std::string why{};                          ///< none is there
};

struct fleet_answer {
    fleet_question asked{};
    std::unique_ptr<fleet_findings> found{};
    reckon::conflicts excluded{};       ///< limits that exclude each other, or every fleet
    std::optional<pair_answer> pools{}; ///< where they were asked for
    std::optional<pair_answer> mixture{};
    // Of the first plan:
    reckon::fleet<96> hours{};
    std::optional<reckon::host::host_plan> room{}; ///< nothing where its power is not published
    reckon::host::machine_profile machine{};
    reckon::count in_machine{}; ///< accelerators

    [[nodiscard]] bool carried() const { return !found->plans.empty(); }
};

[[nodiscard]] reckon::result<std::unique_ptr<fleet_answer>> find_fleet(given const& g);

/// The whole question of `recommend plan`.
[[nodiscard]] reckon::result<fleet_question> read_fleet_question(given const& g);
/// How a base is bought: --commitment.
void read_commitment(reader& r, reckon::purchase& into);
/// What two fleets are asked: --mix, --own, --pools.
void read_pairs(reader& r, given const& g, fleet_question& q);
/// Looks for them among the accelerators of the best fleets, and what is owned. Domain: `found` is filled.
void find_pairs(fleet_answer& a);

} // namespace recommend
