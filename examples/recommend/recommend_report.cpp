// SPDX-License-Identifier: MIT
#include "recommend/print_json.hpp"
#include "recommend/sections.hpp"
#include "recommend/verbs.hpp"

namespace recommend {

reckon::result<report> recommend_report(given const& g, output& how) {
    auto const asked = read_question(g);
    if (!asked) { return asked.error(); }
    how = asked->print;
    auto const found = find_answer(*asked);
    if (!found) { return found.error(); }
    answer const& a = **found;
    return report{page_of(a), data_of(a), rows_of(a), a.carried()};
}

} // namespace recommend
