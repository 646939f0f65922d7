// SPDX-License-Identifier: MIT
// Several services on the machines of one fleet, each on whole accelerators or on instances of divided ones.
#pragma once
#include "recommend/fleet.hpp"

#include <reckon/recommend/shared_fleet.hpp>

#include <string>
#include <vector>

namespace recommend {

/// One of them: its question, and the replica that takes the fewest accelerators.
struct sharing_service {
    std::string file{};
    fleet_question asked{};
    reckon::fleet_plan best{};
    reckon::text<15> profile{}; ///< of its instances; empty: whole accelerators
    reckon::fleet<96> day{};
    reckon::count machines_alone{};

    /// "chat" of "services/chat.toml".
    [[nodiscard]] std::string name() const {
        std::size_t const slash = file.find_last_of("/\\");
        std::string const last = slash == std::string::npos ? file : file.substr(slash + 1);
        return last.substr(0, last.find_last_of('.'));
    }
    [[nodiscard]] reckon::tenant as_tenant() const {
        return {{day.hours.begin(), day.hours.size()}, best.spread.devices(), profile};
    }
};

struct shared_answer {
    reckon::any_gpu gpu{};
    market prices{};
    reckon::rental_terms terms{};
    reckon::purchase commitment{reckon::purchase::reserved_1y};
    output print{};
    std::vector<sharing_service> services{};
    reckon::shared_fleet<96> together{};
    reckon::count in_machine{};             ///< accelerators
    reckon::figure<std::uint16_t> rented{}; ///< position among the prices
    reckon::fleet_cost cost{};              ///< of all, where a price is known
    reckon::usd_per_second cost_alone{};    ///< of each on machines of its own, summed
    std::string none_because{};             ///< a service that no replica carries

    [[nodiscard]] bool carried() const { return none_because.empty(); }
};

[[nodiscard]] reckon::result<shared_answer> find_shared(given const& g);

} // namespace recommend
