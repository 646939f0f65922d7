// SPDX-License-Identifier: MIT
// The answer as a page: what was asked, the best plan, the others, the refused, the check on paper.
#pragma once
#include "recommend/answer.hpp"
#include "recommend/page.hpp"

namespace recommend {

[[nodiscard]] page page_of(answer const& a);

// The sections of the best plan: sections_of_best.cpp.
[[nodiscard]] section summary_section(answer const& a, reckon::plan const& p);
[[nodiscard]] section memory_section(answer const& a, reckon::plan const& p);
[[nodiscard]] section speed_section(reckon::plan const& p);
[[nodiscard]] section cost_section(answer const& a, reckon::plan const& p);
[[nodiscard]] section changes_section(answer const& a);

// What does not carry the load, and why: sections_of_refused.cpp.
[[nodiscard]] section refusals_section(answer const& a);
[[nodiscard]] section conflicts_section(reckon::conflicts const& excluded);
[[nodiscard]] section paper_section(answer const& a);
[[nodiscard]] std::string no_plan_text(answer const& a);

// Pictures: pictures.cpp.
[[nodiscard]] std::string memory_picture(answer const& a);
[[nodiscard]] section front_section(answer const& a);

} // namespace recommend
