// SPDX-License-Identifier: MIT
// The answer as a page: what was asked, the best plan, the others, the refused, the check on paper.
#pragma once
#include "recommend/answer.hpp"
#include "recommend/page.hpp"

namespace recommend {

[[nodiscard]] page page_of(answer const& a);

// The sections of the best plan: sections_of_best.cpp.
[[nodiscard]] section memory_section(answer const& a, reckon::plan const& p);
[[nodiscard]] section speed_section(reckon::plan const& p);
[[nodiscard]] section cost_section(reckon::plan const& p);

} // namespace recommend
