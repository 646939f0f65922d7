// SPDX-License-Identifier: MIT
#include "recommend/plan_sections.hpp"
#include "recommend/verbs.hpp"

namespace recommend {

reckon::result<report> plan_report(given const& g, output& how) {
    auto const found = find_fleet(g);
    if (!found) { return found.error(); }
    fleet_answer const& a = **found;
    how = a.asked.asked.print;
    auto data = data_of(a);
    auto rows = rows_of_fleet(data);
    return report{page_of(a), std::move(data), std::move(rows), a.carried()};
}

} // namespace recommend
