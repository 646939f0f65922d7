// SPDX-License-Identifier: MIT
// A fleet as a page and as data.
#pragma once
#include "recommend/fleet.hpp"
#include "recommend/page.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace recommend {

[[nodiscard]] page page_of(fleet_answer const& a);
[[nodiscard]] nlohmann::ordered_json data_of(fleet_answer const& a);
/// A row for each fleet of `data_of`, its layout and cost among the columns.
[[nodiscard]] std::vector<nlohmann::ordered_json> rows_of_fleet(nlohmann::ordered_json const& data);

/// What a rate of cost comes to in a day.
[[nodiscard]] inline reckon::usd a_day(reckon::usd_per_second rate) {
    constexpr double hours_a_day = 24;
    return rate * reckon::hours(hours_a_day);
}

} // namespace recommend
