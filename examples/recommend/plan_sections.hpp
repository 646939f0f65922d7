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
/// Pools and mixtures that were asked for: what runs, what it costs, and the hours.
[[nodiscard]] std::vector<section> sections_of_pairs(fleet_answer const& a);
/// "8 x H100 SXM 80GB as TP8".
[[nodiscard]] std::string kind_text(fleet_answer const& a, reckon::fleet_plan const& p);
/// When the hour begins: "14:00".
[[nodiscard]] std::string clock_text(reckon::seconds apart, std::size_t hour);
/// "1,234": whole dollars, with their sign.
[[nodiscard]] std::string dollars(reckon::usd amount);
/// A row for each fleet of `data_of`, its layout and cost among the columns.
[[nodiscard]] std::vector<nlohmann::ordered_json> rows_of_fleet(nlohmann::ordered_json const& data);

/// What a rate of cost comes to in a day.
[[nodiscard]] inline reckon::usd a_day(reckon::usd_per_second rate) {
    constexpr double hours_a_day = 24;
    return rate * reckon::hours(hours_a_day);
}

} // namespace recommend
